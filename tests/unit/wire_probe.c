/*
 * wire_probe - the readers behind a pipe, for tests that have a real server or a
 * reference
 *
 *     wire_probe json [PIECE] <REPLY                        what the reply says
 *     wire_probe many <REPLIES                              of many replies, each
 * "LENGTH\n" and bytes; out, each line ended by 1E 0A, and "= STATUS" behind each
 *     wire_probe request START END NAME=VALUE...            a request, to stdout
 *     wire_probe streamed|samples START END [PIECE] <REPLY  raw samples
 *     wire_probe rate|increase|last|seen KIND START END STEP WINDOW FLAGS <REPLY
 *                     the function on the raw samples of a streamed or samples reply;
 *                     FLAGS: any of "left_open,late_zero", or "-"
 *
 * Times are milliseconds. Replies are fed in pieces of PIECE bytes (65536). Out: a line
 * "series NAME=VALUE..." with tabs between, then "T VALUE" (17 digits; "stale" where it
 * is), "end"; "warning", "info", "note" and a text. What fails says so on stderr, and the
 * exit code is the status.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collect/rate.h"
#include "feed.h"

struct probe {
    bool compute;
    struct hc_rate rate;
    struct hc_rate_options options;
};

static const char *end_of_line = "\n";

static enum hc_status print_point(
    void *context, int64_t t_ms, double v, struct hc_error *err)
{
    (void)context;
    (void)err;
    printf("%" PRId64 " ", t_ms);
    if (hc_is_stale(v))
        printf("stale%s", end_of_line);
    else if (isnan(v))
        printf("nan%s", end_of_line); /* without a sign */
    else
        printf("%.17g%s", v, end_of_line);
    return HC_OK;
}

static enum hc_status on_series(
    void *context, const struct hc_label *labels, size_t n, struct hc_error *err)
{
    struct probe *probe = context;

    printf("series");
    for (size_t i = 0; i < n; i++) {
        printf("\t");
        fwrite(labels[i].name, 1, labels[i].name_len, stdout);
        printf("=");
        fwrite(labels[i].value, 1, labels[i].value_len, stdout);
    }
    printf("%s", end_of_line);
    return probe->compute ? hc_rate_begin(&probe->rate, &probe->options, err) : HC_OK;
}

static enum hc_status on_samples(
    void *context, const struct hc_sample *samples, size_t n, struct hc_error *err)
{
    struct probe *probe = context;

    if (probe->compute)
        return hc_rate_add(&probe->rate, samples, n, err);
    for (size_t i = 0; i < n; i++)
        (void)print_point(NULL, samples[i].t_ms, samples[i].v, err);
    return HC_OK;
}

static enum hc_status on_end(void *context, struct hc_error *err)
{
    struct probe *probe = context;

    if (probe->compute && hc_rate_end(&probe->rate, err))
        return HC_INTERNAL;
    printf("end%s", end_of_line);
    return HC_OK;
}

static enum hc_status on_talk(
    void *context, enum hc_talk kind, const char *text, struct hc_error *err)
{
    static const char *const kinds[] = {"warning", "info", "note"};

    (void)context;
    (void)err;
    printf("%s %s%s", kinds[kind], text, end_of_line);
    return HC_OK;
}

static struct hc_sink sink_of(struct probe *probe)
{
    return (struct hc_sink){.context = probe,
        .series = on_series,
        .samples = on_samples,
        .end = on_end,
        .talk = on_talk};
}

/* ---- feeding ---- */

static enum hc_status feed_stdin(
    void *reader, feed_fn feed, size_t piece, struct hc_error *err)
{
    char *bytes = malloc(piece);
    enum hc_status status = bytes ? HC_OK : HC_NO_MEMORY;
    size_t n;

    while (!status && (n = fread(bytes, 1, piece, stdin)) > 0)
        status = feed(reader, bytes, n, err);
    free(bytes);
    return status;
}

static enum hc_status run_json(struct probe *probe, size_t piece, struct hc_error *err)
{
    struct hc_sink sink = sink_of(probe);
    struct hc_prom_json *json = NULL;
    enum hc_status status = hc_prom_json_new(&sink, &json);

    if (!status)
        status = feed_stdin(json, feed_json, piece, err);
    if (!status)
        status = hc_prom_json_finish(json, err);
    hc_prom_json_free(json);
    return status;
}

/* One reply of many. */
static enum hc_status run_one(struct probe *probe, const char *bytes, size_t n)
{
    struct hc_sink sink = sink_of(probe);
    struct hc_prom_json *json = NULL;
    enum hc_status status = hc_prom_json_new(&sink, &json);

    if (!status)
        status = hc_prom_json_feed(json, bytes, n, NULL);
    if (!status)
        status = hc_prom_json_finish(json, NULL);
    hc_prom_json_free(json);
    return status;
}

static enum hc_status run_many(struct probe *probe)
{
    size_t n;

    end_of_line = "\x1e\n";
    while (scanf("%zu", &n) == 1 && getchar() == '\n') {
        char *bytes = malloc(n + 1);

        if (!bytes || fread(bytes, 1, n, stdin) != n)
            return HC_INPUT;
        printf("= %s%s", hc_status_name(run_one(probe, bytes, n)), end_of_line);
        free(bytes);
    }
    return HC_OK;
}

static enum hc_status run_remote(struct probe *probe, const char *kind, int64_t start_ms,
    int64_t end_ms, size_t piece, struct hc_error *err)
{
    struct hc_remote_options options = {.sink = sink_of(probe),
        .kind = strcmp(kind, "streamed") ? HC_REMOTE_SAMPLES : HC_REMOTE_STREAMED,
        .start_ms = start_ms,
        .end_ms = end_ms};
    struct hc_remote_read *read = NULL;
    enum hc_status status = hc_remote_read_new(&options, &read);

    if (!status)
        status = feed_stdin(read, feed_remote, piece, err);
    if (!status)
        status = hc_remote_read_finish(read, err);
    hc_remote_read_free(read);
    return status;
}

/* rate KIND START END STEP WINDOW FLAGS */
static enum hc_status run_rate(char **args, struct hc_error *err)
{
    struct probe probe = {.compute = true};
    struct hc_rate_options *o = &probe.options;
    enum hc_status status;

    o->function = !strcmp(args[0], "rate")       ? HC_RATE_RATE
                  : !strcmp(args[0], "increase") ? HC_RATE_INCREASE
                  : !strcmp(args[0], "seen")     ? HC_RATE_SEEN
                                                 : HC_RATE_LAST;
    o->start_ms = atoll(args[2]);
    o->end_ms = atoll(args[3]);
    o->step_ms = atoll(args[4]);
    o->window_ms = atoll(args[5]);
    o->left_open = strstr(args[6], "left_open");
    o->late_zero = strstr(args[6], "late_zero");
    o->point = print_point;
    status =
        run_remote(&probe, args[1], o->start_ms - o->window_ms, o->end_ms, 65536, err);
    hc_rate_clear(&probe.rate);
    return status;
}

static enum hc_status run_request(int argc, char **argv)
{
    struct hc_matcher matchers[16];
    struct hc_remote_query query = {
        .matchers = matchers, .start_ms = atoll(argv[0]), .end_ms = atoll(argv[1])};
    struct hc_buf out = HC_BUF_INIT;
    enum hc_status status;

    for (int i = 2; i < argc && query.n < 16; i++) {
        static const char *const signs[] = {"=", "!=", "=~", "!~"};
        char *sign = argv[i] + strcspn(argv[i], "=!");
        struct hc_matcher *m = &matchers[query.n++];

        *m = (struct hc_matcher){.name = argv[i], .value = sign + 1};
        for (int k = 1; k < 4; k++)
            if (!strncmp(sign, signs[k], 2)) {
                m->type = (enum hc_match)k;
                m->value = sign + 2;
            }
        *sign = '\0';
    }
    status = hc_remote_request(&query, &out);
    if (!status)
        fwrite(out.text, 1, out.len, stdout);
    hc_buf_clear(&out);
    return status;
}

static size_t piece_of(int argc, char **argv, int i)
{
    return argc > i && atoll(argv[i]) > 0 ? (size_t)atoll(argv[i]) : 65536;
}

int main(int argc, char **argv)
{
    struct hc_error err = {{0}};
    struct probe probe = {0};
    const char *what = argc > 1 ? argv[1] : "";
    enum hc_status status = HC_USAGE;

    if (!strcmp(what, "json"))
        status = run_json(&probe, piece_of(argc, argv, 2), &err);
    else if (!strcmp(what, "many"))
        status = run_many(&probe);
    else if (!strcmp(what, "request") && argc > 3)
        status = run_request(argc - 2, argv + 2);
    else if (argc == 8)
        status = run_rate(argv + 1, &err);
    else if (argc > 3)
        status = run_remote(
            &probe, what, atoll(argv[2]), atoll(argv[3]), piece_of(argc, argv, 4), &err);
    if (status)
        fprintf(stderr, "%s: %s\n", hc_status_name(status), err.message);
    return (int)status;
}
