"""What a batch's articles are compared with: texts that the store holds, and those that the batch itself brings.

A batch is decided one article after the other; each sees the ones before it. No I/O.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from newswire.domain.articles.near_duplicates.choose import MAX_CANDIDATES, Text, TextLink, links
from newswire.domain.articles.near_duplicates.reprint import best_reprint
from newswire.domain.articles.near_duplicates.shingles import keys
from newswire.domain.text.signature import Signature, from_text, sign
from newswire.events import Article, ArticleExtracted

POSTINGS: Final = 200
"""How many articles that share a key are looked at, newest first: a phrase that a site repeats costs no more."""
MEMBERS: Final = 4
"""So many duplicates of each candidate are fetched: they show which words the editions of a template share."""


@dataclass(frozen=True, slots=True)
class Signed:
    """An event's signature and the keys by which candidates are found."""

    signature: Signature
    keys: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Original:
    """A text that duplicates may be linked to."""

    text: Text
    url: str


@dataclass(slots=True)
class StoredTexts:
    """The texts around one batch. ``signed`` and ``hits`` are by event id, the others by article id."""

    signed: Mapping[UUID, Signed]
    hits: Mapping[UUID, Mapping[UUID, int]] = field(default_factory=dict)
    """How many keys each stored article has in common with the event's."""
    originals: dict[UUID, Original] = field(default_factory=dict)
    members: dict[UUID, list[Text]] = field(default_factory=dict)
    """By the original's id: texts of its duplicates."""
    moved: dict[UUID, Text | None] = field(default_factory=dict)
    """The texts that the batch brings; None for an article whose text is compared no more."""
    keys_of: dict[UUID, tuple[int, ...]] = field(default_factory=dict)
    """By article id: the keys of those texts that the batch makes originals."""
    _posted: dict[int, list[UUID]] = field(default_factory=dict)
    _member_of: dict[str, UUID] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Note whose duplicates the members are."""
        for original, members in self.members.items():
            self._member_of.update((member.article_id, original) for member in members)

    def nearest(self, event: ArticleExtracted) -> tuple[Original, TextLink] | None:
        """The original that the event's text reprints, and how the two stand to each other; None when there is none."""
        signed = self.signed.get(event.id)
        if signed is None:
            return None
        article = event.article
        candidates = self._candidates(event.id, article.article_id, signed)
        if not candidates:
            return None
        members = [member for each in candidates for member in self.members.get(UUID(each.article_id), ())]
        link = best_reprint(links(text_of(article, article.article_id, signed.signature), candidates, members))
        return (self.originals[UUID(link.other.article_id)], link) if link else None

    def _candidates(self, event_id: UUID, article_id: UUID, signed: Signed) -> list[Text]:
        stored = self.hits.get(event_id, {})
        hits = Counter({each: count for each, count in stored.items() if each not in self.moved})
        hits.update(each for key in signed.keys for each in self._posted.get(key, ()))
        usable = (each for each in hits if each in self.originals and each != article_id)
        best = sorted(usable, key=lambda each: (-hits[each], each))[:MAX_CANDIDATES]
        return [self.originals[each].text for each in best]

    def stand(self, article: Article, event_id: UUID, original: UUID) -> None:
        """Note that the article has the event's text now; ``original`` is its own id when it is no duplicate."""
        signed = self.signed.get(event_id)
        self.forget(article.article_id)
        if signed is None:
            return
        text = self.moved[article.article_id] = text_of(article, original, signed.signature)
        if original == article.article_id:
            self.originals[original] = Original(text, article.canonical_url)
            self.keys_of[original] = signed.keys
            for key in signed.keys:
                self._posted.setdefault(key, []).append(original)
        else:
            self.members.setdefault(original, []).append(text)
            self._member_of[text.article_id] = original

    def withdraw(self, article_id: UUID) -> None:
        """Note that nothing is linked to the article any more."""
        self.originals.pop(article_id, None)

    def forget(self, article_id: UUID) -> None:
        """Note that the article's text is compared with no other any more."""
        self.originals.pop(article_id, None)
        self.moved[article_id] = None
        for key in self.keys_of.pop(article_id, ()):
            self._posted[key].remove(article_id)
        original = self._member_of.pop(str(article_id), None)
        if original is not None:
            self.members[original] = [each for each in self.members[original] if each.article_id != str(article_id)]


def sign_event(event: ArticleExtracted) -> Signed:
    """The signature that the event carries; computed here when it carries none that this release can read."""
    try:
        carried = from_text(event.signature) if event.signature else None
    except ValueError:
        carried = None
    signature = carried or sign(event.article.title, event.article.text)
    return Signed(signature, keys(signature.text_codes))


def text_of(article: Article, original: UUID, signature: Signature) -> Text:
    """An article's text as the decision sees it. One without a date was published when it was found."""
    return Text(str(article.article_id), original, published(article), signature)


def published(article: Article) -> datetime:
    """When the article was published, as far as is known."""
    return article.published.value if article.published else article.found_at
