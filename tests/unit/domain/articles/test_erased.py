"""An erased article holds no words, and no list that describes words which are gone."""

from newswire.domain.articles.erased import FLAG, erased_article
from support.build import article


def test_the_kinds_of_authors_and_lines_go_with_the_authors_and_the_lines():
    full = article(text="One line.\nAnother line.").model_copy(
        update={
            "authors": ("Ada Byron",),
            "author_kinds": ("person",),
            "text_kinds": ("paragraph", "quote"),
        }
    )
    left = erased_article(full)
    assert (left.text, left.text_kinds, left.authors, left.author_kinds) == ("", (), (), ())
    assert (left.article_id, left.content_hash, left.extraction.flags) == (full.article_id, full.content_hash, (FLAG,))
