/*
 * hindcast collect - a data set out of Prometheus
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "cli/collect.h"
#include "cli/interrupt.h"

#define S struct collect_options
static const struct hc_option table[] = {
    HC_OPTION_STRING(S, url, "url", 0, "URL", NULL,
        "the server, as https://prometheus.example.org; /api/v1 comes below it"),
    HC_OPTION_STRING(
        S, output, "output", 'o', "DIR", NULL, "write the data set into DIR"),
    HC_OPTION_INT(S, days, "days", 0, "N", NULL, 1, 3660,
        "whole UTC days before today (default: 30)"),
    HC_OPTION_STRING(S, since, "since", 0, "TIME", NULL,
        "from then on, as 2025-06-02 or 2025-06-02T10:00:00Z (UTC)"),
    HC_OPTION_STRING(S, until, "until", 0, "TIME", NULL,
        "up to then, not included (default: five minutes ago)"),
    HC_OPTION_INT(S, step, "step", 0, "S", NULL, 1, 86400,
        "seconds between two samples of a node (default: 60)"),
    HC_OPTION_STRING(S, match, "match", 0, "MATCHERS", NULL,
        "PromQL matchers that every selector gets, such as 'cluster=\"prod\"'"),
    HC_OPTION_STRING(S, node_label, "node-label", 0, "LABEL", NULL,
        "the label that names a node (default: the instance, by kube_node_info)"),
    HC_OPTION_STRING(S, queries, "queries", 0, "FILE", NULL,
        "ask the queries of FILE too (JSON), a column each"),
    HC_OPTION_FLAG(S, no_pods, "no-pods", 0, "leave out nodes, pods and their usage"),
    HC_OPTION_CHOICE(S, protocol, "protocol", 0, "auto|query_range|remote_read", "auto",
        "how the server is asked; auto: remote_read where it has it"),
    HC_OPTION_CHOICE(S, gzip, "gzip", 0, "auto|always|never", "auto",
        "ask for compressed answers; auto: unless the server is on this machine"),
    HC_OPTION_INT(S, concurrency, "max-concurrency", 0, "N", "2", 1, 32,
        "ask for N pieces at a time"),
    HC_OPTION_DOUBLE(S, pause, "pause", 0, "SECONDS", "0", 0, 3600,
        "rest for so long after each answer"),
    HC_OPTION_DOUBLE(S, timeout, "timeout", 0, "SECONDS", "120", 1, 3600,
        "give up a query after so long; half of it is asked for then"),
    HC_OPTION_FLAG(S, strict, "strict", 0,
        "a warning of the server (an answer may be partial) is an error"),
    HC_OPTION_FLAG(S, dry_run, "dry-run", 0,
        "say what the server has and what would be asked, and stop"),
    HC_OPTION_STRING(S, user, "user", 0, "NAME", NULL, "log in with this name (basic)"),
    HC_OPTION_STRING(S, password_file, "password-file", 0, "FILE", NULL,
        "the password is the line in FILE"),
    HC_OPTION_STRING(
        S, bearer_file, "bearer-file", 0, "FILE", NULL, "log in with the token in FILE"),
    HC_OPTION_STRING(S, header_file, "header-file", 0, "FILE", NULL,
        "send the lines 'Name: value' of FILE, such as X-Scope-OrgID"),
    HC_OPTION_STRING(S, ca, "ca", 0, "FILE", NULL,
        "trust the authorities in FILE (PEM), not those of the system"),
    HC_OPTION_STRING(S, cert, "cert", 0, "FILE", NULL, "show this certificate (PEM)"),
    HC_OPTION_STRING(
        S, key, "key", 0, "FILE", NULL, "its key (PEM; default: in the same file)"),
    HC_OPTION_FLAG(S, insecure, "insecure", 0, "trust any certificate"),
    HC_OPTION_END,
};
#undef S

/* An error of the preflight is told at once: most often it is a wrong name or token. */
static enum hc_status look_at_server(struct hc_collection *c, struct hc_error *err)
{
    HC_TRY(hc_collect_connect(c, err));
    HC_TRY(hc_collect_settle(c, err));
    if (!c->is_new && !c->is_longer && !c->options->dry_run)
        return HC_OK;
    HC_TRY(hc_preflight_run(&c->servers[0], &c->plan, &c->found, err));
    HC_TRY(hc_collect_choose_protocol(c, err));
    return hc_collect_print_preflight(c, err);
}

static enum hc_status collect(struct hc_collection *c, struct hc_error *err)
{
    HC_TRY(look_at_server(c, err));
    if (c->options->dry_run)
        return HC_OK;
    if (!c->n_todo && hc_collect_recall(c)) {
        hc_say(c->common, "there is nothing new to collect");
        return hc_collect_print_result(c, err);
    }
    HC_TRY(hc_collect_begin(c, err));
    HC_TRY(hc_collect_days(c, err));
    HC_TRY(hc_collect_manifest(c, err));
    return hc_collect_print_result(c, err);
}

static void collection_clear(struct hc_collection *c)
{
    hc_collect_disconnect(c);
    for (size_t i = 0; i < c->n_days; i++)
        hc_day_clear(&c->days[i]);
    hc_free(c->days);
    hc_plan_clear(&c->plan);
    if (c->lock >= 0)
        close(c->lock);
}

static enum hc_status run(const struct hc_call *call, struct hc_error *err)
{
    const struct collect_options *o = call->options;
    HC_CLEANUP(collection_clear)
    struct hc_collection c = {.common = call->common, .options = o, .lock = -1};
    enum hc_status status;

    if (!o->url || !*o->url)
        return hc_fail(err, HC_USAGE, "'hindcast collect' needs '--url URL'");
    if (!o->output || !*o->output)
        return hc_fail(err, HC_USAGE, "'hindcast collect' needs '-o DIR'");
    if (strlen(o->output) >= sizeof(c.dir))
        return hc_fail(err, HC_USAGE, "option '--output': the path is too long");
    strcpy(c.dir, o->output);
    HC_TRY(hc_path_join(c.dir, ".collect", c.state, err));
    status = collect(&c, err);
    if (status && hc_interrupt_requested()) {
        if (c.lock >= 0)
            hc_say(c.common, "the same command goes on where it was left");
        return HC_INTERRUPTED;
    }
    return status;
}

const struct hc_command hc_cmd_collect = {
    .name = "collect",
    .arguments = "",
    .summary = "a data set out of Prometheus",
    .description =
        "Asks a Prometheus server (or VictoriaMetrics, Thanos, Mimir) for the history of "
        "nodes and pods and writes it into a folder that 'analyze' reads: manifest.json, "
        "samples/ and pod_usage/ with a file for each UTC day, nodes.parquet and "
        "pods.parquet. What is asked is printed by 'hindcast queries'.\n\n"
        "The range is fixed at the first start. A run that was interrupted or killed is "
        "taken up by the same command, which asks only for what is missing. Once all is "
        "there, the same command adds what has come since.",
    .examples = "hindcast collect --url http://localhost:9090 -o history --dry-run\n"
                "hindcast collect --url http://localhost:9090 -o history\n"
                "hindcast collect --url http://thanos -o prod --match "
                "'cluster=\"prod\"'",
    .options = table,
    .options_size = sizeof(struct collect_options),
    .run = run,
};
