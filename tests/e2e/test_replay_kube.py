"""`hindcast replay` against what a real kube-scheduler v1.35 scored and refused."""
import duckdb
import pytest

from util import ROOT, read_json, run

DATA = ROOT / "../shared/data/kube-scheduler"
# scores, refusals, pods that were placed, pods that were not
CASES = {"plain": (87993, 12007, 1000, 0), "small": (41690, 6310, 800, 0),
         "overfull": (4429, 6371, 467, 433), "odd": (27244, 25956, 663, 2),
         "large": (117315, 110685, 1135, 5), "tight": (4789, 14211, 439, 321)}
PLUGINS = ["ImageLocality", "NodeAffinity", "NodeResourcesBalancedAllocation",
           "NodeResourcesFit", "PodTopologySpread", "TaintToleration", "total"]

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="skipped, no shared data")


@pytest.fixture(scope="module", params=CASES)
def case(request, tmp_path_factory):
    """Name, folder with ours, and a connection that sees theirs and ours as tables."""
    name, out = request.param, tmp_path_factory.mktemp(request.param)
    done = run("replay", "--no-figures", "--snapshot", DATA / f"{name}_input.json.gz", "--placements",
               DATA / f"{name}_placements.parquet", "--policy", "kube-1.35", "--explain",
               "--seeds", 1, "--json", "-o", out, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    db = duckdb.connect()
    for table in ("scores", "rejects"):
        db.execute(f"CREATE VIEW their_{table} AS FROM '{DATA}/{name}_{table}.parquet'")
        db.execute(f"CREATE VIEW our_{table} AS FROM '{out}/explain_{table}.parquet'")
    db.execute(f"CREATE VIEW placements AS FROM '{DATA}/{name}_placements.parquet'")
    return name, out, db


def value(db, sql):
    return db.execute(sql).fetchone()[0]


def test_every_score(case):
    name, _, db = case
    theirs = {row[0] for row in db.execute("DESCRIBE their_scores").fetchall()}
    plugins = [plugin for plugin in PLUGINS if plugin in theirs]
    unequal = " OR ".join(f't."{p}" IS DISTINCT FROM o."{p}"' for p in plugins)
    differ = db.execute(
        f"FROM their_scores t FULL JOIN our_scores o USING (\"index\", node) "
        f"WHERE {unequal} ORDER BY \"index\", node LIMIT 20").fetchall()
    print(f"{name}: {value(db, 'SELECT count(*) FROM our_scores')} scores, differing:")
    for row in differ:
        print(row)
    assert not differ
    assert value(db, "SELECT count(*) FROM our_scores") == CASES[name][0]
    # a plugin without a column there has scored no pod
    for plugin in set(PLUGINS) - set(plugins):
        assert value(db, f'SELECT count("{plugin}") FROM our_scores') == 0


def test_every_refusal_with_its_reason(case):
    name, _, db = case
    differ = db.execute(
        "FROM their_rejects t FULL JOIN our_rejects o USING (\"index\", node) "
        "WHERE t.reason IS DISTINCT FROM o.reason LIMIT 20").fetchall()
    print(f"{name}: {value(db, 'SELECT count(*) FROM our_rejects')} refusals, differing:")
    for row in differ:
        print(row)
    assert not differ
    assert value(db, "SELECT count(*) FROM our_rejects") == CASES[name][1]


def test_every_placement_is_among_our_best(case):
    name, out, db = case
    outside = value(db, """
        SELECT count(*) FROM placements p WHERE node IS NOT NULL AND NOT EXISTS (
            FROM our_scores o WHERE o."index" = p."index" AND o.node = p.node
            AND o.total = (SELECT max(total) FROM our_scores b WHERE b."index" = p."index"))
        """)
    found = value(db, """
        SELECT count(*) FROM placements p WHERE node IS NULL AND EXISTS (
            FROM our_scores o WHERE o."index" = p."index")""")
    assert (outside, found) == (0, 0)
    assert value(db, "SELECT count(node) FROM placements") == CASES[name][2]
    agreement = read_json(out / "replay.json")["calibration"]
    assert agreement == {"policy": "kube-1.35", "against": "placements", "judged": CASES[name][2] + CASES[name][3], "placed": CASES[name][2],
                         "in_best": CASES[name][2], "barred": 0, "behind": 0,
                         "refused": CASES[name][3], "refused_too": CASES[name][3]}


def test_another_release_scores_otherwise(case, tmp_path):
    """The comparison can fail: kube-1.36 balances in another way."""
    name, _, db = case
    done = run("replay", "--no-figures", "--snapshot", DATA / f"{name}_input.json.gz", "--placements",
               DATA / f"{name}_placements.parquet", "--policy", "kube-1.36", "--explain",
               "--seeds", 1, "-o", tmp_path, timeout=120)
    assert done.returncode == 0
    assert value(db, f"""
        SELECT count(*) FROM their_scores t JOIN '{tmp_path}/explain_scores.parquet' o
        USING ("index", node) WHERE t.total <> o.total""") > CASES[name][0] / 10
