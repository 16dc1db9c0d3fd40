"""`StoredTexts`: the articles of one batch are compared with each other, too."""

from datetime import timedelta

from newswire.domain.articles.batch import signed_events
from newswire.domain.articles.near_duplicates.stored import StoredTexts
from support.build import NOW, extracted, signed

WORDS = [f"word{number}" for number in range(200)]
STORY = signed(extracted("https://a.example/1", "Story", " ".join(WORDS), NOW))
COPY = signed(
    extracted("https://b.example/2", "Story", " ".join([*WORDS[:-10], "and", "more"]), NOW + timedelta(hours=1))
)
OTHER = signed(extracted("https://c.example/3", "Other", " ".join(reversed(WORDS)), NOW))


def batch():
    texts = StoredTexts(signed_events([STORY, OTHER, COPY]))
    for event in (STORY, OTHER):
        assert texts.nearest(event) is None
        texts.stand(event.article, event.id, event.article.article_id)
    return texts


def test_a_copy_finds_its_original_in_the_same_batch():
    found = batch().nearest(COPY)
    assert found is not None
    assert found[0].text.article_id == str(STORY.article.article_id)


def test_a_text_that_its_article_lost_is_found_no_more():
    texts = batch()
    texts.forget(STORY.article.article_id)
    assert texts.nearest(COPY) is None
