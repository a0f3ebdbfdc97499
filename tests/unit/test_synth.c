/*
 * The made-up cluster: the same bits everywhere, and the truth is what the rows hold.
 */
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/sha256.h"
#include "synth/plan.h"
#include "synth/random.h"
#include "synth/wave.h"

enum { NODES = 20, DAYS = 30, STEP_S = 120, SLOTS = DAYS * HC_SYNTH_DAY_S / STEP_S };

static struct hc_synth_plan *planned(
    int64_t nodes, int64_t days, int64_t step_s, uint64_t seed)
{
    struct hc_synth_options options = HC_SYNTH_OPTIONS_INIT;
    struct hc_synth_plan *plan = NULL;

    options.nodes = nodes;
    options.days = days;
    options.step_s = step_s;
    options.seed = seed;
    assert_int_equal(hc_synth_plan_new(&options, &plan, NULL), HC_OK);
    return plan;
}

static void fill(const struct hc_synth_plan *plan, uint32_t day, uint32_t first,
    uint32_t nodes, struct hc_synth_rows *rows)
{
    assert_int_equal(hc_synth_fill(plan, day, first, nodes, rows), HC_OK);
}

static bool is_valid(const struct hc_synth_rows *rows, size_t gauge, size_t row)
{
    return rows->valid[gauge][row / 64] >> (row % 64) & 1;
}

/* A cell that nothing was done to. */
static bool is_clean(const struct hc_synth_rows *rows, size_t gauge, size_t row)
{
    double x = rows->gauge[gauge][row];

    return is_valid(rows, gauge, row) && isfinite(x) &&
           x >= hc_synth_columns[gauge].low && x <= hc_synth_columns[gauge].high;
}

/* --- the generator and the wave --- */

/* kat_vectors of Random123 1.09, philox4x32 with 10 rounds. */
static void philox_known_answers(void **state)
{
    static const uint32_t known[3][10] = {
        {0, 0, 0, 0, 0, 0, 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8},
        {0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff,
            0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd},
        {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0,
            0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1},
    };

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct hc_random r = hc_philox(known[i], known[i] + 4);

        assert_memory_equal(r.word, known[i] + 6, sizeof(r.word));
    }
}

static void noise_has_mean_0_and_deviation_1(void **state)
{
    enum { N = 200000 };
    double bell = 0, bell_2 = 0, triangle = 0, triangle_2 = 0, most = 0;

    (void)state;
    for (uint32_t i = 0; i < N; i++) {
        struct hc_random r = hc_random_at(7, HC_RANDOM_ROW, 3, i);
        double x = hc_random_bell(r.word[0], r.word[1]);
        double y = hc_random_triangle(r.word[2]);

        bell += x, bell_2 += x * x;
        triangle += y, triangle_2 += y * y;
        most = fmax(most, fabs(x));
    }
    assert_true(fabs(bell / N) < 0.01 && fabs(bell_2 / N - 1) < 0.01);
    assert_true(fabs(triangle / N) < 0.01 && fabs(triangle_2 / N - 1) < 0.01);
    assert_true(most < 3.47);
    assert_true(hc_random_bell(0, 0) == -hc_random_bell(UINT32_MAX, UINT32_MAX));
}

static void cosine_is_right(void **state)
{
    (void)state;
    for (int64_t i = -100000; i <= 200000; i += 7) {
        long double turns = (long double)(i % HC_SYNTH_DAY_S) / HC_SYNTH_DAY_S;
        double expected = (double)cosl(2 * acosl(-1) * turns);

        assert_true(fabs(hc_wave_cos(i, HC_SYNTH_DAY_S) - expected) < 1e-15);
    }
    assert_true(fabs(hc_wave_cos(0, 4) - 1) < 1e-15);
    assert_true(hc_wave_cos(2, 4) == -hc_wave_cos(0, 4));
    assert_true(hc_wave_cos(1, 4) == 0 && hc_wave_cos(-1, 4) == 0);
}

/* --- the same bits --- */

static void add_uint64(struct hc_sha256 *sha, uint64_t x)
{
    unsigned char bytes[8];

    for (size_t i = 0; i < 8; i++)
        bytes[i] = (unsigned char)(x >> (8 * i));
    hc_sha256_add(sha, bytes, sizeof(bytes));
}

/* Every bit of every row, in a fixed order and byte order. */
static void add_rows(struct hc_sha256 *sha, const struct hc_synth_rows *rows)
{
    for (size_t i = 0; i < rows->n; i++) {
        add_uint64(sha, (uint64_t)rows->time_us[i]);
        add_uint64(sha, rows->node[i]);
        for (size_t g = 0; g < HC_SYNTH_GAUGES; g++) {
            uint64_t bits;

            memcpy(&bits, &rows->gauge[g][i], sizeof(bits));
            add_uint64(sha, bits);
            add_uint64(sha, is_valid(rows, g, i));
        }
    }
}

static void sum_of_day(const struct hc_synth_plan *plan, uint32_t day, uint32_t band,
    char hex[HC_SHA256_HEX])
{
    struct hc_synth_rows rows = {0};
    struct hc_sha256 sha;

    hc_sha256_init(&sha);
    for (uint32_t first = 0; first < plan->n_nodes; first += band) {
        uint32_t left = plan->n_nodes - first;

        fill(plan, day, first, band < left ? band : left, &rows);
        add_rows(&sha, &rows);
    }
    hc_sha256_hex(&sha, hex);
    hc_synth_rows_clear(&rows);
}

/*
 * The promise of synth.h. If this fails after a change of the model, put the new sum
 * here; if it fails on another machine or compiler, the promise is broken.
 */
static void same_bits_everywhere(void **state)
{
    struct hc_synth_plan *plan = planned(12, 8, 600, 42);
    struct hc_synth_rows rows = {0};
    struct hc_sha256 sha;
    char hex[HC_SHA256_HEX];

    (void)state;
    hc_sha256_init(&sha);
    for (uint32_t day = 0; day < 8; day++) {
        fill(plan, day, 0, 12, &rows);
        add_rows(&sha, &rows);
    }
    hc_sha256_hex(&sha, hex);
    assert_string_equal(
        hex, "f7155c8e0368b6f5c9a20f8081f8fa0f17950fe0e5e4866a86963ee8d0f324ca");
    hc_synth_rows_clear(&rows);
    hc_synth_plan_free(plan);
}

/*
 * The rows are rounded, which hides nearly all last bits; the wave is not, so that a
 * compiler that fuses or reorders (no -ffp-contract=off) is found here.
 */
static void same_bits_before_rounding(void **state)
{
    struct hc_synth_plan *plan = planned(1, 1, 60, 1);
    struct hc_sha256 sha;
    char hex[HC_SHA256_HEX];

    (void)state;
    hc_sha256_init(&sha);
    for (int64_t s = 0; s < HC_SYNTH_DAY_S; s += 10) {
        double wave = hc_synth_wave(plan, s);
        uint64_t bits;

        memcpy(&bits, &wave, sizeof(bits));
        add_uint64(&sha, bits);
    }
    hc_sha256_hex(&sha, hex);
    assert_string_equal(
        hex, "af6b0fb2fb61fd6bbdb35fa64a33e86766defdd5da800d0d38895d8fd7d78964");
    hc_synth_plan_free(plan);
}

struct work {
    const struct hc_synth_plan *plan;
    uint32_t first_day;
    char (*hex)[HC_SHA256_HEX];
};

static void *every_other_day(void *p)
{
    const struct work *work = p;

    for (uint32_t day = work->first_day; day < 9; day += 2)
        sum_of_day(work->plan, day, 4, work->hex[day]);
    return NULL;
}

/* Days backwards, nodes in bands of any width, two threads: always the same rows. */
static void any_order_any_split_any_thread(void **state)
{
    struct hc_synth_plan *plan = planned(12, 9, 300, 3);
    char forward[9][HC_SHA256_HEX], other[9][HC_SHA256_HEX];
    struct work work[2] = {{plan, 0, other}, {plan, 1, other}};
    pthread_t thread[2];

    (void)state;
    for (uint32_t day = 0; day < 9; day++)
        sum_of_day(plan, day, 12, forward[day]);
    for (uint32_t day = 9; day-- > 0;) {
        sum_of_day(plan, day, 1, other[day]);
        assert_string_equal(other[day], forward[day]);
        sum_of_day(plan, day, 5, other[day]);
        assert_string_equal(other[day], forward[day]);
    }
    memset(other, 0, sizeof(other));
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, every_other_day, &work[i]), 0);
    for (int i = 0; i < 2; i++)
        pthread_join(thread[i], NULL);
    assert_memory_equal(other, forward, sizeof(forward));
    hc_synth_plan_free(plan);
}

static void seeds_differ_in_all_their_bits(void **state)
{
    static const uint64_t seeds[] = {
        0, 1, UINT64_C(1) << 32, UINT64_C(1) << 63, UINT64_MAX};
    char hex[HC_COUNT(seeds)][HC_SHA256_HEX];

    (void)state;
    for (size_t i = 0; i < HC_COUNT(seeds); i++) {
        struct hc_synth_plan *plan = planned(3, 1, 900, seeds[i]);

        sum_of_day(plan, 0, 3, hex[i]);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(hex[i], hex[j]);
        hc_synth_plan_free(plan);
    }
}

/* --- the truth against the rows --- */

/* What is counted in the rows of a whole cluster, knowing nothing of the plan. */
struct counted {
    uint64_t rows, null[HC_SYNTH_GAUGES], nan[HC_SYNTH_GAUGES], infinite[HC_SYNTH_GAUGES];
    uint64_t below[HC_SYNTH_GAUGES], above[HC_SYNTH_GAUGES];
    uint64_t exact, conflicting, out_of_order;
    uint64_t node_rows[NODES];
    unsigned char seen[NODES][SLOTS];
    double cpu[NODES][SLOTS]; /* clean values; else -1 */
};

static void count_cells(struct counted *c, const struct hc_synth_rows *rows, size_t i)
{
    for (size_t g = 0; g < HC_SYNTH_GAUGES; g++) {
        double x = rows->gauge[g][i];

        if (!is_valid(rows, g, i))
            c->null[g]++;
        else if (isnan(x))
            c->nan[g]++;
        else if (isinf(x))
            c->infinite[g]++;
        else if (x < hc_synth_columns[g].low)
            c->below[g]++;
        else if (x > hc_synth_columns[g].high)
            c->above[g]++;
    }
}

static bool equal_rows(const struct hc_synth_rows *rows, size_t a, size_t b)
{
    for (size_t g = 0; g < HC_SYNTH_GAUGES; g++)
        if (is_valid(rows, g, a) != is_valid(rows, g, b) ||
            memcmp(&rows->gauge[g][a], &rows->gauge[g][b], sizeof(double)) != 0)
            return false;
    return true;
}

/* One day's file; a repeat is never in another file than its original. */
static void count_day(
    struct counted *c, const struct hc_synth_rows *rows, int64_t start_s)
{
    static size_t first_row[NODES][SLOTS];
    uint32_t node_before = UINT32_MAX;
    int64_t time_before = 0;

    for (size_t i = 0; i < rows->n; i++) {
        uint32_t node = rows->node[i];
        int64_t slot = (rows->time_us[i] / 1000000 - start_s) / STEP_S;

        assert_in_range(slot, 0, SLOTS - 1);
        count_cells(c, rows, i);
        c->rows++;
        c->node_rows[node]++;
        c->out_of_order += node == node_before && rows->time_us[i] < time_before;
        node_before = node;
        time_before = rows->time_us[i];
        if (!c->seen[node][slot]) {
            c->seen[node][slot] = 1;
            first_row[node][slot] = i;
            c->cpu[node][slot] = is_clean(rows, 0, i) ? rows->gauge[0][i] : -1;
        } else if (equal_rows(rows, i, first_row[node][slot])) {
            c->exact++;
        } else {
            c->conflicting++;
        }
    }
}

static struct counted *count_all(const struct hc_synth_plan *plan)
{
    struct counted *c = calloc(1, sizeof(*c));
    struct hc_synth_rows rows = {0};

    assert_non_null(c);
    for (uint32_t day = 0; day < DAYS; day++) {
        fill(plan, day, 0, NODES, &rows);
        count_day(c, &rows, plan->options.start_s);
    }
    hc_synth_rows_clear(&rows);
    return c;
}

/* Where `text` goes on after `mark`. */
static const char *after(const char *text, const char *format, ...)
{
    char mark[256];
    const char *found;
    va_list args;

    va_start(args, format);
    vsnprintf(mark, sizeof(mark), format, args);
    va_end(args);
    found = strstr(text, mark);
    if (!found)
        fail_msg("no %s in the truth", mark);
    return found + strlen(mark);
}

static uint64_t number(const char *text, const char *key)
{
    return strtoull(after(text, "\"%s\": ", key), NULL, 10);
}

static double real(const char *text, const char *key)
{
    return strtod(after(text, "\"%s\": ", key), NULL);
}

/* The slot of the ISO time at "key". */
static int64_t slot_of(
    const struct hc_synth_plan *plan, const char *text, const char *key)
{
    static const int64_t midnight_of_june = 1748736000; /* 2025-06-01 */
    int year, month, day, hour, minute, second;

    assert_int_equal(sscanf(after(text, "\"%s\": \"", key), "%d-%d-%dT%d:%d:%dZ", &year,
                         &month, &day, &hour, &minute, &second),
        6);
    assert_true(year == 2025 && (month == 6 || month == 7));
    return (midnight_of_june + ((month - 6) * 30 + day - 1) * HC_SYNTH_DAY_S +
               hour * 3600 + minute * 60 + second - plan->options.start_s) /
           plan->options.step_s;
}

static uint32_t node_of(const char *text, const char *key)
{
    return (uint32_t)strtoul(after(text, "\"%s\": \"node-", key), NULL, 10);
}

static void check_columns(const char *truth, const struct counted *c)
{
    for (size_t g = 0; g < HC_SYNTH_GAUGES; g++) {
        const char *at = after(truth, "{\"name\": \"%s\"", hc_synth_columns[g].name);

        assert_int_equal(number(at, "null"), c->null[g]);
        assert_int_equal(number(at, "nan"), c->nan[g]);
        assert_int_equal(number(at, "infinite"), c->infinite[g]);
        assert_int_equal(number(at, "below"), c->below[g]);
        assert_int_equal(number(at, "above"), c->above[g]);
    }
}

/* Every stretch without rows inside a node's life is a gap of the truth, and no other. */
static void check_gaps(const struct hc_synth_plan *plan, const struct counted *c)
{
    for (uint32_t node = 0; node < NODES; node++) {
        int64_t first = 0, last = SLOTS - 1;

        for (; !c->seen[node][first]; first++)
            ;
        for (; !c->seen[node][last]; last--)
            ;
        assert_int_equal(first, plan->nodes[node].first);
        assert_int_equal(last, plan->nodes[node].end - 1);
        for (int64_t slot = first; slot <= last; slot++) {
            bool gap = false;

            for (size_t i = 0; i < plan->n_gaps; i++)
                gap |= slot >= plan->gaps[i].first && slot < plan->gaps[i].end &&
                       (plan->gaps[i].node == HC_NOBODY || plan->gaps[i].node == node);
            assert_int_equal(c->seen[node][slot], !gap);
        }
    }
}

static void check_gap_of_truth(const struct hc_synth_plan *plan, const struct counted *c,
    const char *at, uint32_t node)
{
    int64_t start = slot_of(plan, at, "start"), end = slot_of(plan, at, "end");

    assert_true(c->seen[node][start - 1] && c->seen[node][end]);
    for (int64_t slot = start; slot < end; slot++)
        assert_false(c->seen[node][slot]);
    assert_int_equal(number(at, "longest_gap_s"), (end - start + 1) * STEP_S);
}

static void truth_counts_what_rows_hold(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 3; seed++) {
        struct hc_synth_plan *plan = planned(NODES, DAYS, STEP_S, seed);
        struct counted *c = count_all(plan);
        struct hc_buf buf = HC_BUF_INIT;
        const char *truth, *gaps;

        hc_synth_truth(plan, &buf);
        assert_int_equal(hc_buf_check(&buf), HC_OK);
        truth = hc_buf_str(&buf);
        assert_int_equal(number(truth, "rows"), c->rows);
        assert_int_equal(hc_synth_total_rows(plan), c->rows);
        check_columns(truth, c);
        assert_int_equal(number(truth, "exact"), c->exact);
        assert_int_equal(number(truth, "conflicting"), c->conflicting);
        assert_int_equal(number(truth, "out_of_order"), c->out_of_order);
        assert_true(c->exact && c->conflicting && c->out_of_order);
        for (uint32_t node = 0; node < NODES; node++)
            assert_int_equal(
                number(after(truth, "{\"node\": \"node-%05u\"", node), "rows"),
                c->node_rows[node]);
        check_gaps(plan, c);
        gaps = after(truth, "\"node_gaps\": ");
        check_gap_of_truth(plan, c, gaps, node_of(gaps, "node"));
        gaps = after(truth, "\"fleet_gaps\": ");
        assert_int_equal(number(gaps, "nodes"), NODES);
        for (uint32_t node = 0; node < NODES; node++)
            check_gap_of_truth(plan, c, gaps, node);
        hc_buf_clear(&buf);
        free(c);
        hc_synth_plan_free(plan);
    }
}

/* Sums of the clean cpu_usage_rate by one thing or another. */
struct mean {
    double sum, n;
};

static void add_to(struct mean *mean, double x)
{
    mean->sum += x;
    mean->n++;
}

static size_t extreme(const struct mean *mean, size_t n, double sign)
{
    size_t best = 0;

    for (size_t i = 1; i < n; i++)
        if (sign * mean[i].sum / mean[i].n > sign * mean[best].sum / mean[best].n)
            best = i;
    return best;
}

static void check_rhythm(
    const struct hc_synth_plan *plan, const struct counted *c, const char *truth)
{
    struct mean hour[24] = {{0}}, weekday[7] = {{0}}, node[NODES] = {{0}}, all = {0};

    for (uint32_t i = 0; i < NODES; i++)
        for (int64_t k = 0; k < SLOTS; k++) {
            if (!c->seen[i][k] || c->cpu[i][k] < 0)
                continue;
            add_to(&hour[k * STEP_S / 3600 % 24], c->cpu[i][k]);
            add_to(&weekday[hc_synth_weekday(plan, hc_synth_slot_day(plan, k))],
                c->cpu[i][k]);
            add_to(&node[i], c->cpu[i][k]);
            add_to(&all, c->cpu[i][k]);
        }
    assert_int_equal(extreme(hour, 24, 1), number(truth, "peak_hour"));
    assert_int_equal(extreme(hour, 24, -1), number(truth, "low_hour"));
    assert_int_equal(extreme(weekday, 7, 1), number(truth, "busiest_day"));
    assert_int_equal(extreme(weekday, 7, -1), number(truth, "quietest_day"));
    assert_int_equal(extreme(node, NODES, 1), node_of(truth, "busiest_node"));
    assert_int_equal(extreme(node, NODES, -1), node_of(truth, "least_busy_node"));
    assert_true(all.sum / all.n > 0.30 && all.sum / all.n < 0.45);
}

struct pair_sums {
    double n, a, b, aa, bb, ab;
};

static void add_pair(struct pair_sums *s, double a, double b)
{
    s->n++, s->a += a, s->b += b;
    s->aa += a * a, s->bb += b * b, s->ab += a * b;
}

static double pearson(const struct pair_sums *s)
{
    double a = s->a / s->n, b = s->b / s->n;

    return (s->ab / s->n - a * b) / sqrt((s->aa / s->n - a * a) * (s->bb / s->n - b * b));
}

static void check_node_pairs(const struct counted *c, const char *truth)
{
    const char *at = after(truth, "\"correlated_nodes\": ");

    for (int pair = 0; pair < 2; pair++, at = after(at, "}")) {
        uint32_t a = node_of(at, "a"), b = node_of(at, "b");
        struct pair_sums s = {0};

        for (int64_t k = 0; k < SLOTS; k++)
            if (c->seen[a][k] && c->seen[b][k] && c->cpu[a][k] >= 0 && c->cpu[b][k] >= 0)
                add_pair(&s, c->cpu[a][k], c->cpu[b][k]);
        assert_true(fabs(pearson(&s) - real(at, "r")) < 0.06);
        assert_true(pair ? pearson(&s) < -0.2 : pearson(&s) > 0.9);
    }
}

/* Bursts stand out of the hour before; the drained node is idle all day. */
static void check_bursts_and_maintenance(
    const struct hc_synth_plan *plan, const struct counted *c, const char *truth)
{
    const char *at = after(truth, "\"bursts\": ");
    uint32_t drained;
    int64_t end;

    for (size_t i = 0; i < plan->n_bursts; i++, at = after(at, "}")) {
        uint32_t node = node_of(at, "node");
        struct mean in = {0}, before = {0};
        int64_t start = slot_of(plan, at, "start");

        for (int64_t k = start; k < slot_of(plan, at, "end"); k++)
            if (c->cpu[node][k] >= 0)
                add_to(&in, c->cpu[node][k]);
        for (int64_t k = start > 10 ? start - 10 : 0; k < start; k++)
            if (c->cpu[node][k] >= 0)
                add_to(&before, c->cpu[node][k]);
        if (before.n > 0)
            assert_true(in.sum / in.n - before.sum / before.n > 0.08);
    }
    at = after(truth, "\"maintenance\": ");
    drained = node_of(at, "node");
    end = slot_of(plan, at, "end");
    for (int64_t k = slot_of(plan, at, "start"); k < end; k++)
        assert_true(c->cpu[drained][k] < 0.02);
    assert_true(c->cpu[drained][end] > 0.02);
}

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;

    return a < b ? -1 : a > b;
}

/* Theil and Sen's slope of the daily means, as `trends` of the contract has it. */
static double slope_of(const struct counted *c, uint32_t node)
{
    static double slopes[DAYS * DAYS];
    struct mean day[DAYS] = {{0}};
    size_t n = 0;

    for (int64_t k = 0; k < SLOTS; k++)
        if (c->seen[node][k] && c->cpu[node][k] >= 0)
            add_to(&day[k * STEP_S / HC_SYNTH_DAY_S], c->cpu[node][k]);
    for (int i = 0; i < DAYS; i++)
        for (int j = i + 1; j < DAYS; j++)
            slopes[n++] = (day[j].sum / day[j].n - day[i].sum / day[i].n) / (j - i);
    qsort(slopes, n, sizeof(double), by_value);
    return slopes[n / 2];
}

static void planted_truth_is_found_again(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        struct hc_synth_plan *plan = planned(NODES, DAYS, STEP_S, seed);
        struct counted *c = count_all(plan);
        struct hc_buf buf = HC_BUF_INIT;
        const char *truth, *trend;

        hc_synth_truth(plan, &buf);
        truth = hc_buf_str(&buf);
        check_rhythm(plan, c, truth);
        check_node_pairs(c, truth);
        check_bursts_and_maintenance(plan, c, truth);
        trend = after(truth, "\"trends\": ");
        assert_true(fabs(slope_of(c, node_of(trend, "node")) -
                         real(trend, "slope_per_day")) < 0.0015);
        hc_buf_clear(&buf);
        free(c);
        hc_synth_plan_free(plan);
    }
}

static size_t gauge_of(const char *text, const char *key)
{
    const char *at = after(text, "\"%s\": \"", key);
    size_t n = strcspn(at, "\"");

    for (size_t g = 0; g < HC_SYNTH_GAUGES; g++)
        if (strlen(hc_synth_columns[g].name) == n &&
            strncmp(hc_synth_columns[g].name, at, n) == 0)
            return g;
    fail_msg("no such gauge: %.*s", (int)n, at);
    return 0;
}

/* r of each gauge pair in each node, mean over nodes. */
static void gauge_pairs_are_as_told(void **state)
{
    enum { PAIRS = 10 };
    static struct pair_sums sums[PAIRS][NODES];
    struct hc_synth_plan *plan = planned(NODES, DAYS, STEP_S, 1);
    struct hc_buf buf = HC_BUF_INIT;
    struct hc_synth_rows rows = {0};
    const char *at;
    size_t a[PAIRS], b[PAIRS];
    double told[PAIRS];

    (void)state;
    hc_synth_truth(plan, &buf);
    at = after(hc_buf_str(&buf), "\"correlated_gauges\": ");
    for (int p = 0; p < PAIRS; p++, at = after(at, "}")) {
        a[p] = gauge_of(at, "a");
        b[p] = gauge_of(at, "b");
        told[p] = real(at, "r_node");
    }
    for (uint32_t day = 0; day < DAYS; day++) {
        fill(plan, day, 0, NODES, &rows);
        for (size_t i = 0; i < rows.n; i++)
            for (int p = 0; p < PAIRS; p++)
                if (is_clean(&rows, a[p], i) && is_clean(&rows, b[p], i))
                    add_pair(
                        &sums[p][rows.node[i]], rows.gauge[a[p]][i], rows.gauge[b[p]][i]);
    }
    for (int p = 0; p < PAIRS; p++) {
        double r = 0;

        for (int node = 0; node < NODES; node++)
            r += pearson(&sums[p][node]) / NODES;
        assert_true(fabs(r - told[p]) < 0.1);
    }
    hc_synth_rows_clear(&rows);
    hc_buf_clear(&buf);
    hc_synth_plan_free(plan);
}

static void check_row(const struct hc_synth_rows *rows, size_t i)
{
    double value[HC_SYNTH_GAUGES], cores;

    for (size_t g = 0; g < HC_SYNTH_GAUGES; g++) {
        if (!is_clean(rows, g, i))
            return;
        value[g] = rows->gauge[g][i];
    }
    cores = value[HC_SYNTH_CPU_CORES];
    assert_true(
        fabs(value[HC_SYNTH_MEMORY_AVAILABLE] -
             value[HC_SYNTH_MEMORY_TOTAL] * (1 - value[HC_SYNTH_MEMORY_USAGE])) <= 1);
    assert_true(value[HC_SYNTH_CPU_USAGE_RATE] + value[HC_SYNTH_CPU_IOWAIT] +
                    value[HC_SYNTH_CPU_STEAL] <=
                1);
    assert_true(
        fabs(value[HC_SYNTH_LOAD_1M] / cores - value[HC_SYNTH_CPU_USAGE_RATE]) < 0.4);
    assert_true(value[HC_SYNTH_DISK_USAGE] < 0.95);
}

static void gauges_fit_each_other(void **state)
{
    struct hc_synth_plan *plan = planned(30, 60, 3600, 5);
    struct hc_synth_rows rows = {0};

    (void)state;
    for (uint32_t day = 0; day < 60; day++) {
        fill(plan, day, 0, 30, &rows);
        for (size_t i = 0; i < rows.n; i++)
            check_row(&rows, i);
    }
    for (uint32_t i = 0; i < 30; i++)
        assert_non_null(strstr("general batch memory", hc_synth_node_pool(plan, i)));
    assert_string_equal(hc_synth_node_name(plan, 29), "node-00029");
    assert_int_equal(hc_synth_options(plan)->step_s, 3600);
    hc_synth_rows_clear(&rows);
    hc_synth_plan_free(plan);
}

/* --- the edges --- */

/* Fills everything: times on the grid, the plan's number of rows. */
static void fill_all(int64_t nodes, int64_t days, int64_t step_s, uint64_t seed)
{
    struct hc_synth_plan *plan = planned(nodes, days, step_s, seed);
    struct hc_synth_rows rows = {0};
    struct hc_buf buf = HC_BUF_INIT;
    uint64_t n = 0;

    for (uint32_t day = 0; day < days; day++) {
        fill(plan, day, 0, (uint32_t)nodes, &rows);
        n += rows.n;
        for (size_t i = 0; i < rows.n; i++) {
            int64_t s = rows.time_us[i] / 1000000 - plan->options.start_s;

            assert_true(s % step_s == 0 && s / HC_SYNTH_DAY_S == day);
        }
    }
    hc_synth_truth(plan, &buf);
    assert_int_equal(number(hc_buf_str(&buf), "rows"), n);
    assert_int_equal(hc_synth_total_rows(plan), n);
    assert_non_null(strstr(hc_buf_str(&buf), "\"busiest_node\": \"node-"));
    assert_non_null(strstr(hc_buf_str(&buf), "\"least_busy_node\": \"node-"));
    hc_buf_clear(&buf);
    hc_synth_rows_clear(&rows);
    hc_synth_plan_free(plan);
}

static void every_small_size(void **state)
{
    static const int64_t steps[] = {600, 7200, 50000, 86399, 86400};

    (void)state;
    for (int64_t nodes = 1; nodes <= 13; nodes++)
        for (int64_t days = 1; days <= 8; days++)
            for (size_t s = 0; s < HC_COUNT(steps); s++)
                fill_all(nodes, days, steps[s], (uint64_t)(nodes * 100 + days));
    fill_all(1, 1, 1, 9);
    fill_all(2, 40, 86400, UINT64_MAX);
}

/* One node and day of 96 rows: no bad cell, nothing that needs a second node. */
static void no_room_means_nothing_planted(void **state)
{
    static const char *const empty[] = {"correlated_nodes", "node_gaps", "joins_late",
        "leaves_early", "maintenance", "trends"};
    struct hc_synth_plan *plan = planned(1, 1, 900, 1);
    struct hc_buf buf = HC_BUF_INIT;
    const char *truth;

    (void)state;
    hc_synth_truth(plan, &buf);
    truth = hc_buf_str(&buf);
    for (size_t i = 0; i < HC_COUNT(empty); i++)
        after(truth, "\"%s\": []", empty[i]);
    assert_int_equal(number(truth, "out_of_order"), 0);
    assert_int_equal(number(truth, "exact"), 0);
    assert_int_equal(plan->n_bad, 0);
    assert_string_equal(hc_synth_node_name(plan, 0), "node-00000");
    hc_buf_clear(&buf);
    hc_synth_plan_free(plan);
}

/* The largest plan: nothing overflows, and a band of one node still fills. */
static void the_largest_cluster(void **state)
{
    struct hc_synth_plan *plan = planned(100000, 3660, 1, UINT64_MAX);
    struct hc_synth_rows rows = {0};

    (void)state;
    assert_int_equal(hc_synth_band_nodes(plan), 1);
    assert_true(hc_synth_total_rows(plan) > UINT64_C(31000000000000));
    for (size_t i = 1; i < plan->n_bad; i++)
        assert_true(plan->bad[i - 1].node < plan->bad[i].node ||
                    (plan->bad[i - 1].node == plan->bad[i].node &&
                        plan->bad[i - 1].slot < plan->bad[i].slot));
    fill(plan, 3659, 99999, 1, &rows);
    assert_true(rows.n >= 86400);
    assert_int_equal(rows.time_us[rows.n - 1] / 1000000,
        plan->options.start_s + INT64_C(3660) * HC_SYNTH_DAY_S - 1);
    hc_synth_rows_clear(&rows);
    hc_synth_plan_free(plan);
}

static void no_nodes_is_no_rows(void **state)
{
    struct hc_synth_plan *plan = planned(2, 1, 60, 1);
    struct hc_synth_rows rows = {0};

    (void)state;
    fill(plan, 0, 2, 0, &rows);
    assert_int_equal(rows.n, 0);
    fill(plan, 0, 0, 2, &rows);
    assert_true(rows.n > 0);
    fill(plan, 0, 1, 0, &rows);
    assert_int_equal(rows.n, 0);
    hc_synth_rows_clear(&rows);
    hc_synth_rows_clear(&rows);
    hc_synth_rows_clear(NULL);
    hc_synth_plan_free(plan);
    hc_synth_plan_free(NULL);
}

static void bad_options_are_refused(void **state)
{
    static const struct {
        struct hc_synth_options options;
        const char *message;
    } cases[] = {
        {{0, 30, 30, 1, 1748822400, false}, "cannot make a cluster of 0 nodes: "},
        {{-5, 30, 30, 1, 1748822400, false}, "cannot make a cluster of -5 nodes: "},
        {{100001, 30, 30, 1, 1748822400, false}, "1 to 100000 are possible"},
        {{20, 0, 30, 1, 1748822400, false}, "cannot make 0 days: 1 to 3660"},
        {{20, 3661, 30, 1, 1748822400, false}, "cannot make 3661 days: "},
        {{20, INT64_MAX, 30, 1, 1748822400, false}, "days: 1 to 3660"},
        {{20, 30, 0, 1, 1748822400, false},
            "cannot make a sample every 0 s: 1 to 86400 s"},
        {{20, 30, 86401, 1, 1748822400, false}, "cannot make a sample every 86401 s: "},
        {{20, 30, 30, 1, 1748822401, false}, "not midnight in UTC"},
        {{20, 30, 30, 1, 0, false}, "not within 2000 to 2100"},
        {{20, 30, 30, 1, -86400, false}, "not within 2000 to 2100"},
        {{20, 31, 30, 1, 4102444800 - 30 * 86400, false}, "not within 2000 to 2100"},
    };

    (void)state;
    for (size_t i = 0; i < HC_COUNT(cases); i++) {
        struct hc_synth_plan *plan = NULL;
        struct hc_error err = {""};

        assert_int_equal(hc_synth_plan_new(&cases[i].options, &plan, &err), HC_USAGE);
        assert_int_equal(hc_synth_plan_new(&cases[i].options, &plan, NULL), HC_USAGE);
        assert_null(plan);
        assert_non_null(strstr(err.message, cases[i].message));
    }
}

/* The n-th allocation fails, for every n until all succeed. */
static void no_memory_is_a_status(void **state)
{
    struct hc_synth_options options = HC_SYNTH_OPTIONS_INIT;
    enum hc_status status = HC_NO_MEMORY;
    long n;

    (void)state;
    options.days = 7;
    options.step_s = 3600;
    for (n = 0; status != HC_OK && n < 100; n++) {
        struct hc_synth_plan *plan = NULL;
        struct hc_synth_rows rows = {0};
        struct hc_buf buf = HC_BUF_INIT;

        hc_mem_fail_after(n);
        status = hc_synth_plan_new(&options, &plan, NULL);
        if (!status)
            status = hc_synth_fill(plan, 3, 0, 20, &rows);
        if (!status) {
            hc_synth_truth(plan, &buf);
            status = hc_buf_check(&buf);
        } else {
            assert_int_equal(rows.n, 0);
        }
        hc_mem_fail_after(-1);
        assert_true(status == HC_OK || status == HC_NO_MEMORY);
        hc_buf_clear(&buf);
        hc_synth_rows_clear(&rows);
        hc_synth_plan_free(plan);
    }
    assert_int_equal(status, HC_OK);
    assert_true(n > 5);
}

/* A fill that fails leaves rows that can be filled again. */
static void rows_outlive_a_failure(void **state)
{
    struct hc_synth_plan *plan = planned(20, 2, 600, 1);
    struct hc_synth_rows rows = {0};

    (void)state;
    fill(plan, 0, 0, 1, &rows);
    hc_mem_fail_after(0);
    assert_int_equal(hc_synth_fill(plan, 0, 0, 20, &rows), HC_NO_MEMORY);
    hc_mem_fail_after(-1);
    assert_int_equal(rows.n, 0);
    fill(plan, 0, 0, 20, &rows);
    assert_true(rows.n > 1000);
    hc_synth_rows_clear(&rows);
    hc_synth_plan_free(plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(philox_known_answers),
        cmocka_unit_test(noise_has_mean_0_and_deviation_1),
        cmocka_unit_test(cosine_is_right),
        cmocka_unit_test(same_bits_everywhere),
        cmocka_unit_test(same_bits_before_rounding),
        cmocka_unit_test(any_order_any_split_any_thread),
        cmocka_unit_test(seeds_differ_in_all_their_bits),
        cmocka_unit_test(truth_counts_what_rows_hold),
        cmocka_unit_test(planted_truth_is_found_again),
        cmocka_unit_test(gauge_pairs_are_as_told),
        cmocka_unit_test(gauges_fit_each_other),
        cmocka_unit_test(every_small_size),
        cmocka_unit_test(no_room_means_nothing_planted),
        cmocka_unit_test(the_largest_cluster),
        cmocka_unit_test(no_nodes_is_no_rows),
        cmocka_unit_test(bad_options_are_refused),
        cmocka_unit_test(no_memory_is_a_status),
        cmocka_unit_test(rows_outlive_a_failure),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
