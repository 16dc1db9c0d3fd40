"""The Kafka consumer that schemas/README.md shows, run exactly as it is printed there."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support.commandline import Running
from support.documents import ROOT

_PROGRAM = re.compile(r"cat > consumer\.py <<'END'\n(.*?\n)END\n", re.DOTALL)


@contextmanager
def printed_consumer(folder: Path, brokers: str) -> Iterator[Running]:
    """The consumer at work; each of its lines is an id, a type and a title."""
    (program,) = _PROGRAM.findall((ROOT / "schemas" / "README.md").read_text(encoding="utf-8"))
    path = folder / "consumer.py"
    path.write_text(program, encoding="utf-8")
    environment = {**os.environ, "BROKERS": brokers}
    with subprocess.Popen([sys.executable, path], env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Running(process)
        finally:
            process.kill()
