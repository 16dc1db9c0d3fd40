"""``python -m newswire``: the command line."""

from newswire.cli import main

main()
