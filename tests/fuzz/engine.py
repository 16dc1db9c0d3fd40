"""One target in one process: ``python -m fuzz.engine guided|structured NAME INPUTS SECONDS FOLDER``.

The last line of its output is what it did, as JSON.
"""

import json
import os
import sys
import time
import traceback
from pathlib import Path

if sys.argv[1:2] == ["guided"]:
    import atheris

    with atheris.instrument_imports(include=["newswire", "feedparser", "protego"], enable_loader_override=False):
        from fuzz.targets import TARGETS, Target
else:
    from fuzz.targets import TARGETS, Target

from hypothesis import HealthCheck, Phase, given, seed, settings

from fuzz.watch import Watch

BATCH = 1_000
LONGEST = 4_000
"""Bytes of a guided input."""
MAX_SEEDS = 200
"""Of the recorded corpus, for one target."""


def structured(target: Target, inputs: int, seconds: float, folder: Path) -> None:
    """Inputs put together by hypothesis, which makes a finding as small as it can."""
    watch = Watch(target.check, folder / "last-structured")
    ends = time.monotonic() + seconds
    first = int(os.environ.get("NEWSWIRE_TEST_FUZZ_SEED", "0"))
    kept: list[bytes] = []
    failing: list[bytes] = []  # not empty once an input failed: hypothesis then makes it small, however late it is
    failed = ""
    while watch.count < inputs and time.monotonic() < ends and not failed:

        @seed(first + watch.count)
        @settings(
            max_examples=min(BATCH, inputs - watch.count),
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate, Phase.shrink],
        )
        @given(target.inputs)
        def over(data: bytes) -> None:
            if time.monotonic() >= ends and not failing:  # a batch takes minutes where the machine is busy
                return
            kept.append(data)
            del kept[:-1]
            try:
                watch(data)
            except BaseException:
                failing.append(data)
                raise

        try:
            over()
        except BaseException:  # noqa: BLE001  # whatever comes out is the finding
            failed = traceback.format_exc()
            (folder / "finding-structured").write_bytes(kept[0] if kept else b"")
    print(failed)
    print(json.dumps({"inputs": watch.count, "findings": int(bool(failed))}))


def guided(target: Target, inputs: int, seconds: float, folder: Path) -> None:
    """Inputs that libFuzzer finds by the code they reach; it ends the process itself, and `fuzz.__main__` counts."""
    found = folder / "corpus"
    found.mkdir(exist_ok=True)
    given_seeds = folder / "seeds"
    given_seeds.mkdir(exist_ok=True)
    for number, data in enumerate((*target.seeds, *recorded(target))):
        (given_seeds / f"{number:04}").write_bytes(data[:LONGEST])
    dictionary = folder / "words"
    entries = {word.encode("utf-8", "surrogatepass") for word in target.words if 0 < len(word) < 60}
    dictionary.write_text("".join(f'"{_hex(entry)}"\n' for entry in sorted(entries)))
    arguments = [
        sys.argv[0],
        f"-runs={inputs}",
        f"-max_total_time={int(seconds)}",
        f"-max_len={LONGEST}",
        *([f"-dict={dictionary}"] if entries else []),
        f"-artifact_prefix={folder}/finding-",
        f"-seed={int(os.environ.get('NEWSWIRE_TEST_FUZZ_SEED', '0')) + 1}",
        "-timeout=120",  # of the wall: the watch is stricter, and fair on a busy machine
        "-rss_limit_mb=2048",
        "-print_final_stats=1",
        str(found),
        str(given_seeds),
    ]
    atheris.Setup(arguments, Watch(target.check, folder / "last-guided"))
    atheris.Fuzz()


def _hex(entry: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in entry)


def recorded(target: Target) -> list[bytes]:
    """Small files of the recorded corpus, where there is one: more seeds, at run time only."""
    root = os.environ.get("NEWSWIRE_CORPUS")
    if not root or not target.corpus:
        return []
    first = b"\0" if target.prefix else b""
    files = [path for path in sorted(Path(root).glob(target.corpus)) if path.stat().st_size < LONGEST]
    return [first + path.read_bytes() for path in files[:MAX_SEEDS]]


if __name__ == "__main__":
    engine, name, count, limit, where = sys.argv[1:]
    chosen = next(target for target in TARGETS if target.name == name)
    {"guided": guided, "structured": structured}[engine](chosen, int(count), float(limit), Path(where))
