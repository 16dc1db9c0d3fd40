"""What a batch's articles are compared with: texts that the store holds, and those that the batch itself brings.

A batch is decided one article after the other; each sees the ones before it. No I/O.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from newswire.domain.articles.near_duplicates.choose import MAX_CANDIDATES, Text, TextLink
from newswire.domain.articles.near_duplicates.cluster import Region, Settled, redecide
from newswire.domain.articles.near_duplicates.comparisons import Comparisons
from newswire.domain.articles.near_duplicates.shingles import keys
from newswire.domain.text.signature import Signature, from_text, sign
from newswire.events import Article, ArticleExtracted

POSTINGS: Final = 200
"""How many articles that share a key are looked at, newest first: a phrase that a site repeats costs no more."""
MEMBERS: Final = 8
"""So many duplicates of each candidate are fetched, the earliest published: they show which words the editions of a
template share, and whether a new original is closer to them."""


_Question = tuple[Text, tuple[Text, ...], tuple[tuple[Text, ...], ...]]
"""A text, its candidates, and the duplicates of each candidate."""


_ALONE: Final = Settled({}, {}, {}, frozenset())
"""A text to which no other is near."""


@dataclass(frozen=True, slots=True)
class Signed:
    """An event's signature and the keys by which candidates are found."""

    article_id: UUID
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
    published: Mapping[UUID, datetime] = field(default_factory=dict)
    """By article id: when each of the batch's known articles was published, as far as was known before."""
    seen: Comparisons = field(default_factory=Comparisons)
    unsettled: dict[UUID, UUID] = field(default_factory=dict)
    """Stories that the batch leaves to be decided again: by the original's id, the event that caused it."""
    shaken: dict[UUID, UUID] = field(default_factory=dict)
    """In the same way: originals with another text than before, or withdrawn; their duplicates are decided again."""
    edges: dict[UUID, Sequence[TextLink]] = field(default_factory=dict)
    """By article id: how each text that the batch brings stands to earlier originals."""
    rehearsed: dict[_Question, Settled] = field(default_factory=dict)
    """What `redecide` said of a text among these candidates with these duplicates: shared with the copy."""
    _settled: dict[UUID, Settled] = field(default_factory=dict)
    _common: frozenset[int] = frozenset()
    """The keys that several texts of the batch have: no other leads from one to another."""
    _posted: dict[int, list[UUID]] = field(default_factory=dict)
    _member_of: dict[str, UUID] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Note whose duplicates the members are, and which keys the batch's texts share."""
        self._common = self._common or _common_keys(self.signed.values())
        for original, members in self.members.items():
            self._member_of.update((member.article_id, original) for member in members)

    def copied(self) -> "StoredTexts":
        """The same stored texts, to decide a batch on trial; what was found out about pairs is shared."""
        members = {each: list(texts) for each, texts in self.members.items()}
        return StoredTexts(
            self.signed,
            self.hits,
            dict(self.originals),
            members,
            published=self.published,
            seen=self.seen,
            rehearsed=self.rehearsed,
            _common=self._common,
        )

    def remember(self, earlier: "StoredTexts") -> None:
        """Take over what was found out about texts and pairs of texts when they were looked up ``earlier``."""
        self.seen = earlier.seen
        self.rehearsed = earlier.rehearsed

    def nearest(self, event: ArticleExtracted) -> tuple[Original, TextLink] | None:
        """The original that the event's text reprints, and how the two stand to each other; None when there is none."""
        signed = self.signed.get(event.id)
        if signed is None:
            return None
        article = event.article
        candidates = self._candidates(event.id, article.article_id, signed)
        if not candidates:
            self._settled[event.id] = _ALONE
            return None
        text = self._text(article, article.article_id, signed)
        members = [tuple(self.members.get(UUID(each.article_id), ())) for each in candidates]
        settled = self._decided(text, tuple(candidates), tuple(members))
        self._settled[event.id] = settled
        link = settled.links.get(text.article_id)
        return (self.originals[UUID(link.other.article_id)], link) if link else None

    def _decided(self, text: Text, candidates: tuple[Text, ...], members: tuple[tuple[Text, ...], ...]) -> Settled:
        asked = text, candidates, members
        if asked not in self.rehearsed:
            of_candidates = {each.article_id: some for each, some in zip(candidates, members, strict=True)}
            self.rehearsed[asked] = redecide(Region([text], {text.article_id: candidates}, of_candidates), self.seen)
        return self.rehearsed[asked]

    def _text(self, article: Article, original: UUID, signed: Signed) -> Text:
        known = self.published.get(article.article_id)
        at = published(article) if article.published or known is None else known
        return Text(str(article.article_id), original, at, signed.signature)

    def takes_over(self, event_id: UUID, original: UUID) -> bool:
        """Whether `nearest` found that the event's text takes the place of an original that was published later."""
        settled = self._settled.get(event_id)
        return settled is not None and str(original) in settled.reach

    def _candidates(self, event_id: UUID, article_id: UUID, signed: Signed) -> list[Text]:
        hits = {each: count for each, count in self.hits.get(event_id, {}).items() if each not in self.moved}
        for key in self._common.intersection(signed.keys):
            for each in self._posted.get(key, ()):
                hits[each] = hits.get(each, 0) + 1
        usable = (each for each in hits if each in self.originals and each != article_id)
        best = sorted(usable, key=lambda each: (-hits[each], each))[:MAX_CANDIDATES]
        return [self.originals[each].text for each in best]

    def stand(self, article: Article, event_id: UUID, original: UUID) -> None:
        """Note that the article has the event's text now; ``original`` is its own id when it is no duplicate."""
        signed = self.signed.get(event_id)
        self.forget(article.article_id)
        if signed is None:
            return
        text = self.moved[article.article_id] = self._text(article, original, signed)
        settled = self._settled.pop(event_id, None)
        if settled is not None:
            self.edges[article.article_id] = settled.edges.get(text.article_id, ())
        if original == article.article_id:
            self.originals[original] = Original(text, article.canonical_url)
            self.keys_of[original] = signed.keys
            for key in self._common.intersection(signed.keys):
                self._posted.setdefault(key, []).append(original)
        else:
            self.members.setdefault(original, []).append(text)
            self._member_of[text.article_id] = original
        self._unsettle(original, event_id, settled)

    def _unsettle(self, original: UUID, event_id: UUID, settled: Settled | None) -> None:
        """Note which stories a text bears on; an original that repeats an earlier text after all is among them."""
        if settled is None:
            return
        if settled.reach or str(original) in settled.links:
            for each in (original, *map(UUID, sorted(settled.reach))):
                self.unsettled.setdefault(each, event_id)

    def withdraw(self, article_id: UUID) -> None:
        """Note that nothing is linked to the article any more."""
        self.originals.pop(article_id, None)

    def drop(self, articles: Collection[UUID], events: Collection[UUID]) -> None:
        """Take back what these events did to these articles; the batch decides nothing more after that."""
        for article_id in articles:
            self.moved.pop(article_id, None)
            self.keys_of.pop(article_id, None)
            self.edges.pop(article_id, None)
        self.unsettled = {each: cause for each, cause in self.unsettled.items() if cause not in events}
        self.shaken = {each: cause for each, cause in self.shaken.items() if cause not in events}

    def forget(self, article_id: UUID) -> None:
        """Note that the article's text is compared with no other any more."""
        self.originals.pop(article_id, None)
        self.moved[article_id] = None
        for key in self._common.intersection(self.keys_of.pop(article_id, ())):
            self._posted[key].remove(article_id)
        original = self._member_of.pop(str(article_id), None)
        if original is not None:
            self.members[original] = [each for each in self.members[original] if each.article_id != str(article_id)]


def _common_keys(texts: Iterable[Signed]) -> frozenset[int]:
    """The keys that at least two of the texts have."""
    once: set[int] = set()
    again: set[int] = set()
    for text in texts:
        again.update(once.intersection(text.keys))
        once.update(text.keys)
    return frozenset(again)


def sign_event(event: ArticleExtracted) -> Signed:
    """The signature that the event carries; computed here when it carries none that this release can read."""
    try:
        carried = from_text(event.signature) if event.signature else None
    except ValueError:
        carried = None
    signature = carried or sign(event.article.title, event.article.text)
    return Signed(event.article.article_id, signature, keys(signature.text_codes))


def published(article: Article) -> datetime:
    """When the article was published, as far as is known: one without a date, when it was found."""
    return article.published.value if article.published else article.found_at
