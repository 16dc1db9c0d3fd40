"""A page as blocks of text: what a reader sees, in order, each in its place."""

import pytest
from lxml import html

from newswire.domain.articles.bodies import BodyText
from newswire.parsing.pages.blocks import model
from newswire.parsing.pages.blocks.features import NAMES, column, features
from newswire.parsing.pages.blocks.names import BIT, GROUPS, groups_of
from newswire.parsing.pages.blocks.place import KINDS
from newswire.parsing.pages.blocks.rules import DOUBT, SURE, penalties
from newswire.parsing.pages.blocks.text import body_of
from newswire.parsing.pages.blocks.text_columns import Statements
from newswire.parsing.pages.blocks.walk import read_page

LONG = "The harbour master said on Tuesday that the ferry would sail again from the first of the month. " * 3


def blocks_of(body):
    return read_page(html.document_fromstring(f"<html><body>{body}</body></html>")).blocks


def texts(body):
    return [block.text for block in blocks_of(body)]


def kept(body, likely=1.0):
    blocks = blocks_of(body)
    return body_of(blocks, [likely] * len(blocks), ())


class TestTheWalk:
    def test_block_elements_part_texts_and_inline_elements_do_not(self):
        assert texts("<p>One <b>two</b> <a href=/>three</a></p><div>four<p>five</p>six</div>") == [
            "One two three",
            "four",
            "five",
            "six",
        ]

    def test_a_line_break_parts_lines_and_two_part_paragraphs(self):
        assert texts("<div>one<br>two<br> <br>three</div>") == ["one\ntwo", "three"]

    @pytest.mark.parametrize(
        "unseen",
        [
            "<script>x</script>",
            "<style>x</style>",
            "<template>x</template>",
            "<p>y<i class='material-icons'>share</i></p>",
            "<p>y<span hidden>x</span></p>",
            "<p>y<span style='display: none'>x</span></p>",
            "<p>y<span role=tooltip>x</span></p>",
        ],
    )
    def test_what_no_reader_sees_is_left_out(self, unseen):
        assert texts(unseen) in ([], ["y"])

    def test_paragraphs_that_only_a_screen_reader_skips_are_read(self):
        assert texts('<p aria-hidden="true" class="paywall">one</p>') == ["one"]

    def test_footers_and_menus_are_left_out_unless_they_hold_nearly_all_there_is(self):
        assert texts(f"<p>{LONG}{LONG}</p><footer>Imprint</footer><nav>Home</nav>") == [(LONG + LONG).strip()]
        assert texts(f"<footer><p>{LONG}</p></footer>") == [LONG.strip()]

    def test_an_aside_beside_the_article_is_left_out_and_one_within_it_is_read(self):
        beside = f"<aside><p>{LONG}</p></aside>"
        assert texts(f"<p>{LONG}{LONG}</p>{beside}") == [(LONG + LONG).strip()]
        assert texts(f"<article><p>{LONG}{LONG}</p>{beside}</article>") == [(LONG + LONG).strip(), LONG.strip()]

    def test_an_aside_that_holds_most_of_the_prose_is_read(self):
        assert texts(f"<p>{LONG}</p><aside><p>{LONG}{LONG}</p></aside>") == [LONG.strip(), (LONG + LONG).strip()]

    def test_a_block_knows_how_much_of_it_is_linked_bold_and_italic(self):
        (block,) = blocks_of("<p><a href=/>abcd</a>ef<em>g<b>hi</b></em><a href=/2>jk</a></p>")
        assert (block.linked, block.bold, block.italic, block.links) == (6, 2, 3, 2)

    def test_all_texts_within_an_element_know_it_as_one_place(self):
        below, first, second = blocks_of("<div class=body> <p>one</p> two<br><br>three</div>")
        assert first.place is second.place is below.place.parent
        assert first.place.own & BIT["content"]

    def test_a_list_item_in_a_span_is_one(self):
        (block,) = blocks_of("<ul><li><span>text</span></li></ul>")
        assert KINDS[block.kind] == "li"


class TestNames:
    @pytest.mark.parametrize(
        ("name", "group"),
        [
            ("article-body", "body"),
            ("articleBody__x1", "body"),
            ("wp-caption-text", "caption"),
            ("NewsletterForm", "newsletter"),
        ],
    )
    def test_words_are_found_whatever_parts_them(self, name, group):
        assert groups_of(name) & BIT[group]

    def test_every_group_has_its_own_bit(self):
        assert len({BIT[name] for name in GROUPS}) == len(GROUPS)


class TestFeatures:
    def column_of(self, name, *paragraphs, sites=()):
        blocks = blocks_of("".join(f"<p>{each}</p>" for each in paragraphs))
        return column(features(blocks, Statements(sites=sites)), name).tolist()

    def test_the_name_of_the_site_is_found_however_it_is_written(self):
        written = ("Follow harbourgazette.example", "The HARBOUR GAZETTE", "Hg.", LONG)
        found = self.column_of("names-site", *written, sites=("Harbour Gazette", "HG"))
        assert found == [1.0, 1.0, 0.0, 0.0]

    def test_only_the_end_of_a_text_is_a_credit(self):
        assert self.column_of("credit", "A ferry (Photo: Ines Calloway)", f"Reuters reported it. {LONG}") == [1.0, 0.0]


class TestTheModel:
    def test_the_weights_fit_the_features(self):
        assert model.trees().columns.max() < len(NAMES)

    def test_weights_of_other_features_are_refused(self):
        with pytest.raises(ValueError, match="train them anew"):
            model.read("blocks-0\nother columns\ntree\n= 1\n")

    def test_a_leaf_is_reached_by_its_splits(self):
        columns = " ".join(NAMES)
        small = model.read(f"v\n{columns}\ntree\n0 1.5 1 2\n= -5\n= 7\n")
        assert (small.depth, small.values.tolist(), small.below.tolist()) == (1, [0, -5, 7], [1, 2, 1, 1, 2, 2])

    def test_every_row_has_a_probability(self):
        blocks = blocks_of(f"<nav>Home</nav><article><h1>Ferry</h1><p>{LONG}</p></article>")
        found = model.probabilities(features(blocks, Statements(("Ferry",))))
        assert found.shape == (len(blocks),)
        assert ((found > 0) & (found < 1)).all()


class TestRules:
    def penalty_of(self, body):
        blocks = blocks_of(body)
        return dict(
            zip((block.text for block in blocks), penalties(blocks, features(blocks, Statements())), strict=True)
        )

    def test_an_offer_in_a_container_of_that_name_is_no_article(self):
        offer = "Read on with Plus. Subscribe now and cancel at any time. Already a subscriber? Sign in."
        found = self.penalty_of(f"<p>{LONG}</p><div class=paywall-offer><p>{offer}</p></div>")
        assert (found[LONG.strip()], found[offer]) == (0.0, SURE)

    def test_a_paragraph_is_no_offer_for_its_class_alone(self):
        assert self.penalty_of(f"<p class=paywall>{LONG}</p>") == {LONG.strip(): 0.0}

    def test_a_short_text_in_a_container_named_after_advertising_is_doubted_and_a_long_one_is_not(self):
        found = self.penalty_of(f"<p>{LONG * 9}</p><div class=ad><p>Buy now.</p><p>{'Word ' * 90}</p></div>")
        assert (found["Buy now."], found[("Word " * 90).strip()]) == (DOUBT, 0.0)

    def test_links_below_a_label_are_left_out_and_lists_of_links_in_the_text_are_not(self):
        links = "<ul><li><a href=/1>First</a></li><li><a href=/2>Second</a></li></ul>"
        found = self.penalty_of(f"<p>{LONG}</p>{links}<p>You may like</p>{links.replace('First', 'Third')}")
        assert (found["First"], found["Third"]) == (0.0, SURE)


class TestTheBody:
    def test_a_subhead_that_reads_like_furniture_stays_where_text_follows(self):
        assert kept(f"<h2>Search</h2><p>{LONG}</p><p>Search</p>").text == f"Search\n{LONG.strip()}"

    def test_a_text_that_stands_twice_is_kept_once(self):
        assert kept(f"<p>{LONG}</p><p>{LONG}</p><p>Yes.</p><p>No.</p><p>Yes.</p>").text.count("ferry") == LONG.count(
            "ferry"
        )

    def test_kinds_are_told_apart(self):
        body = f"<h2>Head</h2><p>{LONG}</p><ul><li>One.</li></ul><blockquote>Said.</blockquote><p><b>Bold</b></p>"
        assert kept(body).kinds == ("heading", "paragraph", "list-item", "quote", "heading")

    def test_nothing_likely_is_an_empty_body(self):
        assert kept(f"<p>{LONG}</p>", 0.1) == BodyText("blocks", "")
