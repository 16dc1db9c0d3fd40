"""What the jobs of parsing load: nothing in the process that hands them out, and none of Babel's locales."""

import subprocess
import sys

import pytest

PARSERS = {"trafilatura", "htmldate", "feedparser", "py3langid", "numpy", "tldextract", "justext"}


@pytest.mark.parametrize("module", ["newswire.assembly.operations", "newswire.assembly.pipeline", "newswire.cli.app"])
def test_what_hands_out_jobs_loads_no_parser(module):
    code = f"import {module}, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert PARSERS.isdisjoint(loaded)


def test_a_job_loads_its_parser():
    call = "jobs.feed_links(b'', 'https://a.example', None)"
    code = f"import sys; from newswire.parsing import jobs; {call}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "newswire.parsing.sites.autodiscovery" in loaded
    assert "newswire.parsing.pages.page" not in loaded


def test_a_page_is_read_without_the_locales_of_babel_which_the_image_leaves_out():
    code = """
import sys
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
from datetime import UTC, datetime
from newswire.parsing.jobs import parse_page
from newswire.domain.articles.facts.page_claims import FeedFacts
words = "<p>Am 3. Oktober 2026 wurde die Mühle am Fluss nach langer Zeit wieder geöffnet, sagte der Müller.</p>" * 9
page = f"<html lang=de><title>Mühle</title><body><div><h1>Mühle</h1>vor drei Tagen {words}</div></body></html>"
known = FeedFacts(None, (), None, None, None, None)
parse_page(page.encode(), "https://m.example/de/muehle", "text/html; charset=utf-8", None, known, datetime.now(UTC))
assert "babel.localedata" in sys.modules
print(*(name for name in opened if name.endswith(".dat")))
"""
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True)
    assert (done.stdout.split(), done.stderr) == ([], "")
