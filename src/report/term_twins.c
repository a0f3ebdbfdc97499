#include <math.h>
#include <string.h>

#include "base/utf8.h"
#include "report/grid.h"
#include "report/human.h"
#include "report/rank.h"
#include "report/terminal_sections.h"

enum { PAIRS = 6, FAMILIES = 5, MEMBERS = 6, LABEL = 20, PEAKY = 5, HOT = 3, ROLE = 14 };

static const char *const day_names[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

/* ---- twins ---- */

static void put_pairs(struct hc_page *page, const struct hc_findings *f, double sign)
{
    const struct hc_grid_column columns[] = {
        {sign > 0 ? "together" : "opposite", LABEL, false},
        {"and", LABEL, false},
        {"r", 6, true},
        {"95 % from", 9, true},
        {"to", 6, true},
        {"hours", 6, true},
    };
    const struct hc_twins_found *t = &f->patterns.twins;
    uint64_t all = sign > 0 ? t->together : t->opposite;
    struct hc_grid grid;
    size_t shown = 0;

    hc_page_blank(page);
    for (size_t i = 0; i < t->n_pairs && shown < PAIRS; i++) {
        const struct hc_likeness *p = &t->pairs[i];

        if (!p->kept || !(sign * p->r > 0))
            continue;
        if (!shown++)
            hc_grid_open(&grid, page, columns, HC_COUNT(columns), 0);
        hc_grid_put(&grid, hc_page_node(page, &f->summary->nodes[p->a], LABEL).text);
        hc_grid_put(&grid, hc_page_node(page, &f->summary->nodes[p->b], LABEL).text);
        hc_grid_put(&grid, hc_human_r(p->r).text);
        hc_grid_put(&grid, hc_human_r(p->low).text);
        hc_grid_put(&grid, hc_human_r(p->high).text);
        hc_grid_put(&grid, hc_human_count((uint64_t)p->n).text);
    }
    if (!shown)
        hc_page_wrap(page, HC_PAGE_INDENT,
            sign > 0 ? "No two nodes move together."
                     : "No two nodes move against each other.");
    else if (shown < all)
        hc_page_wrapf(
            page, HC_PAGE_INDENT, "and %s more pairs", hc_human_count(all - shown).text);
}

static size_t size_of(const struct hc_twins_found *t, uint32_t family)
{
    size_t n = 0;

    for (size_t i = 0; i < t->n_map; i++)
        n += t->map[i].family == family;
    return n;
}

static void put_family(
    struct hc_page *page, const struct hc_findings *f, uint32_t family, size_t size)
{
    const struct hc_twins_found *t = &f->patterns.twins;
    struct hc_buf HC_CLEANUP(hc_buf_clear) text = HC_BUF_INIT;
    size_t named = 0;

    for (size_t i = 0; i < t->n_map && named < MEMBERS; i++)
        if (t->map[i].family == family)
            hc_buf_printf(&text, "%s%s", named++ ? ", " : "",
                hc_page_node(page, &f->summary->nodes[t->map[i].node], LABEL).text);
    if (named < size)
        hc_buf_printf(&text, " and %zu more", size - named);
    page->out->failed |= text.failed;
    hc_page_fact(page, "family of", hc_human_count(size).text, "%s", hc_buf_str(&text));
}

/* The largest families: side by side in the map, so those of a family follow another. */
static void put_families(struct hc_page *page, const struct hc_findings *f)
{
    const struct hc_twins_found *t = &f->patterns.twins;
    struct hc_rank rank;

    if (!t->n_families)
        return;
    hc_rank_init(&rank, FAMILIES);
    for (size_t i = 0; i < t->n_map; i++)
        if (t->map[i].family && (!i || t->map[i].family != t->map[i - 1].family))
            hc_rank_offer(&rank, t->map[i].family, (double)size_of(t, t->map[i].family));
    hc_page_blank(page);
    for (size_t i = 0; i < rank.n; i++)
        put_family(page, f, (uint32_t)rank.index[i], (size_t)rank.key[i]);
    if (rank.n < t->n_families)
        hc_page_wrapf(page, HC_PAGE_INDENT, "and %s more families",
            hc_human_count(t->n_families - rank.n).text);
}

static void put_loose(struct hc_page *page, const struct hc_twins_found *t)
{
    size_t loose = 0;

    for (size_t i = 0; i < t->n_pairs; i++)
        loose += !t->pairs[i].kept;
    if (!loose)
        return;
    hc_page_blank(page);
    hc_page_wrapf(page, HC_PAGE_INDENT,
        "%s pairs or more are as strong, but have too few independent hours to tell from "
        "coincidence.",
        hc_human_count(loose).text);
}

void hc_term_twins(struct hc_page *page, const struct hc_findings *f)
{
    const struct hc_twins_found *t = &f->patterns.twins;

    if (!hc_page_available(page, &t->verdict))
        return;
    hc_page_wrapf(page, HC_PAGE_INDENT,
        "Pairs of nodes whose hours of %s, without the weekly profile, have |r| of %s or "
        "more: %s together, %s opposite, of %s; 5 %% of those found may be false. Twins "
        "peak "
        "at once: place them apart. Opposites fill each other's lows.",
        hc_metrics[t->metric].name, hc_human_number(t->least).text,
        hc_human_count(t->together).text, hc_human_count(t->opposite).text,
        hc_human_count(t->tested).text);
    put_pairs(page, f, 1);
    put_pairs(page, f, -1);
    put_families(page, f);
    put_loose(page, t);
}

/* ---- roles ---- */

static void put_counts(struct hc_page *page, const struct hc_roles_found *r)
{
    for (size_t i = 0; i < r->n_counts; i++)
        hc_page_fact(page, hc_page_label(page, r->counts[i].role, ROLE).text,
            hc_human_count(r->counts[i].nodes).text, "%s", r->counts[i].rule);
    if (r->too_short)
        hc_page_fact(page, "too short", hc_human_count(r->too_short).text, "%s",
            "under three days of CPU");
}

static void put_hot(struct hc_page *page, const struct hc_roles_found *r)
{
    struct hc_rank rank;
    struct hc_buf HC_CLEANUP(hc_buf_clear) text = HC_BUF_INIT;
    uint64_t all = 0;

    hc_rank_init(&rank, HOT);
    for (size_t i = 0; i < HC_HOURS_OF_WEEK; i++) {
        all += r->hot[i];
        if (r->hot[i])
            hc_rank_offer(&rank, i, r->hot[i]);
    }
    hc_buf_printf(&text, "node-hours over %s CPU", hc_human_percent(r->hot_over).text);
    for (size_t i = 0; i < rank.n; i++)
        hc_buf_printf(&text, "%s%s %s (%.0f)", i ? ", " : ", most on ",
            day_names[rank.index[i] / 24], hc_human_hour((int)(rank.index[i] % 24)).text,
            rank.key[i]);
    page->out->failed |= text.failed;
    hc_page_fact(page, "hot hours", hc_human_short(all).text, "%s", hc_buf_str(&text));
}

static void put_peaky(struct hc_page *page, const struct hc_findings *f)
{
    static const struct hc_grid_column columns[] = {
        {"highest peak to mean", LABEL, false},
        {"peak/mean", 9, true},
        {"mean", 7, true},
        {"p95", 7, true},
        {"p99", 7, true},
        {"role", 8, false},
    };
    const struct hc_roles_found *r = &f->patterns.roles;
    struct hc_rank rank;
    struct hc_grid grid;

    hc_rank_init(&rank, PEAKY);
    for (size_t i = 0; i < r->n_nodes; i++)
        if (r->nodes[i].p99 >= r->idle)
            hc_rank_offer(&rank, i, r->nodes[i].peak_to_mean);
    if (!rank.n)
        return;
    hc_page_blank(page);
    hc_grid_open(&grid, page, columns, HC_COUNT(columns), 0);
    for (size_t i = 0; i < rank.n; i++) {
        const struct hc_role_row *row = &r->nodes[rank.index[i]];

        hc_grid_put(&grid, hc_page_node(page, &f->summary->nodes[row->node], LABEL).text);
        hc_grid_put_number(&grid, row->peak_to_mean);
        hc_grid_put_percent(&grid, row->mean);
        hc_grid_put_percent(&grid, row->p95);
        hc_grid_put_percent(&grid, row->p99);
        hc_grid_put(&grid, row->role);
    }
}

void hc_term_roles(struct hc_page *page, const struct hc_findings *f)
{
    const struct hc_roles_found *r = &f->patterns.roles;

    if (!hc_page_available(page, &r->verdict))
        return;
    hc_page_wrapf(page, HC_PAGE_INDENT,
        "What kind of load a node carries, by hourly means of CPU in %s; the first rule "
        "that holds.",
        hc_page_label(page, f->settings->timezone, 30).text);
    put_counts(page, r);
    hc_page_blank(page);
    put_hot(page, r);
    hc_page_fact(page, "shiftable", hc_human_percent(r->shiftable).text, "%s",
        "of the cluster's load is above the mean of its day");
    put_peaky(page, f);
}
