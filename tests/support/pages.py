"""Pages for tests: a plain news page of which parts can be replaced."""

import json

PARAGRAPHS = (
    "The council of the harbour town voted on Monday to rebuild its old pier, eleven years after a storm took it.",
    "Work is to begin in spring and to last for two years, the mayor told reporters after the meeting in town.",
    "Fishermen who spoke at the meeting welcomed the plan but asked for a cheaper berth while the work goes on.",
    "The money comes from a fund for coastal towns, which has paid for three piers on this coast so far.",
)


def page(head="", body="", *, lang="en", linked=None, title="Harbour town votes to rebuild its pier"):
    data = f'<script type="application/ld+json">{json.dumps(linked)}</script>' if linked is not None else ""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
        f"<title>{title} | The Gazette</title>{head}{data}"
        f"</head><body><main><article><h1>{title}</h1>{text}</article></main>{body}</body></html>"
    )
