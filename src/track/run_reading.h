/*
 * run_reading.h - values of run.json, looked at before they are believed; private to the
 * room's run_*.c
 */
#ifndef HC_TRACK_RUN_READING_H
#define HC_TRACK_RUN_READING_H

#include "track/run_file.h"

struct json_t; /* of jansson.h */

struct hc_run_reading {
    const char *path;
    struct hc_run_file *file;
    const char *run; /* name, for messages */
    struct hc_error *err;
};

/* The failure "'PATH' cannot be sent: 'KEY' of run 'NAME' WHAT". */
enum hc_status hc_run_bad(
    const struct hc_run_reading *r, const char *key, const char *what);

/* NULL where it is missing or null. */
enum hc_status hc_run_take_text(const struct hc_run_reading *r,
    const struct json_t *object, const char *key, bool needed,
    const char **ret) HC_MUST_USE;

/* NULL where there is none. */
enum hc_status hc_run_take_list(const struct hc_run_reading *r, struct json_t *from,
    const char *key, struct json_t **ret) HC_MUST_USE;

/* run_input_json.c */
enum hc_status hc_run_take_inputs(const struct hc_run_reading *r, struct json_t *object,
    struct hc_run *run) HC_MUST_USE;

#endif
