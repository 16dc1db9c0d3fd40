"""What is usual for a source, and what is not as usual, as JSON values for people."""

from newswire.domain.articles.drift.signals import SIGNALS, usual_figure
from newswire.domain.articles.drift.states import SignalState, SourceState
from newswire.domain.articles.drift.watch import known


def source_row(source: str, state: SourceState) -> dict[str, object]:
    """By signal its state (learning, usual, drifting), what is usual, and since when it is otherwise."""
    since = state.drifting_since
    return {
        "source": source,
        "drifting_since": since.isoformat() if since else None,
        "signals": {
            name: {
                "state": _word(signal),
                "usual": usual_figure(name, signal.baseline),
                "articles": signal.articles,
                **(
                    {"since": signal.alarm.since.isoformat(), "measured": signal.alarm.measured}
                    if signal.alarm is not None
                    else {}
                ),
            }
            for name in SIGNALS
            if (signal := state.signals.get(name)) is not None
        },
    }


def _word(signal: SignalState) -> str:
    if signal.alarm is not None:
        return "drifting"
    return "usual" if known(signal) else "learning"
