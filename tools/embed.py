#!/usr/bin/env python3
"""embed.py HEADER SOURCE FILE.sql...: the queries as C strings.

Each sql/NAME.sql becomes `const char hc_sql_NAME[]` in SOURCE, declared in HEADER.
meson runs this at build time.
"""
import pathlib
import re
import sys


def c_lines(text):
    """The text as C string literals, one a line."""
    for line in text.splitlines():
        escaped = line.replace("\\", "\\\\").replace('"', '\\"').replace("?", "\\?")
        yield f'    "{escaped}\\n"'


def main(header, source, *queries):
    names = [pathlib.Path(query).stem for query in queries]
    for name in names:
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            sys.exit(f"embed.py: '{name}.sql' cannot be a C name")
    declared = "".join(f"extern const char hc_sql_{name}[];\n" for name in names)
    pathlib.Path(header).write_text(
        "/* made by tools/embed.py from sql/ */\n#ifndef HC_SQL_H\n#define HC_SQL_H\n\n"
        + declared + "\n#endif\n")
    with open(source, "w") as out:
        out.write('/* made by tools/embed.py from sql/ */\n#include "hc_sql.h"\n')
        for name, query in zip(names, queries):
            text = pathlib.Path(query).read_text(encoding="utf-8")
            body = "\n".join(c_lines(text)) or '    ""'
            out.write(f"\nconst char hc_sql_{name}[] =\n{body};\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
