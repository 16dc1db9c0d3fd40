"""What holds whatever was hurt. Each check yields a sentence for everything that it finds wrong."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from faults.cluster.findings import Findings, Row
from faults.cluster.poison import MARK, PAGES, poison_record
from newswire.domain.text.fingerprint import content_hash
from newswire.events import CHANGES, feed_id_of

WITH_TEXT = frozenset({"published", "revised", "duplicate"})


def conservation(found: Findings) -> Iterator[str]:
    """1: everything served is stored, a duplicate or dead, once each, and nothing else is; nothing is lost."""
    booked = {str(row["entry_id"]): row for row in found.tables["sightings"]}
    for entry_id in found.entries.keys() - found.outcomes.keys():
        if entry_id not in booked or booked[entry_id]["follows"] is None:
            yield f"entry {entry_id} ({found.entries[entry_id]['url']}) has no outcome"
    by_operator = {entry_id for entry_id, row in booked.items() if row["fingerprint"] == "withdraw"}
    for entry_id in found.outcomes.keys() - found.entries.keys() - by_operator:
        yield f"the outcome of {entry_id} is of no entry that was published"
    for entry_id, row in booked.items():
        if str(row["follows"] or entry_id) not in found.outcomes:
            yield f"sighting {entry_id} ({row['url']}) has no outcome, nor what it follows"


def served(found: Findings) -> Iterator[str]:
    """1, as the publisher has it: what is out now was found in every feed that has it, and came to what it should."""
    press, booked = found.press, found.tables["sightings"]
    # A form that was superseded before its poller could book it is published and decided, and not in the books.
    forms = {number: found.entries[entry_id]["fingerprint"] for entry_id, number in found.newest.items()}
    known = {(str(row["feed_id"]), row["entry_key"], row["fingerprint"]) for row in booked}
    for url, number in press.listed():
        if number not in press.purged and (str(feed_id_of(url)), str(number), forms.get(number)) not in known:
            yield f"article {number}: what {url} says of its version {press.items[number].version} is not booked"
    for entry_id, number in found.newest.items():
        row = found.outcomes.get(entry_id)
        expected = PAGES[press.poison[number]] if number in press.poison else None
        if row is not None and (row["reason"] if row["kind"] == "rejected" else None) != expected:
            yield f"article {number} came to {row['kind']} {row['reason']}, expected was {expected or 'no rejection'}"


def stored(found: Findings) -> Iterator[str]:
    """2: each article is there once, in its newest version; a reprint is the duplicate of its original, or it of it."""
    press, rows = found.press, found.tables["articles"]
    by_url = Counter(row["canonical_url"] for row in rows)
    served = {press.url(number): item for number, item in press.items.items() if number not in press.poison}
    yield from (f"{url} is stored {count} times" for url, count in by_url.items() if count != 1)
    yield from (f"{url} is stored and was never served" for url in by_url.keys() - served.keys())
    yield from (f"{url} is not stored" for url in served.keys() - by_url.keys())
    texts = {row["article_id"]: row for row in found.tables["texts"]}
    brought = _brought(found)
    ids = {row["canonical_url"]: row["article_id"] for row in rows}
    for row in rows:
        item = served.get(row["canonical_url"])
        if item is None:
            continue
        kept = texts.get(row["article_id"])
        if item.number in press.taken:
            yield from _taken(row, kept, purged=item.number in press.purged)
            continue
        if kept is None:
            yield f"{row['canonical_url']} is stored and has no text"
            continue
        if kept["text"] != item.text or row["content_hash"] != content_hash(item.text):
            yield f"{row['canonical_url']} is not stored in its version {item.version}: {kept['text'][:200]!r}"
        if kept["revision"] != brought.get(row["article_id"]):
            newest = brought.get(row["article_id"])
            yield f"{row['canonical_url']} has the text of revision {kept['revision']}, the newest text is {newest}'s"
        twins = [press.original_of(item.number), item.number + 1 if press.original_of(item.number + 1) else None]
        alike = {ids.get(press.url(number)) for number in twins if number is not None}
        if row["kind"] != "published" and row["duplicate_of"] not in alike:
            yield f"{row['canonical_url']} is {row['kind']} of {row['duplicate_of']}"
    yield from _reprints(found, ids)


def _brought(found: Findings) -> dict[object, int]:
    """By article, the revision of the newest change that brought a text."""
    rows = sorted(found.tables["changes"], key=lambda row: row["revision"])
    return {row["article_id"]: row["revision"] for row in rows if row["kind"] in WITH_TEXT}


def _reprints(found: Findings, ids: Mapping[str, object]) -> Iterator[str]:
    """2: of two articles that are equal, one is a duplicate."""
    press = found.press
    duplicates = {row["article_id"] for row in found.tables["articles"] if row["kind"] == "duplicate"}
    for number in press.items:
        original = press.original_of(number)
        if original in press.items:
            pair = {ids.get(press.url(number)), ids.get(press.url(original))}
            if len(pair & duplicates) != 1:
                yield f"of articles {original} and {number}, which are equal, {len(pair & duplicates)} are duplicates"


def _taken(row: Row, kept: Row | None, *, purged: bool) -> Iterator[str]:
    """2, of an article that the operator withdrew: nothing brings it back, and a purged one has no words."""
    if row["kind"] != "withdrawn":
        yield f"{row['canonical_url']} was withdrawn and is {row['kind']}"
    if purged != (row["purged_at"] is not None) or (purged and (row["title"] or (kept and kept["text"]))):
        yield f"{row['canonical_url']} is purged: {purged}, and has {row['title']!r}, {kept and kept['text'][:99]!r}"


def purged(found: Findings) -> Iterator[str]:
    """8: no word of a purged article is in any table."""
    yield from (f"words of a purged article are left in {name}" for name in found.remains)


def wire(found: Findings) -> Iterator[str]:
    """3 and 4: what is recorded and what is on the wire are the same, and copies of one are byte for byte equal.

    Both of articles and of feeds: a feed that failed while its publisher was cut off is told as well.
    """
    recorded = {str(row["change_id"]): row["value"] for row in found.tables["changes"]}
    recorded |= {str(row["event_id"]): row["value"] for row in found.tables["feed_events"]}
    told: dict[str, set[bytes]] = defaultdict(set)
    for record in found.log[CHANGES]:
        told[record.header("ce_id") or f"without id at {record.place}/{record.offset}"].add(record.value or b"")
    yield from (f"event {each} is recorded and not on the wire" for each in recorded.keys() - told.keys())
    yield from (f"event {each} is on the wire and not recorded" for each in told.keys() - recorded.keys())
    several = (each for each, values in told.items() if len(values) > 1 and each not in found.purged)
    yield from (f"event {each} has {len(told[each])} values" for each in several)
    for each in (recorded.keys() & told.keys()) - found.purged:
        if recorded[each] not in told[each]:
            yield f"event {each} is on the wire in another form than recorded"
    for row in found.tables["feed_events"]:
        if row["told_at"] is None:
            yield f"event {row['event_id']} of a feed is not marked as told"


def changes(found: Findings) -> Iterator[str]:
    """3: an article has a change for each of its revisions."""
    moves = Counter((row["article_id"], row["revision"]) for row in found.tables["changes"])
    yield from (f"revision {move} is recorded {count} times" for move, count in moves.items() if count > 1)
    revisions = {row["article_id"]: row["revision"] for row in found.tables["articles"]}
    counts = Counter(row["article_id"] for row in found.tables["changes"])
    for article_id, revision in revisions.items():
        if counts[article_id] != revision:
            yield f"article {article_id} is at revision {revision} with {counts[article_id]} changes"


def order(found: Findings) -> Iterator[str]:
    """5: whoever drops the ids he has seen, sees each key's revisions grow."""
    revisions = {str(row["change_id"]): row["revision"] for row in found.tables["changes"]}
    seen: set[str] = set()
    last: dict[bytes | None, int] = {}
    for record in sorted(found.log[CHANGES], key=lambda record: (record.place, record.offset)):
        change_id = record.header("ce_id") or ""
        if change_id in seen or change_id not in revisions:
            continue
        seen.add(change_id)
        if revisions[change_id] <= last.get(record.key, 0):
            yield f"key {record.key!r}: revision {revisions[change_id]} comes after {last[record.key]}"
        last[record.key] = revisions[change_id]


def dead(found: Findings, *, injected: int, replayed: bool) -> Iterator[str]:
    """7: the dead letters are those that poison makes, each once; once ``replayed``, poison records are dead twice."""
    marks: Counter[tuple[int, bool]] = Counter()
    pages: Counter[tuple[str, bool]] = Counter()
    for letter in found.letters:
        mark = dict(letter["headers"]).get(MARK)
        again = letter["kept"]["retried_at"] is not None
        if mark is not None:
            poison = poison_record(int(mark))
            marks[poison.number, again] += 1
            if (letter["stage"], letter["reason"]) != (poison.stage, "invalid-record"):
                yield f"poison {poison} is dead at {letter['stage']} for {letter['reason']}: {letter['message']}"
        elif (entry := found.entries.get(letter["entry_id"])) is None:
            yield f"a dead letter of nobody's entry: {letter['stage']} {letter['reason']} {letter['message']}"
        else:
            pages[entry["entry_key"], again] += 1
            if int(entry["entry_key"]) not in found.press.bad:
                yield f"article {entry['entry_key']} is dead for {letter['reason']}: {letter['message']}"
    states = (True, False) if replayed else (False,)
    expected = Counter({(number, again): 1 for number in range(injected) for again in states})
    bad = Counter({(str(number), replayed): 1 for number in found.press.bad if number in found.press.items})
    for wanted, have in ((expected, marks), (bad, pages)):
        for which in wanted.keys() | have.keys():
            if wanted[which] != have[which]:
                yield f"poison {which} has {have[which]} dead letters, expected were {wanted[which]}"


CHECKS = (
    ("1", conservation),
    ("1", served),
    ("2", stored),
    ("3, 4", wire),
    ("3", changes),
    ("5", order),
    ("8", purged),
)
"""With the number of the promise."""
