"""Facts of real pages that no one here wrote: title, authors and day exactly as their readers noted them.

Every third page of each set, so that the test stays short. `NEWSWIRE_CORPUS_ALL=1` takes all. Titles and names are
compared by their words; the day is that of the publisher's own clock. The floors are the figures of the day on which
claims were introduced, less what a third of the pages may differ.
"""

import gzip
import json
import os
from datetime import timedelta
from pathlib import Path

import htmldate
import pytest

from newswire.domain.articles.facts.page_claims import decide
from newswire.domain.text.fingerprint import tokens
from newswire.errors import Reject
from newswire.parsing.pages import tree
from newswire.parsing.pages.facts import read_claims
from newswire.parsing.pages.head import read_head
from newswire.parsing.text import charset

CORPUS = Path(os.environ.get("NEWSWIRE_CORPUS") or Path(__file__).parents[3] / "shared" / "corpus")
STEP = 1 if os.environ.get("NEWSWIRE_CORPUS_ALL") == "1" else 3
FLOORS = {  # title, authors, day
    "extract-news424": (0.90, 0.85, 0.82),
    "extract-fundus": (0.79, 0.82, 0.95),
    "extract-wcxb": (0.83, 0.67, 0.83),
}

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="no corpus: set NEWSWIRE_CORPUS to its folder")


def pages(name):
    with gzip.open(CORPUS / name / "gold.jsonl.gz", "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if number % STEP == 0:
                gold = json.loads(line)
                yield gold, gzip.decompress((CORPUS / name / gold["file"]).read_bytes())


def read(body, url):
    try:
        root, _ = tree.parse(charset.decode(body, None)[0])
    except Reject:
        return None
    head = read_head(root, url)
    article = head.data.article((url, *head.links.get("canonical", ())))
    return decide(read_claims(head, article, root, url))


def day_of(dated):
    return (dated.value + timedelta(minutes=dated.offset_minutes or 0)).date().isoformat() if dated else None


def words(text):
    return " ".join(tokens(text or ""))


@pytest.mark.parametrize("name", FLOORS)
def test_facts_are_as_good_as_they_were_and_fewer_days_are_wrong_than_htmldates(name):
    titles, authors, days, wrong, theirs = [], [], [], [], []
    for gold, body in pages(name):
        facts = read(body, gold["url"])
        if facts is None:
            continue
        if gold.get("title"):
            titles.append(words(facts.title.value) == words(gold["title"]))
        if gold.get("authors"):
            found = {words(each.text) for each in facts.authors.value or ()}
            authors.append(found == {words(each) for each in gold["authors"]})
        day, true = day_of(facts.published.value), str(gold.get("date") or "")[:10]
        if len(true) == 10:
            days.append(day == true)
            wrong.append(day is not None and day != true)
            plain = htmldate.find_date(body, original_date=True, extensive_search=True, url=gold["url"])
            theirs.append(plain is not None and plain != true)
    exact = [sum(each) / len(each) for each in (titles, authors, days)]
    print(f"{name}: exact title {exact[0]:.3f}, authors {exact[1]:.3f}, day {exact[2]:.3f};", end=" ")
    print(f"wrong day {sum(wrong) / len(wrong):.3f}, htmldate's {sum(theirs) / len(theirs):.3f}")
    assert all(got >= floor for got, floor in zip(exact, FLOORS[name], strict=True)), exact
    assert sum(wrong) <= sum(theirs)
