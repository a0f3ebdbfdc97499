/*
 * hindcast policies - the rules that `replay` places pods by
 */
#include "base/json.h"
#include "cli/command.h"
#include "replay/policy.h"

static void print_text(struct hc_buf *out)
{
    for (size_t i = 0; hc_policies[i]; i++) {
        const struct hc_policy *policy = hc_policies[i];

        hc_buf_printf(out, "%s%s%s\n    ", i ? "\n" : "", policy->name,
            policy->oracle ? " (an oracle: it looks into the future)" : "");
        hc_help_wrap(out, policy->formula, 4, 80);
        hc_buf_puts(out, "\n    ");
        hc_help_wrap(out, policy->source, 4, 80);
        hc_buf_putc(out, '\n');
    }
}

static void print_json(struct hc_buf *out)
{
    struct hc_json js;

    hc_json_init(&js, out, 2);
    hc_json_open(&js, '[');
    for (size_t i = 0; hc_policies[i]; i++) {
        hc_json_open(&js, '{');
        hc_json_kstr(&js, "name", hc_policies[i]->name);
        hc_json_kstr(&js, "formula", hc_policies[i]->formula);
        hc_json_kstr(&js, "source", hc_policies[i]->source);
        hc_json_kbool(&js, "oracle", hc_policies[i]->oracle);
        hc_json_close(&js, '}');
    }
    hc_json_close(&js, ']');
    hc_buf_putc(out, '\n');
}

static enum hc_status run(const struct hc_call *call, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf out = HC_BUF_INIT;

    if (call->common->json)
        print_json(&out);
    else
        print_text(&out);
    return hc_print(&out, err);
}

const struct hc_command hc_cmd_policies = {
    .name = "policies",
    .arguments = "",
    .summary = "print the policies that pods are placed by",
    .description = "Prints each policy of 'hindcast replay' with its formula and where "
                   "that is from.",
    .examples = "hindcast policies\nhindcast policies --json",
    .run = run,
};
