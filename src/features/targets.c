#include <math.h>

#include "features/targets.h"

/* The rows in which a target may be, around the first one at or after the goal. */
struct search {
    const struct hc_target_series *series;
    size_t first, end; /* candidates are in [first, end) */
    size_t middle;
    int64_t goal_us, room_us, last_us;
};

static int64_t distance(const struct search *s, size_t row)
{
    int64_t off = s->series->time_us[row] - s->goal_us;

    return off < 0 ? -off : off;
}

static bool is_candidate(const struct search *s, size_t row)
{
    return row >= s->first && row < s->end && distance(s, row) <= s->room_us &&
           s->series->time_us[row] <= s->last_us;
}

/* Outwards from the goal, the nearer side first. */
static double nearest(const struct search *s)
{
    size_t left = s->middle, right = s->middle; /* left - 1 is the next to the left */

    while (left > s->first && s->series->time_us[left - 1] > s->last_us)
        left--;
    for (;;) {
        bool has_left = left > 0 && is_candidate(s, left - 1);
        bool has_right = is_candidate(s, right);
        size_t row;

        if (!has_left && !has_right)
            return NAN;
        if (has_left && (!has_right || distance(s, left - 1) <= distance(s, right)))
            row = --left;
        else
            row = right++;
        if (!isnan(s->series->value[row]))
            return s->series->value[row];
    }
}

/* The usual case: a sample at the very moment. */
static bool is_hit(const struct search *s)
{
    return s->middle < s->end && s->middle >= s->first &&
           s->series->time_us[s->middle] == s->goal_us && s->goal_us <= s->last_us &&
           !isnan(s->series->value[s->middle]);
}

void hc_target_fill(const struct hc_target *target, const struct hc_target_series *series,
    size_t first, size_t end, double *out)
{
    struct search s = {.series = series, .end = series->rows};

    for (size_t i = first; i < end; i++) {
        int64_t t = series->time_us[i];
        bool is_training = t < target->split_us - target->embargo_us;

        s.first = i + 1;
        s.goal_us = t + target->horizon_us;
        s.room_us = series->step_us[i] / 2;
        s.last_us = is_training ? target->split_us - 1 : INT64_MAX;
        while (s.middle < s.end && series->time_us[s.middle] < s.goal_us)
            s.middle++;
        out[i - first] = is_hit(&s) ? series->value[s.middle] : nearest(&s);
    }
}
