#include "model/patterns.h"

#include "base/mem.h"

void hc_patterns_clear(struct hc_patterns *p)
{
    hc_free(p->rhythm.cluster);
    hc_free(p->rhythm.profile);
    hc_free(p->rhythm.nodes);
    for (size_t i = 0; i < p->rhythm.n_parts; i++) {
        hc_free(p->rhythm.parts[i].season[0]);
        hc_free(p->rhythm.parts[i].season[1]);
        hc_free(p->rhythm.parts[i].trend);
        hc_free(p->rhythm.parts[i].remainder);
    }
    hc_free(p->rhythm.parts);
    for (size_t i = 0; i < p->growth.n_cluster; i++)
        hc_free(p->growth.cluster[i].daily);
    hc_free(p->growth.cluster);
    hc_free(p->growth.nodes);
    hc_free(p->changes.cluster);
    hc_free(p->changes.nodes);
    hc_free(p->changes.together);
    hc_free(p->twins.pairs);
    hc_free(p->twins.map);
    hc_free(p->twins.r);
    hc_free(p->roles.counts);
    hc_free(p->roles.nodes);
    hc_comparison_clear(&p->compare);
    *p = (struct hc_patterns){0};
}
