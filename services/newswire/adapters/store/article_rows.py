"""Articles and revisions to rows and back. Column names are those of tables.py."""

from dataclasses import replace
from typing import Any, Final

from pydantic import TypeAdapter

from newswire.adapters.store.rows import AnyRow, validators_of
from newswire.domain.articles.revisions.headlines import NO_HEADLINES, Headlines
from newswire.domain.articles.verdict import ArticleState
from newswire.events import Article, Change, PageValidators
from newswire.ports.ledger import StoredArticle

_HEADLINES: Final = TypeAdapter(Headlines)


def state_row(state: ArticleState) -> dict[str, Any]:
    """The columns of ``articles`` that decisions read and write."""
    return {
        "article_id": state.article_id,
        "kind": state.kind,
        "revision": state.revision,
        "url": state.url,
        "canonical_url": state.canonical_url,
        "title": state.title,
        "content_hash": state.content_hash,
        "text_hash": state.text_hash,
        "body_from": state.body_from,
        "duplicate_of": state.duplicate_of,
        "first_seen": state.first_seen,
        "fetched_at": state.fetched_at,
        "changed_at": state.changed_at,
        "etag": state.validators.etag,
        "last_modified": state.validators.last_modified,
        "linked_by": state.linked_by,
        "headlines": None if state.headlines == NO_HEADLINES else _HEADLINES.dump_json(state.headlines).decode(),
        "gone_since": state.gone_since,
        "withdrawn_by": state.withdrawn_by,
        "purged_at": state.purged_at,
    }


def recheck_row(state: ArticleState) -> dict[str, Any]:
    """The columns of ``rechecks`` that decisions read and write, for an article that is to be looked at again."""
    return {
        "article_id": state.article_id,
        "due": state.recheck_at,
        "fetched_at": state.fetched_at,
        "etag": state.validators.etag,
        "last_modified": state.validators.last_modified,
        "body_sha256": state.validators.body_sha256,
    }


def only_looked_at(before: ArticleState, after: ArticleState) -> bool:
    """Whether all that is new of the article is what `newswire.adapters.store.rechecks` writes."""
    looked = replace(before, recheck_at=after.recheck_at, fetched_at=after.fetched_at, validators=after.validators)
    return looked == after


def with_recheck(state: ArticleState, row: AnyRow | None) -> ArticleState:
    """The state with what its row of ``rechecks`` says; as it is where there is none."""
    if row is None:
        return state
    return replace(state, recheck_at=row.due, fetched_at=row.fetched_at, validators=page_validators_of(row))


def page_validators_of(row: AnyRow) -> PageValidators:
    """What the next look at a page asks with, from a row of ``rechecks``."""
    return PageValidators(etag=row.etag, last_modified=row.last_modified, body_sha256=row.body_sha256)


def article_row(state: ArticleState, article: Article) -> dict[str, Any]:
    """A new row of ``articles``."""
    return state_row(state) | {
        "source": article.source,
        "language": article.language,
        "word_count": article.word_count,
        "published": article.published.value if article.published else None,
        "rechecks": 0,
    }


def state_of(row: AnyRow) -> ArticleState:
    """The state that decisions need, from a row of ``articles``: that of an article at rest."""
    return ArticleState(
        article_id=row.article_id,
        kind=row.kind,
        revision=row.revision,
        url=row.url,
        canonical_url=row.canonical_url,
        title=row.title,
        content_hash=row.content_hash,
        text_hash=row.text_hash,
        body_from=row.body_from,
        first_seen=row.first_seen,
        fetched_at=row.fetched_at,
        changed_at=row.changed_at,
        validators=validators_of(row),
        duplicate_of=row.duplicate_of,
        linked_by=row.linked_by,
        headlines=NO_HEADLINES if row.headlines is None else _HEADLINES.validate_json(row.headlines),
        gone_since=row.gone_since,
        withdrawn_by=row.withdrawn_by,
        purged_at=row.purged_at,
    )


def stored_article_of(row: AnyRow) -> StoredArticle:
    """The stored article that `newswire articles` shows, from a row of ``articles``."""
    return StoredArticle(
        article_id=row.article_id,
        url=row.canonical_url,
        source=row.source,
        title=row.title,
        kind=row.kind,
        revision=row.revision,
        duplicate_of=row.duplicate_of,
        published=row.published,
        first_seen=row.first_seen,
        changed_at=row.changed_at,
        language=row.language,
        word_count=row.word_count,
    )


def revision_row(change: Change, article: Article) -> dict[str, Any]:
    """A row of ``revisions``: the text that ``change`` brought."""
    return {
        "article_id": change.article_id,
        "revision": change.revision,
        "content_hash": article.content_hash,
        "word_count": article.word_count,
        "article": article,
        "at": change.at,
    }
