/*
 * stored.h - a stored report, read back into model's structs
 *
 * The other way round of report/report_json.h: findings.json as `hindcast analyze` wrote
 * it, for whoever shows it again. Every value is looked at before it is believed: the
 * file may be cut off, by another hand, or hostile. What is in no report stays empty: the
 * gaps of single nodes, the needs by the hour, the grain, the statements' weights.
 * Doubles come back as the same bits; keys that are not known are passed over.
 *
 * A stored report owns all that it points to, and its findings point into it: it is not
 * to be copied. A zeroed one is valid and empty.
 *
 * Failures: HC_INPUT where the folder or its findings.json is not there, cannot be read,
 * is not whole or not of the right shape, or is of a newer schema; HC_NO_MEMORY. Threads:
 * no state.
 */
#ifndef HC_STORED_H
#define HC_STORED_H

#include "base/fs.h"
#include "model/findings.h"

/* What docs/findings.schema.json is the schema of. */
enum { HC_STORED_VERSION = 1 };

struct hc_stored {
    struct hc_summary summary;
    struct hc_settings settings;
    struct hc_findings findings;
    struct hc_names texts;   /* what settings, insights and statements point to */
    struct hc_names options; /* settings.argv */
    struct hc_buf json;      /* the file as it is */
};

/* Reads `dir`/findings.json into `ret`, which is empty after a failure. */
enum hc_status hc_stored_read(
    const char *dir, struct hc_stored *ret, struct hc_error *err) HC_MUST_USE;

/*
 * Appends what stands in findings.json for `key` ("quality"), digit by digit as it is
 * there, moved to the left margin. HC_INPUT if it is not found.
 */
enum hc_status hc_stored_json(const struct hc_stored *stored, const char *key,
    struct hc_buf *out, struct hc_error *err) HC_MUST_USE;

void hc_stored_clear(struct hc_stored *stored);

#endif
