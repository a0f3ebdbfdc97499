#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "patterns/event.h"

#define SECOND_US INT64_C(1000000)

void hc_event_begin(
    struct hc_event_state *state, const struct hc_usual *usual, size_t gauges)
{
    memset(state, 0, sizeof(*state));
    state->usual = usual;
    state->gauges = gauges < HC_EVENT_GAUGES ? gauges : HC_EVENT_GAUGES;
}

/* ---- the window ---- */

/* Index of the k-th sample back; 0 is the newest. */
static size_t back(const struct hc_event_state *s, size_t k)
{
    return (s->next + 2 * HC_EVENT_WINDOW - 1 - k) % HC_EVENT_WINDOW;
}

static void push(struct hc_event_state *s, int64_t time_us, double score)
{
    s->time_us[s->next] = time_us;
    s->score[s->next] = score;
    s->next = (s->next + 1) % HC_EVENT_WINDOW;
    s->n += s->n < HC_EVENT_WINDOW;
    while (s->n > 1 &&
           time_us - s->time_us[back(s, s->n - 1)] >= HC_EVENT_SMOOTH_S * SECOND_US)
        s->n--;
}

/* Root of the mean square. */
static double average(const struct hc_event_state *s)
{
    double sum = 0;

    for (size_t k = 0; k < s->n; k++)
        sum += s->score[back(s, k)] * s->score[back(s, k)];
    return sqrt(sum / (double)s->n);
}

/* ---- events ---- */

static void extend(
    struct hc_event_state *s, int64_t time_us, double score, const double *z)
{
    if (!s->open) {
        s->open = true;
        s->event = (struct hc_event){.start_us = time_us};
        memset(s->sum_z, 0, sizeof(s->sum_z));
    }
    s->event.end_us = time_us;
    s->event.samples++;
    for (size_t g = 0; g < s->gauges; g++)
        if (isfinite(z[g]))
            s->sum_z[g] += fmin(fmax(z[g], -HC_USUAL_CAP), HC_USUAL_CAP);
    if (score > s->event.top) {
        s->event.top = score;
        s->event.top_us = time_us;
    }
}

void hc_event_blame(struct hc_event *e, const double *mean_z, size_t gauges)
{
    double most = 0;

    for (size_t g = 0; g < gauges; g++)
        most = fmax(most, fabs(mean_z[g]));
    for (size_t g = 0; g < gauges; g++) {
        struct hc_event_blame b = {(uint32_t)g, mean_z[g]};
        size_t k = e->n_blamed;

        if (fabs(b.z) < 3 || fabs(b.z) < most / 2)
            continue;
        for (; k > 0 && fabs(e->blamed[k - 1].z) < fabs(b.z); k--)
            if (k < HC_EVENT_BLAMED)
                e->blamed[k] = e->blamed[k - 1];
        if (k < HC_EVENT_BLAMED)
            e->blamed[k] = b;
        e->n_blamed += e->n_blamed < HC_EVENT_BLAMED;
    }
}

enum hc_status hc_event_end(struct hc_event_state *state, struct hc_events *events)
{
    if (state->open && state->event.top >= HC_EVENT_ON) {
        HC_TRY(
            hc_grow(&events->event, &events->cap, events->n + 1, sizeof(*events->event)));
        for (size_t g = 0; g < state->gauges; g++)
            state->sum_z[g] /= (double)state->event.samples;
        hc_event_blame(&state->event, state->sum_z, state->gauges);
        events->event[events->n++] = state->event;
    }
    state->open = false;
    return HC_OK;
}

enum hc_status hc_event_add(struct hc_event_state *state, int64_t time_us, uint8_t slot,
    const double *x, struct hc_events *events, double *ret_score)
{
    double z[HC_EVENT_GAUGES];
    double score = hc_usual_score(state->usual, state->gauges, slot, x, z);
    int64_t last_us = state->n ? state->time_us[back(state, 0)] : time_us;

    if (ret_score)
        *ret_score = NAN;
    if (!isfinite(score))
        return HC_OK;
    if (time_us - last_us > HC_EVENT_GAP_S * SECOND_US ||
        (last_us != state->event.end_us &&
            time_us - state->event.end_us > HC_EVENT_JOIN_S * SECOND_US))
        HC_TRY(hc_event_end(state, events));
    push(state, time_us, score);
    if (score >= HC_EVENT_OFF)
        extend(state, time_us, score, z);
    if (ret_score)
        *ret_score = average(state);
    return HC_OK;
}

void hc_events_clear(struct hc_events *events)
{
    hc_free(events->event);
    *events = (struct hc_events){0};
}
