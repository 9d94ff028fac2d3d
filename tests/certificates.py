"""Certificates of the test run: an authority, and what it vouches for on loopback; made by OpenSSL."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

LEFT_OUT = "no OpenSSL on this machine to make certificates with (Debian: apt-get install openssl)"
_EXTENSIONS = (
    "subjectAltName=IP:127.0.0.1,DNS:localhost\nbasicConstraints=CA:FALSE\nauthorityKeyIdentifier=keyid\n"
    "subjectKeyIdentifier=hash\nkeyUsage=digitalSignature,keyEncipherment\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A certificate and its key, in PEM."""

    certificate: Path
    key: Path


class Authority:
    """Vouches for certificates; `certificate` is its own, in PEM."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.certificate, self._key = folder / "ca.pem", folder / "ca.key"
        usage = ("-addext", "keyUsage=critical,keyCertSign,cRLSign")
        self._run("req", "-x509", *_new(self._key, "authority"), "-out", str(self.certificate), "-days", "2", *usage)

    def signed(self, name: str) -> Signed:
        """Make a certificate for loopback."""
        made = Signed(certificate=self._folder / f"{name}.pem", key=self._folder / f"{name}.key")
        wanted, extensions = self._folder / f"{name}.csr", self._folder / "extensions"
        extensions.write_text(_EXTENSIONS)
        self._run("req", *_new(made.key, name), "-out", str(wanted))
        vouching = ("-CA", str(self.certificate), "-CAkey", str(self._key), "-CAcreateserial", "-days", "2")
        files = ("-in", str(wanted), "-extfile", str(extensions), "-out", str(made.certificate))
        self._run("x509", "-req", *vouching, *files)
        return made

    def _run(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], check=True, capture_output=True, cwd=self._folder, timeout=60)


def authority(folder: Path) -> Authority | None:
    """Return a new authority, None where there is nothing to make one with."""
    if shutil.which("openssl") is None:
        return None
    folder.mkdir(exist_ok=True)
    return Authority(folder)


def _new(key: Path, name: str) -> tuple[str, ...]:
    return "-newkey", "rsa:2048", "-nodes", "-keyout", str(key), "-subj", f"/CN={name}"
