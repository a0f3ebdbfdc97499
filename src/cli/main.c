/*
 * main.c - finds the command, parses its options, runs it, tells how it ended
 */
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <hindcast/profile.h>

#include "base/mem.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "base/nearest.h"
#include "cli/versions.h"

static int exit_code(enum hc_status status)
{
    static const int codes[] = {
        [HC_OK] = 0,
        [HC_NO_MEMORY] = 1,
        [HC_INTERNAL] = 1,
        [HC_USAGE] = 2,
        [HC_INPUT] = 3,
        [HC_NO_DATA] = 4,
        [HC_OUTPUT] = 5,
        [HC_SERVICE] = 6,
        [HC_INTERRUPTED] = HC_EXIT_INTERRUPTED,
    };

    return codes[status];
}

static enum hc_status print_help(const struct hc_command *command, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf out = HC_BUF_INIT;

    hc_manual_help(&out, command);
    return hc_print(&out, err);
}

static enum hc_status print_versions(struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf out = HC_BUF_INIT;

    hc_versions(&out);
    return hc_print(&out, err);
}

static enum hc_status unknown_command(const char *name, struct hc_error *err)
{
    struct hc_nearest nearest = {.word = name};

    for (size_t i = 0; hc_commands[i]; i++)
        hc_nearest_try(&nearest, hc_commands[i]->name);
    if (nearest.best)
        return hc_fail(err, HC_USAGE, "unknown command '%s'; did you mean '%s'?", name,
            nearest.best);
    return hc_fail(
        err, HC_USAGE, "unknown command '%s'; 'hindcast --help' lists them", name);
}

static enum hc_status check_arguments(
    const struct hc_command *command, const struct hc_call *call, struct hc_error *err)
{
    if (call->n_args < command->min_args)
        return hc_fail(err, HC_USAGE, "'hindcast %s' needs %s; see 'hindcast %s --help'",
            command->name, command->arguments, command->name);
    if (call->n_args > command->max_args)
        return hc_fail(err, HC_USAGE,
            "'hindcast %s' cannot take '%s'; see 'hindcast %s --help'", command->name,
            call->args[command->max_args], command->name);
    return HC_OK;
}

/* Parses the rest of the command line and runs; `common` has what stood before it. */
static enum hc_status run_command(const struct hc_command *command,
    struct hc_common *common, struct hc_call *call, const char **args, size_t n_args,
    struct hc_error *err)
{
    const struct hc_option_set sets[] = {
        {command->options, call->options},
        {hc_common_options, common},
    };

    HC_TRY(hc_options_init(sets, 1, err));
    HC_TRY(hc_options_parse(sets, 2, args, n_args, false, &call->n_args, err));
    call->args = args;
    if (common->help)
        return print_help(command, err);
    if (common->version)
        return print_versions(err);
    HC_TRY(check_arguments(command, call, err));
    HC_TRY(hc_interrupt_install(err));
    return command->run(call, err);
}

static enum hc_status start_command(const struct hc_command *command,
    struct hc_common *common, struct hc_call *call, const char **args, size_t n_args,
    struct hc_error *err)
{
    /* one byte more, so that a command without options has a struct too */
    HC_CLEANUP(hc_freep) char *options = hc_calloc(1, command->options_size + 1);
    const struct hc_option_set set = {command->options, options};

    if (!options)
        return hc_fail(err, HC_NO_MEMORY, "no memory for the command line");
    call->options = options;

    enum hc_status status = run_command(command, common, call, args, n_args, err);

    hc_options_clear(&set, 1);
    return status;
}

/* What the build asks for: not in the help, since no user needs it. */
static enum hc_status print_manual(const char **args, size_t n_args, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf out = HC_BUF_INIT;
    const struct hc_command *command = n_args > 1 ? hc_command_find(args[1]) : NULL;

    if (!strcmp(args[0], "--print-completion"))
        hc_manual_completion(&out);
    else if (command || (n_args > 1 && !strcmp(args[1], "hindcast")))
        hc_manual_page(&out, command);
    else
        return hc_fail(err, HC_USAGE, "option '--print-man' needs a command");
    return hc_print(&out, err);
}

static enum hc_status run(const char **args, size_t n_args, struct hc_error *err)
{
    struct hc_common common;
    const struct hc_option_set set = {hc_common_options, &common};
    struct hc_call call = {.common = &common};
    size_t at = 0;

    if (n_args > 0 && !strncmp(args[0], "--print-", 8))
        return print_manual(args, n_args, err);

    HC_CLEANUP(hc_freep) const char **given = hc_calloc(n_args + 1, sizeof(*given));

    if (!given)
        return hc_fail(err, HC_NO_MEMORY, "no memory for the command line");
    memcpy(given, args, n_args * sizeof(*args));
    call.given = given;
    call.n_given = n_args;
    HC_TRY(hc_options_init(&set, 1, err));
    HC_TRY(hc_options_parse(&set, 1, args, n_args, true, &at, err));
    if (at < n_args && !strcmp(args[at], "help")) {
        at++;
        common.help = true;
    }
    if (at == n_args && common.version)
        return print_versions(err);
    if (at == n_args && common.help)
        return print_help(NULL, err);
    if (at == n_args)
        return hc_fail(err, HC_USAGE, "no command given; 'hindcast --help' lists them");

    const struct hc_command *command = hc_command_find(args[at]);

    if (!command)
        return unknown_command(args[at], err);
    return start_command(command, &common, &call, args + at + 1, n_args - at - 1, err);
}

int main(int argc, char **argv)
{
    struct hc_error err = {""};
    size_t n_args = argc > 0 ? (size_t)argc - 1 : 0;

    hc_profile_single_thread(); /* the threads are ours */
    setlocale(LC_CTYPE, "");
    setlocale(LC_NUMERIC, "C");
    signal(SIGPIPE, SIG_IGN); /* a reader that left is an output that cannot be written */
    signal(SIGXFSZ, SIG_IGN); /* and so is a file over the limit of ulimit -f */

    enum hc_status status = run((const char **)argv + 1, n_args, &err);

    if (status && hc_interrupt_requested())
        status = HC_INTERRUPTED;
    hc_interrupt_remove_registered();
    if (status == HC_INTERRUPTED)
        hc_complain("interrupted");
    else if (status)
        hc_complain(*err.message ? err.message : hc_status_name(status));
    return exit_code(status);
}
