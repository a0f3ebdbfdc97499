/* Twins and opposites: laws, planted pairs, gaps, hostile rows. Numbers are held against
 * pandas and scipy in tests/reference/test_patterns.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "patterns/scores.h"
#include "patterns/twins.h"
#include "made_signal.h"

enum { NODES = 300, HOURS = 400 };

static double x[NODES * HOURS];

/* Independent rows, but: 7 follows 3, 8 goes against 3, 290 follows 10. */
static void make(uint64_t seed, double gaps)
{
    struct hc_draw d = {seed};

    memset(x, 0, sizeof(x));
    for (size_t i = 0; i < NODES; i++)
        signal_noise(&d, x + i * HOURS, HOURS, (double)(i % 4) * 0.25);
    for (size_t t = 0; t < HOURS; t++) {
        x[7 * HOURS + t] = 3 * x[3 * HOURS + t] + x[7 * HOURS + t] + 100;
        x[8 * HOURS + t] = x[8 * HOURS + t] - 3 * x[3 * HOURS + t];
        x[290 * HOURS + t] += 2 * x[10 * HOURS + t];
    }
    for (size_t k = 0; k < NODES * HOURS && gaps > 0; k++)
        if (k / HOURS % 3 == 0 && hc_draw_unit(&d) < gaps)
            x[k] = NAN;
}

static const struct hc_twins_options usual = {.threads = 2};

static void finds_planted_pairs(void **state)
{
    (void)state;
    for (int gaps = 0; gaps < 2; gaps++) {
        struct hc_twins t;

        make(1, gaps * 0.2);
        assert_int_equal(hc_twins_find(x, NODES, HOURS, &usual, &t), HC_OK);
        assert_int_equal(t.tested, NODES * (NODES - 1) / 2);
        assert_int_equal(t.together, 2);
        assert_int_equal(t.opposite, 2); /* 3 with 8, and so 7 with 8 */
        assert_int_equal(t.n_pairs, 4);
        for (size_t k = 0; k < 4; k++) {
            const struct hc_twins_pair *p = &t.pair[k];

            assert_true(p->a < p->b && p->low < p->r && p->r < p->high && p->p < 1e-9);
            assert_true(p->n <= HOURS && p->n_independent <= p->n);
            assert_true(fabs(t.r[p->a * NODES + p->b] - p->r) < 1e-5);
            assert_true(t.r[p->a * NODES + p->b] == t.r[p->b * NODES + p->a]);
        }
        assert_true(t.family[3] && t.family[3] == t.family[7]);
        assert_true(t.family[10] && t.family[10] == t.family[290]);
        assert_true(t.family[3] != t.family[10] && t.family[3] != t.family[8]);
        hc_twins_clear(&t);
    }
}

/* Level, scale, and threads change nothing; nor does the order of rows, but for names. */
static void laws(void **state)
{
    const struct hc_twins_options one = {.threads = 1};
    static double y[NODES * HOURS];
    struct hc_twins a, b;

    (void)state;
    make(2, 0.1);
    for (size_t i = 0; i < NODES; i++)
        for (size_t t = 0; t < HOURS; t++)
            y[(NODES - 1 - i) * HOURS + t] = 8 * x[i * HOURS + t] - 512;
    assert_int_equal(hc_twins_find(x, NODES, HOURS, &usual, &a), HC_OK);
    assert_int_equal(hc_twins_find(y, NODES, HOURS, &one, &b), HC_OK);
    assert_int_equal(a.found, b.found);
    assert_int_equal(a.n_pairs, b.n_pairs);
    for (size_t k = 0; k < a.n_pairs; k++) {
        assert_true(fabs(a.pair[k].r - b.pair[k].r) < 1e-10);
        assert_int_equal(a.pair[k].a, NODES - 1 - b.pair[k].b);
    }
    for (size_t i = 0; i < NODES; i++)
        for (size_t j = 0; j < NODES; j++)
            assert_true(fabs(a.r[i * NODES + j] -
                             b.r[(NODES - 1 - i) * NODES + NODES - 1 - j]) < 1e-5);
    hc_twins_clear(&a);
    hc_twins_clear(&b);
}

/* Two walks are alike by chance: n' says so. */
static void walks_are_no_twins(void **state)
{
    struct hc_draw d = {3};
    struct hc_twins t;

    (void)state;
    memset(x, 0, sizeof(x));
    for (size_t i = 0; i < 40; i++)
        signal_noise(&d, x + i * HOURS, HOURS, 1);
    assert_int_equal(hc_twins_find(x, 40, HOURS, &usual, &t), HC_OK);
    assert_int_equal(t.n_pairs, 0);
    assert_true(t.n_loose > 20 && fabs(t.pair[0].r) > 0.8);
    assert_true(t.pair[0].n_independent < HC_TWINS_LEAST);
    hc_twins_clear(&t);
}

static void odd_rows(void **state)
{
    struct hc_twins t;

    (void)state;
    make(4, 0);
    for (size_t k = 0; k < HOURS; k++) {
        x[0 * HOURS + k] = NAN;                       /* nothing */
        x[1 * HOURS + k] = 5;                         /* constant */
        x[2 * HOURS + k] = k < 5 ? x[k] : NAN;        /* too few */
        x[4 * HOURS + k] = k < 200 ? (double)k : NAN; /* no hour in common with 5 */
        x[5 * HOURS + k] = k < 200 ? NAN : (double)(k % 7);
        x[6 * HOURS + k] = k == 7 ? INFINITY : x[3 * HOURS + k];
    }
    assert_int_equal(hc_twins_find(x, 9, HOURS, &usual, &t), HC_OK);
    for (size_t i = 0; i < 9; i++)
        for (size_t row = 0; row < 3; row++)
            assert_true(isnan(t.r[row * 9 + i]));
    assert_true(isnan(t.r[4 * 9 + 5]));
    assert_true(fabs(t.r[3 * 9 + 6] - 1) < 1e-5); /* infinity is missing */
    assert_true(t.family[3] == t.family[6]);
    hc_twins_clear(&t);
    assert_int_equal(hc_twins_find(x, 1, HOURS, &usual, &t), HC_OK);
    assert_true(t.n_pairs == 0 && t.order[0] == 0 && t.family[0] == 0);
    hc_twins_clear(&t);
    assert_int_equal(hc_twins_find(x, HC_TWINS_NODES + 1, 1, &usual, &t), HC_USAGE);
    for (long n = 0; n < 17; n++) {
        enum hc_status status;

        hc_mem_fail_after(n);
        status = hc_twins_find(x, 9, HOURS, &usual, &t);
        hc_mem_fail_after(-1);
        assert_true(status == HC_NO_MEMORY || (n > 8 && status == HC_OK));
        hc_twins_clear(&t);
    }
}

static void scores_are_of_ranks(void **state)
{
    const double y[] = {3, NAN, -1, 3, 1e9, INFINITY};
    double scratch[24], out[6];

    (void)state;
    assert_int_equal(hc_normal_scores(y, 6, scratch, out), 4);
    assert_true(isnan(out[1]) && isnan(out[5]));
    assert_true(fabs(out[0]) < 1e-12 && out[0] == out[3]);
    assert_true(
        fabs(out[4] - 1.1503493803760079) < 1e-8 && fabs(out[2] + out[4]) < 1e-12);
    assert_true(fabs(hc_normal_quantile(0.001) + 3.090232306167813) < 1e-8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_planted_pairs),
        cmocka_unit_test(laws),
        cmocka_unit_test(walks_are_no_twins),
        cmocka_unit_test(odd_rows),
        cmocka_unit_test(scores_are_of_ranks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
