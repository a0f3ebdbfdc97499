/*
 * replay_html.h - report.html of a replay: the page (report_html.h), one section of it
 *
 * Can fail: memory only; told by hc_buf_check(out). Threads: no state.
 */
#ifndef HC_REPLAY_HTML_H
#define HC_REPLAY_HTML_H

#include "base/buf.h"
#include "model/placement.h"

/* `generated_at` as ISO 8601 has it. */
void hc_replay_html(
    struct hc_buf *out, const struct hc_placement *placement, const char *generated_at);

#endif
