"""The texts that a batch's articles are compared with: found by shared keys, the same ones on SQLite and Postgres."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Integer, TextClause, Uuid, bindparam, delete, func, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.adapters.store.rows import AnyRow
from newswire.adapters.store.sql import chunks, insert_fresh, select_in
from newswire.adapters.store.tables import articles, near_keys, near_texts
from newswire.domain.articles.batch import Decisions
from newswire.domain.articles.near_duplicates.choose import MAX_CANDIDATES, Text
from newswire.domain.articles.near_duplicates.shingles import keys
from newswire.domain.articles.near_duplicates.stored import MEMBERS, POSTINGS, Original, Signed, StoredTexts
from newswire.domain.text.signature import VERSION, Signature

_BEST: Final = """
SELECT asked, article_id, hits FROM (
  SELECT asked, article_id, count(*) AS hits,
         row_number() OVER (PARTITION BY asked ORDER BY count(*) DESC, article_id) AS place
  FROM ({found}) AS found GROUP BY asked, article_id
) AS counted WHERE place <= :candidates
"""
_POSTGRES: Final = """
SELECT q.asked, n.article_id FROM unnest(CAST(:asked AS integer[]), CAST(:keys AS bigint[])) AS q(asked, key)
CROSS JOIN LATERAL (
  SELECT article_id FROM near_keys WHERE key = q.key AND seen >= :since
  ORDER BY seen DESC, article_id DESC LIMIT :postings
) AS n
"""
# SQLite has no LATERAL. The inner select bounds what is read of a key that very many articles share.
_SQLITE: Final = """
SELECT asked, article_id FROM (
  SELECT q.value ->> 0 AS asked, n.article_id AS article_id,
         row_number() OVER (PARTITION BY q.id ORDER BY n.seen DESC, n.article_id DESC) AS newest
  FROM json_each(:pairs) AS q CROSS JOIN near_keys AS n
  WHERE n.key = q.value ->> 1 AND n.seen >= coalesce(
    (SELECT m.seen FROM near_keys AS m WHERE m.key = q.value ->> 1 AND m.seen >= :since
     ORDER BY m.seen DESC LIMIT 1 OFFSET :postings - 1), :since)
) AS ranked WHERE newest <= :postings
"""


async def load_texts(
    connection: AsyncConnection, signed: Mapping[UUID, Signed], wanted: Iterable[UUID], since: datetime
) -> StoredTexts:
    """The candidates of the ``wanted`` events, recorded at ``since`` or later, with some duplicates of each.

    ``signed`` is by event id.
    """
    asked = [event_id for event_id in wanted if event_id in signed]
    hits: dict[UUID, dict[UUID, int]] = defaultdict(dict)
    for row in await _best(connection, [signed[event_id].keys for event_id in asked], _moment(since)):
        hits[asked[row.asked]][row.article_id] = row.hits
    found = {article_id for each in hits.values() for article_id in each}
    of_articles = select(near_texts, articles.c.canonical_url).join(
        articles,
        (articles.c.article_id == near_texts.c.article_id) & (articles.c.revision == near_texts.c.revision),
    )
    usable = of_articles.where(articles.c.kind == "published", near_texts.c.version == VERSION)
    rows = await select_in(connection, usable, near_texts.c.article_id, found)
    originals = {row.article_id: Original(_text_of(row), row.canonical_url) for row in rows}
    return StoredTexts(signed, hits, originals, await _members(connection, originals))


async def _best(connection: AsyncConnection, of_events: Sequence[Sequence[int]], since: int) -> Sequence[AnyRow]:
    pairs = [(asked, key) for asked, every in enumerate(of_events) for key in every]
    if not pairs:
        return []
    bounds = {"since": since, "postings": POSTINGS, "candidates": MAX_CANDIDATES}
    if connection.dialect.name == "sqlite":
        listed = ",".join(f"[{asked},{key}]" for asked, key in pairs)
        return (await connection.execute(_typed(_SQLITE), {"pairs": f"[{listed}]", **bounds})).all()
    asked, keys_ = zip(*pairs, strict=True)
    statement = _typed(_POSTGRES).bindparams(
        bindparam("asked", type_=ARRAY(Integer)), bindparam("keys", type_=ARRAY(BigInteger))
    )
    return (await connection.execute(statement, {"asked": list(asked), "keys": list(keys_), **bounds})).all()


def _typed(found: str) -> Any:
    statement: TextClause = text(_BEST.format(found=found))
    return statement.columns(asked=Integer, article_id=Uuid, hits=Integer)


async def _members(connection: AsyncConnection, originals: Iterable[UUID]) -> dict[UUID, list[Text]]:
    """The newest duplicates of each original, oldest first."""
    place = (
        func.row_number()
        .over(
            partition_by=near_texts.c.original_id,
            order_by=(near_texts.c.seen.desc(), near_texts.c.article_id.desc()),
        )
        .label("place")
    )
    ranked = (
        select(near_texts, place)
        .join(articles, (articles.c.article_id == near_texts.c.article_id) & (articles.c.kind == "duplicate"))
        .where(articles.c.revision == near_texts.c.revision, near_texts.c.version == VERSION)
    )
    found: dict[UUID, list[Text]] = defaultdict(list)
    for some in chunks(originals):
        inner = ranked.where(near_texts.c.original_id.in_(some)).subquery()
        rows = await connection.execute(select(inner).where(inner.c.place <= MEMBERS).order_by(inner.c.place.desc()))
        for row in rows:
            found[row.original_id].append(_text_of(row))
    return found


async def write_texts(connection: AsyncConnection, made: Decisions, now: datetime) -> None:
    """Put the batch's texts in the place of those that their articles had before."""
    texts = made.known.texts
    if texts is None or not texts.moved:
        return
    await delete_texts(connection, [each for each in sorted(texts.moved) if made.moved[each].revision > 1])
    moved = [(article_id, each) for article_id, each in sorted(texts.moved.items()) if each is not None]
    seen = _moment(now)
    await insert_fresh(
        connection, near_texts, [_row(each, made.moved[article_id].revision, seen) for article_id, each in moved]
    )
    posted = [
        {"key": key, "seen": seen, "article_id": article_id}
        for article_id, of_article in texts.keys_of.items()
        for key in of_article
    ]
    await insert_fresh(connection, near_keys, sorted(posted, key=lambda row: (row["key"], row["article_id"])))


async def delete_texts(connection: AsyncConnection, article_ids: Sequence[UUID]) -> None:
    """Delete the texts of these articles and the keys under which they are found."""
    old = await select_in(connection, select(near_texts), near_texts.c.article_id, article_ids)
    posted = [(key, row.seen, row.article_id) for row in old for key in keys(_text_of(row).signature.text_codes)]
    key = tuple_(near_keys.c.key, near_keys.c.seen, near_keys.c.article_id)
    for some in chunks(posted):
        await connection.execute(delete(near_keys).where(key.in_(some)))
    for ids in chunks(row.article_id for row in old):
        await connection.execute(delete(near_texts).where(near_texts.c.article_id.in_(ids)))


def _row(each: Text, revision: int, seen: int) -> dict[str, Any]:
    return {
        "article_id": UUID(each.article_id),
        "revision": revision,
        "original_id": each.story,
        "published": each.published,
        "seen": seen,
        "version": each.signature.version,
        "title": each.signature.title,
        "text": each.signature.text,
    }


def _text_of(row: AnyRow) -> Text:
    signature = Signature(title=row.title, text=row.text, version=row.version)
    return Text(str(row.article_id), row.original_id, row.published, signature)


def _moment(at: datetime) -> int:
    """Milliseconds since 1970."""
    return int(at.timestamp() * 1000)
