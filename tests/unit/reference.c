#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reference.h"

static const int64_t second_us = 1000000;

/* 2024-01-01 00:00:00 UTC */
static const int64_t epoch_us = 1704067200ll * 1000000;

/* ---- random numbers ---- */

uint64_t dice_next(struct dice *dice)
{
    uint64_t z = dice->state += 0x9E3779B97F4A7C15u;

    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

uint64_t dice_below(struct dice *dice, uint64_t n)
{
    return dice_next(dice) % n;
}

double dice_unit(struct dice *dice)
{
    return (double)(dice_next(dice) >> 11) * 0x1p-53;
}

/* About normal: mean 0, deviation 1. */
static double dice_bell(struct dice *dice)
{
    double sum = 0;

    for (int i = 0; i < 12; i++)
        sum += dice_unit(dice);
    return sum - 6;
}

static bool dice_hit(struct dice *dice, double share)
{
    return share > 0 && dice_unit(dice) < share;
}

/* ---- a table ---- */

static void *zeroed(size_t n, size_t size)
{
    void *p = calloc(n ? n : 1, size);

    assert_non_null(p);
    return p;
}

struct table *table_new(size_t rows, size_t columns, size_t nodes)
{
    struct table *t = zeroed(1, sizeof(*t));

    t->rows = rows;
    t->columns = columns;
    t->nodes = nodes;
    t->file = zeroed(rows, sizeof(*t->file));
    t->row = zeroed(rows, sizeof(*t->row));
    t->time_us = zeroed(rows, sizeof(*t->time_us));
    t->node = zeroed(rows, sizeof(*t->node));
    t->timed = zeroed(rows, sizeof(*t->timed));
    t->kept = zeroed(rows, sizeof(*t->kept));
    t->other = zeroed(rows, sizeof(*t->other));
    t->value = zeroed(columns, sizeof(*t->value));
    t->there = zeroed(columns, sizeof(*t->there));
    for (size_t j = 0; j < columns; j++) {
        t->value[j] = zeroed(rows, sizeof(**t->value));
        t->there[j] = zeroed(rows, sizeof(**t->there));
        memset(t->there[j], true, rows);
    }
    for (size_t i = 0; i < rows; i++) {
        t->row[i] = (int64_t)i;
        t->timed[i] = t->kept[i] = true;
    }
    return t;
}

void table_free(struct table *t)
{
    for (size_t j = 0; j < t->columns; j++) {
        free(t->value[j]);
        free(t->there[j]);
    }
    free(t->value);
    free(t->there);
    free(t->file);
    free(t->row);
    free(t->time_us);
    free(t->node);
    free(t->timed);
    free(t->kept);
    free(t->other);
    free(t);
}

enum table_kind table_kind_of(size_t column)
{
    return (enum table_kind)(column % KINDS);
}

/* A row before its values: which node and when; `twin` of the row before. */
struct seed_row {
    uint32_t node;
    int64_t time_us;
    uint64_t place; /* by which SHUFFLED sorts */
    uint32_t twin;  /* 0: none; 1: an exact repeat; 2: changed */
};

static enum table_order sort_order;

static int by_order(const void *pa, const void *pb)
{
    const struct seed_row *a = pa, *b = pb;

    if (sort_order == SHUFFLED)
        return a->place < b->place ? -1 : a->place > b->place;
    if (sort_order == BY_NODE && a->node != b->node)
        return a->node < b->node ? -1 : 1;
    if (a->time_us != b->time_us)
        return a->time_us < b->time_us ? -1 : 1;
    if (a->node != b->node)
        return a->node < b->node ? -1 : 1;
    return a->twin < b->twin ? -1 : a->twin > b->twin;
}

static size_t make_rows(
    const struct table_spec *s, struct dice *dice, struct seed_row *rows)
{
    size_t n = 0;

    for (size_t step = 0; step < s->steps; step++)
        for (uint32_t node = 0; node < s->nodes; node++) {
            int64_t t = epoch_us + ((int64_t)step * s->step_s + node % 7) * second_us;

            if (s->jitter_s)
                t += ((int64_t)dice_below(dice, (uint64_t)(2 * s->jitter_s + 1)) -
                         s->jitter_s) *
                     second_us;
            if (dice_hit(dice, s->lost))
                continue;
            rows[n++] = (struct seed_row){node, t, dice_next(dice), 0};
            if (dice_hit(dice, s->repeated))
                rows[n++] = (struct seed_row){
                    node, t, dice_next(dice), 1 + (uint32_t)dice_below(dice, 2)};
        }
    sort_order = s->order;
    qsort(rows, n, sizeof(*rows), by_order);
    return n;
}

static double odd_value(struct dice *dice)
{
    static const double odd[] = {NAN, INFINITY, -INFINITY, -0.0, 0.0, 4e-320, -4e-320,
        2.2250738585072014e-308, 1e-300, -1e-300, 1.5, -1.5};

    return odd[dice_below(dice, sizeof(odd) / sizeof(odd[0]))];
}

/* A value of column `j`, in row `i` of `n`; `level` is the row's. */
static double make_value(struct dice *dice, size_t j, uint32_t node, double level,
    bool *there, size_t i, size_t n)
{
    size_t third = n / 3, special = i % (third ? third : 1);

    switch (table_kind_of(j)) {
    case LEVEL: return level;
    case FOLLOWER: return 0.5 * (level - node) - 3.0 * node + 0.1 * dice_bell(dice);
    case FAR: return 1e10 + dice_bell(dice);
    case SKEWED: return exp(4 * dice_bell(dice));
    case BY_NODE_ONLY: return 0.1 + 0.3 * node;
    case HALF_THERE: *there = i >= n / 2; return 7 + dice_bell(dice);
    case CONSTANT: return 42.1;
    case ALL_MISSING: *there = false; return 0;
    case THREE_ROWS: *there = special == 5; return 1e6 + dice_bell(dice);
    case TWO_OF_THEM:
        *there = (special == 5 && i > third) || i % 11 == 10;
        return 1e6 + dice_bell(dice);
    case ONE_OF_THEM:
        *there = (special == 5 && i > 2 * third) || i % 13 == 12;
        return dice_bell(dice);
    case ODD: return dice_unit(dice) < 0.1 ? odd_value(dice) : dice_bell(dice);
    case SIGNED: return 100 * dice_bell(dice);
    case WHOLE: return (double)dice_below(dice, 10);
    case HUGE_ONES: return 1e300 * dice_bell(dice);
    case KINDS: break;
    }
    return 0;
}

static void fill_row(const struct table_spec *s, struct dice *dice, struct table *t,
    size_t i, const struct seed_row *row)
{
    double level = row->node + 0.2 * dice_unit(dice);

    t->node[i] = row->node;
    t->time_us[i] = row->time_us;
    t->timed[i] = !dice_hit(dice, s->no_key);
    if (dice_hit(dice, s->no_key))
        t->node[i] = HC_NO_NODE;
    t->kept[i] = !dice_hit(dice, s->dropped);
    for (size_t j = 0; j < t->columns; j++) {
        bool there = true;

        t->value[j][i] = make_value(dice, j, row->node, level, &there, i, t->rows);
        t->there[j][i] = there && !dice_hit(dice, s->missing);
    }
}

/* Makes row i a repeat of a row before it with the same key, if that is near. */
static void repeat_row(const struct table_spec *s, struct dice *dice, struct table *t,
    size_t i, uint32_t twin)
{
    size_t from = i;

    for (size_t back = 1; back <= 64 && back <= i && from == i; back++)
        if (t->node[i - back] == t->node[i] && t->time_us[i - back] == t->time_us[i])
            from = i - back;
    if (from == i)
        return;
    for (size_t j = 0; j < t->columns; j++) {
        t->value[j][i] = t->value[j][from];
        t->there[j][i] = t->there[j][from];
        /* equal, though the bits are not: NaN and NULL, -0 and 0 */
        if (isnan(t->value[j][i]))
            t->there[j][i] = !t->there[j][i];
        if (t->value[j][i] == 0)
            t->value[j][i] = -t->value[j][i];
    }
    if (twin == 1)
        return;
    if (s->other && dice_below(dice, 2))
        t->other[i] = dice_next(dice);
    else
        t->value[0][i] += 1;
}

struct table *table_random(const struct table_spec *s)
{
    struct dice dice = {s->seed * 1000003 + 17};
    struct seed_row *rows = zeroed(2 * s->nodes * s->steps, sizeof(*rows));
    size_t n = make_rows(s, &dice, rows), files = s->files ? s->files : 1;
    struct table *t = table_new(n, s->columns, s->nodes);

    assert_true(s->nodes <= TABLE_MAX_NODES);
    t->uses_keep = s->dropped > 0;
    t->uses_other = s->other;
    for (size_t i = 0; i < n; i++) {
        size_t file = i * files / n, start = (file * n + files - 1) / files;

        t->file[i] = (uint32_t)file;
        t->row[i] = (int64_t)(i - start);
        fill_row(s, &dice, t, i, &rows[i]);
        if (rows[i].twin)
            repeat_row(s, &dice, t, i, rows[i].twin);
    }
    free(rows);
    return t;
}

/* ---- the slow way ---- */

static bool finite_at(const struct table *t, size_t j, size_t i)
{
    return t->kept[i] && t->there[j][i] && isfinite(t->value[j][i]);
}

/* A row with a node and a time. */
static bool keyed(const struct table *t, size_t i)
{
    return t->kept[i] && t->timed[i] && t->node[i] != HC_NO_NODE;
}

struct reference_moments reference_of(const double *x, size_t n)
{
    struct reference_moments m = {.n = n};
    long double rest = 0;

    if (!n)
        return m;
    m.min = m.max = x[0];
    for (size_t i = 0; i < n; i++) {
        m.mean += ((long double)x[i] - x[0]) / n; /* 1e15 leaves little below 1 */
        m.min = x[i] < m.min ? x[i] : m.min;
        m.max = x[i] > m.max ? x[i] : m.max;
    }
    m.mean += x[0];
    for (size_t i = 0; i < n; i++) {
        m.m2 += (x[i] - m.mean) * (x[i] - m.mean);
        rest += x[i] - m.mean;
    }
    m.m2 -= rest * rest / n; /* what rounding the mean did */
    return m;
}

/* The finite values of a column over some rows, in `x`. */
static size_t values_of(const struct table *t, size_t j, uint32_t node, int64_t from_us,
    int64_t to_us, double *x, uint64_t *ret_rows)
{
    size_t n = 0;
    uint64_t rows = 0;

    for (size_t i = 0; i < t->rows; i++) {
        if (node != HC_NO_NODE && (!keyed(t, i) || t->node[i] != node ||
                                      t->time_us[i] < from_us || t->time_us[i] >= to_us))
            continue;
        rows += t->kept[i];
        if (finite_at(t, j, i))
            x[n++] = t->value[j][i];
    }
    if (ret_rows)
        *ret_rows = rows;
    return n;
}

struct reference_moments reference_part(const struct table *t, size_t j, uint32_t node,
    int64_t from_us, int64_t to_us, uint64_t *ret_rows)
{
    double *x = zeroed(t->rows, sizeof(*x));
    size_t n = values_of(t, j, node, from_us, to_us, x, ret_rows);
    struct reference_moments m = reference_of(x, n);

    free(x);
    return m;
}

struct reference_column reference_column(
    const struct table *t, size_t j, double low, double high)
{
    struct reference_column c = {0};

    for (size_t i = 0; i < t->rows; i++) {
        double x = t->value[j][i];

        if (!t->kept[i])
            continue;
        c.missing += !t->there[j][i] || isnan(x);
        c.nan += t->there[j][i] && isnan(x);
        c.infinite += t->there[j][i] && isinf(x);
        c.below += finite_at(t, j, i) && x < low;
        c.above += finite_at(t, j, i) && x > high;
    }
    c.moments = reference_part(t, j, HC_NO_NODE, 0, 0, NULL);
    return c;
}

static int by_value(const void *pa, const void *pb)
{
    double a = *(const double *)pa, b = *(const double *)pb;

    return a < b ? -1 : a > b;
}

double reference_quantile(const struct table *t, size_t j, uint32_t node, double q)
{
    double *x = zeroed(t->rows, sizeof(*x)), answer = NAN;
    size_t n = values_of(t, j, node, INT64_MIN, INT64_MAX, x, NULL);

    qsort(x, n, sizeof(*x), by_value);
    if (n)
        answer = x[(size_t)floor(q * (double)(n - 1))];
    free(x);
    return answer;
}

/* Group 0 of a pair: all rows; or a group for each node. */
struct pair_group {
    uint64_t n;
    long double mean_a, mean_b;
    double first_a, first_b;
    bool varies_a, varies_b;
};

static bool in_pair(const struct table *t, size_t a, size_t b, bool within, size_t i)
{
    return finite_at(t, a, i) && finite_at(t, b, i) && (!within || keyed(t, i));
}

static void find_means(
    const struct table *t, size_t a, size_t b, bool within, struct pair_group *group)
{
    for (size_t i = 0; i < t->rows; i++) {
        struct pair_group *g = &group[within ? t->node[i] % TABLE_MAX_NODES : 0];
        double x = t->value[a][i], y = t->value[b][i];

        if (!in_pair(t, a, b, within, i))
            continue;
        if (!g->n) {
            g->first_a = x;
            g->first_b = y;
        }
        g->n++;
        g->varies_a |= x != g->first_a;
        g->varies_b |= y != g->first_b;
        g->mean_a += (x - (long double)g->first_a);
        g->mean_b += (y - (long double)g->first_b);
    }
    for (size_t k = 0; k < TABLE_MAX_NODES; k++)
        if (group[k].n) {
            group[k].mean_a = group[k].first_a + group[k].mean_a / group[k].n;
            group[k].mean_b = group[k].first_b + group[k].mean_b / group[k].n;
        }
}

long double reference_r(
    const struct table *t, size_t a, size_t b, bool within, uint64_t *ret_n)
{
    struct pair_group group[TABLE_MAX_NODES] = {0};
    long double aa = 0, bb = 0, ab = 0;
    bool varies_a = false, varies_b = false;

    find_means(t, a, b, within, group);
    for (size_t i = 0; i < t->rows; i++) {
        const struct pair_group *g = &group[within ? t->node[i] % TABLE_MAX_NODES : 0];
        long double x, y;

        if (!in_pair(t, a, b, within, i))
            continue;
        x = t->value[a][i] - g->mean_a;
        y = t->value[b][i] - g->mean_b;
        aa += x * x;
        bb += y * y;
        ab += x * y;
    }
    *ret_n = 0;
    for (size_t k = 0; k < TABLE_MAX_NODES; k++) {
        *ret_n += group[k].n;
        varies_a |= group[k].varies_a;
        varies_b |= group[k].varies_b;
    }
    /* what a double cannot hold has no r either */
    if (!varies_a || !varies_b || isinf((double)aa) || isinf((double)bb))
        return NAN;
    return ab / (sqrtl(aa) * sqrtl(bb));
}

/* ---- a node's times ---- */

struct at_time {
    int64_t us;
    size_t row;
};

static int by_us(const void *pa, const void *pb)
{
    const struct at_time *a = pa, *b = pb;

    if (a->us != b->us)
        return a->us < b->us ? -1 : 1;
    return a->row < b->row ? -1 : a->row > b->row;
}

static bool same_value(const struct table *t, size_t j, size_t a, size_t b)
{
    bool there_a = t->there[j][a] && !isnan(t->value[j][a]);
    bool there_b = t->there[j][b] && !isnan(t->value[j][b]);

    return there_a == there_b && (!there_a || t->value[j][a] == t->value[j][b]);
}

static bool same_row(const struct table *t, size_t a, size_t b)
{
    for (size_t j = 0; j < t->columns; j++)
        if (!same_value(t, j, a, b))
            return false;
    return !t->uses_other || t->other[a] == t->other[b];
}

/* Rows [from, to) of `at` have one time: is `k` equal to one before it? */
static bool repeats(
    const struct table *t, const struct at_time *at, size_t from, size_t k)
{
    for (size_t i = from; i < k; i++)
        if (same_row(t, at[i].row, at[k].row))
            return true;
    return false;
}

static int64_t seconds_between(int64_t a, int64_t b)
{
    return (b - a + second_us / 2) / second_us;
}

static int by_int(const void *pa, const void *pb)
{
    int64_t a = *(const int64_t *)pa, b = *(const int64_t *)pb;

    return a < b ? -1 : a > b;
}

/* The most frequent difference of `n` distinct ascending times, the smallest of equals.
 */
static int64_t most_frequent(const int64_t *us, size_t n)
{
    int64_t *diff = zeroed(n, sizeof(*diff)), best = 0;
    size_t most = 0;

    for (size_t i = 1; i < n; i++)
        diff[i - 1] = seconds_between(us[i - 1], us[i]);
    if (n)
        qsort(diff, n - 1, sizeof(*diff), by_int);
    for (size_t i = 0, k; i + 1 < n; i = k) {
        for (k = i; k + 1 < n && diff[k] == diff[i]; k++)
            ;
        if (k - i > most) {
            most = k - i;
            best = diff[i];
        }
    }
    free(diff);
    return most && best < 1 ? 1 : best;
}

static int64_t slot_of(int64_t us, int64_t step_s)
{
    int64_t step_us = step_s * second_us;

    return us >= 0 ? us / step_us : -((-us + step_us - 1) / step_us);
}

static void count_slots(const int64_t *us, size_t n, struct reference_node *ret)
{
    ret->step_s = most_frequent(us, n);
    if (!ret->step_s)
        return;
    ret->expected =
        (uint64_t)(slot_of(us[n - 1], ret->step_s) - slot_of(us[0], ret->step_s) + 1);
    ret->occupied = 1;
    for (size_t i = 1; i < n; i++) {
        int64_t diff = us[i] - us[i - 1];

        ret->occupied += slot_of(us[i], ret->step_s) != slot_of(us[i - 1], ret->step_s);
        if (2 * diff <= 3 * ret->step_s * second_us)
            continue;
        ret->gaps++;
        if (diff > ret->longest_gap_us)
            ret->longest_gap_us = diff;
    }
}

static uint64_t count_disorder(const struct table *t, uint32_t node)
{
    uint64_t count = 0;
    size_t above = t->rows;

    for (size_t i = 0; i < t->rows; i++) {
        if (!keyed(t, i) || t->node[i] != node)
            continue;
        if (above < t->rows && t->file[above] == t->file[i])
            count += t->time_us[i] < t->time_us[above];
        above = i;
    }
    return count;
}

struct reference_node reference_node(const struct table *t, uint32_t node)
{
    struct at_time *at = zeroed(t->rows, sizeof(*at));
    int64_t *us = zeroed(t->rows, sizeof(*us));
    struct reference_node ret = {0};
    size_t n = 0;

    for (size_t i = 0; i < t->rows; i++)
        if (keyed(t, i) && t->node[i] == node)
            at[n++] = (struct at_time){t->time_us[i], i};
    qsort(at, n, sizeof(*at), by_us);
    ret.rows = n;
    for (size_t i = 0, to; i < n; i = to) {
        uint64_t exact = 0;

        for (to = i; to < n && at[to].us == at[i].us; to++)
            exact += repeats(t, at, i, to);
        us[ret.distinct++] = at[i].us;
        ret.exact += exact;
        ret.conflicting += to - i - exact - 1;
    }
    if (n) {
        ret.first_us = us[0];
        ret.last_us = us[ret.distinct - 1];
        count_slots(us, ret.distinct, &ret);
    }
    ret.out_of_order = count_disorder(t, node);
    free(at);
    free(us);
    return ret;
}

/* ---- feeding a profile ---- */

size_t table_file_end(const struct table *t, size_t from)
{
    size_t to = from;

    while (to < t->rows && t->file[to] == t->file[from])
        to++;
    return to;
}

static uint64_t *bitmap(const bool *flags, size_t from, size_t to)
{
    uint64_t *bits = zeroed((to - from) / 64 + 1, sizeof(*bits));

    for (size_t i = from; i < to; i++)
        if (flags[i])
            bits[(i - from) / 64] |= 1ull << ((i - from) % 64);
    return bits;
}

static bool all_of(const bool *flags, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (!flags[i])
            return false;
    return true;
}

static enum hc_status name_nodes(
    const struct table *t, struct hc_profile *profile, uint32_t *ids)
{
    for (size_t i = 0; i < t->nodes; i++) {
        char name[32];
        int len = snprintf(name, sizeof(name), "node-%zu", i);
        enum hc_status status = hc_profile_node(profile, name, (size_t)len, &ids[i]);

        if (status)
            return status;
    }
    return HC_OK;
}

enum hc_status table_feed(
    const struct table *t, size_t from, size_t to, struct hc_profile *profile)
{
    struct hc_batch batch = {.rows = to - from,
        .file = t->file[from],
        .first_row = t->row[from],
        .time_us = t->time_us + from};
    const double **value = zeroed(t->columns, sizeof(*value));
    uint64_t **valid = zeroed(t->columns, sizeof(*valid));
    uint64_t *timed = bitmap(t->timed, from, to), *kept = bitmap(t->kept, from, to);
    uint32_t ids[TABLE_MAX_NODES], *node = zeroed(to - from, sizeof(*node));
    enum hc_status status = name_nodes(t, profile, ids);

    for (size_t j = 0; j < t->columns; j++) {
        /* a copy of just these rows, so that a sanitizer sees a read past them */
        double *copy = zeroed(to - from, sizeof(*copy));

        memcpy(copy, t->value[j] + from, (to - from) * sizeof(*copy));
        value[j] = copy;
        if (!all_of(t->there[j], from, to))
            valid[j] = bitmap(t->there[j], from, to);
    }
    for (size_t i = from; i < to && !status; i++)
        node[i - from] = t->node[i] == HC_NO_NODE ? HC_NO_NODE : ids[t->node[i]];
    batch.value = value;
    batch.valid = (const uint64_t *const *)valid;
    batch.node = node;
    batch.time_valid = all_of(t->timed, from, to) ? NULL : timed;
    batch.keep = t->uses_keep ? kept : NULL;
    batch.other_hash = t->uses_other ? t->other + from : NULL;
    if (!status)
        status = hc_profile_add(profile, &batch);
    for (size_t j = 0; j < t->columns; j++) {
        free((double *)value[j]);
        free(valid[j]);
    }
    free(value);
    free(valid);
    free(timed);
    free(kept);
    free(node);
    return status;
}

static enum hc_status shelf_intern(
    void *context, const char *name, size_t len, uint32_t *ret_id)
{
    char copy[32] = {0};

    (void)context;
    assert_true(len < sizeof(copy) && len > 5);
    memcpy(copy, name, len);
    *ret_id = (uint32_t)strtoul(copy + 5, NULL, 10);
    return HC_OK;
}

static enum hc_status shelf_write(
    void *context, const struct hc_cell_record *records, size_t count)
{
    struct shelf *shelf = context;
    size_t size = hc_cell_record_size(shelf->gauges);

    if (shelf->n + count > shelf->cap) {
        shelf->cap = 2 * (shelf->n + count);
        shelf->records = realloc(shelf->records, shelf->cap * size);
        assert_non_null(shelf->records);
    }
    memcpy((char *)shelf->records + shelf->n * size, records, count * size);
    shelf->n += count;
    return HC_OK;
}

struct hc_cell_sink shelf_sink(struct shelf *shelf)
{
    return (struct hc_cell_sink){shelf, shelf_intern, shelf_write};
}

void shelf_clear(struct shelf *shelf)
{
    free(shelf->records);
    *shelf = (struct shelf){.gauges = shelf->gauges};
}

/* ---- comparing ---- */

size_t reference_inexact_nodes, reference_exact_nodes;

static void assert_near(long double x, long double expected, long double error,
    const char *what, size_t a, size_t b)
{
    if (x == expected || fabsl(x - expected) <= error)
        return;
    fail_msg("%s of %zu, %zu is %.17Lg, expected %.17Lg (off by %.3Lg, allowed %.3Lg)",
        what, a, b, x, expected, fabsl(x - expected), error);
}

static void assert_moments(const struct hc_moments *m,
    const struct reference_moments *expected, size_t a, size_t b)
{
    long double deviation;

    assert_int_equal(m->n, expected->n);
    if (!m->n)
        return;
    deviation = sqrtl(expected->m2 / expected->n);
    assert_near(m->mean, expected->mean,
        1e-12L * deviation + 3e-16L * fabsl(expected->mean), "mean", a, b);
    if (expected->m2 == 0)
        assert_true(m->m2 == 0);
    if (isinf((double)expected->m2))
        assert_true(isinf(m->m2));
    else
        assert_near(m->m2, expected->m2, 1e-12L * expected->m2, "m2", a, b);
    assert_true(m->min == expected->min && m->max == expected->max);
}

static const double quantiles[] = {0, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1};

static void assert_quantile(double x, double expected, size_t a, size_t b)
{
    if (isnan(expected)) {
        assert_true(isnan(x));
        return;
    }
    /* denormals read as 0 */
    assert_near(x, expected, 0.01L * fabs(expected) + 2.3e-308L, "quantile", a, b);
}

static void assert_column(const struct table *t, const struct hc_profile *profile,
    const struct hc_profile_options *o, size_t j)
{
    struct reference_column expected = reference_column(
        t, j, o->low ? o->low[j] : -INFINITY, o->low ? o->high[j] : INFINITY);
    struct hc_profile_column column;

    hc_profile_read_column(profile, j, &column);
    assert_int_equal(column.missing, expected.missing);
    assert_int_equal(column.nan, expected.nan);
    assert_int_equal(column.infinite, expected.infinite);
    assert_int_equal(column.below, expected.below);
    assert_int_equal(column.above, expected.above);
    assert_moments(&column.moments, &expected.moments, j, 0);
    for (size_t i = 0; i < sizeof(quantiles) / sizeof(quantiles[0]); i++)
        assert_quantile(hc_profile_quantile(profile, j, quantiles[i]),
            reference_quantile(t, j, HC_NO_NODE, quantiles[i]), j, i);
}

static void assert_pairs(
    const struct table *t, const struct hc_profile *profile, size_t columns, bool within)
{
    double *r = zeroed(columns * columns, sizeof(*r));
    uint64_t *n = zeroed(columns * columns, sizeof(*n));

    assert_int_equal(within ? hc_profile_correlation_within(profile, r, n)
                            : hc_profile_correlation(profile, r, n),
        HC_OK);
    for (size_t a = 0; a < columns; a++)
        for (size_t b = a; b < columns; b++) {
            size_t at = a * columns + b, mirror = b * columns + a;
            uint64_t expected_n;
            long double expected = reference_r(t, a, b, within, &expected_n);

            assert_int_equal(n[at], expected_n);
            assert_int_equal(n[mirror], expected_n);
            if (isnan(expected) != isnan(r[at]))
                fail_msg("r%s of %zu, %zu is %g, expected %Lg", within ? " within" : "",
                    a, b, r[at], expected);
            if (isnan(expected))
                continue;
            assert_near(r[at], expected, 1e-11L, within ? "r within" : "r pooled", a, b);
            assert_true(r[at] == r[mirror]);
        }
    free(r);
    free(n);
}

static void assert_gaps(const struct hc_profile_node_result *node,
    const struct hc_profile_gap *gaps, int64_t step_s)
{
    for (size_t i = 0; i < node->gaps; i++) {
        assert_true(2 * (gaps[i].end_us - gaps[i].start_us) > 3 * step_s * second_us);
        assert_true(!i || gaps[i].start_us >= gaps[i - 1].end_us);
    }
}

static void assert_times(const struct table *t, const struct hc_profile_node_result *node,
    const struct hc_profile_gap *gaps, uint32_t id, int64_t hint_us)
{
    struct reference_node expected = reference_node(t, id);

    assert_int_equal(node->rows, expected.rows);
    assert_int_equal(node->first_us, expected.first_us);
    assert_int_equal(node->last_us, expected.last_us);
    assert_false(node->inexact_order);
    assert_int_equal(node->out_of_order, expected.out_of_order);
    if (expected.step_s && expected.step_s * second_us != hint_us)
        assert_true(node->inexact_times);
    reference_inexact_nodes += node->inexact_times;
    reference_exact_nodes += !node->inexact_times;
    if (node->inexact_times)
        return;
    assert_int_equal(node->step_s, expected.step_s);
    assert_int_equal(node->distinct, expected.distinct);
    assert_int_equal(node->occupied, expected.occupied);
    assert_int_equal(node->expected, expected.expected);
    assert_int_equal(node->gaps, expected.gaps);
    assert_int_equal(node->longest_gap_us, expected.longest_gap_us);
    assert_int_equal(node->exact, expected.exact);
    assert_int_equal(node->conflicting, expected.conflicting);
    assert_gaps(node, gaps, expected.step_s);
}

static void assert_node(const struct table *t, const struct hc_profile *profile,
    const struct hc_profile_options *o, uint32_t id)
{
    struct hc_profile_node_result node;
    struct hc_profile_gap *gaps;
    uint32_t expected_id;

    assert_int_equal(hc_profile_read_node(profile, id, &node, &gaps), HC_OK);
    assert_true(node.name_len < 32);
    assert_int_equal(shelf_intern(NULL, node.name, node.name_len, &expected_id), HC_OK);
    assert_times(t, &node, gaps, expected_id, o->step_hint_us);
    free(gaps);
    for (size_t i = 0; i < o->main; i++) {
        struct reference_moments expected =
            reference_part(t, o->main_column[i], expected_id, INT64_MIN, INT64_MAX, NULL);

        assert_moments(&node.main[i], &expected, id, i);
        for (size_t k = 0; k < sizeof(quantiles) / sizeof(quantiles[0]); k++)
            assert_quantile(hc_profile_node_quantile(profile, id, i, quantiles[k]),
                reference_quantile(t, o->main_column[i], expected_id, quantiles[k]), id,
                k);
    }
}

void assert_profile_tells(const struct table *t, const struct hc_profile *profile,
    const struct hc_profile_options *o)
{
    uint64_t rows = 0, no_key = 0;

    for (size_t i = 0; i < t->rows; i++) {
        rows += t->kept[i];
        no_key += t->kept[i] && !keyed(t, i);
    }
    assert_int_equal(hc_profile_rows(profile), rows);
    assert_int_equal(hc_profile_rows_no_key(profile), no_key);
    assert_int_equal(hc_profile_nodes(profile), t->nodes);
    for (size_t j = 0; j < o->columns; j++)
        assert_column(t, profile, o, j);
    for (uint32_t id = 0; id < hc_profile_nodes(profile); id++)
        assert_node(t, profile, o, id);
    if (o->comoments)
        assert_pairs(t, profile, o->columns, false);
    assert_pairs(t, profile, o->gauges, true);
}

static int by_cell(const void *pa, const void *pb)
{
    const struct hc_cell_record *a = *(const struct hc_cell_record *const *)pa;
    const struct hc_cell_record *b = *(const struct hc_cell_record *const *)pb;

    if (a->node != b->node)
        return a->node < b->node ? -1 : 1;
    return a->bucket < b->bucket ? -1 : a->bucket > b->bucket;
}

static uint64_t assert_cell(const struct table *t, const struct hc_profile_options *o,
    struct hc_cell_record *const *parts, size_t n)
{
    int64_t grain_us = o->grain_s * second_us, from_us = parts[0]->bucket * grain_us;
    uint64_t rows = 0, expected_rows = 0;

    for (size_t i = 0; i < n; i++)
        rows += parts[i]->rows;
    for (size_t g = 0; g < o->gauges; g++) {
        struct hc_moments m = {0};
        struct reference_moments expected = reference_part(
            t, g, parts[0]->node, from_us, from_us + grain_us, &expected_rows);

        for (size_t i = 0; i < n; i++)
            hc_moments_merge(&m, &parts[i]->gauge[g]);
        assert_moments(&m, &expected, parts[0]->node, g);
        assert_int_equal(rows, expected_rows);
    }
    return rows;
}

void assert_cells_tell(
    const struct table *t, const struct shelf *shelf, const struct hc_profile_options *o)
{
    struct hc_cell_record **sorted = zeroed(shelf->n, sizeof(*sorted));
    size_t size = hc_cell_record_size(o->gauges);
    uint64_t rows = 0, keyed_rows = 0;

    for (size_t i = 0; i < shelf->n; i++)
        sorted[i] = (struct hc_cell_record *)(void *)((char *)shelf->records + i * size);
    qsort(sorted, shelf->n, sizeof(*sorted), by_cell);
    for (size_t i = 0, to; i < shelf->n; i = to) {
        for (to = i; to < shelf->n && !by_cell(&sorted[i], &sorted[to]); to++)
            ;
        rows += assert_cell(t, o, sorted + i, to - i);
    }
    for (size_t i = 0; i < t->rows; i++)
        keyed_rows += keyed(t, i);
    assert_int_equal(rows, keyed_rows);
    free(sorted);
}
