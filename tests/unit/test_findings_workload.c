/* What is said of pods: sentences out of a section that is given. */
#include "findings_case.h"

static const int gauges[] = {HC_CPU, -1};

static char *text(const char *value)
{
    char *copy = hc_strdup(value);

    assert_non_null(copy);
    return copy;
}

/* Two nodes of a day and more, and 64 cores of which 58.2 are requested and 14.7 used. */
static struct hc_workloads section(void)
{
    struct hc_workloads w = {.n_workloads = 40, .n_without = {4, 1}, .moments = 8500};

    w.total = (struct hc_budget){.hours = 168,
        .pods = 340,
        .lines = {{64, 58.24, 0.91, 120, 14.72, 0.23, 8400, 8640, 12, 0},
            {274877906944.0, 137438953472.0, 0.5, NAN, NAN, NAN, 0, 8640, 0, 0}},
        .oom_kills = 0,
        .restarts = 0};
    w.n_top = 2;
    w.top = hc_calloc(2, sizeof(*w.top));
    for (size_t i = 0; i < 2; i++)
        w.top[i] = (struct hc_workload){.namespace = text("web\033"),
            .kind = text("Deployment"),
            .name = text(i ? "idle" : "checkout"),
            .pods = 3,
            .lines = {{12, 2.5, 9.5 - (double)i * 10, 10, 10, i}}};
    return w;
}

static void run(struct findings_case *c, struct hc_workloads *w)
{
    struct hc_findings_run *findings = NULL;

    case_init(c, 1, gauges);
    for (int h = 0; h < 30; h++)
        case_put(case_cell(c, 0, MONDAY_S + h * HOUR_S, 1), HC_CPU, 1, 0.5);
    case_fill(c);
    assert_int_equal(hc_findings_begin(&findings, &c->s, &c->settings, NULL), HC_OK);
    for (size_t i = 0; i < c->n; i++)
        assert_int_equal(hc_findings_add(findings, &c->cells[i], NULL), HC_OK);
    if (w)
        hc_findings_workloads(findings, w);
    assert_int_equal(hc_findings_end(findings, &c->out, NULL), HC_OK);
    hc_findings_free(findings);
    case_check_statements(&c->out);
}

static void says(const struct findings_case *c, const char *id, const char *sentence)
{
    assert_string_equal(case_statement(c, id)->statement, sentence);
}

static void sentences(void **state)
{
    struct hc_workloads w = section();
    struct findings_case c;

    (void)state;
    hc_verdict_set(&w.why[HC_MEMORY_USED], HC_NOT_AVAILABLE, "no use of memory");
    run(&c, &w);
    assert_int_equal(w.n_top, 0); /* taken over */
    says(&c, "workload.cpu_requested",
        "Requests fill 91 % of the allocatable CPU (58.2 of 64 cores) and 23 % is used: "
        "means over 7.0 d, 340 pods.");
    says(&c, "workload.memory_requested",
        "Requests fill 50 % of the allocatable memory (128 GiB of 256 GiB); use is not "
        "known: means over 7.0 d, 340 pods.");
    says(&c, "workload.cpu_used",
        "Pods use 23 % of the allocatable CPU, 25.3 % of what they request; 8,400 of "
        "8,640 moments have a value.");
    says(&c, "workload.memory_used",
        "Memory used by pods: not available (no use of memory).");
    says(&c, "workload.no_requests",
        "12 of 340 pods (4 workloads) ask for no CPU; of these 'idle' of namespace "
        "'web\\x1b' uses most: 2.50 cores.");
    says(&c, "workload.slack",
        "'checkout' of namespace 'web\\x1b' asks for 9.50 cores more than it uses, the "
        "most of 40 workloads.");
    says(&c, "workload.oom_kills", "No container of a known pod was killed for memory.");
    assert_near(case_statement(&c, "workload.cpu_requested")->value, 0.91);
    assert_int_equal(case_statement(&c, "workload.cpu_used")->n, 8400);
    assert_string_equal(case_statement(&c, "workload.slack")->unit, "cores");
    case_clear(&c);
}

static void without_pods(void **state)
{
    struct findings_case c;
    size_t said = 0;

    (void)state;
    run(&c, NULL);
    assert_string_equal(
        c.out.workloads.verdict.reason, "the data set has no pods.parquet");
    for (size_t i = 0; i < c.out.n_statements; i++)
        if (!strncmp(c.out.statements[i].id, "workload.", 9)) {
            assert_int_equal(c.out.statements[i].verdict.status, HC_NOT_AVAILABLE);
            said++;
        }
    assert_int_equal(said, 7);
    case_clear(&c);
}

/* Nothing to divide by, nobody who runs: reasons, never a number that is none. */
static void nothing_of_everything(void **state)
{
    struct hc_workloads w = {0};
    struct findings_case c;

    (void)state;
    w.total.hours = 1;
    for (size_t i = 0; i < HC_RESOURCES; i++)
        w.total.lines[i] = (struct hc_budget_line){0, 0, NAN, NAN, NAN, NAN, 0, 0, 0, 0};
    w.total.oom_kills = NAN;
    run(&c, &w);
    for (size_t i = 0; i < c.out.n_statements; i++)
        if (!strncmp(c.out.statements[i].id, "workload.", 9))
            assert_int_equal(c.out.statements[i].verdict.status, HC_NOT_ENOUGH_DATA);
    case_clear(&c);
}

static void without_memory(void **state)
{
    struct findings_case c;

    (void)state;
    for (long n = 0;; n++) {
        struct hc_workloads w = section();
        struct hc_findings_run *findings = NULL;
        struct hc_findings out = {0};
        enum hc_status status;

        case_init(&c, 1, gauges);
        case_put(case_cell(&c, 0, MONDAY_S, 1), HC_CPU, 1, 0.5);
        case_fill(&c);
        hc_mem_fail_after(n);
        status = hc_findings_begin(&findings, &c.s, &c.settings, NULL);
        if (!status)
            status = hc_findings_add(findings, &c.cells[0], NULL);
        if (!status)
            hc_findings_workloads(findings, &w);
        if (!status)
            status = hc_findings_end(findings, &out, NULL);
        hc_mem_fail_after(-1);
        hc_findings_free(findings);
        hc_findings_clear(&out);
        hc_workloads_clear(&w);
        case_clear(&c);
        assert_true(!status || status == HC_NO_MEMORY);
        if (!status)
            return;
        assert_true(n < 10000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sentences),
        cmocka_unit_test(without_pods),
        cmocka_unit_test(nothing_of_everything),
        cmocka_unit_test(without_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
