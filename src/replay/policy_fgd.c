/*
 * Fragmentation gradient descent: where a pod leaves least GPU that typical pods cannot
 * use
 *
 * F(node) is, over the typical kinds of pods (typical.h), the mean of the GPU thousandths
 * that are left and of no use to a pod of that kind: of GPUs with less left than it asks
 * where the node could take it, all that is left where it could not. A placement's score
 * is 100 / (1 + exp(-(F before - F after) / 1000)), truncated.
 *
 * F is six sums of doubles, each kind in the list's order adding to one, added in a fixed
 * order: an F that differs in its last bit turns 50 into 49, and the published values
 * with it. Exact integers or one sum are other policies, by a hair (tried: 269 to 354 of
 * 1,310 values on two of the published traces).
 *
 * F hangs on CPU left, model (rules that bar a model bar it on all its nodes) and what
 * the GPUs have left, in any order. It is kept by that state in a table: a run of the
 * openb trace meets 23,000 states; where there are many more, the table is emptied each
 * time that it has 131,072 of them. The key is a 128-bit fingerprint: sums, over the
 * GPUs, of two random words for what is left; two states in a million collide with a
 * chance of 2^-88.
 */
#include <math.h>

#include "base/mem.h"
#include "base/splitmix.h"
#include "replay/fit.h"
#include "replay/policy.h"
#include "replay/typical.h"

enum { FIRST_SLOTS = 1 << 14, MOST_SLOTS = 1 << 18 };

struct print {
    uint64_t a, b;
};

struct memo {
    struct print key;
    double value;
    bool full;
};

struct fgd {
    struct hc_kind *kinds;
    size_t n_kinds;
    uint32_t *millis;   /* distinct ones of the kinds */
    uint32_t *milli_of; /* [kinds] index into millis */
    size_t n_millis;
    struct print words[HC_GPU_WHOLE + 1]; /* of a GPU with so much left */
    struct memo *memos;
    size_t n_memos, n_slots; /* a power of two */
    double *before;          /* [nodes] F as it is */
    bool *known;             /* [nodes] */
};

/* ---- fingerprints ---- */

static uint64_t mix(uint64_t x)
{
    return hc_splitmix_next(&x);
}

static struct print fingerprint(
    const struct fgd *own, int64_t cpu, uint32_t model, const uint16_t *left, size_t gpus)
{
    struct print p = {mix((uint64_t)cpu) ^ mix(~(uint64_t)model),
        mix((uint64_t)cpu + (UINT64_C(1) << 62)) + mix(model)};

    for (size_t g = 0; g < gpus; g++) {
        p.a += own->words[left[g]].a;
        p.b += own->words[left[g]].b;
    }
    return p;
}

/* ---- F ---- */

/* A node as it would be. */
struct state {
    size_t node;
    int64_t cpu_left;
    uint16_t left[HC_GPUS_MAX];
    size_t gpus;
};

struct use {
    size_t n;     /* GPUs that have enough left */
    int64_t rest; /* left of the others */
};

static void count_use(const struct fgd *own, const struct state *s, struct use *uses)
{
    for (size_t m = 0; m < own->n_millis; m++) {
        uses[m] = (struct use){0};
        for (size_t g = 0; g < s->gpus; g++) {
            bool fits = s->left[g] >= own->millis[m];

            uses[m].n += fits;
            uses[m].rest += fits ? 0 : s->left[g];
        }
    }
}

enum { LACK_BOTH, LACK_GPU, LACK_CPU, CPU_OK, CPU_NO, NO_ACCESS, SUMS };

/* Which sum a kind adds to, and how much of what is left. */
static size_t sort_kind(const struct hc_kind *kind, const struct use *use, bool accepts,
    bool cpu_fits, int64_t total, int64_t *ret)
{
    bool gpus_fit = use->n >= kind->gpus;

    *ret = total;
    if (!kind->gpu_milli)
        return cpu_fits ? CPU_OK : CPU_NO;
    if (!accepts)
        return NO_ACCESS;
    if (gpus_fit && cpu_fits)
        *ret = use->rest;
    if (cpu_fits)
        return LACK_GPU;
    return gpus_fit ? LACK_CPU : LACK_BOTH;
}

static double compute(
    const struct hc_scene *scene, const struct fgd *own, const struct state *s)
{
    struct use uses[HC_GPU_WHOLE + 1];
    double sums[SUMS] = {0};
    int64_t total = 0;

    for (size_t g = 0; g < s->gpus; g++)
        total += s->left[g];
    count_use(own, s, uses);
    for (size_t k = 0; k < own->n_kinds; k++) {
        const struct hc_kind *kind = &own->kinds[k];
        const uint8_t *bars = scene->trace->rules[kind->rules].bars;
        bool accepts = !bars || !(bars[s->node] & HC_BAR_MODEL);
        int64_t amount;
        size_t sum = sort_kind(kind, &uses[own->milli_of[k]], accepts,
            s->cpu_left >= kind->cpu, total, &amount);

        sums[sum] += kind->share * (double)amount;
    }
    return ((((sums[LACK_BOTH] + sums[LACK_GPU]) + sums[LACK_CPU]) + sums[CPU_OK]) +
               sums[CPU_NO]) +
           sums[NO_ACCESS];
}

/* ---- the table ---- */

static struct memo *find(struct memo *memos, size_t n_slots, struct print key)
{
    size_t at = key.a & (n_slots - 1);

    while (memos[at].full && (memos[at].key.a != key.a || memos[at].key.b != key.b))
        at = (at + 1) & (n_slots - 1);
    return &memos[at];
}

/* Twice the slots; without memory for them, or past the most, the table is emptied. */
static void widen(struct fgd *own)
{
    struct memo *wider = NULL;

    if (own->n_slots < MOST_SLOTS)
        wider = hc_calloc(own->n_slots * 2, sizeof(*wider));
    own->n_memos = wider ? own->n_memos : 0;
    for (size_t i = 0; i < own->n_slots; i++)
        if (!wider)
            own->memos[i].full = false;
        else if (own->memos[i].full)
            *find(wider, own->n_slots * 2, own->memos[i].key) = own->memos[i];
    if (!wider)
        return;
    hc_free(own->memos);
    own->memos = wider;
    own->n_slots *= 2;
}

static double fragmentation(const struct hc_scene *scene, const struct state *s)
{
    struct fgd *own = scene->own;
    struct print key = fingerprint(
        own, s->cpu_left, scene->trace->nodes[s->node].model, s->left, s->gpus);
    struct memo *memo = find(own->memos, own->n_slots, key);

    if (memo->full)
        return memo->value;
    if (own->n_memos * 2 >= own->n_slots) {
        widen(own);
        memo = find(own->memos, own->n_slots, key);
    }
    own->n_memos++;
    *memo = (struct memo){key, compute(scene, own, s), true};
    return memo->value;
}

/* ---- scores ---- */

static struct state state_of(const struct hc_scene *scene, size_t node)
{
    struct state s = {.node = node,
        .cpu_left = scene->fleet->cpu_left[node],
        .gpus = scene->trace->nodes[node].gpus};
    const uint16_t *left = hc_fleet_gpus(scene->fleet, node);

    for (size_t g = 0; g < s.gpus; g++)
        s.left[g] = left[g];
    return s;
}

static double before(const struct hc_scene *scene, const struct state *s)
{
    struct fgd *own = scene->own;

    if (!own->known[s->node]) {
        own->before[s->node] = fragmentation(scene, s);
        own->known[s->node] = true;
    }
    return own->before[s->node];
}

static int rate(double before_f, double after_f)
{
    return (int)(1 / (1 + exp(-((before_f - after_f) / 1000))) * 100);
}

/* The best of the GPUs that have enough left, and the first that is as good. Those with
 * as much left as one before give the same. */
static int score_shared(const struct hc_scene *scene, const struct hc_shape *shape,
    struct state *s, double f, size_t *ret_gpu)
{
    int best = -1;

    for (size_t g = 0; g < s->gpus; g++) {
        uint16_t left = s->left[g];
        bool tried = left < shape->gpu_milli;
        int score;

        for (size_t i = 0; i < g && !tried; i++)
            tried = s->left[i] == left;
        if (tried)
            continue;
        s->left[g] = (uint16_t)(left - shape->gpu_milli);
        score = rate(f, fragmentation(scene, s));
        s->left[g] = left;
        if (score > best) {
            best = score;
            *ret_gpu = g;
        }
    }
    return best;
}

static int score(const struct hc_scene *scene, const struct hc_shape *shape, size_t node)
{
    struct state s = state_of(scene, node);
    double f = before(scene, &s);
    size_t gpu;

    s.cpu_left -= shape->cpu;
    if (hc_shape_shares(shape))
        return score_shared(scene, shape, &s, f, &gpu);
    for (uint32_t d = hc_fleet_devices(scene->fleet, shape, node); d; d &= d - 1)
        s.left[__builtin_ctz(d)] =
            (uint16_t)(s.left[__builtin_ctz(d)] - shape->gpu_milli);
    return rate(f, fragmentation(scene, &s));
}

static uint32_t devices(
    const struct hc_scene *scene, const struct hc_shape *shape, size_t node)
{
    struct state s = state_of(scene, node);
    double f = before(scene, &s);
    size_t gpu = 0;

    if (!hc_shape_shares(shape) || !hc_fit_gpus(scene->fleet, shape->gpu_milli, node))
        return hc_fleet_devices(scene->fleet, shape, node);
    s.cpu_left -= shape->cpu;
    score_shared(scene, shape, &s, f, &gpu);
    return UINT32_C(1) << gpu;
}

/* ---- what it keeps ---- */

static void close(void *p)
{
    struct fgd *own = p;

    if (!own)
        return;
    hc_free(own->kinds);
    hc_free(own->millis);
    hc_free(own->milli_of);
    hc_free(own->memos);
    hc_free(own->before);
    hc_free(own->known);
    hc_free(own);
}

static void closep(struct fgd **own)
{
    close(*own);
}

static enum hc_status number_millis(struct fgd *own)
{
    own->millis = hc_calloc(own->n_kinds + 1, sizeof(*own->millis));
    own->milli_of = hc_calloc(own->n_kinds + 1, sizeof(*own->milli_of));
    if (!own->millis || !own->milli_of)
        return HC_NO_MEMORY;
    for (size_t k = 0; k < own->n_kinds; k++) {
        size_t m = 0;

        while (m < own->n_millis && own->millis[m] != own->kinds[k].gpu_milli)
            m++;
        own->millis[m] = own->kinds[k].gpu_milli;
        own->n_millis += m == own->n_millis;
        own->milli_of[k] = (uint32_t)m;
    }
    return HC_OK;
}

static enum hc_status open(const struct hc_scene *scene, void **ret)
{
    HC_CLEANUP(closep) struct fgd *own = hc_calloc(1, sizeof(*own));

    if (!own)
        return HC_NO_MEMORY;
    HC_TRY(hc_typical_kinds(scene->trace, &own->kinds, &own->n_kinds));
    HC_TRY(number_millis(own));
    for (size_t i = 0; i <= HC_GPU_WHOLE; i++)
        own->words[i] = (struct print){
            mix(2 * i + (UINT64_C(1) << 40)), mix(2 * i + 1 + (UINT64_C(1) << 41))};
    own->n_slots = FIRST_SLOTS;
    own->memos = hc_calloc(own->n_slots, sizeof(*own->memos));
    own->before = hc_calloc(scene->trace->n_nodes + 1, sizeof(*own->before));
    own->known = hc_calloc(scene->trace->n_nodes + 1, sizeof(*own->known));
    if (!own->memos || !own->before || !own->known)
        return HC_NO_MEMORY;
    *ret = hc_take(&own);
    return HC_OK;
}

static void changed(const struct hc_scene *scene, size_t node)
{
    struct fgd *own = scene->own;

    own->known[node] = false;
}

const struct hc_policy hc_policy_fgd = {
    .name = "FGD",
    .formula = "100 / (1 + exp(-(F before - F after) / 1000)); F: GPU left that typical "
               "pods cannot use",
    .source = "FGD (USENIX ATC'23); hkust-adsl/kubernetes-scheduler-simulator",
    .most = 100,
    .score = score,
    .devices = devices,
    .open = open,
    .changed = changed,
    .close = close,
};
