#include <stdio.h>
#include <unistd.h>

#include "cli/collect.h"
#include "net/wait.h"
#include "report/human.h"

enum { LINE = 78, MINUTE_S = 60 };

void hc_collect_progress_start(struct hc_collection *c)
{
    struct hc_collect_progress *p = &c->progress;

    *p = (struct hc_collect_progress){.common = c->common};
    p->terminal = c->common->progress == HC_PROGRESS_ALWAYS || isatty(STDERR_FILENO);
    p->start_s = p->shown_s = hc_wait_now_s();
    for (size_t i = 0; i < c->n_days; i++)
        if (!c->days[i].span.end_s)
            p->total_pieces +=
                hc_plan_pieces(&c->plan, hc_plan_day(&c->plan, (int64_t)i));
}

static bool is_silent(const struct hc_collect_progress *p)
{
    return p->common->quiet || p->common->progress == HC_PROGRESS_NEVER;
}

/* "120 of 450 pieces, 345,600 rows, 8.1 pieces/s, 41 s left" */
static void put_progress(
    const struct hc_collect_progress *p, double now_s, struct hc_buf *out)
{
    double rate = (double)p->asked / (now_s - p->start_s + 1e-9);
    int64_t left = p->total_pieces - p->pieces;

    hc_buf_printf(out, "%s of %s pieces, ", hc_human_count((uint64_t)p->pieces).text,
        hc_human_count((uint64_t)p->total_pieces).text);
    hc_buf_printf(out, "%s rows", hc_human_count((uint64_t)p->rows).text);
    if (p->asked && left > 0)
        hc_buf_printf(out, ", %s pieces/s, %s left", hc_human_number(rate).text,
            hc_human_duration((double)left / rate).text);
}

static void show(struct hc_collect_progress *p)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf text = HC_BUF_INIT;
    double now_s = hc_wait_now_s();

    if (is_silent(p) || now_s - p->shown_s < (p->terminal ? 0.2 : MINUTE_S))
        return;
    p->shown_s = now_s;
    put_progress(p, now_s, &text);
    if (p->terminal)
        fprintf(stderr, "\r%-*.*s", LINE, LINE, hc_buf_str(&text));
    else
        hc_say(p->common, "%s", hc_buf_str(&text));
    fflush(stderr);
}

/* A piece that was halved is two: then there are more than was thought. */
void hc_collect_on_piece(void *context, const struct hc_piece_id *id, bool asked)
{
    struct hc_collection *c = context;

    (void)id;
    c->progress.pieces++;
    c->progress.asked += asked;
    if (c->progress.pieces > c->progress.total_pieces)
        c->progress.total_pieces = c->progress.pieces;
    show(&c->progress);
}

void hc_collect_on_retry(void *context, const char *message)
{
    struct hc_collection *c = context;

    hc_say(c->common, "%s; it is asked again", message);
}

void hc_collect_progress_stop(struct hc_collection *c)
{
    if (c->progress.terminal && !is_silent(&c->progress) &&
        c->progress.shown_s > c->progress.start_s)
        fprintf(stderr, "\r%*s\r", LINE, "");
}
