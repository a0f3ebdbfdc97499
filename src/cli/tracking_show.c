/*
 * What was sent and what waits, on the terminal and as JSON.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/utf8.h"
#include "cli/tracking.h"

enum { SHOWN_NOT_SENT = 5 };

void hc_tracking_link(
    struct hc_buf *out, const char *uri, const char *experiment_id, const char *run_id)
{
    hc_buf_printf(out, "%s/#/experiments/%s/runs/%s", uri, experiment_id, run_id);
}

static const char *plural(size_t n)
{
    return n == 1 ? "" : "s";
}

/* ---- what was sent: text ---- */

static void put_run(struct hc_buf *out, const struct hc_track_run *run, bool below)
{
    int indent = below ? 4 : 2;

    hc_buf_printf(out, "%*s%-*s  %4zu metric%s, %zu param%s", indent, "", 22 - indent,
        run->name, run->points, plural(run->points), run->params, plural(run->params));
    if (run->artifacts)
        hc_buf_printf(out, ", %zu file%s", run->artifacts, plural(run->artifacts));
    hc_buf_putc(out, '\n');
}

static void put_not_sent(struct hc_buf *out, const struct hc_names *names)
{
    size_t n = names->n < SHOWN_NOT_SENT ? names->n : SHOWN_NOT_SENT;

    for (size_t i = 0; i < n; i++)
        hc_buf_printf(out, "  not sent: %s\n", names->items[i]);
    if (n < names->n)
        hc_buf_printf(out, "  and %zu more files were not sent\n", names->n - n);
}

void hc_tracked_print(
    struct hc_buf *out, const struct hc_tracking *t, const struct hc_tracked *tracked)
{
    const struct hc_track_result *result = &tracked->result;

    hc_buf_printf(out, "experiment '%s' at %s\n", t->experiment, hc_http_shown(t->http));
    if (result->was_there)
        hc_buf_puts(out, "  all of it was there already: nothing was changed\n");
    for (size_t i = 0; i < result->n_runs && !result->was_there; i++)
        put_run(out, &result->runs[i], i > 0);
    put_not_sent(out, &result->not_sent);
    hc_buf_printf(out, "  %zu requests, %.1f MB of files, %.2f s\n", tracked->requests,
        (double)tracked->bytes / 1e6, tracked->seconds);
    hc_tracking_link(out, hc_http_shown(t->http), result->experiment, result->runs[0].id);
    hc_buf_putc(out, '\n');
}

/* ---- the same as JSON ---- */

static void put_runs(struct hc_json *js, const struct hc_track_result *result)
{
    hc_json_key(js, "runs");
    hc_json_open(js, '[');
    for (size_t i = 0; i < result->n_runs; i++) {
        const struct hc_track_run *run = &result->runs[i];

        hc_json_open(js, '{');
        hc_json_kstr(js, "name", run->name);
        hc_json_kstr(js, "run_id", *run->id ? run->id : NULL);
        hc_json_kint(js, "metrics", (int64_t)run->points);
        hc_json_kint(js, "params", (int64_t)run->params);
        hc_json_kint(js, "artifacts", (int64_t)run->artifacts);
        hc_json_kint(js, "artifacts_not_sent", (int64_t)run->not_sent);
        hc_json_close(js, '}');
    }
    hc_json_close(js, ']');
}

void hc_tracked_json(
    struct hc_buf *out, const struct hc_tracking *t, const struct hc_tracked *tracked)
{
    const struct hc_track_result *result = &tracked->result;
    struct hc_json js;

    hc_json_init(&js, out, 3);
    hc_json_open(&js, '{');
    hc_json_kstr(&js, "id", tracked->file.id);
    hc_json_kstr(&js, "tracking_uri", hc_http_shown(t->http));
    hc_json_kstr(&js, "experiment", t->experiment);
    hc_json_kstr(&js, "experiment_id", result->experiment);
    hc_json_kbool(&js, "was_there", result->was_there);
    put_runs(&js, result);
    hc_json_key(&js, "not_sent");
    hc_json_open(&js, '[');
    for (size_t i = 0; i < result->not_sent.n; i++)
        hc_json_str(&js, result->not_sent.items[i]);
    hc_json_close(&js, ']');
    hc_json_kint(&js, "requests", (int64_t)tracked->requests);
    hc_json_kint(&js, "bytes", tracked->bytes);
    hc_json_knum(&js, "seconds", tracked->seconds);
    hc_json_close(&js, '}');
    hc_buf_putc(out, '\n');
}

/* ---- --list ---- */

static void put_time(struct hc_buf *out, int64_t us)
{
    char text[HC_TIME_TEXT];

    hc_time_format(us, text);
    hc_buf_printf(out, "%.16sZ", text);
}

static void put_sent_line(struct hc_buf *out, const struct hc_sent *sent)
{
    hc_buf_puts(out, "sent   ");
    put_time(out, sent->generated_us);
    hc_buf_printf(out, "  %-8s  %.8s  '%s'", sent->command, sent->id, sent->experiment);
    if (sent->not_sent)
        hc_buf_printf(out, ", %lld files not sent", (long long)sent->not_sent);
    hc_buf_puts(out, "\n       ");
    hc_tracking_link(out, sent->uri, sent->experiment_id, sent->run_id);
    hc_buf_putc(out, '\n');
}

static void put_waiting_line(struct hc_buf *out, const struct hc_waiting *waiting)
{
    hc_buf_puts(out, "waits  ");
    put_time(out, waiting->generated_us);
    hc_buf_printf(out, "  %-8s  %.8s  '%s' at %s\n", waiting->command, waiting->id,
        waiting->experiment, waiting->uri);
    if (!waiting->tried_us)
        return;
    hc_buf_printf(out, "       tried %lld time%s, last ", (long long)waiting->tries,
        plural((size_t)waiting->tries));
    put_time(out, waiting->tried_us);
    hc_buf_printf(out, ":\n       %s\n", waiting->reason);
}

static void list_text(struct hc_buf *out, const char *dir,
    const struct hc_sent_list *sent, const struct hc_waiting_list *waiting)
{
    for (size_t i = 0; i < sent->n; i++)
        put_sent_line(out, &sent->items[i]);
    for (size_t i = 0; i < waiting->n; i++)
        put_waiting_line(out, &waiting->items[i]);
    if (waiting->n)
        hc_buf_printf(out, "'hindcast track --spooled %s' sends what waits\n", dir);
    if (!sent->n && !waiting->n)
        hc_buf_printf(out, "nothing was sent from '%s', and nothing waits there\n", dir);
}

static void list_json(struct hc_buf *out, const struct hc_sent_list *sent,
    const struct hc_waiting_list *waiting)
{
    struct hc_json js;

    hc_json_init(&js, out, 3);
    hc_json_open(&js, '{');
    hc_json_key(&js, "sent");
    hc_json_open(&js, '[');
    for (size_t i = 0; i < sent->n; i++)
        hc_sent_json(&js, &sent->items[i]);
    hc_json_close(&js, ']');
    hc_json_key(&js, "waiting");
    hc_json_open(&js, '[');
    for (size_t i = 0; i < waiting->n; i++)
        hc_waiting_json(&js, &waiting->items[i]);
    hc_json_close(&js, ']');
    hc_json_close(&js, '}');
    hc_buf_putc(out, '\n');
}

enum hc_status hc_tracking_list(
    const struct hc_common *common, const char *dir, struct hc_error *err)
{
    HC_CLEANUP(hc_sent_clear) struct hc_sent_list sent = {.n = 0};
    HC_CLEANUP(hc_waiting_clear) struct hc_waiting_list waiting = {.n = 0};
    HC_CLEANUP(hc_buf_clear) struct hc_buf out = HC_BUF_INIT;

    HC_TRY(hc_ledger_read(dir, &sent, err));
    HC_TRY(hc_spool_list(dir, &waiting, err));
    if (common->json)
        list_json(&out, &sent, &waiting);
    else
        list_text(&out, dir, &sent, &waiting);
    return hc_print(&out, err);
}
