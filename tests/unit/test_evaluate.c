/*
 * Queries computed on raw samples that are written down here, a minute apart: "1 . s n"
 * is a 1, nothing, a stale marker and NaN. What comes out is written in the same way.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "collect/evaluate.h"
#include "collect/protobuf.h"
#include "collect/snappy.h"
#include "wire.h"

enum { START_S = 60000, MOST = 400, LABELS = 16 };

struct series {
    const char *labels;  /* "a=b,c=d", sorted */
    const char *samples; /* from START_S on */
};

static struct hc_plan plan_of(void)
{
    return (struct hc_plan){
        .step_s = 60, .scrape_s = 60, .window_s = 240, .rules = {.lookback_ms = 300000}};
}

/* ---- in ---- */

static size_t read_labels(char *text, struct hc_label *labels)
{
    size_t n = 0;

    for (char *part = strsep(&text, ","); part; part = strsep(&text, ",")) {
        char *name = strsep(&part, "=");

        assert_true(n < LABELS);
        labels[n++] = (struct hc_label){name, part, strlen(name), strlen(part)};
    }
    return n;
}

static size_t read_samples(const char *text, struct hc_sample *samples)
{
    size_t n = 0;

    for (int64_t t_ms = START_S * 1000; *text; t_ms += 60000) {
        char *end = (char *)text + 1;

        assert_true(n < MOST);
        samples[n].t_ms = t_ms;
        if (*text == 's')
            samples[n++].v = hc_absent();
        else if (*text == 'n')
            samples[n++].v = NAN;
        else if (*text != '.')
            samples[n++].v = strtod(text, &end);
        text = end + (*end == ' ');
    }
    return n;
}

static enum hc_status feed_series(
    const struct hc_sink *sink, const struct series *series, struct hc_error *err)
{
    char text[1024];
    struct hc_label labels[LABELS];
    struct hc_sample samples[MOST];
    size_t n = read_samples(series->samples, samples);

    snprintf(text, sizeof(text), "%s", series->labels);
    HC_TRY(sink->series(sink->context, labels, read_labels(text, labels), err));
    if (n)
        HC_TRY(sink->samples(sink->context, samples, n, err));
    return hc_sink_end(sink, err);
}

static enum hc_status evaluate(const struct hc_plan *plan, struct hc_piece *piece,
    const struct series *series, size_t n, struct hc_error *err)
{
    struct hc_evaluation e = {.plan = NULL};
    struct hc_sink sink = hc_evaluation_sink(&e);
    enum hc_status status = hc_evaluation_begin(&e, plan, piece, err);

    for (size_t i = 0; i < n && !status; i++)
        status = feed_series(&sink, &series[i], err);
    if (!status)
        status = hc_evaluation_end(&e, err);
    hc_evaluation_clear(&e);
    return status;
}

/* ---- out ---- */

static void put_series(const struct hc_piece *piece, const struct hc_piece_series *series,
    struct hc_buf *out)
{
    const char *at = series->labels;

    for (size_t i = 0; i < series->n_labels; i++) {
        hc_buf_printf(out, "%s%s=", i ? "," : "", at);
        at += strlen(at) + 1;
        hc_buf_puts(out, at);
        at += strlen(at) + 1;
    }
    hc_buf_putc(out, ':');
    for (size_t i = 0; i < piece->n_points; i++)
        if (isnan(series->values[i]))
            hc_buf_puts(out, " .");
        else
            hc_buf_printf(out, " %.12g", series->values[i]);
    hc_buf_putc(out, '\n');
}

/* The answer of `ask` at `points` moments from START_S on. */
static void expect_of(const struct hc_plan *plan, int ask, int64_t points,
    const struct series *series, size_t n, const char *expected)
{
    struct hc_buf text = HC_BUF_INIT;
    struct hc_piece piece = {0};
    struct hc_error err = {""};
    int64_t step_s = hc_ask_step(plan, ask);
    const struct hc_piece_id id = {ask, {START_S, START_S + points * step_s}};

    hc_piece_init(&piece, &id, step_s);
    if (evaluate(plan, &piece, series, n, &err))
        fail_msg("%s", err.message);
    for (size_t i = 0; i < piece.n; i++)
        put_series(&piece, &piece.series[i], &text);
    assert_string_equal(hc_buf_str(&text), expected);
    hc_buf_clear(&text);
    hc_piece_clear(&piece);
}

#define EXPECT(ask, points, expected, ...)                                               \
    do {                                                                                 \
        const struct series given[] = {__VA_ARGS__};                                     \
        struct hc_plan plan = plan_of();                                                 \
                                                                                         \
        expect_of(&plan, ask, points, given, HC_COUNT(given), expected);                 \
    } while (0)

/* ---- newest samples, and the largest of them ---- */

static void test_newest(void **unused)
{
    (void)unused;
    EXPECT(HC_Q_LOAD_1M, 12, "instance=a: . 1 1 1 1 1 1 . . 2 . .\n",
        {"__name__=node_load1,instance=a", ". 1 . . . . . . . 2 s"});
    /* of two jobs the larger; the other one where there is only one */
    EXPECT(HC_Q_LOAD_1M, 4, "cluster=c,instance=a: 5 7 3 .\n",
        {"__name__=node_load1,cluster=c,instance=a,job=x", "5 1 3 s"},
        {"__name__=node_load1,cluster=c,instance=a,job=y", ". 7 s"});
    /* labels that are not there, or are empty, are not there */
    EXPECT(HC_Q_LOAD_1M, 2, ": 3 .\ncluster=c: 2 .\ninstance=a: 1 .\n",
        {"__name__=node_load1", "3 s"}, {"__name__=node_load1,cluster=c", "2 s"},
        {"__name__=node_load1,cluster=,instance=a", "1 s"});
    /* NaN is the largest where there is nothing else, and its series is there */
    EXPECT(HC_Q_LOAD_1M, 3, "instance=a: . 4 -1\ninstance=b: . . .\n",
        {"instance=a,job=x", "n n -1"}, {"instance=a,job=y", "s 4 n"},
        {"instance=b", "n"});
    /* what has no number has no series */
    EXPECT(HC_Q_LOAD_1M, 2, "", {"instance=a", "s"}, {"instance=b", "."});
}

static void test_the_window_before(void **unused)
{
    struct hc_plan plan = plan_of();
    struct hc_piece piece = {0};
    const struct hc_piece_id id = {HC_Q_LOAD_1M, {START_S + 120, START_S + 240}};
    int64_t start, end;

    (void)unused;
    hc_piece_init(&piece, &id, 60);
    hc_evaluation_range(&plan, &piece, &start, &end);
    assert_int_equal(start, (START_S + 120 - 300) * 1000);
    assert_int_equal(end, (START_S + 180) * 1000);
    piece.id.ask = HC_Q_NETWORK_RX;
    hc_evaluation_range(&plan, &piece, &start, &end);
    assert_int_equal(start, (START_S + 120 - 240) * 1000);
    piece.id.ask = HC_Q_POD;
    hc_evaluation_range(&plan, &piece, &start, &end);
    assert_int_equal(start, (START_S + 120 - HC_POD_STEP_S) * 1000);
    plan.rules.lookback_ms = 60000;
    plan.rules.left_open = true;
    expect_of(&plan, HC_Q_LOAD_1M, 4, &(struct series){"instance=a", ". 1 ."}, 1,
        "instance=a: . 1 . .\n");
}

/* ---- sums and counts ---- */

static void test_sum_of_rates(void **unused)
{
    (void)unused;
    /* 60 a minute is 1 a second, once the window of four minutes is full: before, half a
     * minute is added to the 60, 120 s that there are; a reset counts from 0 */
    EXPECT(HC_Q_NETWORK_RX, 6, "instance=a: . 0.5625 0.9375 1.5 1.5 1.5\n",
        {"device=eth0,instance=a", "6000 6060 6120 6180 6240 6300"},
        {"device=eth1,instance=a", "6000 6030 6060 6090 6120 6150"});
    EXPECT(HC_Q_NETWORK_RX, 4, "instance=a: . 0.375 0.625 1\n",
        {"device=eth0,instance=a", "3000 3060 60 120"});
    /* NaN spoils a sum, nothing does not */
    EXPECT(HC_Q_NETWORK_RX, 3, "instance=a: . 0.375 .\n",
        {"device=eth0,instance=a", "6000 6060 6120"},
        {"device=eth1,instance=a", ". 3000 n"}, {"device=eth2,instance=a", "3000"});
}

/* Each replica is summed by itself; where one was down, the other one counts. */
static void test_replicas(void **unused)
{
    (void)unused;
    EXPECT(HC_Q_CORES, 4, "cluster=c,instance=a: 2 2 1 .\n",
        {"cluster=c,cpu=0,instance=a,prometheus_replica=p0", "1 1 s"},
        {"cluster=c,cpu=0,instance=a,prometheus_replica=p1", "1 1 1 s"},
        {"cluster=c,cpu=1,instance=a,prometheus_replica=p0", "1 s"},
        {"cluster=c,cpu=1,instance=a,prometheus_replica=p1", "n 1 s"});
    EXPECT(HC_Q_CORES, 2, "instance=a: 2 1\ninstance=b: 1 .\n",
        {"cpu=0,instance=a,job=x,metrics_path=/m", "1"},
        {"cpu=0,instance=b,job=x", "7 s"},
        {"cpu=1,instance=a,job=x,metrics_path=/m", "1 s"},
        {"cpu=1,instance=a,job=y,metrics_path=/m", "1"});
}

/* ---- the fullest ---- */

static void test_fullest(void **unused)
{
    const struct series given[] = {
        {"__name__=node_filesystem_avail_bytes,instance=a,mountpoint=/", "60 n 0 0 s"},
        {"__name__=node_filesystem_avail_bytes,instance=a,mountpoint=/d", "25 25"},
        {"__name__=node_filesystem_avail_bytes,instance=a,mountpoint=/x", "1 1"},
        {"__name__=node_filesystem_size_bytes,instance=a,mountpoint=/", "100 100 0 50"},
        {"__name__=node_filesystem_size_bytes,instance=a,mountpoint=/d", "100 100 s"},
        {"__name__=node_filesystem_size_bytes,instance=b,mountpoint=/y", "1 1"}};
    const char *expected = "instance=a: 0.75 0.75 . 1 .\n";
    struct series back[HC_COUNT(given)];
    struct hc_plan plan = plan_of();

    (void)unused;
    for (size_t i = 0; i < HC_COUNT(given); i++)
        back[i] = given[HC_COUNT(given) - 1 - i];
    expect_of(&plan, HC_Q_DISK_USAGE, 5, given, HC_COUNT(given), expected);
    expect_of(&plan, HC_Q_DISK_USAGE, 5, back, HC_COUNT(back), expected);
}

/* ---- what was seen ---- */

static void test_seen_and_set(void **unused)
{
    (void)unused;
    /* moments five minutes apart; a marker hides nothing, a 0 does */
    EXPECT(HC_Q_POD_PHASE, 3,
        "namespace=n,phase=Pending,pod=p,uid=1: 1 . .\n"
        "namespace=n,phase=Running,pod=p,uid=1: . 1 .\n",
        {"namespace=n,phase=Pending,pod=p,uid=1", "1 1 0 0 0 0"},
        {"namespace=n,phase=Running,pod=p,uid=1", "0 0 1 s"},
        {"namespace=n,phase=Failed,pod=p,uid=1", "0 n -1 0 0 n"});
    /* the window's both ends are in it */
    EXPECT(HC_Q_POD_CREATED, 3, "namespace=n,pod=p: 0 0 .\n",
        {"instance=k,namespace=n,pod=p", "0"});
}

/* Each with all its labels, its name among them: last_over_time keeps it. */
static void test_nothing_over(void **unused)
{
    (void)unused;
    EXPECT(HC_Q_NODE_LABELS, 2,
        "__name__=kube_node_labels,label_zone=a,node=x: 1 1\n"
        "__name__=kube_node_labels,node=x: . 1\n",
        {"__name__=kube_node_labels,node=x", "0 . 1"},
        {"__name__=kube_node_labels,label_zone=a,node=x", "1 1"});
}

static void test_external_labels(void **unused)
{
    struct hc_plan plan = plan_of();
    char external[] = "cluster,replica";
    const struct series given[] = {
        {"__name__=kube_node_labels,cluster=east,node=x,replica=r0", "1"},
        {"__name__=kube_node_labels,cluster_id=7,node=y", "1"}};

    (void)unused;
    plan.rules.external = external;
    expect_of(&plan, HC_Q_NODE_LABELS, 1, given, 2,
        "__name__=kube_node_labels,cluster_id=7,node=y: 1\n"
        "__name__=kube_node_labels,node=x: 1\n");
    expect_of(&plan, HC_Q_LOAD_1M, 1,
        &(struct series){"cluster=east,instance=a,replica=r0", "1"}, 1,
        "instance=a: 1\n");
}

static void test_the_label_of_a_node(void **unused)
{
    struct hc_plan plan = plan_of();
    char label[] = "job"; /* one of those that replicas differ in, too */

    (void)unused;
    plan.node_label = label;
    expect_of(&plan, HC_Q_CORES, 1,
        (struct series[]){{"instance=a,job=x", "1"}, {"instance=b,job=x", "1"},
            {"instance=b,job=y,replica=r", "1"}},
        3, "job=x: 2\njob=y: 1\n");
}

/* ---- laws ---- */

static void random_text(uint64_t *seed, char *out)
{
    double v = (double)wire_below(seed, 1000);

    for (int i = 0; i < 60; i++) {
        v += (double)wire_below(seed, 500) / 4;
        if (wire_below(seed, 20) == 0)
            v = (double)wire_below(seed, 10);
        switch (wire_below(seed, 9)) {
        case 0: out += sprintf(out, ". "); break;
        case 1: out += sprintf(out, "s "); break;
        default: out += sprintf(out, "%g ", v);
        }
    }
}

enum { DEVICES = 3, INSTANCES = 3, REPLICAS = 2, N = DEVICES * INSTANCES * REPLICAS };

static void random_series(
    uint64_t *seed, char texts[N][1200], struct series given[N], char labels[N][120])
{
    for (int i = 0; i < N; i++) {
        snprintf(labels[i], sizeof(labels[i]),
            "__name__=%s,device=d%d,instance=i%d,replica=r%d",
            i % 2 ? "node_filesystem_size_bytes" : "node_filesystem_avail_bytes",
            i / (INSTANCES * REPLICAS), i / REPLICAS % INSTANCES, i % REPLICAS);
        random_text(seed, texts[i]);
        given[i] = (struct series){labels[i], texts[i]};
    }
}

static void values_of(const struct hc_plan *plan, const struct hc_piece_id *id,
    const struct series *given, struct hc_piece *piece)
{
    hc_piece_init(piece, id, hc_ask_step(plan, id->ask));
    assert_int_equal(evaluate(plan, piece, given, N, NULL), HC_OK);
}

/* The value of the series with another's labels. */
static double same_series(
    const struct hc_piece *piece, const struct hc_piece_series *like, int64_t t_s)
{
    for (size_t i = 0; i < piece->n; i++)
        if (piece->series[i].n_bytes == like->n_bytes &&
            !memcmp(piece->series[i].labels, like->labels, like->n_bytes))
            return piece->series[i]
                .values[(t_s - piece->id.span.start_s) / piece->step_s];
    return NAN;
}

/* Any way of cutting gives the same numbers, to the last bit. */
static void test_cuts(void **unused)
{
    static const int asks[] = {
        HC_Q_LOAD_1M, HC_Q_CORES, HC_Q_NETWORK_RX, HC_Q_POD, HC_Q_NODE_LABELS};
    static char texts[N][1200], labels[N][120];
    struct series given[N];
    uint64_t seed = 3;
    size_t compared = 0;

    (void)unused;
    for (int round = 0; round < 100; round++) {
        struct hc_plan plan = plan_of();
        int ask = asks[round % 5];
        int64_t step = hc_ask_step(&plan, ask), points = 3600 / step;
        int64_t middle =
            START_S + (int64_t)(1 + wire_below(&seed, (uint64_t)points - 1)) * step;
        const struct hc_piece_id ids[] = {{ask, {START_S, START_S + points * step}},
            {ask, {START_S, middle}}, {ask, {middle, START_S + points * step}}};
        struct hc_piece pieces[3] = {{.n = 0}, {.n = 0}, {.n = 0}};

        random_series(&seed, texts, given, labels);
        plan.rules.left_open = wire_below(&seed, 2);
        for (int i = 0; i < 3; i++)
            values_of(&plan, &ids[i], given, &pieces[i]);
        for (size_t i = 0; i < pieces[0].n; i++)
            for (int64_t p = 0; p < points; p++) {
                int64_t t_s = START_S + p * step;
                double whole = pieces[0].series[i].values[p];
                double part =
                    same_series(&pieces[t_s < middle ? 1 : 2], &pieces[0].series[i], t_s);

                assert_true(isnan(whole) ? isnan(part) : whole == part);
                compared += !isnan(whole);
            }
        for (int i = 0; i < 3; i++)
            hc_piece_clear(&pieces[i]);
    }
    assert_true(compared > 2000);
}

/* ---- answers of which the last step is ours ---- */

static enum hc_status answer(const struct hc_plan *plan, struct hc_piece *piece,
    const struct series *series, size_t n, struct hc_error *err)
{
    struct hc_evaluation e = {.plan = NULL};
    enum hc_status status = hc_evaluation_begin(&e, plan, piece, err);
    struct hc_sink sink = hc_evaluation_answers(&e);

    if (!status)
        status = sink.talk(sink.context, HC_TALK_WARNING, "a part is missing", err);
    for (size_t i = 0; i < n && !status; i++)
        status = feed_series(&sink, &series[i], err);
    if (!status)
        status = hc_evaluation_end(&e, err);
    hc_evaluation_clear(&e);
    return status;
}

static void expect_answer(
    int ask, int64_t points, const struct series *series, size_t n, const char *expected)
{
    struct hc_plan plan = plan_of();
    struct hc_buf text = HC_BUF_INIT;
    struct hc_piece piece = {0};
    struct hc_error err = {""};
    const struct hc_piece_id id = {ask, {START_S, START_S + points * 60}};

    hc_piece_init(&piece, &id, 60);
    if (answer(&plan, &piece, series, n, &err))
        hc_buf_puts(&text, err.message);
    for (size_t i = 0; i < piece.n; i++)
        put_series(&piece, &piece.series[i], &text);
    assert_string_equal(hc_buf_str(&text), expected);
    assert_string_equal(hc_buf_str(&piece.warnings), "a part is missing\n");
    hc_buf_clear(&text);
    hc_piece_clear(&piece);
}

#define ANSWER(ask, points, expected, ...)                                               \
    do {                                                                                 \
        const struct series given[] = {__VA_ARGS__};                                     \
                                                                                         \
        expect_answer(ask, points, given, HC_COUNT(given), expected);                    \
    } while (0)

#define AVAIL "__name__=node_filesystem_avail_bytes,instance=a,mountpoint="
#define SIZE "__name__=node_filesystem_size_bytes,instance=a,mountpoint="

/* The server has looked back already: a moment without a number has none. */
static void test_answers(void **unused)
{
    (void)unused;
    ANSWER(HC_Q_LOAD_1M, 5, "cluster=c,instance=a: 5 7 3 . 2\ninstance=b: . 1 . . .\n",
        {"__name__=node_load1,cluster=c,instance=a,job=x", "5 1 3"},
        {"__name__=node_load1,cluster=c,instance=a,job=y", ". 7 n . 2"},
        {"__name__=node_load1,instance=b,job=x", ". 1"});
    ANSWER(HC_Q_DISK_USAGE, 4, "instance=a: 0.75 0.75 . 1\n", {AVAIL "/", "60 60 . 0"},
        {AVAIL "/d", "25 25"}, {AVAIL "/x", "1 1"}, {SIZE "/", "100 100 100 50"},
        {SIZE "/d", "100 100"});
    ANSWER(HC_Q_NODE_INFO, 2, "internal_ip=10.0.0.1,node=n: 1 1\n",
        {"__name__=kube_node_info,internal_ip=10.0.0.1,node=n,os_image=old", "1"},
        {"__name__=kube_node_info,internal_ip=10.0.0.1,node=n,os_image=new", ". 1"});
}

static void test_answers_that_are_none(void **unused)
{
    (void)unused;
    ANSWER(HC_Q_LOAD_1M, 2,
        "the server answered load_1m for another time than was asked (60120000 ms)",
        {"instance=a", "1 2 3"});
    ANSWER(HC_Q_DISK_USAGE, 1,
        "a series that is asked for by 'node_filesystem_avail_bytes' and "
        "'node_filesystem_size_bytes' is of neither metric",
        {"instance=a,mountpoint=/", "0.5"});
}

/* ---- what fails ---- */

static void test_own_queries_have_no_series(void **unused)
{
    struct hc_plan plan = plan_of();
    struct hc_piece piece = {0};
    const struct hc_piece_id id = {HC_QUERIES, {0, 60}};

    (void)unused;
    hc_piece_init(&piece, &id, 60);
    assert_int_equal(evaluate(&plan, &piece, NULL, 0, NULL), HC_INTERNAL);
    hc_piece_clear(&piece);
}

static void test_too_much(void **unused)
{
    struct hc_plan plan = plan_of();
    struct hc_piece piece = {0};
    const struct hc_piece_id id = {HC_Q_LOAD_1M, {START_S, START_S + 600}};
    struct hc_evaluation e = {.plan = NULL};
    struct hc_sink sink = hc_evaluation_sink(&e);

    (void)unused;
    hc_piece_init(&piece, &id, 60);
    assert_int_equal(hc_evaluation_begin(&e, &plan, &piece, NULL), HC_OK);
    e.used = HC_PIECE_MAX - 150; /* room for one of ten moments */
    assert_int_equal(
        feed_series(&sink, &(struct series){"instance=a", "1"}, NULL), HC_OK);
    assert_int_equal(
        feed_series(&sink, &(struct series){"instance=a,job=x", "1"}, NULL), HC_OK);
    assert_false(e.too_much);
    assert_int_equal(
        feed_series(&sink, &(struct series){"instance=b", "1"}, NULL), HC_SERVICE);
    assert_true(e.too_much);
    hc_evaluation_clear(&e);
    hc_piece_clear(&piece);
}

static void test_no_memory(void **unused)
{
    static const int asks[] = {HC_Q_CORES, HC_Q_DISK_USAGE, HC_Q_NODE_LABELS};
    const struct series given[] = {
        {"__name__=node_filesystem_avail_bytes,instance=a", "1 2"},
        {"__name__=node_filesystem_avail_bytes,instance=b", "1 2"},
        {"__name__=node_filesystem_size_bytes,instance=a", "4 4"}};
    struct hc_plan plan = plan_of();

    (void)unused;
    for (size_t k = 0; k < HC_COUNT(asks); k++) {
        enum hc_status status = HC_NO_MEMORY;

        for (long n = 0; status; n++) {
            struct hc_piece piece = {0};
            const struct hc_piece_id id = {asks[k], {START_S, START_S + 600}};

            hc_piece_init(&piece, &id, hc_ask_step(&plan, asks[k]));
            hc_mem_fail_after(n);
            status = evaluate(&plan, &piece, given, 3, NULL);
            hc_mem_fail_after(-1);
            assert_true(n < 300 && (!status || status == HC_NO_MEMORY));
            assert_true(status || piece.n);
            hc_piece_clear(&piece);
        }
    }
}

/* ---- what is asked for ---- */

static const char *request_of(const struct hc_plan *plan, int ask)
{
    static char text[8192];
    struct hc_buf body = HC_BUF_INIT, plain = HC_BUF_INIT;
    struct hc_piece piece = {0};
    const struct hc_piece_id id = {ask, {START_S, START_S + 600}};
    const char *fault;

    hc_piece_init(&piece, &id, 60);
    assert_int_equal(hc_evaluation_request(plan, &piece, &body, NULL), HC_OK);
    assert_int_equal(
        hc_snappy_unpack(body.text, body.len, sizeof(text), &plain, &fault), HC_OK);
    for (size_t i = 0; i < plain.len; i++) /* texts between unprintable bytes */
        text[i] = plain.text[i] < ' ' ? '.' : plain.text[i];
    text[plain.len] = '\0';
    hc_buf_clear(&body);
    hc_buf_clear(&plain);
    return text;
}

static void test_request(void **unused)
{
    char match[] = "cluster=\"a.b\", zone!='x'", wrong[] = "cluster=";
    struct hc_plan plan = plan_of();
    struct hc_buf body = HC_BUF_INIT;
    struct hc_piece piece = {.id = {HC_Q_LOAD_1M, {0, 60}}, .step_s = 60};

    (void)unused;
    plan.match = match;
    assert_non_null(strstr(request_of(&plan, HC_Q_LOAD_1M), "node_load1"));
    assert_non_null(strstr(request_of(&plan, HC_Q_LOAD_1M), "cluster..a\\.b"));
    assert_non_null(strstr(request_of(&plan, HC_Q_LOAD_1M), "zone..x"));
    assert_non_null(strstr(request_of(&plan, HC_Q_IOWAIT), "iowait"));
    assert_non_null(strstr(request_of(&plan, HC_Q_DISK_USAGE),
        "node_filesystem_avail_bytes|node_filesystem_size_bytes"));
    for (int ask = 0; ask < HC_QUERIES; ask++)
        assert_non_null(strstr(request_of(&plan, ask), hc_queries[ask].metric));
    plan.match = wrong;
    assert_int_equal(hc_evaluation_request(&plan, &piece, &body, NULL), HC_USAGE);
    hc_buf_clear(&body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_newest),
        cmocka_unit_test(test_the_window_before),
        cmocka_unit_test(test_sum_of_rates),
        cmocka_unit_test(test_replicas),
        cmocka_unit_test(test_fullest),
        cmocka_unit_test(test_seen_and_set),
        cmocka_unit_test(test_nothing_over),
        cmocka_unit_test(test_external_labels),
        cmocka_unit_test(test_the_label_of_a_node),
        cmocka_unit_test(test_cuts),
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_answers_that_are_none),
        cmocka_unit_test(test_own_queries_have_no_series),
        cmocka_unit_test(test_too_much),
        cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_request),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
