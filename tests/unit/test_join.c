/*
 * Which node an instance was: address, cluster, one node after another.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "collect/join.h"

enum { POINTS = 6 };

/* "..xx.." : where the node has the address */
static void there(struct hc_join *join, const char *cluster, const char *ip,
    const char *node, const char *pattern)
{
    struct hc_join_info *info = hc_join_info(join, cluster, ip, node);

    assert_non_null(info);
    for (size_t p = 0; p < POINTS; p++)
        if (pattern[p] == 'x')
            info->there[p] = 1;
}

/* The nodes of all moments, a letter each: the last of the node's name. */
static const char *nodes(
    const struct hc_join *join, const char *cluster, const char *address)
{
    static char text[POINTS + 1];
    int32_t owners[POINTS];

    if (!hc_join_nodes(join, cluster, address, owners))
        return "none";
    for (size_t p = 0; p < POINTS; p++) {
        const char *node = join->infos[owners[p]].node;

        text[p] = node[strlen(node) - 1];
    }
    return text;
}

static void test_address(void **unused)
{
    static const char *const cases[][2] = {{"10.0.0.5:9100", "10.0.0.5"},
        {"node-1", "node-1"}, {"[fe80::1]:9100", "fe80::1"}, {"fe80::1", "fe80::1"},
        {"node-1.example.org:9100", "node-1.example.org"}, {"", ""}, {"[", "["}};
    char out[64], small[5];

    (void)unused;
    for (size_t i = 0; i < HC_COUNT(cases); i++) {
        hc_join_address(cases[i][0], out, sizeof(out));
        assert_string_equal(out, cases[i][1]);
    }
    hc_join_address("10.0.0.5:9100", small, sizeof(small));
    assert_string_equal(small, "10.0");
}

static void test_nodes(void **unused)
{
    struct hc_join join = {.n_points = POINTS};

    (void)unused;
    there(&join, "east", "1.1.1.1", "node-a", "xxx...");
    there(&join, "east", "1.1.1.1", "node-b", "...xxx");
    there(&join, "west", "1.1.1.1", "node-c", "xxxxxx");
    there(&join, "", "1.1.1.2", "node-d", "..x...");
    assert_string_equal(nodes(&join, "east", "1.1.1.1"), "aaabbb");
    assert_string_equal(nodes(&join, "west", "1.1.1.1"), "cccccc");
    assert_string_equal(nodes(&join, "", "1.1.1.1"), "none");
    assert_string_equal(nodes(&join, "", "1.1.1.2"), "dddddd");
    assert_string_equal(nodes(&join, "east", "9.9.9.9"), "none");
    hc_join_clear(&join);
}

static void test_overlap_and_gaps(void **unused)
{
    struct hc_join join = {.n_points = POINTS};

    (void)unused;
    there(&join, "", "2", "node-b", "..xxx.");
    there(&join, "", "2", "node-a", ".xxx..");
    assert_string_equal(nodes(&join, "", "2"), "aabbbb"); /* the newer one */
    there(&join, "", "3", "node-z", "xx..xx");
    there(&join, "", "3", "node-y", "xx....");
    assert_string_equal(nodes(&join, "", "3"), "yyyyzz"); /* by name; the one before */
    there(&join, "", "3", "node-z", "..x...");            /* the same series again */
    assert_int_equal(join.n, 4);
    hc_join_clear(&join);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_address),
        cmocka_unit_test(test_nodes),
        cmocka_unit_test(test_overlap_and_gaps),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
