"""The newsroom's feeds as documents: RSS 2.0, Atom 1.0, RSS 1.0 (RDF) and JSON Feed 1.1."""

import json
from collections.abc import Callable, Mapping
from email.utils import format_datetime
from html import escape
from typing import Final

from newswire.demo.desk import Desk
from newswire.demo.pages import front_page
from newswire.demo.sites import Channel, Copy, FeedFormat, Story

MEDIA_TYPES: Final[Mapping[FeedFormat, str]] = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "rdf": "application/rdf+xml",
    "json": "application/feed+json",
    "html": "text/html",
}


def render_feed(desk: Desk, channel: Channel) -> bytes:
    """The whole document, in the site's character encoding."""
    return _WRITERS[channel.format](desk, channel).encode(desk.site.charset)


def arriving(document: bytes, desk: Desk, channel: Channel) -> bytes:
    """What of a document arrives: all of it, or, where it is cut, all but its last item (which has just begun)."""
    if channel.cut_at_first and desk.edition == 1:
        return document[: document.rindex(b"<item>") + len(b"<it")]
    return document


def _rss(desk: Desk, channel: Channel) -> str:
    items = "".join(_rss_item(desk, channel, story) for story in desk.carried(channel))
    return (
        f'<?xml version="1.0" encoding="{desk.site.charset}"?>\n'
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">\n<channel>\n'
        f"<title>{escape(desk.site.name)}</title>\n<link>{desk.base}/</link>\n"
        f"<description>{escape(desk.site.name)}</description>\n<language>{desk.site.language}</language>\n"
        f"{items}</channel>\n</rss>\n"
    )


def _rss_item(desk: Desk, channel: Channel, story: Story) -> str:
    copy, _ = desk.told(story)
    link = desk.link(story, channel)
    parts = [
        f"<title>{escape(copy.headline)}</title>",
        f"<link>{escape(link)}</link>" if link else "",
        f'<guid isPermaLink="false">{story.name}</guid>',
        f"<pubDate>{format_datetime(desk.published(story), usegmt=True)}</pubDate>",
        f"<dc:creator>{escape(story.author)}</dc:creator>" if story.author else "",
        f"<category>{escape(story.section)}</category>",
        f"<description>{escape(story.summary)}</description>",
        f"<content:encoded>{escape(_html(copy))}</content:encoded>" if channel.full_text else "",
    ]
    return "<item>\n" + "\n".join(part for part in parts if part) + "\n</item>\n"


def _atom(desk: Desk, channel: Channel) -> str:
    stories = desk.carried(channel)
    entries = "".join(_atom_entry(desk, channel, story) for story in stories)
    updated = max((desk.told(story)[1] for story in stories), default=desk.now)
    tombstones = "".join(
        f'<at:deleted-entry ref="{_tag(desk, story)}" when="{desk.now.isoformat()}"/>\n'
        for story in desk.buried(channel)
    )
    return (
        f'<?xml version="1.0" encoding="{desk.site.charset}"?>\n'
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0"'
        f' xml:lang="{desk.site.language}">\n'
        f"<title>{escape(desk.site.name)}</title>\n<id>{desk.base}/</id>\n"
        f'<link href="{desk.base}/"/>\n<link rel="self" href="{desk.base}{channel.path}"/>\n'
        f"<updated>{updated.isoformat()}</updated>\n{tombstones}{entries}</feed>\n"
    )


def _tag(desk: Desk, story: Story) -> str:
    return f"tag:{desk.site.key}.example,2020:{story.slug}"


def _atom_entry(desk: Desk, channel: Channel, story: Story) -> str:
    copy, changed = desk.told(story)
    link = desk.link(story, channel)
    parts = [
        f"<title>{escape(copy.headline)}</title>",
        f"<id>{_tag(desk, story)}</id>",
        f'<link href="{escape(link)}"/>' if link else "",
        f"<published>{desk.published(story).isoformat()}</published>",
        f"<updated>{changed.isoformat()}</updated>",
        f"<author><name>{escape(story.author)}</name></author>" if story.author else "",
        f'<category term="{escape(story.section)}"/>',
        f"<summary>{escape(story.summary)}</summary>",
        f'<content type="html">{escape(_html(copy))}</content>' if channel.full_text else "",
    ]
    return "<entry>\n" + "\n".join(part for part in parts if part) + "\n</entry>\n"


def _rdf(desk: Desk, channel: Channel) -> str:
    linked = [(story, desk.link(story, channel)) for story in desk.carried(channel)]
    order = "".join(f'<rdf:li rdf:resource="{escape(link)}"/>' for _, link in linked if link)
    items = "".join(_rdf_item(desk, story, link) for story, link in linked if link)
    return (
        f'<?xml version="1.0" encoding="{desk.site.charset}"?>\n'
        '<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
        f'<channel rdf:about="{desk.base}{channel.path}">\n<title>{escape(desk.site.name)}</title>\n'
        f"<link>{desk.base}/</link>\n<description>{escape(desk.site.name)}</description>\n"
        f"<dc:language>{desk.site.language}</dc:language>\n<items><rdf:Seq>{order}</rdf:Seq></items>\n"
        f"</channel>\n{items}</rdf:RDF>\n"
    )


def _rdf_item(desk: Desk, story: Story, link: str) -> str:
    copy, _ = desk.told(story)
    creator = f"<dc:creator>{escape(story.author)}</dc:creator>\n" if story.author else ""
    return (
        f'<item rdf:about="{escape(link)}">\n<title>{escape(copy.headline)}</title>\n<link>{escape(link)}</link>\n'
        f"<description>{escape(story.summary)}</description>\n{creator}"
        f"<dc:date>{desk.published(story).isoformat()}</dc:date>\n"
        f"<dc:subject>{escape(story.section)}</dc:subject>\n</item>\n"
    )


def _json(desk: Desk, channel: Channel) -> str:
    items = []
    for story in desk.carried(channel):
        copy, changed = desk.told(story)
        item = {
            "id": story.name,
            "url": desk.link(story, channel),
            "title": copy.headline,
            "summary": story.summary,
            "language": story.language,
            "tags": [story.section],
            "authors": [{"name": story.author}] if story.author else None,
            "date_published": desk.published(story).isoformat(),
            "date_modified": changed.isoformat() if changed > desk.published(story) else None,
            "content_html": _html(copy) if channel.full_text else None,
        }
        items.append({name: value for name, value in item.items() if value is not None})
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": desk.site.name,
        "home_page_url": f"{desk.base}/",
        "feed_url": desk.base + channel.path,
        "language": desk.site.language,
        "items": items,
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def _not_a_feed(desk: Desk, _: Channel) -> str:
    return front_page(desk)


def _html(copy: Copy) -> str:
    return "".join(f"<p>{escape(paragraph)}</p>\n" for paragraph in copy.paragraphs)


_WRITERS: Final[Mapping[FeedFormat, Callable[[Desk, Channel], str]]] = {
    "rss": _rss,
    "atom": _atom,
    "rdf": _rdf,
    "json": _json,
    "html": _not_a_feed,
}
