#include <math.h>
#include <string.h>

#include "report/grid.h"
#include "report/human.h"
#include "report/terminal_sections.h"

/* What is said of nodes; NULL: nobody expects a replay of this data. */
static const struct hc_statement *find_lead(const struct hc_findings *f)
{
    for (size_t i = 0; i < f->n_statements; i++)
        if (!strcmp(f->statements[i].id, "replay.nodes"))
            return &f->statements[i];
    return NULL;
}

bool hc_term_has_replay(const struct hc_findings *f)
{
    return find_lead(f) != NULL;
}

void hc_term_replay_lead(struct hc_page *page, const struct hc_findings *f)
{
    const struct hc_statement *lead = find_lead(f);

    if (!lead || lead->verdict.status != HC_AVAILABLE || !lead->statement)
        return;
    hc_page_style(page, HC_BOLD);
    hc_page_wrap(page, HC_PAGE_INDENT, lead->statement);
    hc_page_style(page, HC_PLAIN);
    hc_page_blank(page);
}

static struct hc_human whole(double value)
{
    if (value == rint(value) || !(value >= 0 && value < 100))
        return hc_human_value(isnan(value) ? value : rint(value), "count");
    return hc_human_text("%.1f", value);
}

static void put_mean(struct hc_grid *grid, const struct hc_placement_policy *policy,
    enum hc_placement_measure measure)
{
    const struct hc_placement_range *range = &policy->measures[measure];

    hc_grid_put(grid, whole(range->n ? range->mean : NAN).text);
}

static void put_share(struct hc_grid *grid, const struct hc_placement_policy *policy,
    enum hc_placement_measure measure)
{
    const struct hc_placement_range *range = &policy->measures[measure];

    hc_grid_put_percent(grid, range->n ? range->mean : NAN);
}

/* `over_time`: the last column is the fleet, else nodes needed at the fullest moment. */
static void put_policy(
    struct hc_grid *grid, const struct hc_placement_policy *policy, bool over_time)
{
    uint32_t few = over_time ? policy->fleet : policy->needed;
    struct hc_label name =
        hc_page_label(grid->page, policy->name, policy->oracle ? 18 : 19);

    if (policy->oracle)
        strcat(name.text, "+"); /* a label has room beyond what is shown */
    hc_grid_put(grid, name.text);
    put_mean(grid, policy, HC_PLACED_NODES);
    put_mean(grid, policy, HC_PLACED_NODE_HOURS);
    put_mean(grid, policy, HC_PLACED_HOT);
    put_share(grid, policy, HC_PLACED_CPU_ASKED);
    put_share(grid, policy, HC_PLACED_CPU_P95);
    put_mean(grid, policy, HC_PLACED_REFUSED);
    hc_grid_put(grid, whole(few ? few : NAN).text);
}

static void put_table(struct hc_page *page, const struct hc_placement *p)
{
    const struct hc_grid_column columns[] = {
        {"policy", 19, false},
        {"nodes", 5, true},
        {"node-h", 7, true},
        {"hot-h", 6, true},
        {"CPU", 7, true},
        {"CPU p95", 7, true},
        {"refused", 7, true},
        {p->fleet_trials ? "fleet" : "needed", 6, true},
    };
    struct hc_grid grid;

    hc_page_blank(page);
    hc_grid_open(&grid, page, columns, HC_COUNT(columns), 0);
    for (size_t i = 0; i < p->n_policies; i++)
        put_policy(&grid, &p->policies[i], p->fleet_trials > 0);
    hc_page_blank(page);
}

static void put_facts(struct hc_page *page, const struct hc_placement *p)
{
    if (!isnan(p->nodes_bound))
        hc_page_fact(page, "bound", whole(p->nodes_bound).text, "%s",
            "nodes: no placement has fewer at its fullest moment");
    if (p->trials)
        hc_page_fact(page, "one moment", hc_human_count(p->bound).text,
            "nodes for %s pods of one moment, by %s; an oracle%s %s",
            hc_human_count(p->moment_pods).text, p->bound_kind,
            p->oracle_pending ? " leaves pods over on" : " does with",
            hc_human_count(p->oracle).text);
    if (p->judge && p->judged)
        hc_page_fact(page, "agreement",
            hc_human_percent((double)p->in_best / (double)p->judged).text,
            "of %s recorded places are among the best of %s; it refuses %s",
            hc_human_count(p->judged).text, hc_page_label(page, p->judge, 28).text,
            hc_human_count(p->barred).text);
}

static void put_words(struct hc_page *page, const struct hc_placement *p)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf text = HC_BUF_INIT;

    hc_buf_printf(&text,
        "%s pods arrive and leave again on %s nodes, placed by other policies; means of "
        "%s order%s of nodes. nodes: most in use at once. hot-h: node-hours over 80 %% "
        "CPU. CPU: requested of nodes in use.",
        hc_human_count(p->pods).text, hc_human_count(p->nodes).text,
        hc_human_count(p->orders).text, p->orders == 1 ? "" : "s");
    if (p->fleet_trials)
        hc_buf_printf(&text,
            " fleet: the fewest nodes, of %s there at once, that carry the whole time "
            "with "
            "no more hot hours than before, p90 of %s tries.",
            hc_human_count(p->fleet_recorded).text, hc_human_count(p->fleet_trials).text);
    else if (p->trials)
        hc_buf_printf(&text, " needed: at the fullest moment, p90 of %s tries.",
            hc_human_count(p->trials).text);
    hc_buf_puts(&text, " +: an oracle, it looks ahead.");
    page->out->failed |= text.failed;
    hc_page_wrap(page, HC_PAGE_INDENT, hc_buf_str(&text));
}

void hc_term_replay(struct hc_page *page, const struct hc_findings *f)
{
    const struct hc_placement *p = &f->placement;

    if (!hc_page_available(page, &p->verdict))
        return;
    put_words(page, p);
    put_table(page, p);
    put_facts(page, p);
}
