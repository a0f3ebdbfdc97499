#include "parquet/thrift.h"

void hc_varint(struct hc_buf *out, uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        hc_buf_putc(out, (char)(value | 0x80));
    hc_buf_putc(out, (char)value);
}

/* Small numbers of either sign become small ones without. */
static uint64_t zigzag(int64_t value)
{
    return (uint64_t)value << 1 ^ (value < 0 ? UINT64_MAX : 0);
}

static void field_head(struct hc_thrift *t, int field, enum hc_thrift_type type)
{
    int *last = &t->last[t->depth - 1], step = field - *last;

    assert(t->depth > 0 && step > 0);
    if (step <= 15) {
        hc_buf_putc(t->out, (char)(step << 4 | (int)type));
    } else {
        hc_buf_putc(t->out, (char)type);
        hc_varint(t->out, zigzag(field));
    }
    *last = field;
}

void hc_thrift_open(struct hc_thrift *t)
{
    assert(t->depth < HC_THRIFT_DEPTH);
    t->last[t->depth++] = 0;
}

void hc_thrift_open_field(struct hc_thrift *t, int field)
{
    field_head(t, field, HC_THRIFT_STRUCT);
    hc_thrift_open(t);
}

void hc_thrift_close(struct hc_thrift *t)
{
    assert(t->depth > 0);
    hc_buf_putc(t->out, 0);
    t->depth--;
}

void hc_thrift_bool(struct hc_thrift *t, int field, bool value)
{
    field_head(t, field, value ? HC_THRIFT_TRUE : HC_THRIFT_FALSE);
}

void hc_thrift_i16(struct hc_thrift *t, int field, int16_t value)
{
    field_head(t, field, HC_THRIFT_I16);
    hc_varint(t->out, zigzag(value));
}

void hc_thrift_i32(struct hc_thrift *t, int field, int32_t value)
{
    field_head(t, field, HC_THRIFT_I32);
    hc_varint(t->out, zigzag(value));
}

void hc_thrift_i64(struct hc_thrift *t, int field, int64_t value)
{
    field_head(t, field, HC_THRIFT_I64);
    hc_varint(t->out, zigzag(value));
}

void hc_thrift_element_bytes(struct hc_thrift *t, const void *bytes, size_t n)
{
    hc_varint(t->out, n);
    hc_buf_add(t->out, bytes, n);
}

void hc_thrift_bytes(struct hc_thrift *t, int field, const void *bytes, size_t n)
{
    field_head(t, field, HC_THRIFT_BINARY);
    hc_thrift_element_bytes(t, bytes, n);
}

void hc_thrift_element_i32(struct hc_thrift *t, int32_t value)
{
    hc_varint(t->out, zigzag(value));
}

void hc_thrift_list(struct hc_thrift *t, int field, enum hc_thrift_type of, size_t n)
{
    field_head(t, field, HC_THRIFT_LIST);
    hc_buf_putc(t->out, (char)((n < 15 ? n : 15) << 4 | of));
    if (n >= 15)
        hc_varint(t->out, n);
}
