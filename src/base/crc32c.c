#include "base/crc32c.h"
#include "base/crc32c_x86.h"

static const uint32_t polynomial = 0x82F63B78u;

void hc_crc32c_init(struct hc_crc32c *crc)
{
    crc->fast = hc_crc32c_x86_works();
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t x = i;

        for (int k = 0; k < 8; k++)
            x = x & 1 ? x >> 1 ^ polynomial : x >> 1;
        crc->table[0][i] = x;
    }
    for (int k = 1; k < 8; k++)
        for (int i = 0; i < 256; i++) {
            uint32_t x = crc->table[k - 1][i];

            crc->table[k][i] = x >> 8 ^ crc->table[0][x & 0xFF];
        }
}

/* Byte k of eight goes through the table of what is still to follow it. */
static uint32_t eight(const struct hc_crc32c *crc, uint32_t x, const uint8_t *p)
{
    uint32_t next = 0;

    for (int k = 0; k < 4; k++)
        next ^=
            crc->table[7 - k][(x >> (8 * k) ^ p[k]) & 0xFF] ^ crc->table[3 - k][p[4 + k]];
    return next;
}

uint32_t hc_crc32c_of(const struct hc_crc32c *crc, const void *bytes, size_t n)
{
    const uint8_t *p = bytes;
    uint32_t x = UINT32_MAX;

    if (crc->fast) {
        x = hc_crc32c_x86_add(x, p, n / 8);
        p += n / 8 * 8;
        n %= 8;
    }
    for (; n >= 8; n -= 8, p += 8)
        x = eight(crc, x, p);
    for (; n; n--, p++)
        x = x >> 8 ^ crc->table[0][(x ^ *p) & 0xFF];
    return ~x;
}
