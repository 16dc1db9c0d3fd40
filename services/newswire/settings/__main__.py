"""``python -m newswire.settings`` prints the tables of docs/settings.md."""

import sys

from newswire.settings import markdown

sys.stdout.write(markdown() + "\n")
