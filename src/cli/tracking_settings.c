#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/clock.h"
#include "cli/interrupt.h"
#include "cli/tracking.h"

/* NULL where it is not set, or empty. */
static const char *from_environment(const char *name)
{
    const char *value = getenv(name);

    return value && *value ? value : NULL;
}

static const char *first_of(const char *a, const char *b, const char *c)
{
    return a && *a ? a : b && *b ? b : c && *c ? c : NULL;
}

/* As MLflow's own client takes it. */
static bool is_true(const char *value)
{
    return value && (!strcasecmp(value, "true") || !strcmp(value, "1"));
}

static bool is_http(const char *uri)
{
    return !strncasecmp(uri, "http://", 7) || !strncasecmp(uri, "https://", 8);
}

static enum hc_status check_uri(const char *uri, struct hc_error *err)
{
    if (!uri)
        return hc_fail(err, HC_USAGE,
            "no tracking server is named: set MLFLOW_TRACKING_URI, or give "
            "--tracking-uri http://HOST:PORT");
    if (!is_http(uri))
        return hc_fail(err, HC_USAGE,
            "'%.200s' is no address of a tracking server: only http:// and https:// are "
            "spoken; 'mlflow server' serves a folder or database so",
            strstr(uri, "@") ? "the tracking URI" : uri);
    return HC_OK;
}

static enum hc_status open_http(
    const char *uri, struct hc_http **ret, struct hc_error *err)
{
    const char *user = from_environment("MLFLOW_TRACKING_USERNAME");
    const struct hc_http_options options = {.url = uri,
        .user = user,
        .password = user ? from_environment("MLFLOW_TRACKING_PASSWORD") : NULL,
        .token = user ? NULL : from_environment("MLFLOW_TRACKING_TOKEN"),
        .ca_file = from_environment("MLFLOW_TRACKING_SERVER_CERT_PATH"),
        .cert_file = from_environment("MLFLOW_TRACKING_CLIENT_CERT_PATH"),
        .insecure = is_true(from_environment("MLFLOW_TRACKING_INSECURE_TLS")),
        .gzip = HC_HTTP_GZIP_NEVER,
        .stop = hc_interrupt_flag()};

    return hc_http_open(&options, ret, err);
}

enum hc_status hc_tracking_open(const struct hc_common *common,
    const struct hc_tracking_options *options, const char *uri, const char *experiment,
    struct hc_tracking *ret, struct hc_error *err)
{
    *ret = (struct hc_tracking){.common = common,
        .timeout_s = options->timeout_s,
        .user = first_of(getenv("LOGNAME"), getenv("USER"), NULL),
        .now_us = (int64_t)time(NULL) * HC_SECOND_US};
    uri = first_of(options->uri, getenv("MLFLOW_TRACKING_URI"), uri);
    ret->experiment =
        first_of(options->experiment, getenv("MLFLOW_EXPERIMENT_NAME"), experiment);
    if (!ret->experiment)
        ret->experiment = "hindcast";
    HC_TRY(check_uri(uri, err));
    HC_TRY(open_http(uri, &ret->http, err));
    if (hc_http_in_the_clear(ret->http))
        hc_say(
            common, "a password or token goes over a connection that is not encrypted");
    return HC_OK;
}

void hc_tracking_close(struct hc_tracking *tracking)
{
    hc_http_close(tracking->http);
    tracking->http = NULL;
}
