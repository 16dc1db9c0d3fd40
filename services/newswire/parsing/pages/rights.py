"""What a page's markup says may be done with it."""

from typing import Final

from newswire.domain.articles.robots_words import NOT_ARCHIVED, NOT_INDEXED, RESERVING, robots_words
from newswire.events import Rights
from newswire.parsing.pages.head import Head
from newswire.parsing.pages.jsonld import NodeObject, as_list, text_of, url_of

_LICENCE_TAGS: Final = ("dcterms.license", "dc.rights.license", "license")


def rights_of(head: Head, article: NodeObject) -> Rights:
    """The publisher's statements; None where there is none.

    Text and data mining: TDMRep (https://www.w3.org/community/reports/tdmrep/CG-FINAL-tdmrep-20240202/ §6.4)
    before the informal robots words. Free access: schema.org isAccessibleForFree.
    """
    licence = (
        url_of(article.get("license")) or next(iter(head.links.get("license", ())), None) or head.first(*_LICENCE_TAGS)
    )
    words = frozenset[str]().union(*map(robots_words, head.every("robots")))
    return Rights(
        tdm_reserved=_reserved(head, words),
        free_access=_free(head, article),
        licence=licence,
        archiving_allowed=False if words & NOT_ARCHIVED else None,
        indexing_allowed=False if words & NOT_INDEXED else None,
        tdm_policy=head.absolute(head.first("tdm-policy")),
    )


def _reserved(head: Head, words: frozenset[str]) -> bool | None:
    stated = head.first("tdm-reservation")
    if stated in ("0", "1"):
        return stated == "1"
    return True if words & RESERVING else None


def _free(head: Head, article: NodeObject) -> bool | None:
    for node in (article, head.data.page()):
        for value in as_list(node.get("isAccessibleForFree")):
            stated = value if isinstance(value, bool) else (text_of(value) or "").casefold().rsplit("/", 1)[-1]
            if stated in (True, "true", "1", "yes"):
                return True
            if stated in (False, "false", "0", "no"):
                return False
    return None
