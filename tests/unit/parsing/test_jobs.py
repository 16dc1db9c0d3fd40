"""The process that hands out the jobs of parsing pays for no parser."""

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
