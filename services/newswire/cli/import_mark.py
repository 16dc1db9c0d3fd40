"""How far the import of a WARC file is, kept in the data folder until the import is over."""

import json
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Final

_HEAD: Final = 65_536


class ImportMark:
    """The offset until which a file is imported. It belongs to the beginning and the size of the file, not its name."""

    def __init__(self, data_dir: Path, path: Path, file: BinaryIO) -> None:
        """Read what an interrupted import left; another file of the same name begins anew."""
        beginning = sha256(file.read(_HEAD)).hexdigest()
        size = path.stat().st_size
        self._place = data_dir / "imports" / f"{beginning[:32]}-{size}.json"
        self.offset = 0
        try:
            self.offset = int(json.loads(self._place.read_text(encoding="utf-8"))["offset"])
        except (OSError, ValueError, KeyError, TypeError):
            return

    def move(self, offset: int) -> None:
        """Everything before ``offset`` is durable."""
        self._place.parent.mkdir(parents=True, exist_ok=True)
        part = self._place.with_suffix(".part")
        part.write_text(json.dumps({"offset": offset}), encoding="utf-8")
        part.replace(self._place)

    def remove(self) -> None:
        """The import is over."""
        self._place.unlink(missing_ok=True)
