/* Pairs in the order of the matrix; levels of nodes told from movements. */
#include "findings_case.h"

static const int gauges[] = {HC_CPU, HC_MEMORY, HC_CORES, HC_LOAD_1M, HC_LOAD_5M, -1};

static void matrix(struct hc_matrix *m, const uint32_t *columns, size_t p)
{
    m->p = p;
    m->column = calloc(p, sizeof(*m->column));
    m->r = calloc(p * p, sizeof(*m->r));
    m->n = calloc(p * p, sizeof(*m->n));
    memcpy(m->column, columns, p * sizeof(*columns));
    for (size_t i = 0; i < p * p; i++) {
        m->r[i] = i % (p + 1) ? 0.01 : 1;
        m->n[i] = 100 + i;
    }
}

static void set(struct hc_matrix *m, size_t i, size_t j, double r)
{
    m->r[i * m->p + j] = m->r[j * m->p + i] = r;
}

static void pairs(void **state)
{
    static const uint32_t pooled[] = {0, 1, 2, 3, 4}, within[] = {4, 3, 1, 0};
    struct findings_case c;

    (void)state;
    case_init(&c, 1, gauges);
    matrix(&c.s.pooled, pooled, 5);
    matrix(&c.s.within, within, 4);
    set(&c.s.pooled, 3, 4, 0.99);
    set(&c.s.pooled, 0, 1, -0.8);
    set(&c.s.pooled, 0, 2, 0.7); /* not over 0.7 */
    set(&c.s.pooled, 1, 2, 0.75);
    set(&c.s.pooled, 0, 3, NAN);
    set(&c.s.within, 2, 3, 0.1); /* memory and CPU */
    set(&c.s.within, 0, 1, 0.95);
    case_run(&c);
    assert_int_equal(c.out.correlation.n_pairs, 3);
    const struct hc_pair *p = c.out.correlation.pairs;
    assert_true(p[0].a == 0 && p[0].b == 1);
    assert_near(p[0].r, -0.8);
    assert_near(p[0].r_within, 0.1);
    assert_int_equal(p[0].n, 101);
    assert_true(p[1].a == 1 && p[1].b == 2);
    assert_true(isnan(p[1].r_within));
    assert_true(p[2].a == 3 && p[2].b == 4);
    assert_near(p[2].r_within, 0.95);
    /* the loads are one thing, cores no movement: CPU and memory are the news */
    assert_near(case_statement(&c, "correlation.strongest")->value, 0.1);
    assert_string_equal(case_statement(&c, "correlation.levels")->statement,
        "'memory_usage' and 'cpu_usage_rate': r -0.80 pooled but 0.10 within nodes: "
        "levels of nodes, not movements.");
    case_clear(&c);
}

static void no_matrix(void **state)
{
    struct findings_case c;

    (void)state;
    case_init(&c, 1, gauges);
    case_run(&c);
    assert_int_equal(c.out.correlation.verdict.status, HC_NOT_ENOUGH_DATA);
    assert_int_equal(
        case_statement(&c, "correlation.strongest")->verdict.status, HC_NOT_ENOUGH_DATA);
    case_clear(&c);
}

static void all_constant(void **state)
{
    static const uint32_t both[] = {0, 1};
    struct findings_case c;

    (void)state;
    case_init(&c, 1, gauges);
    matrix(&c.s.pooled, both, 2);
    matrix(&c.s.within, both, 2);
    for (int i = 0; i < 4; i++)
        c.s.pooled.r[i] = c.s.within.r[i] = NAN;
    case_run(&c);
    assert_int_equal(c.out.correlation.verdict.status, HC_AVAILABLE);
    assert_int_equal(c.out.correlation.n_pairs, 0);
    case_clear(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs),
        cmocka_unit_test(no_matrix),
        cmocka_unit_test(all_constant),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
