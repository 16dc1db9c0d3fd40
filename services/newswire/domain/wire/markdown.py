"""An article as Markdown (https://spec.commonmark.org/0.31.2/): nothing that a publisher wrote becomes markup."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

_MARKUP: Final = re.compile(r"[\\`*_{}\[\]<>()#+\-.!|~&:]")
_HEADINGS: Final = {"heading": "### ", "list-item": "- ", "quote": "> "}


def markdown(article: Mapping[str, Any]) -> str:
    """The Markdown of an article, given as its `ArticleDocument` in JSON; with its text where that is given."""
    return "\n\n".join(_blocks(article)) + "\n"


def _blocks(article: Mapping[str, Any]) -> Iterator[str]:
    yield f"## {_plain(article['title'] or article['url'])}"
    yield " · ".join(_line(article))
    yield f"<{_address(article['url'])}>"
    lines = (article.get("text") or "").split("\n")
    kinds = article["text_kinds"] if len(article["text_kinds"]) == len(lines) else [""] * len(lines)
    for line, kind in zip(lines, kinds, strict=True):
        if line.strip():
            yield _HEADINGS.get(kind, "") + _plain(line)


def _line(article: Mapping[str, Any]) -> Iterator[str]:
    yield _plain(article["site_name"] or article["source"])
    if article["authors"]:
        yield _plain(", ".join(article["authors"]))
    if article["published"]:
        yield article["published"]["value"]
    if article["kind"] != "published" or article["revision"] > 1:
        yield f"{article['kind']}, revision {article['revision']}"


def _plain(text: str) -> str:
    """One line in which every character of markup stands for itself (§2.4: backslash escapes)."""
    return _MARKUP.sub(lambda found: f"\\{found[0]}", " ".join(text.split()))


def _address(url: str) -> str:
    return url.replace("<", "%3C").replace(">", "%3E").replace(" ", "%20")
