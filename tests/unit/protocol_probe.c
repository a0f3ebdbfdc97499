/*
 * protocol_probe - each piece of a plan asked both ways, for tests that have a real
 * server
 *
 *     protocol_probe URL FOLDER
 *
 * FOLDER holds the plan of a collection by remote read (plan.json). Out, a line an ask
 * and day: "NAME START series N values N differ N worst X": how many series and values
 * the server's own answer has, how many of them have other bits out of its raw samples,
 * and the largest relative difference. Another set of series, or a value that is only in
 * one, is said on stderr, with exit code 3 (HC_INPUT).
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "collect/piece_same.h"
#include "collect/plan_json.h"
#include "collect/server.h"

static const struct hc_piece_series *mate(
    const struct hc_piece *piece, const struct hc_piece_series *of)
{
    for (size_t i = 0; i < piece->n; i++)
        if (piece->series[i].n_bytes == of->n_bytes &&
            !memcmp(piece->series[i].labels, of->labels, of->n_bytes))
            return &piece->series[i];
    return NULL;
}

static void report(const struct hc_piece *a, const struct hc_piece *b)
{
    size_t values = 0, differ = 0;
    double worst = 0;

    for (size_t i = 0; i < a->n; i++) {
        const struct hc_piece_series *other = mate(b, &a->series[i]);

        for (size_t p = 0; p < a->n_points; p++) {
            double x = a->series[i].values[p], y = other->values[p];

            values += !isnan(x);
            if (isnan(x) || !memcmp(&x, &y, sizeof(x)))
                continue;
            differ++;
            worst = fmax(worst, fabs(x - y) / fmax(fabs(x), fabs(y)));
        }
    }
    printf("%s %" PRId64 " series %zu values %zu differ %zu worst %g\n",
        hc_ask_name(a->id.ask), a->id.span.start_s, a->n, values, differ, worst);
}

static enum hc_status compare(struct hc_server *server, const struct hc_plan *plan,
    const struct hc_piece_id *id, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf promql = HC_BUF_INIT;
    HC_CLEANUP(hc_piece_clear) struct hc_piece queried = {.n = 0}, raw = {.n = 0};
    bool too_much;

    hc_piece_init(&queried, id, hc_ask_step(plan, id->ask));
    hc_piece_init(&raw, id, hc_ask_step(plan, id->ask));
    hc_plan_promql(plan, id->ask, &promql);
    HC_TRY(hc_server_ask(server, plan, hc_buf_str(&promql), &queried, &too_much, err));
    HC_TRY(hc_server_read(server, plan, &raw, &too_much, err));
    HC_TRY(hc_piece_same(&queried, &raw, 1e-9, err));
    report(&queried, &raw);
    return HC_OK;
}

static enum hc_status compare_all(
    struct hc_server *server, const struct hc_plan *plan, struct hc_error *err)
{
    for (int64_t day = 0; day < hc_plan_days(plan); day++)
        for (int ask = 0; ask < HC_QUERIES; ask++) {
            struct hc_piece_id id = {ask, hc_ask_span(plan, ask, hc_plan_day(plan, day))};

            if (plan->asks[ask] && id.span.start_s < id.span.end_s)
                HC_TRY(compare(server, plan, &id, err));
        }
    return HC_OK;
}

int main(int argc, char **argv)
{
    const struct hc_http_options options = {
        .url = argc > 1 ? argv[1] : "", .gzip = HC_HTTP_GZIP_ALWAYS};
    struct hc_server server = {.timeout_s = 60};
    struct hc_plan plan = {.n_own = 0};
    struct hc_error err = {""};
    enum hc_status status = argc == 3 ? HC_OK : HC_USAGE;

    if (!status)
        status = hc_plan_read(argv[2], &plan, &err);
    if (!status)
        status = hc_http_open(&options, &server.http, &err);
    if (!status)
        status = compare_all(&server, &plan, &err);
    if (status)
        fprintf(stderr, "%s: %s\n", hc_status_name(status), err.message);
    if (server.http)
        hc_http_close(server.http);
    hc_plan_clear(&plan);
    return (int)status;
}
