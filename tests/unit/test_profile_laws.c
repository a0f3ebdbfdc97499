/*
 * The laws of a profile: any split of the rows, merged in any order, says what the whole
 * says, and the whole says what two passes in long double say (reference.h).
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reference.h"

enum { MAX_PARTS = 7, STEP_S = 300 };

static struct hc_profile_options options_for(size_t columns)
{
    return (struct hc_profile_options){.columns = columns,
        .gauges = columns < KINDS ? columns : KINDS,
        .main = columns > ODD ? 3 : 1,
        .main_column = {LEVEL, FAR, ODD},
        .grain_s = 3600,
        .step_hint_us = STEP_S * 1000000ll,
        .comoments = true};
}

static struct hc_profile *empty(
    const struct hc_profile_options *options, struct shelf *shelf)
{
    struct hc_profile_options with_sink = *options;
    struct hc_profile *profile = NULL;

    if (shelf) {
        shelf->gauges = options->gauges;
        with_sink.sink = shelf_sink(shelf);
    }
    assert_int_equal(hc_profile_new(&with_sink, &profile), HC_OK);
    return profile;
}

/* Rows [from, to) in batches of `batch` rows; 0: of any length, at random. */
static void feed(const struct table *t, size_t from, size_t to, size_t batch,
    struct dice *dice, struct hc_profile *profile)
{
    while (from < to) {
        size_t end = table_file_end(t, from), n = batch;

        if (!n)
            n = 1 + dice_below(dice, dice_below(dice, 4) ? 1500 : 3);
        if (end > to)
            end = to;
        if (end > from + n)
            end = from + n;
        assert_int_equal(table_feed(t, from, end, profile), HC_OK);
        from = end;
    }
}

static void flush(struct hc_profile *profile)
{
    assert_int_equal(hc_profile_flush(profile), HC_OK);
}

static void merge(struct hc_profile *into, const struct hc_profile *from)
{
    assert_int_equal(hc_profile_merge(into, from), HC_OK);
}

/* All of a table in one profile, flushed. */
static struct hc_profile *whole(const struct table *t,
    const struct hc_profile_options *options, size_t batch, struct shelf *shelf)
{
    struct hc_profile *profile = empty(options, shelf);
    struct dice dice = {7};

    feed(t, 0, t->rows, batch, &dice, profile);
    flush(profile);
    return profile;
}

static void assert_tells(const struct table *t, const struct hc_profile_options *options,
    struct hc_profile *profile, struct shelf *shelf)
{
    assert_profile_tells(t, profile, options);
    assert_cells_tell(t, shelf, options);
    hc_profile_free(profile);
    shelf_clear(shelf);
}

static void assert_whole_tells(
    const struct table *t, const struct hc_profile_options *options, size_t batch)
{
    struct shelf shelf = {0};

    assert_tells(t, options, whole(t, options, batch, &shelf), &shelf);
}

/* Merges all parts, two at a time as the dice fall; frees all but the last. */
static struct hc_profile *merge_all(
    struct hc_profile **parts, size_t n, struct dice *dice)
{
    for (; n > 1; n--) {
        size_t from = dice_below(dice, n), into;
        struct hc_profile *last;

        if (dice_below(dice, 3) == 0)
            flush(parts[from]);
        last = parts[n - 1];
        parts[n - 1] = parts[from];
        parts[from] = last;
        into = dice_below(dice, n - 1);
        merge(parts[into], parts[n - 1]);
        hc_profile_free(parts[n - 1]);
    }
    flush(parts[0]);
    return parts[0];
}

/* Stretches of up to `longest` rows go to parts at random. */
static struct hc_profile *split(const struct table *t,
    const struct hc_profile_options *options, size_t n, size_t longest, struct dice *dice,
    struct shelf *shelf)
{
    struct hc_profile *parts[MAX_PARTS];

    for (size_t i = 0; i < n; i++)
        parts[i] = empty(options, shelf);
    for (size_t from = 0, to; from < t->rows; from = to) {
        to = from + 1 + dice_below(dice, longest);
        if (to > t->rows)
            to = t->rows;
        feed(t, from, to, 0, dice, parts[dice_below(dice, n)]);
    }
    return merge_all(parts, n, dice);
}

/* ---- the tables ---- */

static const struct table_spec tables[] = {
    {.nodes = 5, .steps = 400, .columns = KINDS, .order = BY_NODE},
    {.nodes = 5, .steps = 400, .columns = KINDS, .order = BY_TIME},
    {.nodes = 5, .steps = 300, .columns = KINDS, .order = SHUFFLED},
    {.nodes = 4, .steps = 500, .columns = KINDS, .order = BY_NODE, .missing = 0.01},
    {.nodes = 4, .steps = 400, .columns = KINDS, .order = BY_TIME, .missing = 0.5},
    {.nodes = 3,
        .steps = 700,
        .columns = KINDS,
        .files = 3,
        .order = BY_NODE,
        .repeated = 0.2,
        .lost = 0.1},
    {.nodes = 3,
        .steps = 700,
        .columns = KINDS,
        .files = 4,
        .order = BY_TIME,
        .repeated = 0.5,
        .lost = 0.3,
        .other = true},
    {.nodes = 6,
        .steps = 300,
        .columns = KINDS,
        .order = BY_NODE,
        .dropped = 0.3,
        .no_key = 0.02,
        .missing = 0.05,
        .lost = 0.02},
    {.nodes = 6,
        .steps = 300,
        .columns = KINDS,
        .files = 2,
        .order = BY_TIME,
        .dropped = 0.5,
        .no_key = 0.05,
        .repeated = 0.1},
    {.nodes = 4,
        .steps = 500,
        .columns = KINDS,
        .order = BY_NODE,
        .jitter_s = 1,
        .lost = 0.01},
    {.nodes = 4, .steps = 500, .columns = KINDS, .order = BY_TIME, .jitter_s = 1},
    {.nodes = 30, .steps = 60, .columns = 3, .order = BY_TIME, .lost = 0.5},
    /* all columns there in most rows: the way through BLAS, and its seams */
    {.nodes = 4, .steps = 600, .columns = 5, .order = BY_NODE, .missing = 0.05},
    {.nodes = 4, .steps = 600, .columns = 5, .order = BY_TIME, .missing = 0.002},
    {.nodes = 2, .steps = 900, .columns = 5, .files = 2, .order = BY_NODE},
    {.nodes = 3, .steps = 200, .columns = 4, .files = 3, .order = SHUFFLED},
    {.nodes = 1, .steps = 3, .columns = KINDS, .order = BY_NODE},
    {.nodes = 2, .steps = 1, .columns = KINDS, .order = BY_NODE},
};

enum { TABLES = sizeof(tables) / sizeof(tables[0]) };

static struct table *table_number(size_t i)
{
    struct table_spec spec = tables[i];

    spec.step_s = STEP_S;
    spec.seed = i + 1;
    return table_random(&spec);
}

static void the_whole_agrees_with_the_reference(void **state)
{
    (void)state;
    for (size_t i = 0; i < TABLES; i++) {
        struct table *t = table_number(i);
        struct hc_profile_options options = options_for(t->columns);

        assert_whole_tells(t, &options, 2048);
        table_free(t);
    }
    /* the figures of times are not all given up */
    assert_true(reference_exact_nodes > reference_inexact_nodes);
}

static void any_split_equals_the_whole(void **state)
{
    static const size_t longest[] = {3, 100, 600, 2000};

    (void)state;
    for (size_t i = 0; i < TABLES; i++) {
        struct table *t = table_number(i);
        struct hc_profile_options options = options_for(t->columns);
        struct dice dice = {i};

        for (size_t k = 0; k < 4; k++) {
            struct shelf shelf = {0};
            size_t parts = 1 + dice_below(&dice, MAX_PARTS);

            assert_tells(t, &options,
                split(t, &options, parts, longest[k], &dice, &shelf), &shelf);
        }
        table_free(t);
    }
}

static void batches_of_any_length_are_alike(void **state)
{
    static const size_t batch[] = {1, 2, 63, 64, 65, 511, 512, 513, 1025};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct table *t = table_number(3 + 4 * i);
        struct hc_profile_options options = options_for(t->columns);

        for (size_t k = 0; k < sizeof(batch) / sizeof(batch[0]); k++)
            assert_whole_tells(t, &options, batch[k]);
        table_free(t);
    }
}

/* As DuckDB has it: threads take row groups in turn, a vector of rows at a time. */
static void threads_that_take_turns(void **state)
{
    enum { GROUP = 700, VECTOR = 128, THREADS = 4 };

    (void)state;
    for (size_t i = 0; i < TABLES; i++) {
        struct table *t = table_number(i);
        struct hc_profile_options options = options_for(t->columns);
        struct hc_profile *thread[THREADS];
        struct shelf shelf = {0};
        struct dice dice = {i + 99};

        for (size_t k = 0; k < THREADS; k++)
            thread[k] = empty(&options, &shelf);
        for (size_t k = 0; k * GROUP < t->rows; k++) {
            size_t from = k * GROUP, to = from + GROUP < t->rows ? from + GROUP : t->rows;

            feed(t, from, to, VECTOR, &dice, thread[(k + k / 5) % THREADS]);
        }
        assert_tells(t, &options, merge_all(thread, THREADS, &dice), &shelf);
        table_free(t);
    }
}

/* ---- merging ---- */

struct three {
    struct table *table;
    struct hc_profile_options options;
    struct shelf shelf;
    struct hc_profile *part[3];
};

static void three_make(struct three *three, size_t i)
{
    struct dice dice = {i};

    *three = (struct three){.table = table_number(i)};
    three->options = options_for(three->table->columns);
    for (size_t k = 0; k < 3; k++) {
        size_t rows = three->table->rows;

        three->part[k] = empty(&three->options, &three->shelf);
        feed(three->table, k * rows / 3, (k + 1) * rows / 3, 0, &dice, three->part[k]);
    }
}

static void three_check(struct three *three, size_t result)
{
    flush(three->part[result]);
    assert_profile_tells(three->table, three->part[result], &three->options);
    assert_cells_tell(three->table, &three->shelf, &three->options);
    for (size_t k = 0; k < 3; k++)
        hc_profile_free(three->part[k]);
    shelf_clear(&three->shelf);
    table_free(three->table);
}

static void merge_commutes_and_associates(void **state)
{
    static const size_t into_from[][4] = {{0, 1, 0, 2}, {1, 0, 1, 2}, {1, 2, 0, 1},
        {2, 1, 0, 2}, {2, 0, 1, 2}, {0, 2, 1, 0}};

    (void)state;
    for (size_t i = 5; i < 9; i++)
        for (size_t k = 0; k < sizeof(into_from) / sizeof(into_from[0]); k++) {
            const size_t *order = into_from[k];
            struct three three;

            three_make(&three, i);
            merge(three.part[order[0]], three.part[order[1]]);
            merge(three.part[order[2]], three.part[order[3]]);
            three_check(&three, order[2]);
        }
}

static void empty_is_neutral(void **state)
{
    (void)state;
    for (size_t i = 4; i < 7; i++) {
        struct table *t = table_number(i);
        struct hc_profile_options options = options_for(t->columns);
        struct shelf left = {0}, right = {0};
        struct hc_profile *a = whole(t, &options, 100, &left), *b = empty(&options, NULL);
        struct hc_profile *c = whole(t, &options, 100, &right),
                          *d = empty(&options, NULL);

        merge(a, b);
        merge(d, c);
        hc_profile_free(b);
        hc_profile_free(c);
        assert_tells(t, &options, a, &left);
        assert_tells(t, &options, d, &right);
        table_free(t);
    }
}

static void adding_goes_on_after_a_flush_and_a_merge(void **state)
{
    (void)state;
    for (size_t i = 5; i < 9; i++) {
        struct table *t = table_number(i);
        struct hc_profile_options options = options_for(t->columns);
        struct shelf shelf = {0};
        struct hc_profile *a = empty(&options, &shelf), *b = empty(&options, &shelf);
        struct dice dice = {i};

        feed(t, 0, t->rows / 4, 0, &dice, a);
        feed(t, t->rows / 4, t->rows / 2, 0, &dice, b);
        flush(a);
        merge(a, b);
        feed(t, t->rows / 2, 3 * t->rows / 4, 0, &dice, a);
        flush(a);
        feed(t, 3 * t->rows / 4, t->rows, 0, &dice, a);
        flush(a);
        hc_profile_free(b);
        assert_tells(t, &options, a, &shelf);
        table_free(t);
    }
}

static void other_options_do_not_merge(void **state)
{
    struct hc_profile_options options = options_for(KINDS), other;
    struct hc_profile *a = empty(&options, NULL), *b;

    (void)state;
    for (int i = 0; i < 7; i++) {
        other = options;
        other.columns += i == 0;
        other.gauges -= i == 1;
        other.main -= i == 2;
        other.main_column[1] += i == 3;
        other.grain_s = i == 4 ? 900 : other.grain_s;
        other.step_hint_us += i == 5 ? 1000000 : 0;
        other.comoments = i != 6;
        b = empty(&other, NULL);
        assert_int_equal(hc_profile_merge(a, b), HC_USAGE);
        assert_int_equal(hc_profile_merge(b, a), HC_USAGE);
        hc_profile_free(b);
    }
    hc_profile_free(a);
}

/* ---- odd shapes ---- */

static void nothing_at_all(void **state)
{
    struct hc_profile_options options = options_for(KINDS);
    struct table *t = table_new(0, KINDS, 0);
    struct hc_profile_node_result node;
    struct hc_profile *profile;
    uint32_t id;

    (void)state;
    assert_whole_tells(t, &options, 1);
    table_free(t);
    profile = empty(&options, NULL);
    assert_int_equal(hc_profile_node(profile, "x", 1, &id), HC_OK);
    flush(profile);
    assert_int_equal(hc_profile_read_node(profile, id, &node, NULL), HC_OK);
    assert_int_equal(node.rows, 0);
    assert_int_equal(node.distinct, 0);
    assert_int_equal(node.step_s, 0);
    assert_false(node.inexact_times);
    assert_true(isnan(hc_profile_node_quantile(profile, id, 0, 0.5)));
    hc_profile_free(profile);
}

static void options_that_make_no_sense(void **state)
{
    struct hc_profile *profile = NULL;

    (void)state;
    for (int i = 0; i < 7; i++) {
        struct hc_profile_options options = options_for(KINDS);

        options.columns = i == 0 ? 0 : options.columns;
        options.gauges = i == 1 ? KINDS + 1 : options.gauges;
        options.main = i == 2 ? HC_PROFILE_MAX_MAIN + 1 : options.main;
        options.main_column[0] = i == 3 ? KINDS : 0;
        options.grain_s = i == 4 ? 0 : options.grain_s;
        options.step_hint_us = i == 5 ? -1000000 : i == 6 ? 1 : options.step_hint_us;
        assert_int_equal(hc_profile_new(&options, &profile), HC_USAGE);
        assert_null(profile);
    }
}

static void without_gauges_main_or_pairs(void **state)
{
    struct table *t = table_number(7);
    double *r = calloc(KINDS * KINDS, sizeof(*r));
    uint64_t *n = calloc(KINDS * KINDS, sizeof(*n));

    (void)state;
    for (int i = 0; i < 8; i++) {
        struct hc_profile_options options = options_for(KINDS);
        struct hc_profile *profile;

        options.gauges = i & 1 ? options.gauges : 0;
        options.main = i & 2 && options.gauges ? options.main : 0;
        options.comoments = i & 4;
        assert_whole_tells(t, &options, 300);
        profile = empty(&options, NULL);
        assert_int_equal(
            hc_profile_correlation(profile, r, n), options.comoments ? HC_OK : HC_USAGE);
        hc_profile_free(profile);
    }
    free(r);
    free(n);
    table_free(t);
}

static void without_a_sink(void **state)
{
    struct table *t = table_number(5);
    struct hc_profile_options options = options_for(KINDS);
    struct hc_profile *profile = whole(t, &options, 100, NULL);

    (void)state;
    assert_profile_tells(t, profile, &options);
    hc_profile_free(profile);
    table_free(t);
}

static void many_columns(void **state)
{
    struct table_spec spec = {.nodes = 3,
        .steps = 200,
        .columns = 300,
        .order = BY_TIME,
        .step_s = STEP_S,
        .missing = 0.001,
        .seed = 3};
    struct table *t = table_random(&spec);
    struct hc_profile_options options = options_for(300);
    struct shelf shelf = {0};
    struct dice dice = {3};

    (void)state;
    assert_tells(t, &options, split(t, &options, 2, 400, &dice, &shelf), &shelf);
    table_free(t);
}

static void values_out_of_range_are_counted(void **state)
{
    struct table *t = table_number(3);
    struct hc_profile_options options = options_for(KINDS);
    double low[KINDS], high[KINDS];
    struct shelf shelf = {0};
    struct dice dice = {3};

    (void)state;
    for (size_t j = 0; j < KINDS; j++) {
        low[j] = j % 3 ? 0.1 : -INFINITY;
        high[j] = j % 4 ? 1 : INFINITY;
    }
    low[WHOLE] = 1; /* what is at a limit is within it */
    high[WHOLE] = 7;
    options.low = low;
    options.high = high;
    assert_tells(t, &options, split(t, &options, 3, 900, &dice, &shelf), &shelf);
    table_free(t);
}

/* Mean 1e10, deviation 1, in few and in many pieces: what the rounding of a mean would
 * cost without hc_moments' mean_low. */
static void badly_scaled_columns_keep_their_digits(void **state)
{
    struct table_spec spec = {.nodes = 2, .columns = 5, .step_s = STEP_S, .seed = 4};
    struct hc_profile_options options = options_for(5);

    (void)state;
    options.main_column[0] = FAR;
    for (spec.steps = 10; spec.steps < 3000; spec.steps *= 6)
        for (spec.order = BY_NODE; spec.order <= SHUFFLED; spec.order++) {
            struct table *t = table_random(&spec);

            for (size_t j = 0; j < 5; j++)
                for (size_t i = 0; i < t->rows; i++)
                    t->value[j][i] += 1e10;
            assert_whole_tells(t, &options, 512);
            assert_whole_tells(t, &options, 1);
            table_free(t);
        }
}

/* The whole, and two splits of it. */
static void assert_law(const struct table *t, size_t gauges)
{
    struct hc_profile_options options = options_for(t->columns);
    struct dice dice = {t->rows};

    options.gauges = gauges;
    options.main = 1;
    assert_whole_tells(t, &options, 2048);
    for (size_t longest = 40; longest < 2000; longest *= 20) {
        struct shelf shelf = {0};

        assert_tells(t, &options, split(t, &options, 3, longest, &dice, &shelf), &shelf);
    }
}

static void gaps_at_random(void **state)
{
    static const double share[] = {0.002, 0.01, 0.1, 0.5, 0.9, 0.99};
    struct table_spec spec = {
        .nodes = 3, .steps = 500, .columns = KINDS, .step_s = STEP_S};

    (void)state;
    for (size_t i = 0; i < sizeof(share) / sizeof(share[0]); i++) {
        struct table *t;

        spec.missing = share[i];
        spec.order = i % 2 ? BY_NODE : SHUFFLED;
        spec.seed = i;
        t = table_random(&spec);
        assert_law(t, KINDS);
        for (size_t j = 0; j < 5; j++) /* the same, far off */
            for (size_t r = 0; r < t->rows; r++)
                t->value[j][r] += 1e10;
        assert_law(t, KINDS);
        table_free(t);
    }
}

/* No two rows lack the same columns, over several blocks. */
static void no_two_rows_alike(void **state)
{
    enum { WIDE = 20 };
    struct table_spec spec = {
        .nodes = 2, .steps = 570, .columns = WIDE, .step_s = STEP_S, .seed = 5};
    struct table *t = table_random(&spec);

    (void)state;
    for (size_t i = 0, a = 0, b = 1, c = 2; i < t->rows; i++) {
        t->there[a][i] = t->there[b][i] = t->there[c][i] = false;
        if (++c == WIDE)
            c = ++b + 1;
        if (c >= WIDE) {
            b = ++a + 1;
            c = b + 1;
        }
    }
    assert_law(t, WIDE);
    assert_law(t, 4);
    table_free(t);
}

/* A column that varies, but not where the next one is there: no r, in any split. */
static void constant_over_the_common_rows(void **state)
{
    static const double share[] = {0.003, 0.3, 0.99};
    struct table_spec spec = {
        .nodes = 2, .steps = 700, .columns = 6, .order = BY_NODE, .step_s = STEP_S};
    struct hc_profile_options options = options_for(6);

    (void)state;
    for (spec.seed = 0; spec.seed < 3; spec.seed++) {
        struct table *t = table_random(&spec);
        struct dice dice = {spec.seed};
        struct hc_profile *profile;
        double r[36];
        uint64_t n[36];

        for (size_t i = 0; i < t->rows; i++)
            for (size_t j = 0; j < 6; j += 2) {
                t->there[j][i] = dice_unit(&dice) < 0.99;
                t->there[j + 1][i] = dice_unit(&dice) < share[spec.seed];
                if (t->there[j + 1][i])
                    t->value[j][i] = 1e9 / (double)(j + 3);
            }
        assert_law(t, 6);
        profile = whole(t, &options, 700, NULL);
        assert_int_equal(hc_profile_correlation(profile, r, n), HC_OK);
        for (size_t j = 0; j < 6; j += 2)
            assert_true(isnan(r[j * 6 + j + 1]) && n[j * 6 + j + 1] > 1);
        hc_profile_free(profile);
        table_free(t);
    }
}

/* Each column has a stretch of rows, and 0 to 3 of the next one's. */
static void few_common_rows(void **state)
{
    (void)state;
    for (size_t shared = 0; shared < 4; shared++) {
        struct table_spec spec = {
            .nodes = 2, .steps = 600, .columns = 8, .step_s = STEP_S, .seed = shared};
        struct table *t = table_random(&spec);
        size_t length = t->rows / 8;

        for (size_t j = 0; j < 8; j++)
            for (size_t i = 0; i < t->rows; i++)
                t->there[j][i] = i >= j * length && i < (j + 1) * length + shared;
        assert_law(t, 8);
        table_free(t);
    }
}

/* Where a double cannot hold the second moment it is infinite, and r is none. */
static void overflow_is_not_silent(void **state)
{
    struct hc_profile_options options = {
        .columns = 2, .gauges = 2, .grain_s = 3600, .comoments = true, .main = 1};
    struct table *t = table_new(600, 2, 1);
    struct hc_profile *profile;
    struct hc_profile_column column;
    double r[4];
    uint64_t n[4];

    (void)state;
    for (size_t i = 0; i < 600; i++) {
        t->value[0][i] = i % 2 ? 1.7e308 : -1.7e308;
        t->value[1][i] = (double)i;
    }
    profile = whole(t, &options, 100, NULL);
    hc_profile_read_column(profile, 0, &column);
    assert_int_equal(column.moments.n, 600);
    assert_true(column.moments.min == -1.7e308 && column.moments.max == 1.7e308);
    assert_true(isinf(column.moments.m2) && column.moments.m2 > 0);
    assert_int_equal(hc_profile_correlation(profile, r, n), HC_OK);
    assert_true(isnan(r[0]) && isnan(r[1]) && fabs(r[3] - 1) < 1e-12);
    assert_true(fabs(hc_profile_quantile(profile, 0, 0.9) - 1.7e308) < 1.7e306);
    hc_profile_free(profile);
    table_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_whole_agrees_with_the_reference),
        cmocka_unit_test(any_split_equals_the_whole),
        cmocka_unit_test(batches_of_any_length_are_alike),
        cmocka_unit_test(threads_that_take_turns),
        cmocka_unit_test(merge_commutes_and_associates),
        cmocka_unit_test(empty_is_neutral),
        cmocka_unit_test(adding_goes_on_after_a_flush_and_a_merge),
        cmocka_unit_test(other_options_do_not_merge),
        cmocka_unit_test(nothing_at_all),
        cmocka_unit_test(options_that_make_no_sense),
        cmocka_unit_test(without_gauges_main_or_pairs),
        cmocka_unit_test(without_a_sink),
        cmocka_unit_test(many_columns),
        cmocka_unit_test(values_out_of_range_are_counted),
        cmocka_unit_test(badly_scaled_columns_keep_their_digits),
        cmocka_unit_test(gaps_at_random),
        cmocka_unit_test(no_two_rows_alike),
        cmocka_unit_test(constant_over_the_common_rows),
        cmocka_unit_test(few_common_rows),
        cmocka_unit_test(overflow_is_not_silent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
