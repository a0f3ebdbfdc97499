#include "model/comparison.h"

#include "base/mem.h"

void hc_comparison_clear(struct hc_comparison *c)
{
    hc_free(c->cluster);
    hc_free(c->day);
    hc_free(c->nodes);
    *c = (struct hc_comparison){0};
}
