/*
 * spool.h - runs that wait to be sent, and what was sent
 *
 * A run is put into DIR/spool before its first request, and taken out when all of it is
 * there: whatever happens in between, it can be sent later, with the files as they were.
 *
 *     DIR/spool/ID/waiting.json   where to, how often tried, why not yet
 *     DIR/spool/ID/files/         run.json and the files that go with it: second names of
 *                                 the files (hard links) where the file system can
 *     DIR/tracked.json            what was sent, the newest HC_LEDGER_MAX
 *
 * An address is kept without user and password. Failures: HC_OUTPUT; HC_INPUT for a file
 * of ours that is damaged, named; HC_NO_MEMORY. Threads: a folder belongs to one process
 * at a time (hc_spool_lock).
 */
#ifndef HC_TRACK_SPOOL_H
#define HC_TRACK_SPOOL_H

#include "base/json.h"
#include "track/run_file.h"

enum { HC_LEDGER_MAX = 100, HC_SPOOL_TEXT = 512 };

/* Of a run that waits. */
struct hc_waiting {
    char id[HC_RUN_ID];
    char uri[HC_SPOOL_TEXT], experiment[HC_SPOOL_TEXT];
    char command[64];
    int64_t generated_us;
    int64_t tries;
    int64_t tried_us; /* 0: never */
    char reason[HC_SPOOL_TEXT];
};

/* Of one that was sent. */
struct hc_sent {
    char id[HC_RUN_ID];
    char uri[HC_SPOOL_TEXT], experiment[HC_SPOOL_TEXT];
    char command[64];
    int64_t generated_us, sent_us;
    char experiment_id[128], run_id[128];
    int64_t not_sent; /* artifacts */
};

struct hc_waiting_list {
    struct hc_waiting *items; /* by time, then id */
    size_t n, cap;
};

struct hc_sent_list {
    struct hc_sent *items; /* in the order of sending */
    size_t n, cap;
};

void hc_waiting_clear(struct hc_waiting_list *list);
void hc_sent_clear(struct hc_sent_list *list);

/* ---- what waits ---- */

/* Nobody else sends from this folder until *ret is closed. HC_SERVICE: somebody does. */
enum hc_status hc_spool_lock(const char *dir, int *ret, struct hc_error *err) HC_MUST_USE;

/* Puts the run.json of `dir` and its files there; *ret_waits: they were there already. */
enum hc_status hc_spool_put(const char *dir, const struct hc_run_file *file,
    const struct hc_waiting *about, bool *ret_waits, struct hc_error *err) HC_MUST_USE;

/* DIR/spool/ID/files. */
enum hc_status hc_spool_files(const char *dir, const char *id, char ret[HC_PATH_MAX],
    struct hc_error *err) HC_MUST_USE;

/* Writes waiting.json of one that is there. */
enum hc_status hc_spool_note(
    const char *dir, const struct hc_waiting *about, struct hc_error *err) HC_MUST_USE;

void hc_spool_remove(const char *dir, const char *id);

/* None where there is no spool. */
enum hc_status hc_spool_list(
    const char *dir, struct hc_waiting_list *ret, struct hc_error *err) HC_MUST_USE;

/* ---- what was sent ---- */

enum hc_status hc_ledger_read(
    const char *dir, struct hc_sent_list *ret, struct hc_error *err) HC_MUST_USE;

/* Adds one; of an id, server and experiment the last one stays. */
enum hc_status hc_ledger_add(
    const char *dir, const struct hc_sent *sent, struct hc_error *err) HC_MUST_USE;

/* Each as an object, as the files have it. */
void hc_waiting_json(struct hc_json *js, const struct hc_waiting *waiting);
void hc_sent_json(struct hc_json *js, const struct hc_sent *sent);

#endif
