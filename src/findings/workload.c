/*
 * workload.c - what is said of pods: asked for, used, and what the nodes have
 *
 * The section itself is made by workload/; here it is put into sentences.
 */
#include <math.h>
#include <stdio.h>

#include "findings/draft.h"

static const char method[] = "method:workload";

/* Why a value of a resource is missing; HC_AVAILABLE: it is there. */
static const struct hc_verdict *why(
    const struct hc_workloads *w, size_t resource, enum hc_workload_value cpu_value)
{
    const int apart = HC_MEMORY_ALLOCATABLE - HC_CPU_ALLOCATABLE;

    if (w->verdict.status)
        return &w->verdict;
    return &w->why[(int)cpu_value + (int)resource * apart];
}

/* 58.2 cores; or bytes with a prefix. */
static struct hc_phrase amount(size_t resource, double value)
{
    static const char *const prefixes[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    struct hc_phrase out;
    size_t i = 0;

    if (resource == HC_BY_CPU)
        return hc_phrase_number(value);
    for (; i + 1 < HC_COUNT(prefixes) && fabs(value) >= 1024; i++)
        value /= 1024;
    snprintf(out.text, sizeof(out.text), "%.30s %s", hc_phrase_number(value).text,
        prefixes[i]);
    return out;
}

/* ---- requested and used ---------------------------------------------------------- */

static const struct words {
    const char *requested_id, *used_id, *requested_title, *used_title;
    int requested_weight, used_weight;
} words[HC_RESOURCES] = {
    {"workload.cpu_requested", "workload.cpu_used", "CPU requested by pods",
        "CPU used by pods", 97, 46},
    {"workload.memory_requested", "workload.memory_used", "Memory requested by pods",
        "Memory used by pods", 76, 40},
};

static void add_use(struct hc_buf *text, const struct hc_workloads *w, size_t resource)
{
    const struct hc_budget_line *line = &w->total.lines[resource];

    if (isnan(line->used_share))
        hc_buf_puts(text, "; use is not known");
    else
        hc_buf_printf(text, " and %s is used", hc_phrase_percent(line->used_share).text);
}

static enum hc_status say_requested(struct hc_findings *out, size_t resource)
{
    const struct hc_workloads *w = &out->workloads;
    const struct hc_budget_line *line = &w->total.lines[resource];
    const struct hc_verdict *requested = why(w, resource, HC_CPU_REQUESTED);
    const struct hc_verdict *there = why(w, resource, HC_CPU_ALLOCATABLE);
    HC_CLEANUP(hc_draft_clear)
    struct hc_draft d = hc_draft(words[resource].requested_id,
        words[resource].requested_title, words[resource].requested_weight);

    if (requested->status)
        return hc_draft_refuse(&d, out, requested->status, "%s", requested->reason);
    if (there->status)
        return hc_draft_refuse(&d, out, there->status, "%s", there->reason);
    if (isnan(line->requested_share))
        return hc_draft_refuse(&d, out, HC_NOT_ENOUGH_DATA, "nothing is allocatable");
    hc_draft_value(&d, line->requested_share, "fraction", w->total.pods);
    d.head.source = method;
    hc_buf_printf(&d.text, "Requests fill %s of the allocatable %s (%s of %s%s)",
        hc_phrase_percent(line->requested_share).text, hc_resources[resource].title,
        amount(resource, line->requested).text, amount(resource, line->allocatable).text,
        resource == HC_BY_CPU ? " cores" : "");
    add_use(&d.text, w, resource);
    hc_buf_printf(&d.text, ": means over %s, %s.",
        hc_phrase_duration(w->total.hours * 3600).text,
        hc_phrase_plural(w->total.pods, "pod").text);
    return hc_draft_end(&d, out);
}

static enum hc_status say_used(struct hc_findings *out, size_t resource)
{
    const struct hc_workloads *w = &out->workloads;
    const struct hc_budget_line *line = &w->total.lines[resource];
    const struct hc_verdict *used = why(w, resource, HC_CPU_USED);
    const struct hc_verdict *there = why(w, resource, HC_CPU_ALLOCATABLE);
    HC_CLEANUP(hc_draft_clear)
    struct hc_draft d = hc_draft(
        words[resource].used_id, words[resource].used_title, words[resource].used_weight);

    if (used->status)
        return hc_draft_refuse(&d, out, used->status, "%s", used->reason);
    if (there->status)
        return hc_draft_refuse(&d, out, there->status, "%s", there->reason);
    if (isnan(line->used_share))
        return hc_draft_refuse(&d, out, HC_NOT_ENOUGH_DATA,
            "nothing is allocatable, or no running pod has a value");
    hc_draft_value(&d, line->used_share, "fraction", line->n);
    d.head.source = method;
    hc_buf_printf(&d.text, "Pods use %s of the allocatable %s",
        hc_phrase_percent(line->used_share).text, hc_resources[resource].title);
    if (line->requested > 0)
        hc_buf_printf(&d.text, ", %s of what they request",
            hc_phrase_percent(line->used / line->requested).text);
    hc_buf_printf(&d.text, "; %s of %s moments have a value.",
        hc_phrase_count(line->n).text, hc_phrase_count(line->expected).text);
    return hc_draft_end(&d, out);
}

/* ---- pods without requests ------------------------------------------------------- */

static void add_workload(struct hc_buf *text, const struct hc_workload *workload)
{
    hc_phrase_name(text, workload->name);
    hc_buf_puts(text, " of namespace ");
    hc_phrase_name(text, workload->namespace);
}

/* Of those without a CPU request, the one that uses most CPU; NULL: none has a use. */
static const struct hc_workload *most_used(const struct hc_workloads *w)
{
    const struct hc_workload *most = NULL;

    for (size_t i = 0; i < w->n_top; i++) {
        const struct hc_workload_line *line = &w->top[i].lines[HC_BY_CPU];

        if (line->no_request && line->used > 0 &&
            (!most || line->used > most->lines[HC_BY_CPU].used))
            most = &w->top[i];
    }
    return most;
}

static enum hc_status say_no_requests(struct hc_findings *out)
{
    const struct hc_workloads *w = &out->workloads;
    const struct hc_verdict *requested = why(w, HC_BY_CPU, HC_CPU_REQUESTED);
    uint64_t pods = w->total.lines[HC_BY_CPU].no_request;
    const struct hc_workload *most = most_used(w);
    HC_CLEANUP(hc_draft_clear)
    struct hc_draft d =
        hc_draft("workload.no_requests", "Pods without a CPU request", pods ? 62 : 18);

    if (requested->status)
        return hc_draft_refuse(&d, out, requested->status, "%s", requested->reason);
    if (!w->total.pods)
        return hc_draft_refuse(&d, out, HC_NOT_ENOUGH_DATA, "no pod has a node");
    hc_draft_value(&d, (double)pods, "pods", w->total.pods);
    d.head.source = method;
    if (!pods) {
        hc_buf_printf(&d.text, "All %s have a CPU request.",
            hc_phrase_plural(w->total.pods, "pod").text);
        return hc_draft_end(&d, out);
    }
    hc_buf_printf(&d.text, "%s of %s (%s) ask for no CPU", hc_phrase_count(pods).text,
        hc_phrase_plural(w->total.pods, "pod").text,
        hc_phrase_plural(w->n_without[HC_BY_CPU], "workload").text);
    if (most) {
        hc_buf_puts(&d.text, "; of these ");
        add_workload(&d.text, most);
        hc_buf_printf(&d.text, " uses most: %s cores",
            hc_phrase_number(most->lines[HC_BY_CPU].used).text);
    }
    hc_buf_puts(&d.text, ".");
    return hc_draft_end(&d, out);
}

/* ---- slack, and kills ------------------------------------------------------------ */

static enum hc_status say_slack(struct hc_findings *out)
{
    const struct hc_workloads *w = &out->workloads;
    const struct hc_verdict *requested = why(w, HC_BY_CPU, HC_CPU_REQUESTED);
    const struct hc_verdict *used = why(w, HC_BY_CPU, HC_CPU_USED);
    const struct hc_workload *most = w->n_top ? &w->top[0] : NULL;
    HC_CLEANUP(hc_draft_clear)
    struct hc_draft d = hc_draft("workload.slack", "Largest slack of a workload", 54);

    if (requested->status)
        return hc_draft_refuse(&d, out, requested->status, "%s", requested->reason);
    if (used->status)
        return hc_draft_refuse(&d, out, used->status, "%s", used->reason);
    if (!most || !(most->lines[HC_BY_CPU].slack > 0))
        return hc_draft_refuse(&d, out, HC_NOT_ENOUGH_DATA,
            "no workload with a CPU request and a use asks for more than it uses");
    hc_draft_value(&d, most->lines[HC_BY_CPU].slack, "cores", most->pods);
    d.head.source = method;
    add_workload(&d.text, most);
    hc_buf_printf(&d.text, " asks for %s cores more than it uses, the most of %s.",
        hc_phrase_number(most->lines[HC_BY_CPU].slack).text,
        hc_phrase_plural(w->n_workloads, "workload").text);
    return hc_draft_end(&d, out);
}

static enum hc_status say_oom_kills(struct hc_findings *out)
{
    const struct hc_workloads *w = &out->workloads;
    const struct hc_verdict *verdict =
        w->verdict.status ? &w->verdict : &w->why[HC_OOM_KILLS];
    const struct hc_budget *most = NULL;
    double kills = w->total.oom_kills;
    HC_CLEANUP(hc_draft_clear)
    struct hc_draft d =
        hc_draft("workload.oom_kills", "Killed for memory", kills > 0 ? 60 : 14);

    if (verdict->status)
        return hc_draft_refuse(&d, out, verdict->status, "%s", verdict->reason);
    if (isnan(kills))
        return hc_draft_refuse(
            &d, out, HC_NOT_ENOUGH_DATA, "no moment of a known pod tells of kills");
    for (size_t i = 0; i < w->n_namespaces; i++)
        if (w->namespaces[i].oom_kills > (most ? most->oom_kills : 0))
            most = &w->namespaces[i];
    hc_draft_value(&d, kills, "count", w->moments - w->moments_unmatched);
    d.head.source = method;
    if (!most) {
        hc_buf_puts(&d.text, "No container of a known pod was killed for memory.");
        return hc_draft_end(&d, out);
    }
    hc_buf_printf(&d.text,
        "Containers were killed for memory %s times, most in namespace ",
        hc_phrase_number(kills).text);
    hc_phrase_name(&d.text, most->name);
    hc_buf_printf(&d.text, " (%s).", hc_phrase_number(most->oom_kills).text);
    return hc_draft_end(&d, out);
}

static enum hc_status say(const struct hc_view *view HC_UNUSED, struct hc_findings *out)
{
    for (size_t i = 0; i < HC_RESOURCES; i++) {
        HC_TRY(say_requested(out, i));
        HC_TRY(say_used(out, i));
    }
    HC_TRY(say_no_requests(out));
    HC_TRY(say_slack(out));
    return say_oom_kills(out);
}

const struct hc_finding hc_finding_workload = {
    .name = "workload",
    .say = say,
};
