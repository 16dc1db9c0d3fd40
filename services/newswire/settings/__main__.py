"""``python -m newswire.settings`` prints README.md's settings table."""

import sys

from newswire.settings import markdown

sys.stdout.write(markdown() + "\n")
