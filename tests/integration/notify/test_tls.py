"""Mail leaves over TLS, and only to a server whose certificate is right (issue 20)."""

import datetime
import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.integration.notify.office import add, sending, told
from tests.support.mailbox import Mailbox
from tests.support.story import Story

DAY = datetime.timedelta(days=1)


def certificate(folder: Path, address: str = "127.0.0.1", *, ended: bool = False) -> Path:
    """A certificate that signs itself, with its key, of a server at that address."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "invented.invalid")]),
    )
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - 3 * DAY)
        .not_valid_after(now - DAY if ended else now + DAY)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + made.public_bytes(Encoding.PEM)
    path = folder / f"{address}-{ended}.pem"
    path.write_bytes(pem)
    return path


@contextmanager
def tried(story: Story, mailbox: Mailbox, trusted: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A message is tried once, by a machine that trusts the certificates of that file and no other."""
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    monkeypatch.setenv("SSL_CERT_DIR", "/nowhere")
    add(story)
    with mailbox.up(), sending(story, mailbox) as office:
        office.turn()
    yield


def test_a_mail_leaves_over_tls_where_the_certificate_is_right(
    story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = certificate(tmp_path)
    mailbox = Mailbox(certificate=right)
    with tried(story, mailbox, right, monkeypatch):
        assert told(story) == [(1, "sent")]
    assert len(mailbox.mail) == 1
    assert mailbox.greeted == ["police.invalid"] * 2, "once in clear, and anew over TLS"


@pytest.mark.parametrize("wrong", ["another name", "not trusted", "ended"])
def test_a_server_whose_certificate_is_wrong_is_told_nothing(
    story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    shown = certificate(tmp_path, "127.0.0.2" if wrong == "another name" else "127.0.0.1", ended=wrong == "ended")
    (tmp_path / "other").mkdir()
    trusted = certificate(tmp_path / "other") if wrong == "not trusted" else shown
    mailbox = Mailbox(certificate=shown)
    with tried(story, mailbox, trusted, monkeypatch):
        assert told(story) == [(1, "unreachable")]
    assert not mailbox.mail
