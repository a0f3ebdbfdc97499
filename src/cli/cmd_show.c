/*
 * hindcast show - a section of a stored report, on the terminal
 */
#include <string.h>

#include "base/nearest.h"
#include "cli/command.h"
#include "cli/screen.h"
#include "stored/stored.h"

/* Sections that findings.json calls otherwise; all others have the same name there. */
static const struct {
    const char *name, *key;
} renamed[] = {
    {"statements", "findings"},
    {"weekly", "temporal"},
};

static const char *key_of(const char *section)
{
    for (size_t i = 0; i < HC_COUNT(renamed); i++)
        if (!strcmp(section, renamed[i].name))
            return renamed[i].key;
    return section;
}

static enum hc_status unknown_section(const char *name, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf all = HC_BUF_INIT;
    struct hc_nearest nearest = {.word = name};

    for (size_t i = 0; i < hc_terminal_sections_count; i++) {
        hc_buf_printf(&all, "%s%s", i ? ", " : "", hc_terminal_sections[i].name);
        hc_nearest_try(&nearest, hc_terminal_sections[i].name);
    }
    return hc_fail(err, HC_USAGE, "unknown section '%.100s'%s%s%s there are: %s", name,
        nearest.best ? "; did you mean '" : ";", nearest.best ? nearest.best : "",
        nearest.best ? "'?" : "", hc_buf_str(&all));
}

static enum hc_status print_json(
    const struct hc_stored *stored, const char *section, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf out = HC_BUF_INIT;

    if (!section)
        return hc_print(&stored->json, err);
    HC_TRY(hc_stored_json(stored, key_of(section), &out, err));
    return hc_print(&out, err);
}

static enum hc_status print_text(const struct hc_stored *stored, const char *dir,
    const char *section, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf out = HC_BUF_INIT;
    HC_CLEANUP(hc_names_clear) struct hc_names files = {0};
    struct hc_terminal terminal = hc_screen();

    HC_TRY(hc_dir_list(dir, &files, err)); /* what is there now */
    terminal.section = section;
    terminal.out_dir = dir;
    terminal.artifacts = (const char *const *)files.items;
    terminal.n_artifacts = files.n;
    hc_report_terminal(&out, &stored->findings, &terminal);
    return hc_print(&out, err);
}

static enum hc_status run(const struct hc_call *call, struct hc_error *err)
{
    HC_CLEANUP(hc_stored_clear) struct hc_stored stored = {0};
    const char *dir = call->args[0], *section = call->n_args > 1 ? call->args[1] : NULL;

    if (section && !hc_terminal_section_find(section))
        return unknown_section(section, err);
    HC_TRY(hc_stored_read(dir, &stored, err));
    if (call->common->json)
        return print_json(&stored, section, err);
    return call->common->quiet ? HC_OK : print_text(&stored, dir, section, err);
}

const struct hc_command hc_cmd_show = {
    .name = "show",
    .arguments = "DIR [SECTION]",
    .summary = "print a stored report again, or a section of it",
    .description =
        "Prints what 'hindcast analyze' printed when it wrote the report in DIR, from "
        "the "
        "findings.json in it: all of it, or one section.\n\n"
        "SECTION is statements, quality, temporal, nodes, groups, columns, correlation, "
        "baseline, trends, weekly, rhythm, growth, changes, twins, roles, anomalies, "
        "compare, workloads, opportunity, replay or insights. The columns are shown only "
        "so, not in the whole. With "
        "--json the stored JSON is printed instead, digit by "
        "digit.",
    .examples = "hindcast show hindcast-report\n"
                "hindcast show hindcast-report columns\n"
                "hindcast show hindcast-report opportunity --json",
    .words =
        "statements quality temporal nodes groups columns correlation baseline "
        "trends weekly rhythm growth changes twins roles anomalies compare workloads "
        "opportunity replay insights",
    .min_args = 1,
    .max_args = 2,
    .run = run,
};
