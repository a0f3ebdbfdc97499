"""`make install` from a copy of the tree, then the copy is removed: what was installed
has to stand on its own, started with an empty environment."""
import json
import os
import pathlib
import re
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PREFIX = "/opt/hindcast"
NOT_COPIED = ("build*", ".git", "demo", "venv", "fetch.??????", "__pycache__")


def run(*command, **options):
    done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          timeout=900, **options)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="session")
def installed(tmp_path_factory):
    """The folder that PREFIX is in DESTDIR; the tree that it came from is gone."""
    tree = tmp_path_factory.mktemp("tree") / "hindcast"
    destdir = tmp_path_factory.mktemp("destdir")
    shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns(*NOT_COPIED))
    run("make", "install", f"PREFIX={PREFIX}", f"DESTDIR={destdir}", "BUILD=build",
        "MESON_ARGS=-Doptimization=0 -Dtests=disabled", cwd=tree,
        env={k: v for k, v in os.environ.items() if not k.startswith("MAKE")})
    shutil.rmtree(tree)
    return destdir / PREFIX.lstrip("/")


@pytest.fixture(scope="session")
def libdir(installed):
    (found,) = installed.rglob("libhindcast.so")
    return found.parent


def hindcast(installed, *args, cwd=None):
    """Runs the installed program under `env -i`."""
    return run("/usr/bin/env", "-i", installed / "bin/hindcast", *args, cwd=cwd)


def commands(installed):
    text = hindcast(installed, "--help").split("commands:\n")[1].split("\n\n")[0]
    return [line.split()[0] for line in text.splitlines()]


def test_program_runs_with_an_empty_environment(installed):
    text = hindcast(installed, "--version")
    assert re.search(r"^hindcast \d+\.\d+\.\d+$", text, re.M)
    assert re.search(r"^DuckDB \d+\.\d+\.\d+$", text, re.M)
    gauges = json.loads(hindcast(installed, "columns", "--json"))
    assert gauges[0]["name"] == "cpu_usage_rate"


def test_whole_way_with_an_empty_environment(installed, tmp_path):
    if not {"synth", "analyze"} <= set(commands(installed)):
        return  # a tree in which these are not written yet
    hindcast(installed, "synth", "-o", "data", "--nodes", "3", "--days", "2", "--step",
             "300", "--seed", "1", cwd=tmp_path)
    hindcast(installed, "analyze", "data", "-o", "report", cwd=tmp_path)
    findings = json.loads((tmp_path / "report/findings.json").read_text())
    assert findings["quality"]["nodes"] == 3


def test_libduckdb_has_its_own_folder(installed, libdir):
    libraries = [p.relative_to(installed) for p in installed.rglob("libduckdb*")]
    if not libraries:  # built against an installed DuckDB
        return
    assert libraries == [libdir.relative_to(installed) / "hindcast/libduckdb.so"]


def test_libhighs_is_beside_it(installed, libdir):
    libraries = [p.relative_to(installed) for p in installed.rglob("libhighs*")]
    assert libraries == [libdir.relative_to(installed) / "hindcast/libhighs.so.1"]
    assert "[libhighs.so.1]" in run("readelf", "-d", installed / libraries[0])


def test_runpath_is_relative(installed, libdir):
    for file in (installed / "bin/hindcast", libdir / "libhindcast.so"):
        dynamic = run("readelf", "-d", file)
        for path in re.findall(r"R(?:UN)?PATH.*\[(.*)\]", dynamic):
            assert path.startswith("$ORIGIN/../lib"), path
            assert ":" not in path
    assert "not found" not in run("ldd", installed / "bin/hindcast")


def test_library_does_not_need_duckdb(libdir):
    dynamic = run("readelf", "-d", libdir / "libhindcast.so")
    assert "duckdb" not in dynamic
    assert "[libhindcast.so.0]" in dynamic


def test_every_command_has_a_manual_page(installed):
    pages = {p.name for p in (installed / "share/man/man1").iterdir()}
    assert pages == {"hindcast.1"} | {f"hindcast-{name}.1" for name in commands(installed)}


def test_manual_pages_name_every_option_of_the_help(installed):
    for name in commands(installed):
        page = (installed / f"share/man/man1/hindcast-{name}.1").read_text()
        assert page.startswith(".TH ")
        plain = re.sub(r"\\f[BIR]", "", page).replace("\\-", "-")
        options = re.findall(r"^ +(?:-\w, )?(--[a-z-]+)", hindcast(installed, name, "--help"),
                             re.M)
        assert "--help" in options
        for option in options:
            assert option in plain


def complete(installed, *words):
    """What bash would offer for the last word."""
    (script,) = installed.rglob("bash-completion/completions/*")
    quoted = " ".join(f"'{word}'" for word in words)
    return run("bash", "-c", f"source '{script}'; COMP_WORDS=({quoted}); "
               f"COMP_CWORD={len(words) - 1}; _hindcast; "
               "printf '%s\\n' \"${COMPREPLY[@]}\"").split()


def test_completion(installed):
    assert complete(installed, "hindcast", "col") == ["collect", "columns"]
    assert set(commands(installed)) <= set(complete(installed, "hindcast", ""))
    assert complete(installed, "hindcast", "columns", "--js") == ["--json"]
    assert complete(installed, "hindcast", "columns", "--progress", "a") == [
        "auto", "always"]


def headers(installed):
    return sorted((installed / "include/hindcast").glob("*.h"))


def declared_functions(installed):
    """Names of the functions that the public headers declare (not the inline ones)."""
    names = set()
    for header in headers(installed):
        text = re.sub(r"/\*.*?\*/", "", header.read_text(), flags=re.S)
        text = re.sub(r"static inline [^{]*\{.*?\n\}", "", text, flags=re.S)
        text = re.sub(r"\{[^{}]*\}", "", text)
        text = re.sub(r"^#.*?[^\\]$", "", text, flags=re.M | re.S)
        names |= set(re.findall(r"\b(hc_\w+)\(", text))
    return names


def test_library_exports_what_its_headers_declare(installed, libdir):
    symbols = run("nm", "-D", "--defined-only", libdir / "libhindcast.so")
    exported = {line.split()[2] for line in symbols.splitlines()}
    assert exported == declared_functions(installed)


def pkg_config(installed, libdir, *args):
    env = {**os.environ, "PKG_CONFIG_PATH": str(libdir / "pkgconfig"),
           "PKG_CONFIG_SYSROOT_DIR": str(installed)[:-len(PREFIX)]}
    return run("pkg-config", *args, "hindcast", env=env).split()


PROGRAM = """
#include <stdio.h>
#include <hindcast/profile.h>

int main(void)
{
    struct hc_profile_options options = {.columns = 1, .gauges = 1, .grain_s = 3600};
    struct hc_profile *profile = NULL;
    enum hc_status status = hc_profile_new(&options, &profile);

    printf("%s, %d rows\\n", hc_status_name(status), (int)hc_profile_rows(profile));
    hc_profile_free(profile);
    return status;
}
"""


def test_a_program_builds_with_pkg_config(installed, libdir, tmp_path):
    (tmp_path / "small.c").write_text(PROGRAM)
    run("gcc", "-Wall", "-Werror", "-o", tmp_path / "small", tmp_path / "small.c",
        *pkg_config(installed, libdir, "--cflags", "--libs"))
    text = run("/usr/bin/env", "-i", f"LD_LIBRARY_PATH={libdir}", tmp_path / "small")
    assert text.endswith(", 0 rows\n")


def test_each_header_stands_alone(installed, tmp_path):
    for header in headers(installed):
        source = tmp_path / f"{header.stem}.c"
        source.write_text(f"#include <hindcast/{header.name}>\nint made_by_test;\n")
        run("gcc", "-std=c11", "-Wall", "-Wextra", "-Werror", "-pedantic", "-fsyntax-only",
            f"-I{installed / 'include'}", source)


def test_licences_are_installed(installed):
    names = {p.name for p in (installed / "share/doc/hindcast").iterdir()}
    assert {"LICENSE", "THIRD_PARTY.md", "LICENSE.highs", "THIRD_PARTY.highs.md"} <= names
