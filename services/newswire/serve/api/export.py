"""The OpenAPI document as a file."""

import json
from pathlib import Path

from newswire.serve.api.openapi import FILE
from newswire.serve.api.routes import openapi_document


def export(folder: Path) -> None:
    """Write the document into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE).write_text(json.dumps(openapi_document(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
