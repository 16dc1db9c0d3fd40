"""Made articles in any number, of a bounded number of made pieces, each of which is brought into tokens once.

A piece is a run of words by Zipf's law: the word with the number n is about 1/n as common as the first. An article is
a title and ten pieces. Its tokens are those of its pieces, as `newswire.domain.search` makes them, one after the other:
white space stands between two pieces, and no token reaches over it.
"""

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from pydantic_core import to_json

from newswire.contracts.examples import EXAMPLES
from newswire.domain.search.document import day_facets, facets
from newswire.domain.search.tokens import tokens
from newswire.events import article_id_of, feed_id_of, stable_id
from support.prose import SYLLABLES

NOW: Final = datetime(2026, 3, 2, 8, tzinfo=UTC)
APART: Final = timedelta(seconds=30)
VOCABULARY: Final = 50_000
WORDS: Final = 300
"""Words of an article."""
PIECE: Final = 30
"""Words of a piece."""
_PIECES: Final = 40_000
_TITLE: Final = 8
_TITLES: Final = 20_000
SOURCES: Final = [f"site{number}.example" for number in range(200)]
_LANGUAGES: Final = ["en", "en", "en", "de", "fr", "es"]


class Prose:
    """A vocabulary, and pieces of text by their tokens."""

    def __init__(self) -> None:
        self.chance = random.Random(1)
        made = ("".join(self.chance.choices(SYLLABLES, k=self.chance.randint(2, 5))) for _ in itertools.count())
        seen: dict[str, None] = {}
        for word in made:
            seen[word] = None
            if len(seen) == VOCABULARY:
                break
        self.words: Final = list(seen)
        weights = list(itertools.accumulate(1 / (rank + 3) for rank in range(VOCABULARY)))
        pool = iter(self.chance.choices(self.words, cum_weights=weights, k=PIECE * _PIECES + _TITLE * _TITLES))
        self.titles: Final = [" ".join(itertools.islice(pool, _TITLE)) for _ in range(_TITLES)]
        self.pieces: Final = [" ".join(itertools.islice(pool, PIECE)) for _ in range(_PIECES)]
        self.tokens: Final = {text: tuple(tokens(text)) for text in (*self.titles, *self.pieces)}

    def any(self, low: int, high: int) -> str:
        """A word, by its place in the order from the most common one on."""
        return self.words[self.chance.randrange(low, high)]


@dataclass(frozen=True, slots=True)
class MadeArticle:
    """An article as rows of ``articles``, ``revisions``, ``changes`` and ``search_docs``, and what is indexed of it."""

    state: dict[str, Any]
    text: dict[str, Any]
    change: dict[str, Any]
    doc: dict[str, Any]
    title: str
    pieces: Sequence[str]
    facets: tuple[str, ...]


def made_articles(prose: Prose, start: int, end: int, total: int) -> Iterator[MadeArticle]:
    """The articles from number ``start`` on, before ``end``; the last of ``total`` is published just before `NOW`."""
    event = next(iter(EXAMPLES["newswire.change.published.v1"].values())).model_dump(mode="json")
    feeds = [{"id": str(feed_id_of(url)), "url": url} for url in (f"https://{source}/feed" for source in SOURCES)]
    for number in range(start, end):
        title, pieces = prose.chance.choice(prose.titles), prose.chance.choices(prose.pieces, k=WORDS // PIECE)
        url, at = f"https://www.{SOURCES[number % len(SOURCES)]}/{number}", NOW - (total - number) * APART
        said = event["article"] | {
            "article_id": str(article_id_of(url)),
            "url": url,
            "canonical_url": url,
            "source": SOURCES[number % len(SOURCES)],
            "title": title,
            "text": " ".join(pieces),
            "language": _LANGUAGES[number % len(_LANGUAGES)],
            "feed": feeds[number % len(SOURCES)],
            "published": {"value": at.isoformat(), "source": "feed", "precision": "second"},
        }
        yield _made(event, said, number, at, pieces)


def _made(event: dict[str, Any], said: dict[str, Any], number: int, at: datetime, pieces: list[str]) -> MadeArticle:
    article_id, change_id, position = UUID(said["article_id"]), stable_id("bench", number), number + 1
    value = event | {"id": str(change_id), "article_id": said["article_id"], "at": at.isoformat(), "article": None}
    facts = facets("published", said)
    of_article = {"article_id": article_id, "revision": 1}
    same = {"content_hash": f"{number}", "word_count": WORDS}
    state = of_article | same | {"kind": "published", "published": at, "text_hash": f"{number}", "body_from": "page"}
    state |= {name: said[name] for name in ("url", "canonical_url", "source", "title", "language")}
    state |= {"rechecks": 0, "first_seen": at, "fetched_at": at, "changed_at": at}
    change = of_article | {"change_id": change_id, "source_event_id": change_id, "entry_id": change_id}
    change |= {"kind": "published", "value": to_json(value), "article_apart": True, "at": at, "position": position}
    return MadeArticle(
        state=state,
        text=of_article | same | {"article": said, "at": at},
        change=change,
        doc=of_article | {"position": position, "facets": " ".join(facts), "published": at, "changed_at": at},
        title=said["title"],
        pieces=pieces,
        facets=(*facts, *day_facets(at, at)),
    )
