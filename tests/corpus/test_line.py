"""Every real page through the real command line: each ends in an outcome, its text as good as plain trafilatura's."""

import json
import os
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor

import pytest
import trafilatura
from sqlalchemy import create_engine, text

from support.corpus import needs_corpus, pages
from support.folder_server import FolderServer, rss
from support.shingles import score

SETS = ("extract-scrapinghub", "extract-news424", "extract-fundus")


def plain(body: bytes) -> str:
    return trafilatura.extract(body) or ""


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """One run over all sets: for each page its set, its gold, its bytes, its outcome and its stored text."""
    folder = tmp_path_factory.mktemp("line")
    with FolderServer() as server:
        served = {}
        for name in SETS:
            links = {}
            for gold, body in pages(name):
                path = f"/{name}/{gold['id']}"
                server.answers[path] = (body, "text/html")
                served[server.base + path] = (name, gold, body)
                links[server.base + path] = f"Page {gold['id']}"
            server.answers[f"/{name}.xml"] = rss(name, links)
        env = {
            **os.environ,
            "NEWSWIRE_DATA_DIR": str(folder),
            "NEWSWIRE_FETCH__ALLOW_PRIVATE_ADDRESSES": "true",
            "NEWSWIRE_FETCH__HOST_INTERVAL_S": "0",
            "NEWSWIRE_FETCH__HOST_CONCURRENCY": "16",
        }
        command = [sys.executable, "-m", "newswire"]
        feeds = [f"{server.base}/{name}.xml" for name in SETS]
        run = subprocess.run([*command, "run", "--once", *feeds], env=env, capture_output=True, text=True, timeout=300)
        assert run.returncode == 0, run.stderr
        audited = subprocess.run([*command, "audit"], env=env, capture_output=True, text=True, check=True, timeout=60)
    engine = create_engine(f"sqlite:///{folder}/newswire.db")
    with engine.connect() as connection:
        outcomes = dict(
            connection.execute(
                text("select s.url, o.kind from sightings s join outcomes o on o.entry_id = s.entry_id")
            ).all()
        )
        texts = dict(
            connection.execute(
                text(
                    "select s.url, json_extract(r.article, '$.text') from sightings s"
                    " join outcomes o on o.entry_id = s.entry_id"
                    " join revisions r on r.article_id = o.article_id and r.revision = 1"
                )
            ).all()
        )
    engine.dispose()
    return served, outcomes, texts, json.loads(audited.stdout)


@needs_corpus
def test_every_page_is_in_the_books_with_one_outcome_and_they_balance(finished):
    served, outcomes, _, books = finished
    assert outcomes.keys() == served.keys()
    assert books["balanced"]
    assert (books["found"], books["pending"], books["lost"]) == (len(served), 0, 0)


@needs_corpus
@pytest.mark.parametrize("name", SETS)
def test_the_stored_text_is_no_worse_than_plain_trafilaturas(finished, name):
    served, _, texts, _ = finished
    mine = [(url, gold["text"], body) for url, (of, gold, body) in served.items() if of == name]
    with ProcessPoolExecutor(2) as pool:
        theirs = list(pool.map(plain, [body for _, _, body in mine], chunksize=8))
    ours = score((gold, texts.get(url) or "") for url, gold, _ in mine)
    base = score((gold, found) for (_, gold, _), found in zip(mine, theirs, strict=True))
    print(f"{name}: {len(mine)} pages, F1 {ours.f1:.4f}, plain trafilatura {base.f1:.4f}")
    assert ours.f1 >= base.f1
