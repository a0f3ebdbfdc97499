#include "base/mem.h"
#include "model/anomalies.h"

void hc_anomalies_clear(struct hc_anomalies *a)
{
    hc_free(a->events);
    hc_free(a->fleet);
    hc_free(a->nodes);
    hc_free(a->map);
    *a = (struct hc_anomalies){.n_events = 0};
}
