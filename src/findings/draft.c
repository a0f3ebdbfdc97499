#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "findings/draft.h"

struct hc_draft hc_draft(const char *id, const char *title, int weight)
{
    return (struct hc_draft){
        .head = {.id = id,
            .value = NAN,
            .low = NAN,
            .high = NAN,
            .unit = "",
            .source = "state",
            .weight = weight},
        .title = title,
    };
}

void hc_draft_value(struct hc_draft *d, double value, const char *unit, uint64_t n)
{
    d->head.value = value;
    d->head.unit = unit;
    d->head.n = n;
}

/* A copy of at most HC_SENTENCE_MAX signs; a longer one ends in "...". */
static char *copy_sentence(const char *text)
{
    size_t n = strlen(text), at = 0;

    if (hc_utf8_width(text) <= HC_SENTENCE_MAX)
        return hc_strdup(text);
    for (int signs = 0; signs < HC_SENTENCE_MAX - 3; signs++) {
        size_t len = hc_utf8_len(text + at, n - at);

        at += len ? len : 1;
    }
    char *copy = hc_alloc(at + 4, 1);
    if (copy) {
        memcpy(copy, text, at);
        memcpy(copy + at, "...", 4);
    }
    return copy;
}

static enum hc_status hand_in(struct hc_findings *out, const struct hc_draft *d)
{
    struct hc_statement *s;

    HC_TRY(hc_grow(&out->statements, &out->statements_cap, out->n_statements + 1,
        sizeof(*out->statements)));
    s = &out->statements[out->n_statements++];
    *s = d->head;
    s->title = hc_strdup(d->title);
    s->statement = copy_sentence(hc_buf_str(&d->text));
    s->sql = d->sql.len ? hc_strdup(d->sql.text) : NULL;
    return s->title && s->statement && (s->sql || !d->sql.len) ? HC_OK : HC_NO_MEMORY;
}

enum hc_status hc_draft_end(struct hc_draft *d, struct hc_findings *out)
{
    HC_TRY(hc_buf_check(&d->text));
    HC_TRY(hc_buf_check(&d->sql));
    if (!isfinite(d->head.value))
        d->head.value = NAN;
    return hand_in(out, d);
}

enum hc_status hc_draft_refuse(struct hc_draft *d, struct hc_findings *out,
    enum hc_availability status, const char *format, ...)
{
    struct hc_verdict *verdict = &d->head.verdict;
    va_list args;

    verdict->status = status;
    va_start(args, format);
    vsnprintf(verdict->reason, sizeof(verdict->reason), format, args);
    va_end(args);
    d->head.value = NAN;
    d->head.n = 0;
    if (d->head.weight > HC_WEIGHT_REFUSED)
        d->head.weight = HC_WEIGHT_REFUSED;
    hc_buf_reset(&d->text);
    hc_buf_reset(&d->sql);
    hc_buf_printf(&d->text, "%s: %s (%s).", d->title,
        status == HC_NOT_AVAILABLE ? "not available" : "not enough data",
        verdict->reason);
    return hc_draft_end(d, out);
}

void hc_draft_clear(struct hc_draft *d)
{
    hc_buf_clear(&d->text);
    hc_buf_clear(&d->sql);
}

void hc_statements_sort(struct hc_findings *out)
{
    for (size_t i = 1; i < out->n_statements; i++) {
        struct hc_statement moved = out->statements[i];
        size_t at = i;

        for (; at && out->statements[at - 1].weight < moved.weight; at--)
            out->statements[at] = out->statements[at - 1];
        out->statements[at] = moved;
    }
}

void hc_statements_yield(struct hc_findings *out, const char *id, int weight)
{
    for (size_t i = 0; i < out->n_statements; i++)
        if (!strcmp(out->statements[i].id, id) && out->statements[i].weight > weight)
            out->statements[i].weight = weight;
}

void hc_draft_sql_mean(struct hc_buf *sql, enum hc_metric_id metric)
{
    const char *name = hc_metrics[metric].name;

    hc_buf_printf(sql, "sum(%s_n * %s_mean) / sum(%s_n)", name, name, name);
}

void hc_draft_sql_local(struct hc_buf *sql, const struct hc_view *view)
{
    hc_buf_puts(sql, "(bucket_start AT TIME ZONE 'UTC' AT TIME ZONE '");
    for (const char *c = hc_view_timezone(view); *c; c++) {
        if (*c == '\'')
            hc_buf_putc(sql, '\'');
        hc_buf_putc(sql, *c);
    }
    hc_buf_puts(sql, "')");
}

const char *hc_draft_sql_node(const struct hc_view *view)
{
    return view->clusters ? "cluster, node" : "node";
}

const char *hc_view_timezone(const struct hc_view *view)
{
    return view->settings->timezone ? view->settings->timezone : "UTC";
}
