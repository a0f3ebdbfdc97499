#!/usr/bin/env python3
"""bundle.py: the report page, whole but for its title and its data, as C or as a file.

    bundle.py --web deps/web --source src/report/web --c hc_web.c [--depfile FILE]
    bundle.py --web deps/web --source src/report/web --html PAGE --data FINDINGS.json

esbuild makes one script of main.js and the parts of ECharts that it imports, and one
style sheet of page.css. They go into page.html in place of @SCRIPT@ and @STYLE@. @CSP@
becomes a policy that allows this script and this style by their hashes and nothing
else: no request, no other script. hc_web.c holds the three pieces around @TITLE@ and
@DATA@ that src/report/web.h declares; meson runs this at build time. --html is for
looking at a page without building: it fills the title and the data in as well.
"""
import argparse
import base64
import hashlib
import html
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

MARKERS = ("CSP", "TITLE", "STYLE", "DATA", "SCRIPT")
LICENCES = (
    ("Apache ECharts, bundled and minified: changed from its source files. NOTICE:",
     "echarts/NOTICE"),
    ("Apache ECharts, licence:", "echarts/LICENSE"),
    ("d3, a part of Apache ECharts, licence:", "echarts/licenses/LICENSE-d3"),
    ("zrender, licence:", "zrender/LICENSE"),
    ("tslib, licence:", "tslib/LICENSE.txt"),
)
LITERAL_BYTES = 4096


def banner(modules):
    """The licences of what is in the bundle: the page is passed on without them else."""
    texts = ["This page draws with the works below. The rest of it is hindcast's (MIT)."]
    for head, name in LICENCES:
        texts.append(f"{head}\n\n{(modules / name).read_text(encoding='utf-8').strip()}")
    lines = "\n\n----\n\n".join(texts).replace("*/", "* /").splitlines()
    return "/*!\n" + "\n".join(line.rstrip() for line in lines) + "\n*/\n"


def esbuild(web, entry, *options):
    """Text of the bundle of `entry`, and the files that went into it."""
    with tempfile.TemporaryDirectory() as folder:
        meta = pathlib.Path(folder) / "meta.json"
        out = pathlib.Path(folder) / f"bundle{entry.suffix}"
        done = subprocess.run(
            [web / "esbuild", entry, "--bundle", "--minify", "--charset=utf8",
             "--log-level=warning", "--color=false", "--tsconfig-raw={}",
             f"--metafile={meta}", f"--outfile={out}", *options],
            env={**os.environ, "NODE_PATH": str((web / "node_modules").resolve())},
            stdin=subprocess.DEVNULL, check=False)
        if done.returncode != 0:
            sys.exit(f"bundle.py: esbuild could not bundle '{entry}'")
        text = out.read_bytes().decode("utf-8")
        inputs = json.loads(meta.read_text(encoding="utf-8"))["inputs"]
    # a parser of HTML reads a carriage return as a new line: the hash would not fit
    return text.replace("\r\n", "\n").strip(), [name for name in inputs if not name.startswith("<")]


def checked(text, what, *words):
    """The text, if nothing in it ends or changes the element that it is put into."""
    for word in (*words, "\r", "\0"):
        if word in text.lower():
            sys.exit(f"bundle.py: {word!r} in {what}: it would not be read as written")
    return text


def csp_hash(text):
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def policy(script, style):
    return (f"default-src 'none'; script-src {csp_hash(script)}; "
            f"style-src {csp_hash(style)}; base-uri 'none'; form-action 'none'")


def page_pieces(template, values):
    """The page in three: up to the title, up to the data, and what follows."""
    found = re.findall(r"@([A-Z]+)@", template)
    if sorted(found) != sorted(MARKERS) or found.index("TITLE") > found.index("DATA"):
        sys.exit("bundle.py: page.html needs each once: "
                 + ", ".join(f"@{m}@" for m in MARKERS) + ", and the title before the data")
    pieces = [""]
    for part in re.split(r"(@[A-Z]+@)", template):
        name = part.strip("@")
        if part in ("@TITLE@", "@DATA@"):
            pieces.append("")
        else:
            pieces[-1] += values[name] if part == f"@{name}@" else part
    return pieces


def build_page(web, source):
    """The three pieces, and the files that they were made of."""
    script, script_files = esbuild(
        web, source / "main.js", "--format=iife", "--target=es2020", "--platform=browser",
        "--legal-comments=eof", '--define:process.env.NODE_ENV="production"')
    style, style_files = esbuild(web, source / "page.css", "--legal-comments=none")
    script = checked(banner(web / "node_modules") + script, "the script", "</script", "<!--")
    style = checked(style, "the style", "</style")
    template = (source / "page.html").read_text(encoding="utf-8")
    pieces = page_pieces(checked(template, "page.html"), {
        "CSP": policy(script, style), "STYLE": style, "SCRIPT": script})
    files = [str(source / "page.html"), str(web / "stamp"), *script_files, *style_files]
    return pieces, files


def c_literals(text):
    """The text as C string literals, one a line; any byte, and none that C reads."""
    data = text.encode("utf-8")
    plain = {byte: chr(byte) for byte in range(32, 127)}
    plain.update({ord("\\"): "\\\\", ord('"'): '\\"', ord("?"): "\\?", ord("\n"): "\\n"})
    for start in range(0, max(len(data), 1), LITERAL_BYTES):
        part = data[start:start + LITERAL_BYTES]
        yield '    "' + "".join(plain.get(b) or f"\\{b:03o}" for b in part) + '"'


def write_c(path, pieces):
    out = ['/* made by tools/bundle.py from src/report/web */', '#include "report/web.h"']
    for i, piece in enumerate(pieces):
        out += ["", f"static const char part_{i}[] =", "\n".join(c_literals(piece)) + ";"]
    out += ["", "const struct hc_web_part hc_web_parts[HC_WEB_PARTS] = {"]
    out += [f"    {{part_{i}, sizeof(part_{i}) - 1}}," for i in range(len(pieces))]
    path.write_text("\n".join([*out, "};", ""]), encoding="utf-8")


def write_depfile(path, target, files):
    names = " ".join(name.replace(" ", "\\ ") for name in sorted(set(files)))
    path.write_text(f"{target}: {names}\n", encoding="utf-8")


def write_html(path, pieces, title, data):
    text = data.read_text(encoding="utf-8").replace("<", "\\u003c")
    path.write_text(pieces[0] + html.escape(title) + pieces[1] + text + pieces[2],
                    encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--web", type=pathlib.Path, required=True)
    parser.add_argument("--source", type=pathlib.Path, required=True)
    parser.add_argument("--c", type=pathlib.Path, help="the C source to write")
    parser.add_argument("--depfile", type=pathlib.Path)
    parser.add_argument("--html", type=pathlib.Path, help="the page to write")
    parser.add_argument("--title", default="hindcast")
    parser.add_argument("--data", type=pathlib.Path, help="the findings of the page")
    options = parser.parse_args()
    if options.html and not options.data:
        parser.error("--html needs --data")
    pieces, files = build_page(options.web, options.source)
    if options.c:
        write_c(options.c, pieces)
    if options.depfile:
        write_depfile(options.depfile, options.c, files)
    if options.html:
        write_html(options.html, pieces, options.title, options.data)


if __name__ == "__main__":
    main()
