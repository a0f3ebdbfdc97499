/*
 * Why a transfer ended, and the line that says so.
 */
#include <string.h>

#include "base/utf8.h"
#include "net/inside.h"

enum { SAID_MAX = 400 }; /* columns of what the service says itself */

struct hc_net_cause hc_net_cause_of(struct hc_net_transfer *t, CURLcode code)
{
    enum hc_http_fault by_code = hc_http_fault_of_code(t->reply->code);

    if (t->cause.fault == HC_HTTP_STOPPED)
        return t->cause;
    if (t->in_body && by_code)
        return (struct hc_net_cause){by_code, NULL};
    if (t->cause.fault)
        return t->cause;
    if (code && hc_net_failed_allocations() != t->failed_before)
        return (struct hc_net_cause){HC_HTTP_MEMORY, NULL};
    if (code == CURLE_OUT_OF_MEMORY) /* libcurl's own limit of a line */
        return (struct hc_net_cause){
            HC_HTTP_TOO_LARGE, "the head of the reply is too large"};
    if (code)
        return hc_net_cause(t->http->easy, code, t->detail);
    return (struct hc_net_cause){HC_HTTP_FINE, ""};
}

/* What the service said itself, in one line. */
static void add_said(struct hc_buf *out, const char *text)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf line = HC_BUF_INIT;

    for (text += strspn(text, " \t\n"); *text; text++) {
        bool blank = strchr(" \t\n", *text) != NULL;

        if (!blank)
            hc_buf_putc(&line, *text);
        else if (text[1] && !strchr(" \t\n", text[1]))
            hc_buf_putc(&line, ' ');
    }
    if (!line.len)
        return;
    hc_buf_puts(out, "; it says: ");
    hc_utf8_show(out, hc_buf_str(&line), SAID_MAX, false);
}

static void add_redirect(
    struct hc_buf *out, const struct hc_net_transfer *t, const char *target)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf shown = HC_BUF_INIT;

    hc_buf_printf(out, "answers %d, a redirect", t->reply->code);
    if (!target)
        return;
    hc_url_show(&shown, target);
    if (hc_net_hide(&t->auth.hidden, &shown, true))
        return;
    hc_buf_printf(out, " to '%s', ", hc_buf_str(&shown));
    hc_buf_puts(out, t->reply->redirects == HC_NET_REDIRECTS_MAX
                         ? "after five others"
                         : "which is another server: not followed");
}

static void add_type(struct hc_buf *out, const struct hc_net_transfer *t)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf type = HC_BUF_INIT;

    hc_buf_puts(&type, t->reply->type);
    if (hc_buf_check(&type) || hc_net_hide(&t->auth.hidden, &type, true))
        return;
    hc_buf_puts(out, "answers with '");
    hc_utf8_show(out, hc_buf_str(&type), 60, false);
    hc_buf_printf(out, "' where '%s' was to come; is the path in the URL right?",
        t->request->expect);
}

static void add_reason(struct hc_buf *out, const struct hc_net_transfer *t,
    struct hc_net_cause cause, const char *target)
{
    if (cause.fault == HC_HTTP_REDIRECT) {
        add_redirect(out, t, target);
    } else if (cause.fault == HC_HTTP_TYPE && !cause.words) {
        add_type(out, t);
    } else if (cause.words) {
        hc_buf_puts(out, cause.words);
    } else {
        hc_buf_printf(
            out, "answers %d: %s", t->reply->code, hc_net_code_words(t->reply->code));
        add_said(out, t->reply->text);
    }
}

enum hc_status hc_net_say(const struct hc_net_transfer *t, struct hc_net_cause cause,
    const char *target, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf reason = HC_BUF_INIT;

    if (cause.fault == HC_HTTP_FINE)
        return HC_OK;
    if (cause.fault == HC_HTTP_SINK)
        return t->sink_status;
    if (cause.fault == HC_HTTP_MEMORY)
        return hc_fail(err, HC_NO_MEMORY, "no memory for a request");
    add_reason(&reason, t, cause, target);
    if (hc_buf_check(&reason))
        return hc_fail(err, HC_NO_MEMORY, "no memory for a request");
    return hc_fail(err, hc_http_fault_status(cause.fault), "'%s': %s", t->http->shown,
        hc_buf_str(&reason));
}
