"""The jars of a Kafka broker, as Maven resolves them."""

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

TIMEOUT_S: Final = 300.0
POM: Final = Path(__file__).parent / "kafka_broker" / "pom.xml"


class NoKafkaError(Exception):
    """Java, Maven or Kafka's jars are missing here; the message says which."""


def classpath(kept_in: Path) -> str:
    """The jars in Maven's own store, as Java's class path; they are downloaded where they are missing.

    The answer is kept in the folder ``kept_in``: Maven takes seconds for it, and every test process needs it.
    Raises `NoKafkaError` where something is missing, `subprocess.TimeoutExpired`.
    """
    for tool in ("java", "mvn"):
        if shutil.which(tool) is None:
            raise NoKafkaError(f"{tool} is not installed; NEWSWIRE_TEST_KAFKA=host:port names a Kafka to test with")
    kept = kept_in / f"kafka-{hashlib.sha256(POM.read_bytes()).hexdigest()[:16]}.classpath"
    found = kept.read_text() if kept.is_file() else ""
    if found and all(Path(jar).is_file() for jar in found.split(os.pathsep)):
        return found
    found = _resolved()
    with suppress(OSError):  # then it is resolved again the next time
        _keep(found, kept)
    return found


def _resolved() -> str:
    said = ""
    with tempfile.TemporaryDirectory(prefix="newswire-jars-") as folder:
        listed = Path(folder) / "classpath"
        command = ["mvn", "-q", "-B", "-f", str(POM), "dependency:build-classpath", f"-Dmdep.outputFile={listed}"]
        for arguments in (["--offline"], []):  # jars that are there need no network
            done = subprocess.run(
                [*command, *arguments], capture_output=True, text=True, check=False, timeout=TIMEOUT_S
            )
            if done.returncode == 0:
                return listed.read_text().strip()
            said = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)
    raise NoKafkaError(f"Maven could not resolve Kafka's jars: {said.strip()[-1000:]}")


def _keep(text: str, path: Path) -> None:
    """Write the file whole or not at all: other test processes read it meanwhile."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as file:
        file.write(text)
    Path(file.name).replace(path)
