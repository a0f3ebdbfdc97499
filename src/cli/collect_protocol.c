/*
 * Raw samples where the server has them and they say the same, else its own answers.
 */
#include "cli/collect.h"

const char *hc_collect_protocol_name(enum hc_protocol protocol)
{
    return protocol == HC_REMOTE_READ ? "remote_read" : "query_range";
}

/* A moment that has data, as far as is known. */
static int64_t last_moment(const struct hc_collection *c)
{
    return c->found.coverage.seen ? c->found.coverage.last_s
                                  : c->plan.until_s - c->plan.step_s;
}

enum hc_status hc_collect_choose_protocol(struct hc_collection *c, struct hc_error *err)
{
    int wanted = c->options->protocol;

    if (!c->is_new || wanted == COLLECT_QUERY_RANGE)
        return HC_OK;
    HC_TRY(hc_remote_look(
        &c->servers[0], &c->about, &c->plan, last_moment(c), &c->look, err));
    if (!c->look.status || wanted == COLLECT_AUTO)
        return HC_OK;
    return hc_fail(err, c->look.status,
        "option '--protocol': remote read cannot be used: %s", c->look.why);
}
