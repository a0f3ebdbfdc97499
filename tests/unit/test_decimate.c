/* Lines of more points than pixels: what is drawn stays true to what there is. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/decimate.h"

enum { MOST = 8192 };

struct drawn {
    size_t n, gaps;
    double x[MOST], y[MOST];
};

/* The rows that the plot got. */
static void read_rows(struct hc_plot *plot, struct drawn *d)
{
    const char *line = hc_buf_str(&plot->rows);

    memset(d, 0, sizeof(*d));
    while (*line) {
        char *end;

        if (*line == '\n') {
            d->gaps++;
            line++;
            continue;
        }
        assert_true(d->n < MOST);
        d->x[d->n] = strtod(line, &end);
        d->y[d->n++] = strtod(end, &end);
        line = strchr(end, '\n') + 1;
    }
}

/* The drawn line's height at x. */
static double height_at(const struct drawn *d, double x)
{
    size_t i = 1;

    while (i + 1 < d->n && d->x[i] < x)
        i++;
    if (d->x[i] == d->x[i - 1])
        return d->y[i];
    return d->y[i - 1] +
           (d->y[i] - d->y[i - 1]) * (x - d->x[i - 1]) / (d->x[i] - d->x[i - 1]);
}

static struct drawn drawn;

static void test_peaks_survive(void **state)
{
    HC_CLEANUP(hc_plot_clear) struct hc_plot plot = {.width = 1000, .height = 300};
    const size_t n = 100000, spikes[] = {17, 31234, 31235, 77777, 99990};
    struct hc_decimate line;

    (void)state;
    hc_decimate_init(&line, &plot, 1);
    for (size_t i = 0; i < n; i++) {
        double y = 150 + 20 * sin((double)i / 300);

        for (size_t k = 0; k < HC_COUNT(spikes); k++)
            y = i == spikes[k] ? (k % 2 ? 290 : 5) : y;
        hc_decimate_point(&line, (double)i / (double)n * 900, y);
    }
    hc_decimate_end(&line);
    read_rows(&plot, &drawn);
    assert_true(drawn.n <= 4 * 900);
    for (size_t k = 0; k < HC_COUNT(spikes); k++) {
        double x = (double)spikes[k] / (double)n * 900, y = k % 2 ? 290 : 5;
        bool found = false;

        for (size_t i = 0; i < drawn.n; i++)
            found |= fabs(drawn.x[i] - x) < 0.02 && fabs(drawn.y[i] - y) < 0.02;
        assert_true(found);
    }
    for (size_t i = 1; i < drawn.n; i++)
        assert_true(drawn.x[i] >= drawn.x[i - 1]);
}

static void test_no_point_is_further_than_a_third_of_a_pixel(void **state)
{
    HC_CLEANUP(hc_plot_clear) struct hc_plot plot = {.width = 1000, .height = 300};
    struct hc_decimate line;
    double x[700], y[700];

    (void)state;
    hc_decimate_init(&line, &plot, 1);
    for (size_t i = 0; i < HC_COUNT(x); i++) {
        x[i] = (double)i * 1.25;
        y[i] = 100 + 60 * sin((double)i / 40) + (double)(i * 7919 % 13) / 20;
        hc_decimate_point(&line, x[i], y[i]);
    }
    hc_decimate_end(&line);
    read_rows(&plot, &drawn);
    assert_true(drawn.n < HC_COUNT(x));
    for (size_t i = 0; i < HC_COUNT(x); i++)
        assert_true(fabs(height_at(&drawn, x[i]) - y[i]) < 0.36);
}

static void test_a_straight_line_is_two_points(void **state)
{
    HC_CLEANUP(hc_plot_clear) struct hc_plot plot = {.width = 1000, .height = 300};
    struct hc_decimate line;

    (void)state;
    hc_decimate_init(&line, &plot, 1);
    for (int i = 0; i <= 400; i++)
        hc_decimate_point(&line, 2 * i, 10 + i / 4.0);
    hc_decimate_end(&line);
    read_rows(&plot, &drawn);
    assert_int_equal(drawn.n, 2);
    assert_true(drawn.x[1] == 800 && drawn.y[1] == 110);
}

static void test_gaps_lift_the_pen(void **state)
{
    HC_CLEANUP(hc_plot_clear) struct hc_plot plot = {.width = 1000, .height = 300};
    const double y[] = {NAN, 1, 2, NAN, NAN, 3, INFINITY, 5, 9, 5, NAN};
    struct hc_decimate line;

    (void)state;
    hc_decimate_init(&line, &plot, 1);
    for (size_t i = 0; i < HC_COUNT(y); i++)
        hc_decimate_point(&line, (double)i * 3, y[i]);
    hc_decimate_end(&line);
    read_rows(&plot, &drawn);
    assert_int_equal(drawn.n, 6);
    assert_int_equal(drawn.gaps, 2);
}

static void test_steps_stay_steps(void **state)
{
    HC_CLEANUP(hc_plot_clear) struct hc_plot plot = {.width = 1000, .height = 300};
    const double x[] = {0, 10, 10, 20, 20, 30}, y[] = {5, 5, 9, 9, 2, 2};
    struct hc_decimate line;

    (void)state;
    hc_decimate_init(&line, &plot, 1);
    for (size_t i = 0; i < HC_COUNT(x); i++)
        hc_decimate_point(&line, x[i], y[i]);
    hc_decimate_end(&line);
    read_rows(&plot, &drawn);
    assert_int_equal(drawn.n, 6);
    for (size_t i = 0; i < HC_COUNT(x); i++)
        assert_true(drawn.x[i] == x[i] && drawn.y[i] == y[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_peaks_survive),
        cmocka_unit_test(test_no_point_is_further_than_a_third_of_a_pixel),
        cmocka_unit_test(test_a_straight_line_is_two_points),
        cmocka_unit_test(test_gaps_lift_the_pen),
        cmocka_unit_test(test_steps_stay_steps),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
