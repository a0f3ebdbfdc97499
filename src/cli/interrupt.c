/*
 * Only what POSIX calls async-signal-safe is used in the handlers: atomics that are
 * lock-free, timer_settime, kill, waitpid, open, unlinkat, close, _exit, and the
 * getdents64 system call in the place of readdir, which allocates.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cli/interrupt.h"

enum { SLOT_FREE, SLOT_FILLING, SLOT_READY };
enum { GRACE_NS = 800 * 1000 * 1000, DEEPEST = 4 };

static struct {
    atomic_int state;
    char path[HC_TEMP_PATH_MAX];
} slots[HC_TEMP_SLOTS];

static atomic_int children[HC_CHILD_SLOTS];
static atomic_bool requested;
static timer_t grace_timer;

/* What getdents64 gives, one after the other. */
struct kernel_dirent {
    uint64_t ino;
    int64_t off;
    unsigned short reclen;
    unsigned char type;
    char name[];
};

static void remove_at(int dir, const char *name, int depth);

static void remove_entries(int dir, int depth)
{
    _Alignas(struct kernel_dirent) char buffer[4096];
    long n;

    while ((n = syscall(SYS_getdents64, dir, buffer, sizeof(buffer))) > 0)
        for (long at = 0; at < n;) {
            struct kernel_dirent *entry = (void *)(buffer + at);

            if (strcmp(entry->name, ".") && strcmp(entry->name, ".."))
                remove_at(dir, entry->name, depth);
            at += entry->reclen;
        }
}

/* A symbolic link is removed, never followed. */
static void remove_at(int dir, const char *name, int depth)
{
    if (!unlinkat(dir, name, 0) || depth > DEEPEST)
        return;
    if (errno != EISDIR && errno != EPERM)
        return;

    int folder = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    if (folder < 0)
        return;
    remove_entries(folder, depth + 1);
    close(folder);
    unlinkat(dir, name, AT_REMOVEDIR);
}

void hc_interrupt_remove_registered(void)
{
    for (int i = 0; i < HC_TEMP_SLOTS; i++)
        if (atomic_load(&slots[i].state) == SLOT_READY)
            remove_at(AT_FDCWD, slots[i].path, 0);
}

/* Whoever waits for them elsewhere takes a number off the list before it reaps. */
static void end_children(void)
{
    for (int i = 0; i < HC_CHILD_SLOTS; i++) {
        pid_t pid = atomic_load(&children[i]);

        if (pid <= 0)
            continue;
        kill(-pid, SIGKILL);
        kill(pid, SIGKILL);
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
            ;
    }
}

static void leave(void)
{
    end_children();
    hc_interrupt_remove_registered();
    _exit(HC_EXIT_INTERRUPTED);
}

static void on_interrupt(int number)
{
    int saved = errno;
    struct itimerspec grace = {.it_value = {.tv_nsec = GRACE_NS}};

    (void)number;
    if (atomic_exchange(&requested, true))
        leave();
    if (timer_settime(grace_timer, 0, &grace, NULL))
        leave();
    errno = saved;
}

static void on_grace_over(int number)
{
    (void)number;
    leave();
}

static int handle(int number, void (*handler)(int))
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
    struct sigaction before;

    /* "nohup hindcast ..." asked for SIGHUP to be ignored: that stays so */
    if (!sigaction(number, NULL, &before) && before.sa_handler == SIG_IGN)
        return 0;
    sigfillset(&action.sa_mask);
    return sigaction(number, &action, NULL);
}

enum hc_status hc_interrupt_install(struct hc_error *err)
{
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM};

    signal(SIGALRM, SIG_DFL);
    if (timer_create(CLOCK_MONOTONIC, &event, &grace_timer) ||
        handle(SIGALRM, on_grace_over) || handle(SIGINT, on_interrupt) ||
        handle(SIGTERM, on_interrupt) || handle(SIGHUP, on_interrupt))
        return hc_fail(err, HC_INTERNAL, "cannot handle signals: %s", strerror(errno));
    return HC_OK;
}

bool hc_interrupt_requested(void)
{
    return atomic_load(&requested);
}

const atomic_bool *hc_interrupt_flag(void)
{
    return &requested;
}

atomic_int *hc_interrupt_children(void)
{
    return children;
}

int hc_interrupt_register(const char *path)
{
    size_t n = strlen(path);

    if (n >= HC_TEMP_PATH_MAX)
        return -1;
    for (int i = 0; i < HC_TEMP_SLOTS; i++) {
        int expected = SLOT_FREE;

        if (!atomic_compare_exchange_strong(&slots[i].state, &expected, SLOT_FILLING))
            continue;
        memcpy(slots[i].path, path, n + 1);
        atomic_store(&slots[i].state, SLOT_READY);
        return i;
    }
    return -1;
}

void hc_interrupt_unregister(int slot)
{
    if (slot >= 0 && slot < HC_TEMP_SLOTS)
        atomic_store(&slots[slot].state, SLOT_FREE);
}
