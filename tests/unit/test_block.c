/* Shifted sums of a block against two passes in long double, for every length. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernel/block.h"
#include "reference.h"

enum { Q = 9 };

static void fill(struct dice *dice, double *x, size_t n, double mean, double deviation)
{
    for (size_t i = 0; i < n; i++)
        x[i] = mean + deviation * (dice_unit(dice) - 0.5);
}

static struct hc_moments moments_of(const double *x, size_t n, double *d)
{
    struct hc_sums sums;

    hc_block_shift(x, n, x[0], d, &sums);
    for (size_t i = 0; i < n; i++)
        assert_true(d[i] == x[i] - x[0]);
    return hc_block_moments(&sums, n, x[0]);
}

static void moments_of_every_length(void **state)
{
    static const double mean[] = {0, 1e10, -1e10, 1e-200, 1e15};
    double x[HC_BLOCK], d[HC_BLOCK];
    struct dice dice = {1};

    (void)state;
    for (size_t k = 0; k < HC_COUNT(mean); k++)
        for (size_t n = 1; n <= HC_BLOCK; n += n < 40 ? 1 : 59) {
            struct reference_moments expected;
            struct hc_moments m;

            fill(&dice, x, n, mean[k], 1);
            expected = reference_of(x, n);
            m = moments_of(x, n, d);
            assert_int_equal(m.n, n);
            assert_true(m.min == expected.min && m.max == expected.max);
            assert_true(fabsl((long double)m.mean + m.mean_low - expected.mean) <
                        1e-14L + 1e-18L * fabsl(expected.mean));
            assert_true(fabsl(m.m2 - expected.m2) <= 1e-12L * expected.m2);
        }
}

static void equal_values_have_no_deviation(void **state)
{
    double x[HC_BLOCK], d[HC_BLOCK];

    (void)state;
    for (size_t n = 1; n <= HC_BLOCK; n++) {
        struct hc_moments m;

        x[n - 1] = 0.1;
        m = moments_of(x, n, d);
        assert_true(m.m2 == 0 && m.mean == 0.1 && m.mean_low == 0);
        assert_true(m.min == 0.1 && m.max == 0.1);
    }
}

static void what_is_not_finite_shows(void **state)
{
    static const double odd[] = {NAN, INFINITY, -INFINITY};
    double x[HC_BLOCK] = {0}, d[HC_BLOCK];
    struct hc_sums sums;

    (void)state;
    for (size_t k = 0; k < HC_COUNT(odd); k++)
        for (size_t at = 0; at < 77; at++) {
            x[at] = odd[k];
            hc_block_shift(x, 77, x[0], d, &sums);
            assert_false(isfinite(sums.dd));
            x[at] = 0;
        }
}

static void comoments_of_every_length(void **state)
{
    static double x[Q][HC_BLOCK], d[Q * HC_BLOCK];
    double sum[Q], c[Q * Q];
    struct dice dice = {2};

    (void)state;
    for (size_t n = 1; n <= HC_BLOCK; n += n < 20 ? 1 : 41) {
        struct reference_moments m[Q];
        struct hc_sums sums;

        for (size_t j = 0; j < Q; j++) {
            fill(&dice, x[j], n, j == 3 ? 1e10 : (double)j, j == 5 ? 0 : 1);
            hc_block_shift(x[j], n, x[j][0], d + j * HC_BLOCK, &sums);
            sum[j] = sums.d;
            m[j] = reference_of(x[j], n);
        }
        hc_block_comoments(d, HC_BLOCK, Q, n, sum, c);
        for (size_t a = 0; a < Q; a++)
            for (size_t b = a; b < Q; b++) {
                long double expected = 0;

                for (size_t i = 0; i < n; i++)
                    expected += (x[a][i] - m[a].mean) * (x[b][i] - m[b].mean);
                assert_true(fabsl(c[a * Q + b] - expected) <=
                            1e-12L * sqrtl(m[a].m2) * sqrtl(m[b].m2) + 1e-30L);
            }
        assert_true(c[5 * Q + 5] == 0 && c[5 * Q + 6] == 0);
    }
}

static void bitmaps(void **state)
{
    const uint64_t bits[2] = {1ull << 63, 2};

    (void)state;
    assert_true(hc_bit(bits, 63) && hc_bit(bits, 65) && !hc_bit(bits, 64));
    assert_true(hc_word_mask(0, 0) == 0 && hc_word_mask(1, 0) == 1);
    assert_true(hc_word_mask(64, 0) == UINT64_MAX && hc_word_mask(64, 1) == 0);
    assert_true(hc_word_mask(70, 1) == 63 && hc_word_mask(512, 7) == UINT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moments_of_every_length),
        cmocka_unit_test(equal_values_have_no_deviation),
        cmocka_unit_test(what_is_not_finite_shows),
        cmocka_unit_test(comoments_of_every_length),
        cmocka_unit_test(bitmaps),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
