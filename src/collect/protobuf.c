#include <string.h>

#include "collect/protobuf.h"

enum { VARINT = 0, EIGHT = 1, BYTES = 2, FOUR = 5 };

static enum hc_status refuse(struct hc_pb *pb, const char *fault)
{
    pb->fault = fault;
    return HC_INPUT;
}

static enum hc_status take_varint(struct hc_pb *pb, uint64_t *ret)
{
    uint64_t value = 0;

    for (int shift = 0; shift < 70; shift += 7) {
        uint8_t byte;

        if (pb->p == pb->end)
            return refuse(pb, "a number is cut off");
        byte = *pb->p++;
        if (shift == 63 && byte > 1)
            break;
        value |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80) {
            *ret = value;
            return HC_OK;
        }
    }
    return refuse(pb, "a number has more than 64 bits");
}

static enum hc_status take_fixed(struct hc_pb *pb, size_t n, uint64_t *ret)
{
    *ret = 0;
    if ((size_t)(pb->end - pb->p) < n)
        return refuse(pb, "a number is cut off");
    for (size_t i = 0; i < n; i++)
        *ret |= (uint64_t)*pb->p++ << (8 * i);
    return HC_OK;
}

static enum hc_status take_bytes(struct hc_pb *pb, struct hc_pb_field *field)
{
    uint64_t len;

    HC_TRY(take_varint(pb, &len));
    if (len > (uint64_t)(pb->end - pb->p))
        return refuse(pb, "a field is longer than what it is in");
    field->bytes = pb->p;
    field->len = (size_t)len;
    pb->p += len;
    return HC_OK;
}

enum hc_status hc_pb_next(struct hc_pb *pb, struct hc_pb_field *field, bool *more)
{
    uint64_t tag;

    *more = pb->p < pb->end;
    if (!*more)
        return HC_OK;
    HC_TRY(take_varint(pb, &tag));
    if (tag >> 3 == 0 || tag >> 32)
        return refuse(pb, "a field has an impossible number");
    *field = (struct hc_pb_field){.number = (uint32_t)(tag >> 3), .wire = tag & 7};
    switch (field->wire) {
    case VARINT: return take_varint(pb, &field->value);
    case EIGHT: return take_fixed(pb, 8, &field->value);
    case BYTES: return take_bytes(pb, field);
    case FOUR: return take_fixed(pb, 4, &field->value);
    default: return refuse(pb, "a field has an unknown type");
    }
}

enum hc_status hc_pb_int(struct hc_pb *pb, const struct hc_pb_field *field, int64_t *ret)
{
    if (field->wire != VARINT)
        return refuse(pb, "a field has another type than it should");
    *ret = (int64_t)field->value;
    return HC_OK;
}

enum hc_status hc_pb_double(
    struct hc_pb *pb, const struct hc_pb_field *field, double *ret)
{
    if (field->wire != EIGHT)
        return refuse(pb, "a field has another type than it should");
    memcpy(ret, &field->value, sizeof(*ret));
    return HC_OK;
}

enum hc_status hc_pb_bytes(
    struct hc_pb *pb, const struct hc_pb_field *field, struct hc_pb *ret)
{
    if (field->wire != BYTES)
        return refuse(pb, "a field has another type than it should");
    *ret = (struct hc_pb){.p = field->bytes, .end = field->bytes + field->len};
    return HC_OK;
}

/* ---- writing ---- */

void hc_pb_put_varint(struct hc_buf *out, uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        hc_buf_putc(out, (char)(value | 0x80));
    hc_buf_putc(out, (char)value);
}

void hc_pb_put_int(struct hc_buf *out, uint32_t number, int64_t value)
{
    hc_pb_put_varint(out, (uint64_t)number << 3 | VARINT);
    hc_pb_put_varint(out, (uint64_t)value);
}

void hc_pb_put_bytes(struct hc_buf *out, uint32_t number, const void *bytes, size_t n)
{
    hc_pb_put_varint(out, (uint64_t)number << 3 | BYTES);
    hc_pb_put_varint(out, n);
    hc_buf_add(out, bytes, n);
}
