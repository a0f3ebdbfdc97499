"""A server, or a proxy in front of a real one, that answers badly where it is told to.

    with FaultServer(rules, upstream="http://127.0.0.1:9090") as server:
        ...ask server.url...
        server.requests      what was asked: number, method, path, query, headers, body

A request without a rule is passed on to the upstream; where there is none it is answered
with `body`. It also is a proxy as the variable http_proxy means it (GET http://..., and
CONNECT).

A rule is a dict. Which requests: `at` (a number or numbers, the first request is 1), `path`
(a glob), `method`, `when` (a function of the request), `times` (at most so often); what is
not said fits any. What happens: `fault`, a name of FAULTS, and its parameters. The first
rule that fits is the one.

    {"at": 3, "fault": "reply", "code": 429, "headers": {"Retry-After": "2"}}
    {"path": "/api/v1/query_range", "times": 2, "fault": "truncate", "after": 1000}
    {"fault": "json", "set": {"warnings": ["partial"]}, "plain": True}

`late`: seconds before the upstream is asked at all. `plain`: the upstream is asked for a body that is not compressed.

Only the standard library is used.
"""
import collections
import email.utils
import fnmatch
import gzip
import http.client
import http.server
import json
import select
import socket
import ssl
import struct
import threading
import time
import urllib.parse

Request = collections.namedtuple("Request", "number method path query headers body connection")
HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "te", "trailer",
       "proxy-connection", "proxy-authenticate", "proxy-authorization", "upgrade"}
SELECTORS = {"at", "path", "method", "when", "times", "fault", "plain", "late"}
PIECE = b"0123456789abcdef" * 65536


class Answer:
    """What is sent; `chunked` as the upstream did, or with a Content-Length."""

    def __init__(self, code=200, headers=None, body=b"", chunked=False):
        self.code, self.body, self.chunked = code, body, chunked
        self.headers = {"Date": email.utils.formatdate(usegmt=True), **(headers or {})}

    def head(self):
        lines = [f"HTTP/1.1 {self.code} {http.client.responses.get(self.code, 'Odd')}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        if self.chunked:
            lines.append("Transfer-Encoding: chunked")
        elif self.code != 204 and "Content-Length" not in self.headers:
            lines.append(f"Content-Length: {len(self.body)}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def framed(self, size=65536):
        """The body as it stands on the wire."""
        if not self.chunked:
            return self.body
        parts = [self.body[i:i + size] for i in range(0, len(self.body), size)]
        return b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in parts) + b"0\r\n\r\n"


# ---- faults that change the answer: (exchange, answer, parameters) -> answer ---------------

def reply(_exchange, _answer, code=503, headers=None, body=b"", chunked=False):
    """Another answer altogether; the upstream is not asked."""
    body = body.encode() if isinstance(body, str) else body
    return Answer(code, headers, body, chunked)


def redirect(_exchange, _answer, to, code=302):
    return Answer(code, {"Location": to})


def edit(_exchange, answer, change):
    """`change` is a function from the body's bytes to others."""
    answer.body = change(answer.body)
    return answer


def edit_json(_exchange, answer, **values):
    """Keys of `set` in the outermost object: warnings, infos, status."""
    answer.body = json.dumps({**json.loads(answer.body), **values["set"]}).encode()
    return answer


def cut_json(_exchange, answer, keep=0.5):
    """A part of the body, with a Content-Length that fits it."""
    answer.body = answer.body[:int(len(answer.body) * keep)]
    return answer


def change_type(_exchange, answer, to="text/html"):
    answer.headers["Content-Type"] = to
    return answer


def clock(_exchange, answer, shift_s=86400):
    """The server's clock is wrong."""
    answer.headers["Date"] = email.utils.formatdate(time.time() + shift_s, usegmt=True)
    return answer


def change_head(_exchange, answer, **values):
    """Lines of `set`; None leaves one out."""
    answer.headers.update(values["set"])
    answer.headers = {k: v for k, v in answer.headers.items() if v is not None}
    return answer


def pack(_exchange, answer, unasked=False):
    """gzip, if it is asked for or even if not."""
    if unasked or "gzip" in _exchange.headers.get("Accept-Encoding", ""):
        answer.body = gzip.compress(answer.body, 1)
        answer.headers["Content-Encoding"] = "gzip"
    return answer


def call(_exchange, answer, function):
    """The answer is good, and `function` is called before it goes out."""
    function()
    return answer


def delay(exchange, answer, seconds=1.0):
    exchange.server.owner.closing.wait(seconds)
    return answer


# ---- faults of the sending: (exchange, answer, parameters) ---------------------------------

def send_reset(exchange, answer, after=0):
    """`after` bytes of head and body, then the connection is torn down."""
    exchange.send((answer.head() + answer.framed())[:after])
    exchange.reset()


def send_close(exchange, _answer):
    """Not a byte."""
    exchange.close_connection = True


def send_truncated(exchange, answer, after=10):
    """`after` bytes of the body; the Content-Length says more."""
    answer.headers["Content-Length"] = max(len(answer.body), after + 1)
    exchange.send(answer.head() + answer.body[:after])
    exchange.close_connection = True


def send_chunk_cut(exchange, answer, after=10):
    """Chunked, and closed in the middle of a chunk, or (after < 0) before the last one."""
    answer.chunked = True
    whole = answer.framed(4096)
    exchange.send(answer.head() + (whole[:-5] if after < 0 else whole[:after]))
    exchange.close_connection = True


def send_unframed(exchange, answer, after=None):
    """As HTTP/1.0 does: the end of the connection is that of the body; cut, if `after`."""
    framing = (b"content-length:", b"transfer-encoding:")
    head = answer.head().replace(b"HTTP/1.1", b"HTTP/1.0", 1).split(b"\r\n")
    kept = [line for line in head if not line.lower().startswith(framing)]
    exchange.send(b"\r\n".join(kept) + answer.body[:after])
    exchange.close_connection = True


def send_drip(exchange, answer, bytes_a_piece=1, pause_s=0.05):
    exchange.send(answer.head())
    body = answer.framed()
    for i in range(0, len(body), bytes_a_piece):
        exchange.send(body[i:i + bytes_a_piece])
        if exchange.server.owner.closing.wait(pause_s):
            break


def send_stall(exchange, answer, after=0, seconds=3600):
    """`after` bytes of the body, then nothing; after < 0: not even a head."""
    if after >= 0:
        exchange.send(answer.head() + answer.framed()[:after])
    exchange.server.owner.closing.wait(seconds)
    exchange.close_connection = True


def send_big(exchange, answer, size=2**31, code=200, chunked=True, begin=b"", piece=PIECE,
             end=b""):
    """`size` bytes of `piece` again and again, which are never held here."""
    answer.code = code
    whole = size + len(begin) + len(end)
    answer.chunked = chunked
    answer.headers.update({} if chunked else {"Content-Length": whole})
    exchange.send(answer.head())
    send_part(exchange, begin, chunked)
    for at in range(0, size, len(piece)):
        send_part(exchange, memoryview(piece)[:size - at], chunked)
    send_part(exchange, end, chunked)
    if chunked:
        exchange.send(b"0\r\n\r\n")


def send_part(exchange, part, chunked):
    if not part:
        return
    if chunked:
        exchange.send(b"%x\r\n" % len(part))
    exchange.send(part)
    if chunked:
        exchange.send(b"\r\n")


def send_long_header(exchange, answer, size=2**20):
    answer.headers["X-Long"] = "x" * size
    exchange.send(answer.head() + answer.framed())


def send_endless_headers(exchange, answer, most=2**26):
    exchange.send(answer.head()[:-2])
    for i in range(most // 1000):
        exchange.send(b"X-%08d: %s\r\n" % (i, b"x" * 986))
    exchange.close_connection = True


def send_garbage(exchange, _answer, data=b"\x00\x01 not HTTP\r\n\r\n"):
    exchange.send(data)
    exchange.close_connection = True


def send_restart(exchange, _answer, seconds=1.0):
    """The connection is torn down, and nobody listens for some seconds."""
    owner = exchange.server.owner
    owner.down()
    exchange.reset()
    threading.Timer(seconds, owner.up).start()


CHANGES = {"reply": reply, "redirect": redirect, "edit": edit, "json": edit_json,
           "cut_json": cut_json, "type": change_type, "clock": clock, "head": change_head,
           "gzip": pack, "call": call, "delay": delay}
SENDINGS = {"reset": send_reset, "close": send_close, "truncate": send_truncated,
            "chunk_cut": send_chunk_cut, "unframed": send_unframed, "drip": send_drip,
            "stall": send_stall, "big": send_big, "long_header": send_long_header,
            "endless_headers": send_endless_headers, "garbage": send_garbage,
            "restart": send_restart}
FAULTS = CHANGES | SENDINGS
ALONE = {"reply", "redirect", "close", "garbage", "restart", "big"}  # no upstream needed


# ---- an exchange ---------------------------------------------------------------------------

class Exchange(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    upstream = None

    def setup(self):
        super().setup()
        self.server.owner.opened += 1
        self.ordinal = self.server.owner.opened
        if not self.server.owner.tls:
            self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def exchange(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path, _, query = self.path.partition("?")
        request, rule = self.server.owner.note(
            self.command, path, query, dict(self.headers), body, self.ordinal)
        name = rule.get("fault")
        parameters = {k: v for k, v in rule.items() if k not in SELECTORS}
        if rule.get("late"):
            self.server.owner.closing.wait(rule["late"])
        answer = Answer() if name in ALONE else self.answer_of(request, rule.get("plain"))
        if name in CHANGES:
            answer = CHANGES[name](self, answer, **parameters)
        if name in SENDINGS:
            SENDINGS[name](self, answer, **parameters)
        else:
            self.send(answer.head() + (b"" if self.command == "HEAD" else answer.framed()))

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = exchange

    def do_CONNECT(self):
        _, rule = self.server.owner.note(
            "CONNECT", self.path, "", dict(self.headers), b"", self.ordinal)
        if rule.get("fault") == "reply":
            self.send(reply(self, None, **{k: v for k, v in rule.items()
                                           if k not in SELECTORS}).head())
            return
        host, _, port = self.path.rpartition(":")
        with socket.create_connection((host, int(port))) as there:
            self.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
            self.tunnel(there)
        self.close_connection = True

    def tunnel(self, there):
        ways = {self.connection: there, there: self.connection}
        while not self.server.owner.closing.is_set():
            for readable in select.select(list(ways), [], [], 0.2)[0]:
                data = readable.recv(65536)
                if not data:
                    return
                ways[readable].sendall(data)

    def answer_of(self, request, plain=False):
        owner = self.server.owner
        target = request.path if request.path.startswith("http://") else owner.upstream
        if not target:
            return Answer(200, {"Content-Type": owner.type}, owner.body)
        host = urllib.parse.urlsplit(target)
        path = host.path if target == request.path else request.path
        if self.upstream is None:
            self.upstream = http.client.HTTPConnection(host.hostname, host.port, timeout=300)
        left_out = HOP | ({"accept-encoding"} if plain else set())
        headers = {k: v for k, v in request.headers.items() if k.lower() not in left_out}
        self.upstream.request(request.method, path + ("?" + request.query) * bool(request.query),
                              request.body or None, headers)
        there = self.upstream.getresponse()
        kept = {k: v for k, v in there.getheaders() if k.lower() not in HOP}
        return Answer(there.status, kept, there.read(),
                      there.getheader("Transfer-Encoding") == "chunked")

    def send(self, data):
        self.connection.sendall(data)

    def reset(self):
        """RST instead of FIN."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                   struct.pack("ii", 1, 0))
        self.close_connection = True
        self.server.hard.add(self.connection)

    def finish(self):
        try:
            super().finish()
        except OSError:
            pass
        if self.upstream is not None:
            self.upstream.close()

    def log_message(self, *_arguments):
        pass


class Listener(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, owner, port):
        self.owner, self.hard = owner, set()
        super().__init__(("127.0.0.1", port), Exchange)

    def get_request(self):
        connection, address = super().get_request()
        if self.owner.tls:
            connection = self.owner.tls.wrap_socket(
                connection, server_side=True, do_handshake_on_connect=False)
        return connection, address

    def shutdown_request(self, request):
        if request in self.hard:
            self.hard.discard(request)
            request.close()  # a shutdown would send a FIN first
        else:
            super().shutdown_request(request)

    def handle_error(self, _request, _address):
        pass  # a client that goes away is what is tested


class FaultServer:
    """See the head of this file. `tls` is an ssl.SSLContext."""

    def __init__(self, rules=(), upstream=None, tls=None, body=b'{"status":"success"}',
                 content_type="application/json", port=0):
        for rule in rules:
            if rule["fault"] not in FAULTS:
                raise ValueError(f"no fault '{rule['fault']}'")
        self.rules = [dict(rule) for rule in rules]
        self.upstream, self.tls, self.body, self.type = upstream, tls, body, content_type
        self.requests, self.opened = [], 0
        self.lock, self.closing = threading.Lock(), threading.Event()
        self.listener, self.port = None, port

    def __enter__(self):
        self.up()
        return self

    def __exit__(self, *_exception):
        self.closing.set()
        self.down()

    def up(self):
        if self.closing.is_set():
            return
        self.listener = Listener(self, self.port)
        self.port = self.listener.server_port
        threading.Thread(target=self.listener.serve_forever, args=(0.02,), daemon=True).start()

    def down(self):
        """Nobody listens any more; connections that are open stay."""
        listener, self.listener = self.listener, None
        if listener:
            listener.shutdown()
            listener.server_close()

    @property
    def url(self):
        scheme = "https" if self.tls else "http"
        return f"{scheme}://{'localhost' if self.tls else '127.0.0.1'}:{self.port}"

    def note(self, method, path, query, headers, body, connection):
        with self.lock:
            request = Request(len(self.requests) + 1, method, path, query,
                              {k.lower(): v for k, v in headers.items()}, body, connection)
            self.requests.append(request)
            for rule in self.rules:
                if self.fits(rule, request):
                    if "times" in rule:
                        rule["times"] -= 1
                    return request, rule
        return request, {}

    @staticmethod
    def fits(rule, request):
        at = rule.get("at")
        return (rule.get("times", 1) > 0
                and (at is None or request.number in ([at] if isinstance(at, int) else at))
                and fnmatch.fnmatchcase(request.path, rule.get("path", "*"))
                and rule.get("method", request.method) == request.method
                and rule.get("when", lambda _: True)(request))


def server_context(certificate, key, client_ca=None):
    """A TLS server's context; with `client_ca` it wants a client certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    if client_ca:
        context.load_verify_locations(client_ca)
        context.verify_mode = ssl.CERT_REQUIRED
    return context
