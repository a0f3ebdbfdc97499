/*
 * pictures.h - figures of findings or of a replay, drawn while something else is done
 *
 * Scripts go into a folder "figures" inside the one to spill to, and gnuplot draws
 * there; what is whole is moved into "figures" of the result. A picture is never a reason
 * to fail: without gnuplot, or if it fails, one line says so and the command goes on.
 *
 * plan: before anything is read, for the names. start: gnuplot begins to draw, or a line
 * says that there is none. finish: waits, takes what is whole. free: at any time; what
 * still runs is killed.
 *
 * Owned by the caller: the pictures, and all that the request points to, until finish.
 * Failures: HC_NO_MEMORY, HC_OUTPUT, HC_INTERRUPTED.
 */
#ifndef HC_CLI_PICTURES_H
#define HC_CLI_PICTURES_H

#include "cli/command.h"
#include "report/report_figures.h"

/* Pictures of one result, at most. */
enum { HC_PICTURES_MAX = 48 };

struct hc_pictures;

struct hc_pictures_request {
    const struct hc_common *common;
    const struct hc_findings *findings;
    const struct hc_series *series;
    const char *spill_dir;
};

/* `replay`: the figures of a replay alone. */
enum hc_status hc_pictures_plan(bool replay, struct hc_pictures **ret) HC_MUST_USE;
enum hc_status hc_pictures_start(struct hc_pictures *pictures,
    const struct hc_pictures_request *request, struct hc_error *err) HC_MUST_USE;
enum hc_status hc_pictures_finish(
    struct hc_pictures *pictures, const char *temp_dir, struct hc_error *err) HC_MUST_USE;
void hc_pictures_free(struct hc_pictures *pictures);

/* Names below the result's folder: all that could be, or those written. */
size_t hc_pictures_list(
    const struct hc_pictures *pictures, bool all, const char *names[HC_PICTURES_MAX]);

#endif
