#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "report/palette.h"
#include "report/plot.h"

/* Width of a letter of DejaVu Sans over its size: the mean of running text, and a bound
 * that names of digits and lower case keep. */
#define LETTER_WIDTH 0.60
#define LINE_HEIGHT 1.45

void hc_plot_clear(struct hc_plot *plot)
{
    hc_buf_clear(&plot->blocks);
    hc_buf_clear(&plot->texts);
    hc_buf_clear(&plot->clauses);
    hc_buf_clear(&plot->rows);
    hc_buf_clear(&plot->caption);
}

/* ---- numbers: hundredths of a pixel, never in the words of a locale ---- */

static void put_number(struct hc_buf *out, double value)
{
    long hundredths = lround(fmin(fmax(value, -1e6), 1e6) * 100);
    unsigned long size = (unsigned long)labs(hundredths);

    hc_buf_printf(out, "%s%lu", hundredths < 0 ? "-" : "", size / 100);
    if (size % 100)
        hc_buf_printf(
            out, size % 10 ? ".%02lu" : ".%lu", size % 10 ? size % 100 : size % 100 / 10);
}

/* False, and the pen lifted, if there is no such place. */
static bool put_row(struct hc_plot *plot, const double *values, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(values[i])) { /* a value beyond what a double or a scale holds */
            plot->lifted = true;
            return false;
        }
    if (plot->lifted && plot->n_rows)
        hc_buf_putc(&plot->rows, '\n');
    plot->lifted = false;
    plot->n_rows++;
    for (size_t i = 0; i < n; i++) {
        if (i)
            hc_buf_putc(&plot->rows, ' ');
        put_number(&plot->rows, values[i]);
    }
    hc_buf_putc(&plot->rows, '\n');
    return true;
}

void hc_plot_row(struct hc_plot *plot, double x, double y)
{
    const double values[] = {x, y};

    put_row(plot, values, HC_COUNT(values));
}

void hc_plot_run(struct hc_plot *plot, double x0, double x1, double y)
{
    const double values[] = {x0, y, x1 - x0, 0};

    put_row(plot, values, HC_COUNT(values));
}

void hc_plot_bar(struct hc_plot *plot, double x, double y0, double y1)
{
    const double values[] = {x, y0, 0, y1 - y0};

    put_row(plot, values, HC_COUNT(values));
}

void hc_plot_cell(struct hc_plot *plot, double x0, double x1, double y, uint32_t colour)
{
    const double values[] = {x0, y, x1 - x0, 0};

    if (!put_row(plot, values, HC_COUNT(values)))
        return;
    plot->rows.len -= plot->rows.len != 0; /* the colour goes into the same row */
    hc_buf_printf(&plot->rows, " %u\n", colour);
}

void hc_plot_gap(struct hc_plot *plot)
{
    plot->lifted = true;
}

/* ---- from rows to a shape ---- */

/* The rows so far become a block; a clause that draws it is begun. False: no row. */
static bool begin_shape(struct hc_plot *plot)
{
    size_t n_rows = plot->n_rows;

    plot->n_rows = 0;
    plot->lifted = false;
    if (!n_rows)
        return false;
    hc_buf_printf(&plot->blocks, "$b%zu << EOD\n", plot->n_blocks);
    hc_buf_add(&plot->blocks, plot->rows.text, plot->rows.len);
    hc_buf_puts(&plot->blocks, "EOD\n");
    hc_buf_printf(&plot->clauses, "%s$b%zu ", plot->n_blocks ? ", \\\n  " : "plot ",
        plot->n_blocks);
    plot->blocks.failed |= plot->rows.failed;
    hc_buf_reset(&plot->rows);
    plot->n_blocks++;
    return true;
}

static void put_colour(struct hc_buf *out, uint32_t colour)
{
    hc_buf_printf(out, " lc rgb '#%06X'", colour);
}

/* Names are ours: letters, digits, spaces. */
static void put_name(struct hc_buf *out, const char *name)
{
    hc_buf_printf(out, " title '%s'", name);
}

static void stroke(struct hc_plot *plot, const char *how, const char *name,
    uint32_t colour, double width, const char *dash)
{
    struct hc_buf *out = &plot->clauses;

    if (!begin_shape(plot))
        return;
    hc_buf_puts(out, how);
    hc_buf_puts(out, " lw ");
    put_number(out, width);
    put_colour(out, colour);
    hc_buf_puts(out, dash);
    put_name(out, name);
}

void hc_plot_as_line(
    struct hc_plot *plot, const char *name, uint32_t colour, double width)
{
    stroke(plot, "with lines", name, colour, width, "");
}

void hc_plot_as_dashes(
    struct hc_plot *plot, const char *name, uint32_t colour, double width)
{
    stroke(plot, "with lines", name, colour, width, " dt (6,4)");
}

void hc_plot_as_runs(
    struct hc_plot *plot, const char *name, uint32_t colour, double thickness)
{
    stroke(plot, "with vectors nohead", name, colour, thickness, "");
}

void hc_plot_as_cells(struct hc_plot *plot, const char *name, double thickness)
{
    if (!begin_shape(plot))
        return;
    hc_buf_puts(&plot->clauses, "with vectors nohead lw ");
    put_number(&plot->clauses, thickness);
    hc_buf_puts(&plot->clauses, " lc rgb variable");
    put_name(&plot->clauses, name);
}

void hc_plot_as_area(struct hc_plot *plot, const char *name, uint32_t colour)
{
    if (!begin_shape(plot))
        return;
    hc_buf_puts(&plot->clauses, "with filledcurves closed fs solid 1 noborder");
    put_colour(&plot->clauses, colour);
    put_name(&plot->clauses, name);
}

/* Point types of gnuplot; one at size 1 is about 7 pixels wide. */
static const int mark_types[HC_MARKS] = {7, 5, 9, 13, 11, 2};

static void marks(struct hc_plot *plot, const char *name, uint32_t colour, double size,
    enum hc_mark mark)
{
    hc_buf_printf(&plot->clauses, "with points pt %d ps ", mark_types[mark]);
    put_number(&plot->clauses, size / 7);
    put_colour(&plot->clauses, colour);
    put_name(&plot->clauses, name);
}

static void points(struct hc_plot *plot, const char *name, uint32_t colour, double size)
{
    marks(plot, name, colour, size, HC_DISC);
}

void hc_plot_as_marks(struct hc_plot *plot, const char *name, uint32_t colour,
    double size, enum hc_mark mark)
{
    if (begin_shape(plot))
        marks(plot, name, colour, size, mark);
}

void hc_plot_as_points(
    struct hc_plot *plot, const char *name, uint32_t colour, double size)
{
    if (begin_shape(plot))
        points(plot, name, colour, size);
}

void hc_plot_as_rings(
    struct hc_plot *plot, const char *name, uint32_t colour, double size)
{
    if (!begin_shape(plot))
        return;
    points(plot, name, colour, size);
    hc_buf_printf(&plot->clauses, ", \\\n  $b%zu ", plot->n_blocks - 1);
    points(plot, name, HC_COLOUR_WHITE, size * 0.62);
}

void hc_plot_rect(struct hc_plot *plot, const char *name, uint32_t colour, double x0,
    double y0, double x1, double y1)
{
    hc_plot_row(plot, x0, y0);
    hc_plot_row(plot, x1, y0);
    hc_plot_row(plot, x1, y1);
    hc_plot_row(plot, x0, y1);
    hc_plot_as_area(plot, name, colour);
}

void hc_plot_image(struct hc_plot *plot, const char *name, double x, double y,
    double side, const uint32_t *colours, size_t p)
{
    double cell = side / (double)p;

    for (size_t i = 0; i < p * p; i++) {
        const double values[] = {x + ((double)(i % p) + 0.5) * cell,
            y + ((double)(i / p) + 0.5) * cell, colours[i] >> 16, colours[i] >> 8 & 0xFF,
            colours[i] & 0xFF};

        put_row(plot, values, HC_COUNT(values));
    }
    if (!begin_shape(plot))
        return;
    hc_buf_puts(&plot->clauses, "with rgbimage");
    put_name(&plot->clauses, name);
}

/* ---- text ---- */

double hc_plot_text_width(const char *text, double size)
{
    return (double)hc_utf8_width(text) * size * LETTER_WIDTH;
}

static size_t letters_in(double room, double size)
{
    double n = room / (size * LETTER_WIDTH);

    return room <= 0 ? SIZE_MAX : n < 2 ? 2 : (size_t)n;
}

/* U+FFFE and U+FFFF are UTF-8 and yet no text in XML. */
static size_t no_character(const char *s)
{
    return !strncmp(s, "\xEF\xBF\xBE", 3) || !strncmp(s, "\xEF\xBF\xBF", 3) ? 3 : 0;
}

/*
 * What hc_utf8_show left, as a string in single quotes. An apostrophe becomes a
 * typographic one: gnuplot reads two of them as one in the middle of a string, and as the
 * string's end at its beginning, where what follows would be a command.
 */
static void put_quoted(struct hc_buf *out, const char *shown)
{
    hc_buf_putc(out, '\'');
    for (; *shown; shown++) {
        if (!strncmp(shown, "]]>", 3)) { /* gnuplot leaves the >, which is not XML here */
            hc_buf_puts(out, "]]\\x3e");
            shown += 2;
            continue;
        }
        if (no_character(shown)) {
            hc_buf_putc(out, '?');
            shown += 2;
            continue;
        }
        if (*shown == '\'')
            hc_buf_puts(out, "\xE2\x80\x99");
        else
            hc_buf_putc(out, *shown);
    }
    hc_buf_putc(out, '\'');
}

/* What every sans-serif has: ASCII, Latin, Greek, Cyrillic, dashes and quotes. */
static const uint32_t common[][2] = {{0x20, 0x7E}, {0xA0, 0x17F}, {0x391, 0x3A1},
    {0x3A3, 0x3C9}, {0x400, 0x45F}, {0x2010, 0x2027}};

static bool is_common(uint32_t code)
{
    for (size_t i = 0; i < HC_COUNT(common); i++)
        if (code >= common[i][0] && code <= common[i][1])
            return true;
    return false;
}

/* `shown` with rare signs spelt out, no longer than about `max` columns. False: it has
 * none. */
static bool spell_out(struct hc_buf *out, const char *shown, size_t max)
{
    size_t n = strlen(shown), width = 0;
    bool rare = false;

    for (size_t i = 0, len; i < n; i += len) {
        uint32_t code = '?';
        bool spelt;

        len = hc_utf8_decode(shown + i, n - i, &code);
        len = len ? len : 1;
        spelt = !is_common(code);
        rare |= spelt;
        width += spelt ? 6 : 1;
        if (width > max) {
            hc_buf_puts(out, "\xE2\x80\xA6");
            break;
        }
        if (spelt)
            hc_buf_printf(out, "\\u%04X", code);
        else
            hc_buf_add(out, shown + i, len);
    }
    return rare;
}

static void put_place(struct hc_plot *plot, double x, double y, const struct hc_ink *ink)
{
    static const char *const aligns[] = {"left", "center", "right"};
    struct hc_buf *out = &plot->texts;

    hc_buf_puts(out, " at ");
    put_number(out, x);
    hc_buf_putc(out, ',');
    put_number(out, y);
    hc_buf_printf(out, " %s front%s font ',", aligns[ink->align],
        ink->upright ? " rotate by 90" : "");
    put_number(out, ink->size);
    hc_buf_printf(out, "' tc rgb '#%06X'", ink->colour);
}

static void put_label(struct hc_plot *plot, double x, double y, const struct hc_ink *ink,
    const char *text, size_t max)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf shown = HC_BUF_INIT, plain = HC_BUF_INIT;

    hc_utf8_show(&shown, text, max, false);
    hc_buf_puts(&plot->texts, "set label ");
    if (spell_out(&plain, hc_buf_str(&shown), max)) {
        hc_buf_puts(&plot->texts, "(plain ? ");
        put_quoted(&plot->texts, hc_buf_str(&plain));
        hc_buf_puts(&plot->texts, " : ");
        put_quoted(&plot->texts, hc_buf_str(&shown));
        hc_buf_putc(&plot->texts, ')');
    } else {
        put_quoted(&plot->texts, hc_buf_str(&shown));
    }
    plot->texts.failed |= shown.failed || plain.failed;
    put_place(plot, x, y, ink);
    hc_buf_puts(&plot->texts, " noenhanced\n");
}

void hc_plot_text(struct hc_plot *plot, double x, double y, const struct hc_ink *ink,
    double room, const char *text)
{
    if (*text)
        put_label(plot, x, y, ink, text, letters_in(room, ink->size));
}

void hc_plot_bold(
    struct hc_plot *plot, double x, double y, const struct hc_ink *ink, const char *text)
{
    assert(!strpbrk(text, "'{}\\^_@&~\n"));
    hc_buf_printf(&plot->texts, "set label '{/:Bold %s}'", text);
    put_place(plot, x, y, ink);
    hc_buf_puts(&plot->texts, " enhanced\n");
}

/* Bytes of the words of `text` that fit into `max` columns: at least one word. */
static size_t line_length(const char *text, size_t max)
{
    size_t fits = 0, width = 0, i = 0;

    while (text[i]) {
        size_t len = hc_utf8_len(text + i, strlen(text + i));

        if (text[i] == ' ')
            fits = i;
        if (width >= max && fits)
            return fits;
        width += hc_utf8_sign_width(text + i, strlen(text + i));
        i += len ? len : 1;
    }
    return i;
}

double hc_plot_wrap(struct hc_plot *plot, double x, double y, const struct hc_ink *ink,
    double room, size_t max_lines, const char *text)
{
    size_t max = letters_in(room, ink->size);

    for (size_t lines = 1; *text && lines <= max_lines; lines++) {
        size_t len = lines < max_lines ? line_length(text, max) : strlen(text);
        HC_CLEANUP(hc_buf_clear) struct hc_buf line = HC_BUF_INIT;

        hc_buf_add(&line, text, len);
        plot->texts.failed |= line.failed;
        put_label(plot, x, y, ink, hc_buf_str(&line), max);
        y += ink->size * LINE_HEIGHT;
        text += len;
        while (*text == ' ')
            text++;
    }
    return y;
}

/* ---- all of it ---- */

static void put_settings(struct hc_buf *out, const struct hc_plot *plot)
{
    hc_buf_puts(out, "set encoding utf8\nunset key\nunset border\nunset tics\n"
                     "set lmargin at screen 0\nset rmargin at screen 1\n"
                     "set bmargin at screen 0\nset tmargin at screen 1\n");
    hc_buf_printf(
        out, "set xrange [0:%.0f]\nset yrange [%.0f:0]\n", plot->width, plot->height);
}

enum hc_status hc_plot_finish(struct hc_plot *plot, struct hc_buf *out)
{
    HC_TRY(hc_buf_check(&plot->blocks));
    HC_TRY(hc_buf_check(&plot->texts));
    HC_TRY(hc_buf_check(&plot->clauses));
    HC_TRY(hc_buf_check(&plot->caption));
    put_settings(out, plot);
    hc_buf_add(out, plot->blocks.text, plot->blocks.len);
    hc_buf_add(out, plot->texts.text, plot->texts.len);
    if (plot->n_blocks)
        hc_buf_add(out, plot->clauses.text, plot->clauses.len);
    else
        hc_buf_puts(out, "plot NaN notitle");
    hc_buf_putc(out, '\n');
    return hc_buf_check(out);
}
