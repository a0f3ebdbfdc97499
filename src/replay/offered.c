#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "replay/offered.h"

#define NOT_THERE INT64_C(-1)

enum hc_status hc_offered_open(const struct hc_trace *trace, struct hc_offered *ret)
{
    struct hc_offered o = {.asked = hc_alloc(trace->n_pods + 1, sizeof(*o.asked))};

    if (!o.asked)
        return HC_NO_MEMORY;
    memset(o.asked, 0xFF, (trace->n_pods + 1) * sizeof(*o.asked)); /* NOT_THERE */
    *ret = o;
    return HC_OK;
}

void hc_offered_clear(struct hc_offered *offered)
{
    hc_free(offered->asked);
    *offered = (struct hc_offered){0};
}

static bool has_node(const struct hc_step *step)
{
    return step->outcome != HC_REFUSED && step->outcome != HC_NOTHING;
}

static int64_t amount(int64_t asked)
{
    return asked == NOT_THERE ? 0 : asked;
}

/* The pod asks for so much from now on. */
static void ask(struct hc_offered *o, const struct hc_step *step, int64_t cpu)
{
    int64_t more = amount(cpu) - amount(o->asked[step->pod]);

    o->offered += more;
    o->taken += has_node(step) ? more : 0;
    o->asked[step->pod] = cpu;
}

/* One that comes again and again without leaving is more each time. */
static void arrive(struct hc_offered *o, const struct hc_step *step, int64_t cpu)
{
    o->asked[step->pod] = NOT_THERE;
    ask(o, step, cpu);
}

static void look(struct hc_offered *o, double cpu)
{
    double x = rint(100 * (double)o->offered / cpu);

    if (!(cpu > 0) || !(x < HC_ALLOCATION_COLUMNS))
        return;
    o->sum[(size_t)x] += 100 * (double)o->taken / cpu;
    o->n[(size_t)x]++;
}

void hc_offered_add(struct hc_offered *o, const struct hc_trace *trace,
    const struct hc_step *step, double cpu)
{
    if (step->pod == HC_NOWHERE)
        return;
    switch (step->event->kind) {
    case HC_POD_ARRIVES:
        arrive(o, step, trace->shapes[trace->pods[step->pod].shape].cpu);
        if (step->outcome != HC_KEPT)
            look(o, cpu);
        break;
    case HC_POD_LEAVES: ask(o, step, NOT_THERE); break;
    case HC_POD_RESIZES:
        if (o->asked[step->pod] != NOT_THERE)
            ask(o, step, trace->shapes[step->event->shape].cpu);
        break;
    default: break;
    }
}

void hc_offered_columns(const struct hc_offered *o, double out[HC_ALLOCATION_COLUMNS])
{
    for (size_t i = 0; i < HC_ALLOCATION_COLUMNS; i++)
        out[i] = o->n[i] ? o->sum[i] / (double)o->n[i] : NAN;
}
