/*
 * A thread starts children and waits for them. Standard error's end of file says that a
 * child has most likely ended; that it really has is asked without reaping it, so that
 * its number is off the list before the system can give it to somebody else.
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "gnuplot/child.h"
#include "gnuplot/gnuplot.h"

enum { TICK_MS = 20, SAID_MAX = 4096 };

struct running {
    pid_t pid; /* 0: free */
    size_t job;
    int said_fd; /* -1: at its end */
    size_t n_said;
    char said[SAID_MAX];
};

struct hc_gnuplot {
    struct hc_gnuplot_options options;
    char *env[HC_CHILD_ENV];
    pthread_t thread;
    atomic_bool unwanted;
    int64_t deadline_ms;
    struct hc_gnuplot_result *results;
    struct running running[HC_GNUPLOT_CHILDREN];
};

bool hc_gnuplot_find(const char *path, char out[HC_PATH_MAX])
{
    while (path && *path) {
        size_t len = strcspn(path, ":");
        struct stat file;

        if (path[0] == '/' && len + sizeof("/gnuplot") <= HC_PATH_MAX) {
            snprintf(out, HC_PATH_MAX, "%.*s/gnuplot", (int)len, path);
            if (!access(out, X_OK) && !stat(out, &file) && S_ISREG(file.st_mode))
                return true;
        }
        path += len + (path[len] == ':');
    }
    return false;
}

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

/* ---- one child ------------------------------------------------------------------- */

static void note_pid(struct hc_gnuplot *b, const struct running *r, pid_t pid)
{
    if (b->options.pids)
        atomic_store(&b->options.pids[r - b->running], (int)pid);
}

static void start_child(struct hc_gnuplot *b, struct running *r, size_t job)
{
    struct hc_child child = {.program = b->options.program,
        .folder = b->options.folder,
        .argument = b->options.names[job],
        .env = b->env,
        .pid_slot = b->options.pids ? &b->options.pids[r - b->running] : NULL};
    int error = hc_child_start(&child);

    if (error) {
        snprintf(b->results[job].reason, sizeof(b->results[job].reason),
            "gnuplot cannot be started: %s", strerror(error));
        return;
    }
    r->pid = child.pid;
    r->said_fd = child.said_fd;
    r->n_said = 0;
    r->job = job;
}

static void kill_child(const struct running *r)
{
    if (r->pid) {
        kill(-r->pid, SIGKILL);
        kill(r->pid, SIGKILL);
    }
}

/* Reads what there is to read; what is over the room is thrown away. */
static void listen_to(struct running *r)
{
    char more[1024];
    ssize_t n;

    while (r->said_fd >= 0 && (n = read(r->said_fd, more, sizeof(more))) != 0) {
        size_t room = sizeof(r->said) - r->n_said;

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            return;
        if (n < 0)
            break;
        memcpy(r->said + r->n_said, more, (size_t)n < room ? (size_t)n : room);
        r->n_said += (size_t)n < room ? (size_t)n : room;
    }
    if (r->said_fd >= 0)
        close(r->said_fd);
    r->said_fd = -1;
}

/* The last line that says something: gnuplot shows the command, a caret, the reason. */
static void last_line(const struct running *r, char *out, size_t size)
{
    size_t end = r->n_said, from;

    while (end && (unsigned char)r->said[end - 1] <= ' ')
        end--;
    for (from = end; from && r->said[from - 1] != '\n';)
        from--;
    while (from < end && (unsigned char)r->said[from] <= ' ')
        from++;
    snprintf(out, size, "%.*s", (int)(end - from), r->said + from);
}

static void judge(struct hc_gnuplot *b, const struct running *r, const siginfo_t *end)
{
    struct hc_gnuplot_result *result = &b->results[r->job];
    char line[120];

    last_line(r, line, sizeof(line));
    if (result->reason[0]) /* killed by us, and said so */
        return;
    result->ok = end->si_code == CLD_EXITED && end->si_status == 0;
    if (!result->ok)
        snprintf(result->reason, sizeof(result->reason), "gnuplot ended with %s %d%s%s",
            end->si_code == CLD_EXITED ? "exit code" : "signal", end->si_status,
            line[0] ? ": " : "", line);
}

/* True if the child is gone now. */
static bool reap(struct hc_gnuplot *b, struct running *r)
{
    siginfo_t end = {0};

    if (waitid(P_PID, (id_t)r->pid, &end, WEXITED | WNOHANG | WNOWAIT) && errno == EINTR)
        return false;
    if (!end.si_pid && errno != ECHILD)
        return false;
    kill(-r->pid, SIGKILL); /* what it has started itself, if anything */
    note_pid(b, r, 0);
    listen_to(r);
    waitpid(r->pid, NULL, 0);
    if (r->said_fd >= 0)
        close(r->said_fd);
    judge(b, r, &end);
    r->pid = 0;
    return true;
}

/* ---- all of them ----------------------------------------------------------------- */

/* Until a child has something to say or has ended, or a moment has passed. */
static void wait_a_moment(struct hc_gnuplot *b)
{
    struct pollfd fds[HC_GNUPLOT_CHILDREN];
    nfds_t n = 0;
    int wait_ms = TICK_MS;

    for (size_t i = 0; i < b->options.at_once; i++) {
        if (b->running[i].pid && b->running[i].said_fd >= 0)
            fds[n++] = (struct pollfd){.fd = b->running[i].said_fd, .events = POLLIN};
        else if (b->running[i].pid)
            wait_ms = 1; /* has closed its mouth: it will be gone at once */
    }
    poll(fds, n, wait_ms);
    for (size_t i = 0; i < b->options.at_once; i++)
        if (b->running[i].pid)
            listen_to(&b->running[i]);
}

static const char *why_stop(struct hc_gnuplot *b)
{
    if ((b->options.stop && atomic_load(b->options.stop)) || atomic_load(&b->unwanted))
        return "interrupted";
    return now_ms() >= b->deadline_ms ? "gnuplot did not end in time" : NULL;
}

static void stop_all(struct hc_gnuplot *b, const char *why, size_t first_waiting)
{
    for (size_t i = 0; i < b->options.at_once; i++)
        if (b->running[i].pid) {
            snprintf(b->results[b->running[i].job].reason, sizeof(b->results[0].reason),
                "%s", why);
            kill_child(&b->running[i]);
        }
    for (size_t i = first_waiting; i < b->options.n; i++)
        snprintf(b->results[i].reason, sizeof(b->results[i].reason), "%s", why);
}

static void *work(void *context)
{
    struct hc_gnuplot *b = context;
    size_t next = 0, busy;

    do {
        const char *why = why_stop(b);

        if (why) {
            stop_all(b, why, next);
            next = b->options.n;
        }
        busy = 0;
        for (size_t i = 0; i < b->options.at_once; i++) {
            struct running *r = &b->running[i];

            if (r->pid)
                reap(b, r);
            if (!r->pid && next < b->options.n)
                start_child(b, r, next++);
            busy += r->pid != 0;
        }
        if (busy)
            wait_a_moment(b);
    } while (busy || next < b->options.n);
    return NULL;
}

static void free_batch(struct hc_gnuplot *b)
{
    if (!b)
        return;
    hc_free(b->env[0]);
    hc_free(b->results);
    hc_free(b);
}

/* Signals are for the program's own threads: their handlers may not run in this one. */
static int start_thread(struct hc_gnuplot *b)
{
    sigset_t all, before;
    int error;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    error = pthread_create(&b->thread, NULL, work, b);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return error;
}

enum hc_status hc_gnuplot_start(const struct hc_gnuplot_options *options,
    struct hc_gnuplot **ret, struct hc_error *err)
{
    struct hc_gnuplot *b = hc_calloc(1, sizeof(*b));
    int error;

    if (b)
        b->results = hc_calloc(options->n ? options->n : 1, sizeof(*b->results));
    if (!b || !b->results || hc_child_environment(options->env, b->env)) {
        free_batch(b);
        return HC_NO_MEMORY;
    }
    b->options = *options;
    b->deadline_ms = now_ms() + options->limit_s * INT64_C(1000);
    error = start_thread(b);
    if (error) {
        free_batch(b);
        return hc_fail(
            err, HC_INTERNAL, "cannot start a thread for gnuplot: %s", strerror(error));
    }
    *ret = b;
    return HC_OK;
}

void hc_gnuplot_finish(struct hc_gnuplot *b, struct hc_gnuplot_result *ret)
{
    if (!b)
        return;
    if (!ret)
        atomic_store(&b->unwanted, true);
    pthread_join(b->thread, NULL);
    if (ret)
        memcpy(ret, b->results, b->options.n * sizeof(*ret));
    free_batch(b);
}
