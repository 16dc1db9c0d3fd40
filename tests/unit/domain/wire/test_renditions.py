"""An article as ninjs, as a NewsArticle, as Markdown and as a row of CSV."""

import csv
import io

import pytest

from newswire.cli.formats import COLUMNS, header, printed
from newswire.contracts.examples import EXAMPLES
from newswire.domain.wire.markdown import markdown
from newswire.domain.wire.ninjs import ninjs
from newswire.domain.wire.schema_org import news_article

ARTICLE = next(iter(EXAMPLES["newswire.change.published.v1"].values())).model_dump(mode="json")["article"] | {
    "kind": "published",
    "revision": 2,
    "duplicate_of": None,
    "first_seen": "2026-03-02T08:15:04Z",
    "changed_at": "2026-03-02T09:30:00Z",
}
OTHER = "11111111-2222-3333-4444-555555555555"
NINJS = {
    *("uri", "standard", "type", "representationType", "version", "firstCreated", "versionCreated", "contentCreated"),
    *("pubStatus", "language", "headlines", "descriptions", "bodies", "by", "people", "subjects", "infoSources"),
    *("altIds", "renditions", "usageTerms", "associations"),
}
"""Fields that ninjs 3.1 defines; it takes no others (unevaluatedProperties: false)."""
UNKNOWN = dict.fromkeys(("title", "description", "published", "language", "image", "site_name"))


def test_ninjs_has_the_fields_of_the_standard_alone():
    said = ninjs(ARTICLE | {"duplicate_of": OTHER})
    assert set(said) <= NINJS
    assert (said["uri"], said["version"], said["pubStatus"]) == (f"urn:uuid:{ARTICLE['article_id']}", "2", "usable")
    assert said["headlines"] == [{"role": "main", "contentType": "text/plain", "value": ARTICLE["title"]}]
    assert said["bodies"][0]["value"] == ARTICLE["text"]
    assert said["representationType"] == "full"
    assert said["associations"] == [{"name": "original", "uri": f"urn:uuid:{OTHER}"}]
    assert {"name": "Ana Ruiz", "rel": "author"} in said["people"]


def test_ninjs_without_a_text_is_partial_and_a_withdrawn_article_is_canceled():
    said = ninjs(ARTICLE | {"text": None, "kind": "withdrawn"})
    assert (said["representationType"], said["pubStatus"]) == ("partial", "canceled")
    assert "bodies" not in said


@pytest.mark.parametrize("rendition", [ninjs, news_article])
def test_what_is_not_known_is_left_out(rendition):
    said = rendition(ARTICLE | UNKNOWN | {"authors": [], "author_kinds": [], "sections": [], "tags": []})
    assert not [name for name, value in said.items() if value in (None, [], "")]
    assert rendition(ARTICLE).keys() - said.keys() >= {"language" if rendition is ninjs else "inLanguage"}


def test_an_organisation_is_no_person():
    article = ARTICLE | {"authors": ["Ana Ruiz", "Wire Agency"], "author_kinds": ["person", "agency"]}
    assert ninjs(article)["people"] == [{"name": "Ana Ruiz", "rel": "author"}]
    assert [author["@type"] for author in news_article(article)["author"]] == ["Person", "NewsMediaOrganization"]


def test_a_news_article_says_when_by_whom_and_under_which_licence():
    said = news_article(
        ARTICLE | {"rights": ARTICLE["rights"] | {"licence": "https://l.example", "free_access": False}}
    )
    assert (said["@type"], said["headline"], said["datePublished"]) == (
        "NewsArticle",
        ARTICLE["title"],
        ARTICLE["published"]["value"],
    )
    assert (said["license"], said["isAccessibleForFree"]) == ("https://l.example", False)


def test_no_character_of_a_text_becomes_markup():
    said = markdown(ARTICLE | {"title": "# <script>", "text": "- *not* [a](link)\n\n1. two", "text_kinds": []})
    assert said.startswith("## \\# \\<script\\>\n\n")
    assert "\n\n\\- \\*not\\* \\[a\\]\\(link\\)\n\n1\\. two\n" in said


def test_a_row_of_csv_has_the_columns_of_its_header_and_no_formula():
    line = printed(ARTICLE | {"title": '=1+1, "x"'}, "csv", full=True)
    names, values = list(csv.reader(io.StringIO(f"{header('csv', full=True)}\n{line}")))
    assert names == [*COLUMNS, "text"]
    row = dict(zip(names, values, strict=True))
    assert (row["title"], row["text"]) == ('\'=1+1, "x"', ARTICLE["text"])
