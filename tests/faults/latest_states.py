"""A store replica that publishes latest states while others do, and is killed with -9 while it works.

python -m faults.latest_states NUMBER KILLS FOLDER; the settings are those of its environment.
"""

import os
import sys
from datetime import timedelta
from functools import partial
from pathlib import Path

from faults.near_copies import STORIES, copies_of
from newswire.assembly.backends import open_backends
from newswire.assembly.stages import store_stage
from newswire.contracts import encode
from newswire.events import ArticleExtracted
from newswire.settings import load
from support.build import NOW, extracted, signed
from support.killed import killed_again_and_again
from support.line import delivered

REPLICAS = 3
BATCH = 4


def input_of(number: int) -> list[ArticleExtracted]:
    """A replica's copies. The first half is edited, too; links of the second half move at the very end."""
    copies = copies_of(number)
    edited = [event.article for event in copies[: STORIES // 2]]
    edits = [
        signed(extracted(said.canonical_url, f"{said.title}, edited", said.text, NOW + timedelta(hours=1)))
        for said in edited
    ]
    return [*copies[: STORIES // 2], *edits, *copies[STORIES // 2 :]]


async def store(number: int, done: Path) -> None:
    """Handle what is left of the input. A batch is done when it was handled, as an offset is committed then."""
    left = input_of(number)[read(done) :]
    async with open_backends(load(os.environ)) as backends:
        stage = store_stage(backends)
        while left:
            await stage.handle([delivered(encode(event)) for event in left[:BATCH]])
            del left[:BATCH]
            write(done, len(input_of(number)) - len(left))


def read(done: Path) -> int:
    return int(done.read_text()) if done.exists() else 0


def write(done: Path, count: int) -> None:
    new = done.with_suffix(".new")
    new.write_text(str(count))
    new.replace(done)


if __name__ == "__main__":
    number, kills, folder = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    sys.exit(killed_again_and_again(partial(store, number, folder / f"done-{number}"), kills, f"latest {number}"))
