"""Certificates for tests, made by openssl: an authority and what it signs, as PEM files."""

import os
import subprocess
from pathlib import Path
from typing import Final

_NEW: Final = ("req", "-x509", "-config", os.devnull, "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")
_SIGNS: Final = ("-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign")
_SERVES: Final = ("-addext", "basicConstraints=critical,CA:FALSE", "-addext", "subjectAltName=DNS:localhost")


class Authority:
    """Signs certificates for this machine. Raises `OSError` where there is no openssl."""

    def __init__(self, folder: Path, name: str = "authority") -> None:
        self._folder = folder
        self.certificate = folder / f"{name}.pem"
        self._key = folder / f"{name}.key"
        _openssl(*_NEW, *_SIGNS, "-nodes", *_named(name, self.certificate, self._key))

    def sign(self, name: str, *, password: str | None = None) -> tuple[Path, Path]:
        """A certificate and its key, encrypted with ``password`` if there is one."""
        certificate, key = self._folder / f"{name}.pem", self._folder / f"{name}.key"
        signer = ("-CA", str(self.certificate), "-CAkey", str(self._key))
        locked = ("-nodes",) if password is None else ("-passout", f"pass:{password}")
        _openssl(*_NEW, *_SERVES, *signer, *locked, *_named(name, certificate, key))
        return certificate, key


def _named(name: str, certificate: Path, key: Path) -> tuple[str, ...]:
    return ("-subj", f"/CN={name}", "-out", str(certificate), "-keyout", str(key))


def _openssl(*arguments: str) -> None:
    done = subprocess.run(["openssl", *arguments], capture_output=True, text=True, check=False, timeout=60)
    if done.returncode:
        raise OSError(f"openssl {arguments[0]} failed: {done.stderr.strip()[-1000:]}")
