/*
 * bench_wire [FILE] - how fast the readers of src/collect are, on one core
 *
 * Without FILE: replies made up here, of about 64 MB each, fed in pieces of 64 KB (as
 * curl gives them) for a second or so; the best of the rounds. With FILE: that reply of
 * query_range. A line each: bytes, samples, MB/s, ns a sample. The sink adds up, so that
 * nothing is optimised away.
 *
 *     ninja -C build bench_wire && build/bench_wire
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "collect/prom_json.h"
#include "collect/rate.h"
#include "collect/remote_read.h"
#include "wire.h"

enum { TARGET = 64 << 20, PIECE = 64 << 10, PER_SERIES = 2880 };

struct sum {
    uint64_t samples;
    double sum;
    struct hc_rate *rate;
    const struct hc_rate_options *options;
};

static enum hc_status on_series(
    void *context, const struct hc_label *labels, size_t n, struct hc_error *err)
{
    struct sum *sum = context;

    (void)labels;
    (void)n;
    return sum->rate ? hc_rate_begin(sum->rate, sum->options, err) : HC_OK;
}

static enum hc_status on_samples(
    void *context, const struct hc_sample *samples, size_t n, struct hc_error *err)
{
    struct sum *sum = context;

    for (size_t i = 0; i < n; i++)
        sum->sum += samples[i].v + (double)samples[i].t_ms;
    sum->samples += n;
    return sum->rate ? hc_rate_add(sum->rate, samples, n, err) : HC_OK;
}

static enum hc_status on_end(void *context, struct hc_error *err)
{
    struct sum *sum = context;

    return sum->rate ? hc_rate_end(sum->rate, err) : HC_OK;
}

static enum hc_status on_point(
    void *context, int64_t t_ms, double v, struct hc_error *err)
{
    double *sum = context;

    (void)err;
    *sum += v + (double)t_ms;
    return HC_OK;
}

static double now_s(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void must(enum hc_status status, const struct hc_error *err)
{
    if (!status)
        return;
    fprintf(stderr, "%s: %s\n", hc_status_name(status), err->message);
    exit(1);
}

static struct hc_sink sink_of(struct sum *sum)
{
    return (struct hc_sink){
        .context = sum, .series = on_series, .samples = on_samples, .end = on_end};
}

static void read_json(const struct hc_buf *bytes, struct sum *sum)
{
    struct hc_sink sink = sink_of(sum);
    struct hc_prom_json *json = NULL;
    struct hc_error err = {{0}};

    must(hc_prom_json_new(&sink, &json), &err);
    for (size_t at = 0; at < bytes->len; at += PIECE) {
        size_t n = bytes->len - at < PIECE ? bytes->len - at : PIECE;

        must(hc_prom_json_feed(json, bytes->text + at, n, &err), &err);
    }
    must(hc_prom_json_finish(json, &err), &err);
    hc_prom_json_free(json);
}

static void read_stream(const struct hc_buf *bytes, struct sum *sum)
{
    struct hc_remote_options o = {.sink = sink_of(sum), .end_ms = INT64_MAX};
    struct hc_remote_read *read = NULL;
    struct hc_error err = {{0}};

    must(hc_remote_read_new(&o, &read), &err);
    for (size_t at = 0; at < bytes->len; at += PIECE) {
        size_t n = bytes->len - at < PIECE ? bytes->len - at : PIECE;

        must(hc_remote_read_feed(read, bytes->text + at, n, &err), &err);
    }
    must(hc_remote_read_finish(read, &err), &err);
    hc_remote_read_free(read);
}

static void read_rates(const struct hc_buf *bytes, struct sum *sum)
{
    double points = 0;
    struct hc_rate rate = {0};
    struct hc_rate_options o = {.function = HC_RATE_RATE,
        .start_ms = 1700000000000,
        .end_ms = 1700000000000 + INT64_C(30000) * PER_SERIES,
        .step_ms = 30000,
        .window_ms = 120000,
        .point = on_point,
        .context = &points};

    sum->rate = &rate;
    sum->options = &o;
    read_stream(bytes, sum);
    sum->sum += points;
    hc_rate_clear(&rate);
}

static void measure(const char *what, const struct hc_buf *bytes,
    void (*reader)(const struct hc_buf *bytes, struct sum *sum))
{
    double best = INFINITY, spent = 0;
    struct sum sum = {0};

    while (spent < 1) {
        double start = now_s(), took;

        sum = (struct sum){0};
        reader(bytes, &sum);
        took = now_s() - start;
        spent += took;
        best = took < best ? took : best;
    }
    printf("%-34s %4zu MB %9llu samples %6.0f MB/s %6.1f ns a sample\n", what,
        bytes->len >> 20, (unsigned long long)sum.samples,
        (double)bytes->len / best / 1e6, best * 1e9 / (double)sum.samples);
}

/* ---- made-up replies ---- */

static double next_value(int kind, double before, uint64_t *seed)
{
    double x = (double)(wire_random(seed) >> 11) * 0x1p-53;

    switch (kind) {
    case 0: return x;                                         /* a rate */
    case 1: return before + (double)wire_below(seed, 100000); /* a counter of bytes */
    case 2: return (double)wire_below(seed, 1000) / 100;      /* a load */
    default: return before + (double)wire_below(seed, 3000) / 100; /* seconds of CPU */
    }
}

static void put_json(struct hc_buf *out, int kind)
{
    uint64_t seed = 1;
    char number[64];

    hc_buf_puts(
        out, "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[");
    for (int s = 0; out->len < TARGET; s++) {
        double v = 0;

        hc_buf_printf(out,
            "%s{\"metric\":{\"__name__\":\"node_cpu_seconds_total\",\"cpu\":\"%d\","
            "\"instance\":\"10.0.0.%d:9100\",\"job\":\"node\",\"mode\":\"idle\"},"
            "\"values\":[",
            s ? "," : "", s % 8, s / 8);
        for (int i = 0; i < PER_SERIES; i++) {
            v = next_value(kind, v, &seed);
            hc_format_double(v, 0, number);
            hc_buf_printf(
                out, "%s[%d,\"%s\"]", i ? "," : "", 1700000000 + 30 * i, number);
        }
        hc_buf_puts(out, "]}");
    }
    hc_buf_puts(out, "]}}");
}

static void put_stream(struct hc_buf *out, int kind)
{
    uint64_t seed = 1;

    while (out->len < TARGET / 4) {
        struct hc_buf HC_CLEANUP(hc_buf_clear) series = HC_BUF_INIT;
        struct hc_sample s[120] = {{0}};
        char name[32];

        snprintf(name, sizeof(name), "%zu", out->len);
        wire_label(&series, "__name__", "node_cpu_seconds_total");
        wire_label(&series, "instance", name);
        for (int64_t i = 0; i < PER_SERIES; i++) {
            s[i % 120].t_ms = 1700000000000 + 30000 * i + (int64_t)wire_below(&seed, 3);
            s[i % 120].v = next_value(kind, s[(i + 119) % 120].v, &seed);
            if (i % 120 == 119)
                wire_put_chunk(&series, s, 120);
        }
        wire_frame(out, &series);
    }
}

static void read_file(const char *path, struct hc_buf *out)
{
    FILE *file = fopen(path, "rb");
    char piece[4096];
    size_t n;

    while (file && (n = fread(piece, 1, sizeof(piece), file)) > 0)
        hc_buf_add(out, piece, n);
    if (!file || fclose(file)) {
        fprintf(stderr, "cannot read '%s'\n", path);
        exit(1);
    }
}

int main(int argc, char **argv)
{
    static const char *const kinds[] = {"17 digits (rates)", "whole numbers (bytes)",
        "two digits (loads)", "seconds of CPU"};
    struct hc_buf bytes = HC_BUF_INIT;

    if (argc > 1) {
        read_file(argv[1], &bytes);
        measure(argv[1], &bytes, read_json);
        hc_buf_clear(&bytes);
        return 0;
    }
    for (int kind = 0; kind < 4; kind++) {
        char what[64];

        hc_buf_reset(&bytes);
        put_json(&bytes, kind);
        snprintf(what, sizeof(what), "query_range, %s", kinds[kind]);
        measure(what, &bytes, read_json);
    }
    hc_buf_reset(&bytes);
    put_stream(&bytes, 3);
    measure("remote_read, seconds of CPU", &bytes, read_stream);
    measure("  and rate() over 4 samples", &bytes, read_rates);
    hc_buf_clear(&bytes);
    return 0;
}
