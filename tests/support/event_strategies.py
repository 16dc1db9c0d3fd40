"""Hypothesis strategies: any event that may be published."""

from datetime import UTC

from hypothesis import strategies as st

from newswire.events import (
    Article,
    ArticleExtracted,
    ArticleGone,
    ArticleUnchanged,
    CoverageGap,
    CoverageRestored,
    Dated,
    DeadLetter,
    Duplicate,
    DuplicateOf,
    EntryFound,
    Extraction,
    Feed,
    FeedFailing,
    FeedGone,
    FeedMoved,
    FeedNotAFeed,
    FeedRecovered,
    FeedSilent,
    Http,
    LatestArticle,
    PageValidators,
    Published,
    Relinked,
    Revised,
    Rights,
    SourceDrift,
    SourceRecovered,
    Unlinked,
    Withdrawn,
)

TEXT = st.text(max_size=20)
MAYBE = st.none() | TEXT
TEXTS = st.lists(TEXT, max_size=3).map(tuple)
MOMENT = st.datetimes(timezones=st.just(UTC))
SCORE = st.floats(0, 1)
COUNT = st.integers(0, 2**31)
URLS = st.sampled_from(("https://harbour.example/a", "https://news.inland.example/b?c=d", "http://127.0.0.1:8000/e"))
VALIDATORS = st.builds(PageValidators, etag=MAYBE, last_modified=MAYBE)
A_FEED = st.builds(Feed, id=st.uuids(), url=URLS, title=MAYBE)
FEED = st.none() | A_FEED
DATED = st.none() | st.builds(Dated, value=MOMENT, source=st.just("feed"), precision=st.sampled_from(("second", "day")))
ARTICLE = st.builds(
    Article,
    article_id=st.uuids(),
    content_hash=TEXT,
    text_hash=TEXT,
    url=URLS,
    canonical_url=URLS,
    canonical_link=MAYBE,
    source=TEXT,
    feed=FEED,
    title=MAYBE,
    authors=TEXTS,
    language_confidence=st.none() | SCORE,
    text=TEXT,
    word_count=COUNT,
    published=DATED,
    modified=DATED,
    found_at=MOMENT,
    fetched_at=st.none() | MOMENT,
    extracted_at=MOMENT,
    extraction=st.builds(Extraction, method=TEXT, version=TEXT, body_from=st.just("page"), flags=TEXTS),
    rights=st.builds(Rights, robots_allowed=st.none() | st.booleans(), licence=MAYBE),
    http=st.none() | st.builds(Http, status=COUNT, final_url=URLS),
)
SEEN = {"id": st.uuids(), "entry_id": st.uuids()}
DECIDED = {
    **SEEN,
    "article_id": st.uuids(),
    "revision": st.integers(1, 99),
    "source_event_id": st.uuids(),
    "at": MOMENT,
}
OF_SOURCE = {
    "id": st.uuids(),
    "source": TEXT,
    "source_id": st.uuids(),
    "at": MOMENT,
    "signal": TEXT,
    "usual": st.floats(0, 1),
    "articles": st.integers(1, 99),
}
OF_FEED = {"id": st.uuids(), "feed": A_FEED, "at": MOMENT}
EVENTS = {
    FeedFailing: st.builds(FeedFailing, **OF_FEED, reason=TEXT, errors=st.integers(1, 99), last_success=MOMENT),
    FeedNotAFeed: st.builds(FeedNotAFeed, **OF_FEED, content_type=MAYBE, announced=TEXTS),
    FeedSilent: st.builds(FeedSilent, **OF_FEED, last_entry=MOMENT, usual_gap_s=st.floats(0, 1e9)),
    FeedRecovered: st.builds(FeedRecovered, **OF_FEED, was=st.just("silent"), since=MOMENT),
    FeedMoved: st.builds(FeedMoved, **OF_FEED, to=URLS, merged_into=st.none() | st.uuids()),
    FeedGone: st.builds(FeedGone, **OF_FEED, status=COUNT, since=MOMENT),
    CoverageGap: st.builds(CoverageGap, **OF_FEED, since=MOMENT, until=MOMENT),
    CoverageRestored: st.builds(CoverageRestored, **OF_FEED, gap_id=st.uuids(), by=st.just("archive"), recovered=COUNT),
    SourceDrift: st.builds(SourceDrift, **OF_SOURCE, measured=st.floats(0, 1), direction=st.just("lower")),
    SourceRecovered: st.builds(SourceRecovered, **OF_SOURCE, since=MOMENT, by=st.just("return")),
    EntryFound: st.builds(
        EntryFound,
        id=st.uuids(),
        reason=st.sampled_from(("new", "changed", "recheck", "import")),
        feed=FEED,
        entry_key=TEXT,
        fingerprint=TEXT,
        url=URLS,
        original_url=TEXT,
        content=MAYBE,
        tags=TEXTS,
        published=st.none() | MOMENT,
        found_at=MOMENT,
        article_id=st.none() | st.uuids(),
        validators=st.none() | VALIDATORS,
    ),
    ArticleExtracted: st.builds(ArticleExtracted, **SEEN, reason=st.just("new"), article=ARTICLE),
    ArticleUnchanged: st.builds(
        ArticleUnchanged, **SEEN, article_id=st.uuids(), fetched_at=MOMENT, validators=VALIDATORS
    ),
    LatestArticle: st.builds(
        LatestArticle,
        **SEEN,
        article_id=st.uuids(),
        revision=st.integers(1, 99),
        position=st.integers(1, 2**62),
        epoch=TEXT,
        state=st.sampled_from(("published", "duplicate", "withdrawn")),
        withdrawn=st.booleans(),
        change_id=st.uuids(),
        at=MOMENT,
        article=st.none() | ARTICLE,
    ),
    ArticleGone: st.builds(ArticleGone, **SEEN, article_id=st.uuids(), fetched_at=MOMENT, status=COUNT),
    Published: st.builds(Published, **DECIDED, article=ARTICLE),
    Revised: st.builds(Revised, **DECIDED, article=ARTICLE, changed=st.just(("title", "text"))),
    Duplicate: st.builds(
        Duplicate,
        **DECIDED,
        article=ARTICLE,
        duplicate_of=st.builds(
            DuplicateOf, article_id=st.uuids(), url=URLS, score=SCORE, evidence=TEXT, algorithm=TEXT
        ),
    ),
    Withdrawn: st.builds(Withdrawn, **DECIDED, url=URLS, status=COUNT),
    Relinked: st.builds(
        Relinked,
        **DECIDED,
        url=URLS,
        duplicate_of=st.builds(
            DuplicateOf, article_id=st.uuids(), url=URLS, score=SCORE, evidence=TEXT, algorithm=TEXT
        ),
        previous=st.none() | st.uuids(),
    ),
    Unlinked: st.builds(Unlinked, **DECIDED, url=URLS, previous=st.none() | st.uuids()),
    DeadLetter: st.builds(
        DeadLetter,
        id=st.uuids(),
        entry_id=st.none() | st.uuids(),
        stage=st.sampled_from(("poll", "extract", "store")),
        topic=TEXT,
        partition=COUNT,
        offset=COUNT,
        key=MAYBE,
        value_base64=TEXT,
        headers=st.lists(st.tuples(TEXT, TEXT), max_size=3).map(tuple),
        reason=TEXT,
        error=TEXT,
        message=TEXT,
        attempts=st.integers(1, 9),
        first_failed_at=MOMENT,
        failed_at=MOMENT,
        version=TEXT,
    ),
}
ANY_EVENT = st.one_of(*EVENTS.values())
