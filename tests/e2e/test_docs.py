"""What README.md and docs/ say is so: commands, options, tables, links, snippets."""
import json
import os
import pathlib
import re
import shlex
import subprocess

import duckdb
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
HINDCAST = os.environ.get("HINDCAST", str(ROOT / "build/hindcast"))
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
WIDTH = 100


def name(path):
    return str(path.relative_to(ROOT))


def text(path):
    return (ROOT / path).read_text()


def run(*args, **options):
    return subprocess.run([HINDCAST, *args], stdin=subprocess.DEVNULL, text=True,
                          capture_output=True, timeout=300, **options)


def blocks(path, language):
    """The fenced blocks of that language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text(path), re.M | re.S)


def prose(path):
    """A page without its fenced and indented blocks."""
    fenced = re.sub(r"^```.*?^```$", "", path.read_text(), flags=re.M | re.S)
    return re.sub(r"^    .*$", "", fenced, flags=re.M)


def commands():
    listed = run("--help").stdout.split("commands:\n")[1].split("\n\n")[0]
    return [line.split()[0] for line in listed.splitlines()]


def options_of(command):
    return set(re.findall(r"(?<![\w-])--[a-z][a-z-]+",
                          run(command, "--help").stdout.split("\noptions:\n")[1]
                          .split("\nexamples:\n")[0]))


def described(page):
    """Options in the first cells of a page's tables."""
    cells = [line.split("|")[1] for line in page.splitlines() if line.startswith("| `-")]
    return set(re.findall(r"--[a-z][a-z-]+", " ".join(cells)))


# ---- commands and options ---------------------------------------------------------------

def test_a_page_for_every_command():
    pages = {path.stem for path in (ROOT / "docs/commands").glob("*.md")}
    assert pages == set(commands())
    for command in commands():
        assert f"docs/commands/{command}.md" in text("README.md")


def test_pages_have_the_options_that_there_are():
    page = text("docs/commands/analyze.md")
    common = described(page.split("### Options of every command")[1])
    own = described(page.split("### Options of every command")[0])
    assert common | own == options_of("analyze")
    for command in set(commands()) - {"analyze"}:
        assert described(text(f"docs/commands/{command}.md")) | common == options_of(command)


def columns(*kinds):
    return [c for c in json.loads(run("columns", "--json").stdout) if c["kind"] in kinds]


def shell_lines():
    for page in PAGES:
        for block in blocks(name(page), "sh"):
            for line in block.splitlines():
                if line.strip() and not line.startswith("#"):
                    yield name(page), line


@pytest.mark.parametrize("page, line", list(shell_lines()))
def test_shell_commands_exist(page, line):
    for part in line.split("|"):
        words = shlex.split(part, comments=True)
        if words[0] == "make":
            assert re.search(rf"^{words[1]}:", text("Makefile"), re.M), line
        if pathlib.PurePath(words[0]).name != "hindcast":
            continue
        assert words[1] in commands(), line
        used = {word.split("=")[0] for word in words if word.startswith("--")}
        assert used <= options_of(words[1]), line


def test_usage_lines_name_options_that_there_are():
    for command in commands():
        (usage,) = re.findall(rf"^    hindcast {command}\b(.*)$",
                              text(f"docs/commands/{command}.md"), re.M)
        assert set(re.findall(r"--[a-z-]+", usage)) <= options_of(command)


# ---- tables -----------------------------------------------------------------------------

def test_gauges_are_those_of_the_program():
    wanted = [(c["name"], c["unit"], f"{c['low']}..{'' if c['high'] is None else c['high']}",
               c["meaning"]) for c in columns("gauge")]
    rows = re.findall(r"^\| `(\w+)` \| ([\w/]+) \| (\S+) \| (.*?) \|$", text("docs/data.md"),
                      re.M)
    assert rows == wanted


def test_findings_sections_are_those_of_the_schema():
    schema = json.loads(text("docs/findings.schema.json"))
    page = text("docs/output.md")
    for key, part in schema["properties"].items():
        assert f"`{key}`" in page, key
        if "$ref" in part:
            part = schema["$defs"][part["$ref"].split("/")[-1]]
        for inner in part.get("items", part).get("properties", {}):
            assert f"`{inner}`" in page, f"{key}.{inner}"


def test_exit_codes_are_those_of_the_code():
    codes = set(re.findall(r"/\*.*?\((\d+)\) \*/", text("include/hindcast/status.h")))
    page = text("docs/commands/analyze.md").split("## Exit codes")[1]
    assert set(re.findall(r"^\| (\d+) \|", page, re.M)) == codes


# ---- pages ------------------------------------------------------------------------------

@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if target.startswith("http"):
            continue
        path, _, anchor = target.partition("#")
        file = page.parent / path if path else page
        if name(page) == "README.md" and path == "docs/benchmarks.md":
            continue  # made by `make bench`
        assert file.exists(), target
        titles = re.findall(r"^#+ (.*)$", file.read_text(), re.M) if anchor else []
        assert not anchor or anchor in {
            re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", [p for p in PAGES if p.name != "benchmarks.md"], ids=name)
def test_lines_are_not_too_long(page):
    for line in page.read_text().splitlines():
        assert len(line) <= WIDTH or line.startswith("|"), line


def test_decisions_are_numbered():
    numbers = [path.name[:4] for path in sorted((ROOT / "docs/decisions").glob("*.md"))]
    assert numbers == [f"{i:04}" for i in range(1, len(numbers) + 1)]


def test_files_that_are_named_exist():
    for page in PAGES:
        for path in re.findall(r"`((?:src|tests|tools|include|bench|docs)/[\w./-]+)`",
                               prose(page)):
            planned = page.name == "first-command.md" and re.search("units|thing", path)
            assert planned or (ROOT / path).exists(), f"{name(page)}: {path}"


# ---- snippets over a small analysis -------------------------------------------------------

@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with hindcast-report in it."""
    folder = tmp_path_factory.mktemp("docs")
    for args in (["synth", "-o", "data", "--nodes", "4", "--days", "15", "--step", "600"],
                 ["analyze", "data", "--timezone", "Europe/Berlin"]):
        done = run(*args, cwd=folder)
        assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def findings(folder, monkeypatch):
    monkeypatch.chdir(folder)
    return json.loads((folder / "hindcast-report/findings.json").read_text())


def test_files_are_those_of_the_page(folder, findings):
    page = text("docs/output.md").split("## tables")
    listed = set(re.findall(r"^\| `(?:tables/)?(\S+\.\w+)`", page[0].split("Throughout")[0], re.M))
    listed |= set(re.findall(r"`(\w+\.csv)`", page[1].split("## rollup")[0]))
    figures = re.findall(r"^\| `([\w-]+)` \|", text("docs/figures.md"), re.M)
    listed |= {f"{figure}.{kind}" for figure in figures for kind in ("svg", "png")}
    written = {path.name for path in (folder / "hindcast-report").rglob("*") if path.is_file()}
    listed = {name for name in listed if "*" not in name}
    assert written <= listed
    # no level of a node changes in the demo's data, and nobody asked for a comparison
    assert listed - written <= {f"{name}.{ending}" for name in ("changes", "compare")
                                for ending in ("svg", "png")}
    run_json = json.loads((folder / "hindcast-report/run.json").read_text())
    assert {pathlib.PurePath(path).name for path in run_json["artifacts"]} == written


def test_pandas_snippet_loads_the_tables_exactly(findings):
    (snippet,) = blocks("docs/output.md", "python")
    scope = {}
    exec(snippet, scope)  # noqa: S102
    tables = scope["tables"]
    assert sorted(tables) == ["anomalies", "columns", "correlation", "daily", "hourly", "nodes",
                              "pairs", "weekly", "workload_namespaces", "workload_nodes",
                              "workloads"]
    nodes = {row["node"]: row for row in findings["nodes"]}
    assert list(tables["nodes"]["node"]) == list(nodes)
    for _, row in tables["nodes"].iterrows():
        assert row["cpu_usage_rate_mean"] == nodes[row["node"]]["cpu_usage_rate"]["mean"]
        assert row["load_1m_std"] == nodes[row["node"]]["load_1m"]["std"]
    for table, key in (("hourly", "hourly"), ("weekly", "weekly"), ("daily", "daily")):
        for column in ("n", "days", "cpu_usage_rate", "memory_usage", "load_1m_n"):
            assert list(tables[table][column]) == [
                row[column] for row in findings["temporal"][key]]
    columns = findings["correlation"]["columns"]
    matrix = tables["correlation"].set_index("column")
    assert list(matrix.columns) == list(matrix.index) == columns
    assert [[None if x != x else x for x in row] for row in matrix.values.tolist()
            ] == findings["correlation"]["pooled"]


def test_sql_of_the_page_runs(findings):
    view, *others = blocks("docs/output.md", "sql")
    with duckdb.connect() as db:
        db.execute(view)
        meta = dict(db.execute(others[0]).fetchall())
        assert (meta["hindcast_rollup"], meta["grain_s"]) == ("1", "3600")
        assert meta["origin"].startswith("hindcast ")
        hours = db.execute(others[1]).fetchall()
        for (hour, cpu), row in zip(hours, findings["temporal"]["hourly"], strict=True):
            assert hour == row["hour"]
            assert cpu == pytest.approx(row["cpu_usage_rate"], rel=1e-9)
        assert len(db.execute(others[2]).fetchall()) == 10


def test_rollup_is_as_the_page_says(findings):
    with duckdb.connect() as db:
        rows = db.execute("describe select * from 'hindcast-report/rollup.parquet'").fetchall()
    gauges = [c["name"] for c in columns("gauge")]
    types = {"n": "UINTEGER", "mean": "DOUBLE", "m2": "DOUBLE", "min": "DOUBLE",
             "max": "DOUBLE"}
    assert [row[:2] for row in rows] == [
        ("node", "VARCHAR"), ("bucket_start", "TIMESTAMP"), ("rows", "UINTEGER"),
        *((f"{gauge}_{part}", kind) for gauge in gauges for part, kind in types.items())]


def test_sql_of_the_findings_gives_their_values(findings):
    with duckdb.connect() as db:
        db.execute(blocks("docs/output.md", "sql")[0])
        asked = [f for f in findings["findings"] if f["sql"]]
        assert len(asked) > 5
        for finding in asked:
            assert db.execute(finding["sql"]).fetchone()[0] == pytest.approx(
                finding["value"], rel=1e-9), finding["id"]


def test_readme_shows_what_comes_out(folder, findings):
    (sample,) = blocks("README.md", "text")
    shown = run("analyze", "data", "-o", "again", cwd=folder,
                env={**os.environ, "LC_ALL": "C.UTF-8"}).stdout
    headings = re.findall(r"^(\w[\w ]+) ─+$", sample, re.M)
    assert headings
    for heading in headings:
        assert re.search(rf"^{heading} ─+$", shown, re.M), heading
    assert max(map(len, sample.splitlines() + shown.splitlines())) <= 80
