#include <string.h>

#include "base/buf.h"
#include "duck/source.h"
#include "replay/explain.h"
#include "replay/fit.h"
#include "replay/spread.h"

enum { TERMS_MAX = HC_MIX_MAX * 3 + 4 };

enum soft_term { NOT_SOFT, TAINTS, AFFINITY, SPREAD, IMAGES };

/* A column of scores. */
struct term {
    const char *name;
    enum soft_term soft; /* else of a part of the mix */
    int (*score)(const struct hc_scene *scene, const struct hc_shape *shape, size_t node);
    size_t part;
    int weight;
};

struct explaining {
    struct hc_run *run;
    enum hc_explanation what;
    struct term terms[TERMS_MAX];
    size_t n_terms;
    struct hc_judgement judgement;
    bool judged;
    size_t node; /* the next to be looked at */
};

/* ---- which terms ---- */

static void add_term(struct explaining *e, struct term term)
{
    e->terms[e->n_terms++] = term;
}

static void list_terms(struct explaining *e, const struct hc_mix *mix)
{
    if (mix->soft) {
        add_term(e, (struct term){"ImageLocality", IMAGES, NULL, 0, 0});
        add_term(e, (struct term){"NodeAffinity", AFFINITY, NULL, 0, mix->soft});
        add_term(e, (struct term){"PodTopologySpread", SPREAD, NULL, 0, mix->soft});
        add_term(e, (struct term){"TaintToleration", TAINTS, NULL, 0, mix->soft});
    }
    for (size_t i = 0; i < mix->n; i++) {
        const struct hc_policy *p = mix->parts[i].policy;
        const struct hc_policy_term self[] = {{p->name, p->score}, {NULL, NULL}};

        for (const struct hc_policy_term *t = p->terms ? p->terms : self; t->name; t++)
            if (t->score)
                add_term(e,
                    (struct term){t->name, NOT_SOFT, t->score, i, mix->parts[i].weight});
    }
}

/* ---- rows ---- */

/* False: the term is not made for this pod. */
static bool term_score(const struct explaining *e, const struct term *t, int64_t *ret)
{
    const struct hc_judgement *j = &e->judgement;
    int own;

    switch (t->soft) {
    case TAINTS: *ret = (int64_t)t->weight * j->soft->taints[e->node]; return true;
    case AFFINITY:
        *ret = (int64_t)t->weight * j->soft->affinity[e->node];
        return j->affinity;
    case SPREAD: *ret = (int64_t)t->weight * j->soft->spread[e->node]; return j->spread;
    case IMAGES: *ret = 0; return true;
    case NOT_SOFT: break;
    }
    own = t->score(&j->scenes[t->part], j->shape, e->node);
    *ret = (int64_t)t->weight * own;
    return own >= 0;
}

static void put_start(const struct explaining *e, struct hc_source_rows *rows, size_t row)
{
    const struct hc_indexed_name *name =
        &hc_run_fleet(e->run)->trace->node_names.names[e->node];

    ((int64_t *)rows->data[0])[row] = (int64_t)e->judgement.index;
    hc_source_set_text(rows, 1, row, name->name, name->len);
}

static void put_scores(
    const struct explaining *e, struct hc_source_rows *rows, size_t row)
{
    for (size_t i = 0; i < e->n_terms; i++) {
        int64_t score;

        if (term_score(e, &e->terms[i], &score))
            ((int64_t *)rows->data[2 + i])[row] = score;
        else
            hc_source_set_null(rows, 2 + i, row);
    }
    ((int64_t *)rows->data[2 + e->n_terms])[row] = e->judgement.totals[e->node];
}

static enum hc_status put_reason(
    const struct explaining *e, struct hc_source_rows *rows, size_t row)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf reason = HC_BUF_INIT;
    uint8_t barred = e->judgement.soft->barred[e->node];

    hc_fit_refusal(hc_run_fleet(e->run), e->judgement.shape, e->node, &reason);
    if (!reason.len && barred)
        hc_buf_puts(&reason, hc_spread_reason((enum hc_spread_bar)barred));
    if (!reason.len)
        hc_buf_puts(&reason, "node(s) were barred by the policy");
    HC_TRY(hc_buf_check(&reason));
    hc_source_set_text(rows, 2, row, reason.text, reason.len);
    return HC_OK;
}

/* The next pod that is to be placed, judged; false: there are no more. */
static bool next_pod(struct explaining *e)
{
    struct hc_step step;

    if (e->judged && !hc_run_step(e->run, &step))
        return false;
    e->node = 0;
    while (!(e->judged = hc_run_judge(e->run, &e->judgement)))
        if (!hc_run_step(e->run, &step))
            return false;
    return true;
}

static enum hc_status fill(void *context, size_t partition, struct hc_source_rows *rows,
    size_t *ret_rows, struct hc_error *err)
{
    struct explaining *e = context;
    size_t n = hc_run_fleet(e->run)->n, row = 0;

    (void)partition;
    (void)err;
    while (row < rows->cap) {
        if (!e->judged || e->node == n) {
            if (!next_pod(e))
                break;
            continue;
        }
        if (e->judgement.soft->fits[e->node] == (e->what == HC_EXPLAIN_SCORES)) {
            put_start(e, rows, row);
            if (e->what == HC_EXPLAIN_SCORES)
                put_scores(e, rows, row);
            else
                HC_TRY(put_reason(e, rows, row));
            row++;
        }
        e->node++;
    }
    *ret_rows = row;
    return HC_OK;
}

enum hc_status hc_explain_write(struct hc_duck *duck, struct hc_run *run,
    const struct hc_mix *mix, enum hc_explanation what, const char *path,
    struct hc_error *err)
{
    struct explaining e = {.run = run, .what = what};
    struct hc_source_column columns[TERMS_MAX + 3] = {
        {"index", HC_SOURCE_INT64}, {"node", HC_SOURCE_TEXT}};
    struct hc_source source = {
        .columns = columns, .n_columns = 3, .partitions = 1, .fill = fill, .context = &e};

    if (what == HC_EXPLAIN_REJECTS) {
        columns[2] = (struct hc_source_column){"reason", HC_SOURCE_TEXT};
    } else {
        list_terms(&e, mix);
        for (size_t i = 0; i < e.n_terms; i++)
            columns[2 + i] = (struct hc_source_column){e.terms[i].name, HC_SOURCE_INT64};
        columns[2 + e.n_terms] = (struct hc_source_column){"total", HC_SOURCE_INT64};
        source.n_columns = 3 + e.n_terms;
    }
    return hc_duck_write_parquet(duck, &source, path, NULL, err);
}
