#include <string.h>

#include <zstd.h>

#include "base/mem.h"
#include "parquet/format.h"
#include "parquet/pack.h"
#include "parquet/thrift.h"

enum {
    LEVEL = 1,
    PLANES = sizeof(double),
    TRIAL = 16384,        /* bytes of a plane that are tried; */
    LEAST_GAIN = 512,     /* with less of a gain it is stored */
    MOST_A_BLOCK = 131072 /* by the format */
};

struct hc_packer {
    ZSTD_CCtx *zstd;
    uint8_t *plain, *packed;
    size_t plain_cap, packed_cap;
    struct hc_buf head;
};

enum hc_status hc_packer_new(struct hc_packer **ret)
{
    struct hc_packer *packer = hc_calloc(1, sizeof(*packer));

    if (!packer)
        return HC_NO_MEMORY;
    packer->zstd = ZSTD_createCCtx();
    if (!packer->zstd) {
        hc_free(packer);
        return HC_NO_MEMORY;
    }
    *ret = packer;
    return HC_OK;
}

void hc_packer_free(struct hc_packer *packer)
{
    if (!packer)
        return;
    ZSTD_freeCCtx(packer->zstd);
    hc_free(packer->plain);
    hc_free(packer->packed);
    hc_buf_clear(&packer->head);
    hc_free(packer);
}

uint8_t *hc_packer_room(struct hc_packer *packer, size_t n)
{
    if (hc_grow(&packer->plain, &packer->plain_cap, n ? n : 1, 1))
        return NULL;
    return packer->plain;
}

static void put_head(const struct hc_page *page, size_t packed_bytes, struct hc_buf *out)
{
    struct hc_thrift t = {.out = out};
    bool is_data = page->type == PQ_DATA_PAGE;

    hc_thrift_open(&t);
    hc_thrift_i32(&t, 1, page->type);
    hc_thrift_i32(&t, 2, (int32_t)page->bytes);  /* uncompressed_page_size */
    hc_thrift_i32(&t, 3, (int32_t)packed_bytes); /* compressed_page_size */
    hc_thrift_open_field(&t, is_data ? 5 : 7);   /* (data|dictionary)_page_header */
    hc_thrift_i32(&t, 1, (int32_t)page->values); /* num_values */
    hc_thrift_i32(&t, 2, page->encoding);
    if (is_data) {
        hc_thrift_i32(&t, 3, PQ_RLE); /* definition_level_encoding */
        hc_thrift_i32(&t, 4, PQ_RLE); /* repetition_level_encoding */
    }
    hc_thrift_close(&t);
    hc_thrift_close(&t);
}

/* ---- frames ---- */

static uint8_t *put_little(uint8_t *out, uint64_t value, size_t bytes)
{
    for (size_t k = 0; k < bytes; k++)
        out[k] = (uint8_t)(value >> (8 * k));
    return out + bytes;
}

/*
 * A frame of blocks that are stored: RFC 8878, 3.1.1. Its head says that it is a single
 * segment, and its size in four bytes; a block's, whether it is the last, and its size.
 */
static size_t store(const uint8_t *bytes, size_t n, uint8_t *out)
{
    uint8_t *to = put_little(out, 0xfd2fb528, 4);

    to = put_little(to, 0xa0, 1);
    to = put_little(to, n, 4);
    while (n) {
        size_t some = n < MOST_A_BLOCK ? n : MOST_A_BLOCK;

        to = put_little(to, (uint64_t)some << 3 | (some == n), 3);
        memcpy(to, bytes, some);
        to += some;
        bytes += some;
        n -= some;
    }
    return (size_t)(to - out);
}

/* There is room for any result, so nothing but memory can fail. */
static enum hc_status squeeze(struct hc_packer *packer, const uint8_t *bytes, size_t n,
    uint8_t *out, size_t room, size_t *ret)
{
    size_t packed = ZSTD_compressCCtx(packer->zstd, out, room, bytes, n, LEVEL);

    if (ZSTD_isError(packed))
        return HC_NO_MEMORY;
    *ret = packed;
    return HC_OK;
}

static enum hc_status pack_plane(struct hc_packer *packer, const uint8_t *bytes, size_t n,
    uint8_t *out, size_t room, size_t *ret)
{
    size_t trial = 0;

    if (n > 2 * TRIAL) {
        HC_TRY(squeeze(packer, bytes, TRIAL, out, room, &trial));
        if (trial > TRIAL - LEAST_GAIN) {
            *ret = store(bytes, n, out);
            return HC_OK;
        }
    }
    return squeeze(packer, bytes, n, out, room, ret);
}

/* What a frame takes at the most. */
static size_t bound(size_t n)
{
    return ZSTD_compressBound(n) + 16;
}

static enum hc_status pack(
    struct hc_packer *packer, const struct hc_page *page, size_t *ret)
{
    size_t head = page->bytes - PLANES * page->plane, n = 0, len = 0;
    size_t room = bound(head) + PLANES * bound(page->plane);

    HC_TRY(hc_grow(&packer->packed, &packer->packed_cap, room, 1));
    if (head || !page->plane)
        HC_TRY(squeeze(packer, packer->plain, head, packer->packed, room, &len));
    for (size_t k = 0; page->plane && k < PLANES; k++) {
        HC_TRY(pack_plane(packer, packer->plain + head + k * page->plane, page->plane,
            packer->packed + len, room - len, &n));
        len += n;
    }
    *ret = len;
    return HC_OK;
}

enum hc_status hc_packer_flush(struct hc_packer *packer, const struct hc_page *page,
    struct hc_buf *out, int64_t *ret_plain_bytes)
{
    size_t n;

    HC_TRY(pack(packer, page, &n));
    hc_buf_reset(&packer->head);
    put_head(page, n, &packer->head);
    HC_TRY(hc_buf_check(&packer->head));
    hc_buf_add(out, packer->head.text, packer->head.len);
    hc_buf_add(out, packer->packed, n);
    *ret_plain_bytes = (int64_t)(packer->head.len + page->bytes);
    return hc_buf_check(out);
}
