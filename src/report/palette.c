#include <math.h>

#include "report/palette.h"

const uint32_t hc_colour_main[HC_MAIN] = {
    HC_COLOUR_CPU, HC_COLOUR_MEMORY, HC_COLOUR_LOAD};
const uint32_t hc_colour_main_tint[HC_MAIN] = {
    HC_COLOUR_CPU_TINT, HC_COLOUR_MEMORY_TINT, HC_COLOUR_LOAD_TINT};

const uint32_t hc_colour_kinds[HC_COLOUR_KINDS] = {HC_COLOUR_CPU, HC_COLOUR_MEMORY,
    HC_COLOUR_LOAD, 0xCC79A7, 0xE69F00, 0x56B4E9, 0x7A1F00};

/* The stops are even steps of lightness (CIE L* 96 down to 25) at the hue of the gauge's
 * own colour. */
const struct hc_palette hc_palette_blue = {
    7, {0xEEF4FA, 0xC9DFF0, 0x9DC5E3, 0x68A8D3, 0x2F89C0, 0x0A659A, 0x07406A}};
const struct hc_palette hc_palette_orange = {
    7, {0xFCF2EA, 0xF9D8BF, 0xF4B78B, 0xEA9154, 0xD66A1B, 0xA84A08, 0x6B2E05}};
const struct hc_palette hc_palette_diverging = {
    9, {0x07406A, 0x1F77B0, 0x68A8D3, 0xB5D3EA, 0xF6F6F4, 0xF7CFB0, 0xEA9154, 0xC25A0E,
           0x6B2E05}};

static uint32_t channel(uint32_t colour, int shift)
{
    return colour >> shift & 0xFF;
}

uint32_t hc_palette_at(const struct hc_palette *palette, double t)
{
    double at = fmin(fmax(t, 0), 1) * (double)(palette->n - 1);
    size_t i = (size_t)at;
    uint32_t colour = 0;

    if (isnan(t))
        return HC_COLOUR_NULL;
    i = i + 1 < palette->n ? i : palette->n - 2;
    for (int shift = 16; shift >= 0; shift -= 8) {
        double a = channel(palette->stops[i], shift);
        double b = channel(palette->stops[i + 1], shift);

        colour |= (uint32_t)lround(a + (b - a) * (at - (double)i)) << shift;
    }
    return colour;
}

static double linear(uint32_t value)
{
    double v = value / 255.0;

    return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

uint32_t hc_palette_ink(uint32_t colour)
{
    double luminance = 0.2126 * linear(channel(colour, 16)) +
                       0.7152 * linear(channel(colour, 8)) +
                       0.0722 * linear(channel(colour, 0));

    /* the contrast with either is (lighter + 0.05) / (darker + 0.05), WCAG 2.1 */
    return 1.05 / (luminance + 0.05) > (luminance + 0.05) / 0.066 ? HC_COLOUR_WHITE
                                                                  : HC_COLOUR_TEXT;
}
