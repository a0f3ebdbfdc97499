#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "report/axis.h"
#include "report/palette.h"

enum { TICK_SIZE = 10, NOTE_SIZE = 10, NAME_SIZE = 10, HEAD_SIZE = 12 };

const struct hc_ink hc_ink_tick_left = {TICK_SIZE, HC_COLOUR_MUTED, HC_RIGHT, false};
const struct hc_ink hc_ink_tick_below = {TICK_SIZE, HC_COLOUR_MUTED, HC_CENTRE, false};
const struct hc_ink hc_ink_note = {NOTE_SIZE, HC_COLOUR_MUTED, HC_LEFT, false};
const struct hc_ink hc_ink_name = {NAME_SIZE, HC_COLOUR_TEXT, HC_RIGHT, false};

double hc_axis_at(const struct hc_axis *axis, double value)
{
    double t = (value - axis->lo) / (axis->hi - axis->lo);

    return axis->from + t * (axis->to - axis->from);
}

void hc_frame_init(
    struct hc_frame *frame, double x, double y, double width, double height)
{
    *frame = (struct hc_frame){
        x, y, width, height, {0, 1, x, x + width}, {0, 1, y + height, y}};
}

/* 1, 2 or 5 times a power of ten, so that `span` has about n of them. */
static double round_step(double span, int n)
{
    double raw = span / n, power = pow(10, floor(log10(raw)));
    double head = raw / power;

    return power * (head <= 1 ? 1 : head <= 2 ? 2 : head <= 5 ? 5 : 10);
}

/* What no cluster has: a scale ends there, so that it can be computed with. */
#define LARGEST 1e300
#define SMALLEST 1e-300

static double bounded(double value)
{
    return fmin(fmax(value, -LARGEST), LARGEST);
}

void hc_axis_from_zero(struct hc_axis *axis, double low, double high)
{
    axis->lo = low < -SMALLEST ? bounded(low) * 1.06 : 0;
    axis->hi = high > SMALLEST ? bounded(high) * 1.06 : axis->lo < 0 ? 0 : 1;
}

void hc_axis_fit(struct hc_axis *axis, double low, double high)
{
    double top = bounded(fmax(fabs(low), fabs(high))), middle, pad, step;

    if (!(low <= high) || top < SMALLEST) {
        axis->lo = 0;
        axis->hi = 1;
        return;
    }
    if (low >= 0 && low < 0.4 * high) {
        hc_axis_from_zero(axis, 0, high);
        return;
    }
    low = bounded(low);
    high = bounded(high);
    middle = low / 2 + high / 2;
    pad = fmax((high - low) / 2 * 1.15, top * 0.1);
    step = round_step(2 * pad, 5);
    axis->lo = floor((middle - pad) / step) * step;
    axis->hi = ceil((middle + pad) / step) * step;
    if (low >= 0 && axis->lo < 0)
        axis->lo = 0;
}

/* As few digits as tell two ticks apart. */
static void tick_text(char out[32], double value, double step, enum hc_measure measure)
{
    double scale = measure == HC_SHARE ? 100 : 1, size = step * scale;
    int digits = size >= 1 ? 0 : (int)ceil(-log10(size) - 1e-9);

    value *= scale;
    if (fabs(value) < size / 2)
        value = 0;
    if (fabs(value) >= 1e6 || digits > 6)
        snprintf(out, 32, "%.3g%s", value, measure == HC_SHARE ? " %" : "");
    else
        snprintf(out, 32, "%.*f%s", digits, value, measure == HC_SHARE ? " %" : "");
}

void hc_frame_left(
    struct hc_plot *plot, const struct hc_frame *frame, enum hc_measure measure, int n)
{
    const struct hc_axis *up = &frame->up;
    double step = round_step(up->hi - up->lo, n);

    if (measure == HC_COUNTS)
        step = fmax(step, 1);
    for (double i = ceil(up->lo / step - 1e-9); i * step <= up->hi + step * 1e-9; i++) {
        double y = hc_axis_at(up, i * step);
        char text[32];

        tick_text(text, i * step, step, measure);
        hc_plot_run(plot, frame->x, frame->x + frame->width, y);
        hc_plot_text(plot, frame->x - 6, y, &hc_ink_tick_left, 0, text);
    }
    hc_plot_as_runs(plot, "grid", HC_COLOUR_GRID, 1);
}

void hc_frame_bottom(
    struct hc_plot *plot, const struct hc_frame *frame, enum hc_measure measure, int n)
{
    const struct hc_axis *across = &frame->across;
    double step = round_step(across->hi - across->lo, n);
    double below = frame->y + frame->height + 11;

    for (double i = ceil(across->lo / step - 1e-9); i * step <= across->hi + step * 1e-9;
         i++) {
        double x = hc_axis_at(across, i * step);
        char text[32];

        tick_text(text, i * step, step, measure);
        hc_plot_bar(plot, x, frame->y, frame->y + frame->height);
        hc_plot_text(plot, x, below, &hc_ink_tick_below, 0, text);
    }
    hc_plot_as_runs(plot, "grid", HC_COLOUR_GRID, 1);
}

void hc_frame_base(struct hc_plot *plot, const struct hc_frame *frame)
{
    hc_plot_run(plot, frame->x, frame->x + frame->width, frame->y + frame->height);
    hc_plot_as_runs(plot, "axis", HC_COLOUR_AXIS, 1);
}

/* ---- time ---- */

/* The moment at which the clocks show `local_s`; of two, the later offset's. */
static int64_t moment_of(const struct hc_zone *zone, int64_t local_s)
{
    int64_t utc = local_s - hc_zone_offset(zone, local_s);

    return local_s - hc_zone_offset(zone, utc);
}

/* Hours, days, or months between ticks. */
static const int steps_h[] = {1, 2, 3, 6, 12};
static const int steps_d[] = {1, 2, 7, 14, 28};
static const int steps_months[] = {1, 3, 6, 12, 24, 60, 120, 600, 1200};

static int64_t pick_hours(double span_s, int most)
{
    for (size_t i = 0; i < HC_COUNT(steps_h); i++)
        if (span_s / 3600 / steps_h[i] <= most)
            return steps_h[i];
    return 0;
}

static void time_tick(struct hc_plot *plot, const struct hc_frame *frame, int64_t utc_s,
    bool numbers, const char *text)
{
    double x = hc_axis_at(&frame->across, (double)utc_s);

    if ((double)utc_s < frame->across.lo || (double)utc_s > frame->across.hi)
        return;
    hc_plot_bar(plot, x, frame->y, frame->y + frame->height);
    if (numbers)
        hc_plot_text(plot, x, frame->y + frame->height + 11, &hc_ink_tick_below, 0, text);
}

static const char *const months[] = {
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

static void day_text(char out[HC_TIME_TEXT], int64_t day, bool is_monday)
{
    struct hc_date date = hc_date_from_days(day);

    snprintf(out, HC_TIME_TEXT, "%s%d %s", is_monday ? "Mon " : "", date.day,
        months[date.month - 1]);
}

static void hour_ticks(struct hc_plot *plot, const struct hc_frame *frame,
    const struct hc_zone *zone, int64_t step_s, bool numbers)
{
    int64_t lo = (int64_t)frame->across.lo, hi = (int64_t)frame->across.hi;
    int64_t local = hc_floor_div(lo + hc_zone_offset(zone, lo), step_s) * step_s;

    for (; moment_of(zone, local) <= hi; local += step_s) {
        int64_t day = hc_floor_div(local, 86400), hour = (local - day * 86400) / 3600;
        char text[HC_TIME_TEXT];

        if (hour)
            snprintf(text, sizeof(text), "%02d:00", (int)hour);
        else
            day_text(text, day, false);
        time_tick(plot, frame, moment_of(zone, local), numbers, text);
    }
}

static void day_ticks(struct hc_plot *plot, const struct hc_frame *frame,
    const struct hc_zone *zone, int64_t step, bool numbers)
{
    int64_t lo = (int64_t)frame->across.lo, hi = (int64_t)frame->across.hi;
    int64_t day = hc_floor_div(lo + hc_zone_offset(zone, lo), 86400);

    day = step % 7 ? hc_floor_div(day, step) * step
                   : day - hc_weekday(day); /* weeks begin on Mondays */
    for (; moment_of(zone, day * 86400) <= hi; day += step) {
        char text[HC_TIME_TEXT];

        day_text(text, day, step % 7 == 0);
        time_tick(plot, frame, moment_of(zone, day * 86400), numbers, text);
    }
}

/* The first of every k-th month. */
static void month_ticks(struct hc_plot *plot, const struct hc_frame *frame,
    const struct hc_zone *zone, int64_t step, bool numbers)
{
    int64_t lo = (int64_t)frame->across.lo, hi = (int64_t)frame->across.hi;
    struct hc_date date =
        hc_date_from_days(hc_floor_div(lo + hc_zone_offset(zone, lo), 86400));
    int64_t month = hc_floor_div(date.year * 12, step) * step;

    for (;; month += step) {
        struct hc_date first = {
            hc_floor_div(month, 12), (int)(month - hc_floor_div(month, 12) * 12) + 1, 1};
        int64_t at = moment_of(zone, hc_days_from_date(first) * 86400);
        char text[HC_TIME_TEXT];

        if (at > hi)
            return;
        if (step % 12)
            snprintf(text, sizeof(text), "%s %lld", months[first.month - 1],
                (long long)first.year);
        else
            snprintf(text, sizeof(text), "%lld", (long long)first.year);
        time_tick(plot, frame, at, numbers, text);
    }
}

void hc_frame_time(struct hc_plot *plot, const struct hc_frame *frame,
    const struct hc_zone *zone, bool numbers)
{
    double span = frame->across.hi - frame->across.lo;
    int most = (int)(frame->width / 62);
    int64_t hours = span < 3 * 86400 ? pick_hours(span, most) : 0;
    size_t i = 0, m = 0;

    while (i < HC_COUNT(steps_d) && span / 86400 / steps_d[i] > most)
        i++;
    while (m + 1 < HC_COUNT(steps_months) && span / 86400 / 30.4 / steps_months[m] > most)
        m++;
    if (hours)
        hour_ticks(plot, frame, zone, hours * 3600, numbers);
    else if (i < HC_COUNT(steps_d))
        day_ticks(plot, frame, zone, steps_d[i], numbers);
    else
        month_ticks(plot, frame, zone, steps_months[m], numbers);
    hc_plot_as_runs(plot, "grid", HC_COLOUR_GRID, 1);
}

/* ---- words ---- */

void hc_frame_title(struct hc_plot *plot, const struct hc_frame *frame, const char *title,
    const char *note)
{
    const struct hc_ink head = {HEAD_SIZE, HC_COLOUR_TEXT, HC_LEFT, false};
    const struct hc_ink right = {NOTE_SIZE, HC_COLOUR_MUTED, HC_RIGHT, false};
    double width = hc_plot_text_width(title, HEAD_SIZE) * 1.15; /* it is bold */
    char words[64];

    snprintf(words, sizeof(words), "%s", title);
    for (char *c = words; *c; c++)
        if (*c == '_') /* a gauge's name: bold text would take it for a subscript */
            *c = ' ';
    hc_plot_bold(plot, frame->x, frame->y - 16, &head, words);
    hc_plot_text(plot, frame->x + frame->width, frame->y - 16, &right,
        fmax(frame->width - width - 12, 40), note);
}

void hc_frame_say(struct hc_plot *plot, const struct hc_frame *frame, const char *text)
{
    const struct hc_ink ink = {11, HC_COLOUR_MUTED, HC_CENTRE, false};
    double room = fmin(frame->width - 20, 420);

    hc_plot_rect(plot, "nothing", 0xF6F6F6, frame->x, frame->y, frame->x + frame->width,
        frame->y + frame->height);
    hc_plot_wrap(plot, frame->x + frame->width / 2, frame->y + frame->height / 2 - 8,
        &ink, room, 4, text);
}
