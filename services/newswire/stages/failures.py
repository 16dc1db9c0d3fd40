"""What becomes of a record that could not be used: tried again later, or put with the dead letters."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal

from newswire import __version__
from newswire.contracts import encode, entry_id_of, traceparent_of
from newswire.domain.articles.retry import next_rung
from newswire.domain.log.topology import NOT_BEFORE
from newswire.errors import Reject, Retry, Stop
from newswire.events import ENTRIES, RETRIES, DeadLetter, stable_id
from newswire.ports import Message, Partition, Record
from newswire.stages.limits import MAX_KEPT_BYTES

ATTEMPT: Final = "x-attempt"
FIRST_FAILED: Final = "x-first-failed-at"
REPLAYED: Final = "x-replayed-from"
LAST_ERROR: Final = "x-last-error"
LATER: Final = "x-later-attempt"
"""The header of an article whose page was read at a later attempt than the first."""
_OURS: Final = frozenset({ATTEMPT, NOT_BEFORE, FIRST_FAILED, LAST_ERROR})
_MAX_MESSAGE: Final = 2000

Stage = Literal["extract", "store"]


def attempt_of(record: Record) -> int:
    """Which attempt at this record this is, from 1. A header that is no number counts as none."""
    value = record.header(ATTEMPT) or ""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 4 else 1


def is_later(record: Record) -> bool:
    """Whether the record was retried or replayed, or comes from one that was: its delay is not that of the stages."""
    return attempt_of(record) > 1 or record.header(REPLAYED) is not None or record.header(LATER) is not None


def retry_message(record: Record, error: Retry, delays: Sequence[timedelta], now: datetime) -> Message | None:
    """The record again, for the retry topic where it waits; None when it has had every chance."""
    attempt = attempt_of(record)
    asked = timedelta(seconds=error.retry_after_s) if error.retry_after_s else None
    rung = next_rung(attempt, now, delays, retry_after=asked)
    if rung is None:
        return None
    return Message(
        topic=RETRIES[rung.number],
        key=record.key or "",
        value=record.value,
        headers=(
            *original_headers(record),
            (ATTEMPT, str(attempt + 1).encode()),
            (NOT_BEFORE, rung.not_before.isoformat().encode()),
            (FIRST_FAILED, (record.header(FIRST_FAILED) or now.isoformat()).encode()),
            (LAST_ERROR, f"{error.reason}: {error}"[:_MAX_MESSAGE].encode("utf-8", "replace")),
        ),
    )


def original_headers(record: Record) -> tuple[tuple[str, bytes], ...]:
    """The record's headers as its publisher set them."""
    return tuple((name, value) for name, value in record.headers if name not in _OURS)


def dead_letter(record: Record, stage: Stage, error: Exception, now: datetime, *, url: str | None = None) -> Message:
    """The record with the reason, for the dead-letter topic."""
    attempts = attempt_of(record)
    entry_id = entry_id_of(record)
    place = (record.partition.topic, record.partition.number, record.offset)
    letter = DeadLetter(
        id=stable_id("dead", entry_id or place, stage, attempts, record.header(REPLAYED) or ""),
        entry_id=entry_id,
        stage=stage,
        topic=record.partition.topic,
        partition=record.partition.number,
        offset=record.offset,
        key=record.key,
        value_base64=base64.b64encode(record.value[:MAX_KEPT_BYTES]).decode(),
        headers=tuple((name, value.decode("latin-1")) for name, value in original_headers(record)),
        reason=error.reason if isinstance(error, Reject | Retry) else "unexpected",
        error=type(error).__name__,
        message=_clean(f"{_cut(record)}{error}"),
        attempts=attempts,
        url=None if url is None else _clean(url),
        first_failed_at=_moment(record.header(FIRST_FAILED)) or now,
        failed_at=now,
        version=__version__,
    )
    return encode(letter, traceparent=traceparent_of(record))


def replay_message(letter: DeadLetter) -> Message:
    """The original record again, with a fresh count of attempts, for the topic it was first published to."""
    return Message(
        topic=ENTRIES if letter.topic in RETRIES else letter.topic,
        key=letter.key or "",
        value=base64.b64decode(letter.value_base64),
        headers=(
            *((name, value.encode("latin-1")) for name, value in letter.headers if name != REPLAYED),
            (REPLAYED, str(letter.id).encode()),
        ),
    )


@dataclass(slots=True)
class DeadLetterLimit:
    """Stops a stage that fails on everything: a bad release must not empty its topic into the dead letters.

    Only failures of our own making count (`Reject` is what publishers do to us), and only in a row. A record
    that is handled again, because the broker was away or it was delivered anew, counts once.
    """

    limit: int
    _failed: set[tuple[Partition, int]] = field(default_factory=set)

    def succeeded(self) -> None:
        """One record went through."""
        self._failed.clear()

    def failed(self, record: Record, error: Exception) -> None:
        """One record failed unexpectedly. Raises `Stop` over the limit."""
        self._failed.add((record.partition, record.offset))
        if len(self._failed) >= self.limit:
            raise Stop(
                f"{len(self._failed)} records in a row failed unexpectedly, "
                f"the last with {type(error).__name__}: {error}. "
                "Nothing was committed beyond them; mend the cause and start again."
            ) from error


def _cut(record: Record) -> str:
    if (size := len(record.value)) <= MAX_KEPT_BYTES:
        return ""
    return f"[the first {MAX_KEPT_BYTES:,} of {size:,} bytes are kept here] "


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode()[:_MAX_MESSAGE].replace("\x00", "�")


def _moment(value: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else None
