#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "bound_small.h"
#include "bounds/ffd.h"

/* 6 6 5 5 4 4 3 3 in nodes of 10 cores: 6+4 6+4 5+5 3+3. */
static void by_hand(void **state)
{
    static const int64_t demand[] = {3, 4, 5, 6}, pods[] = {2, 2, 2, 2};
    static const int64_t capacity[] = {10}, nodes[] = {9};
    static const struct {
        int64_t nodes, used, pending;
    } cases[] = {{9, 4, 0}, {4, 4, 0}, {3, 3, 2}, {0, 0, 8}};
    struct hc_bound_input in = {1, 4, demand, pods, 1, capacity, nodes, NULL, NULL};
    HC_CLEANUP(hc_bound_case_clear) struct hc_bound_case c = {0};
    struct hc_bound_ffd ffd;

    (void)state;
    assert_int_equal(hc_bound_case_init(&c, &in, NULL), HC_OK);
    for (size_t k = 0; k < HC_COUNT(cases); k++) {
        assert_int_equal(hc_bound_ffd(&c, &cases[k].nodes, &ffd, NULL), HC_OK);
        assert_int_equal(ffd.nodes, cases[k].used);
        assert_int_equal(ffd.pending, cases[k].pending);
    }
}

/* Large pods that may go anywhere would fill the two nodes that small ones need: the
 * order by choice places all. */
static void those_with_little_choice_first(void **state)
{
    static const int64_t demand[] = {8, 2}, pods[] = {4, 8}, capacity[] = {9, 8};
    static const int64_t nodes[] = {2, 4};
    static const uint64_t may[] = {3, 1};
    struct hc_bound_input in = {1, 2, demand, pods, 2, capacity, nodes, may, NULL};
    HC_CLEANUP(hc_bound_case_clear) struct hc_bound_case c = {0};
    struct hc_bound_ffd ffd;

    (void)state;
    assert_int_equal(hc_bound_case_init(&c, &in, NULL), HC_OK);
    assert_int_equal(hc_bound_ffd(&c, NULL, &ffd, NULL), HC_OK);
    assert_int_equal(ffd.pending, 0);
    assert_int_equal(ffd.order, HC_FFD_CHOICE);
    assert_int_equal(ffd.nodes, 6);
}

static void too_many_nodes_are_refused(void **state)
{
    static const int64_t one[] = {1}, nodes[] = {INT32_MAX};
    struct hc_bound_input in = {1, 1, one, one, 1, one, nodes, NULL, NULL};
    HC_CLEANUP(hc_bound_case_clear) struct hc_bound_case c = {0};
    struct hc_bound_ffd ffd;
    struct hc_error err;

    (void)state;
    assert_int_equal(hc_bound_case_init(&c, &in, NULL), HC_OK);
    assert_int_equal(hc_bound_ffd(&c, NULL, &ffd, &err), HC_INPUT);
    assert_string_equal(
        err.message, "bounds: more than 16777216 nodes for first-fit decreasing");
}

/* ---- the plain way --------------------------------------------------------------------
 */

enum { NODES = 40 };

struct plain_order {
    size_t at;
    double key[2];
};

static int by_keys(const void *a, const void *b)
{
    const struct plain_order *p = a, *q = b;

    for (int k = 0; k < 2; k++)
        if (p->key[k] != q->key[k])
            return p->key[k] > q->key[k] ? -1 : 1;
    return p->at < q->at ? -1 : 1;
}

/* Sum or maximum of shares. */
static double plain_share(const struct hc_bound_case *c, const int64_t *x, bool sum)
{
    double all = 0;

    for (size_t r = 0; r < c->resources; r++) {
        double part =
            hc_bound_largest(c, r) ? (double)x[r] / (double)hc_bound_largest(c, r) : 0;

        all = sum ? all + part : part > all ? part : all;
    }
    return all;
}

static double plain_choice(const struct hc_bound_case *c, size_t i)
{
    double n = 0;

    for (size_t t = 0; t < c->node_types; t++)
        n += hc_bound_fits(c, i, t) ? (double)c->nodes[t] : 0;
    return n;
}

/* One pod at a time, every node in turn from the first. */
static struct hc_bound_ffd plain_ffd(const struct hc_bound_case *c, enum hc_ffd_order how)
{
    struct plain_order nodes[SMALL_TYPES], pods[SMALL_TYPES];
    int64_t free[NODES][SMALL_RESOURCES];
    size_t type[NODES], n = 0;
    bool used[NODES] = {false};
    struct hc_bound_ffd ffd = {.order = how};

    for (size_t t = 0; t < c->node_types; t++)
        nodes[t] = (struct plain_order){
            t, {plain_share(c, c->capacity + t * c->resources, true), 0}};
    qsort(nodes, c->node_types, sizeof(*nodes), by_keys);
    for (size_t k = 0; k < c->node_types; k++)
        for (int64_t i = 0; i < c->nodes[nodes[k].at]; i++, n++) {
            type[n] = nodes[k].at;
            memcpy(free[n], c->capacity + type[n] * c->resources,
                c->resources * sizeof(int64_t));
        }
    for (size_t i = 0; i < c->pod_types; i++)
        pods[i] = (struct plain_order){
            i, {how == HC_FFD_CHOICE ? -plain_choice(c, i) : 0,
                   plain_share(c, c->demand + i * c->resources, how == HC_FFD_SUM)}};
    qsort(pods, c->pod_types, sizeof(*pods), by_keys);
    for (size_t k = 0; k < c->pod_types; k++)
        for (int64_t left = c->pods[pods[k].at]; left > 0; left--) {
            const int64_t *demand = c->demand + pods[k].at * c->resources;
            size_t node = 0;

            for (; node < n; node++) {
                bool fits = hc_bound_fits(c, pods[k].at, type[node]);

                for (size_t r = 0; r < c->resources; r++)
                    fits &= free[node][r] >= demand[r];
                if (fits)
                    break;
            }
            ffd.pending += node == n;
            for (size_t r = 0; r < c->resources && node < n; r++)
                free[node][r] -= demand[r];
            if (node < n)
                used[node] = true;
        }
    for (size_t k = 0; k < n; k++)
        ffd.nodes += used[k];
    return ffd;
}

static void tree_is_the_plain_way(void **unused)
{
    uint64_t state = 31;
    int by_order[HC_FFD_ORDERS] = {0};

    (void)unused;
    for (int k = 0; k < 4000; k++) {
        HC_CLEANUP(hc_bound_case_clear) struct hc_bound_case c = {0};
        struct hc_bound_ffd ffd, best = {0};
        struct small s;

        small_make(&s, &state);
        for (size_t i = 0; i < SMALL_TYPES; i++) {
            s.pods[i] = small_below(&state, 30);
            s.nodes[i] = small_below(&state, NODES / SMALL_TYPES);
        }
        assert_int_equal(hc_bound_case_init(&c, &s.in, NULL), HC_OK);
        assert_int_equal(hc_bound_ffd(&c, NULL, &ffd, NULL), HC_OK);
        for (int how = 0; how < HC_FFD_ORDERS; how++) {
            struct hc_bound_ffd plain = plain_ffd(&c, how);

            if (!how || plain.pending < best.pending ||
                (plain.pending == best.pending && plain.nodes < best.nodes))
                best = plain;
        }
        assert_int_equal(ffd.nodes, best.nodes);
        assert_int_equal(ffd.pending, best.pending);
        assert_int_equal(ffd.order, best.order);
        by_order[ffd.order]++;
    }
    for (int how = 0; how < HC_FFD_ORDERS; how++)
        assert_true(by_order[how] > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_hand),
        cmocka_unit_test(those_with_little_choice_first),
        cmocka_unit_test(too_many_nodes_are_refused),
        cmocka_unit_test(tree_is_the_plain_way),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
