"""A real Prometheus on loopback, filled with samples whose bits are known.

Two ways in: blocks made by `promtool tsdb create-blocks-from openmetrics`, and remote write
into the head, which also takes stale markers. The programs are those that tools/setup put
into deps/prometheus, else those on the PATH.
"""
import contextlib
import json
import pathlib
import shutil
import socket
import struct
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

from util import ROOT

STALE = struct.unpack("<d", struct.pack("<Q", 0x7FF0000000000002))[0]
START_TIMEOUT_S = 60


def program(name):
    own = ROOT / "deps/prometheus" / name
    return str(own) if own.exists() else shutil.which(name)


def there():
    return program("prometheus") and program("promtool")


# ---------------------------------------------------------------- protobuf and snappy

def varint(n):
    n &= 2**64 - 1
    out = bytearray()
    while n >= 0x80:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    out.append(n)
    return bytes(out)


def field_int(number, n):
    return varint(number << 3) + varint(n)


def field_bytes(number, content):
    return varint(number << 3 | 2) + varint(len(content)) + content


def snappy(content):
    """A block of Snappy's format that holds nothing but literals."""
    out = bytearray(varint(len(content)))
    for i in range(0, len(content), 65536):
        part = content[i:i + 65536]
        out += bytes([61 << 2]) + struct.pack("<H", len(part) - 1) + part
    return bytes(out)


def bits(value):
    """The bits of a value; None is a stale marker."""
    return struct.pack("<Q", 0x7FF0000000000002) if value is None else struct.pack("<d", value)


def time_series(labels, samples):
    out = b"".join(field_bytes(1, field_bytes(1, name.encode()) + field_bytes(2, value.encode()))
                   for name, value in sorted(labels.items()))
    for t_ms, value in samples:
        out += field_bytes(2, b"\x09" + bits(value) + field_int(2, t_ms))
    return field_bytes(1, out)


def read_request(start_ms, end_ms, matchers, accepted=()):
    query = field_int(1, start_ms) + field_int(2, end_ms)
    for kind, name, value in matchers:
        query += field_bytes(3, field_int(1, kind) + field_bytes(2, name.encode())
                             + field_bytes(3, value.encode()))
    request = field_bytes(1, query)
    return snappy(request + (field_bytes(2, bytes(accepted)) if accepted else b""))


# ---------------------------------------------------------------- the server

class Server:
    def __init__(self, url):
        self.url = url

    def get(self, path, **params):
        """Bytes of a reply, also of one that is an error."""
        url = f"{self.url}{path}?{urllib.parse.urlencode(params)}"
        try:
            with urllib.request.urlopen(url, timeout=60) as reply:
                return reply.read()
        except urllib.error.HTTPError as error:
            return error.read()

    def post(self, path, body, **headers):
        """(Content-Type, bytes) of a reply."""
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(self.url + path, body, {
            "Content-Type": "application/x-protobuf", "Content-Encoding": "snappy", **headers})
        with urllib.request.urlopen(request, timeout=60) as reply:
            return reply.headers.get("Content-Type"), reply.read()

    def query_range(self, query, start_ms, end_ms, step_ms):
        return self.get("/api/v1/query_range", query=query, start=f"{start_ms / 1000:.3f}",
                        end=f"{end_ms / 1000:.3f}", step=f"{step_ms / 1000:.3f}")

    def remote_read(self, request):
        return self.post("/api/v1/read", request, X_Prometheus_Remote_Read_Version="0.1.0")

    def write(self, series, batch_s=3600):
        """Samples {labels: [(t_ms, value or None for stale)]} into the head, by time."""
        first = min(samples[0][0] for samples in series.values())
        last = max(samples[-1][0] for samples in series.values())
        for start in range(first, last + 1, batch_s * 1000):
            body = b""
            for labels, samples in series.items():
                part = [s for s in samples if start <= s[0] < start + batch_s * 1000]
                if part:
                    body += time_series(dict(labels), part)
            if body:
                self.post("/api/v1/write", snappy(body),
                          X_Prometheus_Remote_Write_Version="0.1.0")


def openmetrics(families):
    """Text of {name: {labels: [(t_ms, value)]}}; all counters."""
    lines = []
    for name, series in families.items():
        lines.append(f"# TYPE {name.removesuffix('_total')} counter")
        for labels, samples in series.items():
            inner = ",".join(f"{key}={json.dumps(value)}" for key, value in labels
                             if key != "__name__")
            lines += [f"{name}{{{inner}}} {value!r} {t / 1000:.3f}" for t, value in samples]
    return "\n".join([*lines, "# EOF", ""])


def make_blocks(folder, families):
    text = folder / "blocks.om"
    text.write_text(openmetrics(families))
    subprocess.run([program("promtool"), "tsdb", "create-blocks-from", "openmetrics",
                    "--quiet", str(text), str(folder / "data")],
                   check=True, capture_output=True, timeout=120)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@contextlib.contextmanager
def running(folder, families):
    """A Server with these blocks; stopped at the end."""
    folder = pathlib.Path(folder)
    make_blocks(folder, families)
    (folder / "prometheus.yml").write_text("global: {}\n")
    port = free_port()
    with open(folder / "prometheus.log", "wb") as log:
        process = subprocess.Popen([
            program("prometheus"), f"--config.file={folder}/prometheus.yml",
            f"--storage.tsdb.path={folder}/data", f"--web.listen-address=127.0.0.1:{port}",
            "--storage.tsdb.retention.time=100y", "--web.enable-remote-write-receiver",
            "--log.level=warn"], stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    server = Server(f"http://127.0.0.1:{port}")
    try:
        wait_until_ready(server, process, folder)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until_ready(server, process, folder):
    end = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(server.url + "/-/ready", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("Prometheus did not start: " + (folder / "prometheus.log").read_text())
