#include "findings/window.h"

#include <stdlib.h>

#include "base/mem.h"

enum { HOUR_S = 3600, WEEK_S = 7 * 86400 };

struct moment {
    int64_t at_s;
    uint64_t weight;
};

static int by_time(const void *a, const void *b)
{
    int64_t x = ((const struct moment *)a)->at_s, y = ((const struct moment *)b)->at_s;

    return (x > y) - (x < y);
}

static int64_t hour_of(int64_t us)
{
    return hc_floor_div(us, (int64_t)HOUR_S * 1000000) * HOUR_S;
}

/* Hours with data; where no hour has any (load alone), first and last of the nodes. */
static size_t list_moments(const struct hc_findings *f, struct moment *moments)
{
    const struct hc_summary *s = f->summary;
    size_t n = 0;

    for (size_t i = 0; i < f->n_needs; i++)
        moments[n++] = (struct moment){f->needs[i].start_s, f->needs[i].present};
    for (size_t i = 0; i < s->n_nodes && !f->n_needs; i++) {
        moments[n++] = (struct moment){hour_of(s->nodes[i].first_us), 1};
        moments[n++] = (struct moment){hour_of(s->nodes[i].last_us), 1};
    }
    qsort(moments, n, sizeof(*moments), by_time);
    return n;
}

/* Index of the moment at which `share` of the weight is reached. */
static size_t at_share(const struct moment *moments, size_t n, double share)
{
    double all = 0, sum = 0;

    for (size_t i = 0; i < n; i++)
        all += (double)moments[i].weight;
    for (size_t i = 0; i < n; i++) {
        sum += (double)moments[i].weight;
        if (sum >= share * all)
            return i;
    }
    return n - 1;
}

static void find_window(
    const struct moment *moments, size_t n, int64_t *ret_first_s, int64_t *ret_last_s)
{
    size_t low = at_share(moments, n, 0.005), high = at_share(moments, n, 0.995);
    int64_t fifth = (moments[high].at_s - moments[low].at_s) / 5;
    int64_t reach = fifth > WEEK_S ? fifth : WEEK_S;

    while (low && moments[low].at_s - moments[low - 1].at_s <= reach)
        low--;
    while (high + 1 < n && moments[high + 1].at_s - moments[high].at_s <= reach)
        high++;
    *ret_first_s = moments[low].at_s;
    *ret_last_s = moments[high].at_s;
}

enum hc_status hc_window_find(const struct hc_findings *f, struct hc_window *ret)
{
    size_t most = f->n_needs + 2 * f->summary->n_nodes, n;
    HC_CLEANUP(hc_freep) struct moment *moments = hc_alloc(most, sizeof(*moments));

    *ret = (struct hc_window){0};
    if (!moments)
        return HC_NO_MEMORY;
    n = list_moments(f, moments);
    if (!n)
        return HC_OK;
    find_window(moments, n, &ret->first_s, &ret->last_s);
    ret->hours = (size_t)((ret->last_s - ret->first_s) / HOUR_S) + 1;
    return HC_OK;
}
