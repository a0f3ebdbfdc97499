/* The examples of RFC 3720, and every length and alignment against bit by bit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/crc32c.h"

static uint32_t slowly(const uint8_t *bytes, size_t n)
{
    uint32_t crc = UINT32_MAX;

    for (size_t i = 0; i < n; i++) {
        crc ^= bytes[i];
        for (int k = 0; k < 8; k++)
            crc = crc & 1 ? crc >> 1 ^ 0x82F63B78u : crc >> 1;
    }
    return ~crc;
}

static void known_sums(void **state)
{
    struct hc_crc32c crc;
    uint8_t bytes[32] = {0};

    (void)state;
    hc_crc32c_init(&crc);
    assert_int_equal(hc_crc32c_of(&crc, "", 0), 0);
    assert_int_equal(hc_crc32c_of(&crc, "123456789", 9), 0xE3069283u);
    assert_int_equal(hc_crc32c_of(&crc, bytes, 32), 0x8A9136AAu);
    memset(bytes, 0xFF, sizeof(bytes));
    assert_int_equal(hc_crc32c_of(&crc, bytes, 32), 0x62A8AB43u);
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)i;
    assert_int_equal(hc_crc32c_of(&crc, bytes, 32), 0x46DD794Eu);
}

static void any_length_at_any_place(void **state)
{
    struct hc_crc32c crc, tables;
    uint8_t bytes[120];

    (void)state;
    hc_crc32c_init(&crc);
    tables = crc;
    tables.fast = false; /* as on a processor without the instruction */
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)(i * 37 + 11);
    for (size_t from = 0; from < 16; from++)
        for (size_t n = 0; from + n <= sizeof(bytes); n++) {
            uint32_t sum = slowly(bytes + from, n);

            assert_int_equal(hc_crc32c_of(&crc, bytes + from, n), sum);
            assert_int_equal(hc_crc32c_of(&tables, bytes + from, n), sum);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_sums),
        cmocka_unit_test(any_length_at_any_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
