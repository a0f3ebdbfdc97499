#include <zstd.h>

#include "base/mem.h"
#include "parquet/format.h"
#include "parquet/pack.h"
#include "parquet/thrift.h"

enum { LEVEL = 1 };

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

enum hc_status hc_packer_flush(struct hc_packer *packer, const struct hc_page *page,
    struct hc_buf *out, int64_t *ret_plain_bytes)
{
    size_t n;

    HC_TRY(hc_grow(
        &packer->packed, &packer->packed_cap, ZSTD_compressBound(page->bytes), 1));
    n = ZSTD_compressCCtx(packer->zstd, packer->packed, packer->packed_cap, packer->plain,
        page->bytes, LEVEL);
    if (ZSTD_isError(n))
        return HC_NO_MEMORY; /* there is room for any result: nothing else can fail */
    hc_buf_reset(&packer->head);
    put_head(page, n, &packer->head);
    HC_TRY(hc_buf_check(&packer->head));
    hc_buf_add(out, packer->head.text, packer->head.len);
    hc_buf_add(out, packer->packed, n);
    *ret_plain_bytes = (int64_t)(packer->head.len + page->bytes);
    return hc_buf_check(out);
}
