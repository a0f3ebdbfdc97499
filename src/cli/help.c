/*
 * help.c - options as text: for --help, and piecewise for the manual pages
 */
#include <string.h>

#include "base/utf8.h"
#include "cli/options.h"

enum { WIDTH = 80, HELP_COLUMN = 28 };

void hc_help_wrap(struct hc_buf *out, const char *text, size_t indent, size_t width)
{
    size_t column = indent;

    while (*text) {
        size_t n = strcspn(text, " \n");
        bool breaks = column > indent && column + 1 + n > width;

        if (breaks) {
            hc_buf_putc(out, '\n');
            hc_buf_repeat(out, " ", indent);
            column = indent;
        } else if (column > indent) {
            hc_buf_putc(out, ' ');
            column++;
        }
        hc_buf_add(out, text, n);
        column += n;
        text += n;
        if (*text == '\n') {
            hc_buf_putc(out, '\n');
            if (text[1] && text[1] != '\n')
                hc_buf_repeat(out, " ", indent);
            column = indent;
        }
        text += *text != '\0';
    }
}

void hc_option_usage(struct hc_buf *out, const struct hc_option *option, bool roff)
{
    const char *dash = roff ? "\\-" : "-";
    const char *bold = roff ? "\\fB" : "", *italic = roff ? "\\fI" : "";
    const char *plain = roff ? "\\fR" : "";

    if (option->letter)
        hc_buf_printf(out, "%s%s%c%s, ", bold, dash, option->letter, plain);
    else if (!roff)
        hc_buf_puts(out, "    ");
    hc_buf_printf(out, "%s%s%s", bold, dash, dash);
    for (const char *c = option->name; *c; c++)
        if (*c == '-')
            hc_buf_puts(out, dash);
        else
            hc_buf_putc(out, *c);
    hc_buf_puts(out, plain);
    if (option->argument)
        hc_buf_printf(out, " %s%s%s", italic, option->argument, plain);
}

static void option_help(struct hc_buf *out, const struct hc_option *option)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf help = HC_BUF_INIT;
    size_t start = out->len;

    hc_buf_puts(out, "  ");
    hc_option_usage(out, option, false);

    size_t used = out->len - start;

    if (used + 2 > HELP_COLUMN) {
        hc_buf_putc(out, '\n');
        used = 0;
    }
    hc_buf_repeat(out, " ", HELP_COLUMN - used);
    hc_buf_puts(&help, option->help);
    if (option->kind == HC_OPT_LIST)
        hc_buf_puts(&help, "; may be given more than once");
    if (option->fallback)
        hc_buf_printf(&help, " (default: %s)", option->fallback);
    hc_help_wrap(out, hc_buf_str(&help), HELP_COLUMN, WIDTH);
    hc_buf_putc(out, '\n');
    if (hc_buf_check(&help))
        out->failed = true;
}

void hc_options_help(struct hc_buf *out, const struct hc_option *table)
{
    for (const struct hc_option *option = table; option && option->name; option++)
        option_help(out, option);
}
