/*
 * The stored form of a profile.
 *
 * Each part of the state has one function (store_parts.c) that says its layout; on a tape
 * that is being written it copies out, on one that is read it copies in (store_io.h), so
 * that the two cannot disagree. Numbers are little-endian: counts and times 8 bytes,
 * doubles their IEEE bits, matrices their upper triangle by rows.
 *
 *     "HCS" version                               4 bytes
 *     columns gauges main main_column[main] grain_s step_hint_us comoments ranges
 *     low[columns] high[columns]                  if ranges
 *     rows rows_no_key
 *     column[columns]       counts, moments, sketch
 *     co-moments            if comoments: of full blocks; of others, if there are any
 *     within                the same of the gauges
 *     nodes                 count, then of each: name, moments and sketches of the main
 *                           gauges, within, times
 *     CRC-32C               4 bytes, of all before
 *
 * A sketch is its pages with something in them, by ascending key: key, a bit for each of
 * the 64 counts that is not 0, these counts.
 *
 * Reading trusts nothing, the checksum included: a count of things is held against the
 * bytes that are left before anything is made for them, and whatever adding, merging
 * or reading would choke on is refused. What is made is at most some fifty times the
 * bytes (a sketch with one value: 24 bytes here, 1 kB in memory).
 */
#include <string.h>

#include "base/buf.h"
#include "base/crc32c.h"
#include "base/mem.h"
#include "kernel/store_parts.h"

enum {
    HEAD = 4,
    TAIL = 4,
    MAX_COLUMNS = 1 << 20,
};

/* ---- the frame ---- */

static uint32_t crc32c(const void *bytes, size_t n)
{
    struct hc_crc32c crc;

    hc_crc32c_init(&crc);
    return hc_crc32c_of(&crc, bytes, n);
}

/* The options; of ranges only whether there are any. */
static enum hc_status options(
    struct hc_tape *t, struct hc_profile_options *o, bool *ranges)
{
    size_t *const sizes[] = {&o->columns, &o->gauges, &o->main};

    for (size_t i = 0; i < HC_COUNT(sizes); i++) {
        uint64_t wide = *sizes[i];

        HC_TRY(hc_tape_u64(t, &wide));
        HC_TRY(hc_tape_require(t, wide <= MAX_COLUMNS, "it has too many columns"));
        *sizes[i] = (size_t)wide;
    }
    HC_TRY(hc_tape_require(
        t, o->main <= HC_PROFILE_MAX_MAIN, "it has too many main gauges"));
    for (size_t i = 0; i < o->main; i++) {
        uint64_t wide = o->main_column[i];

        HC_TRY(hc_tape_u64(t, &wide));
        HC_TRY(hc_tape_require(t, wide < o->gauges, "a main gauge is not a gauge"));
        o->main_column[i] = (size_t)wide;
    }
    HC_TRY(hc_tape_i64(t, &o->grain_s));
    HC_TRY(hc_tape_i64(t, &o->step_hint_us));
    HC_TRY(hc_tape_flag(t, &o->comoments));
    return hc_tape_flag(t, ranges);
}

static bool is_flushed(const struct hc_profile *p)
{
    for (size_t i = 0; i < p->nodes.names.n; i++) {
        const struct hc_node_state *n = p->nodes.nodes[i];

        if (n->times.open || (n->cell && n->cell->rows))
            return false;
    }
    return p->n_out == 0;
}

static void put_tail(struct hc_buf *buf)
{
    uint64_t crc = crc32c(buf->text, buf->len);
    struct hc_tape t = {.out = buf};

    (void)!hc_tape_number(&t, &crc, TAIL);
}

enum hc_status hc_profile_write(
    const struct hc_profile *profile, uint8_t **ret_bytes, size_t *ret_len)
{
    struct hc_profile *p = (struct hc_profile *)profile; /* which writing only reads */
    HC_CLEANUP(hc_buf_clear) struct hc_buf buf = HC_BUF_INIT;
    struct hc_tape t = {.out = &buf};
    uint8_t head[HEAD] = {'H', 'C', 'S', HC_PROFILE_VERSION};
    bool ranges = p->low != NULL;

    if (!is_flushed(p))
        return HC_USAGE;
    HC_TRY(hc_tape_raw(&t, head, sizeof(head)));
    HC_TRY(options(&t, &p->options, &ranges));
    if (ranges) {
        HC_TRY(hc_tape_doubles(&t, p->low, p->options.columns));
        HC_TRY(hc_tape_doubles(&t, p->high, p->options.columns));
    }
    HC_TRY(hc_store_contents(&t, p));
    HC_TRY(hc_buf_check(&buf));
    put_tail(&buf);
    HC_TRY(hc_buf_check(&buf));
    *ret_len = buf.len;
    *ret_bytes = (uint8_t *)hc_take(&buf.text);
    return HC_OK;
}

/* A profile of options that were read, if the bytes left can be one. */
static enum hc_status make(struct hc_tape *t, struct hc_profile **ret)
{
    struct hc_profile_options o = {0};
    HC_CLEANUP(hc_freep) double *limits = NULL;
    bool ranges = false;
    size_t least;
    enum hc_status status;

    HC_TRY(options(t, &o, &ranges));
    HC_TRY(hc_tape_require(t, o.gauges <= o.columns, "it has more gauges than columns"));
    least = o.columns * (HC_STORED_COLUMN + (ranges ? 16 : 0)) +
            hc_triangle_bytes(o.gauges) +
            (o.comoments ? hc_triangle_bytes(o.columns) : 0);
    HC_TRY(hc_tape_require(t, least <= t->left, "it ends too early"));
    if (ranges) {
        limits = hc_alloc(2 * o.columns, sizeof(*limits));
        if (!limits)
            return HC_NO_MEMORY;
        HC_TRY(hc_tape_doubles(t, limits, 2 * o.columns));
        o.low = limits;
        o.high = limits + o.columns;
    }
    status = hc_profile_new(&o, ret);
    if (status == HC_USAGE)
        return hc_tape_refuse(t, "its options make no sense");
    return status;
}

static enum hc_status read_whole(struct hc_tape *t, struct hc_profile **ret)
{
    struct hc_profile *p = NULL;
    enum hc_status status = make(t, &p);

    if (!status)
        status = hc_store_contents(t, p);
    if (!status)
        status = hc_tape_require(t, t->left == 0, "there is more behind its end");
    if (status)
        hc_profile_free(p);
    else
        *ret = p;
    return status;
}

static enum hc_status check_frame(const uint8_t *bytes, size_t len, struct hc_error *err)
{
    struct hc_tape tail = {.left = TAIL};
    uint64_t crc = 0;

    if (len < HEAD || memcmp(bytes, "HCS", 3))
        return hc_fail(err, HC_INPUT, "not a stored state: it does not begin with 'HCS'");
    if (bytes[3] != HC_PROFILE_VERSION)
        return hc_fail(err, HC_INPUT,
            "cannot read a state of version %d: this program reads version %d", bytes[3],
            HC_PROFILE_VERSION);
    if (len < HEAD + TAIL)
        return hc_fail(err, HC_INPUT, "not a valid state: it ends too early");
    tail.in = bytes + len - TAIL;
    HC_TRY(hc_tape_number(&tail, &crc, TAIL));
    if (crc != crc32c(bytes, len - TAIL))
        return hc_fail(err, HC_INPUT, "not a valid state: its checksum is another");
    return HC_OK;
}

enum hc_status hc_profile_read(const uint8_t *bytes, size_t len,
    struct hc_profile **ret_profile, struct hc_error *err)
{
    struct hc_tape t = {0};
    enum hc_status status;

    HC_TRY(check_frame(bytes, len, err));
    t.in = bytes + HEAD;
    t.left = len - HEAD - TAIL;
    status = read_whole(&t, ret_profile);
    if (status == HC_INPUT)
        return hc_fail(err, status, "not a valid state: %s", t.fault);
    return status;
}
