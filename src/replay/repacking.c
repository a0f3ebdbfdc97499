#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "replay/repacking.h"

#define WEEK_US (7 * HC_DAY_US)

/* Memory for one moment. */
struct moment {
    uint32_t *pods; /* placed, or staying, as they came */
    size_t n;
    struct hc_order order;
    bool *used; /* [nodes] */
};

static void clear_moment(struct moment *m)
{
    hc_free(m->pods);
    hc_free(m->order.node_at);
    hc_free(m->used);
}

static enum hc_status open_moment(const struct hc_trace *t, struct moment *m)
{
    m->pods = hc_alloc(t->n_pods + 1, sizeof(*m->pods));
    m->order.node_at = hc_alloc(t->n_nodes + 1, sizeof(*m->order.node_at));
    m->used = hc_alloc(t->n_nodes + 1, sizeof(*m->used));
    return m->pods && m->order.node_at && m->used ? HC_OK : HC_NO_MEMORY;
}

/* Nodes with a pod that was placed. */
static size_t count_used(
    const struct hc_trace *t, const struct hc_run *run, const struct moment *m)
{
    size_t n = 0;

    memset(m->used, 0, t->n_nodes * sizeof(*m->used));
    for (size_t i = 0; i < m->n; i++) {
        uint32_t node = hc_run_node_of(run, m->pods[i]);

        if (node == HC_NOWHERE || t->pods[m->pods[i]].pinned || m->used[node])
            continue;
        m->used[node] = true;
        n++;
    }
    return n;
}

/* Who is there after the first n events, and which nodes, those first; how many. */
static size_t look(
    const struct hc_trace *t, const struct hc_run *run, size_t n, struct moment *m)
{
    const struct hc_fleet *fleet = hc_run_fleet(run);
    size_t at = 0, present = 0;

    m->n = 0;
    for (size_t i = 0; i < n; i++)
        if (t->events[i].kind == HC_POD_ARRIVES &&
            hc_run_node_of(run, t->events[i].subject) != HC_NOWHERE)
            m->pods[m->n++] = t->events[i].subject;
    for (int there = 1; there >= 0; there--) {
        for (size_t i = 0; i < t->n_nodes; i++) {
            uint32_t node = t->orders[0].node_at[i];

            if (fleet->present[node] == (there == 1))
                m->order.node_at[at++] = node;
        }
        present = there ? at : present;
    }
    m->order.seed = t->orders[0].seed;
    m->order.arrivals = m->pods;
    m->order.n_arrivals = m->n;
    return present;
}

static void compare(const struct hc_trace *t, const struct hc_run *now,
    const struct hc_run *anew, const struct moment *m, struct hc_repacking *sum)
{
    for (size_t i = 0; i < m->n; i++) {
        uint32_t before = hc_run_node_of(now, m->pods[i]);
        uint32_t after = hc_run_node_of(anew, m->pods[i]);

        if (t->pods[m->pods[i]].pinned)
            continue;
        sum->pods++;
        sum->moved += after != HC_NOWHERE && after != before;
        sum->refused += after == HC_NOWHERE;
    }
    sum->nodes_before += (double)count_used(t, now, m);
    sum->nodes_after += (double)count_used(t, anew, m);
    sum->weeks++;
}

static enum hc_status repack(const struct hc_replay_request *r, size_t mix,
    const struct hc_run *now, size_t n_events, struct moment *m, struct hc_repacking *sum)
{
    const size_t present = look(r->trace, now, n_events, m);
    const struct hc_run_request request = {.trace = r->trace,
        .mix = &r->mixes[mix],
        .order = &m->order,
        .nodes_kept = present,
        .cache_bytes = (size_t)r->cache_bytes};
    HC_CLEANUP(hc_run_closep) struct hc_run *anew = NULL;
    struct hc_step step;

    if (!m->n || !present)
        return HC_OK;
    HC_TRY(hc_run_open(&request, &anew));
    while (hc_run_step(anew, &step))
        ;
    compare(r->trace, now, anew, m, sum);
    return r->stop && atomic_load(r->stop) ? HC_INTERRUPTED : HC_OK;
}

static enum hc_status follow(const struct hc_replay_request *r, size_t mix,
    struct moment *m, struct hc_repacking *sum)
{
    const struct hc_trace *t = r->trace;
    const struct hc_run_request request = {.trace = t,
        .mix = &r->mixes[mix],
        .order = &t->orders[0],
        .cache_bytes = (size_t)r->cache_bytes};
    HC_CLEANUP(hc_run_closep) struct hc_run *run = NULL;
    int64_t next_us = t->start_us + WEEK_US;
    struct hc_step step;

    HC_TRY(hc_run_open(&request, &run));
    for (size_t n = 1; hc_run_step(run, &step); n++) {
        if (step.event->time_us < next_us || step.event->time_us > t->end_us)
            continue;
        next_us += ((step.event->time_us - next_us) / WEEK_US + 1) * WEEK_US;
        HC_TRY(repack(r, mix, run, n, m, sum));
    }
    return HC_OK;
}

static void make_means(struct hc_repacking *sum)
{
    double weeks = sum->weeks ? (double)sum->weeks : 1;

    sum->pods /= weeks;
    sum->moved /= weeks;
    sum->refused /= weeks;
    sum->nodes_before /= weeks;
    sum->nodes_after /= weeks;
}

enum hc_status hc_repacking_find(const struct hc_replay_request *request,
    struct hc_repacking *ret, struct hc_error *err)
{
    const struct hc_trace *t = request->trace;
    HC_CLEANUP(clear_moment) struct moment moment = {0};
    bool any = t->timed && !t->orders[0].n_arrivals;

    memset(ret, 0, request->n_mixes * sizeof(*ret));
    HC_TRY(open_moment(t, &moment));
    for (size_t m = 0; any && m < request->n_mixes; m++) {
        enum hc_policy_kind kind = hc_mix_lead(&request->mixes[m])->kind;
        enum hc_status status = HC_OK;

        if (kind != HC_POLICY_RECORDED && kind != HC_POLICY_SORTED)
            status = follow(request, m, &moment, &ret[m]);
        if (status)
            return status == HC_INTERRUPTED ? hc_fail(err, status, "interrupted")
                                            : status;
        make_means(&ret[m]);
    }
    return HC_OK;
}
