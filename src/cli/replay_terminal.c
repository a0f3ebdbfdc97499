#include <math.h>
#include <string.h>

#include "base/utf8.h"
#include "cli/replay.h"
#include "cli/screen.h"
#include "report/human.h"

/* ---- a table of policies by measures ---- */

enum { NAME_LEAST = 8, NAME_MOST = 28, CELL = 11 };

static bool is_shown(const struct hc_replay *r, size_t measure)
{
    bool any = false;

    for (size_t m = 0; m < r->n_mixes; m++)
        any |= hc_results_range(&r->results, m, (enum hc_measure_id)measure).n > 0;
    return any && measure != HC_REPLAY_ARRIVED && measure != HC_REPLAY_PLACED;
}

static size_t name_width(const struct hc_replay *r)
{
    size_t width = NAME_LEAST;

    for (size_t m = 0; m < r->n_mixes; m++)
        if (strlen(r->mixes[m].name) > width)
            width = strlen(r->mixes[m].name);
    return width < NAME_MOST ? width : NAME_MOST;
}

static struct hc_human number(double value, const char *unit)
{
    if (!strcmp(unit, "fraction"))
        return hc_human_percent(value);
    return fabs(value) >= 1000 || value == rint(value)
               ? hc_human_count((uint64_t)llrint(value))
               : hc_human_number(value);
}

/* "93.1 %*": the mean, and a star where it is the best beyond doubt. */
static void put_cell(const struct hc_replay *r, size_t m, size_t i, struct hc_buf *out)
{
    struct hc_range s = hc_results_range(&r->results, m, (enum hc_measure_id)i);
    struct hc_human mean =
        isnan(s.mean) ? hc_human_text("-") : number(s.mean, hc_measures[i].unit);
    bool best = hc_results_best(&r->results, (enum hc_measure_id)i) == m;

    hc_buf_printf(out, "%*s%s", CELL - 1, mean.text, best ? "*" : " ");
}

/* Rounding is none. */
static bool is_spread(struct hc_range s)
{
    return s.sd > 1e-9 * fabs(s.mean);
}

static void put_spread_cell(
    const struct hc_replay *r, size_t m, size_t i, bool ascii, struct hc_buf *out)
{
    struct hc_range s = hc_results_range(&r->results, m, (enum hc_measure_id)i);
    struct hc_human sd = number(s.sd, hc_measures[i].unit);

    if (!is_spread(s))
        hc_buf_printf(out, "%*s", CELL, "");
    else
        hc_buf_printf(out, "%*s%s%s ", (int)(CELL - 2 - strlen(sd.text)), "",
            ascii ? "~" : "±", sd.text);
}

static bool any_spread(
    const struct hc_replay *r, size_t m, const size_t *measures, size_t n)
{
    bool any = false;

    for (size_t i = 0; i < n; i++)
        any |=
            is_spread(hc_results_range(&r->results, m, (enum hc_measure_id)measures[i]));
    return any;
}

static void put_table(const struct hc_replay *r, const size_t *measures, size_t n,
    bool ascii, struct hc_buf *out)
{
    int width = (int)name_width(r);

    hc_buf_printf(out, "\n%-*s", width, "policy");
    for (size_t i = 0; i < n; i++)
        hc_buf_printf(out, "%*s ", CELL - 1, hc_measures[measures[i]].title);
    hc_buf_putc(out, '\n');
    for (size_t m = 0; m < r->n_mixes; m++) {
        hc_buf_printf(out, "%-*.*s", width, width, r->mixes[m].name);
        for (size_t i = 0; i < n; i++)
            put_cell(r, m, measures[i], out);
        hc_buf_putc(out, '\n');
        if (!any_spread(r, m, measures, n))
            continue;
        hc_buf_printf(out, "%*s", width, "");
        for (size_t i = 0; i < n; i++)
            put_spread_cell(r, m, measures[i], ascii, out);
        hc_buf_putc(out, '\n');
    }
}

static void put_tables(
    const struct hc_replay *r, const struct hc_terminal *screen, struct hc_buf *out)
{
    size_t most = (screen->width - name_width(r)) / CELL, n = 0;
    size_t measures[HC_MEASURES];

    for (size_t i = 0; i < HC_MEASURES; i++) {
        if (is_shown(r, i))
            measures[n++] = i;
        if (n == most || (n && i + 1 == HC_MEASURES)) {
            put_table(r, measures, n, screen->ascii, out);
            n = 0;
        }
    }
}

/* ---- words ---- */

static void put_count(struct hc_buf *out, uint64_t n, const char *what)
{
    if (n)
        hc_buf_printf(out, "%s %s\n", hc_human_count(n).text, what);
}

static void put_oddities(const struct hc_replay *r, struct hc_buf *out)
{
    put_count(out, r->odd.too_large, "pods are larger than any node");
    put_count(out, r->odd.left_too_soon, "pods left out: deleted before created");
    put_count(out, r->odd.no_such_node, "pods were on nodes that are not known");
    put_count(out, r->odd.repeated, "pods have the name of one before them");
    put_count(out, r->notes.ended, "pods left out: they have ended");
    put_count(out, r->notes.kept, "pods stay where they are");
    put_count(out, r->notes.pod_affinity, "pods' affinity to pods is not looked at");
    put_count(out, r->notes.ports, "pods' ports of the host are not looked at");
}

/* Before any gain: how far the policy does what was done. */
static void put_agreement(const struct hc_replay *r, struct hc_buf *out)
{
    const struct hc_agreement *a = &r->agreement;

    if (!r->judge)
        return;
    hc_buf_printf(out, "Calibration: %s of", hc_human_count(a->in_best).text);
    hc_buf_printf(out, " %s %s are among the best nodes of %s;\n",
        hc_human_count(a->placed).text, r->placements ? "placements" : "recorded places",
        r->judge->name);
    hc_buf_printf(
        out, "  %s are on nodes that it refuses;", hc_human_count(a->barred).text);
    hc_buf_printf(out, " %s of", hc_human_count(a->refused_too).text);
    hc_buf_printf(
        out, " %s without a node have none by it\n", hc_human_count(a->refused).text);
}

/* "Nodes needed for 1,234 pods, of 56: FGD 12 (11 to 13), ..." */
static void put_nodes_needed(const struct hc_replay *r, struct hc_buf *out)
{
    const struct hc_needed *c = &r->needed;
    uint32_t p90, least, most;

    if (!c->trials)
        return;
    hc_buf_printf(out, "\nNodes needed for %s pods", hc_human_count(c->n_pods).text);
    hc_buf_printf(out, ", of %s (p90 of %zu orders of removal, least to most)\n",
        hc_human_count(c->n_present).text, c->trials);
    for (size_t m = 0; m < r->n_mixes; m++) {
        hc_buf_printf(
            out, "%-*.*s", (int)name_width(r), (int)name_width(r), r->mixes[m].name);
        if (hc_needed_nodes(c, m, &p90, &least, &most))
            hc_buf_printf(out, "%*u  (%u to %u)\n", CELL - 1, p90, least, most);
        else
            hc_buf_printf(out, "%*s\n", CELL - 1, "-");
    }
}

/* "Nodes that carry the whole time, of 20 at once: kube-1.35 17 (16 to 18), ..." */
static void put_nodes_over_time(const struct hc_replay *r, struct hc_buf *out)
{
    const struct hc_lean *l = &r->lean;
    uint32_t p90, least, most;

    if (!l->trials)
        return;
    hc_buf_printf(out,
        "\nNodes that carry the whole time, of %s there at once (p90 of %zu",
        hc_human_count(l->present).text, l->trials);
    if (isnan(r->hot_before))
        hc_buf_puts(
            out, " orders of\nremoval, least to most); hot hours are not known\n");
    else
        hc_buf_printf(out,
            " orders of\nremoval, least to most), with no more hot node-hours than "
            "before "
            "(%s)\n",
            hc_human_count((uint64_t)r->hot_before).text);
    for (size_t m = 0; m < r->n_mixes; m++) {
        hc_buf_printf(
            out, "%-*.*s", (int)name_width(r), (int)name_width(r), r->mixes[m].name);
        if (!hc_lean_nodes(l, m, &p90, &least, &most))
            hc_buf_printf(out, "%*s\n", CELL - 1, "-");
        else if (most)
            hc_buf_printf(out, "%*u  (%u to %u)\n", CELL - 1, p90, least, most);
        else
            hc_buf_printf(
                out, "%*u  (%u to more than there are)\n", CELL - 1, p90, least);
    }
}

/* "Nobody can do with fewer than 812 (LP); an oracle ... does with 840." */
static void put_bound(const struct hc_replay *r, struct hc_buf *out)
{
    if (!r->needed.trials)
        return;
    if (r->bounds.impossible)
        hc_buf_puts(out, "All of these pods fit on no choice of the nodes.\n");
    else
        hc_buf_printf(out, "Nobody can do with fewer than %s (%s).\n",
            hc_human_count((uint64_t)r->bounds.nodes).text,
            hc_bound_kind_name(r->bounds.kind));
    if (r->oracle.pending)
        hc_buf_printf(out, "An oracle that sorts all pods first finds no place for %s.\n",
            hc_human_count((uint64_t)r->oracle.pending).text);
    else
        hc_buf_printf(out, "An oracle that sorts all pods first does with %s.\n",
            hc_human_count((uint64_t)r->oracle.nodes).text);
}

static void put_repacking(const struct hc_replay *r, struct hc_buf *out)
{
    int width = (int)name_width(r);

    if (!r->repacking)
        return;
    hc_buf_puts(out, "\nPacked anew once a week, means of the weeks\n");
    for (size_t m = 0; m < r->n_mixes; m++) {
        const struct hc_repacking *p = &r->repacking[m];

        hc_buf_printf(out, "%-*.*s", width, width, r->mixes[m].name);
        if (!p->weeks) {
            hc_buf_printf(out, "%*s\n", CELL - 1, "-");
            continue;
        }
        hc_buf_printf(out, "  %s of", number(p->moved, "pods").text);
        hc_buf_printf(out, " %s pods move,", number(p->pods, "pods").text);
        hc_buf_printf(out, " %s nodes", number(p->nodes_before, "nodes").text);
        hc_buf_printf(out, " become %s\n", number(p->nodes_after, "nodes").text);
    }
}

void hc_replay_text(const struct hc_replay *r, struct hc_buf *out)
{
    struct hc_terminal screen = hc_screen();

    hc_buf_printf(out, "%s pods", hc_human_count(r->trace.n_pods).text);
    hc_buf_printf(out, " on %s nodes", hc_human_count(r->trace.n_nodes).text);
    hc_buf_printf(out, ", %s orders\n", hc_human_count(r->trace.n_orders).text);
    put_oddities(r, out);
    put_agreement(r, out);
    put_tables(r, &screen, out);
    put_nodes_needed(r, out);
    put_bound(r, out);
    put_nodes_over_time(r, out);
    put_repacking(r, out);
    hc_buf_printf(out, "\nMeans over the orders, %s one standard deviation.",
        screen.ascii ? "~" : "±");
    if (r->n_mixes > 1)
        hc_buf_puts(out, " *: its worst order is\nbetter than the best of all others.");
    hc_buf_puts(out, "\nWritten to ");
    hc_utf8_show(out, r->options->output, 60, screen.ascii);
    hc_buf_putc(out, '\n');
}
