"""An article whose archived page was extracted again keeps what the page does not decide."""

from newswire.domain.articles.redo import redone
from newswire.events import LatestArticle, stable_id
from support.build import NOW, article, extracted


def test_an_imported_article_that_is_extracted_again_is_still_one_that_nobody_asks_for_again():
    before = article().model_copy(update={"http": None})
    stored = LatestArticle(
        id=stable_id("state"),
        article_id=before.article_id,
        revision=1,
        epoch="e",
        state="published",
        withdrawn=False,
        change_id=stable_id("change"),
        entry_id=stable_id("entry"),
        at=NOW,
        article=before,
    )
    assert redone(extracted(text="Another reading of the page."), stored, before).article.http is None
