#include <string.h>

#include "base/sha256.h"
#include "base/sha256_x86.h"

/* The first 32 bits of the fractions of the cube roots of the first 64 primes. */
const uint32_t hc_sha256_round_keys[64] = {
    0x428a2f98,
    0x71374491,
    0xb5c0fbcf,
    0xe9b5dba5,
    0x3956c25b,
    0x59f111f1,
    0x923f82a4,
    0xab1c5ed5,
    0xd807aa98,
    0x12835b01,
    0x243185be,
    0x550c7dc3,
    0x72be5d74,
    0x80deb1fe,
    0x9bdc06a7,
    0xc19bf174,
    0xe49b69c1,
    0xefbe4786,
    0x0fc19dc6,
    0x240ca1cc,
    0x2de92c6f,
    0x4a7484aa,
    0x5cb0a9dc,
    0x76f988da,
    0x983e5152,
    0xa831c66d,
    0xb00327c8,
    0xbf597fc7,
    0xc6e00bf3,
    0xd5a79147,
    0x06ca6351,
    0x14292967,
    0x27b70a85,
    0x2e1b2138,
    0x4d2c6dfc,
    0x53380d13,
    0x650a7354,
    0x766a0abb,
    0x81c2c92e,
    0x92722c85,
    0xa2bfe8a1,
    0xa81a664b,
    0xc24b8b70,
    0xc76c51a3,
    0xd192e819,
    0xd6990624,
    0xf40e3585,
    0x106aa070,
    0x19a4c116,
    0x1e376c08,
    0x2748774c,
    0x34b0bcb5,
    0x391c0cb3,
    0x4ed8aa4a,
    0x5b9cca4f,
    0x682e6ff3,
    0x748f82ee,
    0x78a5636f,
    0x84c87814,
    0x8cc70208,
    0x90befffa,
    0xa4506ceb,
    0xbef9a3f7,
    0xc67178f2,
};

static const uint32_t first_state[8] = {
    0x6a09e667,
    0xbb67ae85,
    0x3c6ef372,
    0xa54ff53a,
    0x510e527f,
    0x9b05688c,
    0x1f83d9ab,
    0x5be0cd19,
};

static uint32_t rotated(uint32_t x, unsigned by)
{
    return (x >> by) | (x << (32 - by));
}

static void fill_schedule(uint32_t w[64], const unsigned char *block)
{
    for (size_t i = 0; i < 16; i++)
        w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
               (uint32_t)block[4 * i + 2] << 8 | (uint32_t)block[4 * i + 3];
    for (size_t i = 16; i < 64; i++) {
        uint32_t a = w[i - 15], b = w[i - 2];

        w[i] = w[i - 16] + w[i - 7] + (rotated(a, 7) ^ rotated(a, 18) ^ (a >> 3)) +
               (rotated(b, 17) ^ rotated(b, 19) ^ (b >> 10));
    }
}

/* One of the 64 rounds; the eight words take turns, so that none is ever moved. */
static inline void turn(uint32_t a, uint32_t b, uint32_t c, uint32_t *d, uint32_t e,
    uint32_t f, uint32_t g, uint32_t *h, uint32_t input)
{
    uint32_t t = *h + (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) +
                 (g ^ (e & (f ^ g))) + input;

    *d += t;
    *h =
        t + (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) + ((a & b) | (c & (a | b)));
}

static void add_block(struct hc_sha256 *sha, const unsigned char *block)
{
    uint32_t w[64], *s = sha->state;
    uint32_t a = s[0], b = s[1], c = s[2], d = s[3], e = s[4], f = s[5], g = s[6],
             h = s[7];

    fill_schedule(w, block);
    for (size_t i = 0; i < 64; i += 8) {
        turn(a, b, c, &d, e, f, g, &h, w[i] + hc_sha256_round_keys[i]);
        turn(h, a, b, &c, d, e, f, &g, w[i + 1] + hc_sha256_round_keys[i + 1]);
        turn(g, h, a, &b, c, d, e, &f, w[i + 2] + hc_sha256_round_keys[i + 2]);
        turn(f, g, h, &a, b, c, d, &e, w[i + 3] + hc_sha256_round_keys[i + 3]);
        turn(e, f, g, &h, a, b, c, &d, w[i + 4] + hc_sha256_round_keys[i + 4]);
        turn(d, e, f, &g, h, a, b, &c, w[i + 5] + hc_sha256_round_keys[i + 5]);
        turn(c, d, e, &f, g, h, a, &b, w[i + 6] + hc_sha256_round_keys[i + 6]);
        turn(b, c, d, &e, f, g, h, &a, w[i + 7] + hc_sha256_round_keys[i + 7]);
    }
    s[0] += a, s[1] += b, s[2] += c, s[3] += d;
    s[4] += e, s[5] += f, s[6] += g, s[7] += h;
}

static void add_blocks(struct hc_sha256 *sha, const unsigned char *blocks, size_t n)
{
    if (sha->fast) {
        hc_sha256_x86_add(sha->state, blocks, n);
        return;
    }
    for (size_t i = 0; i < n; i++)
        add_block(sha, blocks + HC_SHA256_BLOCK * i);
}

void hc_sha256_init(struct hc_sha256 *sha)
{
    memcpy(sha->state, first_state, sizeof(first_state));
    sha->bytes = 0;
    sha->fast = hc_sha256_x86_works();
}

void hc_sha256_add(struct hc_sha256 *sha, const void *bytes, size_t n)
{
    const unsigned char *p = bytes;
    size_t held = sha->bytes % HC_SHA256_BLOCK;

    sha->bytes += n;
    if (held) {
        size_t room = HC_SHA256_BLOCK - held, part = n < room ? n : room;

        if (part)
            memcpy(sha->pending + held, p, part);
        if (part < room)
            return;
        add_blocks(sha, sha->pending, 1);
        p += part;
        n -= part;
    }
    add_blocks(sha, p, n / HC_SHA256_BLOCK);
    p += n / HC_SHA256_BLOCK * HC_SHA256_BLOCK;
    n %= HC_SHA256_BLOCK;
    if (n)
        memcpy(sha->pending, p, n);
}

void hc_sha256_finish(struct hc_sha256 *sha, uint8_t out[HC_SHA256_SIZE])
{
    static const unsigned char padding[HC_SHA256_BLOCK] = {0x80};
    uint64_t bits = sha->bytes * 8;
    size_t held = sha->bytes % HC_SHA256_BLOCK;
    unsigned char length[8];

    for (size_t i = 0; i < 8; i++)
        length[i] = (unsigned char)(bits >> (56 - 8 * i));
    hc_sha256_add(sha, padding, held < 56 ? 56 - held : 120 - held);
    hc_sha256_add(sha, length, sizeof(length));
    for (size_t i = 0; i < HC_SHA256_SIZE; i++)
        out[i] = (uint8_t)(sha->state[i / 4] >> (24 - 8 * (i % 4)));
}

void hc_sha256_hex(struct hc_sha256 *sha, char out[HC_SHA256_HEX])
{
    static const char digits[] = "0123456789abcdef";
    uint8_t raw[HC_SHA256_SIZE];

    hc_sha256_finish(sha, raw);
    for (size_t i = 0; i < HC_SHA256_SIZE; i++) {
        out[2 * i] = digits[raw[i] >> 4];
        out[2 * i + 1] = digits[raw[i] & 15];
    }
    out[HC_SHA256_HEX - 1] = '\0';
}
