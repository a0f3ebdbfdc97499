#include "report/gauge_text.h"

#include <math.h>
#include <string.h>

#include "model/metric.h"

static bool has_unit(int metric, const char *unit)
{
    return strstr(hc_metrics[metric].unit, unit) != NULL;
}

struct hc_human hc_gauge_text(int metric, double value)
{
    if (has_unit(metric, "fraction"))
        return hc_human_percent(value);
    if (!has_unit(metric, "bytes"))
        return hc_human_number(value);
    /* under a byte: of data that someone has scaled */
    return fabs(value) < 1 ? hc_human_text("%.2g B", value) : hc_human_bytes(value);
}

struct hc_human hc_gauge_change_text(int metric, double value)
{
    if (!isfinite(value))
        return hc_human_text("-");
    if (has_unit(metric, "fraction"))
        return hc_human_points(value);
    if (!has_unit(metric, "bytes")) /* two places would show no change */
        return hc_human_text("%+.2g", value);
    return hc_human_text(
        "%s%s", value < 0 ? "-" : "+", hc_gauge_text(metric, fabs(value)).text);
}
