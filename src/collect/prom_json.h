/*
 * prom_json.h - a reply of Prometheus' HTTP API, read as it comes in
 *
 * For /api/v1/query_range and /api/v1/query (prometheus.io/docs/prometheus/latest/
 * querying/api): resultType "matrix", "vector" or "scalar" (a series without labels and
 * with one sample). Bytes come in pieces of any size; where they are cut changes nothing.
 *
 *     hc_prom_json_new(&sink, &json)
 *     hc_prom_json_feed(json, bytes, n, err)      as often as there are bytes
 *     hc_prom_json_finish(json, err)              says whether the reply was whole
 *     hc_prom_json_free(json)
 *
 * What is held to: the text is RFC 8259's JSON, valid UTF-8, one document with blanks
 * around it at most, 64 deep at most. Known keys have the type that they should, and come
 * once an object. "resultType" stands before "result", "metric" before "values" or
 * "value" (all servers write them so; else nobody could pass samples on without keeping
 * them). Label sets obey labels.h. Times are whole milliseconds, at most HC_TIME_MS_MAX,
 * and grow within a series; values are decimals in quotes that fit a double, or "NaN",
 * "+Inf", "-Inf". Unknown keys are skipped with all that is in them (VictoriaMetrics has
 * "isPartial" and "stats"); so are native histograms, with a note. Anything else refuses
 * the reply as a whole; so does a text that ends early.
 *
 * Statuses: HC_OK; HC_INPUT, these bytes are not such a reply (and the message says in
 * what way and at which byte); HC_SERVICE, a valid reply whose status is "error" (from
 * finish; hc_prom_json_error_type is then its errorType, as "bad_data" or "execution");
 * HC_NO_MEMORY; or what the sink returned. After a failure, feed and finish return the
 * same again.
 *
 * Warnings go to the sink each by itself; a text over 1000 bytes is cut.
 *
 * Memory: 12 KB and the largest label set; 260 KB at most, whatever the reply. Time:
 * linear; bench/wire.c measures it. Threads: a reader belongs to one at a time.
 */
#ifndef HC_PROM_JSON_H
#define HC_PROM_JSON_H

#include "collect/sink.h"

enum { HC_PROM_JSON_DEPTH = 64 };

struct hc_prom_json;

/* The functions of `sink` are called later: it is copied, its context is the caller's. */
enum hc_status hc_prom_json_new(
    const struct hc_sink *sink, struct hc_prom_json **ret) HC_MUST_USE;
void hc_prom_json_free(struct hc_prom_json *json);

enum hc_status hc_prom_json_feed(struct hc_prom_json *json, const void *bytes, size_t n,
    struct hc_error *err) HC_MUST_USE;
enum hc_status hc_prom_json_finish(
    struct hc_prom_json *json, struct hc_error *err) HC_MUST_USE;

/* What the server said, "" if nothing; valid until free. */
const char *hc_prom_json_error_type(const struct hc_prom_json *json);
const char *hc_prom_json_error(const struct hc_prom_json *json);

#endif
