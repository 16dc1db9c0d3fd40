"""Articles for readers: lists, one article, its texts, its copies, the difference of two texts."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from newswire.domain.articles.dropped import FLAG
from newswire.domain.urls.canonical import canonical_or_as_written
from newswire.domain.wire.documents import ARTICLE_FIELDS, DOCUMENT_FIELDS, TEXT, chosen, fields_of
from newswire.domain.wire.filters import WireFilter, impossible
from newswire.domain.wire.keys import Caller
from newswire.domain.wire.refusals import Impossible, Unknown
from newswire.domain.wire.word_diff import word_diff
from newswire.ports import ArticleNow, ArticleReads, TextRevision, TimePlace

COPIES_FOLDED: Final = 20
"""How many duplicates are shown below an article of a list; `/duplicates` has them all."""


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """A page of the list."""

    articles: list[dict[str, Any]]
    behind: TimePlace | None
    """The place to go on from; None where the list ends."""


def fields_for(caller: Caller, named: frozenset[str], known: frozenset[str] = DOCUMENT_FIELDS) -> frozenset[str]:
    """The fields that this caller is given. Raises `Impossible` for a field that there is not, `Denied` for texts."""
    unknown = sorted(named - known - {"all"})
    if unknown:
        raise Impossible("fields", f"an article has no field {unknown[0]!r}; it has {', '.join(sorted(known))}")
    fields = fields_of(named, known)
    if TEXT in fields:
        caller.must("text")
    return fields


async def list_articles(
    caller: Caller,
    reads: ArticleReads,
    wanted: WireFilter,
    *,
    fields: frozenset[str],
    behind: TimePlace | None,
    limit: int,
) -> ArticlePage:
    """A page of articles. Raises `Denied`, `Impossible`, and `Wait` when the database is away."""
    caller.must("read")
    shown = fields_for(caller, fields)
    if (conflict := impossible(wanted)) is not None:
        raise Impossible(*conflict)
    found = await reads.listed(wanted, behind, limit + 1)
    page = found[:limit]
    documents = [document(article, shown) for article in page]
    if wanted.duplicates == "fold":
        copies = await reads.copies_of_each([article.article_id for article in page], COPIES_FOLDED)
        for article, shown_as in zip(page, documents, strict=True):
            folded = copies.get(article.article_id, ())
            shown_as["duplicates"] = [document(copy, shown - {TEXT}) for copy in folded]
    more = len(found) > limit
    last = TimePlace(page[-1].changed_at, page[-1].article_id) if more else None
    return ArticlePage(documents, last)


async def find_article(caller: Caller, reads: ArticleReads, name: str) -> ArticleNow:
    """The article with this id or address. Raises `Unknown`, `Denied`, and `Wait` when the database is away."""
    caller.must("read")
    article_id = await reads.id_of(canonical_or_as_written(name)) if "://" in name else _uuid(name)
    found = await reads.article(article_id) if article_id else None
    if found is None:
        raise Unknown(f"no article {name}: newswire explain, or /v1/explain, says what is known of an address")
    return found


async def list_revisions(
    caller: Caller, reads: ArticleReads, name: str, *, fields: frozenset[str], behind: int, limit: int
) -> tuple[list[dict[str, Any]], int | None]:
    """A page of an article's texts, the oldest first, and the number to go on from; None where that was the last."""
    shown = fields_for(caller, fields, ARTICLE_FIELDS)
    article = await find_article(caller, reads, name)
    found = await reads.revisions(article.article_id, behind, limit + 1)
    page = [
        {"revision": text.revision, "at": text.at, "article": chosen(text.article, shown)} for text in found[:limit]
    ]
    return page, found[limit - 1].revision if len(found) > limit else None


async def list_copies(
    caller: Caller, reads: ArticleReads, name: str, *, fields: frozenset[str], limit: int, only: UUID | None = None
) -> list[dict[str, Any]]:
    """The duplicates of an article with the grounds of each, the first that was seen first; or ``only`` this one."""
    shown = fields_for(caller, fields)
    article = await find_article(caller, reads, name)
    copies = await reads.copies(article.article_id, limit, only)
    return [{"duplicate_of": copy.duplicate_of, "article": document(copy.article, shown)} for copy in copies]


async def compare_revisions(caller: Caller, reads: ArticleReads, name: str, old: int, new: int) -> dict[str, Any]:
    """The differences of two texts of an article, word by word: of the titles and of the texts.

    Raises `Unknown` where there is no such text, also where it was dropped after its time.
    """
    caller.must("text")
    article = await find_article(caller, reads, name)
    before = await _text(reads, article, old)
    after = await _text(reads, article, new)
    return {
        "article_id": article.article_id,
        "from": {"revision": old, "at": before.at},
        "to": {"revision": new, "at": after.at},
        "title": word_diff(before.article.get("title") or "", after.article.get("title") or ""),
        "text": word_diff(before.article["text"], after.article["text"]),
    }


def document(article: ArticleNow, fields: frozenset[str]) -> dict[str, Any]:
    """An article as readers are given it: the fields of `ArticleDocument` that were asked for."""
    state = {
        "kind": article.kind,
        "revision": article.revision,
        "duplicate_of": article.duplicate_of,
        "first_seen": article.first_seen,
        "changed_at": article.changed_at,
    }
    return chosen({"article_id": article.article_id, **state, **article.last_text}, fields)


async def _text(reads: ArticleReads, article: ArticleNow, revision: int) -> TextRevision:
    found = await reads.revision(article.article_id, revision)
    if found is None:
        raise Unknown(f"article {article.article_id} has no text with the number {revision}; /revisions lists them")
    if FLAG in found.article["extraction"].get("flags", ()):
        raise Unknown(
            f"text {revision} of article {article.article_id} was dropped after its time (NEWSWIRE_RETAIN__TEXT_DAYS)"
        )
    return found


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
