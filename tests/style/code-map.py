#!/usr/bin/env python3
"""Every #include of src/ and include/ is one that the table of docs/code-map.md allows,
and the table names the folders that there are. Prints violations, nothing else."""
import fnmatch
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
MAP = ROOT / "docs/code-map.md"
PUBLIC = "include/hindcast"
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
C = set("""assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp
    signal stdalign stdarg stdatomic stdbool stddef stdint stdio stdlib stdnoreturn string
    tgmath threads time uchar wchar wctype""".split())
POSIX = set("""dirent dlfcn fcntl fnmatch ftw glob langinfo poll pthread sched semaphore
    spawn strings termios unistd wordexp sys/file sys/ioctl sys/mman sys/random
    sys/resource sys/select sys/stat sys/statvfs sys/syscall sys/time sys/types sys/uio
    sys/wait""".split())


class Row:
    """What a folder may use."""

    def __init__(self, line, cells):
        self.line = line
        self.folders = set(re.findall(r"`([^`]+)`", cells[2]))
        self.system = set()
        words = re.sub(r"`[^`]*`", "", cells[3])
        self.system |= C if re.search(r"\bC\b", words) else set()
        self.system |= POSIX if "POSIX" in words else set()
        # library header -> the pattern of the files that may include it
        self.libraries = {header: files or "*" for header, files in
                          re.findall(r"`([\w/.-]+\.h)`(?: in `([^`]+)`)?", cells[3])}


def read_map():
    rows = {}
    for number, text in enumerate(MAP.read_text().splitlines(), 1):
        cells = [cell.strip() for cell in text.strip("|").split("|")]
        name = re.fullmatch(r"`((?:src/\w+|include/\w+))`", cells[0])
        if name and len(cells) == 4:
            rows[name[1]] = Row(number, cells)
    return rows


def refusal(folder, name, row, quote, header):
    """Why the file `name` of a folder may not include the header; None: it may."""
    if quote == '"' or header.startswith("hindcast/"):
        part = header.split("/")[0] if "/" in header else "(none)"
        used = PUBLIC if part == "hindcast" else f"src/{part}"
        if used == folder or used in row.folders:
            return None
        return f"{folder} may not use {used}"
    if header.removesuffix(".h") in row.system:
        return None
    files = row.libraries.get(header)
    if files is None:
        return f"{folder} may not include <{header}>"
    if fnmatch.fnmatch(name, files):
        return None
    return f"<{header}> is for {files} alone in {folder}"


def check_file(path, folder, row):
    for number, text in enumerate(path.read_text(errors="replace").splitlines(), 1):
        found = INCLUDE.match(text)
        why = found and refusal(folder, path.name, row, *found.groups())
        if why:
            yield f"{path.relative_to(ROOT)}:{number}: {found[2]}: {why}"


def check():
    rows = read_map()
    where = MAP.relative_to(ROOT)
    folders = [path for top in ("src", "include") for path in sorted((ROOT / top).iterdir())
               if path.is_dir()]
    names = {str(path.relative_to(ROOT)) for path in folders}
    for name in sorted(set(rows) - names):
        yield f"{where}:{rows[name].line}: {name}: there is no such folder"
    for name, row in rows.items():
        for used in sorted(row.folders - set(rows)):
            yield f"{where}:{row.line}: {name}: may use {used}, which has no row"
    for path in sorted((ROOT / "src").glob("*.[ch]")):
        yield f"{path.relative_to(ROOT)}:1: a source file is in a folder of src/"
    for folder in folders:
        name = str(folder.relative_to(ROOT))
        if name not in rows:
            yield f"{name}:1: {where} has no row for this folder"
            continue
        for path in sorted(folder.rglob("*.[ch]")):
            yield from check_file(path, name, rows[name])


violations = list(check())
print("\n".join(violations), end="\n" if violations else "")
sys.exit(1 if violations else 0)
