/*
 * Rows of nodes and pods: the time in which the thing is there, cut where something
 * changed, against every moment looked at by itself; and as a file.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "collect/state_tables.h"
#include "in_folder.h"
#include "piece_case.h"

enum { POINTS = 24 };

static const struct hc_span span = {0, POINTS *HC_POD_STEP_S};

/* ---- a world by chance ---- */

/* A few digits, with runs of the same one and of none. */
static const char *random_digits(void)
{
    static char digits[POINTS + 1];
    char now = '1';

    for (int p = 0; p < POINTS; p++) {
        if (!(rand() % 4))
            now = rand() % 3 ? (char)('1' + rand() % 2) : '.';
        digits[p] = now;
    }
    return digits;
}

/* Series of one query about the pods p0 to p2: labels of pods, then of the series. */
static void add_some(struct hc_entities *entities, int ask, const char *const *more)
{
    struct hc_piece piece;
    char labels[256];

    begin_piece(&piece, ask, 0, POINTS);
    for (int pod = 0; pod < 3; pod++)
        for (size_t i = 0; more[i]; i++) {
            snprintf(labels, sizeof(labels), "namespace=n,pod=p%d,uid=%d,node=m,%s", pod,
                pod, more[i]);
            put_series(&piece, labels, random_digits());
        }
    assert_int_equal(hc_entities_add(entities, &piece), HC_OK);
    hc_piece_clear(&piece);
}

static void add_owners(struct hc_owners *owners)
{
    struct hc_piece piece;

    begin_piece(&piece, HC_Q_REPLICASET_OWNER, 0, POINTS);
    put_series(&piece, "namespace=n,replicaset=r0,owner_kind=Deployment,owner_name=d0",
        random_digits());
    put_series(&piece, "namespace=n,replicaset=r0,owner_kind=Rollout,owner_name=d1",
        random_digits());
    put_series(&piece, "namespace=n,replicaset=r1,owner_kind=<none>,owner_name=<none>",
        random_digits());
    assert_int_equal(hc_entities_add(&owners->replicasets, &piece), HC_OK);
    hc_entities_sort_facts(&owners->replicasets);
    hc_piece_clear(&piece);
}

static void make_pods(struct hc_entities *pods, struct hc_owners *owners)
{
    static const char *const infos[] = {"created_by_kind=ReplicaSet,created_by_name=r0",
        "created_by_kind=ReplicaSet,created_by_name=r1,priority_class=high",
        "created_by_kind=<none>,created_by_name=<none>", NULL};
    static const char *const phases[] = {
        "phase=Pending", "phase=Running", "phase=Failed", NULL};
    static const char *const sizes[] = {"container=a,resource=cpu",
        "container=b,resource=cpu", "container=a,resource=nvidia_com_gpu", NULL};
    static const char *const plain[] = {"x=y", NULL};

    hc_entities_init(pods, hc_pod_keys, 2, span, HC_POD_STEP_S);
    hc_owners_init(owners, span, HC_POD_STEP_S);
    add_some(pods, HC_Q_POD, infos);
    add_some(pods, HC_Q_POD_PHASE, phases);
    add_some(pods, HC_Q_POD_FINISHED, plain);
    add_some(pods, HC_Q_POD_REQUESTS, sizes);
    add_some(pods, HC_Q_POD_INIT_REQUESTS, sizes + 2);
    add_some(pods, HC_Q_POD_LIMITS, sizes);
    add_owners(owners);
    hc_entities_sort(pods);
}

static void make_nodes(struct hc_entities *nodes)
{
    static const char *const infos[] = {"internal_ip=1", "internal_ip=2", NULL};
    static const char *const labels[] = {"label_pool=a,instance=x",
        "label_pool=a,instance=y", "label_pool=b,instance=x", NULL};
    static const char *const taints[] = {
        "key=k,effect=NoSchedule", "key=l,value=v", NULL};
    static const char *const plain[] = {"x=y", NULL};

    hc_entities_init(nodes, hc_node_keys, 1, span, HC_POD_STEP_S);
    add_some(nodes, HC_Q_NODE, infos);
    add_some(nodes, HC_Q_NODE_LABELS, labels);
    add_some(nodes, HC_Q_NODE_TAINTS, taints);
    add_some(nodes, HC_Q_NODE_UNSCHEDULABLE, plain);
    hc_entities_sort(nodes);
}

/* ---- every moment by itself ---- */

static void put_moment(
    const struct hc_state_table *table, const struct hc_state_at *at, struct hc_buf *out)
{
    for (size_t c = 0; c < table->n; c++) {
        const struct hc_state_column *column = &table->columns[c];

        hc_buf_printf(out, "%s=", column->name);
        if (column->text)
            column->text(at, column, out);
        else
            hc_buf_printf(out, "%g", column->number(at, column));
        hc_buf_puts(out, ";");
    }
}

static void put_row(
    const struct hc_states *states, const struct hc_state_row *row, struct hc_buf *out)
{
    const char *at = states->packed.text + row->offset;
    double number;

    for (size_t c = 0; c < states->table->n; c++) {
        hc_buf_printf(out, "%s=", states->table->columns[c].name);
        if (states->table->columns[c].text) {
            hc_buf_puts(out, at);
            at += strlen(at) + 1;
        } else {
            memcpy(&number, at, sizeof(number));
            hc_buf_printf(out, "%g", number);
            at += sizeof(number);
        }
        hc_buf_puts(out, ";");
    }
}

/* The moments at which an entity is there, a line each. */
static void put_moments(const struct hc_state_table *table,
    const struct hc_entities *entities, const void *context, struct hc_buf *out)
{
    for (size_t i = 0; i < entities->n; i++)
        for (size_t p = 0; p < POINTS; p++) {
            struct hc_state_at at = {&entities->list[i], p, POINTS, context};

            if (!hc_entity_newest(at.entity, table->there, p, POINTS))
                continue;
            hc_buf_printf(out, "%zu ", p);
            put_moment(table, &at, out);
            hc_buf_puts(out, "\n");
        }
}

/* The same of rows, moment by moment; no two neighbours say the same. */
static void put_rows(const struct hc_states *states, struct hc_buf *out)
{
    struct hc_buf last = HC_BUF_INIT, text = HC_BUF_INIT;

    for (size_t i = 0; i < states->n; i++) {
        const struct hc_state_row *row = &states->rows[i];
        bool follows = i && states->rows[i - 1].until_s == row->from_s;

        hc_buf_reset(&text);
        put_row(states, row, &text);
        assert_true(row->from_s < row->until_s);
        assert_true(!follows || strcmp(hc_buf_str(&last), hc_buf_str(&text)) != 0);
        for (int64_t t = row->from_s; t < row->until_s; t += HC_POD_STEP_S)
            hc_buf_printf(out, "%d %s\n", (int)(t / HC_POD_STEP_S), hc_buf_str(&text));
        hc_buf_reset(&last);
        hc_buf_puts(&last, hc_buf_str(&text));
    }
    hc_buf_clear(&last);
    hc_buf_clear(&text);
}

static void check(const struct hc_state_table *table, const struct hc_entities *entities,
    const void *context)
{
    struct hc_buf moments = HC_BUF_INIT, rows = HC_BUF_INIT;
    struct hc_states states = {0};

    assert_int_equal(hc_states_make(&states, table, entities, context), HC_OK);
    put_moments(table, entities, context, &moments);
    put_rows(&states, &rows);
    assert_string_equal(hc_buf_str(&rows), hc_buf_str(&moments));
    assert_true(states.n > 2);
    hc_states_clear(&states);
    hc_buf_clear(&moments);
    hc_buf_clear(&rows);
}

static void test_rows_are_all_moments(void **unused)
{
    (void)unused;
    for (unsigned seed = 1; seed <= 60; seed++) {
        struct hc_entities pods, nodes;
        struct hc_owners owners;

        srand(seed);
        make_pods(&pods, &owners);
        make_nodes(&nodes);
        check(&hc_pod_states, &pods, &owners);
        /* all three are of one node */
        check(&hc_node_states, &nodes, NULL);
        hc_entities_clear(&pods);
        hc_entities_clear(&nodes);
        hc_owners_clear(&owners);
    }
}

/* Nothing of the pod changes, but whose its ReplicaSet is. */
static void test_another_owner(void **unused)
{
    struct hc_entities pods;
    struct hc_owners owners;
    struct hc_states states = {0};
    struct hc_piece pod, owner;

    (void)unused;
    hc_entities_init(&pods, hc_pod_keys, 2, span, HC_POD_STEP_S);
    hc_owners_init(&owners, span, HC_POD_STEP_S);
    begin_piece(&pod, HC_Q_POD, 0, POINTS);
    put_series(&pod,
        "namespace=n,pod=p,uid=1,created_by_kind=ReplicaSet,created_by_name=r",
        "111111111");
    begin_piece(&owner, HC_Q_REPLICASET_OWNER, 0, POINTS);
    put_series(&owner, "namespace=n,replicaset=r,owner_kind=Z,owner_name=z", "..111");
    put_series(&owner, "namespace=n,replicaset=r,owner_kind=A,owner_name=a", "....11111");
    assert_int_equal(hc_entities_add(&pods, &pod), HC_OK);
    assert_int_equal(hc_entities_add(&owners.replicasets, &owner), HC_OK);
    hc_entities_sort_facts(&owners.replicasets);
    assert_int_equal(hc_states_make(&states, &hc_pod_states, &pods, &owners), HC_OK);
    assert_int_equal(states.n, 3); /* a, which comes first by name; z; a */
    assert_int_equal(states.rows[1].from_s, 2 * HC_POD_STEP_S);
    assert_int_equal(states.rows[2].from_s, 4 * HC_POD_STEP_S);
    hc_states_clear(&states);
    hc_entities_clear(&pods);
    hc_owners_clear(&owners);
    hc_piece_clear(&pod);
    hc_piece_clear(&owner);
}

/* ---- columns ---- */

/* The text or number of a column of the only pod, at moment 0. */
static void column_of(struct hc_entities *pods, const struct hc_owners *owners,
    const char *name, struct hc_buf *out)
{
    struct hc_state_at at = {&pods->list[0], 0, POINTS, owners};

    hc_buf_reset(out);
    for (size_t c = 0; c < hc_pod_states.n; c++) {
        const struct hc_state_column *column = &hc_pod_states.columns[c];

        if (strcmp(column->name, name))
            continue;
        if (column->text)
            column->text(&at, column, out);
        else
            hc_buf_printf(out, "%g", column->number(&at, column));
    }
}

static void test_columns(void **unused)
{
    static const struct {
        int ask;
        const char *labels, *digits, *column, *is;
    } cases[] = {
        {HC_Q_POD_PHASE, "phase=Pending", "1", "phase", "Pending"},
        {HC_Q_POD_FINISHED, "x=y", "7", "finished", "nan"},
        {HC_Q_POD_PHASE, "phase=Failed", "1", "phase", "Failed"},
        {HC_Q_POD_PHASE, "phase=Running", "1", "phase", "Failed"},
        {HC_Q_POD_FINISHED, "x=z", "5", "finished", "7"},
        {HC_Q_POD_REQUESTS, "container=a,resource=cpu", "1", "cpu_request_cores", "1"},
        {HC_Q_POD_REQUESTS, "container=b,resource=cpu", "2", "cpu_request_cores", "3"},
        {HC_Q_POD_INIT_REQUESTS, "resource=cpu", "2", "cpu_request_cores", "3"},
        {HC_Q_POD_INIT_REQUESTS, "resource=cpu,x=z", "9", "cpu_request_cores", "11"},
        {HC_Q_POD_REQUESTS, "container=b,resource=cpu,x=z", ".1", "cpu_request_cores",
            "11"},
        {HC_Q_POD_INIT_REQUESTS, "resource=memory", "4", "memory_request_bytes", "4"},
        {HC_Q_POD_LIMITS, "container=a,resource=cpu", "0", "cpu_limit_cores", "0"},
        {HC_Q_POD_LIMITS, "container=a,resource=memory", ".", "memory_limit_bytes",
            "nan"},
        {HC_Q_POD_INIT_REQUESTS, "resource=b\"", "4", "other_requests", "{\"b\\\"\": 4}"},
        {HC_Q_POD_REQUESTS, "container=a,resource=a", "4", "other_requests",
            "{\"a\": 4, \"b\\\"\": 4}"},
    };
    struct hc_entities pods;
    struct hc_owners owners;
    struct hc_buf text = HC_BUF_INIT;

    (void)unused;
    hc_entities_init(&pods, hc_pod_keys, 2, span, HC_POD_STEP_S);
    hc_owners_init(&owners, span, HC_POD_STEP_S);
    for (size_t i = 0; i < HC_COUNT(cases); i++) {
        struct hc_piece piece;
        char labels[128];

        snprintf(labels, sizeof(labels), "pod=p,%s", cases[i].labels);
        begin_piece(&piece, cases[i].ask, 0, POINTS);
        put_series(&piece, labels, cases[i].digits);
        assert_int_equal(hc_entities_add(&pods, &piece), HC_OK);
        hc_entities_sort(&pods);
        column_of(&pods, &owners, cases[i].column, &text);
        assert_string_equal(hc_buf_str(&text), cases[i].is);
        hc_piece_clear(&piece);
    }
    hc_entities_clear(&pods);
    hc_owners_clear(&owners);
    hc_buf_clear(&text);
}

/* ---- as a file ---- */

static void check_cell(struct hc_duck *duck, const char *what, const char *is)
{
    struct hc_rows *rows = NULL;
    char sql[512];
    const char *text;

    snprintf(sql, sizeof(sql), "SELECT %s FROM read_parquet('%s') ORDER BY node", what,
        at("nodes.parquet"));
    assert_int_equal(hc_duck_rows(duck, sql, &rows, NULL), HC_OK);
    text = hc_rows_text(rows, 0, 0);
    assert_string_equal(text ? text : "NULL", is);
    hc_rows_free(rows);
}

static void test_as_a_file(void **unused)
{
    static const double odd[] = {1e300, INFINITY, -INFINITY, 253402300800.0, 0.5};
    static const char *const when[] = {
        "NULL", "NULL", "NULL", "NULL", "1970-01-01 00:00:00.5"};
    struct hc_duck *duck = NULL;
    struct hc_duck_options options = {.threads = 1, .temp_dir = at("spill")};

    (void)unused;
    assert_int_equal(hc_duck_open(&options, &duck, NULL), HC_OK);
    for (size_t i = 0; i < HC_COUNT(odd); i++) {
        struct hc_entities nodes;
        struct hc_states states = {0};
        struct hc_piece pieces[4];

        hc_entities_init(&nodes, hc_node_keys, 1, span, HC_POD_STEP_S);
        begin_piece(&pieces[0], HC_Q_NODE, 0, POINTS);
        put_series(&pieces[0], "node=a'b\"c\\,internal_ip=1", "1111");
        begin_piece(&pieces[1], HC_Q_NODE_CREATED, 0, POINTS);
        begin_piece(&pieces[2], HC_Q_NODE_UNSCHEDULABLE, 0, POINTS);
        begin_piece(&pieces[3], HC_Q_NODE_ALLOCATABLE, 0, POINTS);
        for (size_t k = 1; k < 4; k++) {
            put_labels(&pieces[k], "node=a'b\"c\\,resource=cpu");
            for (int64_t p = 0; p < 4; p++)
                put_value(&pieces[k], p, odd[i]);
        }
        for (size_t k = 0; k < 4; k++)
            assert_int_equal(hc_entities_add(&nodes, &pieces[k]), HC_OK);
        hc_entities_sort(&nodes);
        assert_int_equal(hc_states_make(&states, &hc_node_states, &nodes, NULL), HC_OK);
        assert_int_equal(states.n, 1);
        assert_int_equal(
            hc_states_write(&states, duck, at("nodes.parquet"), NULL), HC_OK);
        check_cell(duck, "created", when[i]);
        check_cell(duck, "unschedulable", "1");
        check_cell(duck, "node", "a'b\"c\\");
        check_cell(duck, "cluster", "NULL");
        check_cell(duck, "valid_until - valid_from", "00:20:00");
        check_cell(
            duck, "isfinite(allocatable_cpu_cores)", isfinite(odd[i]) ? "true" : "false");
        for (size_t k = 0; k < 4; k++)
            hc_piece_clear(&pieces[k]);
        hc_states_clear(&states);
        hc_entities_clear(&nodes);
    }
    hc_duck_close(duck);
}

/* ---- no memory ---- */

static void test_without_memory(void **unused)
{
    enum hc_status status = HC_NO_MEMORY;
    struct hc_entities pods;
    struct hc_owners owners;
    struct hc_buf whole = HC_BUF_INIT, rows = HC_BUF_INIT;
    struct hc_states states = {0};
    long n = 0;

    (void)unused;
    srand(7);
    make_pods(&pods, &owners);
    put_moments(&hc_pod_states, &pods, &owners, &whole);
    for (; status == HC_NO_MEMORY; n++) {
        hc_states_clear(&states);
        hc_mem_fail_after(n);
        status = hc_states_make(&states, &hc_pod_states, &pods, &owners);
        hc_mem_fail_after(-1);
    }
    assert_int_equal(status, HC_OK);
    assert_true(n > 5);
    put_rows(&states, &rows);
    assert_string_equal(hc_buf_str(&rows), hc_buf_str(&whole));
    hc_states_clear(&states);
    hc_entities_clear(&pods);
    hc_owners_clear(&owners);
    hc_buf_clear(&whole);
    hc_buf_clear(&rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_are_all_moments),
        cmocka_unit_test(test_another_owner),
        cmocka_unit_test(test_columns),
        IN_FOLDER(test_as_a_file),
        cmocka_unit_test(test_without_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
