/*
 * spool_json.h - the spool's small files as JSON; private to the room
 */
#ifndef HC_TRACK_SPOOL_JSON_H
#define HC_TRACK_SPOOL_JSON_H

#include "track/spool.h"

void hc_waiting_print(const struct hc_waiting *about, struct hc_buf *out);
enum hc_status hc_waiting_read(const char *path, const char *id, struct hc_waiting *ret,
    struct hc_error *err) HC_MUST_USE;

#endif
