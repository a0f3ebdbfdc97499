/*
 * sha256.h - the SHA-256 of bytes that come in pieces (FIPS 180-4)
 *
 * Manifests carry it, so that a flipped bit in a file of ours is noticed; it is
 * no part of any secret. Works anywhere, faster where the processor knows how; no
 * allocation.
 *
 *     struct hc_sha256 sha;
 *     hc_sha256_init(&sha);
 *     hc_sha256_add(&sha, bytes, n);      as often as there are pieces
 *     hc_sha256_hex(&sha, text);          or hc_sha256_finish for the raw bytes
 *
 * finish and hex end the sum: init again before the next one.
 */
#ifndef HC_SHA256_H
#define HC_SHA256_H

#include "base/base.h"

enum { HC_SHA256_SIZE = 32, HC_SHA256_HEX = 65, HC_SHA256_BLOCK = 64 };

struct hc_sha256 {
    uint32_t state[8];
    uint64_t bytes;                         /* added so far */
    bool fast;                              /* by the processor's own instructions */
    unsigned char pending[HC_SHA256_BLOCK]; /* the bytes that do not fill a block yet */
};

void hc_sha256_init(struct hc_sha256 *sha);
void hc_sha256_add(struct hc_sha256 *sha, const void *bytes, size_t n);
void hc_sha256_finish(struct hc_sha256 *sha, uint8_t out[HC_SHA256_SIZE]);

/* As finish, as 64 lower-case digits and a NUL. */
void hc_sha256_hex(struct hc_sha256 *sha, char out[HC_SHA256_HEX]);

#endif
