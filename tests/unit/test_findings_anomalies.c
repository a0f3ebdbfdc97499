/* Anomalies out of cells and samples: planted events are found with their time and their
 * gauges, however cells and samples are shared out; where nothing can be said, nothing
 * is. */
#include "findings/anomalies.h"

#include "findings_case.h"
#include "made_signal.h"
#include "patterns/draw.h"

enum { NODES = 12, DAYS = 35, STEP_S = 300, A_DAY = 86400 / STEP_S, PER = DAYS * A_DAY };
enum { GAUGES = 3, ROWS = NODES * PER };

#define STEP_US (STEP_S * INT64_C(1000000))

static const int gauges[] = {HC_CPU, HC_MEMORY, HC_LOAD_1M, -1};
static const enum hc_metric_id ids[] = {HC_CPU, HC_MEMORY, HC_LOAD_1M};

/* Samples in rows, as they come: node, time, a column a gauge. */
static uint32_t node_of[ROWS];
static int64_t time_us[ROWS];
static double value[GAUGES][ROWS];
static size_t n_rows;

/* A working day's shape and noise, alike every day; a constant node, if wanted. */
static void make(uint32_t nodes, int days, uint64_t seed)
{
    struct hc_draw d = {seed};

    n_rows = 0;
    for (uint32_t node = 0; node < nodes; node++)
        for (int i = 0; i < days * A_DAY; i++, n_rows++) {
            double wave = cos(2 * M_PI * (i % A_DAY - A_DAY / 2.0) / A_DAY);

            node_of[n_rows] = node;
            time_us[n_rows] = MONDAY_S * 1000000 + i * STEP_US;
            value[0][n_rows] = 0.3 + 0.1 * wave + 0.02 * hc_draw_normal(&d);
            value[1][n_rows] = 0.5 + 0.01 * hc_draw_normal(&d);
            value[2][n_rows] = 4 + wave + 0.3 * hc_draw_normal(&d);
        }
}

static size_t row_at(uint32_t node, int day, int minute)
{
    return node * (n_rows ? (size_t)(DAYS * A_DAY) : 0) +
           (size_t)(day * A_DAY + minute * 60 / STEP_S);
}

/* CPU and load of `steps` samples from then on. */
static void plant(uint32_t node, int day, int minute, int steps, double cpu, double load)
{
    for (int i = 0; i < steps; i++) {
        value[0][row_at(node, day, minute) + (size_t)i] += cpu;
        value[2][row_at(node, day, minute) + (size_t)i] += load;
    }
}

/* Cells of an hour, of all samples: rows are still by node and time. */
static void make_cells(struct findings_case *c)
{
    struct hc_cell *cell = NULL;

    for (size_t i = 0; i < n_rows; i++) {
        int64_t start_s = hc_floor_div(time_us[i], INT64_C(3600000000)) * HOUR_S;

        if (!cell || cell->node != node_of[i] || cell->start_s != start_s)
            cell = case_cell(c, node_of[i], start_s, 0);
        cell->rows++;
        for (size_t g = 0; g < GAUGES; g++) {
            const struct hc_moments one = {
                .n = 1, .mean = value[g][i], .min = value[g][i], .max = value[g][i]};

            if (isfinite(value[g][i]))
                hc_moments_merge(&cell->gauge[ids[g]], &one);
        }
    }
}

static void shuffle_rows(uint64_t seed)
{
    struct hc_draw d = {seed};

    for (size_t i = n_rows - 1; i > 0; i--) {
        size_t k = hc_draw_below(&d, (uint32_t)(i + 1));
        uint32_t node = node_of[i];
        int64_t at = time_us[i];

        node_of[i] = node_of[k], node_of[k] = node;
        time_us[i] = time_us[k], time_us[k] = at;
        for (size_t g = 0; g < GAUGES; g++) {
            double x = value[g][i];

            value[g][i] = value[g][k], value[g][k] = x;
        }
    }
}

static enum hc_status learn(
    const struct findings_case *c, struct hc_anomalies_run *run, uint32_t parts)
{
    for (uint32_t part = 0; part < parts; part++) {
        struct hc_anomalies_learner *learner;

        HC_TRY(hc_anomalies_learner_new(run, &learner));
        for (size_t i = 0; i < c->n; i++)
            if (c->cells[i].node * parts / c->s.n_nodes == part)
                HC_TRY(hc_anomalies_learn(learner, &c->cells[i]));
        HC_TRY(hc_anomalies_learned(learner));
    }
    return HC_OK;
}

static enum hc_status score(struct hc_anomalies_run *run, size_t parts)
{
    const enum hc_metric_id *known;
    struct hc_anomalies_scorer *scorer[4];
    const size_t chunk = 1000;

    assert_int_equal(hc_anomalies_gauges(run, &known), GAUGES);
    for (size_t k = 0; k < parts; k++)
        HC_TRY(hc_anomalies_scorer_new(run, &scorer[k]));
    for (size_t from = 0; from < n_rows; from += chunk) {
        const double *columns[] = {value[0] + from, value[1] + from, value[2] + from};
        const uint64_t *valid[GAUGES] = {NULL};
        const struct hc_anomaly_rows rows = {
            n_rows - from < chunk ? n_rows - from : chunk, node_of + from, time_us + from,
            columns, valid};

        HC_TRY(hc_anomalies_score(scorer[from / chunk % parts], &rows));
    }
    return HC_OK;
}

static enum hc_status find_with(
    struct findings_case *c, size_t parts, int64_t offset_s, struct hc_error *err)
{
    struct hc_zone_span span = {INT64_MIN, offset_s};
    const struct hc_zone zone = {&span, 1};
    struct hc_anomalies_run *run = NULL;
    enum hc_status status = hc_anomalies_begin(&run, &c->out, &zone, err);

    if (!status)
        status = learn(c, run, (uint32_t)parts);
    if (!status && hc_anomalies_can_score(run))
        status = score(run, parts);
    if (!status)
        status = hc_anomalies_end(run, &c->out, err);
    hc_anomalies_free(run);
    return status;
}

static const struct hc_anomalies *find(struct findings_case *c, size_t parts)
{
    struct hc_error err = {""};

    for (uint32_t i = 0; i < c->s.n_nodes; i++)
        c->s.nodes[i].step_s = STEP_S;
    case_run(c);
    if (find_with(c, parts, 0, &err))
        fail_msg("%s", err.message);
    case_check_statements(&c->out);
    return &c->out.anomalies;
}

static int64_t moment(int day, int minute)
{
    return (MONDAY_S + day * DAY_S + minute * INT64_C(60)) * 1000000;
}

static const struct hc_anomaly *event_at(
    const struct hc_anomalies *a, uint32_t node, int day, int minute)
{
    for (size_t i = 0; i < a->n_events; i++)
        if (a->events[i].node == node && a->events[i].start_us <= moment(day, minute) &&
            a->events[i].end_us >= moment(day, minute))
            return &a->events[i];
    return NULL;
}

static void planted_events_are_found(void **state)
{
    const struct hc_anomalies *a;
    const struct hc_anomaly *e;
    struct findings_case c;

    (void)state;
    case_init(&c, 3, gauges);
    make(3, DAYS, 1);
    plant(0, 20, 600, 4, 0.5, 8); /* 20 minutes */
    plant(2, 9, 30, 1, 0.6, 9);   /* a sample */
    make_cells(&c);
    a = find(&c, 1);
    assert_int_equal(a->verdict.status, HC_AVAILABLE);
    assert_int_equal(a->samples, 3 * PER);
    assert_int_equal(a->nodes_known, 3);
    assert_int_equal(a->total, 2);
    assert_int_equal(a->n_events, 2);
    assert_true(a->events[0].score >= a->events[1].score);

    e = event_at(a, 0, 20, 600);
    assert_non_null(e);
    assert_int_equal(e->start_us, moment(20, 600));
    assert_int_equal(e->end_us, moment(20, 615));
    assert_int_equal(e->n, 4);
    assert_int_equal(e->fleet, -1);
    assert_int_equal(e->n_columns, 2); /* not memory */
    for (size_t k = 0; k < 2; k++) {
        assert_true(e->column[k].metric == HC_CPU || e->column[k].metric == HC_LOAD_1M);
        assert_true(e->column[k].z > 5 && e->column[k].z <= 20);
        if (e->column[k].metric == HC_CPU) {
            assert_true(fabs(e->column[k].value - 0.89) < 0.1);
            assert_true(fabs(e->column[k].usual - 0.39) < 0.03);
        }
    }
    e = event_at(a, 2, 9, 30);
    assert_non_null(e);
    assert_true(e->start_us == e->end_us && e->n == 1 && e->top_us == e->start_us);

    assert_int_equal(a->n_nodes, 2);
    assert_int_equal(a->n_map, 2);
    assert_int_equal(a->n_days, DAYS);
    for (size_t i = 0; i < 2; i++)
        for (size_t d = 0; d < DAYS; d++)
            assert_true((a->map[i * DAYS + d] > 0) == (d == (a->nodes[i].node ? 9 : 20)));
    assert_true(case_statement(&c, "anomalies.events")->value == 2);
    assert_true(case_statement(&c, "anomalies.fleet")->value == 0);
    case_clear(&c);
}

/* The lists byte by byte, but for what lies between the members. */
static void same(const struct hc_anomalies *a, const struct hc_anomalies *b)
{
    assert_int_equal(a->total, b->total);
    assert_int_equal(a->samples, b->samples);
    assert_int_equal(a->n_fleet, b->n_fleet);
    assert_memory_equal(a->fleet, b->fleet, a->n_fleet * sizeof(*a->fleet));
    for (size_t i = 0; i < a->n_events; i++) {
        const struct hc_anomaly *x = &a->events[i], *y = &b->events[i];

        assert_true(x->node == y->node && x->start_us == y->start_us &&
                    x->end_us == y->end_us && x->top_us == y->top_us &&
                    x->score == y->score && x->n == y->n && x->fleet == y->fleet &&
                    x->n_columns == y->n_columns);
        assert_memory_equal(x->column, y->column, x->n_columns * sizeof(*x->column));
    }
    assert_memory_equal(a->map, b->map, a->n_map * a->n_days * sizeof(*a->map));
}

static void order_and_cut_do_not_matter(void **state)
{
    struct findings_case c;
    struct hc_anomalies first;

    (void)state;
    case_init(&c, NODES, gauges);
    make(NODES, DAYS, 2);
    for (uint32_t node = 0; node < NODES; node++)
        for (int k = 0; k < 20; k++)
            plant(node, k + 3, 13 * k + 40 * (int)node, 1 + k % 5, 0.3 + 0.02 * k, k % 7);
    value[0][77] = INFINITY;
    value[2][row_at(4, 8, 300)] = NAN;
    make_cells(&c);
    first = *find(&c, 1);
    c.out.anomalies = (struct hc_anomalies){0}; /* `first` has it now */
    assert_true(first.total > NODES * 10);
    same(&first, find(&c, 3));
    shuffle_rows(5);
    same(&first, find(&c, 4));
    same(&first, find(&c, 1));
    hc_anomalies_clear(&first);
    case_clear(&c);
}

static void the_fleet_is_named_once(void **state)
{
    const struct hc_anomalies *a;
    struct findings_case c;

    (void)state;
    case_init(&c, NODES, gauges);
    make(NODES, DAYS, 3);
    for (uint32_t node = 1; node < NODES; node++)
        plant(node, 17, 180 + (int)node % 3 * 10, 3, 0.5, 0);
    plant(4, 17, 225, 2, 0.5, 0); /* again, in the same hour */
    plant(0, 5, 600, 3, 0.5, 6);
    for (uint32_t node = 1; node < 3; node++) /* two are not many */
        plant(node, 25, 600, 3, 0.5, 6);
    make_cells(&c);
    a = find(&c, 2);
    assert_int_equal(a->total, NODES + 3);
    assert_int_equal(a->total_fleet, 1);
    assert_int_equal(a->n_fleet, 1);
    assert_int_equal(a->fleet[0].nodes, NODES - 1);
    assert_int_equal(a->fleet[0].events, NODES);
    assert_int_equal(a->fleet[0].start_us, moment(17, 180));
    assert_int_equal(a->fleet[0].end_us, moment(17, 240));
    assert_int_equal(a->fleet[0].column[0].metric, HC_CPU);
    assert_int_equal(a->fleet[0].column[0].events, NODES);
    for (size_t i = 0; i < a->n_events; i++)
        assert_int_equal(a->events[i].fleet,
            a->events[i].start_us / DAY_S / 1000000 == MONDAY_S / DAY_S + 17 ? 0 : -1);
    assert_true(case_statement(&c, "anomalies.fleet")->value == NODES - 1);
    case_clear(&c);
}

static void lists_are_bounded(void **state)
{
    const struct hc_anomalies *a;
    struct findings_case c;
    size_t planted = 0;

    (void)state;
    case_init(&c, NODES, gauges);
    make(NODES, DAYS, 4);
    for (uint32_t node = 0; node < NODES; node++)
        for (int k = 0; k < 60; k++, planted++)
            plant(node, k % 33 + 1, (int)node * 97 % 1000 + k / 33 * 200, 1,
                0.7 + 0.0001 * (double)planted, 10);
    make_cells(&c);
    a = find(&c, 1);
    assert_in_range(a->total, planted * 9 / 10, planted);
    assert_int_equal(a->n_events, HC_ANOMALY_EVENTS);
    for (size_t i = 1; i < a->n_events; i++)
        assert_true(a->events[i - 1].score >= a->events[i].score);
    assert_int_equal(a->n_nodes, NODES);
    case_clear(&c);
}

static void nothing_is_said_of_little(void **state)
{
    const struct hc_anomalies *a;
    struct findings_case c;

    (void)state;
    case_init(&c, 2, gauges);
    make(2, 13, 5);
    make_cells(&c);
    a = find(&c, 1);
    assert_int_equal(a->verdict.status, HC_NOT_ENOUGH_DATA);
    assert_string_equal(a->verdict.reason, "less than two weeks of history");
    assert_true(!a->total && !a->n_events &&
                isnan(case_statement(&c, "anomalies.events")->value));
    case_clear(&c);

    case_init(&c, 2, gauges); /* two weeks, but each node has half of them */
    make(2, 20, 6);
    for (size_t i = 0; i < n_rows; i++)
        if ((int64_t)(i / (10 * A_DAY)) % 2 != node_of[i])
            value[0][i] = value[1][i] = value[2][i] = NAN;
    make_cells(&c);
    a = find(&c, 1);
    assert_int_equal(a->verdict.status, HC_NOT_ENOUGH_DATA);
    assert_int_equal(a->too_short, 2);
    case_clear(&c);

    case_init(&c, 1, gauges); /* constant */
    make(1, DAYS, 7);
    for (size_t i = 0; i < n_rows; i++)
        value[0][i] = value[1][i] = value[2][i] = 0.25;
    make_cells(&c);
    a = find(&c, 1);
    assert_int_equal(a->verdict.status, HC_NOT_ENOUGH_DATA);
    assert_string_equal(a->verdict.reason, "every gauge of every node is constant");
    case_clear(&c);
}

static void left_out_when_not_wanted(void **state)
{
    struct hc_error err = {""};
    struct findings_case c;

    (void)state;
    case_init(&c, 1, gauges);
    make(1, DAYS, 8);
    make_cells(&c);
    case_run(&c);
    assert_int_equal(hc_anomalies_leave_out(&c.out, "not asked for", &err), HC_OK);
    assert_int_equal(c.out.anomalies.verdict.status, HC_NOT_AVAILABLE);
    assert_string_equal(
        case_statement(&c, "anomalies.events")->verdict.reason, "not asked for");
    case_clear(&c);
}

static void local_hours(void **state)
{
    struct hc_error err = {""};
    struct findings_case c;

    (void)state;
    case_init(&c, 1, gauges);
    make(1, DAYS, 9);
    plant(0, 20, 23 * 60, 3, 0.5, 8);
    c.zone_s = 5 * HOUR_S + HOUR_S / 2; /* the next local day */
    c.s.grain_s = 900;
    make_cells(&c);
    c.s.nodes[0].step_s = STEP_S;
    case_run(&c);
    assert_int_equal(find_with(&c, 1, c.zone_s, &err), HC_OK);
    assert_int_equal(c.out.anomalies.total, 1);
    assert_int_equal(c.out.anomalies.events[0].offset_s, c.zone_s);
    assert_int_equal(c.out.anomalies.first_day, MONDAY_S / DAY_S);
    assert_true(c.out.anomalies.map[21] > 0);
    case_clear(&c);
}

static void no_memory_is_said(void **state)
{
    struct hc_error err = {""};
    struct findings_case c;
    long after = 0;

    (void)state;
    case_init(&c, 2, gauges);
    make(2, 15, 10);
    value[0][300] = value[0][500] = 0.99;
    value[2][300] = value[2][500] = 20;
    make_cells(&c);
    case_run(&c);
    for (;; after++) {
        enum hc_status status;

        hc_mem_fail_after(after);
        status = find_with(&c, 1, 0, &err);
        hc_mem_fail_after(-1);
        if (!status)
            break;
        assert_int_equal(status, HC_NO_MEMORY);
    }
    assert_in_range(after, 20, 200);
    case_clear(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(planted_events_are_found),
        cmocka_unit_test(order_and_cut_do_not_matter),
        cmocka_unit_test(the_fleet_is_named_once),
        cmocka_unit_test(lists_are_bounded),
        cmocka_unit_test(nothing_is_said_of_little),
        cmocka_unit_test(left_out_when_not_wanted),
        cmocka_unit_test(local_hours),
        cmocka_unit_test(no_memory_is_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
