/* All pairs of one block with gaps, against two passes in long double for each pair. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernel/masked.h"
#include "reference.h"

enum { MAX_Q = 40, FROM = 3 };

/* A block of which anything can be set; NaN stands where nothing is. */
struct sheet {
    size_t q, n;
    double value[MAX_Q][FROM + HC_BLOCK];
    bool there[MAX_Q][HC_BLOCK];
};

static struct sheet *sheet_new(size_t q, size_t n)
{
    struct sheet *sheet = calloc(1, sizeof(*sheet));

    assert_non_null(sheet);
    sheet->q = q;
    sheet->n = n;
    return sheet;
}

static double *cell(struct sheet *sheet, size_t j, size_t r)
{
    return &sheet->value[j][FROM + r];
}

static void set(struct sheet *sheet, size_t j, size_t r, double x)
{
    *cell(sheet, j, r) = x;
    sheet->there[j][r] = true;
}

/* What the kernel makes of a sheet before it asks for the pairs. */
struct prepared {
    struct hc_masked_rows rows;
    const double *value[MAX_Q];
    uint64_t bits[MAX_Q][HC_BLOCK_WORDS];
    double first[MAX_Q], sum[MAX_Q], d[MAX_Q][HC_BLOCK], product[MAX_Q * MAX_Q];
};

static void prepare_column(struct sheet *sheet, size_t j, struct prepared *p)
{
    bool any = false;

    p->value[j] = sheet->value[j];
    for (size_t r = 0; r < sheet->n; r++) {
        if (!sheet->there[j][r]) {
            *cell(sheet, j, r) = NAN;
            continue;
        }
        if (!any)
            p->first[j] = *cell(sheet, j, r);
        any = true;
        p->bits[j][r / 64] |= 1ull << (r % 64);
        p->d[j][r] = *cell(sheet, j, r) - p->first[j];
        p->sum[j] += p->d[j][r];
    }
}

static struct prepared *prepare(struct sheet *sheet)
{
    struct prepared *p = calloc(1, sizeof(*p));

    assert_non_null(p);
    for (size_t j = 0; j < sheet->q; j++)
        prepare_column(sheet, j, p);
    p->rows = (struct hc_masked_rows){sheet->q, sheet->n, p->value, FROM, p->bits[0],
        p->first, p->sum, p->d[0], p->product};
    return p;
}

/* The finite values of both columns in the rows that have both. */
static size_t common(struct sheet *sheet, size_t a, size_t b, double *x, double *y)
{
    size_t n = 0;

    for (size_t r = 0; r < sheet->n; r++)
        if (sheet->there[a][r] && sheet->there[b][r]) {
            x[n] = *cell(sheet, a, r);
            y[n++] = *cell(sheet, b, r);
        }
    return n;
}

static void assert_side(double mean, double low, double m2, const double *x, size_t n)
{
    struct reference_moments expected = reference_of(x, n);
    long double deviation = sqrtl(expected.m2 / n);

    if (expected.min == expected.max) {
        assert_true(m2 == 0 && mean == x[0] && low == 0);
        return;
    }
    if (isinf((double)expected.m2)) { /* which is all there is to say */
        assert_false(isfinite(m2));
        return;
    }
    assert_true(fabsl(m2 - expected.m2) <= 1e-11L * expected.m2);
    assert_true(fabsl((long double)mean + low - expected.mean) <=
                1e-12L * deviation + 1e-18L * fabsl(expected.mean));
}

static void assert_pair(
    struct sheet *sheet, size_t a, size_t b, const struct hc_pair_moments *pair)
{
    double x[HC_BLOCK] = {0}, y[HC_BLOCK] = {0};
    size_t n = common(sheet, a, b, x, y);
    struct reference_moments ma = reference_of(x, n), mb = reference_of(y, n);
    long double c = 0;

    assert_true(pair->n == (double)n);
    if (!n) {
        assert_true(isfinite(pair->mean_a) && isfinite(pair->mean_b));
        assert_true(pair->m2_a == 0 && pair->m2_b == 0 && pair->c == 0);
        return;
    }
    assert_side(pair->mean_a, pair->low_a, pair->m2_a, x, n);
    assert_side(pair->mean_b, pair->low_b, pair->m2_b, y, n);
    if (isinf((double)ma.m2) || isinf((double)mb.m2))
        return;
    for (size_t k = 0; k < n; k++)
        c += (x[k] - ma.mean) * (y[k] - mb.mean);
    assert_true(fabsl(pair->c - c) <= 1e-11L * sqrtl(ma.m2) * sqrtl(mb.m2));
}

struct check {
    struct sheet *sheet;
    size_t lines;
};

static enum hc_status check_line(void *context, size_t a, const struct hc_pair_line *line)
{
    struct check *check = context;

    assert_int_equal(a, check->lines++);
    for (size_t b = a; b < check->sheet->q; b++) {
        struct hc_pair_moments pair = hc_pair_in(line, b);

        assert_pair(check->sheet, a, b, &pair);
    }
    return HC_OK;
}

/* All pairs say what the reference says; frees the sheet. */
static void assert_sheet(struct sheet *sheet)
{
    struct prepared *p = prepare(sheet);
    struct check check = {.sheet = sheet};
    struct hc_masked masked;

    assert_int_equal(hc_masked_init(&masked, MAX_Q), HC_OK);
    /* twice: nothing of a block stays for the next */
    for (int turn = 0; turn < 2; turn++) {
        check.lines = 0;
        assert_int_equal(hc_masked_each(&masked, &p->rows, check_line, &check), HC_OK);
        assert_int_equal(check.lines, sheet->q);
    }
    hc_masked_clear(&masked);
    free(p);
    free(sheet);
}

/* About normal. */
static double bell(struct dice *dice)
{
    double sum = 0;

    for (int i = 0; i < 12; i++)
        sum += dice_unit(dice);
    return sum - 6;
}

/* Columns of different scales, some constant, some with few values apart. */
static double value_of(size_t j, size_t r, struct dice *dice)
{
    switch (j % 8) {
    case 0: return bell(dice);
    case 1: return 1e10 + bell(dice);
    case 2: return exp(4 * bell(dice));
    case 3: return 42.1;
    case 4: return (double)(dice_below(dice, 40) == 0);
    case 5: return r % 128 ? bell(dice) : 1e7;
    case 6: return -1e-9 * (double)dice_below(dice, 3);
    default: return r < 100 ? 0.1 : 0.3;
    }
}

static void any_share_and_any_size(void **state)
{
    static const double share[] = {0, 0.01, 0.3, 0.5, 0.7, 0.97, 0.995, 1};
    static const size_t rows[] = {1, 2, 3, 7, 8, 9, 63, 64, 65, 300, 511, 512};
    static const size_t columns[] = {1, 2, 8, 15, 16, 17, 33, MAX_Q};

    (void)state;
    for (size_t i = 0; i < sizeof(share) / sizeof(share[0]); i++)
        for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++)
            for (size_t l = 0; l < sizeof(columns) / sizeof(columns[0]); l++) {
                struct sheet *sheet = sheet_new(columns[l], rows[k]);
                struct dice dice = {i * 1000 + k * 100 + l};

                for (size_t j = 0; j < sheet->q; j++)
                    for (size_t r = 0; r < sheet->n; r++)
                        if (dice_unit(&dice) >= share[i])
                            set(sheet, j, r, value_of(j, r, &dice));
                assert_sheet(sheet);
            }
}

/* Even columns are a number of their own wherever the odd one after them is there, and
 * anything elsewhere. */
static void constant_where_the_other_is(void **state)
{
    static const double share[] = {0.005, 0.2, 0.5, 0.9, 0.995};

    (void)state;
    for (size_t i = 0; i < sizeof(share) / sizeof(share[0]); i++) {
        struct sheet *sheet = sheet_new(20, HC_BLOCK);
        struct dice dice = {i};

        for (size_t j = 0; j < sheet->q; j += 2)
            for (size_t r = 0; r < sheet->n; r++) {
                bool both = dice_unit(&dice) < share[i];
                double scale = j % 4 ? 1 : 1e9;

                set(sheet, j, r, both ? scale / (double)(j + 3) : scale * bell(&dice));
                if (both)
                    set(sheet, j + 1, r, bell(&dice));
            }
        assert_sheet(sheet);
    }
}

/* Column j has the rows from 60 j on, so that neighbours share 0, 1, 2, 3 rows. */
static void few_common_rows(void **state)
{
    (void)state;
    for (size_t shared = 0; shared < 4; shared++)
        for (int far = 0; far < 3; far++) {
            struct sheet *sheet = sheet_new(8, HC_BLOCK);
            struct dice dice = {shared};

            for (size_t j = 0; j < 8; j++)
                for (size_t r = 60 * j; r < 60 * (j + 1) + shared; r++)
                    set(sheet, j, r,
                        far == 0   ? bell(&dice)
                        : far == 1 ? 1e10 + bell(&dice)
                                   : 1e6 * (double)r + bell(&dice));
            assert_sheet(sheet);
        }
}

/* The first value, by which the column is shifted, is far off and has no part in most
 * pairs. */
static void shifted_by_a_stranger(void **state)
{
    (void)state;
    for (int exponent = 0; exponent < 18; exponent += 3) {
        struct sheet *sheet = sheet_new(12, HC_BLOCK);
        struct dice dice = {7};

        for (size_t j = 0; j < 12; j++)
            for (size_t r = 0; r < HC_BLOCK; r++)
                if (j % 3 == 0 || (r && dice_below(&dice, 4)))
                    set(sheet, j, r, r || j % 2 ? 5 + bell(&dice) : pow(10, exponent));
        assert_sheet(sheet);
    }
}

/* A value of which the square is too large, where another column is not. */
static void a_huge_value_stays_where_it_is(void **state)
{
    (void)state;
    for (int all = 0; all < 2; all++) {
        struct sheet *sheet = sheet_new(12, HC_BLOCK);
        struct dice dice = {11};

        for (size_t j = 0; j < 12; j++)
            for (size_t r = 0; r < HC_BLOCK; r++) {
                bool huge = r == 100 || r == 7;

                if (j % 4 == 0)
                    set(sheet, j, r, huge || all ? 1e300 * bell(&dice) : bell(&dice));
                else if (!huge && dice_below(&dice, 3))
                    set(sheet, j, r, bell(&dice));
            }
        for (size_t j = 4; j < 12; j += 4) /* one of them only is huge */
            for (size_t r = 0; r < HC_BLOCK; r++)
                sheet->there[j][r] = r % 2;
        assert_sheet(sheet);
    }
}

/* The example of masked.h. */
static enum hc_status check_example(
    void *context, size_t a, const struct hc_pair_line *line)
{
    (void)context;
    if (a == 0) {
        assert_true(line->n[1] == 2 && line->c[1] == 0);
        assert_true(line->mean_a[1] == 2.5 && line->m2_a[1] == 4.5);
        assert_true(line->mean_b[1] == 3 && line->m2_b[1] == 0);
    }
    return HC_NO_MEMORY; /* and is passed on */
}

static void the_worked_example(void **state)
{
    struct sheet *sheet = sheet_new(2, 4);
    struct hc_masked masked;
    struct prepared *p;

    (void)state;
    set(sheet, 0, 0, 1);
    set(sheet, 0, 1, 2);
    set(sheet, 0, 2, 4);
    set(sheet, 1, 0, 3);
    set(sheet, 1, 2, 3);
    set(sheet, 1, 3, 3);
    p = prepare(sheet);
    assert_int_equal(hc_masked_init(&masked, 2), HC_OK);
    assert_int_equal(
        hc_masked_each(&masked, &p->rows, check_example, NULL), HC_NO_MEMORY);
    hc_masked_clear(&masked);
    free(p);
    free(sheet);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_share_and_any_size),
        cmocka_unit_test(constant_where_the_other_is),
        cmocka_unit_test(few_common_rows),
        cmocka_unit_test(shifted_by_a_stranger),
        cmocka_unit_test(a_huge_value_stays_where_it_is),
        cmocka_unit_test(the_worked_example),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
