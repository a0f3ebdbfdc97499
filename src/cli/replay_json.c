#include <math.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/json.h"
#include "cli/replay.h"

/* ---- input ---- */

static void put_input(const struct hc_replay *r, struct hc_json *js)
{
    const struct hc_replay_options *o = r->options;
    const struct hc_trace *t = &r->trace;

    hc_json_key(js, "input");
    hc_json_open(js, '{');
    hc_json_kstr(js, "path", r->call->n_args ? r->call->args[0] : NULL);
    hc_json_kstr(js, "nodes_file", o->nodes);
    hc_json_kstr(js, "pods_file", o->pods);
    hc_json_kstr(js, "orders_file", o->orders);
    hc_json_kstr(js, "snapshot_file", o->snapshot);
    hc_json_kstr(js, "placements_file", o->placements);
    hc_json_kint(js, "nodes", (int64_t)t->n_nodes);
    hc_json_kint(js, "pods", (int64_t)t->n_pods);
    hc_json_kint(js, "shapes", (int64_t)t->n_shapes);
    hc_json_kint(js, "gpus", t->capacity_gpus);
    hc_json_kbool(js, "timed", t->timed);
    hc_json_key(js, "seeds");
    hc_json_open(js, '[');
    for (size_t i = 0; i < t->n_orders; i++)
        hc_json_int(js, t->orders[i].seed);
    hc_json_close(js, ']');
    hc_json_close(js, '}');
}

/* What is odd in the input, and what of it a replay does not look at. */
static void put_oddities(const struct hc_replay *r, struct hc_json *js)
{
    const struct {
        const char *key;
        uint64_t n;
    } counts[] = {
        {"pods_larger_than_any_node", r->odd.too_large},
        {"pods_deleted_before_created", r->odd.left_too_soon},
        {"pods_on_unknown_nodes", r->odd.no_such_node},
        {"pod_names_repeated", r->odd.repeated},
        {"pods_ended", r->notes.ended},
        {"pods_kept", r->notes.kept},
        {"pods_with_pod_affinity", r->notes.pod_affinity},
        {"pods_with_host_ports", r->notes.ports},
        {"pods_with_priority", r->notes.priorities},
    };

    hc_json_key(js, "oddities");
    hc_json_open(js, '{');
    for (size_t i = 0; i < HC_COUNT(counts); i++)
        hc_json_kint(js, counts[i].key, (int64_t)counts[i].n);
    hc_json_close(js, '}');
}

static void put_calibration(const struct hc_replay *r, struct hc_json *js)
{
    const struct hc_agreement *a = &r->agreement;

    hc_json_key(js, "calibration");
    if (!r->judge) {
        hc_json_null(js);
        return;
    }
    hc_json_open(js, '{');
    hc_json_kstr(js, "policy", r->judge->name);
    hc_json_kstr(js, "against", r->placements ? "placements" : "recorded");
    hc_json_kint(js, "judged", (int64_t)a->judged);
    hc_json_kint(js, "placed", (int64_t)a->placed);
    hc_json_kint(js, "in_best", (int64_t)a->in_best);
    hc_json_kint(js, "barred", (int64_t)a->barred);
    hc_json_kint(js, "behind", a->behind);
    hc_json_kint(js, "refused", (int64_t)a->refused);
    hc_json_kint(js, "refused_too", (int64_t)a->refused_too);
    hc_json_close(js, '}');
}

/* ---- results ---- */

/* What nobody can do without, and what an oracle does with. */
static void put_bound(const struct hc_replay *r, struct hc_json *js)
{
    const struct hc_bounds *b = &r->bounds;

    hc_json_key(js, "bound");
    hc_json_open(js, '{');
    hc_json_kint(js, "nodes", b->nodes);
    hc_json_kstr(js, "kind", hc_bound_kind_name(b->kind));
    hc_json_kbool(js, "impossible", b->impossible);
    hc_json_kint(js, "l1", b->l1.nodes);
    hc_json_kint(js, "l2", b->l2.nodes);
    hc_json_kint(js, "lp", b->lp.nodes);
    hc_json_kint(js, "by_pool", b->by_pool);
    hc_json_close(js, '}');
    hc_json_key(js, "oracle");
    hc_json_open(js, '{');
    hc_json_kstr(js, "method", "offline first-fit decreasing");
    hc_json_kint(js, "nodes", r->oracle.nodes);
    hc_json_kint(js, "pending", r->oracle.pending);
    hc_json_close(js, '}');
}

/* What had to fit: the pods of one moment, on the nodes of then. */
static void put_workload(const struct hc_replay *r, struct hc_json *js)
{
    const struct hc_needed *c = &r->needed;

    hc_json_key(js, "workload");
    if (!c->trials) {
        hc_json_null(js);
        return;
    }
    hc_json_open(js, '{');
    hc_json_key(js, "moment");
    if (r->trace.timed) {
        char text[HC_TIME_TEXT];

        hc_time_format(c->moment_us, text);
        hc_json_str(js, text);
    } else {
        hc_json_null(js);
    }
    hc_json_kint(js, "pods", (int64_t)c->n_pods);
    hc_json_kint(js, "nodes", (int64_t)c->n_present);
    put_bound(r, js);
    hc_json_close(js, '}');
}

static void put_measures(const struct hc_replay *r, struct hc_json *js)
{
    hc_json_key(js, "measures");
    hc_json_open(js, '[');
    for (size_t i = 0; i < HC_MEASURES; i++) {
        size_t best = hc_results_best(&r->results, (enum hc_measure_id)i);

        hc_json_open(js, '{');
        hc_json_kstr(js, "name", hc_measures[i].name);
        hc_json_kstr(js, "unit", hc_measures[i].unit);
        hc_json_kint(js, "better", hc_measures[i].better);
        hc_json_kstr(js, "meaning", hc_measures[i].meaning);
        hc_json_kstr(js, "best", best == SIZE_MAX ? NULL : r->mixes[best].name);
        hc_json_close(js, '}');
    }
    hc_json_close(js, ']');
}

static void put_spread(struct hc_json *js, const char *key, struct hc_range s)
{
    hc_json_key(js, key);
    if (!s.n) {
        hc_json_null(js);
        return;
    }
    hc_json_open(js, '{');
    hc_json_kint(js, "n", (int64_t)s.n);
    hc_json_knum(js, "mean", s.mean);
    hc_json_knum(js, "sd", s.sd);
    hc_json_knum(js, "min", s.least);
    hc_json_knum(js, "max", s.most);
    hc_json_close(js, '}');
}

static void put_parts(struct hc_json *js, const struct hc_mix *mix)
{
    hc_json_key(js, "parts");
    hc_json_open(js, '[');
    for (size_t i = 0; i < mix->n; i++) {
        hc_json_open(js, '{');
        hc_json_kstr(js, "policy", mix->parts[i].policy->name);
        hc_json_kint(js, "weight", mix->parts[i].weight);
        hc_json_kbool(js, "oracle", mix->parts[i].policy->oracle);
        hc_json_close(js, '}');
    }
    hc_json_close(js, ']');
}

struct few {
    bool known;
    uint32_t p90, least, most;
};

static void put_few(
    struct hc_json *js, const char *key, const struct few *few, size_t trials)
{
    hc_json_key(js, key);
    if (!few->known) {
        hc_json_null(js);
        return;
    }
    hc_json_open(js, '{');
    hc_json_kint(js, "p90", few->p90);
    hc_json_kint(js, "min", few->least);
    if (few->most)
        hc_json_kint(js, "max", few->most);
    hc_json_kint(js, "trials", (int64_t)trials);
    hc_json_close(js, '}');
}

static void put_nodes_needed(const struct hc_replay *r, size_t m, struct hc_json *js)
{
    struct few few = {false};

    few.known = r->needed.trials &&
                hc_needed_nodes(&r->needed, m, &few.p90, &few.least, &few.most);
    put_few(js, "nodes_needed", &few, r->needed.trials);
    few.known =
        r->lean.trials && hc_lean_nodes(&r->lean, m, &few.p90, &few.least, &few.most);
    put_few(js, "nodes_over_time", &few, r->lean.trials);
}

static void put_repacking(const struct hc_replay *r, size_t m, struct hc_json *js)
{
    const struct hc_repacking *p = r->repacking ? &r->repacking[m] : NULL;

    hc_json_key(js, "repacking");
    if (!p || !p->weeks) {
        hc_json_null(js);
        return;
    }
    hc_json_open(js, '{');
    hc_json_kint(js, "weeks", (int64_t)p->weeks);
    hc_json_knum(js, "pods", p->pods);
    hc_json_knum(js, "moved", p->moved);
    hc_json_knum(js, "refused", p->refused);
    hc_json_knum(js, "nodes_before", p->nodes_before);
    hc_json_knum(js, "nodes_after", p->nodes_after);
    hc_json_close(js, '}');
}

static void put_policy(const struct hc_replay *r, size_t m, struct hc_json *js)
{
    double scored = 0;

    for (size_t o = 0; o < r->trace.n_orders; o++)
        scored += (double)hc_results_at(&r->results, m, o)->scored;
    hc_json_open(js, '{');
    hc_json_kstr(js, "name", r->mixes[m].name);
    put_parts(js, &r->mixes[m]);
    hc_json_key(js, "measures");
    hc_json_open(js, '{');
    for (size_t i = 0; i < HC_MEASURES; i++)
        put_spread(js, hc_measures[i].name,
            hc_results_range(&r->results, m, (enum hc_measure_id)i));
    hc_json_close(js, '}');
    put_nodes_needed(r, m, js);
    put_repacking(r, m, js);
    hc_json_knum(js, "scored", scored / (double)r->trace.n_orders);
    hc_json_close(js, '}');
}

void hc_replay_json(const struct hc_replay *r, struct hc_buf *out)
{
    struct hc_json js;

    hc_json_init(&js, out, 4);
    hc_json_open(&js, '{');
    hc_json_kint(&js, "schema_version", 1);
    hc_json_ktime(&js, "generated_at", r->now_us);
    hc_json_kstr(&js, "hindcast", HC_VERSION);
    put_input(r, &js);
    put_oddities(r, &js);
    put_calibration(r, &js);
    put_measures(r, &js);
    put_workload(r, &js);
    hc_json_key(&js, "policies");
    hc_json_open(&js, '[');
    for (size_t m = 0; m < r->n_mixes; m++)
        put_policy(r, m, &js);
    hc_json_close(&js, ']');
    hc_json_close(&js, '}');
    hc_buf_putc(out, '\n');
}

/* ---- run.json ---- */

/* MLflow takes letters, digits and _ - . / and blanks in a key. */
static void metric_key(const char *policy, const char *measure, char *out, size_t cap)
{
    snprintf(out, cap, "%s.%s", policy, measure);
    for (; *out; out++)
        if (*out == '+' || *out == ':')
            *out = '_';
}

static void put_metrics(const struct hc_replay *r, struct hc_json *js)
{
    hc_json_key(js, "metrics");
    hc_json_open(js, '{');
    for (size_t m = 0; m < r->n_mixes; m++)
        for (size_t i = 0; i < HC_MEASURES; i++) {
            double mean = hc_results_range(&r->results, m, (enum hc_measure_id)i).mean;
            char key[HC_MIX_NAME + 64];

            metric_key(r->mixes[m].name, hc_measures[i].name, key, sizeof(key));
            if (isfinite(mean))
                hc_json_knum(js, key, mean);
        }
    hc_json_close(js, '}');
}

static void put_params(const struct hc_replay *r, struct hc_json *js)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf line = HC_BUF_INIT;
    char text[32];

    for (size_t i = 0; i < r->call->n_given; i++)
        hc_buf_printf(&line, "%s%s", i ? " " : "", r->call->given[i]);
    hc_json_key(js, "params");
    hc_json_open(js, '{');
    hc_json_kstr(js, "options", hc_buf_str(&line));
    snprintf(text, sizeof(text), "%zu", r->trace.n_nodes);
    hc_json_kstr(js, "nodes", text);
    snprintf(text, sizeof(text), "%zu", r->trace.n_pods);
    hc_json_kstr(js, "pods", text);
    snprintf(text, sizeof(text), "%zu", r->trace.n_orders);
    hc_json_kstr(js, "seeds", text);
    hc_json_close(js, '}');
    js->out->failed |= line.failed;
}

void hc_replay_run_json(const struct hc_replay *r, struct hc_buf *out)
{
    struct hc_json js;

    hc_json_init(&js, out, 0);
    hc_json_open(&js, '{');
    hc_json_kint(&js, "schema_version", 1);
    hc_json_kstr(&js, "command", "replay");
    hc_json_ktime(&js, "generated_at", r->now_us);
    hc_json_kstr(&js, "hindcast", HC_VERSION);
    put_params(r, &js);
    put_metrics(r, &js);
    hc_json_key(&js, "tags");
    hc_json_open(&js, '{');
    hc_json_close(&js, '}');
    hc_json_key(&js, "artifacts");
    hc_json_open(&js, '[');
    for (size_t i = 0; i < r->artifacts.n; i++)
        hc_json_str(&js, r->artifacts.items[i]);
    hc_json_close(&js, ']');
    hc_json_close(&js, '}');
    hc_buf_putc(out, '\n');
}
