#include "collect/join.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

void hc_join_clear(struct hc_join *join)
{
    for (size_t i = 0; i < join->n; i++) {
        hc_free(join->infos[i].cluster);
        hc_free(join->infos[i].ip);
        hc_free(join->infos[i].node);
        hc_free(join->infos[i].there);
    }
    hc_free(join->infos);
    *join = (struct hc_join){0};
}

static struct hc_join_info *add(
    struct hc_join *join, const char *cluster, const char *ip, const char *node)
{
    struct hc_join_info *info;

    if (hc_grow(&join->infos, &join->cap, join->n + 1, sizeof(*info)))
        return NULL;
    info = &join->infos[join->n++];
    *info = (struct hc_join_info){hc_strdup(cluster), hc_strdup(ip), hc_strdup(node),
        hc_alloc(join->n_points, sizeof(double))};
    if (!info->cluster || !info->ip || !info->node || !info->there)
        return NULL;
    for (size_t p = 0; p < join->n_points; p++)
        info->there[p] = NAN;
    return info;
}

struct hc_join_info *hc_join_info(
    struct hc_join *join, const char *cluster, const char *ip, const char *node)
{
    for (size_t i = 0; i < join->n; i++) {
        struct hc_join_info *info = &join->infos[i];

        if (!strcmp(info->ip, ip) && !strcmp(info->node, node) &&
            !strcmp(info->cluster, cluster))
            return info;
    }
    return add(join, cluster, ip, node);
}

void hc_join_address(const char *instance, char *out, size_t size)
{
    const char *colon = strrchr(instance, ':');
    size_t n = strlen(instance);

    if (*instance == '[' && strchr(instance, ']')) {
        instance++;
        n = (size_t)(strchr(instance, ']') - instance);
    } else if (colon && colon == strchr(instance, ':')) {
        n = (size_t)(colon - instance); /* two colons and no bracket: a bare IPv6 */
    }
    n = n < size ? n : size - 1;
    memcpy(out, instance, n);
    out[n] = '\0';
}

/* ---- who had it ---- */

static bool has_address(
    const struct hc_join_info *info, const char *cluster, const char *address)
{
    return !strcmp(info->ip, address) && !strcmp(info->cluster, cluster);
}

/* Where the run of moments that holds `point` began. */
static size_t began(const struct hc_join_info *info, size_t point)
{
    while (point && !isnan(info->there[point - 1]))
        point--;
    return point;
}

static bool is_before(
    const struct hc_join_info *a, const struct hc_join_info *b, size_t point)
{
    size_t at = began(a, point), bt = began(b, point);

    return at != bt ? at > bt : strcmp(a->node, b->node) < 0;
}

/* Of `mine`, who has the address at a moment; -1: nobody. */
static int32_t owner(
    const struct hc_join *join, const int32_t *mine, size_t n_mine, size_t point)
{
    int32_t best = -1;

    for (size_t k = 0; k < n_mine; k++) {
        const struct hc_join_info *info = &join->infos[mine[k]];

        if (!isnan(info->there[point]) &&
            (best < 0 || is_before(info, &join->infos[best], point)))
            best = mine[k];
    }
    return best;
}

/* Moments without an owner get the one before, the first ones the one behind. */
static bool fill_gaps(int32_t *owners, size_t n)
{
    size_t first = 0;

    while (first < n && owners[first] < 0)
        first++;
    if (first == n)
        return false;
    for (size_t p = 0; p < first; p++)
        owners[p] = owners[first];
    for (size_t p = first + 1; p < n; p++)
        if (owners[p] < 0)
            owners[p] = owners[p - 1];
    return true;
}

bool hc_join_nodes(
    const struct hc_join *join, const char *cluster, const char *address, int32_t *ret)
{
    enum { MOST = 256 };
    int32_t mine[MOST];
    size_t n = 0;

    for (size_t i = 0; i < join->n && n < MOST; i++)
        if (has_address(&join->infos[i], cluster, address))
            mine[n++] = (int32_t)i;
    for (size_t p = 0; n && p < join->n_points; p++)
        ret[p] = owner(join, mine, n, p);
    return n && fill_gaps(ret, join->n_points);
}
