"""The texts that a batch's articles are compared with: found by shared keys, the same ones on SQLite and Postgres."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, BindParameter, Integer, Uuid, bindparam, delete, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.adapters.store.near_tables import near_keys, near_links, near_texts
from newswire.adapters.store.rows import AnyRow
from newswire.adapters.store.sql import delete_rows, insert_fresh, insert_tuples, one_of, select_in
from newswire.adapters.store.tables import articles
from newswire.domain.articles.decisions import Decisions
from newswire.domain.articles.near_duplicates.choose import MAX_CANDIDATES, Text, TextLink
from newswire.domain.articles.near_duplicates.rules import ALGORITHM
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


def _typed(found: str, *typed: BindParameter[Any]) -> Any:
    statement = text(_BEST.format(found=found)).bindparams(*typed)
    return statement.columns(asked=Integer, article_id=Uuid, hits=Integer)


_ON_SQLITE: Final = _typed(_SQLITE)
_ON_POSTGRES: Final = _typed(
    _POSTGRES, bindparam("asked", type_=ARRAY(Integer)), bindparam("keys", type_=ARRAY(BigInteger))
)
_POSTED: Final = (near_keys.c.key, near_keys.c.seen, near_keys.c.article_id)

CURRENT: Final = (
    select(near_texts, articles.c.canonical_url, articles.c.linked_by)
    .join(articles, articles.c.article_id == near_texts.c.article_id)
    .where(articles.c.revision == near_texts.c.revision, near_texts.c.version == VERSION)
)
"""The rows that say what their articles say now."""

_PLACE: Final = (
    func.row_number()
    .over(partition_by=near_texts.c.original_id, order_by=(near_texts.c.published, near_texts.c.article_id))
    .label("place")
)
_MEMBERS: Final = (
    select(near_texts, _PLACE)
    .join(articles, (articles.c.article_id == near_texts.c.article_id) & (articles.c.kind == "duplicate"))
    .where(articles.c.revision == near_texts.c.revision, near_texts.c.version == VERSION)
)


async def load_texts(
    connection: AsyncConnection, signed: Mapping[UUID, Signed], wanted: Collection[UUID], since: datetime
) -> StoredTexts:
    """The candidates of the ``wanted`` events, recorded at ``since`` or later, with some duplicates of each.

    ``signed`` is by event id, and ``wanted`` are such ids.
    """
    hits = await find_by_keys(connection, {each: signed[each].keys for each in wanted if each in signed}, since)
    found = {article_id for each in hits.values() for article_id in each}
    usable = CURRENT.where(articles.c.kind == "published")
    rows = await select_in(connection, usable, near_texts.c.article_id, found)
    originals = {row.article_id: Original(text_of_row(row), row.canonical_url) for row in rows}
    members = await load_members(connection, originals)
    column = near_texts.c.article_id
    of_events = (each.article_id for each in signed.values())
    known = await select_in(connection, select(column, near_texts.c.published), column, of_events)
    return StoredTexts(signed, hits, originals, members, published={row.article_id: row.published for row in known})


async def find_by_keys(
    connection: AsyncConnection, wanted: Mapping[UUID, Sequence[int]], since: datetime
) -> dict[UUID, dict[UUID, int]]:
    """The originals that share keys, recorded at ``since`` or later: by what was asked, the shared keys of each."""
    asked = list(wanted)
    hits: dict[UUID, dict[UUID, int]] = defaultdict(dict)
    for row in await _best(connection, [wanted[each] for each in asked], moment(since)):
        hits[asked[row.asked]][row.article_id] = row.hits
    return hits


async def _best(connection: AsyncConnection, of_events: Sequence[Sequence[int]], since: int) -> Sequence[AnyRow]:
    pairs = [(asked, key) for asked, every in enumerate(of_events) for key in every]
    if not pairs:
        return []
    bounds = {"since": since, "postings": POSTINGS, "candidates": MAX_CANDIDATES}
    if connection.dialect.name == "sqlite":
        listed = ",".join(f"[{asked},{key}]" for asked, key in pairs)
        return (await connection.execute(_ON_SQLITE, {"pairs": f"[{listed}]", **bounds})).all()
    asked, keys_ = zip(*pairs, strict=True)
    return (await connection.execute(_ON_POSTGRES, {"asked": list(asked), "keys": list(keys_), **bounds})).all()


async def load_members(connection: AsyncConnection, originals: Iterable[UUID]) -> dict[UUID, list[Text]]:
    """The first `MEMBERS` published duplicates of each original, in the order of publication."""
    found: dict[UUID, list[Text]] = defaultdict(list)
    for of_originals in one_of(connection, near_texts.c.original_id, originals):
        inner = _MEMBERS.where(of_originals).subquery()
        rows = await connection.execute(select(inner).where(inner.c.place <= MEMBERS).order_by(inner.c.place))
        for row in rows:
            found[row.original_id].append(text_of_row(row))
    return found


async def write_texts(connection: AsyncConnection, made: Decisions, now: datetime, *, fresh: bool) -> None:
    """Write the batch's texts: of ``fresh`` articles, or in the place of those that known articles had before."""
    texts = made.known.texts
    if texts is None:
        return
    new = made.fresh()
    wanted = {each for each in texts.moved if (each in new) is fresh}
    if not fresh:
        await delete_texts(connection, sorted(wanted))
    moved = [(each, text) for each in sorted(wanted) if (text := texts.moved[each]) is not None]
    seen = moment(now)
    rows = [_row(text, made.moved[each].revision, seen) for each, text in moved]
    await insert_fresh(connection, near_texts, rows)
    await post(connection, {each: (seen, its_keys) for each, its_keys in texts.keys_of.items() if each in wanted})
    await write_links(connection, {each: links for each, links in texts.edges.items() if each in wanted}, now)


async def post(connection: AsyncConnection, wanted: Mapping[UUID, tuple[int, Iterable[int]]]) -> None:
    """Make originals findable: by article id, when its text was recorded and its keys."""
    posted = [(key, seen, each) for each, (seen, its_keys) in wanted.items() for key in its_keys]
    await insert_tuples(connection, _POSTED, sorted(posted))


async def unpost(connection: AsyncConnection, rows: Iterable[AnyRow]) -> None:
    """Take the keys of these rows of ``near_texts`` away."""
    posted = [(key, row.seen, row.article_id) for row in rows for key in keys(text_of_row(row).signature.text_codes)]
    await delete_rows(connection, _POSTED, sorted(posted))


async def write_links(connection: AsyncConnection, found: Mapping[UUID, Sequence[TextLink]], now: datetime) -> None:
    """Put what was compared in the place of what these articles were compared with before."""
    rows = [
        {
            "article_id": article_id,
            "other_id": UUID(link.other.article_id),
            "relation": link.judgement.relation,
            "reason": link.judgement.reason,
            "score": round(link.score, 4),
            "shared_words": link.evidence.second.matched,
            "algorithm": ALGORITHM,
            "at": now,
        }
        for article_id, links in sorted(found.items())
        for link in links
    ]
    for former in one_of(connection, near_links.c.article_id, found):
        await connection.execute(delete(near_links).where(former))
    await insert_fresh(connection, near_links, rows)


async def drop_old(connection: AsyncConnection, since: datetime, limit: int) -> None:
    """Delete at most ``limit`` texts that were recorded before ``since``, the oldest first, with their keys."""
    old = select(near_texts.c.article_id).where(near_texts.c.seen < moment(since)).order_by(near_texts.c.seen)
    await delete_texts(connection, list((await connection.execute(old.limit(limit))).scalars()))


async def delete_texts(connection: AsyncConnection, article_ids: Sequence[UUID]) -> None:
    """Delete the texts of these articles, with their keys."""
    old = await select_in(connection, select(near_texts), near_texts.c.article_id, article_ids)
    await unpost(connection, old)
    for of_articles in one_of(connection, near_texts.c.article_id, (row.article_id for row in old)):
        await connection.execute(delete(near_texts).where(of_articles))


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


def text_of_row(row: AnyRow) -> Text:
    """The text of a row of ``near_texts``."""
    signature = Signature(title=row.title, text=row.text, version=row.version)
    return Text(str(row.article_id), row.original_id, row.published, signature)


def moment(at: datetime) -> int:
    """Milliseconds since 1970."""
    return int(at.timestamp() * 1000)
