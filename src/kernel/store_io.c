#include <string.h>

#include "kernel/store_io.h"
#include "kernel/times.h"

enum hc_status hc_tape_refuse(struct hc_tape *t, const char *fault)
{
    t->fault = fault;
    return HC_INPUT;
}

enum hc_status hc_tape_require(struct hc_tape *t, bool holds, const char *fault)
{
    return holds || t->out ? HC_OK : hc_tape_refuse(t, fault);
}

enum hc_status hc_tape_raw(struct hc_tape *t, void *bytes, size_t n)
{
    if (t->out) {
        hc_buf_add(t->out, bytes, n);
        return HC_OK;
    }
    HC_TRY(hc_tape_require(t, n <= t->left, "it ends too early"));
    memcpy(bytes, t->in, n);
    t->in += n;
    t->left -= n;
    return HC_OK;
}

enum hc_status hc_tape_number(struct hc_tape *t, uint64_t *x, size_t n)
{
    uint8_t bytes[8];

    for (size_t i = 0; i < n; i++)
        bytes[i] = (uint8_t)(*x >> (8 * i));
    HC_TRY(hc_tape_raw(t, bytes, n));
    if (t->out)
        return HC_OK;
    *x = 0;
    for (size_t i = 0; i < n; i++)
        *x |= (uint64_t)bytes[i] << (8 * i);
    return HC_OK;
}

enum hc_status hc_tape_u64(struct hc_tape *t, uint64_t *x)
{
    return hc_tape_number(t, x, 8);
}

enum hc_status hc_tape_u32(struct hc_tape *t, uint32_t *x)
{
    uint64_t wide = *x;

    HC_TRY(hc_tape_number(t, &wide, 4));
    *x = (uint32_t)wide;
    return HC_OK;
}

enum hc_status hc_tape_i64(struct hc_tape *t, int64_t *x)
{
    uint64_t bits = (uint64_t)*x;

    HC_TRY(hc_tape_number(t, &bits, 8));
    *x = (int64_t)bits;
    return HC_OK;
}

enum hc_status hc_tape_f64(struct hc_tape *t, double *x)
{
    uint64_t bits;

    memcpy(&bits, x, sizeof(bits));
    HC_TRY(hc_tape_number(t, &bits, 8));
    memcpy(x, &bits, sizeof(bits));
    return HC_OK;
}

enum hc_status hc_tape_flag(struct hc_tape *t, bool *x)
{
    uint64_t byte = *x;

    HC_TRY(hc_tape_number(t, &byte, 1));
    HC_TRY(hc_tape_require(t, byte <= 1, "a flag is neither 0 nor 1"));
    *x = byte;
    return HC_OK;
}

enum hc_status hc_tape_tally(struct hc_tape *t, uint64_t *x)
{
    HC_TRY(hc_tape_u64(t, x));
    return hc_tape_require(t, *x <= t->rows, "a count is larger than the number of rows");
}

enum hc_status hc_tape_weight(struct hc_tape *t, double *x)
{
    HC_TRY(hc_tape_f64(t, x));
    return hc_tape_require(t,
        *x >= 0 && *x <= (double)t->rows && *x == (double)(uint64_t)*x,
        "a count is larger than the number of rows");
}

enum hc_status hc_tape_time(struct hc_tape *t, int64_t *us)
{
    HC_TRY(hc_tape_i64(t, us));
    return hc_tape_require(t, *us >= -HC_TIMES_FURTHEST && *us <= HC_TIMES_FURTHEST,
        "a time is out of range");
}

enum hc_status hc_tape_length(struct hc_tape *t, size_t *n, size_t bytes)
{
    uint64_t wide = *n;

    HC_TRY(hc_tape_u64(t, &wide));
    HC_TRY(hc_tape_require(
        t, wide <= t->left / bytes, "a list is longer than what is left"));
    *n = (size_t)wide;
    return HC_OK;
}

enum hc_status hc_tape_doubles(struct hc_tape *t, double *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        HC_TRY(hc_tape_f64(t, &x[i]));
    return HC_OK;
}

enum hc_status hc_tape_triangle(struct hc_tape *t, double *x, size_t p)
{
    for (size_t i = 0; i < p; i++)
        HC_TRY(hc_tape_doubles(t, x + i * p + i, p - i));
    return HC_OK;
}

static enum hc_status weights(struct hc_tape *t, double *x, size_t p)
{
    for (size_t i = 0; i < p; i++)
        for (size_t j = i; j < p; j++)
            HC_TRY(hc_tape_weight(t, &x[i * p + j]));
    return HC_OK;
}

enum hc_status hc_tape_triangles(struct hc_tape *t, double *x, size_t arrays, size_t p)
{
    HC_TRY(weights(t, x, p));
    for (size_t k = 1; k < arrays; k++)
        HC_TRY(hc_tape_triangle(t, x + k * p * p, p));
    return HC_OK;
}
