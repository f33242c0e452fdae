"""`counterfoil doctor --url` against servers with good and bad certificates, made here for the occasion."""

import asyncio
import datetime
import http.server
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.acceptance.conftest import Serve, run

from counterfoil.app.reachability import reachability
from counterfoil.wire.soap.wsdl import wsdl_document

NOW: Final = datetime.datetime.now(datetime.UTC)
DAY: Final = datetime.timedelta(days=1)


class Authority:
    """Whoever signs: a key and its certificate."""

    def __init__(self, name: str, signer: "Authority | None" = None) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = _builder(self.name, (signer or self).name, self.key, NOW - DAY, NOW + 100 * DAY)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        self.certificate = builder.sign((signer or self).key, hashes.SHA256())

    def server(self, host: str, *, until: datetime.datetime = NOW + 50 * DAY) -> tuple[bytes, bytes]:
        """A server's certificate and key, as PEM."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        builder = _builder(name, self.name, key, NOW - 90 * DAY, until)
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        return _pem(builder.sign(self.key, hashes.SHA256())), _key_pem(key)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    since: datetime.datetime,
    until: datetime.datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@contextmanager
def served(folder: Path, chain: bytes, key: bytes) -> Iterator[str]:
    """A server with this certificate, that answers as Counterfoil's `/qbwc` does."""
    (folder / "chain.pem").write_bytes(chain)
    (folder / "key.pem").write_bytes(key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "chain.pem", folder / "key.pem")

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = wsdl_document(f"{url}/qbwc")
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    url = f"https://localhost:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield url
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def looked_at(url: str, folder: Path, root: Authority) -> dict[str, Any]:
    """The checks by name."""
    roots = folder / "roots.pem"
    roots.write_bytes(_pem(root.certificate))
    return {check["name"]: check for check in asyncio.run(reachability(url, roots=str(roots)))}


@pytest.fixture
def root() -> Authority:
    return Authority("Root")


@pytest.fixture
def middle(root: Authority) -> Authority:
    return Authority("Intermediate", root)


def test_a_whole_chain_is_right(tmp_path: Path, root: Authority, middle: Authority) -> None:
    chain, key = middle.server("localhost")
    with served(tmp_path, chain + _pem(middle.certificate), key) as url:
        found = looked_at(url, tmp_path, root)
    assert [name for name, check in found.items() if not check["ok"]] == []
    assert list(found) == ["address", "name", "certificate", "service", "support page"]


def test_a_missing_intermediate_is_told(tmp_path: Path, root: Authority, middle: Authority) -> None:
    chain, key = middle.server("localhost")
    with served(tmp_path, chain, key) as url:
        found = looked_at(url, tmp_path, root)
    assert "incomplete chain" in found["certificate"]["found"]
    assert "intermediate" in found["certificate"]["mend"]
    assert "service" not in found


def test_an_expired_certificate_is_told(tmp_path: Path, root: Authority) -> None:
    chain, key = root.server("localhost", until=NOW - DAY)
    with served(tmp_path, chain, key) as url:
        found = looked_at(url, tmp_path, root)
    assert found["certificate"]["found"].startswith("expired")


def test_another_host_name_is_told(tmp_path: Path, root: Authority) -> None:
    chain, key = root.server("books.example")
    with served(tmp_path, chain, key) as url:
        found = looked_at(url, tmp_path, root)
    assert found["certificate"]["found"].startswith("for another name")


def test_a_self_signed_certificate_is_told(tmp_path: Path, root: Authority) -> None:
    stranger = Authority("localhost")
    chain, key = stranger.server("localhost")
    with served(tmp_path, chain + _pem(stranger.certificate), key) as url:
        found = looked_at(url, tmp_path, root)
    assert found["certificate"]["found"].startswith("self-signed")


@pytest.mark.parametrize("url", ["http://books.example", "https://127.0.0.1", "http://127.0.0.1:8484", "ftp://x"])
def test_an_address_that_quickbooks_refuses_is_told_first(url: str) -> None:
    (only,) = asyncio.run(reachability(url))
    assert not only["ok"]
    assert "PUBLIC_URL_NOT_HTTPS" in only["found"]


def test_a_running_server_at_localhost_is_right(serve: Serve, data: Path) -> None:
    server = serve(data, "--no-demo")
    address = server.url.replace("127.0.0.1", "localhost")
    report = run(data, "doctor", "--url", address, "--json").json
    assert report["ok"], report
    wrong = run(data, "doctor", "--url", f"{address}/elsewhere", "--json")
    assert wrong.code == 1
