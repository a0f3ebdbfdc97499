/*
 * commands.c - the table of commands, and the options that all of them have
 */
#include <string.h>

#include "cli/command.h"

extern const struct hc_command hc_cmd_analyze;
extern const struct hc_command hc_cmd_collect;
extern const struct hc_command hc_cmd_columns;
extern const struct hc_command hc_cmd_features;
extern const struct hc_command hc_cmd_policies;
extern const struct hc_command hc_cmd_queries;
extern const struct hc_command hc_cmd_replay;
extern const struct hc_command hc_cmd_show;
extern const struct hc_command hc_cmd_synth;
extern const struct hc_command hc_cmd_track;

/* In the order in which the help shows them. */
const struct hc_command *const hc_commands[] = {
    &hc_cmd_synth,
    &hc_cmd_collect,
    &hc_cmd_analyze,
    &hc_cmd_show,
    &hc_cmd_track,
    &hc_cmd_features,
    &hc_cmd_replay,
    &hc_cmd_columns,
    &hc_cmd_queries,
    &hc_cmd_policies,
    NULL,
};

const struct hc_option hc_common_options[] = {
    HC_OPTION_FLAG(struct hc_common, json, "json", 0, "print the result as JSON"),
    HC_OPTION_FLAG(struct hc_common, quiet, "quiet", 'q',
        "print nothing but failures, and what --json asks for"),
    HC_OPTION_CHOICE(struct hc_common, progress, "progress", 0, "auto|always|never",
        "auto", "show how far the work is, on stderr; auto: only on a terminal"),
    HC_OPTION_INT(struct hc_common, threads, "threads", 0, "N", NULL, 1, 1024,
        "use N threads (default: one a core)"),
    HC_OPTION_SIZE(struct hc_common, memory_limit, "memory-limit", 0, "SIZE", NULL,
        "use about this much memory, as 500MB or 2GiB, and the disk beyond it"),
    HC_OPTION_FLAG(struct hc_common, help, "help", 'h', "print this help"),
    HC_OPTION_FLAG(struct hc_common, version, "version", 0, "print the versions"),
    HC_OPTION_END,
};

const struct hc_command *hc_command_find(const char *name)
{
    for (size_t i = 0; hc_commands[i]; i++)
        if (!strcmp(hc_commands[i]->name, name))
            return hc_commands[i];
    return NULL;
}
