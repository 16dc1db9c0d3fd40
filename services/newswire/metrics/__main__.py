"""``python -m newswire.metrics`` prints the table of docs/operations.md."""

import sys

from newswire.metrics import markdown

sys.stdout.write(markdown() + "\n")
