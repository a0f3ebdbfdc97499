/*
 * fig_replay.c - what the figures of a replay share: policies, head and legend
 */
#include <string.h>

#include "base/clock.h"
#include "report/figure.h"

enum { NAME = 48 };

size_t hc_figure_policies(const struct hc_placement *p)
{
    return p->n_policies < HC_FIGURE_POLICIES ? p->n_policies : HC_FIGURE_POLICIES;
}

uint32_t hc_figure_policy_colour(const struct hc_placement *p, size_t policy)
{
    size_t kind = 0;

    if (p->policies[policy].recorded)
        return HC_COLOUR_TEXT;
    for (size_t i = 0; i < policy; i++)
        kind += !p->policies[i].recorded;
    return hc_colour_kinds[kind % HC_COLOUR_KINDS];
}

double hc_figure_policy_width(const struct hc_placement *p, size_t policy)
{
    size_t n = hc_figure_policies(p);

    return 1.2 + 2.8 * (double)(n - 1 - policy) / (double)(n > 1 ? n - 1 : 1);
}

void hc_figure_policy_name(const struct hc_placement_policy *policy, struct hc_buf *out)
{
    size_t len = strlen(policy->name);

    hc_buf_add(out, policy->name, len < NAME ? len : NAME);
    if (len > NAME)
        hc_buf_puts(out, "…");
    if (policy->oracle)
        hc_buf_puts(out, " (oracle)");
}

static void put_days(struct hc_buf *text, const struct hc_placement *p)
{
    char from[HC_TIME_TEXT], to[HC_TIME_TEXT];

    hc_date_format(hc_days_from_us(p->start_us), from);
    hc_date_format(hc_days_from_us(p->end_us), to);
    hc_buf_printf(text, ", %s to %s", from, to);
}

void hc_figure_replay_subtitle(
    struct hc_plot *plot, const struct hc_findings *f, bool zone)
{
    const struct hc_placement *p = &f->placement;
    HC_CLEANUP(hc_buf_clear) struct hc_buf text = HC_BUF_INIT;
    const struct hc_ink ink = {11, HC_COLOUR_MUTED, HC_LEFT, false};

    hc_buf_printf(
        &text, "%s pod%s", hc_human_count(p->pods).text, p->pods == 1 ? "" : "s");
    hc_buf_printf(
        &text, " on %s node%s", hc_human_count(p->nodes).text, p->nodes == 1 ? "" : "s");
    if (p->timed)
        put_days(&text, p);
    hc_buf_printf(
        &text, ", %s order%s", hc_human_count(p->orders).text, p->orders == 1 ? "" : "s");
    if (zone)
        hc_buf_printf(&text, ", times of %s", f->settings->timezone);
    plot->texts.failed |= text.failed;
    hc_plot_text(plot, HC_FIGURE_SIDE, 42, &ink, plot->width - 2 * HC_FIGURE_SIDE,
        hc_buf_str(&text));
}

double hc_figure_policy_keys(struct hc_plot *plot, const struct hc_placement *p, double y)
{
    double x = HC_FIGURE_SIDE;

    for (size_t m = 0; m < hc_figure_policies(p); m++) {
        HC_CLEANUP(hc_buf_clear) struct hc_buf name = HC_BUF_INIT;

        hc_figure_policy_name(&p->policies[m], &name);
        plot->texts.failed |= name.failed;
        if (x > HC_FIGURE_SIDE &&
            x + 40 + hc_plot_text_width(hc_buf_str(&name), hc_ink_note.size) >
                plot->width - HC_FIGURE_SIDE) {
            x = HC_FIGURE_SIDE;
            y += 16;
        }
        x = hc_figure_key_line(plot, x, y, hc_figure_policy_colour(p, m),
            hc_figure_policy_width(p, m), false, hc_buf_str(&name));
    }
    return y + 16;
}

void hc_figure_say_left_out(struct hc_plot *plot, const struct hc_placement *p)
{
    if (p->n_policies > HC_FIGURE_POLICIES)
        hc_figure_say(plot, " %s more policies are in tables/policies.csv.",
            hc_human_count(p->n_policies - HC_FIGURE_POLICIES).text);
}
