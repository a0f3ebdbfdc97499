"""Mutated replies: the reader of tests/unit/wire_probe takes what Python's json and the rules
of src/collect/prom_json.h take, with the same samples, and refuses the rest. And fuzz/run."""
import decimal
import json
import math
import os
import pathlib
import random
import re
import subprocess

import pytest

from util import HINDCAST, ROOT, SLOWER

PROBE = str(pathlib.Path(HINDCAST).parent / "tests/unit/wire_probe")
NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?\Z")
WORDS = {"NaN": math.nan, "+Inf": math.inf, "-Inf": -math.inf}
EXACT = decimal.Context(prec=1000, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN,
                        traps=[decimal.Inexact, decimal.Overflow, decimal.InvalidOperation])

pytestmark = pytest.mark.skipif(not os.path.exists(PROBE),
                                reason="skipped, wire_probe is not built")


# ---------------------------------------------------------------- the rules, in Python

class Refused(Exception):
    pass


class Text(str):
    """A number as it stood there."""


class Pairs(list):
    """An object, its keys in order and as often as they came."""


def require(holds, why):
    if not holds:
        raise Refused(why)


def no_constant(name):
    raise Refused(name)


def kind(value, wanted, why):
    require(type(value) is wanted, why)
    return value


def known(pairs, names):
    """(key, value) of known keys, each at most once."""
    found = [(key, value) for key, value in pairs if key in names]
    require(len({key for key, _ in found}) == len(found), "a key comes twice")
    return found


def time_ms(value):
    ms = EXACT.multiply(decimal.Decimal(kind(value, Text, "time")), decimal.Decimal(1000))
    require(abs(ms) <= 2**53 and ms == ms.to_integral_value(), "whole milliseconds")
    return int(ms)


def number(value):
    kind(value, str, "value in quotes")
    if value in WORDS:
        return WORDS[value]
    require(len(value) <= 512 and NUMBER.match(value), "value")
    require(not math.isinf(float(value)), "too large")
    return float(value)


def sample(pair):
    kind(pair, list, "sample")
    require(len(pair) == 2, "two")
    return time_ms(pair[0]), number(pair[1])


def growing(samples):
    require(all(a[0] < b[0] for a, b in zip(samples, samples[1:])), "times grow")
    return samples


def labels_of(metric):
    pairs = kind(metric, Pairs, "metric")
    names = [name for name, _ in pairs]
    require(len(set(names)) == len(names) and "" not in names, "label names")
    return sorted((name.encode(), kind(value, str, "label").encode())
                  for name, value in pairs)


def series_of(pairs, result_type):
    wanted, other = ("values", "value") if result_type == "matrix" else ("value", "values")
    labels, samples, there = None, [], False
    for key, value in known(kind(pairs, Pairs, "series"), (
            "metric", "values", "value", "histograms", "histogram")):
        require(key != other, "wrong kind")
        if key == "metric":
            labels = labels_of(value)
            continue
        require(key != wanted or labels is not None, "metric first")
        there = True
        if key == "values":
            samples = [sample(pair) for pair in kind(value, list, "values")]
        elif key == "value":
            samples = [sample(value)]
    require(labels is not None and there, "whole series")
    return labels, growing(samples)


def result_of(data):
    result_type = result = None
    for key, value in known(kind(data, Pairs, "data"), ("resultType", "result")):
        if key == "resultType":
            result_type = kind(value, str, "type")
            require(result_type in ("matrix", "vector", "scalar"), "type")
            continue
        require(result_type, "type first")
        if value is None:
            result = []
        elif result_type == "scalar":
            result = [([], [sample(value)])]
        else:
            result = [series_of(s, result_type) for s in kind(value, list, "result")]
    return result


def check_text(value):
    """No halves of surrogate pairs, anywhere."""
    if isinstance(value, Pairs):
        for key, inner in value:
            check_text(key)
            check_text(inner)
    elif isinstance(value, list):
        for inner in value:
            check_text(inner)
    elif isinstance(value, str):
        value.encode()


def by_python(reply):
    """("ok" | "refused" | "error", series); the rules of the header."""
    try:
        document = json.loads(reply.decode(), object_pairs_hook=Pairs, parse_int=Text,
                              parse_float=Text, parse_constant=no_constant)
        check_text(document)
        status = result = None
        for key, value in known(kind(document, Pairs, "reply"), (
                "status", "data", "errorType", "error", "warnings", "infos")):
            if key == "status":
                status = kind(value, str, "status")
                require(status in ("success", "error"), "status")
            elif key == "data" and value is not None:
                result = result_of(value)
            elif key in ("errorType", "error"):
                kind(value, str, key)
            elif key in ("warnings", "infos") and value is not None:
                for text in kind(value, list, key):
                    kind(text, str, key)
        require(status, "status")
        if status == "error":
            return "service failed", None
        require(result is not None, "result")
        return "ok", result
    except (Refused, ValueError, RecursionError, decimal.DecimalException):
        return "bad input", None


# ---------------------------------------------------------------- replies and mutations

VALUES = ["0", "1", "-0", "1.5", "0.08333333333333333", "NaN", "+Inf", "-Inf", "1e-07",
          "12345678901234567890", "0.000012345678901234567", "1e+22", "4.9e-324", "007"]
WORDS_OF_REPLIES = [b"{", b"}", b"[", b"]", b",", b":", b'"', b"\\", b" ", b"null", b"true", b"1",
                    b"-", b".", b"e5", b"E-3", b"0", b'"metric":{}', b'"values":[]', b'"value":[1,"2"]',
                    b'"status":"error"', b'"result":[]', b'[1,"2"]', b"\\u00e9", b"\\ud83d\\ude00",
                    b"\\ud800", b"\\u0000", "é".encode(), b"\xff", b"NaN", b"\n", b'"x":',
                    b'"histograms":[]', b'"data":null', b'"resultType":"scalar"', b"1e999"]


def example(rng):
    kind_of = rng.choice(["matrix", "matrix", "vector", "scalar", "error"])
    if kind_of == "error":
        return {"status": "error", "errorType": "bad_data", "error": "x", "data": None}
    t = [1700000000 + rng.choice([0, 0.5, 0.123])]

    def one():
        t[0] = round(t[0] + rng.choice([1, 15, 0.001, 30.25]), 3)
        return [int(t[0]) if t[0] == int(t[0]) else t[0], rng.choice(VALUES)]

    def series():
        labels = {name: rng.choice(["", "1", "é\n", "a/b\""]) for name in
                  rng.sample(["__name__", "b", "a", "zone"], rng.randrange(4))}
        return {"metric": labels, **({"value": one()} if kind_of == "vector" else
                                     {"values": [one() for _ in range(rng.randrange(9))]})}
    result = one() if kind_of == "scalar" else [series() for _ in range(rng.randrange(4))]
    reply = {"status": "success", "data": {"resultType": kind_of, "result": result}}
    if rng.random() < 0.3:
        reply["warnings"] = ["w"]
    if rng.random() < 0.3:
        reply["stats"] = {"x": [1, None, True, {}, -1.5e9]}
    return reply


def shuffle(rng, value):
    """Keys in another order, here and there."""
    if isinstance(value, dict):
        items = [(key, shuffle(rng, inner)) for key, inner in value.items()]
        if rng.random() < 0.1:
            rng.shuffle(items)
        return dict(items)
    return [shuffle(rng, inner) for inner in value] if isinstance(value, list) else value


def mutate(rng, reply):
    reply = bytearray(reply)
    for _ in range(rng.choice([0, 1, 1, 1, 2, 3])):
        at, word = rng.randrange(len(reply) + 1), rng.choice(WORDS_OF_REPLIES)
        how = rng.randrange(6)
        if how == 0 and at < len(reply):
            reply[at] ^= 1 << rng.randrange(8)
        elif how == 1:
            del reply[at:at + rng.choice([1, 1, 2, 10])]
        elif how == 2:
            reply[at:at] = word
        elif how == 3:
            reply[at:at + len(word)] = word
        elif how == 4:
            part = bytes(reply[at:at + rng.randrange(1, 30)])
            other = rng.randrange(len(reply) + 1)
            reply[other:other] = part
        elif at < len(reply) and chr(reply[at]).isdigit():
            reply[at] = ord(rng.choice("0123456789"))
    return bytes(reply)


def replies(seed, n):
    rng = random.Random(seed)
    for _ in range(n):
        text = json.dumps(shuffle(rng, example(rng)), ensure_ascii=rng.random() < 0.5,
                          separators=rng.choice([(",", ":"), (", ", ": ")]))
        yield mutate(rng, text.encode())


# ---------------------------------------------------------------- comparing

def by_probe(batch):
    """What the reader says to each: (status, [lines])."""
    stdin = b"".join(b"%d\n%s" % (len(reply), reply) for reply in batch)
    done = subprocess.run([PROBE, "many"], input=stdin, capture_output=True,
                          timeout=300 * SLOWER, check=True)
    outcomes, lines = [], []
    for line in done.stdout.split(b"\x1e\n")[:-1]:
        if line.startswith(b"= "):
            outcomes.append((line[2:].decode(), lines))
            lines = []
        else:
            lines.append(line)
    return outcomes


def told(result):
    """The lines for series."""
    lines = []
    for labels, samples in result:
        lines.append(b"series" + b"".join(b"\t%s=%s" % label for label in labels))
        lines += [f"{t} {'nan' if math.isnan(v) else repr_17(v)}".encode() for t, v in samples]
        lines.append(b"end")
    return lines


def repr_17(value):
    return "%.17g" % value


def compare(seed, n, record_property):
    batch = list(replies(seed, n))
    outcomes = by_probe(batch)
    counts = {}
    assert len(outcomes) == n
    for reply, (status, lines) in zip(batch, outcomes):
        expected, result = by_python(reply)
        assert status == expected, reply
        counts[status] = counts.get(status, 0) + 1
        if status == "ok":
            lines = [x for x in lines if not x.startswith((b"warning", b"info", b"note"))]
            assert lines == told(result), reply
    assert min(counts.get(status, 0) for status in ("ok", "bad input", "service failed")) > n / 50
    record_property("note", f"{n} replies: " + ", ".join(
        f"{count} {status}" for status, count in sorted(counts.items())))


def test_mutated_replies_as_python_reads_them(record_property):
    compare(1, 4000, record_property)


@pytest.mark.long
def test_many_mutated_replies_as_python_reads_them(record_property):
    compare(2, 200000, record_property)


@pytest.mark.long
def test_libfuzzer_finds_nothing(record_property):
    done = subprocess.run([ROOT / "fuzz/run", "120"], capture_output=True, text=True,
                          timeout=3000, check=False)
    if done.returncode == 77:
        pytest.skip("skipped, " + done.stdout.splitlines()[-1])
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    runs = re.findall(r"number_of_executed_units: (\d+)", done.stdout + done.stderr)
    record_property("note", f"{sum(map(int, runs))} inputs by libFuzzer, none failed")
