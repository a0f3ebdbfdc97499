/*
 * crc32c.h - the checksum CRC-32C (Castagnoli), reflected, as in iSCSI
 *
 * Polynomial 0x1EDC6F41, bits reversed (0x82F63B78), all ones before and inverted after:
 * RFC 3720, appendix B.4, has examples. Eight tables take eight bytes a step (M. Kounavis
 * and F. Berry, "A Systematic Approach to Building High Performance, Software-based, CRC
 * Generators", 2005); about 2 GB/s, or the processor's instruction where it has one,
 * about 7 GB/s. It notices every error of up to three bits in blocks of up to 2^31 bits,
 * and any other with a chance of 1 - 2^-32.
 *
 * The tables are the caller's, 8 KB; making them takes about 10 us. Nothing can fail.
 * Threads: tables that are made are only read.
 */
#ifndef HC_CRC32C_H
#define HC_CRC32C_H

#include "base/base.h"

struct hc_crc32c {
    uint32_t table[8][256];
    bool fast; /* the processor has the instruction */
};

void hc_crc32c_init(struct hc_crc32c *crc);

/* The checksum of n bytes. */
uint32_t hc_crc32c_of(const struct hc_crc32c *crc, const void *bytes, size_t n);

#endif
