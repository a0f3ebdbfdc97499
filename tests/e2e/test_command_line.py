"""What every command has in common: streams, exit codes, help, mistyped words."""
import json
import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
HINDCAST = os.environ.get("HINDCAST", str(ROOT / "build/hindcast"))


def run(*args, **options):
    return subprocess.run([HINDCAST, *args], stdin=subprocess.DEVNULL, text=True,
                          stdout=options.pop("stdout", subprocess.PIPE),
                          stderr=subprocess.PIPE, timeout=60, **options)


def commands():
    listed = run("--help").stdout.split("commands:\n")[1].split("\n\n")[0]
    return [line.split()[0] for line in listed.splitlines()]


def refused(*args):
    done = run(*args)
    assert (done.returncode, done.stdout) == (2, "")
    return done.stderr


def test_no_command():
    assert refused() == "hindcast: no command given; 'hindcast --help' lists them\n"


def test_mistyped_command():
    assert refused("column") == "hindcast: unknown command 'column'; did you mean 'columns'?\n"
    assert refused("zzz") == "hindcast: unknown command 'zzz'; 'hindcast --help' lists them\n"


def test_mistyped_option():
    for args in (["columns", "--jsno"], ["--jsno", "columns"]):
        assert refused(*args) == "hindcast: unknown option '--jsno'; did you mean '--json'?\n"


def test_superfluous_argument():
    assert "cannot take 'extra'" in refused("columns", "extra")


def test_control_characters_do_not_reach_the_terminal():
    assert refused("a\x1b[31m\nb") == (
        "hindcast: unknown command 'a\\x1b[31m\\x0ab'; 'hindcast --help' lists them\n")


@pytest.mark.parametrize("args", [["--help"], ["help"], ["-h"]])
def test_help(args):
    done = run(*args)
    assert (done.returncode, done.stderr) == (0, "")
    assert "columns" in done.stdout


def test_help_of_every_command_fits_80_columns():
    for name in commands():
        first, second = run(name, "--help"), run("help", name)
        assert first.returncode == 0
        assert first.stdout == second.stdout
        assert first.stdout.startswith(f"usage: hindcast {name} ")
        assert max(map(len, first.stdout.splitlines())) <= 80


def test_help_wins_over_missing_arguments():
    for name in commands():
        assert run(name, "--json", "--help").returncode == 0


def test_versions():
    done = run("--version")
    assert done.returncode == 0
    assert [line.split()[0] for line in done.stdout.splitlines()] == [
        "hindcast", "DuckDB", "stored"]


def test_common_options_before_and_after_the_command():
    before, after = run("--json", "columns"), run("columns", "--json")
    assert before.stdout == after.stdout
    listed = json.loads(after.stdout)
    assert sum(column["kind"] == "gauge" for column in listed) == 15
    assert len(listed) == 15 + 10 + 27 + 9


def test_columns_table_fits_80_columns():
    text = run("columns").stdout
    assert max(map(len, text.splitlines())) <= 80
    for gauge in json.loads(run("columns", "--json").stdout):
        assert gauge["name"] in text


def test_full_disk_is_an_output_that_cannot_be_written():
    with open("/dev/full", "w") as full:
        done = run("columns", stdout=full)
    assert done.returncode == 5
    assert done.stderr == (
        "hindcast: cannot write to standard output: No space left on device\n")


def test_reader_that_leaves():
    reader, writer = os.pipe()
    os.close(reader)
    done = run("columns", stdout=writer)
    os.close(writer)
    assert done.returncode == 5


def test_a_comma_locale_changes_no_number():
    plain = run("columns", "--json").stdout
    assert run("columns", "--json", env={"LC_ALL": "de_DE.UTF-8"}).stdout == plain
