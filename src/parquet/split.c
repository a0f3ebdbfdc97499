#include <string.h>

#include "parquet/split.h"

enum { BYTES = sizeof(double), LANES = 16, VECTORS = 8 };

/* Sixteen bytes; on x86-64 and arm64 the shuffles below are one instruction each. */
typedef uint8_t lanes __attribute__((vector_size(LANES)));

static inline lanes first_halves(lanes a, lanes b)
{
    return __builtin_shufflevector(
        a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

static inline lanes second_halves(lanes a, lanes b)
{
    return __builtin_shufflevector(
        a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}

/*
 * Sixteen values. A byte's place is seven bits: four of the value, three of the byte in
 * it. Interleaving vector j with vector j + 4 moves the highest bit to the end; after
 * four times the three bits of the byte come first.
 */
static inline void split_sixteen(const double *values, uint8_t *out, size_t apart)
{
    lanes a[VECTORS], b[VECTORS];

    memcpy(a, values, sizeof(a));
    for (int turn = 0; turn < 4; turn++) {
        for (int j = 0; j < VECTORS / 2; j++) {
            b[2 * j] = first_halves(a[j], a[j + VECTORS / 2]);
            b[2 * j + 1] = second_halves(a[j], a[j + VECTORS / 2]);
        }
        memcpy(a, b, sizeof(a));
    }
    for (size_t k = 0; k < BYTES; k++)
        memcpy(out + k * apart, &a[k], LANES);
}

void hc_split_doubles(const double *values, size_t n, uint8_t *out, size_t apart)
{
    const uint8_t *bytes = (const uint8_t *)values;
    size_t i = 0;

    for (; i + LANES <= n; i += LANES)
        split_sixteen(values + i, out + i, apart);
    for (; i < n; i++)
        for (size_t k = 0; k < BYTES; k++)
            out[k * apart + i] = bytes[BYTES * i + k];
}
