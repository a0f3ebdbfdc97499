/* The sums of FIPS 180-4's examples, and that the split of the bytes does not matter. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/sha256.h"

static void assert_sum(const char *text, const char *expected)
{
    struct hc_sha256 sha;
    char hex[HC_SHA256_HEX];

    hc_sha256_init(&sha);
    hc_sha256_add(&sha, text, strlen(text));
    hc_sha256_hex(&sha, hex);
    assert_string_equal(hex, expected);
}

static void known_sums(void **state)
{
    (void)state;
    assert_sum("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_sum("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_sum("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    assert_sum("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
               "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
        "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
}

static void a_million_letters(void **state)
{
    struct hc_sha256 sha;
    char block[1000], hex[HC_SHA256_HEX];

    (void)state;
    memset(block, 'a', sizeof(block));
    hc_sha256_init(&sha);
    for (int i = 0; i < 1000; i++)
        hc_sha256_add(&sha, block, sizeof(block));
    hc_sha256_hex(&sha, hex);
    assert_string_equal(
        hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

/* Every length about the edges of a block, split at every place. */
static void any_split_is_the_whole(void **state)
{
    unsigned char bytes[150];

    (void)state;
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (unsigned char)(i * 7 + 1);
    for (size_t n = 0; n <= sizeof(bytes); n++) {
        uint8_t whole[HC_SHA256_SIZE], split[HC_SHA256_SIZE];
        struct hc_sha256 sha;

        hc_sha256_init(&sha);
        hc_sha256_add(&sha, bytes, n);
        hc_sha256_finish(&sha, whole);
        for (size_t cut = 0; cut <= n; cut++) {
            hc_sha256_init(&sha);
            hc_sha256_add(&sha, bytes, cut);
            hc_sha256_add(&sha, bytes + cut, n - cut);
            hc_sha256_finish(&sha, split);
            assert_memory_equal(whole, split, HC_SHA256_SIZE);
        }
    }
}

/* The processor's own instructions give what the portable way gives. */
static void both_ways_agree(void **state)
{
    unsigned char bytes[1000];
    uint32_t seed = 1;

    (void)state;
    for (size_t n = 0; n <= sizeof(bytes); n += 7) {
        uint8_t sums[2][HC_SHA256_SIZE];

        for (size_t i = 0; i < n; i++) {
            seed = seed * 1664525 + 1013904223;
            bytes[i] = (unsigned char)(seed >> 24);
        }
        for (int way = 0; way < 2; way++) {
            struct hc_sha256 sha;

            hc_sha256_init(&sha);
            if (!way)
                sha.fast = false;
            hc_sha256_add(&sha, bytes, n);
            hc_sha256_finish(&sha, sums[way]);
        }
        assert_memory_equal(sums[0], sums[1], HC_SHA256_SIZE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_sums),
        cmocka_unit_test(both_ways_agree),
        cmocka_unit_test(a_million_letters),
        cmocka_unit_test(any_split_is_the_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
