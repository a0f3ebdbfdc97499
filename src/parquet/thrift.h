/*
 * thrift.h - a writer of Thrift's compact protocol, as far as Parquet's headers need it
 *
 * A struct is its fields by ascending number, then a stop. Source: Apache Thrift,
 * doc/specs/thrift-compact-protocol.md.
 *
 *     hc_thrift_open(&t);                 a struct, top or as an element of a list
 *     hc_thrift_int(&t, 1, 5);            field 1
 *     hc_thrift_open_field(&t, 2);        field 2, a struct
 *     hc_thrift_close(&t);
 *     hc_thrift_list(&t, 3, HC_THRIFT_STRUCT, n);   then n times open ... close
 *     hc_thrift_close(&t);
 *
 * Errors are the buffer's (hc_buf_check).
 */
#ifndef HC_PARQUET_THRIFT_H
#define HC_PARQUET_THRIFT_H

#include "base/buf.h"

/* Types of a list's elements, and of fields. */
enum hc_thrift_type {
    HC_THRIFT_TRUE = 1, /* a field of that value */
    HC_THRIFT_FALSE = 2,
    HC_THRIFT_I16 = 4,
    HC_THRIFT_I32 = 5,
    HC_THRIFT_I64 = 6,
    HC_THRIFT_BINARY = 8,
    HC_THRIFT_LIST = 9,
    HC_THRIFT_STRUCT = 12,
};

enum { HC_THRIFT_DEPTH = 8 };

struct hc_thrift {
    struct hc_buf *out;
    int depth;
    int last[HC_THRIFT_DEPTH]; /* field of each open struct */
};

void hc_thrift_open(struct hc_thrift *t);
void hc_thrift_open_field(struct hc_thrift *t, int field);
void hc_thrift_close(struct hc_thrift *t);

void hc_thrift_bool(struct hc_thrift *t, int field, bool value);
void hc_thrift_i16(struct hc_thrift *t, int field, int16_t value);
void hc_thrift_i32(struct hc_thrift *t, int field, int32_t value);
void hc_thrift_i64(struct hc_thrift *t, int field, int64_t value);
void hc_thrift_bytes(struct hc_thrift *t, int field, const void *bytes, size_t n);
void hc_thrift_list(struct hc_thrift *t, int field, enum hc_thrift_type of, size_t n);

/* Elements of a list. */
void hc_thrift_element_i32(struct hc_thrift *t, int32_t value);
void hc_thrift_element_bytes(struct hc_thrift *t, const void *bytes, size_t n);

/* An unsigned number in pieces of seven bits, the lowest first; Parquet uses it too. */
void hc_varint(struct hc_buf *out, uint64_t value);

#endif
