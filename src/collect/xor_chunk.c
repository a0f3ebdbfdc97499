#include "collect/xor_chunk.h"

static enum hc_status refuse(struct hc_xor_chunk *c, const char *fault)
{
    c->fault = fault;
    return HC_INPUT;
}

/* ---- bits ---- */

static inline uint64_t eight_bytes(const uint8_t *p)
{
    uint64_t x = 0;

    for (int i = 0; i < 8; i++)
        x = x << 8 | p[i];
    return x;
}

/* Fills the window up to 56 bits or more, while there are bytes. */
static inline void fill(struct hc_xor_chunk *c)
{
    if (HC_LIKELY(c->end - c->p >= 8)) {
        int bytes = (64 - c->bits) >> 3;

        if (c->bits < 64)
            c->window |= eight_bytes(c->p) >> c->bits;
        c->p += bytes;
        c->bits += 8 * bytes;
        if (c->bits < 64)
            c->window &= ~(UINT64_MAX >> c->bits);
        return;
    }
    for (; c->bits <= 56 && c->p < c->end; c->bits += 8)
        c->window |= (uint64_t)*c->p++ << (56 - c->bits);
}

/* n in 0..56 bits as a number; zeros stand in for bits that are missing, which `bits`
 * below 0 tells. */
static inline uint64_t take(struct hc_xor_chunk *c, int n)
{
    uint64_t x;

    if (c->bits < n)
        fill(c);
    x = n ? c->window >> (64 - n) : 0;
    c->window <<= n;
    c->bits -= n;
    if (HC_UNLIKELY(c->bits < 0)) {
        c->p = c->end;
        c->window = 0;
        c->bits = -1000000;
    }
    return x;
}

static uint64_t take_wide(struct hc_xor_chunk *c, int n)
{
    uint64_t high = n > 32 ? take(c, n - 32) : 0;

    return high << 32 | take(c, n > 32 ? 32 : n);
}

static bool ran_out(const struct hc_xor_chunk *c)
{
    return c->bits < 0;
}

static bool take_varint(struct hc_xor_chunk *c, uint64_t *ret)
{
    uint64_t value = 0;

    for (int shift = 0; shift < 70; shift += 7) {
        uint64_t byte = take(c, 8);

        if (shift == 63 && byte > 1)
            return false;
        value |= (byte & 0x7F) << shift;
        if (byte < 0x80) {
            *ret = value;
            return true;
        }
    }
    return false;
}

/* ---- values ---- */

static enum hc_status next_value(struct hc_xor_chunk *c)
{
    int changed;

    if (!take(c, 1))
        return HC_OK;
    if (take(c, 1)) {
        c->leading = (uint8_t)take(c, 5);
        changed = (int)take(c, 6);
        changed = changed ? changed : 64;
        if (c->leading + changed > 64)
            return refuse(c, "a value has more than 64 bits");
        c->trailing = (uint8_t)(64 - c->leading - changed);
    }
    changed = 64 - c->leading - c->trailing;
    c->value ^= take_wide(c, changed) << c->trailing;
    return HC_OK;
}

/* ---- times ---- */

static int64_t difference(struct hc_xor_chunk *c)
{
    static const int sizes[] = {0, 14, 17, 20, 64};
    int ones = 0, size;
    uint64_t x;

    while (ones < 4 && take(c, 1))
        ones++;
    size = sizes[ones];
    if (size == 64)
        return (int64_t)take_wide(c, 64);
    x = take(c, size);
    return (int64_t)x - (size && x > UINT64_C(1) << (size - 1) ? INT64_C(1) << size : 0);
}

static enum hc_status step_time(struct hc_xor_chunk *c)
{
    uint64_t delta;

    if (c->at == 1) {
        if (!take_varint(c, &delta) || delta > INT64_MAX)
            return refuse(c, "a time is not a number");
        c->delta = (int64_t)delta;
    } else if (__builtin_add_overflow(c->delta, difference(c), &c->delta)) {
        return refuse(c, "a time is out of range");
    }
    if (c->delta <= 0 && !ran_out(c))
        return refuse(c, "times do not grow");
    if (__builtin_add_overflow(c->t_ms, c->delta, &c->t_ms))
        return refuse(c, "a time is out of range");
    return HC_OK;
}

static enum hc_status first(struct hc_xor_chunk *c)
{
    uint64_t zigzag;

    if (!take_varint(c, &zigzag))
        return refuse(c, "a time is not a number");
    c->t_ms = (int64_t)(zigzag >> 1 ^ (~(zigzag & 1) + 1));
    c->value = take_wide(c, 64);
    return HC_OK;
}

static enum hc_status later(struct hc_xor_chunk *c)
{
    HC_TRY(step_time(c));
    return next_value(c);
}

/* ---- the chunk ---- */

enum hc_status hc_xor_chunk_open(
    struct hc_xor_chunk *chunk, const uint8_t *bytes, size_t n)
{
    *chunk = (struct hc_xor_chunk){.p = bytes, .end = bytes + n};
    chunk->count = (uint32_t)take(chunk, 16);
    return ran_out(chunk) ? refuse(chunk, "it has no count") : HC_OK;
}

enum hc_status hc_xor_chunk_next(struct hc_xor_chunk *chunk, struct hc_sample *ret)
{
    enum hc_status status = chunk->at ? later(chunk) : first(chunk);

    if (ran_out(chunk))
        return refuse(chunk, "it ends too early");
    HC_TRY(status);
    if (chunk->t_ms > HC_TIME_MS_MAX || chunk->t_ms < -HC_TIME_MS_MAX)
        return refuse(chunk, "a time is out of range");
    chunk->at++;
    ret->t_ms = chunk->t_ms;
    memcpy(&ret->v, &chunk->value, sizeof(ret->v));
    return HC_OK;
}
