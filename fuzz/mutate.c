#include <string.h>

#include "collect/protobuf.h"
#include "collect/sink.h"
#include "collect/snappy.h"
#include "mutate.h"
#include "wire.h"

/* ---- examples ---- */

static const char *const values[] = {"0", "1", "-1.5", "0.08333333333333333", "NaN",
    "+Inf", "-Inf", "123456789012345678", "1e-07", "0.000012345678901234567", "1e+22",
    "4.9e-324"};

static void put_samples(uint64_t *seed, struct hc_buf *out)
{
    int64_t t = 1700000000000;
    size_t n = wire_below(seed, 12);

    for (size_t i = 0; i < n; i++) {
        t += 1 + (int64_t)wire_below(seed, 30000);
        if (wire_below(seed, 2))
            t -= t % 1000 - 1000;
        hc_buf_printf(out, "%s[%lld", i ? "," : "", (long long)t / 1000);
        if (t % 1000)
            hc_buf_printf(out, ".%03d", (int)(t % 1000));
        hc_buf_printf(out, ",\"%s\"]", values[wire_below(seed, HC_COUNT(values))]);
    }
}

static void json_example(uint64_t seed, struct hc_buf *out)
{
    bool vector = wire_below(&seed, 5) == 0;

    hc_buf_printf(out,
        "{\"status\":\"success\",\"data\":{\"resultType\":\"%s\",\"result\":[",
        vector ? "vector" : "matrix");
    for (uint64_t n = wire_below(&seed, 4), i = 0; i < n; i++) {
        hc_buf_printf(out, "%s{\"metric\":{\"__name__\":\"up\",\"i\":\"\\u00e9%d\"},",
            i ? "," : "", (int)i);
        if (vector)
            hc_buf_puts(out, "\"value\":[1700000000.5,\"1\"]}");
        else {
            hc_buf_puts(out, "\"values\":[");
            put_samples(&seed, out);
            hc_buf_puts(out, "]}");
        }
    }
    hc_buf_puts(out, "],\"stats\":{\"x\":[1,null,true]}},\"warnings\":[\"w\"]}");
}

static const char *const names[] = {"0", "1", "2", "3"};

static size_t some_samples(uint64_t *seed, int64_t t, struct hc_sample *out)
{
    size_t n = 1 + wire_below(seed, 20);

    for (size_t i = 0; i < n; i++) {
        t += 1 + (int64_t)wire_below(seed, 1 << (1 + wire_below(seed, 20)));
        out[i] = (struct hc_sample){t, (double)wire_below(seed, 1000) / 8};
    }
    return n;
}

/* `name` tells series of one reply apart: their times begin anew. */
static void put_series(
    uint64_t *seed, const char *name, bool chunks, struct hc_buf *series)
{
    struct hc_sample s[20];
    int64_t t = 0;

    wire_label(series, "__name__", "up");
    wire_label(series, "i", name);
    for (uint64_t n = 1 + wire_below(seed, 3); n; n--) {
        size_t k = some_samples(seed, t, s);

        if (chunks)
            wire_put_chunk(series, s, k);
        for (size_t i = 0; !chunks && i < k; i++)
            wire_put_sample(series, &s[i]);
        t = s[k - 1].t_ms - (int64_t)(chunks ? wire_below(seed, 2) : 0);
    }
}

static void frame_example(uint64_t seed, struct hc_buf *out)
{
    for (uint64_t n = 1 + wire_below(&seed, 2); n; n--) {
        struct hc_buf HC_CLEANUP(hc_buf_clear) series = HC_BUF_INIT;

        put_series(&seed, names[n], true, &series);
        hc_pb_put_bytes(out, 1, series.text, series.len);
    }
    hc_pb_put_int(out, 2, 0);
}

static void stream_example(uint64_t seed, struct hc_buf *out)
{
    for (uint64_t n = 1 + wire_below(&seed, 3); n; n--) {
        struct hc_buf HC_CLEANUP(hc_buf_clear) series = HC_BUF_INIT;

        put_series(&seed, names[n], true, &series);
        wire_frame(out, &series);
    }
}

static void samples_example(uint64_t seed, struct hc_buf *out)
{
    struct hc_buf HC_CLEANUP(hc_buf_clear) result = HC_BUF_INIT;

    for (uint64_t n = wire_below(&seed, 3); n; n--) {
        struct hc_buf HC_CLEANUP(hc_buf_clear) series = HC_BUF_INIT;

        put_series(&seed, names[n], false, &series);
        wire_result(&result, &series);
    }
    hc_pb_put_bytes(out, 1, hc_buf_str(&result), result.len);
}

static void response_example(uint64_t seed, struct hc_buf *out)
{
    struct hc_buf HC_CLEANUP(hc_buf_clear) plain = HC_BUF_INIT;

    samples_example(seed, &plain);
    (void)!hc_snappy_pack(plain.text, plain.len, out);
}

/* Two nodes and some pods, each with a part of what a snapshot may say. */
static void snapshot_example(uint64_t seed, struct hc_buf *out)
{
    static const char *const parts[] = {
        "\"containers\":[{\"resources\":{\"requests\":{\"cpu\":\"%dm\",\"memory\":"
        "\"1.5Gi\",\"nvidia.com/gpu\":\"1\"}}}]",
        "\"initContainers\":[{\"restartPolicy\":\"Always\",\"resources\":{\"requests\":{"
        "\"cpu\":\"%d\"}}}],\"overhead\":{\"memory\":\"2E3\"}",
        "\"topologySpreadConstraints\":[{\"maxSkew\":%d,\"topologyKey\":\"zone\","
        "\"whenUnsatisfiable\":\"DoNotSchedule\",\"labelSelector\":{\"matchLabels\":{"
        "\"a\":\"b\"}},\"matchLabelKeys\":[\"a\"]}]",
        "\"nodeSelector\":{\"zone\":\"z%d\"},\"tolerations\":[{\"operator\":\"Exists\"}]",
        "\"affinity\":{\"nodeAffinity\":{"
        "\"requiredDuringSchedulingIgnoredDuringExecution\":{\"nodeSelectorTerms\":[{"
        "\"matchExpressions\":[{\"key\":\"zone\",\"operator\":\"Gt\",\"values\":["
        "\"%d\"]}]}]}}}",
        "\"nodeName\":\"n%d\"",
    };
    int n = 1 + (int)(seed % 5);

    hc_buf_puts(out, "{\"nodes\":[");
    for (int i = 0; i < 2; i++)
        hc_buf_printf(out,
            "%s{\"metadata\":{\"name\":\"n%d\",\"labels\":{\"zone\":\"z%d\"}},"
            "\"spec\":{\"taints\":[{\"key\":\"k\",\"effect\":\"PreferNoSchedule\"}]},"
            "\"status\":{\"allocatable\":{\"cpu\":\"4\",\"memory\":\"64213212Ki\","
            "\"pods\":\"%d\",\"nvidia.com/gpu\":\"2\"}}}",
            i ? "," : "", i, i, (int)(seed % 7));
    hc_buf_puts(out, "],\"pods\":[");
    for (int i = 0; i < n; i++) {
        hc_buf_printf(out,
            "%s{\"metadata\":{\"name\":\"p%d\",\"namespace\":\"s\",\"labels\":{\"a\":"
            "\"b\"}},\"spec\":{",
            i ? "," : "", i);
        hc_buf_printf(
            out, parts[(seed + (uint64_t)i) % HC_COUNT(parts)], (int)(seed >> 3 & 3) + 1);
        hc_buf_puts(out, "}}");
    }
    hc_buf_puts(out, "]}");
}

const struct fuzz_case fuzz_cases[] = {
    {"prom_json", fuzz_prom_json, json_example},
    {"stream", fuzz_stream, stream_example},
    {"frame", fuzz_frame, frame_example},
    {"response", fuzz_response, response_example},
    {"samples", fuzz_samples, samples_example},
    {"evaluate", fuzz_evaluate, stream_example},
    {"snapshot", fuzz_snapshot, snapshot_example},
};
const size_t fuzz_n_cases = HC_COUNT(fuzz_cases);

/* ---- mutations ---- */

static const char *const pieces[] = {"{", "}", "[", "]", ",", ":", "\"", "\\", " ",
    "null", "true", "\"metric\":{}", "\"values\":[", "\"status\":\"success\"",
    "\"result\":[]", "[1,\"2\"]", "\\ud83d\\ude00", "\\u0000", "\xc3\xa9", "\xff", "1e5",
    "-", "0", ".5", "99999999999999999", "\"NaN\"", "\"resultType\":\"scalar\"",
    "\x80\x80\x80\x80\x10", "\x08", "\x12\x01"};

/* `n` bytes at `at` give way to others. */
static void replace(
    struct hc_buf *bytes, size_t at, size_t n, const void *with, size_t len)
{
    struct hc_buf HC_CLEANUP(hc_buf_clear) tail = HC_BUF_INIT;

    hc_buf_add(&tail, bytes->text + at + n, bytes->len - at - n);
    bytes->len = at;
    hc_buf_add(bytes, with, len);
    hc_buf_add(bytes, hc_buf_str(&tail), tail.len);
}

static void copy_part(uint64_t *seed, struct hc_buf *bytes)
{
    struct hc_buf HC_CLEANUP(hc_buf_clear) part = HC_BUF_INIT;
    size_t from = wire_below(seed, bytes->len),
           n = wire_below(seed, bytes->len - from + 1);

    n = n < 200 ? n : 200;
    hc_buf_add(&part, bytes->text + from, n);
    replace(bytes, wire_below(seed, bytes->len + 1), 0, hc_buf_str(&part), n);
}

static void change(uint64_t *seed, struct hc_buf *bytes)
{
    size_t at = wire_below(seed, bytes->len), n = wire_below(seed, bytes->len - at + 1);
    const char *piece = pieces[wire_below(seed, HC_COUNT(pieces))];

    switch (wire_below(seed, 8)) {
    case 0: bytes->text[at] ^= (char)(1 << wire_below(seed, 8)); break;
    case 1: bytes->text[at] = (char)wire_random(seed); break;
    case 2: replace(bytes, at, 1, "", 0); break;
    case 3: replace(bytes, at, n < 30 ? n : 30, "", 0); break;
    case 4: replace(bytes, at, 0, piece, strlen(piece)); break;
    case 5: replace(bytes, at, n < strlen(piece) ? n : 1, piece, strlen(piece)); break;
    case 6: copy_part(seed, bytes); break;
    default:
        if (wire_below(seed, 4) == 0)
            replace(bytes, at, bytes->len - at, "", 0);
        else
            bytes->text[at] = "0123456789"[wire_below(seed, 10)];
    }
}

void fuzz_mutate(uint64_t seed, struct hc_buf *bytes)
{
    for (uint64_t n = 1 + wire_below(&seed, 4); n && bytes->len; n--)
        change(&seed, bytes);
}
