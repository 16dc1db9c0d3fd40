"""Articles per second of the whole line beside loops over news-please and newspaper4k, fetching from loopback included.

    python -m venv /tmp/peers && /tmp/peers/bin/pip install newspaper4k news-please
    python tests/bench/peers.py --python /tmp/peers/bin/python [--every 8]

The peers are no dependency of ours, so they have a Python of their own. Each is a plain loop, as its own documents show
it: ask for a page, extract it, go on with the next. The line polls feeds, fetches, extracts, decides and stores
(`end_to_end.the_line`), in as many processes as there are CPUs; the peers' loops have no use for more than one.
The server is a process of its own. All run one after another, on the same pages. What is loaded at first use is not
counted: each loop reads its first page before, and the line some pages of another set.
"""

import argparse
import asyncio
import json
import multiprocessing
import subprocess
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parent)]

PEERS = ("newspaper4k", "news-please")


def loop(name: str) -> None:
    """Runs by the peers' Python: the addresses come by stdin, the seconds and the count of texts go to stdout."""
    urls = json.load(sys.stdin)
    if name == "newspaper4k":
        import newspaper  # noqa: PLC0415  # the peers' Python has it

        def text_of(url: str) -> str | None:
            article = newspaper.Article(url, fetch_images=False)
            article.download()
            article.parse()
            return article.text

    else:
        from newsplease import NewsPlease  # noqa: PLC0415  # the peers' Python has it

        def text_of(url: str) -> str | None:
            return NewsPlease.from_url(url).maintext

    def attempt(url: str) -> bool:
        try:
            return bool(text_of(url))
        except Exception:  # noqa: BLE001  # a peer that raises has found nothing
            return False

    attempt(urls[0])  # what is loaded at first use is not counted
    began, cpu = time.perf_counter(), time.process_time()
    texts = sum(map(attempt, urls))
    print(json.dumps([time.perf_counter() - began, time.process_time() - cpu, texts]))


def served(
    every: int, ready: "multiprocessing.Queue[tuple[str, str, list[str]]]", done: "multiprocessing.Event"
) -> None:
    from end_to_end import SETS, WARM_EVERY, WARM_SET, serve_set  # noqa: PLC0415  # not for the peers' Python

    from support.corpus import pages  # noqa: PLC0415  # not for the peers' Python
    from support.folder_server import FolderServer, rss  # noqa: PLC0415  # not for the peers' Python

    with FolderServer() as server:
        chosen = [(f"/{name}/{gold['id']}", body) for name in SETS for gold, body in pages(name)][::every]
        server.answers.update({path: (body, "text/html") for path, body in chosen})
        server.answers["/feed"] = rss("pages", {server.base + path: path for path, _ in chosen})
        warm, _ = serve_set(server, "warm", WARM_SET, WARM_EVERY)
        ready.put((warm, server.base + "/feed", [server.base + path for path, _ in chosen]))
        done.wait()


def compare(python: str, every: int) -> None:
    from end_to_end import the_line  # noqa: PLC0415  # not for the peers' Python

    from newswire.log import configure  # noqa: PLC0415  # not for the peers' Python
    from newswire.runtime.cpus import usable_cpus  # noqa: PLC0415  # not for the peers' Python
    from newswire.settings import LogSettings  # noqa: PLC0415  # not for the peers' Python

    configure(LogSettings(level="error"), service="bench", terminal=False)
    context = multiprocessing.get_context("spawn")
    ready, done = context.Queue(), context.Event()
    server = context.Process(target=served, args=(every, ready, done))
    server.start()
    warm, feed, urls = ready.get()
    try:
        line = len(urls) / asyncio.run(the_line([feed], usable_cpus(), warm_up=[warm])).seconds
        print(f"{'newswire':12} {line:6.1f} articles/s, {len(urls)} pages", flush=True)
        for name in PEERS:
            command = [python, __file__, "--loop", name]
            answer = subprocess.run(command, input=json.dumps(urls), capture_output=True, text=True, check=True).stdout
            seconds, cpu, texts = json.loads(answer.splitlines()[-1])
            rate = len(urls) / seconds
            print(
                f"{name:12} {rate:6.1f} articles/s, {1000 * cpu / len(urls):.0f} ms of CPU each, {texts} with a text;"
                f" newswire does {line / rate:.1f} times as many",
                flush=True,
            )
    finally:
        done.set()
        server.join()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", help="a Python that has the peers installed")
    parser.add_argument("--every", type=int, default=8, help="every n-th page")
    parser.add_argument("--loop", choices=PEERS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.loop:
        loop(options.loop)
    elif options.python:
        compare(options.python, options.every)
    else:
        parser.error("--python is needed")


if __name__ == "__main__":
    main()
