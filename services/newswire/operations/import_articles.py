"""Articles from elsewhere onto the wire: one JSON object a line, at least url, title, text, published."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from newswire.contracts import encode, traceparent_for
from newswire.domain.ledger import Sighting
from newswire.domain.text.fingerprint import content_hash, text_hash, word_count
from newswire.domain.text.normalize import normalize_line, normalize_text
from newswire.domain.text.signature import sign, to_text
from newswire.domain.urls.canonical import canonicalize, registrable_domain
from newswire.errors import UsageError
from newswire.events import Article, ArticleExtracted, Dated, Extraction, Utc, article_id_of, stable_id
from newswire.ports import Bus, Clock, Entries
from newswire.stages.limits import MAX_EVENT_BYTES

CHUNK: Final = 100


def _something(text: str) -> str:
    if not text:
        raise ValueError("nothing is left of it once it is cleaned up")
    return text


OneLine = Annotated[str, AfterValidator(normalize_line)]
Prose = Annotated[str, AfterValidator(normalize_text)]


class ImportLine(BaseModel):
    """One line of an import file, its texts normalised. Other fields are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    url: str
    title: Annotated[OneLine, AfterValidator(_something)]
    text: Annotated[Prose, AfterValidator(_something)]
    published: Utc
    description: Prose | None = None
    authors: tuple[OneLine, ...] = ()
    language: str | None = None
    image: str | None = None
    sections: tuple[OneLine, ...] = ()
    tags: tuple[OneLine, ...] = ()
    modified: Utc | None = None


def read_lines(lines: Iterable[bytes], name: str) -> Iterator[ImportLine]:
    """The lines of an import file. Raises `UsageError` naming the first line that cannot be used."""
    for number, raw in enumerate(lines, start=1):
        if not raw.strip():
            continue
        if len(raw) > MAX_EVENT_BYTES:
            raise UsageError(f"{name}, line {number}: {len(raw):,} bytes, where {MAX_EVENT_BYTES:,} are the limit")
        try:
            line = ImportLine.model_validate_json(raw)
            canonicalize(line.url)
        except ValidationError as error:
            problems = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'line'}: {e['msg']}" for e in error.errors()[:3])
            raise UsageError(
                f"{name}, line {number}: {problems}. Each line is a JSON object with at least "
                "url, title, text and published (an ISO 8601 time with its zone)."
            ) from error
        except ValueError as error:
            raise UsageError(f"{name}, line {number}: url: {error}") from error
        yield line


async def import_lines(lines: Iterable[ImportLine], name: str, entries: Entries, bus: Bus, clock: Clock) -> int:
    """Publish, then book, every line as a sighting; returns how many. The same line twice is one sighting."""
    count = 0
    chunk: list[ImportLine] = []
    for line in lines:
        chunk.append(line)
        if len(chunk) == CHUNK:
            count += await _import_chunk(chunk, name, entries, bus, clock.now())
            chunk = []
    return count + await _import_chunk(chunk, name, entries, bus, clock.now())


async def _import_chunk(lines: list[ImportLine], name: str, entries: Entries, bus: Bus, now: datetime) -> int:
    if lines:
        pairs = [_event(line, name, now) for line in lines]
        await bus.publish([encode(event, traceparent=traceparent_for(event.entry_id)) for event, _ in pairs])
        await entries.book([sighting for _, sighting in pairs])
    return len(lines)


def _event(line: ImportLine, name: str, now: datetime) -> tuple[ArticleExtracted, Sighting]:
    url = canonicalize(line.url)
    fingerprint = sha256(line.model_dump_json().encode()).hexdigest()
    entry_id = stable_id("import", url, fingerprint)
    modified = Dated(value=line.modified, source="import", precision="second") if line.modified else None
    article = Article(
        article_id=article_id_of(url),
        content_hash=content_hash(line.text),
        text_hash=text_hash(line.title, line.text),
        url=url,
        canonical_url=url,
        source=registrable_domain(url),
        title=line.title,
        description=line.description,
        authors=line.authors,
        language=line.language,
        text=line.text,
        word_count=word_count(line.text),
        image=line.image,
        sections=line.sections,
        tags=line.tags,
        published=Dated(value=line.published, source="import", precision="second"),
        modified=modified,
        found_at=now,
        extracted_at=now,
        extraction=Extraction(method="import", version="1", body_from="import", flags=(f"from:{name}",)),
    )
    event = ArticleExtracted(
        id=stable_id("article-event", entry_id),
        entry_id=entry_id,
        reason="import",
        article=article,
        signature=to_text(sign(line.title, line.text)),
    )
    sighting = Sighting(
        entry_id=entry_id,
        reason="import",
        entry_key=url,
        fingerprint=fingerprint,
        url=url,
        found_at=now,
        title=line.title,
    )
    return event, sighting
