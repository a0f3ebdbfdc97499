/*
 * split.h - doubles by their bytes: all first bytes, then all second ones, and so on
 *
 * Parquet's BYTE_STREAM_SPLIT. Signs and exponents of neighbours are much alike, low
 * bytes of the fractions are noise: apart from each other, the first compress well and
 * the others cost the compressor no time.
 */
#ifndef HC_PARQUET_SPLIT_H
#define HC_PARQUET_SPLIT_H

#include "base/base.h"

/* Byte k of value i comes to out[k * apart + i], in the machine's order: little-endian.
 */
void hc_split_doubles(const double *values, size_t n, uint8_t *out, size_t apart);

#endif
