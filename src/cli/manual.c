/*
 * manual.c - usage, help, manual pages and shell completion, out of the tables
 */
#include <string.h>

#include "cli/command.h"

enum { WIDTH = 80 };

static const char about[] =
    "Takes the history of a Kubernetes cluster (node metrics of 30 days and more), says "
    "what is in it, and bounds what better placement of pods could have gained. It "
    "never changes the cluster, and works offline once it has its data.";

struct exit_code {
    int code;
    const char *meaning;
};

static const struct exit_code exit_codes[] = {
    {0, "done"},
    {1, "a bug of the program, or no memory"},
    {2, "wrong usage"},
    {3, "input missing, unreadable or not valid"},
    {4, "not enough data"},
    {5, "output cannot be written"},
    {6, "a service failed or refused"},
    {130, "interrupted"},
};

/* ---- --help --------------------------------------------------------------------------
 */

void hc_manual_usage(struct hc_buf *out, const struct hc_command *command)
{
    if (!command)
        hc_buf_puts(out, "usage: hindcast COMMAND [options] ...\n");
    else
        hc_buf_printf(out, "usage: hindcast %s [options]%s%s\n", command->name,
            *command->arguments ? " " : "", command->arguments);
}

static void indented(struct hc_buf *out, const char *lines)
{
    while (*lines) {
        size_t n = strcspn(lines, "\n");

        hc_buf_puts(out, "  ");
        hc_buf_add(out, lines, n);
        hc_buf_putc(out, '\n');
        lines += n + (lines[n] != '\0');
    }
}

static void help_on_command(struct hc_buf *out, const struct hc_command *command)
{
    hc_buf_putc(out, '\n');
    hc_help_wrap(out, command->description, 0, WIDTH);
    hc_buf_puts(out, "\n\noptions:\n");
    hc_options_help(out, command->options);
    hc_options_help(out, hc_common_options);
    if (command->examples) {
        hc_buf_puts(out, "\nexamples:\n");
        indented(out, command->examples);
    }
}

void hc_manual_help(struct hc_buf *out, const struct hc_command *command)
{
    hc_manual_usage(out, command);
    if (command) {
        help_on_command(out, command);
        return;
    }
    hc_buf_putc(out, '\n');
    hc_help_wrap(out, about, 0, WIDTH);
    hc_buf_puts(out, "\n\ncommands:\n");
    for (size_t i = 0; hc_commands[i]; i++)
        hc_buf_printf(out, "  %-11s %s\n", hc_commands[i]->name, hc_commands[i]->summary);
    hc_buf_puts(out, "\noptions of every command:\n");
    hc_options_help(out, hc_common_options);
    hc_buf_puts(out, "\n'hindcast COMMAND --help' tells more about one.\n");
}

/* ---- manual pages (roff)
 * --------------------------------------------------------------- */

/* Text as roff takes it: no request at a line's start, "-" and "\" as they are. */
static void roff(struct hc_buf *out, const char *text)
{
    bool line_start = true;

    for (; *text; text++) {
        if (line_start && (*text == '.' || *text == '\''))
            hc_buf_puts(out, "\\&");
        if (text[0] == '\n' && text[1] == '\n') {
            hc_buf_puts(out, "\n.PP\n");
            text++;
        } else if (*text == '\\')
            hc_buf_puts(out, "\\e");
        else if (*text == '-')
            hc_buf_puts(out, "\\-");
        else if (*text == '\'')
            hc_buf_puts(out, "\\(aq");
        else
            hc_buf_putc(out, *text);
        line_start = *text == '\n';
    }
    hc_buf_putc(out, '\n');
}

static void roff_options(struct hc_buf *out, const struct hc_option *table)
{
    for (const struct hc_option *option = table; option && option->name; option++) {
        HC_CLEANUP(hc_buf_clear) struct hc_buf help = HC_BUF_INIT;

        hc_buf_puts(out, ".TP\n");
        hc_option_usage(out, option, true);
        hc_buf_putc(out, '\n');
        hc_buf_puts(&help, option->help);
        if (option->kind == HC_OPT_LIST)
            hc_buf_puts(&help, "; may be given more than once");
        if (option->fallback)
            hc_buf_printf(&help, " (default: %s)", option->fallback);
        roff(out, hc_buf_str(&help));
        out->failed |= help.failed;
    }
}

static void roff_examples(struct hc_buf *out, const char *examples)
{
    hc_buf_puts(out, ".SH EXAMPLES\n.nf\n");
    roff(out, examples);
    hc_buf_puts(out, ".fi\n");
}

static void roff_exit_codes(struct hc_buf *out)
{
    hc_buf_puts(out, ".SH EXIT STATUS\n");
    for (size_t i = 0; i < HC_COUNT(exit_codes); i++)
        hc_buf_printf(out, ".TP\n.B %d\n%s\n", exit_codes[i].code, exit_codes[i].meaning);
}

static void roff_command(struct hc_buf *out, const struct hc_command *command)
{
    hc_buf_printf(out, ".TH hindcast\\-%s 1 \"\" \"hindcast %s\" \"hindcast manual\"\n",
        command->name, HC_VERSION);
    hc_buf_printf(out, ".SH NAME\nhindcast\\-%s \\- ", command->name);
    roff(out, command->summary);
    hc_buf_printf(out, ".SH SYNOPSIS\n.B hindcast %s\n[options]", command->name);
    if (*command->arguments)
        hc_buf_printf(out, " \\fI%s\\fR", command->arguments);
    hc_buf_puts(out, "\n.SH DESCRIPTION\n");
    roff(out, command->description);
    hc_buf_puts(out, ".SH OPTIONS\n");
    roff_options(out, command->options);
    roff_options(out, hc_common_options);
    if (command->examples)
        roff_examples(out, command->examples);
    roff_exit_codes(out);
    hc_buf_puts(out, ".SH SEE ALSO\n.BR hindcast (1)\n");
}

void hc_manual_page(struct hc_buf *out, const struct hc_command *command)
{
    if (command) {
        roff_command(out, command);
        return;
    }
    hc_buf_printf(
        out, ".TH hindcast 1 \"\" \"hindcast %s\" \"hindcast manual\"\n", HC_VERSION);
    hc_buf_puts(out, ".SH NAME\nhindcast \\- the history of a cluster, and what better "
                     "placement would have gained\n");
    hc_buf_puts(out, ".SH SYNOPSIS\n.B hindcast\n\\fICOMMAND\\fR [options] ...\n");
    hc_buf_puts(out, ".SH DESCRIPTION\n");
    roff(out, about);
    hc_buf_puts(out, ".SH COMMANDS\n");
    for (size_t i = 0; hc_commands[i]; i++) {
        hc_buf_printf(out, ".TP\n.BR hindcast\\-%s (1)\n", hc_commands[i]->name);
        roff(out, hc_commands[i]->summary);
    }
    hc_buf_puts(out, ".SH OPTIONS OF EVERY COMMAND\n");
    roff_options(out, hc_common_options);
    roff_exit_codes(out);
}

/* ---- bash completion
 * ------------------------------------------------------------------- */

static void option_words(struct hc_buf *out, const struct hc_option *table)
{
    for (const struct hc_option *option = table; option && option->name; option++)
        hc_buf_printf(out, " --%s", option->name);
}

/* After an option with choices: these. After one that names a folder: folders. */
static void completion_values(struct hc_buf *out, const struct hc_option *table)
{
    for (const struct hc_option *option = table; option && option->name; option++) {
        if (!option->choices && (!option->argument || strcmp(option->argument, "DIR")))
            continue;
        if (option->letter)
            hc_buf_printf(out, "        -%c | --%s) ", option->letter, option->name);
        else
            hc_buf_printf(out, "        --%s) ", option->name);
        if (!option->choices) {
            hc_buf_puts(out, "mapfile -t COMPREPLY < <(compgen -d -- \"$word\") ;;\n");
            continue;
        }
        hc_buf_puts(out, "mapfile -t COMPREPLY < <(compgen -W '");
        for (const char *c = option->choices; *c; c++)
            hc_buf_putc(out, *c == '|' ? ' ' : *c);
        hc_buf_puts(out, "' -- \"$word\") ;;\n");
    }
}

static void completion_of(struct hc_buf *out, const struct hc_command *command)
{
    hc_buf_printf(out, "    %s)\n        options='", command->name);
    option_words(out, command->options);
    option_words(out, hc_common_options);
    hc_buf_puts(out, "'\n        case $before in\n");
    completion_values(out, command->options);
    completion_values(out, hc_common_options);
    hc_buf_printf(out,
        "        *) _hindcast_word \"$word\" \"$options\" '%s' ;;\n"
        "        esac\n        ;;\n",
        command->words ? command->words : "");
}

void hc_manual_completion(struct hc_buf *out)
{
    hc_buf_puts(out, "# bash completion for hindcast, made from its option tables\n"
                     "_hindcast_word() {\n"
                     "    case $1 in\n"
                     "    -*) mapfile -t COMPREPLY < <(compgen -W \"$2\" -- \"$1\") ;;\n"
                     "    *)\n"
                     "        if [ -n \"$3\" ] && [ \"$COMP_CWORD\" -gt 2 ]; then\n"
                     "            mapfile -t COMPREPLY < <(compgen -W \"$3\" -- \"$1\")\n"
                     "        else\n"
                     "            mapfile -t COMPREPLY < <(compgen -f -- \"$1\")\n"
                     "        fi\n"
                     "        ;;\n"
                     "    esac\n"
                     "}\n\n"
                     "_hindcast() {\n"
                     "    local word=${COMP_WORDS[COMP_CWORD]}\n"
                     "    local before=${COMP_WORDS[COMP_CWORD - 1]}\n"
                     "    local options\n"
                     "    COMPREPLY=()\n"
                     "    if [ \"$COMP_CWORD\" = 1 ]; then\n"
                     "        mapfile -t COMPREPLY < <(compgen -W '");
    for (size_t i = 0; hc_commands[i]; i++)
        hc_buf_printf(out, "%s ", hc_commands[i]->name);
    hc_buf_puts(out, "--help --version' -- \"$word\")\n        return\n    fi\n"
                     "    case ${COMP_WORDS[1]} in\n");
    for (size_t i = 0; hc_commands[i]; i++)
        completion_of(out, hc_commands[i]);
    hc_buf_puts(out, "    esac\n}\n\ncomplete -o filenames -F _hindcast hindcast\n");
}
