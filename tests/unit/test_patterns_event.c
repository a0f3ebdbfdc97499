/* What is usual by hour of week and events out of scores: formulas, planted events, gaps.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "patterns/event.h"
#include "made_signal.h"

enum { HOURS = HC_WEEK * 10, GAUGES = 4, MINUTES = 60 * 24 * 30 };

#define MINUTE_US INT64_C(60000000)

static uint8_t slot[HOURS];
static double y[HOURS], within[HOURS];

static void scale_is_the_formula(void **state)
{
    struct hc_draw d = {1};
    struct hc_usual b;
    double part[10], off[10], middle;

    (void)state;
    hc_week_slots(0, HOURS, slot);
    for (size_t i = 0; i < HOURS; i++) {
        y[i] = hc_draw_normal(&d) * (slot[i] == 7 ? 30 : 1) + slot[i];
        within[i] = 4;
    }
    assert_int_equal(hc_usual_fit(y, within, HOURS, slot, &b), HC_OK);
    for (size_t k = 0; k < 10; k++)
        part[k] = y[7 + k * HC_WEEK];
    for (size_t a = 0; a < 10; a++) /* sorted */
        for (size_t c = a + 1; c < 10; c++)
            if (part[c] < part[a]) {
                double t = part[a];

                part[a] = part[c];
                part[c] = t;
            }
    middle = (part[4] + part[5]) / 2;
    assert_true(fabs(b.median[7] - middle) < 1e-12);
    for (size_t k = 0; k < 10; k++)
        off[k] = fabs(part[k] - middle);
    for (size_t a = 0; a < 10; a++)
        for (size_t c = a + 1; c < 10; c++)
            if (off[c] < off[a]) {
                double t = off[a];

                off[a] = off[c];
                off[c] = t;
            }
    assert_true(fabs(b.scale[7] - 1.4826 * (off[4] + off[5]) / 2) < 1e-12);
    assert_true(b.scale[8] > sqrt(5) && b.scale[8] < 4); /* the floor, slot 7 in it */
    assert_true(fabs(hc_usual_z(&b, 7, middle + b.scale[7]) - 1) < 1e-12);
    assert_true(isnan(hc_usual_z(&b, 7, NAN)));
}

static void odd_data(void **state)
{
    const double x[] = {5, 6, NAN};
    struct hc_usual b[3];
    double z[3];

    (void)state;
    hc_week_slots(0, HOURS, slot);
    for (size_t i = 0; i < HOURS; i++)
        y[i] = 5;
    assert_int_equal(hc_usual_fit(y, NULL, HOURS, slot, &b[0]), HC_OK);
    assert_true(hc_usual_z(&b[0], 3, 5) == 0);
    assert_true(hc_usual_z(&b[0], 3, 6) == HC_USUAL_CAP);
    assert_true(hc_usual_z(&b[0], 3, 4) == -HC_USUAL_CAP);
    for (size_t i = 0; i < HOURS; i++) /* Mondays, and noon, are never there */
        y[i] = slot[i] < 24 || slot[i] % 24 == 12 ? NAN : (double)(slot[i] % 24);
    assert_int_equal(hc_usual_fit(y, NULL, HOURS, slot, &b[1]), HC_OK);
    assert_true(b[1].median[5] == 5 && isfinite(b[1].median[12]));
    assert_int_equal(hc_usual_fit(y, NULL, 80, slot, &b[2]), HC_OK);
    assert_false(b[2].known);
    assert_true(isnan(hc_usual_score(b + 2, 1, 3, x, z)));
    assert_true(isnan(hc_usual_score(b, 1, 3, x, z))); /* as ever: nothing to say */
    assert_true(hc_usual_score(b, 1, 3, x + 1, z) == HC_USUAL_CAP);
    hc_mem_fail_after(0);
    assert_int_equal(hc_usual_fit(y, NULL, HOURS, slot, &b[0]), HC_NO_MEMORY);
    hc_mem_fail_after(-1);
}

/* ---- events ---- */

struct node {
    struct hc_usual usual[GAUGES];
    struct hc_events events;
    struct hc_event_state state;
};

static struct node node;

/* All gauges usual: median 0, scale 1. */
static void begin(void)
{
    for (size_t g = 0; g < GAUGES; g++) {
        node.usual[g] = (struct hc_usual){.known = true};
        for (size_t s = 0; s < HC_WEEK; s++)
            node.usual[g].scale[s] = 1;
    }
    hc_event_begin(&node.state, node.usual, GAUGES);
}

static void feed(int64_t minute, const double *x)
{
    assert_int_equal(hc_event_add(&node.state, minute * MINUTE_US,
                         (uint8_t)(minute / 60 % HC_WEEK), x, &node.events, NULL),
        HC_OK);
}

/* Two gauges off from minute 1000 to 1039, one from 5000 to 5009 and 5015 to 5019. */
static void finds_when_and_what(void **state)
{
    struct hc_draw d = {2};
    const struct hc_event *e;

    (void)state;
    begin();
    for (int64_t t = 0; t < MINUTES; t++) {
        double x[GAUGES];

        for (size_t g = 0; g < GAUGES; g++)
            x[g] = hc_draw_normal(&d);
        if (t >= 1000 && t < 1040) {
            x[2] += 18;
            x[1] -= 12;
        }
        if (t >= 5000 && t < 5020 && (t < 5010 || t >= 5015))
            x[3] += 60;
        feed(t, x);
    }
    assert_int_equal(hc_event_end(&node.state, &node.events), HC_OK);
    assert_int_equal(node.events.n, 2);
    e = &node.events.event[0];
    assert_true(e->start_us == 1000 * MINUTE_US);
    assert_true(e->end_us == 1039 * MINUTE_US);
    assert_true(e->samples == 40 && e->top > 9 && e->top < 14);
    assert_true(e->top_us >= e->start_us && e->top_us <= e->end_us);
    assert_int_equal(e->n_blamed, 2);
    assert_true(e->blamed[0].gauge == 2 && e->blamed[0].z > 14);
    assert_true(e->blamed[1].gauge == 1 && e->blamed[1].z < -9);
    e = &node.events.event[1];
    assert_true(e->start_us == 5000 * MINUTE_US && e->end_us == 5019 * MINUTE_US);
    assert_true(e->n_blamed == 1 && e->blamed[0].gauge == 3);
    assert_true(e->blamed[0].z <= HC_USUAL_CAP);
    hc_events_clear(&node.events);
}

/* Nothing on noise; an event at the end is closed; a gap ends one; missing samples do no
 * harm. */
static void gaps_and_ends(void **state)
{
    const double usual[] = {0, 1, -1, 0}, off[] = {20, 20, NAN, 20};
    const double none[] = {NAN, NAN, NAN, NAN};

    (void)state;
    begin();
    for (int64_t t = 0; t < 3000; t++)
        feed(t, t % 7 ? usual : none);
    assert_false(node.state.open);
    for (int64_t t = 3000; t < 3010; t++)
        feed(t, off);
    assert_true(node.state.open);
    feed(4000, usual); /* 16 hours later */
    assert_int_equal(node.events.n, 1);
    assert_true(node.events.event[0].end_us == 3009 * MINUTE_US);
    for (int64_t t = 4001; t < 4010; t++)
        feed(t, off);
    assert_int_equal(hc_event_end(&node.state, &node.events), HC_OK);
    assert_int_equal(hc_event_end(&node.state, &node.events), HC_OK);
    assert_int_equal(node.events.n, 2);
    assert_true(node.events.event[1].end_us == 4009 * MINUTE_US);
    hc_events_clear(&node.events);
}

/* Steps of hours: no average, a single sample may be an event; of seconds: a full window.
 */
static void any_step(void **state)
{
    const double usual[] = {0, 1, -1, 0}, off[] = {30, 30, 30, 30};

    (void)state;
    begin();
    for (int64_t t = 0; t < 300; t++)
        feed(60 * t, t == 200 || (t >= 250 && t < 254) ? off : usual);
    assert_int_equal(hc_event_end(&node.state, &node.events), HC_OK);
    assert_int_equal(node.events.n, 2);
    assert_true(node.events.event[0].samples == 1 && node.events.event[1].samples == 4);
    assert_true(node.events.event[0].start_us == 200 * 60 * MINUTE_US);
    hc_events_clear(&node.events);
    begin();
    for (int64_t t = 0; t < 2000; t++)
        assert_int_equal(hc_event_add(&node.state, t * 1000000, 0,
                             t >= 1000 && t < 1200 ? off : usual, &node.events, NULL),
            HC_OK);
    assert_int_equal(hc_event_end(&node.state, &node.events), HC_OK);
    assert_int_equal(node.events.n, 1);
    assert_true(node.events.event[0].start_us == 1000 * INT64_C(1000000));
    hc_events_clear(&node.events);
}

static void says_no_memory(void **state)
{
    const double off[] = {30, 30, 30, 30};

    (void)state;
    begin();
    feed(0, off);
    hc_mem_fail_after(0);
    assert_int_equal(hc_event_end(&node.state, &node.events), HC_NO_MEMORY);
    hc_mem_fail_after(-1);
    assert_int_equal(node.events.n, 0);
    hc_events_clear(&node.events);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scale_is_the_formula),
        cmocka_unit_test(odd_data),
        cmocka_unit_test(finds_when_and_what),
        cmocka_unit_test(gaps_and_ends),
        cmocka_unit_test(any_step),
        cmocka_unit_test(says_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
