/*
 * What is known of pods and nodes: the same whatever came first and however it was cut.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "collect/entity.h"
#include "collect/state_tables.h"
#include "piece_case.h"

enum { POINTS = 12 };

static const struct hc_span span = {0, POINTS *HC_POD_STEP_S};

static void begin(struct hc_entities *entities)
{
    hc_entities_init(entities, hc_pod_keys, 2, span, HC_POD_STEP_S);
}

/* All that is known, as text: "east/shop/a/1: 22 phase=Running ..11" */
static void dump(const struct hc_entities *entities, struct hc_buf *out)
{
    for (size_t i = 0; i < entities->n; i++) {
        const struct hc_entity *entity = &entities->list[i];

        for (size_t k = 0; hc_pod_keys[k]; k++)
            hc_buf_printf(out, "%s%s", k ? "/" : "", hc_entity_key(entity, k));
        hc_buf_puts(out, "\n");
        for (size_t f = 0; f < entity->n; f++) {
            const struct hc_fact *fact = &entity->facts[f];

            hc_buf_printf(out, "  %d %s ", fact->ask, hc_fact_label(fact, "phase"));
            for (size_t p = 0; p < entities->n_points; p++)
                if (hc_fact_at(fact, p))
                    hc_buf_printf(out, "%g ", fact->values[p]);
                else
                    hc_buf_puts(out, ". ");
            hc_buf_puts(out, "\n");
        }
    }
    assert_int_equal(hc_buf_check(out), HC_OK);
}

/* ---- the order of pieces, and halves ---- */

/* A piece of random series of few pods; the same for the same seed, another query for the
 * next seed. */
static void random_piece(struct hc_piece *piece, unsigned seed)
{
    static const int asks[] = {HC_Q_POD, HC_Q_POD_PHASE, HC_Q_POD_CREATED};
    static const char *const clusters[] = {"", "cluster=east,", "cluster=west,"};

    srand(seed);
    begin_piece(piece, asks[seed % 3], 0, POINTS);
    for (int series = 0; series < 8; series++) {
        char labels[128], digits[POINTS + 1] = {0};

        snprintf(labels, sizeof(labels), "%snamespace=n%d,pod=p%d,uid=%d,phase=x%d",
            clusters[rand() % 3], rand() % 2, rand() % 3, series, rand() % 3);
        for (int p = 0; p < POINTS; p++)
            digits[p] = rand() % 3 ? (char)('1' + rand() % 9) : '.';
        put_series(piece, labels, digits);
    }
}

/* The moments [from, until) of a piece as a piece. */
static void part_of(
    const struct hc_piece *piece, size_t from, size_t until, struct hc_piece *ret)
{
    begin_piece(ret, piece->id.ask, (int64_t)from, (int64_t)(until - from));
    for (size_t s = 0; s < piece->n; s++) {
        const struct hc_piece_series *series = &piece->series[s];
        struct hc_label labels[8];
        const char *at = series->labels;
        struct hc_sink sink = hc_piece_sink(ret);

        for (size_t i = 0; i < series->n_labels; i++) {
            const char *value = at + strlen(at) + 1;

            labels[i] = (struct hc_label){at, value, strlen(at), strlen(value)};
            at = value + strlen(value) + 1;
        }
        assert_int_equal(sink.series(ret, labels, series->n_labels, NULL), HC_OK);
        for (size_t p = from; p < until; p++)
            if (!isnan(series->values[p]))
                put_value(ret, (int64_t)(p - from), series->values[p]);
    }
}

static void add_part(
    struct hc_entities *entities, const struct hc_piece *piece, size_t from, size_t until)
{
    struct hc_piece part;

    part_of(piece, from, until, &part);
    assert_int_equal(hc_entities_add(entities, &part), HC_OK);
    hc_piece_clear(&part);
}

static void test_order_and_halves(void **unused)
{
    (void)unused;
    for (unsigned round = 0; round < 40; round++) {
        struct hc_buf whole = HC_BUF_INIT, halves = HC_BUF_INIT;
        struct hc_entities one, other;
        struct hc_piece pieces[3];
        size_t cut = 1 + round % (POINTS - 1);

        begin(&one);
        begin(&other);
        for (unsigned i = 0; i < 3; i++) {
            random_piece(&pieces[i], round * 3 + i);
            assert_int_equal(hc_entities_add(&one, &pieces[i]), HC_OK);
        }
        for (size_t i = 3; i-- > 0;) {
            add_part(&other, &pieces[i], cut, POINTS);
            add_part(&other, &pieces[i], 0, cut);
            hc_piece_clear(&pieces[i]);
        }
        hc_entities_sort(&one);
        hc_entities_sort(&other);
        dump(&one, &whole);
        dump(&other, &halves);
        assert_string_equal(hc_buf_str(&whole), hc_buf_str(&halves));
        assert_true(whole.len > 100);
        hc_entities_clear(&one);
        hc_entities_clear(&other);
        hc_buf_clear(&whole);
        hc_buf_clear(&halves);
    }
}

static void test_outside_the_span(void **unused)
{
    struct hc_entities entities;
    struct hc_piece piece;
    struct hc_buf text = HC_BUF_INIT;

    (void)unused;
    begin(&entities);
    begin_piece(&piece, HC_Q_POD, -2, POINTS + 4);
    put_series(&piece, "namespace=n,pod=p,uid=1", "12345678........");
    assert_int_equal(hc_entities_add(&entities, &piece), HC_OK);
    dump(&entities, &text);
    assert_string_equal(hc_buf_str(&text), "/n/p/1\n  22  3 4 5 6 7 8 . . . . . . \n");
    hc_piece_clear(&piece);
    hc_entities_clear(&entities);
    hc_buf_clear(&text);
}

/* ---- which of two states ---- */

/* The phase that is the newest at each moment, as its first letter. */
static void check_newest(const char *const (*facts)[2], size_t n, const char *newest)
{
    struct hc_entities entities;
    struct hc_piece piece;

    begin(&entities);
    begin_piece(&piece, HC_Q_POD_PHASE, 0, POINTS);
    for (size_t i = 0; i < n; i++)
        put_series(&piece, facts[i][0], facts[i][1]);
    assert_int_equal(hc_entities_add(&entities, &piece), HC_OK);
    hc_entities_sort(&entities);
    for (size_t p = 0; p < POINTS; p++) {
        const struct hc_fact *fact =
            hc_entity_newest(&entities.list[0], HC_Q_POD_PHASE, p, POINTS);

        assert_int_equal(fact ? *hc_fact_label(fact, "phase") : '.', newest[p]);
        assert_null(hc_entity_newest(&entities.list[0], HC_Q_POD, p, POINTS));
    }
    hc_piece_clear(&piece);
    hc_entities_clear(&entities);
}

static void test_newest(void **unused)
{
    static const char *const change[][2] = {
        {"pod=p,phase=A", "11111......."}, {"pod=p,phase=B", "....11111..."}};
    /* at the end of a day nobody knows what comes */
    static const char *const last[][2] = {
        {"pod=p,phase=A", "111111111111"}, {"pod=p,phase=B", "...........1"}};
    static const char *const blip[][2] = {
        {"pod=p,phase=A", "111111111111"}, {"pod=p,phase=B", "....1......."}};
    static const char *const equal[][2] = {
        {"pod=p,phase=B", "..11........"}, {"pod=p,phase=A", "..11........"}};
    static const char *const gap[][2] = {
        {"pod=p,phase=A", "111.11111111"}, {"pod=p,phase=B", "..11........"}};

    (void)unused;
    check_newest(change, 2, "AAAABBBBB...");
    check_newest(last, 2, "AAAAAAAAAAAB");
    check_newest(blip, 2, "AAAAAAAAAAAA");
    check_newest(equal, 2, "..AA........");
    check_newest(gap, 2, "AABBAAAAAAAA");
}

/* ---- series without the last label ---- */

static void test_adopt(void **unused)
{
    static const char *const pods[][2] = {{"pod=p,uid=1", "1111........"},
        {"pod=p,uid=2", "...1111....."}, {"pod=q,uid=3", "111111111111"},
        {"cluster=x,pod=p,uid=4", "111111111111"}};
    struct hc_entities entities;
    struct hc_piece pod, phase, own;
    struct hc_buf text = HC_BUF_INIT;

    (void)unused;
    begin(&entities);
    begin_piece(&pod, HC_Q_POD, 0, POINTS);
    begin_piece(&phase, HC_Q_POD_PHASE, 0, POINTS);
    begin_piece(&own, HC_Q_POD_PHASE, 0, POINTS);
    for (size_t i = 0; i < HC_COUNT(pods); i++)
        put_series(&pod, pods[i][0], pods[i][1]);
    put_series(&phase, "pod=p,phase=R", "123456789.1.");
    put_series(&phase, "pod=alone,phase=R", "1...........");
    put_series(&own, "pod=p,uid=2,phase=S", ".....8......");
    assert_int_equal(hc_entities_add(&entities, &phase), HC_OK);
    assert_int_equal(hc_entities_add(&entities, &pod), HC_OK);
    assert_int_equal(hc_entities_add(&entities, &own), HC_OK);
    hc_entities_sort(&entities);
    assert_int_equal(hc_entities_adopt(&entities, HC_Q_POD), HC_OK);
    dump(&entities, &text);
    assert_string_equal(hc_buf_str(&text), "//alone/\n"
                                           "  23 R 1 . . . . . . . . . . . \n"
                                           "//p/\n"
                                           "  23 R 1 2 3 4 5 6 7 8 9 . 1 . \n"
                                           "//p/1\n"
                                           "  22  1 1 1 1 . . . . . . . . \n"
                                           "  23 R 1 2 3 4 . . . . . . . . \n"
                                           "//p/2\n"
                                           "  22  . . . 1 1 1 1 . . . . . \n"
                                           "  23 R . . . 4 5 . 7 . . . . . \n"
                                           "  23 S . . . . . 8 . . . . . . \n"
                                           "//q/3\n"
                                           "  22  1 1 1 1 1 1 1 1 1 1 1 1 \n"
                                           "x//p/4\n"
                                           "  22  1 1 1 1 1 1 1 1 1 1 1 1 \n");
    hc_piece_clear(&pod);
    hc_piece_clear(&phase);
    hc_piece_clear(&own);
    hc_entities_clear(&entities);
    hc_buf_clear(&text);
}

/* ---- hostile labels ---- */

static void test_hostile_labels(void **unused)
{
    static const char *const names[] = {"a\"b'c\\d\n;--", "\xF0\x9F\x90\x8B", "x/y=z"};
    struct hc_label labels[] = {{"pod", NULL, 3, 0}, {"uid", "1", 3, 1}};
    struct hc_entities entities;
    struct hc_piece piece;
    char *large = malloc(64 << 10);

    (void)unused;
    memset(large, 'z', (64 << 10) - 1);
    large[(64 << 10) - 1] = '\0';
    begin(&entities);
    begin_piece(&piece, HC_Q_POD, 0, POINTS);
    for (size_t i = 0; i < HC_COUNT(names) + 3; i++) {
        struct hc_sink sink = hc_piece_sink(&piece);
        size_t odd = i - HC_COUNT(names);

        labels[0].value = i < HC_COUNT(names) ? names[i]
                          : odd == 2          ? large
                                              : "n\0b\0n\0c";
        labels[0].value_len =
            i < HC_COUNT(names) || odd == 2 ? strlen(labels[0].value) : 3;
        if (odd == 1)
            labels[0].value += 4; /* the same up to the NUL */
        assert_int_equal(sink.series(&piece, labels, 2, NULL), HC_OK);
        put_value(&piece, 0, 1 + (double)i);
    }
    assert_int_equal(hc_entities_add(&entities, &piece), HC_OK);
    assert_int_equal(entities.n, HC_COUNT(names) + 3);
    for (size_t i = 0; i < HC_COUNT(names); i++)
        assert_string_equal(hc_entity_key(&entities.list[i], 2), names[i]);
    assert_string_equal(hc_entity_key(&entities.list[3], 2), "n\xEF\xBF\xBD"
                                                             "b");
    assert_string_equal(hc_entity_key(&entities.list[4], 2), "n\xEF\xBF\xBD"
                                                             "c");
    assert_string_equal(hc_entity_key(&entities.list[5], 2), large);
    hc_entities_sort(&entities);
    for (size_t i = 1; i < entities.n; i++)
        assert_true(strcmp(hc_entity_key(&entities.list[i - 1], 2),
                        hc_entity_key(&entities.list[i], 2)) < 0);
    hc_piece_clear(&piece);
    hc_entities_clear(&entities);
    free(large);
}

static void test_without_a_name(void **unused)
{
    struct hc_entities entities;
    struct hc_piece piece;

    (void)unused;
    begin(&entities);
    begin_piece(&piece, HC_Q_USED_CPU, 0, POINTS);
    put_series(&piece, "namespace=n", "1");
    put_series(&piece, "namespace=n,pod=p", "2");
    assert_int_equal(hc_entities_add(&entities, &piece), HC_OK);
    assert_int_equal(entities.n, 1);
    assert_int_equal(entities.n_nameless, 1);
    hc_piece_clear(&piece);
    hc_entities_clear(&entities);
}

/* ---- no memory ---- */

static enum hc_status fill(struct hc_entities *entities, const struct hc_piece *pieces)
{
    for (size_t i = 0; i < 3; i++)
        HC_TRY(hc_entities_add(entities, &pieces[i]));
    hc_entities_sort(entities);
    return hc_entities_adopt(entities, HC_Q_POD);
}

static void test_without_memory(void **unused)
{
    enum hc_status status = HC_NO_MEMORY;
    struct hc_piece pieces[3];
    long n = 0;

    (void)unused;
    random_piece(&pieces[0], 1);
    random_piece(&pieces[1], 2);
    begin_piece(&pieces[2], HC_Q_POD_PHASE, 0, POINTS);
    put_series(&pieces[2], "namespace=n0,pod=p0,phase=R", "111111111111");
    for (; status == HC_NO_MEMORY; n++) {
        struct hc_entities entities;

        begin(&entities);
        hc_mem_fail_after(n);
        status = fill(&entities, pieces);
        hc_mem_fail_after(-1);
        hc_entities_clear(&entities);
    }
    assert_int_equal(status, HC_OK);
    assert_true(n > 20);
    for (size_t i = 0; i < 3; i++)
        hc_piece_clear(&pieces[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order_and_halves),
        cmocka_unit_test(test_outside_the_span),
        cmocka_unit_test(test_newest),
        cmocka_unit_test(test_adopt),
        cmocka_unit_test(test_hostile_labels),
        cmocka_unit_test(test_without_a_name),
        cmocka_unit_test(test_without_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
