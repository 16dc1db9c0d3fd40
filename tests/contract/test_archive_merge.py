"""The merge of the archive: readers find each page once, purged pages stay gone, a crash harms nothing."""

import asyncio
from datetime import timedelta

import pytest

from newswire.adapters.archive.folder import FolderFiles
from newswire.domain.archive.names import FetchWindow
from support.raw_pages import archive_in, archive_over, everything, keep, lines_of, raw_page, read_by_both, warc_files
from support.versitygw import files_of

SECRET = b"Zinnober und Quittenmus"
MINUTE = timedelta(minutes=1)
STEPS = range(1, 9)
"""Writing the merged file and its index, then deleting an index and a file, three times."""


class DiedError(Exception):
    pass


class Between:
    """`Files` that call somebody before each step that changes something."""

    def __init__(self, files, act):
        self._files, self._act, self._steps = files, act, 0

    def __getattr__(self, name):
        return getattr(self._files, name)

    async def _step(self):
        self._steps += 1
        await self._act(self._steps)

    async def create(self, name, data):
        await self._step()
        await self._files.create(name, data)

    async def replace(self, name, change):
        await self._step()
        await self._files.replace(name, change)

    async def delete(self, names):
        for name in names:
            await self._step()
            await self._files.delete([name])


@pytest.fixture(params=["folder", "bucket"])
def files(request, tmp_path):
    with files_of(request.param, tmp_path) as opened:
        yield opened


async def three_files(archive, clock):
    """Three files of the same hour, each with a page of its own; the second page is purged in some tests."""
    pages = [
        raw_page(str(n), SECRET * 9 if n == 1 else bytes([n]) * 999, at=clock.now() + n * MINUTE) for n in range(3)
    ]
    await keep(archive, *pages)
    return pages


async def merge(archive, clock):
    return await archive.merge(clock.now().date(), clock.now().date())


async def bodies(archive, clock):
    """The bodies of all pages that a reader finds, in the order of their time."""
    return [(await archive.read(line)).body for line in await lines_of(archive, clock)]


def around(page):
    at = page.provenance.fetched_at
    return {page.provenance.entry.id: FetchWindow(at - MINUTE, at + MINUTE)}


async def test_the_small_files_of_an_hour_become_one_with_the_same_pages(files, tmp_path, clock):
    archive = archive_over(files(), clock)
    pages = await three_files(archive, clock)
    before = await lines_of(archive, clock)
    assert len(warc_files(tmp_path)) == 3
    assert await merge(archive, clock) == 3
    (path,) = warc_files(tmp_path)
    assert [kind for kind, _ in read_by_both(path.read_bytes())] == ["warcinfo", *("response", "metadata") * 3]
    assert await bodies(archive, clock) == [page.body for page in pages]
    after = await lines_of(archive, clock)
    assert [line.record_id for line in after] == [line.record_id for line in before]
    assert [(await archive.find(around(page)))[0].record_id for page in pages] == [line.record_id for line in after]
    assert await merge(archive, clock) == 0


async def test_who_holds_the_places_of_before_still_reads_the_pages(files, clock):
    archive = archive_over(files(), clock)
    pages = [raw_page(str(n), at=clock.now() + n * timedelta(hours=5)) for n in range(3)]
    pages += [raw_page("other", b"other", at=clock.now(), url="https://n.example/other")]
    await keep(archive, *pages)
    lines = await lines_of(archive, clock)
    assert sum(line.body is not None for line in lines) == 2, "two lean on the body of the first"
    assert await merge(archive, clock) == 2
    for line in lines:
        assert (await archive.read(line)).provenance.entry.id == line.entry_id
    assert len(await bodies(archive, clock)) == 4


@pytest.mark.parametrize("died_at", STEPS)
async def test_wherever_a_merge_dies_each_page_is_found_once_and_the_next_merge_ends_it(tmp_path, clock, died_at):
    async def die(step):
        if step == died_at:
            raise DiedError

    files = FolderFiles(tmp_path)
    pages = await three_files(archive_over(files, clock), clock)
    dying, archive = archive_over(Between(files, die), clock), archive_over(files, clock)
    with pytest.raises(DiedError):
        await merge(dying, clock)
    assert await bodies(archive, clock) == [page.body for page in pages]
    assert all(read_by_both(path.read_bytes()) for path in warc_files(tmp_path))
    await merge(archive, clock)
    assert len(warc_files(tmp_path)) == 1
    assert await bodies(archive, clock) == [page.body for page in pages]


async def test_a_reader_finds_each_page_once_between_any_two_steps_of_a_merge(tmp_path, clock):
    files = FolderFiles(tmp_path)
    archive = archive_over(files, clock)
    pages = await three_files(archive, clock)
    before, seen = await lines_of(archive, clock), []

    async def look(step):
        seen.append(step)
        assert await bodies(archive, clock) == [page.body for page in pages]
        assert [(await archive.read(line)).body for line in before] == [page.body for page in pages]

    assert await merge(archive_over(Between(files, look), clock), clock) == 3
    assert seen == list(STEPS)


async def test_a_reader_that_had_listed_the_files_before_the_merge_lists_them_again(tmp_path, clock):
    class Slow(FolderFiles):
        """Between the list of files and the first of them, everything is merged."""

        merged = False

        async def read(self, name, offset=0, length=None):
            if not self.merged:
                self.merged = True
                await merge(archive, clock)
            return await super().read(name, offset, length)

    archive = archive_in(tmp_path, clock)
    pages = await three_files(archive, clock)
    assert await bodies(archive_over(Slow(tmp_path), clock), clock) == [page.body for page in pages]


@pytest.mark.parametrize("dies", [False, True])
@pytest.mark.parametrize("step", STEPS)
async def test_a_page_that_is_purged_during_a_merge_or_before_it_goes_on_is_gone(tmp_path, clock, step, dies):
    async def purge(now):
        if now == step:
            await archive.erase(around(pages[1]))
            if dies:
                raise DiedError

    files = FolderFiles(tmp_path)
    archive = archive_over(files, clock)
    pages = await three_files(archive, clock)
    merging = archive_over(Between(files, purge), clock)
    assert [type(found) for found in await asyncio.gather(merge(merging, clock), return_exceptions=True)] == [
        DiedError if dies else int
    ]
    await merge(archive, clock)
    assert await bodies(archive, clock) == [pages[0].body, pages[2].body]
    assert SECRET not in everything(tmp_path)
    assert len(warc_files(tmp_path)) == 1


async def test_a_purge_whose_files_are_merged_before_it_writes_to_them_looks_for_the_page_again(tmp_path, clock):
    async def first(step):
        if step == 1:
            await merge(archive, clock)

    files = FolderFiles(tmp_path)
    archive = archive_over(files, clock)
    pages = await three_files(archive, clock)
    assert await archive_over(Between(files, first), clock).erase(around(pages[1])) == 1
    assert SECRET not in everything(tmp_path)


async def test_a_purge_and_the_retention_reach_merged_pages(files, tmp_path, clock):
    archive = archive_over(files(), clock)
    pages = await three_files(archive, clock)
    await merge(archive, clock)
    assert await archive.erase(around(pages[1])) == 1
    assert await bodies(archive, clock) == [pages[0].body, pages[2].body]
    assert (await archive.drop(clock.now().date() + timedelta(days=2))).files == 1
    assert warc_files(tmp_path) == []


async def test_a_file_that_ends_within_a_page_keeps_what_is_left_of_it(tmp_path, clock):
    archive = archive_in(tmp_path, clock)
    await three_files(archive, clock)
    cut = warc_files(tmp_path)[1]
    cut.write_bytes(cut.read_bytes()[:-20])
    assert await merge(archive, clock) == 2
    assert cut in warc_files(tmp_path)
    assert len(await lines_of(archive, clock)) == 3
