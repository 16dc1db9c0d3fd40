"""Train the block classifier on the developer corpus, and write its weights.

    pip install lightgbm==4.7.0
    python tests/training/train_blocks.py [--folds] [--write]

``--folds`` prints scores of pages whose sites were not trained on (five folds by site), plain trafilatura's beside
them: the whole decision is scored, with the rules, trafilatura's vote and the choice among the page's accounts of its
text. ``--write`` trains on all pages and writes ``weights.txt`` beside `newswire.parsing.pages.blocks.model`. One
thread and a fixed seed: the same corpus and the same version of LightGBM give the same bytes. The service itself does
not need LightGBM.

A block belongs to the article where at least half of its runs of four tokens stand in the true text. Pages weigh alike,
however long they are. Sets whose true text is another extractor's output weigh half.
"""

import argparse
import hashlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import lightgbm
import numpy as np
import trafilatura

sys.path.insert(0, str(Path(__file__).parents[1]))

from newswire.domain.articles.facts.page_claims import decide
from newswire.parsing.pages import tree
from newswire.parsing.pages.blocks import model
from newswire.parsing.pages.blocks.features import NAMES, features
from newswire.parsing.pages.blocks.place import Block
from newswire.parsing.pages.blocks.walk import read_page
from newswire.parsing.pages.body import statements, text_of_page
from newswire.parsing.pages.facts import read_claims
from newswire.parsing.pages.head import Head, read_head
from newswire.parsing.pages.jsonld import NodeObject
from newswire.parsing.text import charset
from support.corpus import pages
from support.extraction_scores import Scores, words_of

SETS: Final = {
    "extract-scrapinghub": 1.0,
    "extract-news424": 1.0,
    "extract-fundus": 1.0,
    "extract-wcxb": 1.0,
    "extract-newspaper4k": 0.5,
    "extract-readability": 0.5,
}
RUN: Final = 4
FOLDS: Final = 5
ROUNDS: Final = 180
SETTINGS: Final = {
    "objective": "binary", "learning_rate": 0.06, "num_leaves": 20, "max_depth": 6, "min_child_samples": 40,
    "feature_fraction": 0.4, "bagging_fraction": 0.7, "bagging_freq": 1, "lambda_l2": 5.0, "num_threads": 1,
    "seed": 1, "deterministic": True, "force_row_wise": True, "verbose": -1,
}  # fmt: skip
VERSION: Final = "blocks-3"


@dataclass(frozen=True, slots=True)
class Page:
    """What the training takes from a page: a row, a label and a weight for each block."""

    fold: int
    rows: Any
    labels: list[bool]
    weights: list[float]


def labels_of(blocks: list[Block], true: str) -> list[bool]:
    """Which blocks belong to the article. A short block does where the runs across its borders stand in the text."""
    words = words_of(true)
    runs = set(zip(*(words[start:] for start in range(RUN)), strict=False)) or {tuple(words)}
    lines = {tuple(words_of(line)) for line in true.split("\n")}
    each = [words_of(block.text) for block in blocks]
    flat = [word for block in each for word in block]
    hits = [tuple(flat[at : at + RUN]) in runs for at in range(max(0, len(flat) - RUN + 1))]
    found, at = [], 0
    for block in each:
        size = len(block)
        if size >= RUN:
            inside = hits[at : at + size - RUN + 1]
            found.append(2 * sum(inside) >= len(inside))
        else:
            around = hits[max(0, at - RUN + 1) : at + size]
            whole = tuple(block) in lines and (size > 1 or any(around))
            found.append(size > 0 and (whole or sum(around) >= max(1, len(around) // 2)))
        at += size
    return found


@dataclass(frozen=True, slots=True)
class Source:
    """A page of the corpus, parsed."""

    url: str
    fold: int
    true: str
    root: Any
    head: Head
    article: NodeObject
    title: str | None


def sources(name: str) -> Iterator[tuple[Source, bytes]]:
    """The pages of a set with a true text, parsed, and their bytes."""
    for number, (gold, body) in enumerate(pages(name)):
        if not gold.get("text"):
            continue
        url = gold.get("url") or f"https://{name}-{number}.example/"
        root, _ = tree.parse(charset.decode(body, None)[0])
        head = read_head(root, url)
        article = head.data.article((url, *head.links.get("canonical", ())))
        title = decide(read_claims(head, article, root, url)).title.value
        yield Source(url, fold_of(url), gold["text"], root, head, article, title), body


def fold_of(url: str) -> int:
    """The fold of a page: that of its site."""
    site = ".".join((urlsplit(url).hostname or "").split(".")[-2:])
    return int(hashlib.sha1(site.encode()).hexdigest(), 16) % FOLDS


def read(name: str) -> Iterator[Page]:
    """The blocks of each page of a set with their features, labels and weights."""
    for page, _ in sources(name):
        blocks = read_page(page.root).blocks
        if not blocks:
            continue
        sizes = [len(words_of(block.text)) for block in blocks]
        whole = max(30, len(page.true.split()))
        yield Page(
            fold=page.fold,
            rows=features(blocks, statements(page.head, page.article, page.title)),
            labels=labels_of(blocks, page.true),
            weights=[SETS[name] * min(0.25, (size + 1.5) / whole) for size in sizes],
        )


def trained(chosen: list[Page]) -> Any:
    rows = np.vstack([page.rows for page in chosen])
    labels = np.concatenate([page.labels for page in chosen]).astype(int)
    weights = np.concatenate([page.weights for page in chosen])
    data = lightgbm.Dataset(rows, labels, weight=weights / weights.mean(), feature_name=list(NAMES))
    return lightgbm.train(SETTINGS, data, ROUNDS)


def text_of(booster: Any) -> str:
    """The booster as the file that `model.read` reads."""
    lines = [VERSION, " ".join(NAMES)]
    count = 0
    for each in booster.dump_model()["tree_info"]:
        lines.append("tree")
        ordered = [each["tree_structure"]]
        for node in ordered:  # grows while it is read: breadth first
            ordered += [node["left_child"], node["right_child"]] if "left_child" in node else []
        place = {id(node): count + number for number, node in enumerate(ordered)}
        count += len(ordered)
        for node in ordered:
            if "left_child" in node:
                children = f"{place[id(node['left_child'])]} {place[id(node['right_child'])]}"
                lines.append(f"{node['split_feature']} {node['threshold']:.9g} {children}")
            else:
                lines.append(f"= {round(node['leaf_value'] * model.SCALE)}")
    return "\n".join(lines) + "\n"


def by_folds(chosen: list[Page]) -> None:
    """Print how the whole decision does on pages whose sites were not trained on: body F1, page mean, and so on."""
    known = [model.read(text_of(trained([page for page in chosen if page.fold != fold]))) for fold in range(FOLDS)]
    for name in SETS:
        ours, plain = Scores(), Scores()
        for page, body in sources(name):
            told = text_of_page(page.root, page.url, page.head, page.article, page.title, known[page.fold])
            other: Any = trafilatura.bare_extraction(body, url=page.url, include_comments=False)
            ours.add({"text": page.true}, {"text": told.choice.body.text})
            plain.add({"text": page.true}, {"text": other.text if other else None})
        for label, scores in (("ours", ours), ("trafilatura", plain)):
            figures = (f"{figure:.3f}" for figure in scores.figures()[:5] if figure is not None)
            print(f"{name:20} {label:12}", *figures, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folds", action="store_true")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    chosen = [page for name in SETS for page in read(name)]
    if options.write:
        Path(model.__file__).with_name("weights.txt").write_text(text_of(trained(chosen)), "ascii")
    if options.folds:
        by_folds(chosen)


if __name__ == "__main__":
    main()
