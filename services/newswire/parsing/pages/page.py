"""One web page to one article: bytes in, `ParsedPage` out.

Pure computing, but of unbounded length on hostile pages (some steps are quadratic): it belongs into
a worker process that can be killed.
"""

import logging
from datetime import datetime
from typing import Final

from newswire.domain.articles.bodies import feed_is_better
from newswire.domain.articles.facts.page_claims import FeedFacts, decide, with_feed
from newswire.domain.articles.no_article import no_article
from newswire.domain.articles.parsed_page import FeedText, ParsedPage
from newswire.domain.articles.paywall import is_paywalled
from newswire.domain.text.fingerprint import count_and_hash
from newswire.domain.text.signature import text_part
from newswire.parsing.pages import tree
from newswire.parsing.pages.body import text_of_page
from newswire.parsing.pages.details import canonical_link, description_of, image_of, sections_of, site_name, tags_of
from newswire.parsing.pages.facts import read_claims
from newswire.parsing.pages.feed_body import parse_feed_body
from newswire.parsing.pages.head import Head, read_head
from newswire.parsing.pages.jsonld import NodeObject
from newswire.parsing.pages.rights import rights_of
from newswire.parsing.pages.signs import asks_for_password, below_text, signs_of
from newswire.parsing.pages.version import version
from newswire.parsing.text import charset
from newswire.parsing.text.language import decide_language
from newswire.parsing.text.language import warm as warm_language

_LANGUAGE_TAGS: Final = ("content-language", "og:locale", "dc.language", "dcterms.language", "language")

# They report page content at warning and error level; what it means for the article is in its flags.
for _noisy in ("trafilatura", "htmldate", "charset_normalizer", "courlan"):
    logging.getLogger(_noisy).setLevel(logging.CRITICAL)


def parse_page(  # one page, and all that is known of it beforehand
    body: bytes,
    url: str,
    content_type: str | None = None,
    feed: FeedText | None = None,
    stated: FeedFacts | None = None,
    now: datetime | None = None,
) -> ParsedPage:
    """The article of one page. ``url`` is the final address, ``content_type`` the HTTP header's value.

    ``feed`` is the full text that the feed carries, where it does: `ParsedPage.stand_in` says whether it is the better
    one. ``stated`` is what the feed says of the article: it is weighed as well at the time ``now``, in
    `ParsedPage.facts`. A page that is no article says why (`ParsedPage.no_article`).

    A page without any text is an article with an empty text and the flag ``no-text``. Other flags: ``paywalled`` (the
    free part of an article that has to be paid for), ``charset-guessed`` (characters may be wrong or lost),
    ``flattened`` (nested too deep to be read as it stands).

    Raises `Reject` (``not-html``) for bytes that are no web page.
    """
    tree.refuse_foreign_bytes(body, content_type)
    source = charset.decode(body, content_type)
    root, flattened = tree.parse(source.text, source.utf8)
    held = tree.held(root)
    head = read_head(root, url)
    article = head.data.article((url, *head.links.get("canonical", ())))
    claims = read_claims(head, article, root, url)
    facts = decide(claims)
    weighed = with_feed(claims, stated) if stated else claims
    title = facts.title.value
    password = asks_for_password(root)
    told = text_of_page(root, url, head, article, title)  # uses up the tree
    held.clear()
    text = told.choice.body.text
    language, confidence = decide_language(text, _declared(head, article))
    doubts = {"charset-guessed": not source.certain, "flattened": flattened, "no-text": not text}
    words, digest = count_and_hash(text)
    rights = rights_of(head, article)
    doubts["paywalled"] = is_paywalled(words, below_text(told), free=rights.free_access)
    return ParsedPage(
        text=text,
        word_count=words,
        content_hash=digest,
        text_codes=text_part(text),
        method=told.choice.body.method,
        version=version(),
        kinds=told.choice.body.kinds,
        confidence=round(told.choice.confidence, 3),
        agreed=told.choice.agreed,
        title=title,
        description=description_of(head, article),
        authors=tuple(name.text for name in facts.authors.value or ()),
        language=language,
        language_confidence=confidence,
        image=image_of(head, article),
        sections=sections_of(head, article),
        tags=tags_of(head, article),
        published=facts.published.value,
        modified=facts.modified.value,
        canonical_link=canonical_link(head),
        site_name=site_name(head, article),
        claims=weighed,
        facts=decide(weighed, now) if stated else None,
        rights=rights,
        stand_in=parse_feed_body(feed, title) if feed and feed_is_better(text, feed.content) else None,
        no_article=no_article(signs_of(head, article, told, words, password=password)),
        flags=tuple(flag for flag, holds in doubts.items() if holds),
    )


def warm() -> None:
    """Load what the first page would load: word lists and the language model, about 100 MB in all.

    For the initializer of a worker process, so that the first page is not the slow one.
    """
    warm_language()
    parse_page(_SAMPLE, "https://example.org/")


_SAMPLE: Final = b"<html><body><article><h1>Warm</h1><p>Some text.</p></article></body></html>"


def _declared(head: Head, article: NodeObject) -> tuple[str | None, ...]:
    stated = article.get("inLanguage")
    return (head.lang, stated if isinstance(stated, str) else None, *(head.first(key) for key in _LANGUAGE_TAGS))
