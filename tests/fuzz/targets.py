"""The functions that hostile input reaches first, each with what it must never do and what to try it with."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from hypothesis import strategies as st

from fuzz import addresses, documents, messages, words
from newswire.contracts import encode
from newswire.contracts.examples import EXAMPLES


@dataclass(frozen=True)
class Target:
    """One check of one function: it raises for what must not be, and for nothing else."""

    name: str
    check: Callable[[bytes], None]
    seeds: tuple[bytes, ...]
    words: tuple[str, ...]
    guided: int
    """How many inputs of the full run are found by coverage."""
    structured: int
    """How many are put together from seeds and words."""
    corpus: str = ""
    """Which files of the recorded corpus are more seeds: a glob."""
    prefix: bool = False
    """Whether the first byte chooses a case (a content type, a topic)."""

    @property
    def inputs(self) -> st.SearchStrategy[bytes]:
        """Any bytes, words put together, and seeds with parts replaced."""
        alphabet = st.sampled_from([word.encode("utf-8", "surrogatepass") for word in (*self.words, *words.ODD)])
        written = st.lists(alphabet, max_size=30).map(b"".join)
        edited = st.builds(
            spliced,
            st.sampled_from(self.seeds or (b"",)),
            st.lists(st.tuples(st.integers(0, 4_000), st.integers(0, 40), alphabet), min_size=1, max_size=6),
        )
        first = st.integers(0, 9).map(lambda number: bytes([number])) if self.prefix else st.just(b"")
        return st.one_of(st.binary(max_size=200), st.builds(bytes.__add__, first, written), edited)


def spliced(seed: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    """A seed with parts of it replaced; places count from its beginning, and round."""
    body = bytearray(seed)
    for place, length, word in edits:
        at = place % (len(body) + 1)
        body[at : at + length] = word
    return bytes(body)


def _texts(*given: str, prefix: bytes = b"") -> tuple[bytes, ...]:
    return tuple(prefix + text.encode() for text in given)


def _records() -> tuple[bytes, ...]:
    """The examples of every event: which topic, headers, the value."""
    seeds = []
    for message in (encode(event) for examples in EXAMPLES.values() for event in examples.values()):
        topic = messages.TOPICS.index(message.topic) if message.topic in messages.TOPICS else len(messages.TOPICS) - 1
        head = b"\n".join(name.encode() + b": " + value for name, value in message.headers)
        seeds.append(bytes([topic]) + head + b"\n\n" + message.value)
    return tuple(seeds)


_SITEMAPS: Final = (b"\0" + words.SITEMAP.partition(">")[2].encode(), b"\xff" + words.SITEMAP_INDEX.encode())
_FEEDS: Final = _texts(words.RSS, words.ATOM, words.JSON_FEED, words.SITEMAP, prefix=b"\0")
_POLLS: Final = tuple(
    b"\0" + one + b"\xff\xfe\xff" + other
    for one, other in ((words.RSS.encode(), words.RSS.replace("A", "B").encode()), (words.ATOM.encode(), b""))
)
_PAGES: Final = _texts(words.PAGE, words.COMMENTED_PAGE, prefix=b"\0")

TARGETS: Final = (
    Target("canonical addresses", addresses.canonical_addresses, _texts(*words.URLS), words.ADDRESSES, 300_000, 15_000),
    Target(
        "redirectors", addresses.redirector_addresses, _texts(*words.URLS), words.ADDRESSES, 130_000, 10_000, "", True
    ),
    Target("links", addresses.links, _texts("/a\\b\nhttps://n.example/c/"), words.ADDRESSES, 150_000, 8_000),
    Target("headers", messages.headers, _texts(words.HEADS), words.HEADERS, 130_000, 10_000),
    Target("heads", messages.heads, _texts(words.HEADS), words.HEADERS, 100_000, 8_000),
    Target("moments", messages.moments, _texts(*words.MOMENTS), words.MOMENT_WORDS, 100_000, 8_000),
    Target("Link headers", messages.link_headers, _texts(words.LINK_HEADER), words.LINK_HEADERS, 100_000, 8_000),
    Target("texts", messages.texts, _texts(words.PAGES[-1]), (*words.TEXTS, *words.PAGES), 110_000, 10_000),
    Target("bodies", messages.bodies, words.BODIES, (), 80_000, 8_000, "", True),
    Target("records", messages.records, _records(), words.RECORDS, 70_000, 10_000, "", True),
    Target("robots.txt", documents.robots, _texts(words.ROBOTS_TXT), words.ROBOTS, 60_000, 8_000, "robots-cases/*"),
    Target("lists of feeds", documents.lists_of_feeds, _texts(words.OPML), words.FEEDS, 50_000, 8_000, "opml/*"),
    Target("announced feeds", documents.announced_feeds, _texts(words.PAGE), words.PAGES, 20_000, 4_000),
    Target("feeds", documents.feeds, _FEEDS, words.FEEDS, 24_000, 8_000, "feeds-gofeed/*.xml", True),
    Target("polls of a feed", documents.polls_of_a_feed, _POLLS, words.FEEDS, 16_000, 4_000, "", True),
    Target("sitemaps", documents.sitemaps, _SITEMAPS, words.FEEDS, 30_000, 6_000, "", True),
    Target("pages", documents.pages, _PAGES, words.PAGES, 4_000, 3_000, "", True),
)
