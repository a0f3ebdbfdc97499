#include "report/figure.h"

void hc_fig_nodes(
    struct hc_plot *plot, const struct hc_findings *f, const struct hc_series *series)
{
    (void)series;
    hc_figure_subtitle(plot, f, true);
    hc_figure_caption(plot, 100, "not yet");
}
