#include <math.h>
#include <string.h>

#include "base/utf8.h"
#include "report/bars.h"
#include "report/human.h"

static const char *const lying[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"};
static const char *const upright[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
static const char *const upright_ascii[] = {" ", ".", ":", "#"};
static const char *const shades[] = {"░", "▒", "▓", "█"};
static const char *const shades_ascii[] = {".", ":", "-", "=", "+", "*", "#", "%", "@"};

static const char *nothing(const struct hc_page *page)
{
    return page->ascii ? "?" : "·";
}

/* value / whole within 0..1; 0 where that makes no sense. */
static double share(double value, double whole)
{
    double part = whole > 0 ? value / whole : 0;

    return part > 0 ? (part < 1 ? part : 1) : 0;
}

struct hc_label hc_bar(
    const struct hc_page *page, double value, double whole, size_t width)
{
    size_t steps = page->ascii ? 1 : HC_COUNT(lying) - 1;
    size_t filled = (size_t)lround(share(value, whole) * (double)(width * steps));
    struct hc_label bar = {""};

    if (!filled && value > 0)
        filled = 1;
    for (; filled >= steps; filled -= steps)
        strcat(bar.text, page->ascii ? "#" : lying[steps]);
    strcat(bar.text, lying[filled]);
    return bar;
}

static const char *upright_sign(
    const struct hc_page *page, double value, double highest, size_t row, size_t rows)
{
    size_t steps = (page->ascii ? HC_COUNT(upright_ascii) : HC_COUNT(upright)) - 1;
    size_t height = (size_t)lround(share(value, highest) * (double)(rows * steps));
    size_t below = (rows - 1 - row) * steps;

    if (isnan(value))
        return row + 1 == rows ? nothing(page) : " ";
    if (!height && value > 0)
        height = 1;
    height = height > below ? height - below : 0;
    if (height > steps)
        height = steps;
    return page->ascii ? upright_ascii[height] : upright[height];
}

void hc_bars_row(struct hc_page *page, const double *values, size_t n, size_t cell,
    double highest, size_t row, size_t rows)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < cell; k++)
            hc_page_text(page, upright_sign(page, values[i], highest, row, rows));
}

static size_t n_shades(const struct hc_page *page)
{
    return page->ascii ? HC_COUNT(shades_ascii) : HC_COUNT(shades);
}

static const char *shade_sign(const struct hc_page *page, size_t level)
{
    return page->ascii ? shades_ascii[level] : shades[level];
}

void hc_shade(struct hc_page *page, double value, double low, double high, size_t cell)
{
    size_t n = n_shades(page);
    size_t level = (size_t)(share(value - low, high - low) * (double)n);

    for (size_t k = 0; k < cell; k++)
        hc_page_text(page,
            isnan(value) ? nothing(page) : shade_sign(page, level < n ? level : n - 1));
}

void hc_shade_legend(struct hc_page *page, size_t indent, double low, double high)
{
    size_t n = n_shades(page);

    for (size_t i = 0; i < n; i++) {
        double from = low + (high - low) * (double)i / (double)n;
        struct hc_human text = hc_human_percent(from);

        if (page->column + hc_utf8_width(text.text) + 6 > page->width)
            hc_page_end(page);
        hc_page_pad(page, page->column ? page->column + 2 : indent);
        hc_page_text(page, shade_sign(page, i));
        hc_page_text(page, shade_sign(page, i));
        hc_page_text(page, i ? " " : " from ");
        hc_page_text(page, text.text);
    }
    hc_page_wrapf(page, indent, " to %s", hc_human_percent(high).text);
}
