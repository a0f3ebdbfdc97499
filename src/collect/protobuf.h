/*
 * protobuf.h - fields of Protocol Buffers, written and read
 *
 * The encoding is protobuf.dev/programming-guides/encoding: a field is a tag (number << 3
 * | wire type) and a varint, 8 bytes, 4 bytes or a counted run of bytes. Reading gives
 * one field after the other; who reads asks for those that it knows and passes over the
 * rest. HC_INPUT: the bytes end inside a field, a varint has more than 64 bits, a tag is
 * field 0 or a group (wire types 3 and 4, long out of use), or a field that is asked for
 * has another type than it should; `fault` then is a constant that says which. Nothing
 * past the end is touched; bytes are not copied. Writing cannot fail here: the buffer
 * remembers.
 *
 * Threads: pure. Private to the room.
 */
#ifndef HC_PROTOBUF_H
#define HC_PROTOBUF_H

#include "base/buf.h"

enum { HC_PB_VARINT_BYTES = 10 };

struct hc_pb {
    const uint8_t *p, *end;
    const char *fault;
};

struct hc_pb_field {
    uint32_t number;
    uint8_t wire;         /* 0 varint, 1 eight bytes, 2 bytes, 5 four bytes */
    uint64_t value;       /* of 0, 1 and 5 */
    const uint8_t *bytes; /* of 2 */
    size_t len;
};

/* The next field; *more is false at the end, then `field` is untouched. */
enum hc_status hc_pb_next(
    struct hc_pb *pb, struct hc_pb_field *field, bool *more) HC_MUST_USE;

/* What a known field holds. A message's reader passes its fault on by itself. */
enum hc_status hc_pb_int(
    struct hc_pb *pb, const struct hc_pb_field *field, int64_t *ret) HC_MUST_USE;
enum hc_status hc_pb_double(
    struct hc_pb *pb, const struct hc_pb_field *field, double *ret) HC_MUST_USE;
enum hc_status hc_pb_bytes(
    struct hc_pb *pb, const struct hc_pb_field *field, struct hc_pb *ret) HC_MUST_USE;

void hc_pb_put_varint(struct hc_buf *out, uint64_t value);
void hc_pb_put_int(struct hc_buf *out, uint32_t number, int64_t value);
void hc_pb_put_bytes(struct hc_buf *out, uint32_t number, const void *bytes, size_t n);

#endif
