"""An authority, and certificates of all kinds, made by the openssl command."""
import subprocess

CONFIGURATION = """[ca]
default_ca=c
[c]
database=index.txt
new_certs_dir=.
certificate=ca.pem
private_key=ca.key
rand_serial=yes
default_md=sha256
policy=p
unique_subject=no
[p]
commonName=supplied
"""
HERE = "DNS:localhost,IP:127.0.0.1"


def make(folder):
    """NAME.pem and NAME.key: ca; good, expired, future, elsewhere (another host's) and client,
    signed by it; self, and other-ca, another authority."""
    def openssl(*words):
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)

    def alone(name, subject, *more):
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key",
                "-out", f"{name}.pem", "-subj", f"/CN={subject}", "-days", "3", *more)

    def signed(name, names, *dates):
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key",
                "-out", f"{name}.csr", "-subj", f"/CN={name}")
        (folder / "extensions").write_text(f"subjectAltName={names}\n")
        openssl("ca", "-batch", "-config", "ca.conf", "-in", f"{name}.csr", "-notext",
                "-out", f"{name}.pem", "-extfile", "extensions", *dates)

    for name in ("index.txt", "index.txt.attr"):
        (folder / name).write_text("")
    (folder / "ca.conf").write_text(CONFIGURATION)
    alone("ca", "test authority")
    alone("other-ca", "another authority")
    alone("self", "localhost", "-addext", "subjectAltName=DNS:localhost")
    signed("good", HERE, "-days", "2")
    signed("client", "DNS:client", "-days", "2")
    signed("elsewhere", "DNS:prometheus.example", "-days", "2")
    signed("expired", HERE, "-startdate", "20200101000000Z", "-enddate", "20200201000000Z")
    signed("future", HERE, "-startdate", "20900101000000Z", "-enddate", "20900201000000Z")
