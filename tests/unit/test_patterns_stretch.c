/* Events out of samples in any order: the same as event.h's in order, whatever the order,
 * the cut into sets, and where they are settled. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "made_signal.h"
#include "patterns/stretch.h"

enum { NODES = 3, GAUGES = 4, MINUTES = 6000, SETS = 3 };

#define MINUTE_US INT64_C(60000000)

struct sample {
    uint32_t node;
    int64_t time_us;
    double score, x[GAUGES], z[GAUGES];
};

static struct hc_usual usual[GAUGES];
static struct sample samples[NODES * MINUTES];
static const int64_t reach_us[NODES] = {
    900 * INT64_C(1000000), 900 * INT64_C(1000000), 900 * INT64_C(1000000)};

/* Noise, and stretches of up to forty minutes in which one or two gauges are far off. */
static void make(uint64_t seed)
{
    struct hc_draw d = {seed};

    for (size_t g = 0; g < GAUGES; g++) {
        usual[g] = (struct hc_usual){.known = true};
        for (size_t s = 0; s < HC_WEEK; s++)
            usual[g].scale[s] = 1;
    }
    for (uint32_t node = 0; node < NODES; node++)
        for (int i = 0; i < MINUTES; i++) {
            struct sample *s = &samples[node * MINUTES + i];
            int of_event = i % 700 - 100;
            bool off = of_event >= 0 && of_event < 1 + (int)(node * 7 + i / 700 * 5) % 41;

            *s = (struct sample){.node = node, .time_us = i * MINUTE_US};
            for (size_t g = 0; g < GAUGES; g++)
                s->x[g] = hc_draw_normal(&d);
            if (off) {
                s->x[node] += 15 + of_event;
                s->x[GAUGES - 1] -= i > 2000 ? 14 : 0;
            }
            if (i % 97 == 0)
                s->x[1] = NAN;
            s->score = hc_usual_score(usual, GAUGES, 0, s->x, s->z);
        }
}

/* The reference: a state of event.h for each node. */
static size_t in_order(struct hc_events *events)
{
    size_t n = 0;

    for (uint32_t node = 0; node < NODES; node++) {
        struct hc_event_state state;

        events[node] = (struct hc_events){0};
        hc_event_begin(&state, usual, GAUGES);
        for (int i = 0; i < MINUTES; i++)
            assert_int_equal(hc_event_add(&state, samples[node * MINUTES + i].time_us, 0,
                                 samples[node * MINUTES + i].x, &events[node], NULL),
                HC_OK);
        assert_int_equal(hc_event_end(&state, &events[node]), HC_OK);
        n += events[node].n;
    }
    return n;
}

static void shuffle(uint64_t seed)
{
    struct hc_draw d = {seed};

    for (size_t i = HC_COUNT(samples) - 1; i > 0; i--) {
        size_t k = hc_draw_below(&d, (uint32_t)(i + 1));
        struct sample t = samples[i];

        samples[i] = samples[k];
        samples[k] = t;
    }
}

/* Every sample that is off into one of the sets, as `pick` has it. */
static void gather(struct hc_stretches *all, size_t sets)
{
    struct hc_stretches part[SETS];

    assert_int_equal(hc_stretches_init(all, NODES, GAUGES, reach_us), HC_OK);
    for (size_t k = 0; k < sets; k++)
        assert_int_equal(hc_stretches_init(&part[k], NODES, GAUGES, reach_us), HC_OK);
    for (size_t i = 0; i < HC_COUNT(samples); i++)
        if (samples[i].score >= HC_EVENT_OFF)
            assert_int_equal(
                hc_stretches_add(&part[i % sets], samples[i].node, samples[i].time_us, 0,
                    samples[i].score, usual, samples[i].x, samples[i].z),
                HC_OK);
    for (size_t k = 0; k < sets; k++)
        assert_int_equal(hc_stretches_take(all, &part[k]), HC_OK);
    assert_int_equal(hc_stretches_settle(all), HC_OK);
}

static void same_event(const struct hc_event *a, const struct hc_event *b)
{
    assert_int_equal(a->start_us, b->start_us);
    assert_int_equal(a->end_us, b->end_us);
    assert_int_equal(a->top_us, b->top_us);
    assert_true(a->top == b->top);
    assert_int_equal(a->samples, b->samples);
    assert_int_equal(a->n_blamed, b->n_blamed);
    for (size_t k = 0; k < a->n_blamed; k++) {
        assert_int_equal(a->blamed[k].gauge, b->blamed[k].gauge);
        assert_true(fabs(a->blamed[k].z - b->blamed[k].z) < 1e-8);
    }
}

static void same_as_in_order(const struct hc_stretches *all, const struct hc_events *ref)
{
    size_t at[NODES] = {0};

    for (size_t i = 0; i < all->n; i++) {
        struct hc_stretch_gauge farthest[HC_EVENT_BLAMED];
        uint32_t node = all->stretch[i].node;
        struct hc_event event;

        if (all->stretch[i].top < HC_EVENT_ON)
            continue;
        assert_true(at[node] < ref[node].n);
        hc_stretches_event(all, i, &event, farthest);
        same_event(&event, &ref[node].event[at[node]++]);
        for (size_t k = 0; k < event.n_blamed; k++) /* usual: 0, spread 1 */
            assert_true(farthest[k].value == farthest[k].z && farthest[k].usual == 0 &&
                        fabs(farthest[k].z) >= fabs(event.blamed[k].z) - 1e-8);
    }
    for (uint32_t node = 0; node < NODES; node++)
        assert_int_equal(at[node], ref[node].n);
}

static void any_order_is_as_in_order(void **state)
{
    struct hc_stretches once, again;
    struct hc_events ref[NODES];

    (void)state;
    make(7);
    assert_in_range(in_order(ref), 3 * 8, 3 * 10);
    for (uint64_t round = 0; round < 4; round++) {
        gather(&once, 1);
        shuffle(round + 1);
        gather(&again, SETS);
        same_as_in_order(&once, ref);
        same_as_in_order(&again, ref);
        assert_int_equal(once.n, again.n); /* to the bit: */
        assert_memory_equal(
            once.gauge, again.gauge, once.n * GAUGES * sizeof(*once.gauge));
        hc_stretches_clear(&once);
        hc_stretches_clear(&again);
    }
    for (uint32_t node = 0; node < NODES; node++)
        hc_events_clear(&ref[node]);
}

/* Of two samples with the highest score the earlier is the top, whichever came first. */
static void of_equals_the_first(void **state)
{
    const double x[GAUGES] = {9, 9, 9, 9};

    (void)state;
    make(1);
    for (int first = 0; first < 2; first++) {
        struct hc_stretches s;

        assert_int_equal(hc_stretches_init(&s, NODES, GAUGES, reach_us), HC_OK);
        for (int k = 0; k < 2; k++)
            assert_int_equal(hc_stretches_add(&s, 1, (k ^ first ? 7 : 3) * MINUTE_US, 0,
                                 9, usual, x, x),
                HC_OK);
        assert_int_equal(s.n, 1);
        assert_int_equal(s.stretch[0].top_us, 3 * MINUTE_US);
        hc_stretches_clear(&s);
    }
}

static void reach_is_of_the_step(void **state)
{
    (void)state;
    assert_int_equal(hc_stretch_reach_us(0), 900000000);
    assert_int_equal(hc_stretch_reach_us(60), 900000000);
    assert_int_equal(hc_stretch_reach_us(600), 900000000);
    assert_int_equal(hc_stretch_reach_us(3600), INT64_C(5400000000));
    assert_int_equal(hc_stretch_reach_us(7200), INT64_C(7200000000));
    assert_int_equal(hc_stretch_reach_us(86400), 900000000); /* never side by side */
}

static void no_memory_is_said(void **state)
{
    struct hc_stretches s;
    const struct sample *one = &samples[0];

    (void)state;
    hc_mem_fail_after(0);
    assert_int_equal(hc_stretches_init(&s, NODES, GAUGES, reach_us), HC_NO_MEMORY);
    hc_mem_fail_after(-1);
    assert_int_equal(hc_stretches_init(&s, NODES, GAUGES, reach_us), HC_OK);
    for (int after = 0; after < 2; after++) {
        hc_mem_fail_after(after);
        assert_int_equal(
            hc_stretches_add(&s, 0, 0, 0, 5, usual, one->x, one->z), HC_NO_MEMORY);
    }
    hc_mem_fail_after(-1);
    assert_int_equal(hc_stretches_add(&s, 0, 0, 0, 5, usual, one->x, one->z), HC_OK);
    for (int after = 0; after < 4; after++) {
        hc_mem_fail_after(after);
        assert_int_equal(hc_stretches_settle(&s), HC_NO_MEMORY);
    }
    hc_mem_fail_after(-1);
    assert_int_equal(hc_stretches_settle(&s), HC_OK);
    assert_int_equal(s.n, 1);
    hc_stretches_clear(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_order_is_as_in_order),
        cmocka_unit_test(of_equals_the_first),
        cmocka_unit_test(reach_is_of_the_step),
        cmocka_unit_test(no_memory_is_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
