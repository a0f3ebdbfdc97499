/*
 * print.c - the program's mouth: results to stdout, talk to stderr
 */
#include <errno.h>
#include <langinfo.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "cli/command.h"

bool hc_locale_is_utf8(void)
{
    return !strcmp(nl_langinfo(CODESET), "UTF-8");
}

enum hc_status hc_print(const struct hc_buf *buf, struct hc_error *err)
{
    if (hc_buf_check(buf))
        return hc_fail(err, HC_NO_MEMORY, "no memory for the result");
    errno = 0;
    if (fwrite(hc_buf_str(buf), 1, buf->len, stdout) != buf->len || fflush(stdout))
        return hc_fail(
            err, HC_OUTPUT, "cannot write to standard output: %s", strerror(errno));
    return HC_OK;
}

/* User strings may hold anything: what a terminal would obey is shown as \xNN. */
void hc_complain(const char *message)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf shown = HC_BUF_INIT;

    hc_utf8_show(&shown, message, SIZE_MAX, !hc_locale_is_utf8());
    fprintf(
        stderr, "hindcast: %s\n", hc_buf_check(&shown) ? message : hc_buf_str(&shown));
}

void hc_say(const struct hc_common *common, const char *format, ...)
{
    char line[1024];
    va_list args;

    if (common->quiet)
        return;
    va_start(args, format);
    vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    hc_complain(line);
}
