"""Real pages that no one here wrote: the text must be at least as good as plain trafilatura's on each set.

Every third page of each set, so that the test stays below a minute. `NEWSWIRE_CORPUS_ALL=1` takes all.
"""

import gzip
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trafilatura

from newswire.domain.text.normalize import normalize_text, without_headline
from newswire.parsing.pages.page import parse_page
from support.shingles import score

CORPUS = Path(os.environ.get("NEWSWIRE_CORPUS") or Path(__file__).parents[3] / "shared" / "corpus")
STEP = 1 if os.environ.get("NEWSWIRE_CORPUS_ALL") == "1" else 3
SETS = ("extract-scrapinghub", "extract-news424", "extract-fundus")

needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason="no corpus: set NEWSWIRE_CORPUS to its folder")


def _pages(name):
    with gzip.open(CORPUS / name / "gold.jsonl.gz", "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if number % STEP == 0:
                gold = json.loads(line)
                yield gold, gzip.decompress((CORPUS / name / gold["file"]).read_bytes())


@needs_corpus
@pytest.mark.parametrize("name", SETS)
def test_the_text_is_at_least_as_good_as_plain_trafilatura_with_and_without_comments(name):
    ours, plain, commentless = [], [], []
    for gold, body in _pages(name):
        true, url = gold["text"], gold.get("url") or "https://example.org/"
        ours.append((true, parse_page(body, url).text))
        plain.append((true, trafilatura.extract(body) or ""))
        commentless.append((true, trafilatura.extract(body, url=url, include_comments=False) or ""))

    found = score(ours).f1
    assert found >= max(score(plain).f1, score(commentless).f1), f"{score(ours)}, {score(plain)}, {score(commentless)}"


SEED = CORPUS / "seed" / "article.txt"
needs_seed = pytest.mark.skipif(not SEED.is_file(), reason="no seed article: set NEWSWIRE_CORPUS to the corpus folder")


def _seed():
    title, *rest = [line.strip() for line in SEED.read_text("utf-8").splitlines() if line.strip()]
    return title, [line for line in rest if line not in ("Advertisement", "Tags")]


@needs_seed
def test_the_seed_article_as_a_feed_carries_it_keeps_every_paragraph_and_no_furniture():
    title, paragraphs = _seed()
    text = without_headline(normalize_text(SEED.read_text("utf-8")), title)
    assert text.split("\n") == paragraphs


@needs_seed
@pytest.mark.parametrize("tag", ["p", "div"])
def test_the_seed_article_on_a_messy_page_keeps_every_paragraph_and_no_furniture(tag):
    title, paragraphs = _seed()
    body = "".join(
        f"<{tag}>{text}</{tag}>" + ("<div class=ad>Advertisement</div>" if number == 2 else "")
        for number, text in enumerate(paragraphs)
    )
    links = "".join(f"<li><a href=/{n}>Another story that is told elsewhere, number {n}</a></li>" for n in range(12))
    page = parse_page(
        f"""<!doctype html><html><head><title>{title} | The Gazette</title>
        <meta property="article:published_time" content="2025-07-24T18:30:00+02:00"></head><body>
        <nav><ul>{links}</ul></nav><div class=cookie-banner>We use cookies. <button>Accept all</button></div>
        <main><article><h1>{title}</h1><div class=share>Share this article</div>{body}
        <p>Advertisement</p><p>Tags</p><p>Advertisement</p></article></main>
        <aside><h3>Most read</h3><ul>{links}</ul></aside><footer>All rights reserved</footer></body></html>""".encode(),
        "https://gazette.example/news/1",
    )
    assert page.title == title
    assert page.text.split("\n") == paragraphs
    assert page.language == "en"
    assert page.published is not None
    assert page.published.value == datetime(2025, 7, 24, 16, 30, tzinfo=UTC)  # never the day that the text tells of
