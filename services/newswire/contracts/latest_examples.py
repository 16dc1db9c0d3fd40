"""Examples of articles as they stand; see `newswire.contracts.examples`."""

from newswire.domain.articles.latest import state_of
from newswire.events import Article, Duplicate, LatestArticle, Withdrawn

_EPOCH = "5f0c2a91"


def latest_states(duplicate: Duplicate, withdrawn: Withdrawn, stored: Article) -> dict[str, LatestArticle]:
    """The states that two changes leave behind, by the names of the examples."""
    return {
        "001-duplicate": state_of(duplicate, None, 42, _EPOCH),
        "002-withdrawn": state_of(withdrawn, stored, 43, _EPOCH),
    }
