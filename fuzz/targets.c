#include <stdlib.h>
#include <string.h>

#include "collect/evaluate.h"
#include "collect/snappy.h"
#include "feed.h"
#include "targets.h"
#include "wire.h"

/* ---- a sink that also looks at what it is told ---- */

struct judge {
    struct wire_log log;
    struct hc_sink sink;
    bool open, has_last;
    int64_t last_ms;
};

static void must(bool holds)
{
    if (!holds)
        abort();
}

static enum hc_status on_series(
    void *context, const struct hc_label *labels, size_t n, struct hc_error *err)
{
    struct judge *judge = context;

    must(!judge->open);
    judge->open = true;
    judge->has_last = false;
    for (size_t i = 1; i < n; i++)
        must(strcmp(labels[i - 1].name, labels[i].name) <= 0);
    return judge->sink.series(&judge->log, labels, n, err);
}

static enum hc_status on_samples(
    void *context, const struct hc_sample *s, size_t n, struct hc_error *err)
{
    struct judge *judge = context;

    must(judge->open && n);
    for (size_t i = 0; i < n; i++) {
        must(!judge->has_last || s[i].t_ms > judge->last_ms);
        must(s[i].t_ms <= HC_TIME_MS_MAX && s[i].t_ms >= -HC_TIME_MS_MAX);
        judge->has_last = true;
        judge->last_ms = s[i].t_ms;
    }
    return judge->sink.samples(&judge->log, s, n, err);
}

static enum hc_status on_end(void *context, struct hc_error *err)
{
    struct judge *judge = context;

    must(judge->open);
    judge->open = false;
    return judge->sink.end(&judge->log, err);
}

static enum hc_status on_talk(
    void *context, enum hc_talk kind, const char *text, struct hc_error *err)
{
    struct judge *judge = context;

    must(strlen(text) <= 1000);
    return judge->sink.talk(&judge->log, kind, text, err);
}

static struct hc_sink sink_of(struct judge *judge)
{
    *judge = (struct judge){.log.quiet = true};
    judge->sink = wire_sink(&judge->log);
    return (struct hc_sink){.context = judge,
        .series = on_series,
        .samples = on_samples,
        .end = on_end,
        .talk = on_talk};
}

/* ---- feeding in pieces ---- */

struct result {
    enum hc_status status;
    struct hc_error err;
    uint64_t told;
};

/* Each piece in memory of just its size; seed 0: one piece. */
static void feed(void *reader, feed_fn to, const uint8_t *bytes, size_t n, uint64_t seed)
{
    while (n) {
        size_t piece = n;
        uint8_t *exact;

        if (seed)
            piece = 1 + wire_below(&seed, wire_below(&seed, 3) ? 8 : 300);
        piece = piece < n ? piece : n;
        exact = malloc(piece);
        must(exact);
        memcpy(exact, bytes, piece);
        (void)!to(reader, exact, piece, NULL);
        free(exact);
        bytes += piece;
        n -= piece;
    }
}

static struct result read_json(const uint8_t *bytes, size_t n, uint64_t seed)
{
    struct result result = {0};
    struct judge judge;
    struct hc_sink sink = sink_of(&judge);
    struct hc_prom_json *json = NULL;

    must(hc_prom_json_new(&sink, &json) == HC_OK);
    feed(json, feed_json, bytes, n, seed);
    result.status = hc_prom_json_finish(json, &result.err);
    must(result.status != HC_OK || !judge.open);
    result.told = judge.log.mix;
    hc_prom_json_free(json);
    return result;
}

static struct result read_remote(
    enum hc_remote_kind kind, const uint8_t *bytes, size_t n, uint64_t seed)
{
    struct result result = {0};
    struct judge judge;
    struct hc_remote_options o = {
        .sink = sink_of(&judge), .kind = kind, .start_ms = 1000, .end_ms = INT64_MAX};
    struct hc_remote_read *read = NULL;

    must(hc_remote_read_new(&o, &read) == HC_OK);
    feed(read, feed_remote, bytes, n, seed);
    result.status = hc_remote_read_finish(read, &result.err);
    must(result.status != HC_OK || !judge.open);
    result.told = judge.log.mix;
    hc_remote_read_free(read);
    return result;
}

/* ---- the targets ---- */

static uint64_t seed_of(const uint8_t *bytes, size_t n)
{
    uint64_t seed = n;

    for (size_t i = 0; i < n; i++)
        seed = (seed ^ bytes[i]) * UINT64_C(0x100000001B3);
    return seed | 1;
}

static int judged(struct result whole, struct result pieces)
{
    must(whole.status == pieces.status);
    must(whole.told == pieces.told);
    must(!strcmp(whole.err.message, pieces.err.message));
    must(whole.status == HC_OK || whole.err.message[0]);
    must(whole.status == HC_OK || whole.status == HC_INPUT || whole.status == HC_SERVICE);
    return whole.status == HC_OK;
}

int fuzz_prom_json(const uint8_t *bytes, size_t n)
{
    return judged(read_json(bytes, n, 0), read_json(bytes, n, seed_of(bytes, n)));
}

static int remote(enum hc_remote_kind kind, const void *bytes, size_t n)
{
    uint64_t seed = seed_of(bytes, n);
    struct result whole = read_remote(kind, bytes, n, 0),
                  pieces = read_remote(kind, bytes, n, seed);

    /* where in a piece a fault was seen is not the same byte */
    if (whole.status == HC_INPUT && pieces.status == HC_INPUT)
        pieces.err = whole.err;
    return judged(whole, pieces);
}

int fuzz_stream(const uint8_t *bytes, size_t n)
{
    return remote(HC_REMOTE_STREAMED, bytes, n);
}

int fuzz_response(const uint8_t *bytes, size_t n)
{
    return remote(HC_REMOTE_SAMPLES, bytes, n);
}

int fuzz_frame(const uint8_t *bytes, size_t n)
{
    struct hc_buf out = HC_BUF_INIT;
    int valid;

    wire_frame_raw(&out, bytes, n);
    valid = remote(HC_REMOTE_STREAMED, out.text, out.len);
    hc_buf_clear(&out);
    return valid;
}

int fuzz_samples(const uint8_t *bytes, size_t n)
{
    struct hc_buf out = HC_BUF_INIT;
    int valid;

    must(hc_snappy_pack(bytes, n, &out) == HC_OK);
    valid = remote(HC_REMOTE_SAMPLES, out.text, out.len);
    hc_buf_clear(&out);
    return valid;
}

/* ---- queries computed on what comes ---- */

static const int asks[] = {HC_Q_LOAD_1M, HC_Q_CORES, HC_Q_NETWORK_RX, HC_Q_DISK_USAGE,
    HC_Q_POD, HC_Q_NODE_LABELS};

static void feed_evaluation(struct hc_evaluation *e, const struct hc_plan *plan,
    struct hc_piece *piece, const uint8_t *bytes, size_t n, uint64_t seed,
    struct result *result)
{
    struct hc_remote_options o = {
        .sink = hc_evaluation_sink(e), .kind = HC_REMOTE_STREAMED};
    struct hc_remote_read *read = NULL;

    hc_evaluation_range(plan, piece, &o.start_ms, &o.end_ms);
    must(hc_evaluation_begin(e, plan, piece, NULL) == HC_OK);
    must(hc_remote_read_new(&o, &read) == HC_OK);
    feed(read, feed_remote, bytes, n, seed);
    result->status = hc_remote_read_finish(read, &result->err);
    if (!result->status)
        result->status = hc_evaluation_end(e, &result->err);
    hc_remote_read_free(read);
}

static struct result evaluate(int ask, const uint8_t *bytes, size_t n, uint64_t seed)
{
    const struct hc_plan plan = {.step_s = 60,
        .scrape_s = 30,
        .window_s = 120,
        .rules = {.lookback_ms = 300000, .left_open = true}};
    const struct hc_piece_id id = {ask, {0, 1800}};
    struct result result = {0};
    struct hc_evaluation e = {.plan = NULL};
    struct hc_piece piece = {.n = 0};
    struct hc_buf stored = HC_BUF_INIT;

    hc_piece_init(&piece, &id, hc_ask_step(&plan, ask));
    feed_evaluation(&e, &plan, &piece, bytes, n, seed, &result);
    if (!result.status) {
        must(hc_piece_encode(&piece, "", &stored) == HC_OK);
        result.told = seed_of((const uint8_t *)stored.text, stored.len);
    }
    hc_buf_clear(&stored);
    hc_piece_clear(&piece);
    hc_evaluation_clear(&e);
    return result;
}

int fuzz_evaluate(const uint8_t *bytes, size_t n)
{
    int valid = 0;

    for (size_t i = 0; i < sizeof(asks) / sizeof(asks[0]); i++) {
        struct result whole = evaluate(asks[i], bytes, n, 0),
                      pieces = evaluate(asks[i], bytes, n, seed_of(bytes, n));

        if (whole.status == HC_INPUT && pieces.status == HC_INPUT)
            pieces.err = whole.err;
        valid = judged(whole, pieces);
    }
    return valid;
}
