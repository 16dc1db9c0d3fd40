"""``make docs``: write the generated parts of the documents anew.

Such a part stands between ``<!-- printed by: python -m MODULE -->`` and ``<!-- end -->``; the module prints it.
"""

import re
import subprocess
import sys

from support.documents import PAGES, name

_PART = re.compile(r"(<!-- printed by: python -m ([\w.]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def modules(text: str) -> list[str]:
    """The modules that print the generated parts of a page."""
    return [found[1] for found in _PART.findall(text)]


def renewed(text: str) -> str:
    """A page's text with its generated parts as the code would print them now."""
    return _PART.sub(lambda found: f"{found[1]}\n{_printed(found[2])}\n{found[3]}", text)


def _printed(module: str) -> str:
    done = subprocess.run([sys.executable, "-m", module], capture_output=True, text=True, timeout=60, check=True)
    return done.stdout


if __name__ == "__main__":
    for page in PAGES:
        before = page.read_text(encoding="utf-8")
        if (after := renewed(before)) != before:
            page.write_text(after, encoding="utf-8")
            print(f"{name(page)} is written anew")
