#include "base/crc32c_x86.h"

#if defined(__x86_64__)

#include <cpuid.h>
#include <nmmintrin.h>
#include <string.h>

bool hc_crc32c_x86_works(void)
{
    unsigned a, b, c, d;

    return __get_cpuid(1, &a, &b, &c, &d) && (c & bit_SSE4_2);
}

__attribute__((target("sse4.2"))) uint32_t hc_crc32c_x86_add(
    uint32_t x, const uint8_t *p, size_t n)
{
    uint64_t wide = x, eight;

    for (; n; n--, p += sizeof(eight)) {
        memcpy(&eight, p, sizeof(eight));
        wide = _mm_crc32_u64(wide, eight);
    }
    return (uint32_t)wide;
}

#else

bool hc_crc32c_x86_works(void)
{
    return false;
}

uint32_t hc_crc32c_x86_add(uint32_t x, const uint8_t *p, size_t n)
{
    (void)p;
    (void)n;
    return x;
}

#endif
