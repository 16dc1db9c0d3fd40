"""The article this project started from, carried by three sites: one article, two linked duplicates, no furniture."""

import json
import os
import subprocess
import sys
from html import escape

from support.corpus import CORPUS, needs_corpus
from support.folder_server import FolderServer

FURNITURE = {"Advertisement", "Tags"}


def the_seed() -> tuple[str, list[str], list[str]]:
    title, *lines = (line.strip() for line in (CORPUS / "seed" / "article.txt").read_text("utf-8").splitlines())
    lines = [line for line in lines if line]
    return title, [line for line in lines if line not in FURNITURE], lines


def page(title: str, paragraphs: list[str]) -> bytes:
    links = "".join(f"<li><a href=/other/{n}>Another story of the day, number {n}</a></li>" for n in range(10))
    body = "".join(f"<p>{escape(line)}</p>" for line in paragraphs)
    return (
        f"<!doctype html><html><head><title>{escape(title)} - Site</title></head><body><nav><ul>{links}</ul></nav>"
        f"<div class=cookie>We use cookies.</div><main><article><h1>{escape(title)}</h1>"
        f"<div class=share>Share this article</div>{body}</article></main><aside><h3>Most read</h3><ul>{links}</ul>"
        f"</aside><footer>All rights reserved.</footer></body></html>"
    ).encode()


def feed(link: str, title: str, content: str = "") -> bytes:
    full = f"<content:encoded>{escape(content)}</content:encoded>" if content else ""
    return (
        '<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>Feed</title><item><link>{link}</link><title>{escape(title)}</title>"
        f"<pubDate>Thu, 24 Jul 2025 18:30:00 +0200</pubDate>{full}</item></channel></rss>"
    ).encode()


@needs_corpus
def test_three_carriers_of_the_seed_make_one_article_and_two_linked_duplicates(tmp_path):
    title, paragraphs, everything = the_seed()
    with FolderServer() as one, FolderServer() as two, FolderServer() as three:
        html = "".join(f"<p>{escape(line)}</p>" for line in (title, *everything))
        one.answers["/feed"] = (feed(f"{one.base}/paywalled", title, html), "application/rss+xml")
        two.answers["/feed"] = (feed(f"{two.base}/messy", title), "application/rss+xml")
        two.answers["/messy"] = (page(title, everything), "text/html")
        three.answers["/feed"] = (feed(f"{three.base}/other", "Talks break off"), "application/rss+xml")
        three.answers["/other"] = (page("Talks break off", paragraphs), "text/html")
        env = {
            **os.environ,
            "NEWSWIRE_DATA_DIR": str(tmp_path),
            "NEWSWIRE_FETCH__ALLOW_PRIVATE_ADDRESSES": "true",
            "NEWSWIRE_FETCH__HOST_INTERVAL_S": "0",
        }
        command = [sys.executable, "-m", "newswire"]
        feeds = [f"{server.base}/feed" for server in (one, two, three)]
        run = subprocess.run([*command, "run", "--once", *feeds], env=env, capture_output=True, text=True, timeout=120)
        assert run.returncode == 0, run.stderr
        tail = subprocess.run([*command, "tail"], env=env, capture_output=True, text=True, check=True, timeout=60)
    changes = {change["id"]: change for change in map(json.loads, tail.stdout.splitlines())}.values()
    stands = {change["article_id"]: change for change in changes}  # an original that was found later takes over
    links = {key: (change.get("duplicate_of") or {}).get("article_id") for key, change in stands.items()}
    (original,) = (key for key, of in links.items() if of is None)
    assert [of for of in links.values() if of is not None] == [original, original]
    brought = [change for change in changes if "article" in change]
    assert {change["article_id"] for change in brought} == set(stands)
    for change in brought:
        assert change["article"]["text"].split("\n") == paragraphs
        assert change["article"]["language"] == "en"
        published = change["article"]["published"]
        assert (published["source"], published["value"]) == ("feed", "2025-07-24T16:30:00Z")  # not the 25th of the text
    assert {change["article"]["title"] for change in brought} == {title, "Talks break off"}
