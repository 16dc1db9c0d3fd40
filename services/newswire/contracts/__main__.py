"""``python -m newswire.contracts FOLDER`` writes the published contract there: ``make schemas``."""

import sys
from pathlib import Path

from newswire.contracts.schema import export

if len(sys.argv) != 2:
    sys.exit("usage: python -m newswire.contracts FOLDER")
export(Path(sys.argv[1]))
