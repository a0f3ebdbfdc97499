/*
 * analysis_figures.c - the pictures of a report, drawn while the rest is written
 *
 * Scripts go into a folder inside the spill folder, and gnuplot draws there; what is
 * whole is moved into "figures" of the report. A picture is never a reason to fail:
 * without gnuplot, or if it fails, one line says so and the analysis goes on.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/workers.h"
#include "cli/analysis.h"
#include "cli/interrupt.h"
#include "gnuplot/gnuplot.h"
#include "report/report_figures.h"

enum { LIMIT_S = 60, NAME_MAX_LEN = 48, PICTURE_MAX = 64 << 20 };

struct hc_pictures {
    struct hc_gnuplot *batch; /* NULL: nothing is being drawn */
    struct hc_gnuplot_options options;
    char program[HC_PATH_MAX], folder[HC_PATH_MAX];
    size_t n;
    struct picture {
        const struct hc_figure *figure;
        const struct hc_figure_format *format;
        char script[NAME_MAX_LEN], drawn[NAME_MAX_LEN]; /* in `folder` */
        char name[NAME_MAX_LEN];                        /* "figures/temporal.svg" */
        bool written;
    } pictures[HC_PICTURES_MAX];
    const char *scripts[HC_PICTURES_MAX];
};

static struct hc_pictures *new_pictures(void)
{
    struct hc_pictures *p = hc_calloc(1, sizeof(*p));

    for (size_t i = 0; p && i < hc_figures_count; i++)
        for (size_t k = 0; k < hc_figure_formats_count; k++) {
            const char *name = hc_figures[i].name, *ending = hc_figure_formats[k].ending;
            struct picture *one = &p->pictures[p->n];

            one->figure = &hc_figures[i];
            one->format = &hc_figure_formats[k];
            snprintf(one->script, sizeof(one->script), "%s.%s.gp", name, ending);
            snprintf(one->drawn, sizeof(one->drawn), "%s.%s", name, ending);
            snprintf(one->name, sizeof(one->name), "figures/%s.%s", name, ending);
            p->n++;
            assert(p->n <= HC_PICTURES_MAX);
        }
    return p;
}

enum hc_status hc_analysis_figures_plan(struct hc_analysis *a)
{
    a->pictures = new_pictures();
    return a->pictures ? HC_OK : HC_NO_MEMORY;
}

size_t hc_analysis_figures_list(
    const struct hc_analysis *a, bool all, const char *names[HC_PICTURES_MAX])
{
    size_t n = 0;

    for (size_t i = 0; i < a->pictures->n; i++)
        if (all || a->pictures->pictures[i].written)
            names[n++] = a->pictures->pictures[i].name;
    return n;
}

/* ---- scripts --------------------------------------------------------------------- */

static enum hc_status write_script(const struct hc_pictures *p, const char *name,
    const struct hc_buf *text, struct hc_error *err)
{
    char path[HC_PATH_MAX];
    FILE *file;
    bool ok;

    HC_TRY(hc_path_join(p->folder, name, path, err));
    file = fopen(path, "we"); /* of no use after a crash: not synced */
    ok = file && fwrite(text->text, 1, text->len, file) == text->len;
    if ((file && fclose(file)) || !ok)
        return hc_fail(err, HC_OUTPUT, "cannot write '%s'", path);
    return HC_OK;
}

/* Only those for which there is something to draw. */
static void choose_pictures(const struct hc_analysis *a, struct hc_pictures *p)
{
    size_t n = 0;

    for (size_t i = 0; i < p->n; i++)
        if (hc_figure_wanted(p->pictures[i].figure, &a->findings))
            p->pictures[n++] = p->pictures[i];
    p->n = n;
    for (size_t i = 0; i < n; i++)
        p->scripts[i] = p->pictures[i].script;
}

static enum hc_status write_scripts(
    const struct hc_analysis *a, const struct hc_pictures *p, struct hc_error *err)
{
    struct hc_figure_size size = {0};

    for (size_t i = 0; i < p->n; i++) {
        const struct hc_figure *figure = p->pictures[i].figure;
        const struct hc_figure_format *format = p->pictures[i].format;
        HC_CLEANUP(hc_buf_clear) struct hc_buf body = HC_BUF_INIT, head = HC_BUF_INIT;
        char name[NAME_MAX_LEN];

        if (!i || figure != p->pictures[i - 1].figure) {
            snprintf(name, sizeof(name), "%s.gp", figure->name);
            HC_TRY(hc_figure_body(&body, figure, &a->findings, &a->series, &size));
            HC_TRY(write_script(p, name, &body, err));
        }
        HC_TRY(hc_figure_head(&head, figure, format, size));
        HC_TRY(write_script(p, p->pictures[i].script, &head, err));
    }
    return HC_OK;
}

enum hc_status hc_analysis_figures_start(struct hc_analysis *a, struct hc_error *err)
{
    struct hc_pictures *p = a->pictures;

    if (!a->wants_figures)
        return HC_OK;
    if (!hc_gnuplot_find(getenv("PATH"), p->program)) {
        hc_say(a->common,
            "no gnuplot here: figures are left out (Debian: apt-get install "
            "gnuplot-nox)");
        return HC_OK;
    }
    HC_TRY(hc_path_join(a->spill_dir, "figures", p->folder, err));
    HC_TRY(hc_dir_make(p->folder, err));
    choose_pictures(a, p);
    HC_TRY(write_scripts(a, p, err));
    p->options = (struct hc_gnuplot_options){.program = p->program,
        .folder = p->folder,
        .names = p->scripts,
        .n = p->n,
        .at_once = hc_workers_count(a->common->threads, HC_CHILD_SLOTS),
        .limit_s = LIMIT_S,
        .env = environ,
        .stop = hc_interrupt_flag(),
        .pids = hc_interrupt_children()};
    return hc_gnuplot_start(&p->options, &p->batch, err);
}

/* ---- pictures -------------------------------------------------------------------- */

static bool begins(const struct hc_buf *file, const char *with, size_t n)
{
    return file->len >= n && !memcmp(file->text, with, n);
}

static bool ends(const struct hc_buf *file, const char *with, size_t n)
{
    return file->len >= n && !memcmp(file->text + file->len - n, with, n);
}

/* Has the file the beginning and the end of its format? Not that all between is right:
 * that it was not cut short. */
static bool is_whole(const char *path)
{
    static const char png[] = "\x89PNG\r\n\x1a\n", png_end[] = "IEND\xae\x42\x60\x82";
    HC_CLEANUP(hc_buf_clear) struct hc_buf file = HC_BUF_INIT;

    if (hc_file_read(path, PICTURE_MAX, &file, NULL))
        return false;
    while (file.len && file.text[file.len - 1] == '\n' && begins(&file, "<?xml", 5))
        file.len--;
    return (begins(&file, png, sizeof(png) - 1) &&
               ends(&file, png_end, sizeof(png_end) - 1)) ||
           (begins(&file, "<?xml", 5) && ends(&file, "</svg>", 6));
}

static enum hc_status take(struct hc_analysis *a, struct picture *picture,
    struct hc_gnuplot_result *result, struct hc_error *err)
{
    char from[HC_PATH_MAX], to[HC_PATH_MAX];

    HC_TRY(hc_path_join(a->pictures->folder, picture->drawn, from, err));
    HC_TRY(hc_path_join(a->temp_dir, picture->name, to, err));
    if (result->ok && !is_whole(from)) {
        result->ok = false;
        snprintf(
            result->reason, sizeof(result->reason), "gnuplot wrote no whole picture");
    }
    if (!result->ok)
        return HC_OK; /* what there is of it goes with the spill folder */
    HC_TRY(hc_file_commit(from, to, err));
    picture->written = true;
    return HC_OK;
}

static void say_lost(struct hc_analysis *a, const struct hc_gnuplot_result *results)
{
    const struct hc_pictures *p = a->pictures;
    size_t lost = 0, first = 0;

    for (size_t i = p->n; i-- > 0;)
        if (!results[i].ok) {
            lost++;
            first = i;
        }
    if (lost == 1)
        hc_say(a->common, "'%s' is left out: %s", p->pictures[first].name,
            results[first].reason);
    else if (lost)
        hc_say(a->common, "%zu of %zu pictures are left out, '%s' first: %s", lost, p->n,
            p->pictures[first].name, results[first].reason);
}

enum hc_status hc_analysis_figures_finish(struct hc_analysis *a, struct hc_error *err)
{
    struct hc_gnuplot_result results[HC_PICTURES_MAX];
    struct hc_pictures *p = a->pictures;
    char folder[HC_PATH_MAX];

    if (!p->batch)
        return HC_OK;
    hc_gnuplot_finish(hc_take(&p->batch), results);
    if (hc_interrupt_requested())
        return HC_INTERRUPTED;
    HC_TRY(hc_path_join(a->temp_dir, "figures", folder, err));
    HC_TRY(hc_dir_make(folder, err));
    for (size_t i = 0; i < p->n; i++)
        HC_TRY(take(a, &p->pictures[i], &results[i], err));
    rmdir(folder); /* only if there is none */
    say_lost(a, results);
    return HC_OK;
}

void hc_analysis_figures_clear(struct hc_analysis *a)
{
    if (a->pictures)
        hc_gnuplot_finish(a->pictures->batch, NULL);
    hc_free(a->pictures);
}
