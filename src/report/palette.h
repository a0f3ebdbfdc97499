/*
 * palette.h - the colours of every picture, and of the page
 *
 * 0xRRGGBB. Categories are of Okabe and Ito's palette (jfly.uni-koeln.de/color), which is
 * safe for the colour-blind; a category is never told by colour alone. The sequential
 * maps go in one hue from light to dark, the diverging one from blue over near-white to
 * orange: their lightness alone puts values in order, in grey print too. All are on
 * white.
 */
#ifndef HC_PALETTE_H
#define HC_PALETTE_H

#include "model/metric.h"

#define HC_COLOUR_CPU 0x0072B2u    /* blue */
#define HC_COLOUR_MEMORY 0xD55E00u /* vermilion */
#define HC_COLOUR_LOAD 0x009E73u   /* green */

#define HC_COLOUR_CPU_TINT 0xC5DFF0u /* the same, for areas */
#define HC_COLOUR_MEMORY_TINT 0xF8D9C2u
#define HC_COLOUR_LOAD_TINT 0xC3E7DCu

#define HC_COLOUR_OTHER 0xA8457Fu /* purple: any other gauge */
#define HC_COLOUR_OTHER_TINT 0xEBD3E1u

#define HC_COLOUR_TEXT 0x222222u
#define HC_COLOUR_MUTED 0x666666u /* captions, ticks: 5.7 : 1 on white */
#define HC_COLOUR_AXIS 0x999999u
#define HC_COLOUR_GRID 0xE6E6E6u
#define HC_COLOUR_GAP 0xE2E2E2u  /* a stretch without data */
#define HC_COLOUR_NULL 0xCFCFCFu /* a cell without a value */
#define HC_COLOUR_WHITE 0xFFFFFFu

#define HC_COLOUR_BUSY 0xF9DFC9u /* stretches of hours behind a line */
#define HC_COLOUR_QUIET 0xD5E9E1u

/* Coverage: whole is quiet, missing is loud. */
#define HC_COLOUR_WHOLE 0xDCE9E4u
#define HC_COLOUR_NEARLY 0xF0E442u /* yellow of Okabe and Ito */
#define HC_COLOUR_PARTLY 0xE69F00u /* orange */
#define HC_COLOUR_HARDLY 0xD55E00u /* vermilion */
#define HC_COLOUR_MISSING 0x7A1F00u

/* Of policies in their order; what was recorded has HC_COLOUR_TEXT. */
enum { HC_COLOUR_KINDS = 7 };
extern const uint32_t hc_colour_kinds[HC_COLOUR_KINDS];

/* Of a main gauge (HC_MAIN). */
extern const uint32_t hc_colour_main[HC_MAIN];
extern const uint32_t hc_colour_main_tint[HC_MAIN];

/* Colours at even steps from 0 to 1, for hc_palette_at and for a page's own ramp. */
struct hc_palette {
    size_t n;
    uint32_t stops[9];
};

extern const struct hc_palette hc_palette_blue;      /* sequential: CPU */
extern const struct hc_palette hc_palette_orange;    /* sequential: memory */
extern const struct hc_palette hc_palette_diverging; /* 0.5 is neutral */

/* The colour at `t`, clipped to 0..1; NaN: HC_COLOUR_NULL. */
uint32_t hc_palette_at(const struct hc_palette *palette, double t);

/* HC_COLOUR_TEXT or white, whichever is read better on `colour`. */
uint32_t hc_palette_ink(uint32_t colour);

#endif
