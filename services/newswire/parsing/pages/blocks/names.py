"""What the class and id of an element suggest about its text.

Publishers name elements in English almost everywhere; the few other words are those of the large content systems.
"""

import re
from functools import lru_cache
from operator import add
from typing import Final

# fmt: off
GROUPS: Final[dict[str, str]] = {
    "body": "articlebody storybody entrycontent postcontent articlecontent articletext storycontent richtext bodytext "
            "maincontent storytext newstext contentbody articlemain bodycopy fulltext articleboby postbody newsbody "
            "paragraph paragraphs prose wysiwyg",
    "content": "article story post entry body content text main artikel texto nota corps cuerpo contenido conteudo "
               "inhalt single hentry news copy detail testo",
    "lead": "lead intro standfirst summary subtitle dek excerpt chapo deck abstract subhead subheadline description "
            "entradilla bajada sapo leadin introduction kicker strapline sottotitolo vorspann anreisser ingress",
    "title": "title headline heading titre titulo hed titel",
    "byline": "byline author authors meta date time dateline timestamp info published bio writer autor auteur "
              "credits pubdate datetime contributor profile reporter",
    "caption": "caption captions credit credits figcaption legend imagecaption wpcaption captiontext bildunterschrift "
               "leyenda imagecredit photocredit photocaption mediacaption",
    "picture": "figure image photo media gallery picture slideshow video player carousel slider img fotos bild "
    "thumbnail "
               "thumb photos images",
    "related": "related recommend recommended recommendations more also teaser teasers trending popular most read card "
               "latest next further suggestions outbrain taboola promo similar readmore seealso onward list feed river "
               "relacionadas recirc linklist topstories morefrom stories onward",
    "share": "share sharing social facebook twitter follow whatsapp addtoany sharedaddy shares socials",
    "comment": "comment comments disqus reply respond discussion reactions commentlist kommentar kommentare",
    "advert": "ad ads advert advertisement banner sponsor sponsored promoted dfp commercial adsense adv anzeige "
              "werbung advertising partner",
    "newsletter": "newsletter newsletters signup cta donate donation join registration email promobox",
    "payment": "subscribe subscription paywall login register premium regwall membership offer offers piano abo meter "
               "signin checkout plans pricing",
    "nav": "nav navigation menu breadcrumb breadcrumbs header footer sidebar widget toolbar pagination skip topbar "
           "navbar masthead rail pager sitemap footnav aside secondary widgets",
    "cookie": "cookie cookies consent gdpr modal popup overlay dialog notice onetrust cmp lightbox privacy "
    "tarteaucitron "
              "didomi sourcepoint usercentrics cookiebot quantcast cookielawinfo klaro truste iubenda sp",
    "tags": "tag tags topic topics category categories keywords label labels badge section etiquetas",
    "quote": "quote pullquote blockquote pull pullout quotation tweet instagram embed embedded zitat",
    "legal": "copyright disclaimer legal terms note source correction footnote footnotes footer editors about rights",
    "tool": "button btn icon icons tooltip tools print audio listen hidden sr visually screen visuallyhidden controls "
            "toggle toolbar action actions search form input bookmark save a11y",
    "box": "box infobox factbox inset callout module panel accordion facts bio quiz poll chart table timeline ticker",
    "live": "live liveblog update updates keypoints highlights",
}
# fmt: on

BIT: Final = {name: 1 << number for number, name in enumerate(GROUPS)}
_OF_WORD: Final[dict[str, int]] = {}
for _name, _words in GROUPS.items():
    for _word in _words.split():
        _OF_WORD[_word] = _OF_WORD.get(_word, 0) | BIT[_name]

_WORD: Final = re.compile(r"[A-Z]?[a-z]++[0-9]*+|[A-Z]++")
MAX_NAME: Final = 400
"""Characters of a class and id that are read."""


def groups_of(name: str) -> int:
    """The groups' bits (`BIT`) of the words in a class and an id."""
    return _mask(name[:MAX_NAME])


@lru_cache(10_000)  # a site's pages have the same classes again and again
def _mask(name: str) -> int:
    found = 0
    words = list(map(str.lower, _WORD.findall(name)))
    for word in (*words, *map(add, words, words[1:])):  # "article-body" is read like "articlebody"
        found |= _OF_WORD.get(word, 0)
    return found
