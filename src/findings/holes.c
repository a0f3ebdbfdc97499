/*
 * holes.c - the holes that a collection knows of, and the gaps that the samples show
 *
 * A hole of the collection is nearly always a gap of the fleet too: the same trouble,
 * seen twice. A fleet gap of which half or more is a hole is marked as one, and holes
 * that are so told by the fleet gaps are read late. What the samples cannot show are
 * holes before the first sample, after the last one, and with a single node.
 */
#include "findings/draft.h"
#include "findings/quality.h"

enum { WEIGHT_TOLD = 15, WEIGHT_NEW = 81 };

static bool is_half(int64_t part, int64_t whole)
{
    return part >= whole - part;
}

/* ---- fleet gaps that are holes --------------------------------------------------- */

void hc_holes_mark(const struct hc_summary *s, struct hc_quality *q)
{
    for (size_t i = 0; i < q->n_fleet_gaps; i++) {
        struct hc_fleet_gap *gap = &q->fleet_gaps[i];

        for (size_t c = 0; c < s->n_collected && !gap->hole; c++)
            gap->hole = is_half(
                hc_collected_hole_within(&s->collected[c], gap->start_us, gap->end_us),
                gap->end_us - gap->start_us);
        q->n_gap_holes += gap->hole;
    }
}

/* ---- what is said ---------------------------------------------------------------- */

struct total {
    size_t n, told;        /* holes; of these, those that fleet gaps tell of */
    double hole_s, span_s; /* of many collections: more than whole numbers may hold */
    const struct hc_hole *longest;
};

/* Microseconds that two stretches share. */
static int64_t shared(const struct hc_hole *hole, const struct hc_fleet_gap *gap)
{
    int64_t from = gap->start_us > hole->start_us ? gap->start_us : hole->start_us;
    int64_t to = gap->end_us < hole->end_us ? gap->end_us : hole->end_us;

    return to > from ? to - from : 0;
}

/* Holes of which half or more is in fleet gaps; both lists are ascending. */
static size_t count_told(const struct hc_collected *c, const struct hc_quality *q)
{
    size_t told = 0, first = 0;

    for (size_t i = 0; i < c->n_holes; i++) {
        const struct hc_hole *hole = &c->holes[i];
        int64_t in_gaps = 0;

        while (first < q->n_fleet_gaps && q->fleet_gaps[first].end_us <= hole->start_us)
            first++;
        for (size_t k = first;
             k < q->n_fleet_gaps && q->fleet_gaps[k].start_us < hole->end_us; k++)
            in_gaps += shared(hole, &q->fleet_gaps[k]);
        told += is_half(in_gaps, hole->end_us - hole->start_us);
    }
    return told;
}

static struct total sum_up(const struct hc_summary *s, const struct hc_quality *q)
{
    struct total t = {0};

    for (size_t i = 0; i < s->n_collected; i++) {
        const struct hc_collected *c = &s->collected[i];
        const struct hc_hole *hole = c->n_holes ? &c->holes[c->longest] : NULL;

        t.n += c->n_holes;
        t.told += count_told(c, q);
        t.hole_s += (double)c->hole_us / 1e6;
        t.span_s += (double)(c->end_us - c->start_us) / 1e6;
        if (hole && (!t.longest || hole->end_us - hole->start_us >
                                       t.longest->end_us - t.longest->start_us))
            t.longest = hole;
    }
    return t;
}

static void put_new(struct hc_buf *text, const struct total *t)
{
    hc_buf_printf(text, "%s without a row of any node in the collection, %s of %s",
        hc_phrase_plural(t->n, "hole").text, hc_phrase_duration(t->hole_s).text,
        hc_phrase_duration(t->span_s).text);
    if (t->n > 1)
        hc_buf_printf(text, "; the longest is %s",
            hc_phrase_duration((double)(t->longest->end_us - t->longest->start_us) / 1e6)
                .text);
    hc_buf_printf(text, "%s from %s", t->n > 1 ? "" : ",",
        hc_phrase_time(t->longest->start_us).text);
    if (t->told)
        hc_buf_printf(text, "; %s of them %s of the fleet", hc_phrase_count(t->told).text,
            t->told == 1 ? "a gap" : "gaps");
    hc_buf_putc(text, '.');
}

enum hc_status hc_holes_say(const struct hc_view *view, struct hc_findings *out)
{
    struct total t = sum_up(view->summary, &out->quality);
    HC_CLEANUP(hc_draft_clear)
    struct hc_draft d = hc_draft("quality.holes", "Holes of the collection",
        t.told < t.n ? WEIGHT_NEW : WEIGHT_TOLD);

    if (!t.n)
        return HC_OK;
    d.head.source = "method:holes";
    hc_draft_value(&d, t.hole_s, "s", t.n);
    if (t.told < t.n)
        put_new(&d.text, &t);
    else
        hc_buf_printf(&d.text,
            "%s of the collection, %s of %s: the times of gaps of the whole fleet, no "
            "further ones.",
            hc_phrase_plural(t.n, "hole").text, hc_phrase_duration(t.hole_s).text,
            hc_phrase_duration(t.span_s).text);
    return hc_draft_end(&d, out);
}
