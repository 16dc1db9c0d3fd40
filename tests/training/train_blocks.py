"""Train the block classifier on the developer corpus, and write its weights.

    pip install lightgbm==4.7.0
    python tests/training/train_blocks.py [--folds] [--write]

``--folds`` prints scores of pages whose sites were not trained on (five folds by site); ``--write`` trains on all pages
and writes ``weights.txt`` beside `newswire.parsing.pages.blocks.model`. One thread and a fixed seed: the same corpus
and the same version of LightGBM give the same bytes. The service itself does not need LightGBM.

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

sys.path.insert(0, str(Path(__file__).parents[1]))

from newswire.domain.articles.facts.page_claims import decide
from newswire.domain.text.normalize import normalize_text
from newswire.parsing.pages import tree
from newswire.parsing.pages.blocks import model
from newswire.parsing.pages.blocks.features import NAMES, features
from newswire.parsing.pages.blocks.place import Block
from newswire.parsing.pages.blocks.walk import read_page
from newswire.parsing.pages.body import statements
from newswire.parsing.pages.facts import read_claims
from newswire.parsing.pages.head import read_head
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
ROUNDS: Final = 90
SETTINGS: Final = {
    "objective": "binary", "learning_rate": 0.12, "num_leaves": 20, "max_depth": 6, "min_child_samples": 40,
    "feature_fraction": 0.4, "bagging_fraction": 0.7, "bagging_freq": 1, "lambda_l2": 5.0, "num_threads": 1,
    "seed": 1, "deterministic": True, "force_row_wise": True, "verbose": -1,
}  # fmt: skip
VERSION: Final = "blocks-1"


@dataclass(frozen=True, slots=True)
class Page:
    name: str
    site: str
    true: str
    blocks: list[Block]
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


def read(name: str) -> Iterator[Page]:
    for number, (gold, body) in enumerate(pages(name)):
        if not gold.get("text"):
            continue
        url = gold.get("url") or f"https://{name}-{number}.example/"
        root, _ = tree.parse(charset.decode(body, None)[0])
        head = read_head(root, url)
        article = head.data.article((url, *head.links.get("canonical", ())))
        blocks = read_page(root).blocks
        if not blocks:
            continue
        sizes = [len(words_of(block.text)) for block in blocks]
        whole = max(30, len(gold["text"].split()))
        yield Page(
            name=name,
            site=".".join((urlsplit(url).hostname or "").split(".")[-2:]),
            true=gold["text"],
            blocks=blocks,
            rows=features(blocks, statements(head, article, decide(read_claims(head, article, root, url)).title.value)),
            labels=labels_of(blocks, gold["text"]),
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


def fold_of(page: Page) -> int:
    return int(hashlib.sha1(page.site.encode()).hexdigest(), 16) % FOLDS


def by_folds(chosen: list[Page], threshold: float) -> None:
    scores = {name: Scores() for name in SETS}
    for fold in range(FOLDS):
        booster = trained([page for page in chosen if fold_of(page) != fold])
        for page in chosen:
            if fold_of(page) == fold:
                likely = booster.predict(page.rows) >= threshold
                kept = dict.fromkeys(block.text for block, keep in zip(page.blocks, likely, strict=True) if keep)
                scores[page.name].add({"text": page.true}, {"text": normalize_text("\n".join(kept))})
    for name, each in scores.items():
        print(name, *(f"{figure:.3f}" for figure in each.figures()[:5] if figure is not None), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folds", action="store_true")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--threshold", type=float, default=0.45)
    options = parser.parse_args()
    chosen = [page for name in SETS for page in read(name)]
    if options.folds:
        by_folds(chosen, options.threshold)
    if options.write:
        Path(model.__file__).with_name("weights.txt").write_text(text_of(trained(chosen)), "ascii")


if __name__ == "__main__":
    main()
