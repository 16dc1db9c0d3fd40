"""The sample newsroom's copy: its sites, feeds and stories, read from ``data/*.toml``.

Places, people and events are invented. A story has two states, as it is served in the first and in
the second edition.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from importlib.resources import files
from typing import Any, Final, Literal

Edition = Literal[1, 2]
Serve = Literal["page", "paywall", "hang", "flood", "tangle", "missing"]
"""How a story's page answers: in full, 403, half of it and then silence, 50 MB, slow to parse, 404."""
LinkKind = Literal["page", "moved", "ftp", "none"]
"""How its feed links it: to the page, to an address that redirects there, to an FTP server, not at all."""
Validator = Literal["etag", "last-modified"]
FeedFormat = Literal["rss", "atom", "rdf", "json", "html"]


@dataclass(frozen=True, slots=True)
class Copy:
    """The text of a story."""

    headline: str
    paragraphs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """One article of one site."""

    site: str
    slug: str
    path: str
    first: Copy
    second: Copy
    summary: str
    section: str
    language: str
    author: str | None
    age: timedelta
    """How long before the newsroom's ``now`` it was published."""
    feeds: tuple[str, ...]
    """Paths of the site's feeds that carry it."""
    serve: Serve = "page"
    link: LinkKind = "page"
    since: Edition = 1
    """The edition that it first appears in."""
    withdrawn: bool = False
    """Gone (410) in the second edition."""
    edit_in_feed: bool = False
    """Whether its feed shows the edit."""
    reprint_of: str | None = None
    """``site/slug`` of the story whose text it repeats."""

    @property
    def name(self) -> str:
        """``site/slug``."""
        return f"{self.site}/{self.slug}"

    def copy(self, edition: Edition) -> Copy:
        """The text of its page in an edition."""
        return self.second if edition == 2 else self.first


@dataclass(frozen=True, slots=True)
class Channel:
    """One feed of one site."""

    path: str
    format: FeedFormat
    validators: frozenset[Validator] = frozenset()
    full_text: bool = False
    tracking: str | None = None
    """A query that is put on every link."""
    cut_at_first: bool = False
    """In the first edition only a part of it arrives, under the validators of the whole."""


@dataclass(frozen=True, slots=True)
class Site:
    """One publisher."""

    key: str
    name: str
    language: str
    style: Literal["clean", "plain", "messy"]
    charset: str
    page_validators: frozenset[Validator]
    disallow: tuple[str, ...]
    """Paths that its robots.txt asks robots not to fetch."""
    channels: tuple[Channel, ...]
    stories: tuple[Story, ...] = field(repr=False)


def load_sites() -> tuple[Site, ...]:
    """Every site, in the order of its file."""
    folder = files(__package__) / "data"
    paths = sorted((path for path in folder.iterdir() if path.name.endswith(".toml")), key=lambda path: path.name)
    documents = [tomllib.loads(path.read_text("utf-8")) for path in paths]
    texts = {
        f"{document['key']}/{story['slug']}": _paragraphs(story["text"])
        for document in documents
        for story in document["stories"]
        if "text" in story
    }
    return tuple(_site(document, texts) for document in documents)


def _site(document: Mapping[str, Any], texts: Mapping[str, tuple[str, ...]]) -> Site:
    channels = tuple(_channel(channel) for channel in document["feeds"])
    return Site(
        key=document["key"],
        name=document["name"],
        language=document["language"],
        style=document["style"],
        charset=document.get("charset", "utf-8"),
        page_validators=frozenset(document.get("page_validators", ())),
        disallow=tuple(document.get("disallow", ())),
        channels=channels,
        stories=tuple(_story(document, story, texts, channels[0].path) for story in document["stories"]),
    )


def _channel(channel: Mapping[str, Any]) -> Channel:
    return Channel(**{**channel, "validators": frozenset(channel.get("validators", ()))})


_AS_GIVEN: Final = frozenset({"serve", "link", "since", "withdrawn", "reprint_of"})


def _story(
    site: Mapping[str, Any], story: Mapping[str, Any], texts: Mapping[str, tuple[str, ...]], main_feed: str
) -> Story:
    text = texts.get(story.get("reprint_of") or f"{site['key']}/{story['slug']}", ())
    first = Copy(story["headline"], text)
    edit = story.get("edit")
    return Story(
        site=site["key"],
        slug=story["slug"],
        path=story.get("path", site["prefix"] + story["slug"]),
        first=first,
        second=_edited(first, edit) if edit else first,
        summary=story["summary"],
        section=story["section"],
        language=story.get("language", site["language"]),
        author=story.get("author"),
        age=timedelta(hours=story["hours_ago"]),
        feeds=tuple(story.get("feeds", (main_feed,))),
        edit_in_feed=bool(edit and edit["in_feed"]),
        **{name: story[name] for name in _AS_GIVEN & story.keys()},
    )


def _edited(copy: Copy, edit: Mapping[str, Any]) -> Copy:
    text = "\n\n".join(copy.paragraphs)
    for wrong, right in edit.get("corrections", ()):
        if wrong not in text:
            raise ValueError(f"the sample newsroom corrects {wrong!r}, which its story does not say")
        text = text.replace(wrong, right)
    return Copy(edit.get("headline", copy.headline), _paragraphs(text + "\n\n" + edit.get("addition", "")))


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(" ".join(block.split()) for block in text.split("\n\n") if block.strip())
