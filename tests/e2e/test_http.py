"""Requests of net/http.h, sent by tests/unit/http_probe, against a server with faults."""
import base64
import email.utils
import hashlib
import json
import os
import pathlib
import socket
import ssl
import subprocess
import time
import urllib.parse

import pytest

from fault_server import FaultServer, server_context
from util import HINDCAST, SANITIZED, SLOWER

PROBE = pathlib.Path(HINDCAST).parent / "tests/unit/http_probe"
SECRET = "hunter2-Zx81"
BODY = b'{"status":"success","data":[1,2,3]}'

pytestmark = pytest.mark.skipif(not PROBE.exists(), reason="no http_probe: cmocka is missing")


# ---------------------------------------------------------------- running

def environment(env=None):
    clean = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
    return {**clean, **(env or {})}


def probes(url, *repeated, env=None, timeout=60, **options):
    """What each request came to; `repeated` are options that may be given many times."""
    words = [f"{name}={value}" for name, value in {"url": url, **options}.items()]
    done = subprocess.run([PROBE, *words, *repeated], env=environment(env), check=False,
                          timeout=timeout * SLOWER, capture_output=True)
    assert done.returncode == 0, f"exit {done.returncode}: {done.stderr.decode()}"
    assert done.stderr == b""
    outcomes = [json.loads(line) for line in done.stdout.splitlines()]
    for outcome in outcomes:
        assert "\n" not in outcome["message"]
        assert not [c for c in outcome["message"] if ord(c) < 32]
    return outcomes


def probe(*arguments, **options):
    outcome, = probes(*arguments, **options)
    return outcome


def assert_fine(outcome, body=BODY):
    assert outcome["status"] == "ok", outcome["message"]
    assert (outcome["fault"], outcome["code"], outcome["message"]) == ("fine", 200, "")
    assert outcome["sha256"] == hashlib.sha256(body).hexdigest()
    assert outcome["taken"] == outcome["bytes"] == len(body)


def assert_fault(outcome, fault, words, retry, status="service failed"):
    assert (outcome["fault"], outcome["status"]) == (fault, status), outcome["message"]
    assert outcome["retry"] is retry
    assert words in outcome["message"]


def asked(fault, **options):
    """One request to a server that has the fault."""
    rules = [fault] if fault else []
    with FaultServer(rules, body=BODY) as server:
        return probe(server.url, **options)


# ---------------------------------------------------------------- what is sent

def test_get_with_query_below_a_prefix():
    with FaultServer(body=BODY) as server:
        assert_fine(probe(server.url + "/prometheus/", 'query=query=up{a="b c&d"}',
                          "query=step=30", path="api/v1/query", accept="application/json",
                          headers="X-Extra: 1\nX-Other: 2"))
        request, = server.requests
    assert (request.method, request.path) == ("GET", "/prometheus/api/v1/query")
    assert urllib.parse.parse_qsl(request.query, strict_parsing=True) == [
        ("query", 'up{a="b c&d"}'), ("step", "30")]
    assert request.headers["user-agent"].startswith("hindcast/")
    assert request.headers["accept"] == "application/json"
    assert (request.headers["x-extra"], request.headers["x-other"]) == ("1", "2")
    assert "accept-encoding" not in request.headers
    assert "authorization" not in request.headers
    assert "content-type" not in request.headers


def test_form_bytes_and_file(tmp_path):
    big = os.urandom(3_000_000)
    (tmp_path / "body").write_bytes(big)
    with FaultServer(body=BODY) as server:
        assert_fine(probe(server.url, "form=query=sum(x)+1", "form=ü=%", path="a"))
        assert_fine(probe(server.url, body="bytes", type="application/x-protobuf"))
        assert_fine(probe(server.url, file=tmp_path / "body", method="PUT",
                          path="artifacts/a b/ü?#%.txt"))
        assert_fine(probe(server.url, body="", method="DELETE"))
        form, some, upload, delete = server.requests
    assert form.headers["content-type"] == "application/x-www-form-urlencoded"
    assert urllib.parse.parse_qsl(form.body.decode()) == [("query", "sum(x)+1"), ("ü", "%")]
    assert (some.method, some.body) == ("POST", b"bytes")
    assert some.headers["content-type"] == "application/x-protobuf"
    assert (upload.method, upload.body) == ("PUT", big)
    assert urllib.parse.unquote(upload.path) == "/artifacts/a b/ü?#%.txt"
    assert (delete.method, delete.body) == ("DELETE", b"")


def test_one_connection_for_many_requests():
    with FaultServer(body=BODY) as server:
        for outcome in probes(server.url, repeat=20):
            assert_fine(outcome)
        assert {request.connection for request in server.requests} == {1}
        assert len(server.requests) == 20


def test_head_has_no_body():
    with FaultServer(body=BODY) as server:
        outcome = probe(server.url, method="HEAD")
    assert (outcome["fault"], outcome["bytes"]) == ("fine", 0)


def test_what_makes_no_sense_is_refused(tmp_path):
    (tmp_path / "token").write_text("abc")
    (tmp_path / "long").write_text("a\nb")
    (tmp_path / "empty").write_text("\n")
    for url in ("localhost:9090", "ftp://host/", "http://", "http://ho st/", "",
                "http://host/?token=x", "http://host/#x", f"http://u:{SECRET}/x@host/",
                f"http://u:12/{SECRET}@host/", f"http://u:{SECRET}@ho st/"):
        outcome = probe(url)
        assert outcome["status"] == "wrong usage", url
        assert "URL" in outcome["message"] and SECRET not in outcome["message"]
    host = "http://localhost:1"
    for status, repeated, options in [
            ("wrong usage", [], {"user": "a", "token_file": tmp_path / "token"}),
            ("wrong usage", [], {"password": SECRET}),
            ("wrong usage", [], {"user": "a:b", "password": SECRET}),
            ("wrong usage", [f"header=Authorization: {SECRET}"], {"user": "a"}),
            ("wrong usage", [f"header={SECRET}"], {}),
            ("wrong usage", [f"header=X-A: {SECRET}\r\nX-B: 1"], {}),
            ("wrong usage", [f"header=Content-Length: {SECRET}"], {}),
            ("wrong usage", [], {"path": "a/../../b"}),
            ("wrong usage", [], {"headers": "X-A: 1\r\nX-B: 2"}),
            ("wrong usage", ["form=a=b"], {"body": "x"}),
            ("wrong usage", [], {"key_file": tmp_path / "token"}),
            ("bad input", [], {"token_file": tmp_path / "none"}),
            ("bad input", [], {"token_file": tmp_path / "long"}),
            ("bad input", [], {"token_file": tmp_path / "empty"}),
            ("bad input", [], {"token_file": tmp_path}),
            ("bad input", [], {"ca_file": tmp_path / "none"}),
            ("bad input", [], {"file": tmp_path / "none"})]:
        outcome = probe(host, *repeated, **options)
        assert outcome["status"] == status, (repeated, options, outcome)
        assert outcome["message"] and SECRET not in outcome["message"]


# ---------------------------------------------------------------- what comes back

def test_what_the_head_says():
    date = "Tue, 03 Jun 2025 10:00:00 GMT"
    outcome = asked({"fault": "reply", "code": 200, "body": BODY, "chunked": True, "headers": {
        "Content-Type": "Application/JSON; charset=utf-8", "Date": date}},
        expect="application/json")
    assert_fine(outcome)
    assert outcome["type"] == "application/json" and outcome["framed"]
    assert outcome["server_us"] == 1748944800 * 10**6
    assert abs(outcome["local_us"] / 1e6 - time.time()) < 60
    assert 0 < outcome["first_byte_s"] <= outcome["total_s"] < 10 * SLOWER


def test_a_wrong_clock_is_seen():
    outcome = asked({"fault": "clock", "shift_s": -7200})
    assert_fine(outcome)
    assert abs(outcome["local_us"] - outcome["server_us"] - 7200e6) < 5e6


def test_gzip_is_asked_for_only_if_wanted():
    body = BODY * 10000
    with FaultServer([{"fault": "gzip"}], body=body) as server:
        plain, packed = probe(server.url), probe(server.url, gzip=1)
    assert_fine(plain, body)
    assert_fine(packed, body)
    assert plain["wire_bytes"] == len(body) and packed["wire_bytes"] < len(body) / 20
    assert packed["encoding"] == "gzip"
    outcome = asked({"fault": "gzip", "unasked": True})
    assert_fault(outcome, "wrong type", "not asked for", False)
    assert outcome["taken"] == 0
    outcome = asked({"fault": "reply", "code": 200, "body": b"no gzip at all",
                     "headers": {"Content-Encoding": "gzip"}}, gzip=1)
    assert_fault(outcome, "garbled", "gzip", True)


def test_wrong_type_reaches_no_sink():
    outcome = asked({"fault": "type", "to": "text/html"}, expect="application/json")
    assert_fault(outcome, "wrong type", "'text/html' where 'application/json'", False)
    assert outcome["taken"] == 0


def test_the_sink_may_say_no():
    outcome = asked({"fault": "big", "size": 50_000_000}, sink_stops_at=100_000, no_hash=1)
    assert (outcome["fault"], outcome["status"]) == ("sink", "bad input")
    assert outcome["message"] == "the sink has had enough"
    assert outcome["taken"] < 1_000_000


def test_two_gigabytes_in_little_memory(record_property):
    size = 2**27 if SANITIZED else 2**31
    outcome = asked({"fault": "big", "size": size}, no_hash=1, timeout=120)
    assert (outcome["status"], outcome["taken"]) == ("ok", size)
    if not SANITIZED:
        assert outcome["peak_kb"] < 30 * 1024
    record_property("note", f"{size / 2**30:.2g} GB in {outcome['total_s']:.1f} s, "
                            f"{outcome['peak_kb'] / 1024:.0f} MB at most")


def test_too_large():
    outcome = asked({"fault": "big", "size": 10**8}, max_bytes=10**6, no_hash=1)
    assert_fault(outcome, "too large", "larger than is allowed", False)
    assert outcome["taken"] <= 10**6
    assert_fine(asked(None, max_bytes=len(BODY)))
    assert_fault(asked(None, max_bytes=len(BODY) - 1), "too large", "larger", False)


@pytest.mark.parametrize("fault", ["long_header", "endless_headers"])
def test_head_without_end(fault):
    outcome = asked({"fault": fault})
    assert_fault(outcome, "too large", "head of the reply", False)
    if not SANITIZED:
        assert outcome["peak_kb"] < 30 * 1024


# ---------------------------------------------------------------- broken connections

def test_refused():
    with socket.socket() as probe_socket:
        probe_socket.bind(("127.0.0.1", 0))
        port = probe_socket.getsockname()[1]
    outcome = probe(f"http://127.0.0.1:{port}/p")
    assert_fault(outcome, "refused", f"'http://127.0.0.1:{port}/p': connection refused", True)


def test_unknown_host():
    outcome = probe("http://no-such-host.invalid:9090")
    assert_fault(outcome, "unknown host", "'http://no-such-host.invalid:9090'", True)


@pytest.mark.parametrize("fault, words, name", [
    ({"fault": "reset", "after": 0}, "broke", "reset"),
    ({"fault": "reset", "after": 250}, "", None),
    ({"fault": "close"}, "without an answer", "reset"),
    ({"fault": "truncate", "after": 5}, "cut off", "truncated"),
    ({"fault": "truncate", "after": 0}, "cut off", "truncated"),
    ({"fault": "chunk_cut", "after": 9}, "cut off", "truncated"),
    ({"fault": "chunk_cut", "after": -1}, "cut off", "truncated"),
    ({"fault": "garbage"}, "does not speak HTTP", "garbled"),
    ({"fault": "garbage", "data": b"HTTP/1.1 abc\r\n\r\n"}, "", None),
])
def test_broken_off(fault, words, name):
    with FaultServer([fault], body=BODY * 1000) as server:
        outcome = probe(server.url)
    assert outcome["status"] == "service failed"
    assert outcome["retry"] and words in outcome["message"]
    assert name is None or outcome["fault"] == name


def test_works_again_after_each():
    """One client through nine faults: each next request is a good one."""
    faults = [{"fault": "reset", "after": 30}, {"fault": "truncate"}, {"fault": "chunk_cut"},
              {"fault": "garbage"}, {"fault": "long_header"},
              {"fault": "reply", "code": 500}, {"fault": "redirect", "to": "http://b.invalid/"},
              {"fault": "gzip", "unasked": True}, {"fault": "reply", "code": 401}]
    rules = [{**fault, "at": 2 * i + 1} for i, fault in enumerate(faults)]
    with FaultServer(rules, body=BODY) as server:
        outcomes = probes(server.url, repeat=2 * len(rules))
    assert [outcome["fault"] == "fine" for outcome in outcomes] == [False, True] * len(rules)


def test_a_connection_that_the_server_closed_in_the_meantime():
    """Restarted between two requests: nothing is noticed."""
    with FaultServer(body=BODY) as server:
        server.rules.append({"fault": "close", "at": 2})
        first, second = probes(server.url, repeat=2)
    assert_fine(first)
    assert_fine(second)
    assert len(server.requests) == 3


def test_unframed_reply_is_told_apart():
    raw = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabc"
    outcome = asked({"fault": "garbage", "data": raw})
    assert outcome["status"] == "ok" and not outcome["framed"]
    assert outcome["taken"] == 3


# ---------------------------------------------------------------- time

def test_slow_drip_is_patience_until_the_total():
    assert_fine(asked({"fault": "drip", "pause_s": 0.03}, stall_s=1))
    outcome = asked({"fault": "drip", "pause_s": 0.1}, stall_s=1, total_s=0.6)
    assert_fault(outcome, "time-out", "longer than is allowed", True)
    assert 0.6 <= outcome["total_s"] < 0.9 * SLOWER


def test_stalled_and_no_answer():
    outcome = asked({"fault": "stall", "after": 7}, stall_s=0.5, answer_s=30)
    assert_fault(outcome, "stalled", "silent", True)
    assert outcome["taken"] == 7 and 0.5 <= outcome["total_s"] < 0.9 * SLOWER
    outcome = asked({"fault": "stall", "after": -1}, stall_s=0.1, answer_s=0.6)
    assert_fault(outcome, "time-out", "no answer", True)
    assert 0.6 <= outcome["total_s"] < 1.0 * SLOWER
    assert_fine(asked({"fault": "delay", "seconds": 0.5}, stall_s=0.1, answer_s=30))


def test_no_connection_in_time():
    """A full queue of connections: the next one is not answered."""
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        port = deaf.getsockname()[1]
        waiting = []
        for _ in range(3):
            waiting.append(socket.socket())
            waiting[-1].setblocking(False)
            waiting[-1].connect_ex(("127.0.0.1", port))
        outcome = probe(f"http://127.0.0.1:{port}", connect_s=0.4)
        for one in waiting:
            one.close()
    assert_fault(outcome, "time-out", "no connection in time", True)
    assert outcome["total_s"] < 2 * SLOWER


@pytest.mark.parametrize("fault", [
    {"fault": "stall", "after": -1}, {"fault": "stall", "after": 3},
    {"fault": "drip", "pause_s": 0.01}, {"fault": "big", "size": 2**40}])
def test_stop_flag_answers_at_once(fault):
    lags = []
    with FaultServer([fault], body=BODY * 100) as server:
        for _ in range(3):  # the machine may be busy
            outcome = probe(server.url, stop_after_s=0.3, no_hash=1)
            assert_fault(outcome, "stopped", "stopped", False, "interrupted")
            lags.append(outcome["stop_lag_s"])
    assert 0 <= min(lags) < 0.1 * SLOWER, lags


# ---------------------------------------------------------------- codes

@pytest.mark.parametrize("code, fault, retry", [
    (400, "rejected", False), (401, "denied", False), (403, "denied", False),
    (404, "rejected", False), (408, "busy", True), (413, "rejected", False),
    (418, "rejected", False), (422, "rejected", False), (429, "busy", True),
    (500, "failed", True), (502, "failed", True), (503, "busy", True), (504, "failed", True),
    (304, "redirect", False), (600, "garbled", True)])
def test_codes(code, fault, retry):
    text = '{"status":"error","error":"query \\u00fc\x1b[31m went\n\nwrong"}'
    outcome = asked({"fault": "reply", "code": code, "body": b"" if code == 304 else text})
    assert_fault(outcome, fault, f"answers {code}", retry)
    assert outcome["code"] == code and outcome["taken"] == 0
    if code >= 400:
        assert outcome["text"] == text.replace("\x1b", "\\x1b")
        assert "wrong" in outcome["message"] and "\\x1b[31m went wrong" in outcome["message"]


def test_a_failure_is_kept_in_part():
    text = "äöü€" * 5000
    outcome = asked({"fault": "reply", "code": 422, "body": text})
    assert_fault(outcome, "rejected", "422", False)
    assert 4080 < len(outcome["text"].encode()) <= 4096
    assert text.startswith(outcome["text"])
    outcome = asked({"fault": "truncate", "after": 0}, path="x")
    assert outcome["text"] == ""


def test_a_failure_that_never_ends_is_a_failure_of_its_code():
    with FaultServer([{"fault": "reply", "code": 503, "body": b"x" * 20_000_000,
                       "headers": {"Retry-After": "7"}}]) as server:
        outcome = probe(server.url)
    assert_fault(outcome, "busy", "answers 503", True)
    assert outcome["retry_after_s"] == 7 and outcome["bytes"] < 2_000_000


def test_retry_after():
    def after(value, **headers):
        return asked({"fault": "reply", "code": 429,
                      "headers": {"Retry-After": value, **headers}})["retry_after_s"]

    then = email.utils.formatdate(1_800_000_090, usegmt=True)
    now = email.utils.formatdate(1_800_000_000, usegmt=True)
    assert after("12") == 12 and after("0") == 0
    assert after(then, Date=now) == 90  # by the server's clock, whatever ours says
    assert after(now, Date=then) == 0
    assert after("soon") == -1 and after("-5") == -1 and after("") == -1
    assert after("99999999999999999999") > 10**9
    assert asked({"fault": "reply", "code": 429})["retry_after_s"] == -1


def test_retries_wait_as_they_should():
    rules = [{"at": 1, "fault": "reply", "code": 429, "headers": {"Retry-After": "30"}},
             {"at": 2, "fault": "reply", "code": 503}, {"at": 3, "fault": "truncate"}]
    with FaultServer(rules, body=BODY) as server:
        outcome = probe(server.url, retry=1)
        assert len(server.requests) == 4
    assert_fine(outcome)
    assert 30 + 0.75 * (3.6 + 6.48) <= outcome["waited_s"] <= 33 + 1.25 * (3.6 + 6.48)
    with FaultServer([{"fault": "reply", "code": 503}]) as server:
        outcome = probe(server.url, retry=1)
        assert len(server.requests) == 10
    assert "tried 10 times" in outcome["message"] and "503" in outcome["message"]
    for code in (400, 401, 403, 404, 422):
        with FaultServer([{"fault": "reply", "code": code}]) as server:
            outcome = probe(server.url, retry=1)
            assert len(server.requests) == 1 and outcome["waited_s"] == 0


# ---------------------------------------------------------------- secrets

def test_basic(tmp_path):
    (tmp_path / "password").write_text(SECRET + "\n")
    expected = "Basic " + base64.b64encode(f"ann:{SECRET}".encode()).decode()
    with FaultServer(body=BODY) as server:
        port = server.port
        assert_fine(probe(server.url, user="ann", password=SECRET))
        assert_fine(probe(server.url, user="ann", password_file=tmp_path / "password"))
        assert_fine(probe(f"http://ann:{SECRET}@127.0.0.1:{port}/a/"))
        assert_fine(probe(f"http://ann:{urllib.parse.quote('p@/:ü', '')}@127.0.0.1:{port}"))
        assert [r.headers["authorization"] for r in server.requests] == [
            expected, expected, expected,
            "Basic " + base64.b64encode("ann:p@/:ü".encode()).decode()]


def test_bearer_token_rotates(tmp_path):
    token = tmp_path / "token"
    token.write_text("first-token\n")

    def rotate(body):
        token.write_text(f"token-after-{len(server.requests)}\n")
        return body

    with FaultServer([{"fault": "edit", "change": rotate}], body=BODY) as server:
        for outcome in probes(server.url, repeat=3, token_file=token):
            assert_fine(outcome)
    assert [r.headers["authorization"] for r in server.requests] == [
        "Bearer first-token", "Bearer token-after-1", "Bearer token-after-2"]


def test_custom_headers(tmp_path):
    (tmp_path / "headers").write_text(
        "# for the gateway\n\nX-Scope-OrgID: team-7\r\nX-Empty:\nAuthorization: Token abc\n")
    with FaultServer(body=BODY) as server:
        assert_fine(probe(server.url, "header=X-Key: k1", "header=X-Other: k2",
                          header_file=tmp_path / "headers"))
        headers = server.requests[0].headers
    assert [headers[name] for name in (
        "x-key", "x-other", "x-scope-orgid", "x-empty", "authorization")] == [
            "k1", "k2", "team-7", "", "Token abc"]


def test_no_secret_comes_back(tmp_path):
    """A server that says all it was told: in the body, the type and a redirect."""
    (tmp_path / "token").write_text(SECRET)
    coded = base64.b64encode(f"ann:{SECRET}".encode()).decode()
    for secret, repeated, options in [
            (SECRET, [], {"token_file": tmp_path / "token"}),
            (SECRET, [f"header=X-Key: {SECRET}"], {}),
            (coded, [], {"user": "ann", "password": SECRET}),
            (SECRET, [], {"user": "ann", "password": SECRET})]:
        for rule in [
                {"fault": "reply", "code": 403, "body": f"you sent {secret}, no?"},
                {"fault": "reply", "code": 403, "body": "x" * (16384 - 7) + secret},
                {"fault": "truncate", "after": 9 + len(secret) - 2},
                {"fault": "redirect", "to": f"http://u:{secret}@b.invalid/{secret}?{secret}"},
                {"fault": "type", "to": f"text/{secret}"}]:
            with FaultServer([rule], body=f"you sent {secret}".encode()) as server:
                outcome = probe(server.url, *repeated, expect="application/json", **options)
            said = outcome["message"] + outcome["text"]
            assert outcome["status"] == "service failed"
            assert secret not in said and secret.lower() not in said.lower(), (rule, said)
    outcome = asked({"fault": "reply", "code": 403, "body": f"you sent {SECRET}, no?"},
                    token_file=tmp_path / "token")
    assert outcome["text"] == "you sent ***, no?"
    outcome = probe(f"http://ann:{SECRET}@127.0.0.1:1/x")
    assert "'http://127.0.0.1:1/x'" in outcome["message"]
    assert SECRET not in outcome["message"] and "ann" not in outcome["message"]


def test_no_beginning_of_a_secret_comes_back(tmp_path):
    """The body ends, or is no longer kept, in the middle of one."""
    secret = "".join(chr(97 + i * 7 % 26) for i in range(100))
    (tmp_path / "token").write_text(secret)
    options = {"token_file": tmp_path / "token"}
    outcome = asked({"fault": "reply", "code": 403, "body": f"{secret} " * 1000}, **options)
    assert "*** ***" in outcome["text"] and secret[:6] not in outcome["text"]
    broken = (b"HTTP/1.1 403 Forbidden\r\nContent-Length: 200\r\n\r\nyou sent "
              + secret[:50].encode())
    outcome = asked({"fault": "garbage", "data": broken}, **options)
    assert_fault(outcome, "denied", "403", False)
    assert outcome["text"] == "you sent "


def test_redirects(tmp_path):
    (tmp_path / "token").write_text(SECRET)
    options = {"token_file": tmp_path / "token"}
    with FaultServer(body=BODY) as other, FaultServer(body=BODY) as server:
        server.rules += [
            {"path": "/away", "fault": "redirect", "to": other.url + "/there?q=1"},
            {"path": "/name", "fault": "redirect", "to": f"http://localhost:{server.port}/"},
            {"path": "/tls", "fault": "redirect", "to": f"https://127.0.0.1:{server.port}/"},
            {"path": "/file", "fault": "redirect", "to": "file:///etc/hostname"},
            {"path": "/here", "fault": "redirect", "to": "/there", "code": 301},
            {"path": "/other", "fault": "redirect", "to": "/there", "code": 303},
            {"path": "/loop*", "fault": "redirect", "to": "/loop"}]
        for path in ("away", "name", "tls", "file"):
            outcome = probe(server.url, path=path, **options)
            assert_fault(outcome, "redirect", "another server", False)
            assert "q=1" not in outcome["message"]
        assert other.requests == []
        assert f"'{other.url}/there'" in probe(server.url, path="away")["message"]
        outcome = probe(server.url, path="loop", **options)
        assert_fault(outcome, "redirect", "after five others", False)
        server.requests.clear()
        outcome = probe(server.url, path="here", body="kept", **options)
        assert_fine(outcome)
        assert outcome["redirects"] == 1
        assert_fine(probe(server.url, path="other", body="dropped"))
        first, second, _, last = server.requests
    assert (second.method, second.path, second.body) == ("POST", "/there", b"kept")
    assert second.headers["authorization"] == first.headers["authorization"]
    assert (last.method, last.body) == ("GET", b"")


# ---------------------------------------------------------------- proxies

def test_proxy_variables(certificates, tmp_path):
    (tmp_path / "token").write_text(SECRET)
    tls = server_context(certificates / "good.pem", certificates / "good.key")
    with FaultServer() as proxy, FaultServer(body=BODY) as plain, \
            FaultServer(body=BODY, tls=tls) as secure:
        env = {"http_proxy": proxy.url, "https_proxy": proxy.url}
        assert_fine(probe(plain.url, path="a", env=env))
        assert_fine(probe(plain.url, env={**env, "no_proxy": "127.0.0.1"}))
        assert_fine(probe(secure.url, env=env, ca_file=certificates / "ca.pem",
                          token_file=tmp_path / "token"))
        assert [(r.method, r.path) for r in proxy.requests] == [
            ("GET", plain.url + "/a"), ("CONNECT", f"localhost:{secure.port}")]
        assert SECRET in secure.requests[0].headers["authorization"]
        assert SECRET not in str(proxy.requests[1])  # the proxy is told nothing

        proxy.rules.append({"method": "CONNECT", "fault": "reply", "code": 407})
        outcome = probe(secure.url, env=env)
        assert_fault(outcome, "denied", "proxy asks for a user", False)
        proxy.rules[-1]["code"] = 502
        assert_fault(probe(secure.url, env=env), "proxy", "the proxy refused", True)
        down = {"http_proxy": f"http://ann:{SECRET}@127.0.0.1:1"}
        outcome = probe(plain.url, env=down)
        assert outcome["status"] == "service failed" and SECRET not in outcome["message"]


# ---------------------------------------------------------------- TLS

@pytest.mark.parametrize("name, words", [
    ("self", "self-signed"), ("expired", "expired"), ("future", "not valid yet"),
    ("elsewhere", "another host name")])
def test_untrusted(certificates, name, words, tmp_path):
    (tmp_path / "token").write_text(SECRET)
    tls = server_context(certificates / f"{name}.pem", certificates / f"{name}.key")
    with FaultServer(body=BODY, tls=tls) as server:
        outcome = probe(server.url, ca_file=certificates / "ca.pem",
                        token_file=tmp_path / "token")
        assert_fault(outcome, "tls", words, False)
        assert server.requests == []
        assert_fine(probe(server.url, insecure=1))


def test_trusted(certificates):
    tls = server_context(certificates / "good.pem", certificates / "good.key")
    with FaultServer(body=BODY, tls=tls) as server:
        for outcome in probes(server.url, ca_file=certificates / "ca.pem", repeat=3):
            assert_fine(outcome)
        assert_fault(probe(server.url), "tls", "authority that is not trusted", False)
        assert_fault(probe(server.url.replace("https", "http")), "reset", "", True)
        (certificates / "bad.pem").write_text("no certificate")
        assert_fault(probe(server.url, ca_file=certificates / "bad.pem"), "setup",
                     "authorities", False, "bad input")
    with FaultServer(body=BODY) as server:
        assert_fault(probe(server.url.replace("http", "https")), "tls",
                     "does not speak TLS", False)


@pytest.mark.parametrize("version", ["TLSv1_2", "TLSv1_3"])
def test_client_certificate(certificates, version):
    tls = server_context(certificates / "good.pem", certificates / "good.key",
                         certificates / "ca.pem")
    tls.maximum_version = ssl.TLSVersion[version]
    ca = {"ca_file": certificates / "ca.pem"}
    with FaultServer(body=BODY, tls=tls) as server:
        assert_fine(probe(server.url, **ca, cert_file=certificates / "client.pem",
                          key_file=certificates / "client.key"))
        # with TLS 1.3 the server's reason may be lost: what is said is a question then
        for stranger in ({}, {"cert_file": certificates / "self.pem",
                              "key_file": certificates / "self.key"}):
            outcome = probe(server.url, **ca, **stranger)
            assert outcome["fault"] in {"TLSv1_2": ["tls"], "TLSv1_3": ["tls", "reset"]}[version]
            assert "client certificate" in outcome["message"]
        assert server.requests[1:] == []
        assert_fault(probe(server.url, **ca, cert_file=certificates / "client.pem",
                           key_file=certificates / "self.key"), "setup",
                     "client certificate or its key", False, "bad input")


# ---------------------------------------------------------------- the rest

def test_every_allocation_may_fail(tmp_path):
    """Libcurl's too: it takes its memory from us."""
    (tmp_path / "token").write_text("a-token")
    for rules, options in [([], {}), ([{"path": "/a", "fault": "redirect", "to": "/b"}],
                                      {"path": "a"})]:
        with FaultServer(rules, body=BODY) as server:
            words = [f"{k}={v}" for k, v in {
                "url": server.url, "mem": 1, "token_file": tmp_path / "token",
                "header": "X-Key: k1", "query": "a=b", **options}.items()]
            done = subprocess.run([PROBE, *words], capture_output=True, timeout=120 * SLOWER,
                                  env=environment(), check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        counts = json.loads(done.stdout)
        assert counts["allocations"] > 50
        assert counts["odd"] == 0, done.stderr.decode()


def test_as_a_proxy_before_a_real_server():
    """What collect's tests do: pass on, and fail where told."""
    with FaultServer(body=BODY) as real:
        rules = [{"at": 2, "fault": "json", "set": {"warnings": ["partial"]}},
                 {"at": 3, "fault": "cut_json"}, {"at": 4, "fault": "restart", "seconds": 0.5},
                 {"at": 5, "fault": "truncate", "after": 4}]
        with FaultServer(rules, upstream=real.url) as server:
            first, warned, cut = probes(server.url, repeat=3, path="api", body="q")
            assert_fine(first)
            assert warned["status"] == cut["status"] == "ok"
            assert warned["taken"] > len(BODY) and cut["taken"] == len(BODY) // 2
            assert_fault(probe(server.url), "reset", "", True)
            assert_fault(probe(server.url), "refused", "", True)
            time.sleep(1)
            assert_fault(probe(server.url), "truncated", "", True)
            assert_fine(probe(server.url, gzip=1))
            assert len(server.requests) == 6
        assert [(r.method, r.path, r.body) for r in real.requests[:1]] == [
            ("POST", "/api", b"q")]


