#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/workers.h"
#include "cli/interrupt.h"
#include "cli/pictures.h"
#include "gnuplot/gnuplot.h"

enum { LIMIT_S = 60, NAME_MAX_LEN = 48, PICTURE_MAX = 64 << 20 };

struct picture {
    const struct hc_figure *figure;
    const struct hc_figure_format *format;
    char script[NAME_MAX_LEN], drawn[NAME_MAX_LEN]; /* in `folder` */
    char name[NAME_MAX_LEN];                        /* "figures/temporal.svg" */
    bool written;
};

struct hc_pictures {
    const struct hc_common *common;
    struct hc_gnuplot *batch; /* NULL: nothing is being drawn */
    struct hc_gnuplot_options options;
    char program[HC_PATH_MAX], folder[HC_PATH_MAX];
    size_t n;
    struct picture pictures[HC_PICTURES_MAX];
    size_t n_drawn; /* those that there is something to draw for */
    struct picture *drawn[HC_PICTURES_MAX];
    const char *scripts[HC_PICTURES_MAX];
};

static void plan(struct hc_pictures *p, const struct hc_figure *figure,
    const struct hc_figure_format *format)
{
    struct picture *one = &p->pictures[p->n++];
    const char *name = figure->name, *ending = format->ending;

    assert(p->n <= HC_PICTURES_MAX);
    one->figure = figure;
    one->format = format;
    snprintf(one->script, sizeof(one->script), "%s.%s.gp", name, ending);
    snprintf(one->drawn, sizeof(one->drawn), "%s.%s", name, ending);
    snprintf(one->name, sizeof(one->name), "figures/%s.%s", name, ending);
}

enum hc_status hc_pictures_plan(bool replay, struct hc_pictures **ret)
{
    struct hc_pictures *p = hc_calloc(1, sizeof(*p));

    if (!p)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < hc_figures_count; i++)
        for (size_t k = 0; k < hc_figure_formats_count; k++)
            if (!replay || hc_figure_of_replay(&hc_figures[i]))
                plan(p, &hc_figures[i], &hc_figure_formats[k]);
    *ret = p;
    return HC_OK;
}

size_t hc_pictures_list(
    const struct hc_pictures *p, bool all, const char *names[HC_PICTURES_MAX])
{
    size_t n = 0;

    for (size_t i = 0; i < p->n; i++)
        if (all || p->pictures[i].written)
            names[n++] = p->pictures[i].name;
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

/* The body, which all formats of a figure share. */
static enum hc_status write_body(struct hc_pictures *p, const struct hc_figure *figure,
    const struct hc_pictures_request *r, struct hc_figure_size *ret, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf body = HC_BUF_INIT;
    char name[NAME_MAX_LEN];

    snprintf(name, sizeof(name), "%s.gp", figure->name);
    HC_TRY(hc_figure_body(&body, figure, r->findings, r->series, ret));
    return write_script(p, name, &body, err);
}

static enum hc_status write_scripts(
    struct hc_pictures *p, const struct hc_pictures_request *r, struct hc_error *err)
{
    const struct hc_figure *last = NULL;
    struct hc_figure_size size = {0};

    for (size_t i = 0; i < p->n; i++) {
        struct picture *one = &p->pictures[i];
        HC_CLEANUP(hc_buf_clear) struct hc_buf head = HC_BUF_INIT;

        if (!hc_figure_wanted(one->figure, r->findings))
            continue;
        if (one->figure != last)
            HC_TRY(write_body(p, one->figure, r, &size, err));
        last = one->figure;
        HC_TRY(hc_figure_head(&head, one->figure, one->format, size));
        HC_TRY(write_script(p, one->script, &head, err));
        p->drawn[p->n_drawn] = one;
        p->scripts[p->n_drawn++] = one->script;
    }
    return HC_OK;
}

enum hc_status hc_pictures_start(
    struct hc_pictures *p, const struct hc_pictures_request *r, struct hc_error *err)
{
    p->common = r->common;
    if (!hc_gnuplot_find(getenv("PATH"), p->program)) {
        hc_say(r->common,
            "no gnuplot here: figures are left out (Debian: apt-get install "
            "gnuplot-nox)");
        return HC_OK;
    }
    HC_TRY(hc_path_join(r->spill_dir, "figures", p->folder, err));
    HC_TRY(hc_dir_make(p->folder, err));
    HC_TRY(write_scripts(p, r, err));
    if (!p->n_drawn)
        return HC_OK;
    p->options = (struct hc_gnuplot_options){.program = p->program,
        .folder = p->folder,
        .names = p->scripts,
        .n = p->n_drawn,
        .at_once = hc_workers_count(r->common->threads, HC_CHILD_SLOTS),
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

static enum hc_status take(const struct hc_pictures *p, struct picture *picture,
    const char *temp_dir, struct hc_gnuplot_result *result, struct hc_error *err)
{
    char from[HC_PATH_MAX], to[HC_PATH_MAX];

    HC_TRY(hc_path_join(p->folder, picture->drawn, from, err));
    HC_TRY(hc_path_join(temp_dir, picture->name, to, err));
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

static void say_lost(const struct hc_pictures *p, const struct hc_gnuplot_result *results)
{
    size_t lost = 0, first = 0;

    for (size_t i = p->n_drawn; i-- > 0;)
        if (!results[i].ok) {
            lost++;
            first = i;
        }
    if (lost == 1)
        hc_say(p->common, "'%s' is left out: %s", p->drawn[first]->name,
            results[first].reason);
    else if (lost)
        hc_say(p->common, "%zu of %zu pictures are left out, '%s' first: %s", lost,
            p->n_drawn, p->drawn[first]->name, results[first].reason);
}

enum hc_status hc_pictures_finish(
    struct hc_pictures *p, const char *temp_dir, struct hc_error *err)
{
    struct hc_gnuplot_result results[HC_PICTURES_MAX];
    char folder[HC_PATH_MAX];

    if (!p->batch)
        return HC_OK;
    hc_gnuplot_finish(hc_take(&p->batch), results);
    if (hc_interrupt_requested())
        return HC_INTERRUPTED;
    HC_TRY(hc_path_join(temp_dir, "figures", folder, err));
    HC_TRY(hc_dir_make(folder, err));
    for (size_t i = 0; i < p->n_drawn; i++)
        HC_TRY(take(p, p->drawn[i], temp_dir, &results[i], err));
    rmdir(folder); /* only if there is none */
    say_lost(p, results);
    return HC_OK;
}

void hc_pictures_free(struct hc_pictures *p)
{
    if (p)
        hc_gnuplot_finish(p->batch, NULL);
    hc_free(p);
}
