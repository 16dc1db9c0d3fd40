"""The newsroom's pages as HTML, in three styles: well marked up, plain, and buried in furniture."""

import json
from html import escape

from newswire.demo.desk import Desk
from newswire.demo.sites import Story


def article_page(desk: Desk, story: Story) -> str:
    """A story's page."""
    match desk.site.style:
        case "clean":
            return _document(desk, story, _meta(desk, story) + _json_ld(desk, story), _article(desk, story))
        case "plain":
            return _document(desk, story, _meta(desk, story), _article(desk, story))
        case "messy":
            return _document(desk, story, "", _cluttered(desk, story))


def front_page(desk: Desk) -> str:
    """The site's home page, with its feeds announced in the head."""
    alternates = "".join(
        f'<link rel="alternate" type="application/{_KINDS[channel.format]}" href="{channel.path}">\n'
        for channel in desk.site.channels
        if channel.format in _KINDS
    )
    links = "".join(
        f'<li><a href="{story.path}">{escape(desk.copy(story).headline)}</a></li>\n'
        for story in desk.site.stories
        if story.since <= desk.edition
    )
    name = escape(desk.site.name)
    return (
        f'<!doctype html>\n<html lang="{desk.site.language}">\n<head><meta charset="{desk.site.charset}">\n'
        f"<title>{name}</title>\n{alternates}</head>\n<body><h1>{name}</h1>\n<ul>\n{links}</ul></body>\n</html>\n"
    )


_KINDS = {"rss": "rss+xml", "atom": "atom+xml", "rdf": "rdf+xml", "json": "feed+json"}


def _document(desk: Desk, story: Story, head: str, body: str) -> str:
    title = f"{escape(desk.copy(story).headline)} | {escape(desk.site.name)}"
    return (
        f'<!doctype html>\n<html lang="{story.language}">\n<head>\n<meta charset="{desk.site.charset}">\n'
        f"<title>{title}</title>\n{head}</head>\n<body>\n{body}</body>\n</html>\n"
    )


def _meta(desk: Desk, story: Story) -> str:
    properties = {
        "og:type": "article",
        "og:title": desk.copy(story).headline,
        "og:description": story.summary,
        "og:url": desk.url(story),
        "og:site_name": desk.site.name,
        "og:image": f"{desk.base}/images/{story.slug}.jpg",
        "article:published_time": desk.published(story).isoformat(),
        "article:modified_time": desk.modified(story).isoformat(),
        "article:section": story.section,
    }
    tags = "".join(f'<meta property="{name}" content="{escape(value)}">\n' for name, value in properties.items())
    author = f'<meta name="author" content="{escape(story.author)}">\n' if story.author else ""
    return f'<link rel="canonical" href="{desk.url(story)}">\n{tags}{author}'


def _json_ld(desk: Desk, story: Story) -> str:
    facts = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": desk.url(story),
        "headline": desk.copy(story).headline,
        "description": story.summary,
        "inLanguage": story.language,
        "articleSection": story.section,
        "datePublished": desk.published(story).isoformat(),
        "dateModified": desk.modified(story).isoformat(),
        "isAccessibleForFree": True,
        "author": {"@type": "Person", "name": story.author},
        "publisher": {"@type": "NewsMediaOrganization", "name": desk.site.name},
    }
    return f'<script type="application/ld+json">{json.dumps(facts, ensure_ascii=False)}</script>\n'


def _paragraphs(desk: Desk, story: Story) -> str:
    return "".join(f"<p>{escape(paragraph)}</p>\n" for paragraph in desk.copy(story).paragraphs)


def _byline(story: Story) -> str:
    return f'<span class="author">{escape(story.author)}</span>' if story.author else ""


def _article(desk: Desk, story: Story) -> str:
    published = desk.published(story)
    return (
        f'<header><a href="/">{escape(desk.site.name)}</a></header>\n<main><article>\n'
        f"<h1>{escape(desk.copy(story).headline)}</h1>\n"
        f'<div class="byline">{_byline(story)} '
        f'<time datetime="{published.isoformat()}">{published:%Y-%m-%d}</time></div>\n'
        f'<div class="article-body">\n{_paragraphs(desk, story)}</div>\n'
        f"</article></main>\n<footer>© {escape(desk.site.name)}</footer>\n"
    )


def _cluttered(desk: Desk, story: Story) -> str:
    others = [other for other in desk.site.stories if other is not story and other.since <= desk.edition]
    related = "".join(f'<li><a href="{other.path}">{escape(desk.copy(other).headline)}</a></li>\n' for other in others)
    paragraphs = [f"<p>{escape(paragraph)}</p>\n" for paragraph in desk.copy(story).paragraphs]
    text = "".join([*paragraphs[:2], _ADVERTISEMENT, *paragraphs[2:3], _NEWSLETTER, *paragraphs[3:]])
    published = desk.published(story)
    return (
        f"{_COOKIES}{_NAVIGATION}"
        f'<div class="breadcrumb"><a href="/">Home</a> &gt; <a href="/">{escape(story.section)}</a></div>\n'
        f'<div id="content">\n<h1 class="headline">{escape(desk.copy(story).headline)}</h1>\n'
        f'<div class="meta">By {_byline(story)} | {published:%d %B %Y, %H:%M} | 3 min read</div>\n'
        f'{_SHARE}<div class="story-body">\n{text}</div>\n'
        f'<div class="tags">Tags: <a href="/">{escape(story.section)}</a>, <a href="/">Lowmarch</a></div>\n'
        f'{_SHARE}<div class="related"><h3>Read more</h3>\n<ul>\n{related}</ul></div>\n{_COMMENTS}</div>\n'
        f'<footer class="footer"><p>© {escape(desk.site.name)}. All rights reserved.</p>'
        '<p><a href="/">Imprint</a> | <a href="/">Privacy</a> | <a href="/">Advertise with us</a></p></footer>\n'
    )


_COOKIES = (
    '<div class="cookie-banner" role="dialog"><p>We and our 312 partners value your privacy. '
    "By clicking accept you agree to the use of cookies.</p><button>Accept all</button></div>\n"
)
_NAVIGATION = (
    '<nav class="menu"><ul><li><a href="/">Home</a></li><li><a href="/">Town</a></li><li><a href="/">Region</a></li>'
    '<li><a href="/">Sport</a></li><li><a href="/">Weather</a></li><li><a href="/">Subscribe</a></li></ul></nav>\n'
)
_SHARE = (
    '<div class="share"><a href="#">Share</a> <a href="#">Post</a> <a href="#">Email</a> <a href="#">Print</a></div>\n'
)
_ADVERTISEMENT = '<div class="ad"><span>Advertisement</span><a href="#">Slippers. Now in pairs.</a></div>\n'
_NEWSLETTER = (
    '<div class="newsletter"><h4>The morning letter</h4><span>Sign up for our newsletter and never miss a story.</span>'
    '<form><input type="email" placeholder="Your email"><button>Sign up</button></form></div>\n'
)
_COMMENTS = (
    '<section id="comments" class="comments"><h3>2 comments</h3>\n'
    '<div class="comment"><b>gullwatcher</b> Nobody asked the gulls.</div>\n'
    '<div class="comment"><b>M. from the Yard</b> First! I have read none of it and I disagree.</div></section>\n'
)
