#include "base/mem.h"
#include "model/findings.h"

void hc_findings_clear(struct hc_findings *f)
{
    if (!f)
        return;
    hc_free(f->quality.fleet_gaps);
    hc_free(f->correlation.pairs);
    hc_free(f->trends.nodes);
    hc_free(f->needs);
    hc_workloads_clear(&f->workloads);
    hc_patterns_clear(&f->patterns);
    hc_anomalies_clear(&f->anomalies);
    hc_placement_clear(&f->placement);
    for (size_t i = 0; i < f->n_groups; i++)
        hc_free(f->groups[i].value);
    hc_free(f->groups);
    for (size_t i = 0; i < f->n_statements; i++) {
        hc_free(f->statements[i].title);
        hc_free(f->statements[i].statement);
        hc_free(f->statements[i].sql);
    }
    hc_free(f->statements);
    *f = (struct hc_findings){0};
}
