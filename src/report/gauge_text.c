#include "report/gauge_text.h"

#include <math.h>
#include <string.h>

#include "model/metric.h"

struct hc_human hc_gauge_text(int metric, double value)
{
    if (!strcmp(hc_metrics[metric].unit, "fraction"))
        return hc_human_percent(value);
    return strstr(hc_metrics[metric].unit, "bytes") ? hc_human_bytes(value)
                                                    : hc_human_number(value);
}

struct hc_human hc_gauge_change_text(int metric, double value)
{
    if (!isfinite(value))
        return hc_human_text("-");
    if (!strcmp(hc_metrics[metric].unit, "fraction"))
        return hc_human_points(value);
    return hc_human_text(
        "%s%s", value < 0 ? "-" : "+", hc_gauge_text(metric, fabs(value)).text);
}
