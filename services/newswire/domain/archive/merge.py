"""Which files of an hour become one, and which are needed no more because another file has all of their pages."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from newswire.domain.archive.index import IndexLine

MERGED_BYTES: Final = 64_000_000
"""The most bytes of records in a merged file. A purge rewrites a whole file, and holds it in memory."""


def together(files: Mapping[str, Sequence[IndexLine]]) -> Iterator[Sequence[str]]:
    """Groups of two or more files, in the order of their names, that are worth merging into one file each.

    A file that is more than half full stays as it is, so no page is moved again and again.
    """
    group: list[str] = []
    size = 0
    for name in sorted(files):
        more = _size(files[name])
        if not 0 < more <= MERGED_BYTES // 2:
            continue
        if group and size + more > MERGED_BYTES:
            if len(group) > 1:
                yield group
            group, size = [], 0
        group.append(name)
        size += more
    if len(group) > 1:
        yield group


def covered(files: Mapping[str, Sequence[IndexLine]]) -> Iterator[str]:
    """Each file whose pages all stand in another file too.

    The other one is later in an order by pages and name. So of several files with the same pages one always stays,
    even where two processes delete the others at the same time.
    """
    ids = {name: {line.record_id for line in lines} for name, lines in files.items()}
    in_order = sorted(files, key=lambda name: (len(ids[name]), name))
    for at, name in enumerate(in_order):
        if any(ids[name] <= ids[other] for other in reversed(in_order[at + 1 :])):
            yield name


def _size(lines: Sequence[IndexLine]) -> int:
    return sum(line.place.length + line.metadata.length for line in lines)
