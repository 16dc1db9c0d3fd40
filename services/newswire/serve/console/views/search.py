"""The search page: what the answers are made of, and where the same search is as an API address."""

from urllib.parse import urlencode

from newswire.serve.console.queries import SearchPageAsked
from newswire.serve.console.views.words import plural


def search_page(asked: SearchPageAsked, **changed: object) -> str:
    """The address of this search with some parameters changed; from its first page, unless ``after`` is one of them."""
    shown = asked.model_dump(mode="json", exclude_defaults=True, exclude={"after"}) | changed
    return f"/search?{urlencode({name: value for name, value in shown.items() if value is not None})}"


def api_address(asked: SearchPageAsked) -> str:
    """The same search by the API."""
    wanted = asked.wanted
    moments = {"changed_after": wanted.changed_after, "changed_before": wanted.changed_before}
    shown = asked.model_dump(mode="json", exclude_defaults=True, exclude={"after", "since", "until"})
    times = {name: f"{moment:%Y-%m-%dT%H:%M:%SZ}" for name, moment in moments.items() if moment is not None}
    return f"/v1/search?{urlencode(shown | times)}"


def behind_words(behind: int) -> str | None:
    """What to say of an index that lacks the newest changes; None where it lacks none."""
    return f"{plural(behind, 'change')} of the wire cannot be found yet: the index is being filled" if behind else None
