"""Which account of an article's text is published."""

import pytest

from newswire.domain.articles.bodies import BodyText, choose, feed_is_better


def words(stem, count, start=0):
    return " ".join(f"{stem}{number}" for number in range(start, start + count))


SHOWN = words("w", 200)


def blocks(text):
    return BodyText("blocks", text, ("paragraph",))


def stated(text, method="json-ld"):
    return BodyText(method, text)


class TestTheChoice:
    def test_what_the_page_shows_is_published_where_nothing_else_is_told(self):
        choice = choose(blocks(SHOWN), 0.9, [stated("")])
        assert (choice.body.text, choice.confidence, choice.agreed) == (SHOWN, 0.9, ())

    def test_an_account_that_says_the_same_raises_the_confidence_and_is_named(self):
        choice = choose(blocks(SHOWN), 0.6, [stated(words("w", 190))])
        assert (choice.body.method, choice.agreed) == ("blocks", ("json-ld",))
        assert choice.confidence == pytest.approx(0.8)

    def test_a_page_that_shows_nothing_gives_way_to_any_account(self):
        assert choose(blocks(""), 0.0, [stated("Short.", "trafilatura")]).body.text == "Short."

    def test_a_page_that_shows_a_few_words_gives_way_to_what_it_states_elsewhere(self):
        assert choose(blocks("Loading the story"), 0.3, [stated(SHOWN, "app-state")]).body.method == "app-state"

    def test_a_second_extractor_never_replaces_a_text_that_is_shown(self):
        assert choose(blocks(words("w", 30)), 0.3, [stated(SHOWN, "trafilatura")]).body.method == "blocks"

    def test_a_stated_text_that_continues_what_is_shown_is_published(self):
        choice = choose(blocks(words("w", 80)), 0.9, [stated(SHOWN)])
        assert (choice.body.text, choice.agreed) == (SHOWN, ("blocks",))

    @pytest.mark.parametrize("end", ["…", "...", "[…]"])
    def test_a_text_that_was_cut_short_replaces_nothing(self, end):
        assert choose(blocks(words("w", 80)), 0.9, [stated(SHOWN + end)]).body.method == "blocks"

    def test_a_longer_text_about_something_else_replaces_nothing(self):
        assert choose(blocks(words("w", 80)), 0.9, [stated(words("other", 400))]).body.method == "blocks"


class TestTheFeed:
    def test_it_stands_in_for_a_stub(self):
        assert feed_is_better(words("w", 49), words("w", 60))
        assert not feed_is_better(words("w", 50), words("w", 60))

    def test_a_teaser_never_does(self):
        assert not feed_is_better("", words("w", 49))

    def test_it_stands_in_where_the_page_shows_a_part_of_it(self):
        assert feed_is_better(words("w", 100), words("w", 300))

    def test_it_stands_in_where_the_page_says_something_else_altogether(self):
        assert feed_is_better(words("wall", 112), words("w", 284))

    def test_a_page_that_says_more_of_the_same_is_published(self):
        assert not feed_is_better(words("w", 300), words("w", 100))

    def test_a_page_of_other_words_and_greater_length_is_published(self):
        assert not feed_is_better(words("page", 301), words("w", 300))
