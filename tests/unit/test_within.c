/* The correlation within nodes: levels between nodes are out, whatever the split. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "kernel/within.h"

enum { G = 3 };

static const uint32_t all[] = {0, 1, 2}, first_two[] = {0, 1};

/* Two rows: (x, y, 1) and (x + 1, y + slope, 1), the third only if q is 3. */
static void add_two(struct hc_within *w, struct hc_within_node *node, size_t q, double x,
    double y, double slope)
{
    const double mean[G] = {x + 0.5, y + slope / 2, 1}, low[G] = {0};
    double c[G * G] = {0};
    struct hc_group group = {q, q == G ? all : first_two, 2, mean, low, c};

    c[0] = 0.5;
    c[1] = 0.5 * slope;
    c[q + 1] = 0.5 * slope * slope;
    assert_int_equal(hc_within_add(w, node, &group), HC_OK);
}

static double r_of(const struct hc_within *w, const struct hc_within_node *nodes,
    size_t n, size_t a, size_t b)
{
    struct hc_pair_moments pair = hc_within_pair(w, a, b);

    for (size_t i = 0; i < n; i++)
        hc_within_add_seam(&pair, &nodes[i], w->g, a, b);
    return hc_pair_r(&pair);
}

/* Simpson: nodes go up together, rows within them against each other. */
static void levels_are_taken_out(void **state)
{
    struct hc_within_node nodes[3] = {{0}};
    struct hc_within w;

    (void)state;
    assert_int_equal(hc_within_init(&w, G), HC_OK);
    for (size_t i = 0; i < 3; i++) {
        add_two(&w, &nodes[i], i == 1 ? 2 : 3, 100.0 * (double)i, 100.0 * (double)i, -1);
        add_two(&w, &nodes[i], 3, 100.0 * (double)i, 100.0 * (double)i, -1);
    }
    assert_true(fabs(r_of(&w, nodes, 3, 0, 1) + 1) < 1e-15);
    assert_true(isnan(r_of(&w, nodes, 3, 0, 2))); /* the third is constant */
    assert_true(hc_within_pair(&w, 0, 1).n == 12 && hc_within_pair(&w, 0, 2).n == 10);
    for (size_t i = 0; i < 3; i++)
        hc_within_node_clear(&nodes[i]);
    hc_within_clear(&w);
}

/* Full and partial rows of one node in two states: all four meet in the merge. */
static void merging_is_adding(void **state)
{
    struct hc_within_node one = {0}, two = {0}, both = {0};
    struct hc_within w1, w2, w;

    (void)state;
    assert_int_equal(hc_within_init(&w1, G), HC_OK);
    assert_int_equal(hc_within_init(&w2, G), HC_OK);
    assert_int_equal(hc_within_init(&w, G), HC_OK);
    for (size_t i = 0; i < 4; i++) {
        double x = (double)(i * i), y = 7 - (double)i;
        struct hc_within *part = i % 2 ? &w1 : &w2;

        add_two(part, i % 2 ? &one : &two, i < 2 ? 2 : 3, x, y, 0.5);
        add_two(&w, &both, i < 2 ? 2 : 3, x, y, 0.5);
    }
    assert_int_equal(hc_within_merge(&w1, &w2), HC_OK);
    assert_int_equal(hc_within_merge_node(&w1, &one, &two), HC_OK);
    for (size_t a = 0; a < G; a++)
        for (size_t b = a; b < G; b++) {
            double x = r_of(&w1, &one, 1, a, b), y = r_of(&w, &both, 1, a, b);

            assert_true((isnan(x) && isnan(y)) || fabs(x - y) < 1e-14);
            assert_true(hc_within_pair(&w1, a, b).n == hc_within_pair(&w, a, b).n);
        }
    hc_within_node_clear(&one);
    hc_within_node_clear(&two);
    hc_within_node_clear(&both);
    hc_within_clear(&w1);
    hc_within_clear(&w2);
    hc_within_clear(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_are_taken_out),
        cmocka_unit_test(merging_is_adding),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
