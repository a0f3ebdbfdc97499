#include <stdio.h>

#include "synth/random.h"
#include "synth/seats.h"

enum {
    ROLL_AT = 120,   /* 10:00 */
    NIGHT_FROM = 24, /* 02:00 .. 04:00 */
    NIGHT_UNTIL = 48,
    ROLLED_BESIDE = 12, /* a moment after the other */
    SUFFIX = 5,
    SUFFIXES = 14348907, /* 27^5 */
};

/* What Kubernetes makes names of. */
static const char letters[28] = "bcdfghjklmnpqrstvwxz2456789";

int64_t hc_synth_moments(const struct hc_synth_plan *plan)
{
    return plan->options.days * HC_DAY_MOMENTS;
}

static int64_t moment_of(const struct hc_synth_plan *plan, int64_t slot)
{
    int64_t moment =
        (slot * plan->options.step_s + HC_SYNTH_POD_STEP_S - 1) / HC_SYNTH_POD_STEP_S;

    return slot == plan->slots ? hc_synth_moments(plan) : moment;
}

void hc_node_moments(
    const struct hc_synth_plan *plan, uint32_t node, int64_t *ret_first, int64_t *ret_end)
{
    *ret_first = moment_of(plan, plan->nodes[node].first);
    *ret_end = moment_of(plan, plan->nodes[node].end);
}

/* ---- lives ---- */

/* A job's night: the day's, from 02:00 to 04:00. */
static struct hc_life life_of_job(int64_t moment)
{
    int64_t day = moment / HC_DAY_MOMENTS, of_day = moment % HC_DAY_MOMENTS;
    int64_t midnight = day * HC_DAY_MOMENTS;

    if (of_day < NIGHT_FROM)
        return (struct hc_life){.from = midnight, .until = midnight + NIGHT_FROM};
    if (of_day >= NIGHT_UNTIL)
        return (struct hc_life){
            .from = midnight + NIGHT_UNTIL, .until = midnight + HC_DAY_MOMENTS};
    return (struct hc_life){.present = true,
        .completes = true,
        .from = midnight + NIGHT_FROM,
        .until = midnight + NIGHT_UNTIL,
        .roll = (uint32_t)day,
        .id = (uint32_t)day};
}

/* From one roll of the workload to the next; the first is on a day of its own. */
static struct hc_life life_between_rolls(
    const struct hc_synth_plan *plan, const struct hc_synth_seat *seat, int64_t moment)
{
    int64_t every = hc_synth_workloads[seat->workload].roll_days;
    int64_t first, rolls, period = every * HC_DAY_MOMENTS;
    struct hc_life life = {.present = true, .until = hc_synth_moments(plan)};

    if (!every)
        return life;
    first =
        seat->workload % every * HC_DAY_MOMENTS + ROLL_AT + seat->replica % ROLLED_BESIDE;
    rolls = moment < first ? 0 : (moment - first) / period + 1;
    life.from = rolls ? first + (rolls - 1) * period : 0;
    life.until = first + rolls * period;
    life.roll = (uint32_t)rolls;
    life.id = 2 * life.roll;
    return life;
}

/* Cuts a stretch by another in which nobody is there; what is behind it is another life.
 */
static struct hc_life cut_out(
    struct hc_life life, int64_t moment, int64_t first, int64_t end)
{
    if (moment < first) {
        life.completes &= life.until <= first;
        life.until = life.until < first ? life.until : first;
    } else if (moment >= end) {
        life.id += life.present && life.from < end && !life.completes;
        life.from = life.from > end ? life.from : end;
    } else {
        life = (struct hc_life){.from = first, .until = end};
    }
    return life;
}

struct hc_life hc_seat_life(
    const struct hc_synth_plan *plan, const struct hc_synth_seat *seat, int64_t moment)
{
    enum hc_workload_kind kind = hc_synth_workloads[seat->workload].kind;
    int64_t first, end, drained = plan->maintenance_day * HC_DAY_MOMENTS;
    struct hc_life life = kind == HC_KIND_CRON_JOB
                              ? life_of_job(moment)
                              : life_between_rolls(plan, seat, moment);

    hc_node_moments(plan, seat->node, &first, &end);
    if (seat->node == plan->role[HC_ROLE_MAINTENANCE] && kind != HC_KIND_DAEMON_SET)
        life = cut_out(life, moment, drained, drained + HC_DAY_MOMENTS);
    if (moment < first)
        return (struct hc_life){.until = first};
    if (moment >= end)
        return (struct hc_life){.from = end, .until = hc_synth_moments(plan)};
    life.from = life.from > first ? life.from : first;
    life.completes &= life.until <= end;
    life.until = life.until < end ? life.until : end;
    return life;
}

/* ---- names ---- */

static void put_letters(uint32_t number, size_t n, char *to)
{
    for (size_t i = 0; i < n; i++, number /= 27)
        to[i] = letters[number % 27];
    to[n] = '\0';
}

/* Another for each replica, before and after a maintenance: a step that has no common
 * factor with 27^5 meets every number before it comes back. */
static void put_suffix(const struct hc_synth_seat *seat, const struct hc_life *life,
    uint32_t begin, char *to)
{
    uint64_t number = 2 * (uint64_t)seat->replica + (life->id & 1);

    put_letters((uint32_t)((number * 7654321 + begin) % SUFFIXES), SUFFIX, to);
}

static void put_uid(const struct hc_synth_plan *plan, const struct hc_synth_seat *seat,
    const struct hc_life *life, char uid[40])
{
    struct hc_random r = hc_random_at(
        plan->options.seed, HC_RANDOM_POD_UID, (uint32_t)(seat - plan->seats), life->id);

    snprintf(uid, 40, "%08x-%04x-4%03x-%04x-%04x%08x", r.word[0], r.word[1] >> 16,
        r.word[1] & 0xfff, 0x8000 | (r.word[2] >> 16 & 0x3fff), r.word[2] & 0xffff,
        r.word[3]);
}

void hc_life_names(const struct hc_synth_plan *plan, const struct hc_synth_seat *seat,
    const struct hc_life *life, char pod[HC_SYNTH_POD_NAME], char uid[40])
{
    const struct hc_synth_workload *workload = &hc_synth_workloads[seat->workload];
    struct hc_random r =
        hc_random_at(plan->options.seed, HC_RANDOM_POD_NAME, seat->workload, life->roll);
    int64_t minutes = plan->options.start_s / 60 + life->from * HC_SYNTH_POD_STEP_S / 60;
    char set[16], suffix[8];

    put_letters(r.word[0], 6, set);
    put_letters(r.word[1], 4, set + 6);
    put_suffix(seat, life, r.word[2] % SUFFIXES, suffix);
    switch ((enum hc_workload_kind)workload->kind) {
    case HC_KIND_DEPLOYMENT:
        snprintf(pod, HC_SYNTH_POD_NAME, "%s-%s-%s", workload->name, set, suffix);
        break;
    case HC_KIND_STATEFUL_SET:
        snprintf(pod, HC_SYNTH_POD_NAME, "%s-%u", workload->name, seat->replica);
        break;
    case HC_KIND_CRON_JOB:
        snprintf(pod, HC_SYNTH_POD_NAME, "%s-%lld-%s", workload->name, (long long)minutes,
            suffix);
        break;
    case HC_KIND_DAEMON_SET:
        snprintf(pod, HC_SYNTH_POD_NAME, "%s-%s", workload->name, suffix);
        break;
    }
    put_uid(plan, seat, life, uid);
}
