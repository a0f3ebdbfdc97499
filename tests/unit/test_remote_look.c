/*
 * What is known of a server's rules without asking: versions and durations, and whether
 * two pieces say the same.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "collect/piece_same.h"
#include "collect/prom_duration.h"
#include "collect/remote_look.h"

static void test_rules_of_versions(void **unused)
{
    static const struct {
        const char *version;
        bool known, late_zero, left_open;
    } cases[] = {
        {"2.0.0", true, false, false},
        {"2.42.0+ds", true, false, false},
        {"2.50.1", true, false, false},
        {"2.51.0", true, true, false},
        {"2.53.5-rc.0", true, true, false},
        {"3.0.0", true, true, true},
        {"3.5.0", true, true, true},
        {"1.8.2", false, false, false},
        {"0.34.0", false, false, false},
        {"", false, false, false},
        {"v2.42.0", false, false, false},
        {"2", false, false, false},
        {"2.-1", false, false, false},
        {"latest", false, false, false},
    };

    (void)unused;
    for (size_t i = 0; i < HC_COUNT(cases); i++) {
        struct hc_remote_rules rules = {.late_zero = false};

        assert_int_equal(hc_remote_rules_of(cases[i].version, &rules), cases[i].known);
        assert_int_equal(rules.late_zero, cases[i].late_zero);
        assert_int_equal(rules.left_open, cases[i].left_open);
    }
}

static void test_durations(void **unused)
{
    static const struct {
        const char *text;
        int64_t ms; /* -1: none */
    } cases[] = {{"5m", 300000}, {"1h30m", 5400000}, {"0", 0}, {"90s", 90000},
        {"500ms", 500}, {"1m500ms", 60500}, {"1d", 86400000}, {"1w", 604800000},
        {"1y", INT64_C(31536000000)}, {"1y2w3d4h5m6s7ms", INT64_C(33019506007)},
        {"1000y", INT64_C(31536000000000)}, {"1001y", -1}, {"", -1}, {"5", -1}, {"m", -1},
        {"5 m", -1}, {"5m5m", -1}, {"5s5m", -1}, {"-5m", -1}, {"5m ", -1}, {"5x", -1},
        {"1.5h", -1}, {"5mm", -1}, {"00000000000000000005m", -1},
        {"99999999999999999999y", -1}, {"999999999999999y", -1}};

    (void)unused;
    for (size_t i = 0; i < HC_COUNT(cases); i++) {
        int64_t ms = -1;

        assert_int_equal(hc_prom_duration(cases[i].text, &ms), cases[i].ms >= 0);
        assert_int_equal(ms, cases[i].ms);
    }
}

/* ---- two pieces ---- */

static const struct hc_piece_id id = {HC_Q_LOAD_1M, {0, 120}};

static void add(struct hc_piece *piece, const char *instance, double a, double b)
{
    struct hc_label label = {"instance", instance, 8, strlen(instance)};
    struct hc_sink sink = hc_piece_sink(piece);

    assert_int_equal(sink.series(piece, &label, 1, NULL), HC_OK);
    assert_int_equal(
        sink.samples(piece, (struct hc_sample[]){{0, a}, {60000, b}}, 2, NULL), HC_OK);
}

static void test_pieces(void **unused)
{
    struct hc_piece a = {0}, b = {0};
    struct hc_error err = {""};

    (void)unused;
    hc_piece_init(&a, &id, 60);
    hc_piece_init(&b, &id, 60);
    assert_int_equal(hc_piece_same(&a, &b, 0, &err), HC_OK);
    add(&a, "x", 1, NAN);
    add(&a, "y", INFINITY, 3);
    assert_int_equal(hc_piece_same(&a, &b, 0, &err), HC_INPUT);
    assert_string_equal(err.message, "'load_1m' has 2 series and 0");
    add(&b, "y", INFINITY, 3);
    add(&b, "x", 1 + 1e-12, NAN);
    assert_int_equal(hc_piece_same(&a, &b, 1e-9, &err), HC_OK);
    assert_int_equal(hc_piece_same(&a, &b, 1e-13, &err), HC_INPUT);
    assert_non_null(strstr(err.message, "'load_1m' at 0 s is 1 and 1.000000000001"));
    b.series[1].values[1] = 2;
    assert_int_equal(hc_piece_same(&a, &b, 1e-9, NULL), HC_INPUT);
    hc_piece_reset(&b);
    add(&b, "x", 1, NAN);
    add(&b, "z", INFINITY, 3);
    assert_int_equal(hc_piece_same(&a, &b, 1, &err), HC_INPUT);
    assert_string_equal(err.message, "the series of 'load_1m' have other labels");
    hc_piece_clear(&a);
    hc_piece_clear(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rules_of_versions),
        cmocka_unit_test(test_durations),
        cmocka_unit_test(test_pieces),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
