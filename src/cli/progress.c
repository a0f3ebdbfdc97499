#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "cli/progress.h"

enum { WIDTH = 40, TICK_MS = 100, SILENT_TICKS = 10 };

static void draw(double share)
{
    int filled = (int)(share * WIDTH);

    fputs("\r[", stderr);
    for (int i = 0; i < WIDTH; i++)
        fputc(i < filled ? '#' : ' ', stderr);
    fprintf(stderr, "] %3d %%", (int)(share * 100));
    fflush(stderr);
}

static double share_of(const struct hc_progress_bar *bar)
{
    if (!bar->steps)
        return hc_duck_progress(bar->duck);
    return bar->all ? (double)atomic_load(bar->steps) / (double)bar->all : -1;
}

static void *bar_main(void *context)
{
    struct hc_progress_bar *bar = context;
    const struct timespec tick = {.tv_nsec = TICK_MS * 1000000L};
    bool drawn = false;

    for (int ticks = 0; !atomic_load(&bar->done); ticks++) {
        double share = share_of(bar);

        if (share >= 0 && share <= 1 && (bar->always || ticks >= SILENT_TICKS)) {
            draw(share);
            drawn = true;
        }
        nanosleep(&tick, NULL);
    }
    if (drawn)
        fprintf(stderr, "\r%*s\r", WIDTH + 9, "");
    return NULL;
}

bool hc_progress_wanted(const struct hc_common *common)
{
    if (common->quiet || common->progress == HC_PROGRESS_NEVER)
        return false;
    return common->progress == HC_PROGRESS_ALWAYS || isatty(STDERR_FILENO);
}

static void start(struct hc_progress_bar *bar, const struct hc_common *common)
{
    bar->always = common->progress == HC_PROGRESS_ALWAYS;
    atomic_init(&bar->done, false);
    if (hc_progress_wanted(common))
        bar->running = pthread_create(&bar->thread, NULL, bar_main, bar) == 0;
}

void hc_progress_start(
    struct hc_progress_bar *bar, const struct hc_common *common, struct hc_duck *duck)
{
    *bar = (struct hc_progress_bar){.duck = duck};
    start(bar, common);
}

void hc_progress_start_steps(struct hc_progress_bar *bar, const struct hc_common *common,
    const atomic_size_t *steps, size_t all)
{
    *bar = (struct hc_progress_bar){.steps = steps, .all = all};
    start(bar, common);
}

void hc_progress_stop(struct hc_progress_bar *bar)
{
    if (!bar->running)
        return;
    atomic_store(&bar->done, true);
    pthread_join(bar->thread, NULL);
}
