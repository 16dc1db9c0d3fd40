"""``python -m newswire.serve.api FOLDER`` writes the OpenAPI document there: ``make schemas``."""

import sys
from pathlib import Path

from newswire.serve.api.export import export

if len(sys.argv) != 2:
    sys.exit("usage: python -m newswire.serve.api FOLDER")
export(Path(sys.argv[1]))
