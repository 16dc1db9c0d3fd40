"""``python -m newswire.log`` prints the lists of docs/logs.md."""

import sys

from newswire.log.document import markdown

sys.stdout.write(markdown() + "\n")
