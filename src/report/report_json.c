#include "report/human.h"
#include "report/json_sections.h"
#include "report/report_json.h"

/* findings.json, key by key. */
static const struct {
    const char *key;
    void (*write)(struct hc_json *js, const struct hc_findings *f);
} sections[] = {
    {"input", hc_json_input},
    {"quality", hc_json_quality},
    {"temporal", hc_json_temporal},
    {"nodes", hc_json_nodes},
    {"columns", hc_json_columns},
    {"correlation", hc_json_correlation},
    {"baseline", hc_json_baseline},
    {"trends", hc_json_trends},
    {"rhythm", hc_json_rhythm},
    {"growth", hc_json_growth},
    {"changes", hc_json_changes},
    {"twins", hc_json_twins},
    {"roles", hc_json_roles},
    {"anomalies", hc_json_anomalies},
    {"compare", hc_json_compare},
    {"workloads", hc_json_workloads},
    {"opportunity", hc_json_opportunity},
    {"replay", hc_json_replay},
    {"insights", hc_json_insights},
    {"insights_status", hc_json_insights_status},
    {"groups", hc_json_groups},
    {"findings", hc_json_findings},
};

void hc_json_document(struct hc_json *js, const struct hc_findings *f)
{
    hc_json_open(js, '{');
    hc_json_kint(js, "schema_version", 1);
    hc_json_kstr(js, "generated_at", f->settings->generated_at);
    hc_json_kstr(js, "hindcast", HC_VERSION);
    for (size_t i = 0; i < HC_COUNT(sections); i++) {
        hc_json_key(js, sections[i].key);
        sections[i].write(js, f);
    }
    hc_json_close(js, '}');
}

void hc_report_findings_json(struct hc_buf *out, const struct hc_findings *f)
{
    struct hc_json js;

    hc_json_init(&js, out, 0);
    hc_json_document(&js, f);
    hc_buf_putc(out, '\n');
}

void hc_report_insights_json(struct hc_buf *out, const struct hc_findings *f)
{
    struct hc_json js;

    hc_json_init(&js, out, 0);
    hc_json_insights(&js, f);
    hc_buf_putc(out, '\n');
}
