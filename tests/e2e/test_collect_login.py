"""Who may ask: `hindcast collect`, certificates, logins and proxies.

TLS and passwords are those of a real Prometheus (--web.config.file, which it reads anew for
each connection); tokens and headers are those of a gate before it. What was seen is in
docs/reliability.md. And the secrets are nowhere.
"""
import base64
import dataclasses
import os
import re
import ssl
import subprocess
import time
import urllib.parse

import prometheus_case as case
import pytest
import util
from collect_trial import SPAN, data_files
from fault_server import FaultServer
from reliability import Row, Table

pytestmark = pytest.mark.skipif(
    not (case.program("prometheus") and case.program("promtool")),
    reason="skipped, no prometheus and promtool")

PASSWORD, TOKEN, TENANT = "hunter2-Zx81", "eyJhbGciOi.t0ken.Kq7", "team-7-and-its-key"
HASH = "$2b$04$abcdefghijklmnopqrstuupNaWg4dkAM0Yhr1LhMQK2R8xHxLM5Ym"  # bcrypt of PASSWORD
FILES = {"password": PASSWORD, "wrong-password": "hunter3", "token": TOKEN, "empty": "",
         "wrong-token": "eyJhbGciOi.0ld", "headers": f"X-Scope-OrgID: {TENANT}"}
SECRETS = [PASSWORD, TOKEN, TENANT, base64.b64encode(f"reader:{PASSWORD}".encode()).decode(),
           urllib.parse.quote(PASSWORD), "hunter3", "eyJhbGciOi"]

TLS = "tls_server_config: {{cert_file: {0}/{1}.pem, key_file: {0}/{1}.key{2}}}\n"
# with TLS 1.3 the client is done before the server says no, and the reason may be lost
CLIENT = (", client_auth_type: RequireAndVerifyClientCert, client_ca_file: {}/ca.pem, "
          "max_version: TLS12")
USERS = "basic_auth_users: {{reader: '" + HASH + "'}}\n"


def web(certificate="good", client=False, users=False):
    """A web configuration, but for the folder of the certificates."""
    def text(folder):
        more = CLIENT.format(folder) if client else ""
        return TLS.format(folder, certificate, more) + (USERS.format() if users else "")

    return text


@dataclasses.dataclass(frozen=True)
class Login:
    """`wrong` and `right`: the options of the first run, and of the one after it."""
    name: str
    code: int
    says: str
    wrong: str = ""
    right: str = ""
    web: object = None     # Prometheus' own TLS
    mended: object = None  # the configuration of the second run, if another one
    scheme: str = ""       # of the first run's URL, if it is the wrong one


CA, READER = "--ca ca.pem", "--user reader --password-file "
SHOWN = "--cert client.pem --key client.key"

LOGINS = [
    Login("certificate of an authority that is not known", 6, "not trusted", "", CA, web()),
    Login("certificate of another authority than --ca", 6, "not trusted",
          "--ca other-ca.pem", CA, web()),
    Login("certificate that nobody has signed", 6, "self-signed", CA, "--insecure",
          web("self")),
    Login("certificate that has expired", 6, "expired", CA, CA, web("expired"), web()),
    Login("certificate that is not valid yet", 6, "not valid yet", CA, CA, web("future"),
          web()),
    Login("certificate of another host", 6, "another host name", CA, CA, web("elsewhere"),
          web()),
    Login("a file of authorities that is none", 3, "authorities", "--ca password", CA, web()),
    Login("client certificate wanted, none given", 6, "client certificate", CA,
          f"{CA} {SHOWN}", web(client=True)),
    Login("client certificate of an authority that the server does not know", 6,
          "client certificate", f"{CA} --cert self.pem --key self.key", f"{CA} {SHOWN}",
          web(client=True)),
    Login("client certificate with another one's key", 3, "its key",
          f"{CA} --cert client.pem --key self.key", f"{CA} {SHOWN}", web(client=True)),
    Login("http:// where TLS is spoken", 6, "HTTPS server", CA, CA, web(), scheme="http"),
    Login("https:// where no TLS is spoken", 6, "does not speak TLS", "",
          "--bearer-file token", scheme="https"),
    Login("password wanted, none given", 6, "401", CA, f"{CA} {READER}password",
          web(users=True)),
    Login("wrong password", 6, "401", f"{CA} {READER}wrong-password",
          f"{CA} {READER}password", web(users=True)),
    Login("password file that is not there", 3, "none", f"{CA} {READER}none",
          f"{CA} {READER}password", web(users=True)),
    Login("password file that is empty", 3, "empty", f"{CA} {READER}empty",
          f"{CA} {READER}password", web(users=True)),
    Login("password and token at once", 2, "exclude each other",
          f"{READER}password --bearer-file token", "--bearer-file token"),
    Login("wrong token", 6, "401", "--bearer-file wrong-token", "--bearer-file token"),
    Login("header wanted, none given", 6, "401.*no org id", "", "--header-file headers"),
    Login("header file that holds no headers", 2, "Name: value", "--header-file token",
          "--header-file headers"),
]
TABLE = Table("collect, logins", [login.name for login in LOGINS])


# ---------------------------------------------------------------- servers

@pytest.fixture(scope="module")
def files(certificates):
    """The folder in which the program runs."""
    for name, text in FILES.items():
        (certificates / name).write_text(text + "\n")
    return certificates


@pytest.fixture(scope="module")
def secure(folder, files, tmp_path_factory):
    """Prometheus with TLS; its configuration is `secure.web`."""
    own = case.copy_of(folder, tmp_path_factory.mktemp("secure"))
    (own / "web.yml").write_text(web()(files))
    context = ssl.create_default_context(cafile=files / "ca.pem")
    with case.Prometheus(own, f"--web.config.file={own / 'web.yml'}", tls=context) as running:
        running.web = own / "web.yml"
        yield running


@pytest.fixture
def gate(server):
    """A proxy that lets in who has the token or the tenant's header."""
    def stranger(request):
        return not (request.headers.get("authorization") == f"Bearer {TOKEN}"
                    or request.headers.get("x-scope-orgid") == TENANT)

    rule = {"fault": "reply", "code": 401, "body": "no org id", "when": stranger}
    with FaultServer([rule], upstream=server.url) as proxy:
        yield proxy


def collect(url, out, files, *options, **settings):
    return util.run("collect", "--url", url, "-o", out, *SPAN, *options, cwd=files, **settings)


def assert_no_secret(out, *texts):
    """In nothing that was said, and in no file."""
    content = b"\0".join([*(text.encode() for text in texts), *util.tree(out).values()])
    assert content.strip(b"\0")
    assert [secret for secret in SECRETS if secret.encode() in content] == []


# ---------------------------------------------------------------- refused, and let in

@pytest.mark.parametrize("login", [
    pytest.param(login, id=re.sub(r"\W+", "_", login.name)) for login in LOGINS])
def test_login(login, secure, gate, files, scene, tmp_path):
    at = secure if login.web else gate
    if login.web:
        secure.web.write_text(login.web(files))
    url = re.sub("^https?", login.scheme or r"\g<0>", at.url)
    wrong = collect(url, tmp_path / "out", files, "--quiet", *login.wrong.split())
    assert wrong.returncode == login.code, wrong.stderr
    assert re.fullmatch(r"hindcast: [^\n]+\n", wrong.stderr), wrong.stderr
    assert re.search(login.says, wrong.stderr), wrong.stderr
    assert not (tmp_path / "out").exists()
    if login.mended:
        secure.web.write_text(login.mended(files))
    right = collect(at.url, tmp_path / "out", files, "--json", *login.right.split())
    assert right.returncode == 0, right.stderr
    assert data_files(tmp_path / "out") == data_files(scene.truth)
    assert_no_secret(tmp_path / "out", wrong.stderr, right.stderr, right.stdout)
    message = re.sub(r"https?://(127\.0\.0\.1|localhost):\d+", "URL",
                     wrong.stderr.strip().removeprefix("hindcast: "))
    TABLE.add(Row(login.name, 1, 0, f"exit {login.code}: `{message}`", 0))


def test_the_page_says_what_was_seen():
    TABLE.check()


# ---------------------------------------------------------------- and the secrets

@pytest.mark.parametrize("options", ["--user reader --password-file password",
                                     "--bearer-file token", "--header-file headers"])
def test_no_secret_is_seen_of_a_running_program(options, gate, files, tmp_path):
    """Its command line, its environment, and what it has written so far."""
    gate.rules.clear()
    process = subprocess.Popen(
        [util.HINDCAST, "collect", "--url", gate.url, "-o", tmp_path / "out", *SPAN,
         "--pause", "0.2", *options.split()], cwd=files, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while not list(tmp_path.glob("out/.collect/*/*.piece")):
        assert process.poll() is None
        time.sleep(0.01)
    seen = [open(f"/proc/{process.pid}/{name}").read() for name in ("cmdline", "environ")]
    assert_no_secret(tmp_path / "out", *seen)
    assert options.split()[-1] in seen[0]
    process.kill()
    assert_no_secret(tmp_path / "out", *process.communicate())
    assert any(secret in str(gate.requests[0].headers) for secret in SECRETS)


def test_a_password_in_the_url_goes_no_further(server, files, tmp_path):
    """The list of processes has it, which is why there is --password-file."""
    with FaultServer(upstream=server.url) as proxy:
        url = proxy.url.replace("://", f"://reader:{PASSWORD}@")
        done = collect(url, tmp_path / "out", files)
        wrong = collect(f"http://reader:{PASSWORD}@127.0.0.1:{case.free_port()}",
                        tmp_path / "no", files)
    assert (done.returncode, wrong.returncode) == (0, 6)
    assert proxy.requests[-1].headers["authorization"].startswith("Basic ")
    assert util.read_json(tmp_path / "out/manifest.json")["server"]["url"] == proxy.url
    assert_no_secret(tmp_path / "out", done.stdout, done.stderr, wrong.stderr)


def test_a_server_that_says_the_secret_back(files, tmp_path):
    rule = {"fault": "reply", "code": 403, "body": f"'{PASSWORD}' {SECRETS[3]} is not welcome"}
    with FaultServer([rule]) as proxy:
        done = collect(proxy.url, tmp_path / "out", files, *(READER + "password").split())
    assert done.returncode == 6 and "'***' *** is not welcome" in done.stderr
    assert_no_secret(tmp_path / "out", done.stderr)


def test_proxy_variables(server, secure, scene, files, tmp_path):
    """Both kinds of proxies; the one of TLS sees neither the request nor the password."""
    secure.web.write_text(web(users=True)(files))
    with FaultServer() as proxy:
        env = {"http_proxy": proxy.url, "https_proxy": proxy.url, "no_proxy": ""}
        plain = collect(server.url, tmp_path / "plain", files, env=env)
        assert {request.path.split("/api")[0] for request in proxy.requests} == {server.url}
        proxy.requests.clear()
        tls = collect(secure.url, tmp_path / "tls", files, *f"{CA} {READER}password".split(),
                      env=env)
        assert {request.method for request in proxy.requests} == {"CONNECT"}
        assert PASSWORD not in str(proxy.requests) and SECRETS[3] not in str(proxy.requests)
    down = collect(server.url, tmp_path / "no", files,
                   env={**env, "http_proxy": f"http://ann:{PASSWORD}@127.0.0.1:1"})
    assert (plain.returncode, tls.returncode, down.returncode) == (0, 0, 6), tls.stderr
    for out in ("plain", "tls"):
        assert data_files(tmp_path / out) == data_files(scene.truth)
    assert_no_secret(tmp_path, plain.stderr, tls.stderr, down.stderr)
