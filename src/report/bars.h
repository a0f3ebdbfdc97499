/*
 * bars.h - small pictures made of characters
 *
 * Bars start at zero: their lengths compare as the values do. Shades span from the
 * lowest to the highest value, and hc_shade_legend says which shade is which. Without a
 * value there is no bar, and "·" (on an ASCII page "?") in its place.
 */
#ifndef HC_BARS_H
#define HC_BARS_H

#include "report/page.h"

/* A bar of `value` out of `whole` in `width` characters, for a cell of a grid. */
struct hc_label hc_bar(
    const struct hc_page *page, double value, double whole, size_t width);

/*
 * Row `row` (0 = top) of `rows` of upright bars of n values, each `cell` characters
 * wide, against `highest`.
 */
void hc_bars_row(struct hc_page *page, const double *values, size_t n, size_t cell,
    double highest, size_t row, size_t rows);

/* `cell` characters in the shade of `value` between low and high. */
void hc_shade(struct hc_page *page, double value, double low, double high, size_t cell);

/* Each shade with the values it stands for; `show` gives their text. Ends the line. */
void hc_shade_legend(struct hc_page *page, size_t indent, double low, double high);

#endif
