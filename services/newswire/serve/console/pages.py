"""The pages that show the wire: the list of articles, and one of them."""

from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter, Request, Response

from newswire.domain.articles.dropped import FLAG
from newswire.domain.wire.documents import DOCUMENT_FIELDS, TEXT
from newswire.domain.wire.keys import Caller
from newswire.domain.wire.refusals import Unknown
from newswire.operations.wire.articles import (
    compare_revisions,
    document,
    find_article,
    list_articles,
    list_copies,
    list_revisions,
)
from newswire.ports import ArticleNow
from newswire.serve.api.places import time_place, token_of
from newswire.serve.api.reading import Reading, caller_of
from newswire.serve.console.queries import ArticleAsked, WireAsked, read_query
from newswire.serve.console.templating import page
from newswire.serve.console.views import article as article_view
from newswire.serve.console.views import differences, wire
from newswire.serve.console.views.words import plural

STORIES: Final = 50
MOST_COPIES: Final = 200


def wire_routes(reading: Reading) -> APIRouter:
    """The routes."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    async def stories(request: Request) -> Response:
        asked, caller = read_query(request, WireAsked), caller_of(request)
        # Taken before the list, so that no change falls between the two.
        cursor = (await reading.tail.range()).end
        found = await list_articles(
            caller,
            reading.articles,
            asked.wanted,
            fields=wire.FIELDS,
            behind=time_place(asked.after),
            limit=STORIES,
        )
        older = token_of(found.behind)
        return page(
            "wire",
            here="wire",
            caller=caller,
            asked=asked,
            days=wire.wire_days(found.articles),
            live=wire.live_address(asked, str(cursor)),
            newest=wire.other_page(asked),
            older=wire.other_page(asked, after=older) if older else None,
            filtered=wire.other_page(asked) != "/",
        )

    @router.get("/articles/{article_id}")
    async def one(request: Request, article_id: UUID) -> Response:
        asked, caller = read_query(request, ArticleAsked), caller_of(request)
        article = await find_article(caller, reading.articles, str(article_id))
        with_text = caller.may("text")
        fields = DOCUMENT_FIELDS if with_text else DOCUMENT_FIELDS - {TEXT}
        now = document(article, DOCUMENT_FIELDS - {TEXT})
        return page(
            "article",
            here="wire",
            caller=caller,
            article=now | await _text_of(caller, article, asked, fields),
            asked=asked,
            with_text=with_text,
            state=article_view.state_of(article.kind, article.revision),
            facts=article_view.facts_of(now),
            published=article_view.published_of(now),
            rights=article_view.rights_of(now["rights"]),
            **await _relations(caller, article),
            difference=await _difference(caller, article, asked) if with_text else None,
        )

    async def _text_of(
        caller: Caller, article: ArticleNow, asked: ArticleAsked, fields: frozenset[str]
    ) -> dict[str, Any]:
        """The title and the text that were asked for: those of now, or of an earlier revision."""
        if asked.revision is None:
            shown = document(article, fields)
        else:
            named = frozenset({"title", "extraction"} | ({TEXT} & fields))
            rows, _ = await list_revisions(
                caller,
                reading.articles,
                str(article.article_id),
                fields=named,
                behind=asked.revision - 1,
                limit=1,
            )
            if not rows or rows[0]["revision"] != asked.revision:
                raise Unknown(f"this article has no text with the number {asked.revision}")
            shown = rows[0]["article"]
        return {
            "title": shown.get("title"),
            "paragraphs": article_view.paragraphs(shown.get(TEXT) or ""),
            "is_dropped": FLAG in shown["extraction"].get("flags", ()),
        }

    async def _relations(caller: Caller, article: ArticleNow) -> dict[str, Any]:
        """Its texts, its copies, and its original with the grounds."""
        name = str(article.article_id)
        titles = frozenset({"title", "word_count"})
        rows, more = await list_revisions(caller, reading.articles, name, fields=titles, behind=0, limit=MOST_COPIES)
        shown = wire.FIELDS | {"first_seen"}
        copies = await list_copies(caller, reading.articles, name, fields=shown, limit=MOST_COPIES)
        original: dict[str, Any] | None = None
        grounds: tuple[str, ...] = ()
        if article.duplicate_of is not None:
            repeated = await find_article(caller, reading.articles, str(article.duplicate_of))
            ours = await list_copies(
                caller,
                reading.articles,
                str(article.duplicate_of),
                fields=frozenset(),
                limit=1,
                only=article.article_id,
            )
            grounds = article_view.grounds_of(ours[0]["duplicate_of"]) if ours else ()
            original = document(repeated, shown | {"article_id"})
        return {
            "revisions": rows,
            "more_revisions": more is not None,
            "copies": article_view.copy_rows(copies),
            "original": original,
            "grounds": grounds,
        }

    async def _difference(caller: Caller, article: ArticleNow, asked: ArticleAsked) -> dict[str, Any] | None:
        if asked.pair is None:
            return None
        found = await compare_revisions(caller, reading.articles, str(article.article_id), *asked.pair)
        title, text = differences.tidied(found["title"]), differences.tidied(found["text"])
        inserted, deleted = differences.counts((*title, *text))
        return {
            "old": asked.pair[0],
            "new": asked.pair[1],
            "title": title,
            "stretches": differences.stretches(differences.paragraphs_of(text)),
            "inserted": plural(inserted, "word"),
            "deleted": plural(deleted, "word"),
        }

    return router
