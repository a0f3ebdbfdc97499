#include <snappy-c.h>

#include "base/mem.h"
#include "collect/snappy.h"

static enum hc_status make_room(struct hc_buf *out, size_t n)
{
    hc_buf_reset(out);
    return hc_grow(&out->text, &out->cap, n + 1, 1);
}

static void hold(struct hc_buf *out, size_t n)
{
    out->len = n;
    out->text[n] = '\0';
}

enum hc_status hc_snappy_pack(const void *bytes, size_t n, struct hc_buf *out)
{
    size_t len = snappy_max_compressed_length(n);

    HC_TRY(make_room(out, len));
    if (snappy_compress(bytes, n, out->text, &len) != SNAPPY_OK)
        return HC_INTERNAL;
    hold(out, len);
    return HC_OK;
}

size_t hc_snappy_length(const void *bytes, size_t n)
{
    size_t len = 0;

    return snappy_uncompressed_length(bytes, n, &len) == SNAPPY_OK ? len : 0;
}

enum hc_status hc_snappy_unpack(
    const void *bytes, size_t n, size_t max, struct hc_buf *out, const char **fault)
{
    size_t len = 0;

    *fault = "it is not compressed by Snappy";
    if (snappy_uncompressed_length(bytes, n, &len) != SNAPPY_OK)
        return HC_INPUT;
    if (len > max) {
        *fault = "it is too large";
        return HC_INPUT;
    }
    /* a hostile length must not make room that nothing fills */
    if (snappy_validate_compressed_buffer(bytes, n) != SNAPPY_OK)
        return HC_INPUT;
    HC_TRY(make_room(out, len));
    if (snappy_uncompress(bytes, n, out->text, &len) != SNAPPY_OK)
        return HC_INPUT;
    hold(out, len);
    return HC_OK;
}
