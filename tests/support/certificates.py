"""Certificates for tests, made by openssl: an authority and what it signs, as PEM files."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

from support.required import missing

_REQUEST: Final = ("req", "-config", os.devnull, "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")
_NEW: Final = (*_REQUEST, "-x509")
_SIGNS: Final = ("-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign")
_LONG_AGO: Final = ("-startdate", "20200101000000Z", "-enddate", "20200102000000Z")
_BOOKS: Final = """
[ca]
default_ca = here
[here]
database = {folder}/{name}.index
new_certs_dir = {folder}
default_md = sha256
rand_serial = yes
policy = any
x509_extensions = serves
[any]
commonName = supplied
[serves]
basicConstraints = critical,CA:FALSE
subjectAltName = DNS:{host}
"""
"""What ``openssl ca`` wants to have, which alone can sign for a time that is over."""


class Authority:
    """Signs certificates for this machine. Skips the test where openssl is missing; raises `OSError` where it fails."""

    def __init__(self, folder: Path, name: str = "authority") -> None:
        self._folder = folder
        self.certificate = folder / f"{name}.pem"
        self.key = folder / f"{name}.key"
        _openssl(*_NEW, *_SIGNS, "-nodes", *_named(name, self.certificate, self.key))

    def sign(
        self, name: str, *, password: str | None = None, host: str = "localhost", ended: bool = False
    ) -> tuple[Path, Path]:
        """A certificate of ``host`` and its key, encrypted with ``password`` if there is one.

        With ``ended`` it was valid for one day, in 2020.
        """
        certificate, key = self._folder / f"{name}.pem", self._folder / f"{name}.key"
        locked = ("-nodes",) if password is None else ("-passout", f"pass:{password}")
        if ended:
            self._sign_for_long_ago(name, host, certificate, key)
        else:
            serves = ("-addext", "basicConstraints=critical,CA:FALSE", "-addext", f"subjectAltName=DNS:{host}")
            signer = ("-CA", str(self.certificate), "-CAkey", str(self.key))
            _openssl(*_NEW, *serves, *signer, *locked, *_named(name, certificate, key))
        return certificate, key

    def _sign_for_long_ago(self, name: str, host: str, certificate: Path, key: Path) -> None:
        asked, books = self._folder / f"{name}.csr", self._folder / f"{name}.cnf"
        (self._folder / f"{name}.index").touch()
        books.write_text(_BOOKS.format(folder=self._folder, name=name, host=host))
        _openssl(*_REQUEST, "-new", "-nodes", *_named(name, asked, key))
        signer = ("-cert", str(self.certificate), "-keyfile", str(self.key))
        _openssl(
            "ca", "-batch", "-config", str(books), *signer, *_LONG_AGO, "-in", str(asked), "-out", str(certificate)
        )


def _named(name: str, certificate: Path, key: Path) -> tuple[str, ...]:
    return ("-subj", f"/CN={name}", "-out", str(certificate), "-keyout", str(key))


def _openssl(*arguments: str) -> None:
    if shutil.which("openssl") is None:
        missing("openssl", "tests make their certificates with it")
    done = subprocess.run(["openssl", *arguments], capture_output=True, text=True, check=False, timeout=60)
    if done.returncode:
        raise OSError(f"openssl {arguments[0]} failed: {done.stderr.strip()[-1000:]}")
