"""What must hold of any headers, bodies, records and texts."""

import unicodedata
from datetime import UTC, datetime, timedelta

from multidict import CIMultiDict, CIMultiDictProxy

from fuzz.text import text_of
from newswire.adapters.http.addresses import Addresses
from newswire.adapters.http.body import Body
from newswire.adapters.http.chain import Chain
from newswire.adapters.http.guard import allow_any
from newswire.adapters.http.head_lines import FramingError, mended
from newswire.adapters.http.headers import outgoing, received
from newswire.adapters.http.ranges import closes_its_root
from newswire.contracts import decode, encode
from newswire.contracts.codec import entry_id_of, trace_id_of, traceparent_of
from newswire.domain.http.httpcache import fresh_for, refreshed, retry_after, validators_of
from newswire.domain.http.link_header import MAX_LINKS, links
from newswire.domain.text.fingerprint import content_hash, text_hash, word_count
from newswire.domain.text.normalize import normalize_line, normalize_text, without_headline
from newswire.domain.urls.syntax import parse
from newswire.domain.websub.subscription import advertised
from newswire.errors import InvalidRecord, Reject, Retry
from newswire.events import ARTICLES, CHANGES, DEAD, ENTRIES, NO_VALIDATORS
from newswire.parsing.feeds.dates import feed_date
from newswire.parsing.text.moments import EARLIEST, LATEST, MAX_CHARS, read_moment
from newswire.parsing.text.time_zones import hints_of
from newswire.ports import Message, Request

NOW = datetime(2026, 3, 5, 18, tzinfo=UTC)
CODINGS = (
    "",
    "identity",
    "gzip",
    "deflate",
    "br",
    "zstd",
    "gzip, br",
    "zstd, gzip",
    "x-gzip",
    "compress",
    "utf-8, gzip",
)
TOPICS = (ENTRIES, ARTICLES, CHANGES, DEAD, "newswire.entries.v1.retry.1m", "elsewhere")
LIMIT = 100_000


def headers(data: bytes) -> None:
    """Lines of headers as aiohttp hands them over: text that can be stored, waits that lie ahead."""
    pairs = [line.partition(":") for line in text_of(data).split("\n")]
    read = received(CIMultiDictProxy(CIMultiDict((name.strip(), value.strip(" ")) for name, _, value in pairs)))
    for name, value in read.items():
        assert name == name.lower()
        if name.isascii():
            value.encode()
    wait = retry_after(read, NOW)
    assert wait is None or wait > timedelta(0)
    fresh = fresh_for(read, NOW)
    assert fresh is None or fresh >= timedelta(0)
    validators = validators_of(read)
    assert refreshed(validators, {}) == validators
    assert refreshed(NO_VALIDATORS, read) == validators
    request = Request("https://n.example/", validators=validators)
    sent = outgoing(request, Chain(request, Addresses(allow_any, None), "refuse"), "newswire/0")
    assert sent.get("If-None-Match") in {None, validators.etag}
    assert not any("\n" in value or "\r" in value for value in sent.values())


def heads(data: bytes) -> None:
    """Header lines as they came: refused, or lines that need no more mending, with one statement about the body."""
    closes_its_root(data)
    try:
        read = mended([line + b"\n" for line in data.split(b"\n")])
    except FramingError:
        return
    assert mended(read) == read, "mended lines are mended again"
    names = [line.partition(b":")[0].lower() for line in read]
    assert sum(names.count(name) for name in (b"content-length", b"transfer-encoding")) <= 1
    assert all(line.endswith(b"\r\n") and line.count(b"\n") == line.count(b"\r") == 1 for line in read)


def moments(data: bytes) -> None:
    """A date within the years of the web, or none; what is in doubt is kept as a short line."""
    text = text_of(data)
    moment = read_moment(text, hints_of("https://n.example.de/", text[:20]))
    assert moment is None or EARLIEST <= moment.value.year < LATEST
    date = feed_date([text])
    assert date.value is None or date.raw is None
    assert len(date.raw or "") <= MAX_CHARS


def link_headers(data: bytes) -> None:
    """Links of the document, absolute http(s) ones, within the bound; the hubs and the topic among them."""
    found = links(text_of(data), "https://n.example/feed")
    assert len(found) <= MAX_LINKS
    for link in found:
        parse(link.url)
        assert all(relation == relation.lower() for relation in link.relations)
    hubs, topic = advertised(text_of(data), "https://n.example/feed", (), None)
    assert {*hubs, *([topic] if topic else [])} <= {link.url for link in found}


def bodies(data: bytes) -> None:
    """Decoded within the limit, or refused, and however it was cut into pieces."""
    coding = CODINGS[data[0] % len(CODINGS)] if data else ""
    whole, pieces = decoded(coding, [data[1:]]), decoded(coding, [data[at : at + 7] for at in range(1, len(data), 7)])
    assert whole == pieces, "cut into pieces it is another body"
    assert isinstance(whole, str) or len(whole) <= LIMIT
    shown = decoded(coding, [data[1:]], truncate=True)
    assert isinstance(shown, str) or len(shown) <= LIMIT


def decoded(coding: str, chunks: list[bytes], *, truncate: bool = False) -> bytes | str:
    try:
        body = Body(coding, LIMIT, truncate=truncate)
        for chunk in chunks:
            body.feed(chunk)
        return body.finish()
    except (Reject, Retry) as error:
        return error.reason


def records(data: bytes) -> None:
    """An event that is written as it was read, or `InvalidRecord`. Two lines of headers, then the value."""
    head, _, value = data[1:].partition(b"\n\n")
    named = [line.partition(b":") for line in head.split(b"\n")]
    pairs = tuple((text_of(name).strip().lower(), text.strip()) for name, _, text in named if name)
    message = Message(TOPICS[data[0] % len(TOPICS)] if data else ENTRIES, "key", value, pairs)
    entry_id_of(message)
    traceparent_of(message)
    trace_id_of(message)
    try:
        event = decode(message)
        written = encode(event)
    except InvalidRecord:
        return
    assert decode(written) == event, "an event reads back as another"
    assert encode(decode(written)) == written, "the same event gives other bytes"


def texts(data: bytes) -> None:
    """Normal at once, in NFC, without what hides in a text, and the same words before and after."""
    text = text_of(data)
    line, prose = normalize_line(text), normalize_text(text)
    assert normalize_line(line) == line, "a line is not normal at once"
    assert normalize_text(prose) == prose, "a text is not normal at once"
    assert "\n" not in line
    assert unicodedata.is_normalized("NFC", prose)
    prose.encode()
    assert word_count(prose) >= 0
    assert content_hash(prose) == content_hash(prose.upper().lower()) or not prose.isascii()
    assert len(text_hash(line, prose)) == 64
    assert without_headline(prose, line).count("\n") <= prose.count("\n")
