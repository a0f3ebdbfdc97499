#include "base/sha256.h"
#include "base/sha256_x86.h"

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>

bool hc_sha256_x86_works(void)
{
    unsigned a, b, c, d;
    bool shuffles;

    if (!__get_cpuid(1, &a, &b, &c, &d))
        return false;
    shuffles = (c & bit_SSSE3) && (c & bit_SSE4_1);
    return shuffles && __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_SHA);
}

/*
 * The instructions keep the eight words as ABEF and CDGH, do two rounds at a time, and
 * make four words of the schedule from the sixteen before: Intel, "Intel SHA Extensions",
 * 2013.
 */
#if defined(__clang__)
#define HC_UNROLL _Pragma("clang loop unroll(full)")
#else
#define HC_UNROLL _Pragma("GCC unroll 16")
#endif
#define SHA_TARGET __attribute__((target("sha,sse4.1")))

SHA_TARGET static inline __m128i four_words(const unsigned char *p)
{
    const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);

    return _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)p), big_endian);
}

/* The four words after w[0..3], which are sixteen. */
SHA_TARGET static inline __m128i next_words(const __m128i w[4])
{
    __m128i part =
        _mm_add_epi32(_mm_sha256msg1_epu32(w[0], w[1]), _mm_alignr_epi8(w[3], w[2], 4));

    return _mm_sha256msg2_epu32(part, w[3]);
}

SHA_TARGET static void add_block(__m128i *abef, __m128i *cdgh, const unsigned char *p)
{
    __m128i a = *abef, c = *cdgh, w[4];

    for (size_t k = 0; k < 4; k++)
        w[k] = four_words(p + 16 * k);
    /* unrolled, the words stay in registers */
    HC_UNROLL for (size_t i = 0; i < 16; i++)
    {
        __m128i input = _mm_add_epi32(
            w[i % 4], _mm_loadu_si128((const __m128i *)(hc_sha256_round_keys + 4 * i)));

        c = _mm_sha256rnds2_epu32(c, a, input);
        a = _mm_sha256rnds2_epu32(a, c, _mm_shuffle_epi32(input, 0x0e));
        if (i < 12) {
            const __m128i last[4] = {
                w[i % 4], w[(i + 1) % 4], w[(i + 2) % 4], w[(i + 3) % 4]};

            w[i % 4] = next_words(last);
        }
    }
    *abef = _mm_add_epi32(*abef, a);
    *cdgh = _mm_add_epi32(*cdgh, c);
}

SHA_TARGET void hc_sha256_x86_add(
    uint32_t state[8], const unsigned char *blocks, size_t n)
{
    uint32_t abef[4] = {state[5], state[4], state[1], state[0]};
    uint32_t cdgh[4] = {state[7], state[6], state[3], state[2]};
    __m128i a = _mm_loadu_si128((const __m128i *)abef);
    __m128i c = _mm_loadu_si128((const __m128i *)cdgh);

    for (size_t i = 0; i < n; i++)
        add_block(&a, &c, blocks + HC_SHA256_BLOCK * i);
    _mm_storeu_si128((__m128i *)abef, a);
    _mm_storeu_si128((__m128i *)cdgh, c);
    for (size_t k = 0; k < 2; k++) {
        state[k] = abef[3 - k];
        state[4 + k] = abef[1 - k];
        state[2 + k] = cdgh[3 - k];
        state[6 + k] = cdgh[1 - k];
    }
}

#else

bool hc_sha256_x86_works(void)
{
    return false;
}

void hc_sha256_x86_add(uint32_t state[8], const unsigned char *blocks, size_t n)
{
    (void)state;
    (void)blocks;
    (void)n;
    assert(!"not on this architecture");
}

#endif
