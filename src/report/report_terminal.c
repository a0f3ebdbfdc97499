#include <string.h>

#include "base/utf8.h"
#include "report/human.h"
#include "report/page.h"
#include "report/report_terminal.h"
#include "report/terminal_sections.h"

enum { STATEMENTS = 5, SHOWN_FILES = 3, SHOWN_NOTES = 6, VALUE_AT = 18 };

static bool has_groups(const struct hc_findings *f)
{
    return f->n_groups > 0;
}

static bool was_compared(const struct hc_findings *f)
{
    return f->patterns.compare.asked;
}

static bool only_on_request(const struct hc_findings *f)
{
    (void)f;
    return false;
}

/* The order of the notebook. A row here is a section of `hindcast show`. */
const struct hc_terminal_section hc_terminal_sections[] = {
    {"statements", "What matters most", "", hc_term_statements, NULL},
    {"quality", "Data quality", "", hc_term_quality, NULL},
    {"temporal", "Temporal patterns", "", hc_term_temporal, NULL},
    {"nodes", "Nodes", "", hc_term_nodes, NULL},
    {"groups", "Groups", "", hc_term_groups, has_groups},
    {"columns", "Columns", "", hc_term_columns, only_on_request},
    {"correlation", "Correlation", "", hc_term_correlation, NULL},
    {"baseline", "Baseline", "", hc_term_baseline, NULL},
    {"trends", "Trends", "", hc_term_trends, NULL},
    {"weekly", "Week", "", hc_term_weekly, NULL},
    {"rhythm", "Rhythm", "", hc_term_rhythm, NULL},
    {"growth", "Growth", "", hc_term_growth, NULL},
    {"changes", "Changes of level", "", hc_term_changes, NULL},
    {"twins", "Twins and opposites", "", hc_term_twins, NULL},
    {"roles", "Roles", "", hc_term_roles, NULL},
    {"anomalies", "Anomalies", "", hc_term_anomalies, NULL},
    {"compare", "Comparison", "(--compare)", hc_term_compare, was_compared},
    {"workloads", "Workloads", "", hc_term_workloads, NULL},
    {"opportunity", "Opportunity", "", hc_term_opportunity, NULL},
    {"replay", "Replay", "", hc_term_replay, hc_term_has_replay},
    {"insights", "Insights", "(insights.json)", hc_term_insights, NULL},
};
const size_t hc_terminal_sections_count = HC_COUNT(hc_terminal_sections);

const struct hc_terminal_section *hc_terminal_section_find(const char *name)
{
    for (size_t i = 0; i < HC_COUNT(hc_terminal_sections); i++)
        if (!strcmp(name, hc_terminal_sections[i].name))
            return &hc_terminal_sections[i];
    return NULL;
}

/* ---- head ------------------------------------------------------------------------ */

/* "UTC", "+01:00" */
static struct hc_human offset_name(int32_t offset_s)
{
    int minutes = (offset_s < 0 ? -offset_s : offset_s) / 60;

    if (!offset_s)
        return hc_human_text("UTC");
    return hc_human_text(
        "%c%02d:%02d", offset_s < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

static struct hc_human local_date(int64_t us, int32_t offset_s)
{
    return hc_human_date(us + (int64_t)offset_s * 1000000);
}

static void put_files(struct hc_page *page, const struct hc_summary *s)
{
    size_t n = s->n_files < SHOWN_FILES ? s->n_files : SHOWN_FILES;

    for (size_t i = 0; i < n; i++) {
        const struct hc_input_file *file = &s->files[i];

        hc_page_wrapf(page, HC_PAGE_INDENT, "%s · %s · %s rows%s",
            hc_page_label(page, file->path, HC_LABEL_MAX).text,
            hc_human_bytes((double)file->bytes).text, hc_human_count(file->rows).text,
            file->verified ? "" : " · unverified");
    }
    if (n < s->n_files)
        hc_page_wrapf(page, HC_PAGE_INDENT, "and %s more files",
            hc_human_count(s->n_files - n).text);
}

static void put_notes(struct hc_page *page, const struct hc_summary *s)
{
    size_t n = s->n_notes < SHOWN_NOTES ? s->n_notes : SHOWN_NOTES;

    for (size_t i = 0; i < n; i++) {
        hc_page_style(page, HC_WARN);
        hc_page_text(page, "note:");
        hc_page_style(page, HC_PLAIN);
        hc_page_wrap(page, HC_PAGE_INDENT, s->notes[i]);
    }
    if (n < s->n_notes)
        hc_page_wrapf(page, HC_PAGE_INDENT, "and %s more notes in findings.json",
            hc_human_count(s->n_notes - n).text);
}

/* The offset stands beside the first time only if a change of clocks lies between. */
static void put_span(struct hc_page *page, const struct hc_findings *f)
{
    const struct hc_summary *s = f->summary;
    bool changed = s->first_offset_s != s->last_offset_s;
    bool utc = !strcmp(f->settings->timezone, "UTC");

    hc_page_wrapf(page, 0, "%s%s%s – %s %s · %s · step %s%s%s",
        local_date(s->first_us, s->first_offset_s).text, changed ? " " : "",
        changed ? offset_name(s->first_offset_s).text : "",
        local_date(s->last_us, s->last_offset_s).text, offset_name(s->last_offset_s).text,
        hc_human_duration((double)(s->last_us - s->first_us) / 1e6).text,
        f->quality.step_s ? hc_human_duration((double)f->quality.step_s).text
                          : "not known",
        utc ? "" : " · hours and days in ",
        utc ? "" : hc_page_label(page, f->settings->timezone, 40).text);
}

static void put_head(struct hc_page *page, const struct hc_findings *f)
{
    const struct hc_summary *s = f->summary;

    hc_page_style(page, HC_BOLD);
    hc_page_wrapf(page, 0, "hindcast · %s rows · %s nodes · %s columns · %s file%s",
        hc_human_count(s->rows).text, hc_human_count(s->n_nodes).text,
        hc_human_count(s->n_columns).text, hc_human_count(s->n_files).text,
        s->n_files == 1 ? "" : "s");
    hc_page_style(page, HC_PLAIN);
    if (s->n_nodes)
        put_span(page, f);
    put_files(page, s);
    put_notes(page, s);
}

/* ---- statements ------------------------------------------------------------------ */

static void put_statement(struct hc_page *page, const struct hc_statement *statement)
{
    struct hc_human value = hc_human_value(statement->value, statement->unit);
    size_t width = hc_utf8_width(value.text);

    hc_page_style(page, HC_ACCENT);
    hc_page_pad(page, width < VALUE_AT - 2 ? VALUE_AT - 2 - width : 0);
    hc_page_text(page, value.text);
    if (page->column > VALUE_AT - 2)
        hc_page_end(page);
    hc_page_style(page, HC_PLAIN);
    hc_page_pad(page, VALUE_AT);
    hc_page_style(page, HC_BOLD);
    hc_page_wrap(page, VALUE_AT, statement->title ? statement->title : statement->id);
    hc_page_style(page, HC_PLAIN);
    if (statement->statement)
        hc_page_wrap(page, VALUE_AT, statement->statement);
}

void hc_term_statements(struct hc_page *page, const struct hc_findings *f)
{
    size_t shown = 0;

    for (size_t i = 0; i < f->n_statements && shown < STATEMENTS; i++)
        if (f->statements[i].verdict.status == HC_AVAILABLE) {
            put_statement(page, &f->statements[i]);
            shown++;
        }
    if (!shown)
        hc_page_wrap(page, HC_PAGE_INDENT,
            "nothing can be said from this data; the sections tell why");
}

/* ---- where everything is --------------------------------------------------------- */

static const struct {
    const char *name, *meaning;
} artifacts[] = {
    {"report.html", "one page with everything, opens from disk"},
    {"findings.json", "every number above and the rest, with n and reasons"},
    {"insights.json", "the notebook's eight numbers"},
    {"figures", "pictures, SVG and PNG"},
    {"tables", "CSV for a spreadsheet or pandas"},
    {"rollup.parquet", "hourly cells of every node, for SQL"},
    {"state.hcs", "the stored state of the pass, for the C library"},
    {"run.json", "metrics, params and tags of this run"},
};

/* Is `name`, or a file in the folder of that name, among the artifacts? */
static bool was_written(const struct hc_terminal *terminal, const char *name)
{
    size_t len = strlen(name);

    for (size_t i = 0; i < terminal->n_artifacts; i++) {
        const char *written = terminal->artifacts[i];

        if (!strncmp(written, name, len) && (!written[len] || written[len] == '/'))
            return true;
    }
    return false;
}

static void put_artifacts(struct hc_page *page, const struct hc_terminal *terminal)
{
    hc_page_heading(page, "Files in", hc_page_label(page, terminal->out_dir, 28).text);
    for (size_t i = 0; i < HC_COUNT(artifacts); i++) {
        if (!was_written(terminal, artifacts[i].name))
            continue;
        hc_page_pad(page, HC_PAGE_INDENT);
        hc_page_text(page, artifacts[i].name);
        hc_page_wrap(page, HC_PAGE_INDENT + VALUE_AT, artifacts[i].meaning);
    }
    hc_page_wrap(page, HC_PAGE_INDENT,
        "One section again, or the columns: hindcast show DIR SECTION");
}

/* ---- all of it ------------------------------------------------------------------- */

static void put_section(struct hc_page *page, const struct hc_findings *f,
    const struct hc_terminal_section *section)
{
    hc_page_heading(page, section->title, section->note);
    section->render(page, f);
}

void hc_report_terminal(
    struct hc_buf *out, const struct hc_findings *f, const struct hc_terminal *terminal)
{
    size_t width = terminal->width ? terminal->width : 80;
    struct hc_page page = {.out = out,
        .width = width < HC_PAGE_MIN_WIDTH ? HC_PAGE_MIN_WIDTH : width,
        .ascii = terminal->ascii,
        .colour = terminal->colour};

    if (terminal->section) {
        put_section(&page, f, hc_terminal_section_find(terminal->section));
        return;
    }
    put_head(&page, f);
    for (size_t i = 0; i < HC_COUNT(hc_terminal_sections); i++)
        if (!hc_terminal_sections[i].wanted || hc_terminal_sections[i].wanted(f))
            put_section(&page, f, &hc_terminal_sections[i]);
    if (terminal->out_dir)
        put_artifacts(&page, terminal);
}
