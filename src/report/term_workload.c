#include <math.h>
#include <string.h>

#include "base/utf8.h"
#include "report/grid.h"
#include "report/human.h"
#include "report/rank.h"
#include "report/terminal_sections.h"

enum { SHOWN_CLUSTERS = 10, SHOWN_NODES = 8, SHOWN_NAMESPACES = 8, SHOWN_TOP = 5 };
enum { LABEL = 36 };

static struct hc_human amount(size_t resource, double value)
{
    return resource == HC_BY_CPU ? hc_human_number(value) : hc_human_bytes(value);
}

static void put_amount(struct hc_grid *grid, size_t resource, double value)
{
    hc_grid_put(grid, amount(resource, value).text);
}

/* ---- names ----------------------------------------------------------------------- */

static struct hc_label budget_label(
    struct hc_page *page, const struct hc_budget *budget, size_t max)
{
    char *name = budget->name ? budget->name : budget->cluster;
    struct hc_node node = {
        .name = name, .cluster = budget->name ? budget->cluster : NULL};

    if (!name)
        return hc_page_label(page, "(none)", max);
    return hc_page_node(page, &node, max);
}

/* "namespace/name", with the cluster before it where there are several. */
static struct hc_label workload_label(struct hc_page *page, const struct hc_workloads *w,
    const struct hc_workload *workload, size_t max)
{
    struct hc_buf HC_CLEANUP(hc_buf_clear) full = HC_BUF_INIT;

    if (w->n_clusters && workload->cluster)
        hc_buf_printf(&full, "%s/", workload->cluster);
    hc_buf_printf(&full, "%s/%s", workload->namespace, workload->name);
    page->out->failed |= full.failed;
    return hc_page_label(page, hc_buf_str(&full), max);
}

static void widen(size_t *longest, const struct hc_label *label)
{
    size_t width = hc_utf8_width(label->text);

    *longest = width > *longest ? width : *longest;
}

/* ---- the whole ------------------------------------------------------------------- */

static void put_span(struct hc_page *page, const struct hc_workloads *w)
{
    hc_page_wrapf(page, HC_PAGE_INDENT,
        "%s – %s UTC: means over %s of it in which pods are known, %s of them on %s "
        "nodes.",
        hc_human_date(w->start_us).text, hc_human_date(w->end_us).text,
        hc_human_duration(w->total.hours * 3600).text, hc_human_count(w->total.pods).text,
        hc_human_count(w->n_nodes).text);
}

static void put_total(struct hc_page *page, const struct hc_workloads *w)
{
    static const struct hc_grid_column columns[] = {
        {"", 9, false},
        {"allocatable", 11, true},
        {"requested", 10, true},
        {"", 7, true},
        {"used", 10, true},
        {"", 7, true},
        {"limits", 10, true},
    };
    static const char *const titles[HC_RESOURCES] = {"CPU cores", "memory"};
    struct hc_grid grid;

    hc_page_blank(page);
    hc_grid_open(&grid, page, columns, HC_COUNT(columns), 0);
    for (size_t i = 0; i < HC_RESOURCES; i++) {
        const struct hc_budget_line *line = &w->total.lines[i];

        hc_grid_put(&grid, titles[i]);
        put_amount(&grid, i, line->allocatable);
        put_amount(&grid, i, line->requested);
        hc_grid_put_percent(&grid, line->requested_share);
        put_amount(&grid, i, line->used);
        hc_grid_put_percent(&grid, line->used_share);
        put_amount(&grid, i, line->limits);
    }
    hc_page_blank(page);
}

/* Of the values above; reasons that several share are said once. */
static void put_reasons(struct hc_page *page, const struct hc_workloads *w)
{
    for (size_t i = 0; i < HC_THROTTLED_SHARE; i++) {
        bool said = w->why[i].status == HC_AVAILABLE;

        for (size_t k = 0; k < i && !said; k++)
            said = !strcmp(w->why[k].reason, w->why[i].reason);
        if (said)
            continue;
        hc_page_style(page, HC_WARN);
        hc_page_text(page, "  not available:");
        hc_page_style(page, HC_PLAIN);
        hc_page_wrap(page, HC_PAGE_INDENT + 2, w->why[i].reason);
    }
}

static void put_missing(struct hc_page *page, const struct hc_workloads *w)
{
    const struct hc_budget_line *cpu = &w->total.lines[HC_BY_CPU],
                                *memory = &w->total.lines[HC_BY_MEMORY];

    if (w->moments)
        hc_page_fact(page, "moments of use",
            hc_human_percent((double)cpu->n / (double)cpu->expected).text,
            "with CPU, %s of %s while pods ran; memory %s", hc_human_short(cpu->n).text,
            hc_human_short(cpu->expected).text, hc_human_short(memory->n).text);
    if (w->moments_unmatched)
        hc_page_fact(page, "of unknown pods", hc_human_short(w->moments_unmatched).text,
            "%s", "moments of use left out: pods.parquet has no such pod then");
    if (w->rows_left_out || w->rows_shortened)
        hc_page_fact(page, "rows of pods",
            hc_human_short(w->rows_left_out + w->rows_shortened).text,
            "of %s: %s left out, %s cut where a later one begins",
            hc_human_short(w->rows).text, hc_human_short(w->rows_left_out).text,
            hc_human_short(w->rows_shortened).text);
}

static void put_unplaced(struct hc_page *page, const char *label,
    const struct hc_unplaced *unplaced, const char *meaning)
{
    if (unplaced->pods)
        hc_page_fact(page, label, hc_human_short(unplaced->pods).text,
            "%s: %s pod-hours, %s cores on average", meaning,
            hc_human_number(unplaced->pod_hours).text,
            hc_human_number(unplaced->requested[HC_BY_CPU]).text);
}

static void put_facts(struct hc_page *page, const struct hc_workloads *w)
{
    const struct hc_budget *total = &w->total;

    put_missing(page, w);
    if (!w->why[HC_CPU_REQUESTED].status)
        hc_page_fact(page, "no CPU request",
            hc_human_short(total->lines[HC_BY_CPU].no_request).text,
            "of %s pods, in %s of %s workloads; without one for memory: %s",
            hc_human_short(total->pods).text,
            hc_human_short(w->n_without[HC_BY_CPU]).text,
            hc_human_short(w->n_workloads).text,
            hc_human_short(total->lines[HC_BY_MEMORY].no_request).text);
    put_unplaced(page, "pending", &total->pending, "pods waited for a node");
    put_unplaced(page, "elsewhere", &total->elsewhere, "pods on nodes not there then");
    if (total->throttled_n)
        hc_page_fact(page, "throttled", hc_human_percent(total->throttled_share).text,
            "of the CPU periods of a pod, mean over %s moments",
            hc_human_short(total->throttled_n).text);
    if (!isnan(total->oom_kills))
        hc_page_fact(page, "OOM kills", hc_human_value(total->oom_kills, "count").text,
            "and %s restarts", hc_human_value(total->restarts, "count").text);
}

/* ---- clusters, nodes, namespaces ------------------------------------------------- */

/* The key by which the most of `n` are taken: what there is, shares first. */
static double rank_key(const struct hc_workloads *w, const struct hc_budget *budget)
{
    const struct hc_budget_line *cpu = &budget->lines[HC_BY_CPU];

    if (!w->why[HC_CPU_REQUESTED].status && !w->why[HC_CPU_ALLOCATABLE].status)
        return cpu->requested_share;
    if (!w->why[HC_CPU_REQUESTED].status)
        return cpu->requested;
    return w->why[HC_CPU_USED].status ? budget->mean_pods : cpu->used;
}

static size_t rank_budgets(struct hc_page *page, const struct hc_workloads *w,
    const struct hc_budget *budgets, size_t n, size_t most, struct hc_rank *rank)
{
    size_t longest = 0;

    hc_rank_init(rank, most);
    for (size_t i = 0; i < n; i++)
        hc_rank_offer(rank, i, rank_key(w, &budgets[i]));
    for (size_t i = 0; i < rank->n; i++) {
        struct hc_label label = budget_label(page, &budgets[rank->index[i]], LABEL);

        widen(&longest, &label);
    }
    return longest;
}

static void put_shares(struct hc_page *page, const char *title,
    const struct hc_budget *budgets, const struct hc_rank *rank, size_t longest)
{
    const struct hc_grid_column columns[] = {
        {title, 0, false},
        {"CPU req.", 8, true},
        {"used", 7, true},
        {"mem. req.", 9, true},
        {"used", 7, true},
        {"pods", 7, true},
        {"hours", 7, true},
    };
    struct hc_grid grid;

    hc_grid_open(&grid, page, columns, HC_COUNT(columns), longest);
    for (size_t i = 0; i < rank->n; i++) {
        const struct hc_budget *budget = &budgets[rank->index[i]];

        hc_grid_put(&grid, budget_label(page, budget, LABEL).text);
        for (size_t r = 0; r < HC_RESOURCES; r++) {
            hc_grid_put_percent(&grid, budget->lines[r].requested_share);
            hc_grid_put_percent(&grid, budget->lines[r].used_share);
        }
        hc_grid_put_short(&grid, budget->pods);
        hc_grid_put_number(&grid, budget->hours);
    }
}

static void put_amounts(struct hc_page *page, const struct hc_budget *budgets,
    const struct hc_rank *rank, size_t longest)
{
    static const struct hc_grid_column columns[] = {
        {"namespace", 0, false},
        {"CPU req.", 8, true},
        {"used", 8, true},
        {"mem. req.", 9, true},
        {"used", 9, true},
        {"pods", 7, true},
        {"restarts", 8, true},
    };
    struct hc_grid grid;

    hc_grid_open(&grid, page, columns, HC_COUNT(columns), longest);
    for (size_t i = 0; i < rank->n; i++) {
        const struct hc_budget *budget = &budgets[rank->index[i]];

        hc_grid_put(&grid, budget_label(page, budget, LABEL).text);
        for (size_t r = 0; r < HC_RESOURCES; r++) {
            put_amount(&grid, r, budget->lines[r].requested);
            put_amount(&grid, r, budget->lines[r].used);
        }
        hc_grid_put_short(&grid, budget->pods);
        hc_grid_put(&grid, hc_human_value(budget->restarts, "count").text);
    }
}

static void put_more(struct hc_page *page, size_t n, const char *where)
{
    if (n)
        hc_page_wrapf(
            page, HC_PAGE_INDENT, "… %s more in %s", hc_human_count(n).text, where);
}

static void put_budgets(struct hc_page *page, const struct hc_workloads *w)
{
    struct hc_rank rank;
    size_t longest;

    if (w->n_clusters) {
        longest =
            rank_budgets(page, w, w->clusters, w->n_clusters, SHOWN_CLUSTERS, &rank);
        hc_page_blank(page);
        put_shares(page, "cluster", w->clusters, &rank, longest);
        put_more(page, w->n_clusters - rank.n, "findings.json");
    }
    longest = rank_budgets(page, w, w->nodes, w->n_nodes, SHOWN_NODES, &rank);
    hc_page_blank(page);
    put_shares(page, "fullest nodes", w->nodes, &rank, longest);
    put_more(page, w->n_nodes - rank.n, "tables/workload_nodes.csv");
    longest =
        rank_budgets(page, w, w->namespaces, w->n_namespaces, SHOWN_NAMESPACES, &rank);
    hc_page_blank(page);
    put_amounts(page, w->namespaces, &rank, longest);
    put_more(page, w->n_namespaces - rank.n, "tables/workload_namespaces.csv");
}

/* ---- workloads ------------------------------------------------------------------- */

static size_t longest_workload(
    struct hc_page *page, const struct hc_workloads *w, const struct hc_rank *rank)
{
    size_t longest = 0;

    for (size_t i = 0; i < rank->n; i++) {
        struct hc_label label = workload_label(page, w, &w->top[rank->index[i]], LABEL);

        widen(&longest, &label);
    }
    return longest;
}

static void put_slack(struct hc_page *page, const struct hc_workloads *w, size_t resource,
    const char *title)
{
    const struct hc_grid_column columns[] = {
        {title, 0, false},
        {"requested", 10, true},
        {"used", 10, true},
        {"slack", 10, true},
        {"pods", 7, true},
        {"kind", 11, false},
    };
    struct hc_grid grid;
    struct hc_rank rank;

    hc_rank_init(&rank, SHOWN_TOP);
    for (size_t i = 0; i < w->n_top; i++)
        if (w->top[i].lines[resource].slack > 0)
            hc_rank_offer(&rank, i, w->top[i].lines[resource].slack);
    if (!rank.n)
        return;
    hc_page_blank(page);
    hc_grid_open(
        &grid, page, columns, HC_COUNT(columns), longest_workload(page, w, &rank));
    for (size_t i = 0; i < rank.n; i++) {
        const struct hc_workload *workload = &w->top[rank.index[i]];
        const struct hc_workload_line *line = &workload->lines[resource];

        hc_grid_put(&grid, workload_label(page, w, workload, LABEL).text);
        put_amount(&grid, resource, line->requested);
        put_amount(&grid, resource, line->used);
        put_amount(&grid, resource, line->slack);
        hc_grid_put_short(&grid, workload->pods);
        hc_grid_put(&grid, workload->kind);
    }
}

/* Those with a known use first. */
static void rank_no_request(const struct hc_workloads *w, struct hc_rank *rank)
{
    hc_rank_init(rank, SHOWN_TOP);
    for (size_t i = 0; i < w->n_top; i++) {
        const struct hc_workload_line *cpu = &w->top[i].lines[HC_BY_CPU],
                                      *memory = &w->top[i].lines[HC_BY_MEMORY];
        bool lacks = (cpu->no_request && !w->why[HC_CPU_REQUESTED].status) ||
                     (memory->no_request && !w->why[HC_MEMORY_REQUESTED].status);

        if (lacks)
            hc_rank_offer(rank, i, isnan(cpu->used) ? -1 : cpu->used);
    }
}

static void put_no_request(struct hc_page *page, const struct hc_workloads *w)
{
    static const struct hc_grid_column columns[] = {
        {"without a request", 0, false},
        {"CPU used", 9, true},
        {"mem. used", 9, true},
        {"pods", 6, true},
        {"no CPU", 6, true},
        {"no mem.", 7, true},
        {"kind", 11, false},
    };
    struct hc_grid grid;
    struct hc_rank rank;

    rank_no_request(w, &rank);
    if (!rank.n)
        return;
    hc_page_blank(page);
    hc_grid_open(
        &grid, page, columns, HC_COUNT(columns), longest_workload(page, w, &rank));
    for (size_t i = 0; i < rank.n; i++) {
        const struct hc_workload *workload = &w->top[rank.index[i]];

        hc_grid_put(&grid, workload_label(page, w, workload, LABEL).text);
        for (size_t r = 0; r < HC_RESOURCES; r++)
            put_amount(&grid, r, workload->lines[r].used);
        hc_grid_put_short(&grid, workload->pods);
        for (size_t r = 0; r < HC_RESOURCES; r++)
            hc_grid_put_short(&grid, workload->lines[r].no_request);
        hc_grid_put(&grid, workload->kind);
    }
}

void hc_term_workloads(struct hc_page *page, const struct hc_findings *f)
{
    const struct hc_workloads *w = &f->workloads;

    if (!hc_page_available(page, &w->verdict))
        return;
    put_span(page, w);
    put_total(page, w);
    put_reasons(page, w);
    put_facts(page, w);
    put_budgets(page, w);
    put_slack(page, w, HC_BY_CPU, "most CPU not used");
    put_slack(page, w, HC_BY_MEMORY, "most memory not used");
    put_no_request(page, w);
}
