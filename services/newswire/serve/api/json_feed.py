"""Articles as a JSON Feed, version 1.1 (jsonfeed.org)."""

from collections.abc import Iterable
from typing import Any


def json_feed(title: str, next_url: str | None, articles: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The document. The format has no way to say that an article was withdrawn: such articles are left out."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "items": [_item(article) for article in articles if article["kind"] != "withdrawn"],
    }
    return feed if next_url is None else {**feed, "next_url": next_url}


def _item(article: dict[str, Any]) -> dict[str, Any]:
    given = {
        "title": article["title"],
        "summary": article["description"],
        "image": article["image"],
        "date_published": article["published"] and article["published"]["value"],
        "language": article["language"],
    }
    return {
        "id": f"urn:uuid:{article['article_id']}",
        "url": article["url"],
        **{name: value for name, value in given.items() if value},
        # The format asks for a content of every item.
        "content_text": article.get("text") or article["description"] or article["title"] or article["url"],
        "date_modified": article["changed_at"],
        "authors": [{"name": name} for name in article["authors"] or [article["site_name"] or article["source"]]],
        "tags": list(dict.fromkeys((*article["sections"], *article["tags"]))),
        "_newswire": {
            name: article[name] for name in ("article_id", "kind", "revision", "duplicate_of", "source", "first_seen")
        },
    }
