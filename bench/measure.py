"""Runs one process: how long it took, its CPU time, how much memory its tree held.

Time is from just before the start to the end of the process, start-up included. Memory
is the larger of two figures: the peak that the kernel kept for the process and for each
child it waited for (exact, but of one process at a time), and, where `watch` asks for it,
the largest sum of resident memory over the process and all its descendants, looked at
every 10 ms. A run that is timed for the table is not watched.

The kernel also counts what the parent held at the fork, so this module and the one that
uses it import nothing large.
"""
import dataclasses
import os
import pathlib
import subprocess
import threading
import time

PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclasses.dataclass(frozen=True)
class Run:
    """Of one process; CPU time is user and system time of it and those it waited for."""

    seconds: float
    cpu: float
    peak: int


def tree(pid):
    """The process and its descendants that are alive."""
    found, ahead = [], [pid]
    while ahead:
        current = ahead.pop()
        found.append(current)
        try:
            for task in pathlib.Path(f"/proc/{current}/task").iterdir():
                ahead += map(int, (task / "children").read_text().split())
        except OSError:
            continue
    return found


def resident(pid):
    try:
        return int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    except (OSError, IndexError):
        return 0


class Watch(threading.Thread):
    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.peak, self.over = pid, 0, threading.Event()

    def run(self):
        while not self.over.wait(0.01):
            self.peak = max(self.peak, sum(map(resident, tree(self.pid))))


def run(command, environment, watch=False):
    """A Run; stops with the words of a process that fails."""
    begin = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    watcher = Watch(process.pid) if watch else None
    if watcher:
        watcher.start()
    words = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stderr.close()
    if watcher:
        watcher.over.set()
        watcher.join()
    if process.returncode:
        told = words.decode(errors="replace")[-2000:]
        raise SystemExit(f"{' '.join(command)}: exit {process.returncode}\n{told}")
    return Run(seconds, usage.ru_utime + usage.ru_stime,
               max(usage.ru_maxrss * 1024, watcher.peak if watcher else 0))
