"""schemas/sql.md: generated, committed, and never breaking a reader."""

from pathlib import Path

import pytest

from newswire.contracts.sql import document
from newswire.contracts.sql_views import VIEWS

SQL = Path(__file__).parents[3] / "schemas" / "sql.md"

# In the order they were released in. A line is only ever added to.
RELEASED = {
    "articles_v1": """
        article_id kind revision duplicate_of first_seen changed_at url canonical_url canonical_link source
        site_name feed_id feed_url feed_title title description authors language language_confidence text
        word_count image sections tags published published_source published_precision modified modified_source
        modified_precision found_at fetched_at extracted_at content_hash text_hash extraction rights http
    """,
    "revisions_v1": """
        article_id revision at url canonical_url canonical_link source site_name feed_id feed_url feed_title
        title description authors language language_confidence text word_count image sections tags published
        published_source published_precision modified modified_source modified_precision found_at fetched_at
        extracted_at content_hash text_hash extraction rights http
    """,
    "changes_v1": """
        id kind article_id revision entry_id source_event_id at duplicate_of changed previous_text_hash status
        event position
    """,
    "entries_v1": """
        entry_id feed_id reason entry_key url title found_at follows outcome outcome_reason article_id
        change_id settled_at
    """,
    "dead_v1": """
        id entry_id stage topic partition offset key reason error message attempts url first_failed_at
        failed_at version retried_at
    """,
    "wire_v1": "position id kind article_id feed_id at event",
    "wire_head_v1": "epoch next floor",
}


def test_the_committed_description_is_the_generated_one():
    assert SQL.read_text(encoding="utf-8") == document(VIEWS), "run `make schemas`: may readers see the difference?"


def test_every_view_that_was_released_is_still_there():
    assert set(RELEASED) == {view.name for view in VIEWS}


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_every_column_that_was_released_is_still_where_it_was(view):
    released = RELEASED[view.name].split()
    assert [column.name for column in view.columns][: len(released)] == released


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_every_column_says_what_it_means(view):
    assert all(text.endswith((".", "…")) for text in (view.meaning, *(column.meaning for column in view.columns)))
    assert len({column.name for column in view.columns}) == len(view.columns)
