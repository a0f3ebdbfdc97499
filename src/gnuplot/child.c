/*
 * vfork, because a copy of the tables of a process with gigabytes costs more than the
 * drawing; between it and exec only system calls are made. (posix_spawn was rejected: it
 * cannot ask for the child's death with ours.)
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "gnuplot/child.h"

static const char *const kept[] = {"PATH=", "HOME=", "XDG_CACHE_HOME=",
    "FONTCONFIG_FILE=", "FONTCONFIG_PATH=", "LD_LIBRARY_PATH="};

enum hc_status hc_child_environment(char **env, char *ret[HC_CHILD_ENV])
{
    size_t n = 0;

    ret[n] = hc_strdup("LC_ALL=C.UTF-8");
    if (!ret[n++])
        return HC_NO_MEMORY;
    for (size_t i = 0; i < HC_COUNT(kept); i++)
        for (char **variable = env; variable && *variable; variable++)
            if (!strncmp(*variable, kept[i], strlen(kept[i]))) {
                ret[n++] = *variable;
                break;
            }
    ret[n] = NULL;
    return HC_OK;
}

/* In the child, whose memory is ours: only system calls. */
static void become(const struct hc_child *child, int said, int nothing, pid_t parent)
{
    static const int handled[] = {SIGINT, SIGTERM, SIGHUP, SIGALRM, SIGPIPE, SIGXFSZ};
    char *const args[] = {
        (char *)child->program, (char *)"-d", (char *)child->argument, NULL};
    sigset_t none;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(127); /* it was gone before it could be told */
    setpgid(0, 0);
    for (size_t i = 0; i < HC_COUNT(handled); i++)
        signal(handled[i], SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (dup2(nothing, STDIN_FILENO) < 0 || dup2(nothing, STDOUT_FILENO) < 0 ||
        dup2(said, STDERR_FILENO) < 0 || chdir(child->folder))
        _exit(126);
#ifdef SYS_close_range
    syscall(SYS_close_range, 3u, ~0u, 0u);
#endif
    execve(child->program, args, child->env);
}

/* The errno of an exec that failed is written where we look: the memory is shared. */
static pid_t spawn(
    const struct hc_child *child, int said, int nothing, volatile int *error)
{
    pid_t parent = getpid(), pid = vfork();

    if (pid == 0) {
        if (child->pid_slot)
            atomic_store(child->pid_slot, (int)getpid());
        become(child, said, nothing, parent);
        *error = errno;
        _exit(127);
    }
    return pid;
}

int hc_child_start(struct hc_child *child)
{
    volatile int error = 0;
    int pipe_fds[2], nothing = open("/dev/null", O_RDWR | O_CLOEXEC);

    if (nothing < 0)
        return errno;
    if (pipe2(pipe_fds, O_CLOEXEC)) {
        error = errno;
        close(nothing);
        return error;
    }
    child->pid = spawn(child, pipe_fds[1], nothing, &error);
    if (child->pid < 0)
        error = errno;
    close(pipe_fds[1]);
    close(nothing);
    child->said_fd = pipe_fds[0];
    if (!error) {
        fcntl(child->said_fd, F_SETFL, O_NONBLOCK);
        return 0;
    }
    if (child->pid_slot)
        atomic_store(child->pid_slot, 0);
    if (child->pid > 0)
        waitpid(child->pid, NULL, 0);
    close(child->said_fd);
    return error;
}
