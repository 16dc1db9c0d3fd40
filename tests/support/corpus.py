"""The corpus beside the checkout, for tests that measure on real input."""

import gzip
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

CORPUS = Path(os.environ.get("NEWSWIRE_CORPUS") or Path(__file__).parents[3] / "shared" / "corpus")

needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason="no corpus: set NEWSWIRE_CORPUS to its folder")


def pages(name: str) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Each page of a set: its gold, and its bytes."""
    with gzip.open(CORPUS / name / "gold.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            gold = json.loads(line)
            yield gold, gzip.decompress((CORPUS / name / gold["file"]).read_bytes())
