"""An alert on the log for each alert of Prometheus."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class LogAlert:
    """What Prometheus would say by an alert, said by the log."""

    name: str
    """The name of the alert in deploy/prometheus/newswire.rules.yaml."""
    lines: str
    """A filter of jq: the lines that matter."""
    fires: str
    """When it is to fire."""


ALERTS: Final = (
    LogAlert("NewswireEntriesLost", 'select(.event == "audit.done" and .lost > 0)', "on any line"),
    LogAlert("NewswireBooksNotAudited", 'select(.event == "audit.done")', "when there is none for 3 hours"),
    LogAlert("NewswireChangesLate",
             'select(.event == "stage.summary" and .stage == "store") | {first_attempts, late}',
             "when `late` is over 14.4 % of `first_attempts` over 1 hour and over 5 minutes, or over 6 % over 6 hours "
             "and over 30 minutes, with 20 `first_attempts` or more in the longer time"),
    LogAlert("NewswireChangesOftenLate",
             'select(.event == "stage.summary" and .stage == "store") | {first_attempts, late}',
             "when `late` is over 3 % of `first_attempts` over 1 day and over 2 hours, or over 1 % over 3 days and "
             "over 6 hours, with 20 `first_attempts` or more in the longer time"),
    LogAlert("NewswireFeedsOverdue",
             'select(.event == "stage.summary" and .stage == "poll" and .oldest_waiting_s > 600)',
             "on lines of one process for 5 minutes in a row"),
    LogAlert("NewswireUnexpectedDeadLetters",
             'select(.event == "stage.summary" and .dead_letters.unexpected > 0)', "on any line"),
    LogAlert("NewswireStageAbsent", 'select(.event == "stage.summary") | .stage',
             "when poll, extract or store has no line for 5 minutes"),
    LogAlert("NewswireStageStalled", 'select(.event == "stage.summary" and .stalled_s > 300)', "on any line"),
    LogAlert("NewswireBrokerOrDatabaseAway", 'select(.event == "stage.summary" and .away_s > 300)', "on any line"),
    LogAlert("NewswireNotObserved",
             'select(.event == "stage.summary" and .stage != "websub" and (.lag // .feeds // .webhooks) == null)',
             "on lines of one process for 7 minutes in a row"),
    LogAlert("NewswireConsumerLags",
             'select(.event == "stage.summary" and ([.lag // {} | to_entries[] | '
             'select(.key | contains("retry") | not) | .value] | any(. > 10000)))',
             "for 30 minutes in a row"),
    LogAlert("NewswireWorkersLost",
             'select(.event == "stage.summary") | [.workers_lost // {} | .[]] | add // 0',
             "when the sum over 1 hour is over 100"),
    LogAlert("NewswireNothingFound",
             'select(.event == "stage.summary" and .stage == "poll") | .outcomes.published // 0',
             "when the sum over 6 hours is 0 while `feeds.healthy` is over 0"),
    LogAlert("NewswireFeedsFailing",
             'select(.event == "stage.summary" and .stage == "poll" and .feeds != null and '
             '(.feeds.failing // 0) > 0.2 * ((.feeds.failing // 0) + (.feeds.healthy // 0)))',
             "for 30 minutes in a row"),
    LogAlert("NewswirePagesRetried",
             'select(.event == "stage.summary" and .stage == "extract") | .outcomes',
             "when `retry` is over 25 % of the sum of all over 30 minutes, for 30 minutes in a row"),
    LogAlert("NewswireWebhooksDisabled", 'select(.event == "webhooks.disabled")', "on any line"),
    LogAlert("NewswireWebhooksFailing",
             'select(.event == "stage.summary" and .webhooks.failing > 0)', "for 1 hour in a row"),
    LogAlert("NewswireWebhooksLag",
             'select(.event == "stage.summary" and .lag_positions > 10000)', "for 30 minutes in a row"),
)  # fmt: skip
"""An alert on the log for each alert of Prometheus, with the same limits."""
