/*
 * manifest_values.h - values of a manifest, each looked at before it is believed
 *
 * Every function fails with HC_INPUT and a message that names the manifest and the key,
 * and writes its result on success only. Texts are borrowed from the JSON.
 *
 * Private to manifest_*.c; `struct json_t` is jansson's.
 */
#ifndef HC_MANIFEST_VALUES_H
#define HC_MANIFEST_VALUES_H

#include "dataset/manifest.h"

struct json_t;

struct hc_manifest_reading {
    const char *path; /* of the manifest, for messages */
    struct hc_error *err;
};

/* The failure "'KEY' WHAT". */
enum hc_status hc_value_bad(
    const struct hc_manifest_reading *r, const char *key, const char *what) HC_MUST_USE;

enum hc_status hc_value_int(const struct hc_manifest_reading *r,
    const struct json_t *object, const char *key, int64_t low, int64_t high,
    int64_t *ret) HC_MUST_USE;

/* Not empty. */
enum hc_status hc_value_text(const struct hc_manifest_reading *r,
    const struct json_t *object, const char *key, const char **ret) HC_MUST_USE;

/* The same, of at most `max` bytes, as a copy that the caller frees. */
enum hc_status hc_value_copy(const struct hc_manifest_reading *r,
    const struct json_t *object, const char *key, size_t max, char **ret) HC_MUST_USE;

/* The same, into an array of `size` bytes. */
enum hc_status hc_value_word(const struct hc_manifest_reading *r,
    const struct json_t *object, const char *key, char *out, size_t size) HC_MUST_USE;

/* Microseconds, of a text that says UTC or an offset. */
enum hc_status hc_value_time(const struct hc_manifest_reading *r,
    const struct json_t *object, const char *key, int64_t *ret) HC_MUST_USE;

/* A list of at most `max` objects. */
enum hc_status hc_value_list(const struct hc_manifest_reading *r,
    const struct json_t *object, const char *key, size_t max,
    const struct json_t **ret) HC_MUST_USE;

/* manifest_collected.c: the keys of `collect`, into manifest->collected. */
enum hc_status hc_manifest_read_collected(const struct hc_manifest_reading *r,
    const struct json_t *root, struct hc_manifest *manifest) HC_MUST_USE;

#endif
