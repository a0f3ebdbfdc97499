#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/name_index.h"

enum { MANY = 400000, SOME = 300 };

static size_t add(struct hc_name_index *index, const char *name, size_t len)
{
    size_t at = HC_NO_NAME;

    assert_int_equal(hc_name_index_add(index, name, len, &at), HC_OK);
    return at;
}

static size_t numbered(char out[24], size_t i)
{
    return (size_t)snprintf(out, 24, "node-%zu", i);
}

/* Each of the first n names has its number, and its spelling. */
static void check_all(const struct hc_name_index *index, size_t n)
{
    char name[24];

    assert_int_equal(index->n, n);
    for (size_t i = 0; i < n; i++) {
        size_t len = numbered(name, i), kept;

        assert_int_equal(hc_name_index_find(index, name, len), i);
        assert_memory_equal(hc_name_index_name(index, i, &kept), name, len + 1);
        assert_int_equal(kept, len);
    }
}

static void test_numbers_are_dense_and_stay(void **state)
{
    struct hc_name_index index = {0};
    char name[24];

    (void)state;
    for (size_t i = 0; i < SOME; i++) {
        assert_int_equal(add(&index, name, numbered(name, i)), i);
        assert_int_equal(add(&index, name, numbered(name, i / 2)), i / 2);
        check_all(&index, i + 1);
    }
    hc_name_index_clear(&index);
}

/* Adding copies: what was handed in may change, and what is kept does not move. */
static void test_names_are_copies_that_stay(void **state)
{
    struct hc_name_index index = {0};
    char name[24] = "first";
    size_t len;

    (void)state;
    assert_int_equal(add(&index, name, 5), 0);
    const char *first = hc_name_index_name(&index, 0, &len);

    for (size_t i = 0; i < SOME; i++)
        add(&index, name, numbered(name, i));
    assert_ptr_equal(hc_name_index_name(&index, 0, &len), first);
    assert_string_equal(first, "first");
    hc_name_index_clear(&index);
}

static int by_hash(const void *pa, const void *pb)
{
    const struct hc_indexed_name *a = pa, *b = pb;

    return a->hash < b->hash ? -1 : a->hash > b->hash;
}

/* Copies of the first pair of names of one length and one hash, out of many. */
static void find_colliding(const struct hc_name_index *many, char pair[2][24])
{
    struct hc_indexed_name *sorted = hc_alloc(many->n, sizeof(*sorted));
    size_t i = 1;

    assert_non_null(sorted);
    memcpy(sorted, many->names, many->n * sizeof(*sorted));
    qsort(sorted, many->n, sizeof(*sorted), by_hash);
    while (i < many->n &&
           (sorted[i].hash != sorted[i - 1].hash || sorted[i].len != sorted[i - 1].len))
        i++;
    assert_true(i < many->n);
    strcpy(pair[0], sorted[i - 1].name);
    strcpy(pair[1], sorted[i].name);
    hc_free(sorted);
}

static void test_colliding_names_are_two(void **state)
{
    struct hc_name_index many = {0}, few = {0};
    char name[24], pair[2][24];

    (void)state;
    for (size_t i = 0; i < MANY; i++)
        assert_int_equal(add(&many, name, numbered(name, i)), i);
    check_all(&many, MANY);
    find_colliding(&many, pair);
    assert_int_equal(add(&few, pair[0], strlen(pair[0])), 0);
    assert_int_equal(hc_name_index_find(&few, pair[1], strlen(pair[1])), HC_NO_NAME);
    assert_int_equal(add(&few, pair[1], strlen(pair[1])), 1);
    assert_int_equal(few.names[0].hash, few.names[1].hash);
    assert_int_equal(hc_name_index_find(&few, pair[0], strlen(pair[0])), 0);
    hc_name_index_clear(&many);
    hc_name_index_clear(&few);
}

/* Forty names whose home is one slot, of 64, 128, ...: they stand in a row of slots. */
static void test_names_of_one_slot(void **state)
{
    struct hc_name_index all = {0}, one_slot = {0};
    size_t n = 0, len;
    char name[24];

    (void)state;
    for (size_t i = 0; i < 100 * SOME; i++)
        add(&all, name, numbered(name, i));
    for (size_t i = 0; i < all.n; i++)
        if (all.names[i].hash % 512 == 511)
            assert_int_equal(add(&one_slot, all.names[i].name, all.names[i].len), n++);
    assert_true(n >= 40);
    for (size_t i = 0; i < n; i++) {
        const char *there = hc_name_index_name(&one_slot, i, &len);

        assert_int_equal(hc_name_index_find(&one_slot, there, len), i);
    }
    hc_name_index_clear(&all);
    hc_name_index_clear(&one_slot);
}

static void test_any_bytes_are_a_name(void **state)
{
    static const struct {
        const char *bytes;
        size_t len;
    } names[] = {{"", 0}, {"\0", 1}, {"\0\0", 2}, {"a", 1}, {"a\0", 2}, {"a\0b", 3},
        {"a\0c", 3}, {"A", 1}, {"\xff\x80", 2}};
    struct hc_name_index index = {0};
    size_t len;

    (void)state;
    assert_int_equal(hc_name_index_find(&index, "", 0), HC_NO_NAME);
    for (size_t pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < HC_COUNT(names); i++)
            assert_int_equal(add(&index, names[i].bytes, names[i].len), i);
    assert_int_equal(hc_name_index_find(&index, NULL, 0), 0);
    for (size_t i = 0; i < HC_COUNT(names); i++) {
        const char *kept = hc_name_index_name(&index, i, &len);

        assert_int_equal(len, names[i].len);
        assert_memory_equal(kept, names[i].bytes, len + 1);
    }
    assert_int_equal(hc_name_index_find(&index, "b", 1), HC_NO_NAME);
    hc_name_index_clear(&index);
}

static void test_any_case(void **state)
{
    struct hc_name_index index = {.any_case = true};
    size_t len;

    (void)state;
    assert_int_equal(add(&index, "Zone_A", 6), 0);
    assert_int_equal(add(&index, "zONE_a", 6), 0);
    assert_int_equal(hc_name_index_find(&index, "ZONE_A", 6), 0);
    assert_string_equal(hc_name_index_name(&index, 0, &len), "Zone_A");
    /* 32 apart, but no letters; and letters of other alphabets are bytes */
    assert_int_equal(add(&index, "[", 1), 1);
    assert_int_equal(add(&index, "{", 1), 2);
    assert_int_equal(add(&index, "@", 1), 3);
    assert_int_equal(add(&index, "`", 1), 4);
    assert_int_equal(add(&index, "\xc3\x84", 2), 5);
    assert_int_equal(add(&index, "\xc3\xa4", 2), 6);
    hc_name_index_clear(&index);
    assert_true(index.any_case);
    assert_int_equal(index.n, 0);
    assert_int_equal(hc_name_index_find(&index, "zone_a", 6), HC_NO_NAME);
    assert_int_equal(add(&index, "zone_a", 6), 0);
    hc_name_index_clear(&index);
}

/* Wherever an allocation fails, what was there is there, and the next try works. */
static void test_no_memory_changes_nothing(void **state)
{
    bool failed = true;
    size_t fails = 0;

    (void)state;
    for (long k = 0; failed; k++) {
        struct hc_name_index index = {0};
        size_t i = 0, at = 12345;
        char name[24];

        hc_mem_fail_after(k);
        while (i < SOME && !hc_name_index_add(&index, name, numbered(name, i), &at))
            i++;
        hc_mem_fail_after(-1);
        failed = i < SOME;
        fails += failed;
        assert_int_equal(at, i ? i - 1 : 12345);
        check_all(&index, i);
        for (; i < SOME; i++)
            assert_int_equal(add(&index, name, numbered(name, i)), i);
        check_all(&index, SOME);
        hc_name_index_clear(&index);
    }
    assert_true(fails > SOME); /* a copy each, and growing */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_are_dense_and_stay),
        cmocka_unit_test(test_names_are_copies_that_stay),
        cmocka_unit_test(test_colliding_names_are_two),
        cmocka_unit_test(test_names_of_one_slot),
        cmocka_unit_test(test_any_bytes_are_a_name),
        cmocka_unit_test(test_any_case),
        cmocka_unit_test(test_no_memory_changes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
