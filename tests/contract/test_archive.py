"""The archive of raw pages: what was kept is read back, by others too; erased pages are gone and move no other."""

import asyncio
import gzip
from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import SecretStr

from newswire.adapters.archive import open_files
from newswire.adapters.archive.folder import FolderFiles
from newswire.domain.archive.index import index_lines
from newswire.domain.archive.names import CDXJ, FetchWindow
from newswire.errors import UsageError, Wait
from support.raw_pages import (
    HEADERS,
    archive_in,
    archive_over,
    everything,
    keep,
    lines_of,
    raw_page,
    read_by_both,
    warc_files,
)
from support.versitygw import files_of, versitygw

SECRET = b"Zinnober und Quittenmus"
HOUR = timedelta(hours=1)


@pytest.fixture(params=["folder", "bucket"])
def files(request, tmp_path):
    with files_of(request.param, tmp_path) as opened:
        yield opened


@pytest.fixture
async def archive(files, clock):
    made = archive_over(files(), clock)
    yield made
    await made.close()


def around(page):
    at = page.provenance.fetched_at
    return {page.provenance.entry.id: FetchWindow(at - HOUR, at + HOUR)}


async def test_a_kept_page_is_read_back_with_all_that_its_extraction_needs(archive, clock):
    page = raw_page(at=clock.now(), body=b"\x00\xff\r\n\r\nWARC/1.1\r\n")
    await keep(archive, page)
    (line,) = await lines_of(archive, clock)
    found = await archive.read(line)
    assert (found.url, found.status, found.body, found.provenance) == (page.url, 200, page.body, page.provenance)
    assert found.headers["content-type"] == HEADERS["content-type"]
    assert "set-cookie" not in found.headers


async def test_the_files_are_read_alike_by_warcio_and_by_fastwarc(archive, tmp_path, clock):
    odd = raw_page("b", at=clock.now(), headers={"x\r\ny": "a\r\nb: c", "é": "ü\ud800"}, url="https://ü.example/ ä")
    await asyncio.gather(keep(archive, raw_page(at=clock.now())), keep(archive, odd))
    await keep(archive, raw_page("c", at=clock.now()))
    one, two = (read_by_both(path.read_bytes()) for path in warc_files(tmp_path))
    types = [[kind for kind, _ in records] for records in (one, two)]
    assert sorted(types) == [
        ["warcinfo", "response", "metadata", "response", "metadata"],
        ["warcinfo", "revisit", "metadata"],
    ]


async def test_the_index_says_where_each_record_lies(archive, tmp_path, clock):
    await asyncio.gather(*(keep(archive, raw_page(str(n), bytes([n]) * 999, at=clock.now())) for n in range(5)))
    (path,) = warc_files(tmp_path)
    data = path.read_bytes()
    lines = list(index_lines((path.parent / path.name.replace(".warc.gz", CDXJ)).read_bytes()))
    assert len(lines) == 5
    for line in lines:
        for place, kind in ((line.place, "response"), (line.metadata, "metadata")):
            assert f"WARC-Type: {kind}\r\n".encode() in gzip.decompress(data[place.offset :][: place.length])


async def test_the_same_body_within_a_day_is_a_revisit_and_later_a_page_again(archive, clock):
    start = clock.now()
    pages = [raw_page(str(hours), at=start + hours * HOUR) for hours in (0, 23, 25)]
    await keep(archive, *pages, raw_page("other", at=start, url="https://n.example/other"))
    lines = await lines_of(archive, clock)
    leaning = {line.entry_id for line in lines if line.body is not None}
    assert leaning == {pages[1].provenance.entry.id}
    for line in lines:
        assert (await archive.read(line)).body == pages[0].body


async def test_a_file_without_an_index_is_found_all_the_same(archive, tmp_path, clock):
    await keep(archive, raw_page("a", at=clock.now()), raw_page("b", at=clock.now()))
    before = await lines_of(archive, clock)
    for path in tmp_path.rglob(f"*{CDXJ}"):
        path.unlink()
    after = await lines_of(archive, clock)
    assert [(line.entry_id, line.place, line.metadata) for line in after] == [
        (line.entry_id, line.place, line.metadata) for line in before
    ]
    assert await archive.erase(around(raw_page("b", at=clock.now()))) == 1


async def test_a_damaged_index_is_passed_over_for_its_file(archive, tmp_path, clock):
    await keep(archive, raw_page("a", at=clock.now()))
    (line,) = await lines_of(archive, clock)
    for path in tmp_path.rglob(f"*{CDXJ}"):
        path.write_bytes(path.read_bytes()[:-9])
    assert [found.place for found in await lines_of(archive, clock)] == [line.place]
    assert await archive.erase(around(raw_page("a", at=clock.now()))) == 1
    assert await lines_of(archive, clock) == []


async def test_of_a_damaged_file_without_an_index_every_whole_page_is_found(archive, tmp_path, clock):
    pages = [raw_page(str(n), bytes([n]) * 999, at=clock.now()) for n in range(3)]
    await asyncio.gather(*(keep(archive, page) for page in pages))
    lines = await lines_of(archive, clock)
    (path,) = warc_files(tmp_path)
    path.with_name(path.name.replace(".warc.gz", CDXJ)).unlink()
    data = bytearray(path.read_bytes())
    data[lines[1].place.offset + lines[1].place.length - 60] ^= 0xFF
    path.write_bytes(data)
    assert [line.place for line in await lines_of(archive, clock)] == [lines[0].place, lines[2].place]


async def test_an_address_with_the_line_ends_of_unicode_breaks_no_index(archive, clock):
    url = "https://n.example/a\u2028b\x85c d"
    await keep(archive, raw_page(at=clock.now(), url=url))
    (line,) = await lines_of(archive, clock)
    assert line.url == url


async def test_an_erased_page_is_in_no_byte_and_moves_no_other_page(archive, tmp_path, clock):
    kept, gone = raw_page("kept", b"Kept. " * 500, at=clock.now()), raw_page("gone", SECRET * 99, at=clock.now())
    titled = replace(gone.provenance, entry=gone.provenance.entry.model_copy(update={"title": SECRET.decode()}))
    gone = replace(gone, provenance=titled)
    await asyncio.gather(keep(archive, gone), keep(archive, kept))
    await keep(archive, raw_page("gone", SECRET * 99, at=clock.now() + HOUR))
    (line,) = [line for line in await lines_of(archive, clock) if line.entry_id == kept.provenance.entry.id]
    assert SECRET in everything(tmp_path)
    assert await archive.erase(around(gone)) == 2
    assert SECRET not in everything(tmp_path)
    assert [found.place for found in await lines_of(archive, clock)] == [line.place]
    assert (await archive.read(line)).body == kept.body
    assert all(read_by_both(path.read_bytes()) for path in warc_files(tmp_path))
    assert await archive.erase(around(gone)) == 0


async def test_pages_that_several_erase_at_once_are_all_gone(archive, files, tmp_path, clock):
    pages = [raw_page(str(n), SECRET + bytes([n]) * 300, at=clock.now()) for n in range(8)]
    await asyncio.gather(*(keep(archive, page) for page in pages))
    others = [archive_over(files(), clock) for _ in pages]
    await asyncio.gather(*(other.erase(around(page)) for other, page in zip(others, pages, strict=True)))
    assert SECRET not in everything(tmp_path)


async def test_pages_are_given_in_the_order_of_their_time(archive, clock):
    times = [clock.now() + timedelta(minutes=minutes) for minutes in (70, 10, 300, 59, 2000)]
    await keep(archive, *(raw_page(str(n), at=at) for n, at in enumerate(times)))
    found = [line.fetched_at async for line in archive.pages(clock.now() + HOUR, clock.now() + 9 * HOUR)]
    assert found == [times[0], times[2]]


async def test_retention_drops_whole_days_and_spares_the_day_that_others_lean_on(archive, tmp_path, clock):
    days = [clock.now() + timedelta(days=n) for n in range(4)]
    await keep(archive, *(raw_page(str(n), bytes([n]), at=at) for n, at in enumerate(days)))
    pretended = await archive.drop(days[3].date(), pretend=True)
    assert len(await lines_of(archive, clock)) == 4
    assert await archive.drop(days[3].date()) == pretended
    assert pretended.days == (days[0].date(), days[1].date())
    assert [line.fetched_at for line in await lines_of(archive, clock)] == days[2:]
    assert len(warc_files(tmp_path)) == 2


async def test_a_folder_that_cannot_be_written_to_is_said_at_once_and_later_waited_for(tmp_path, clock):
    archive = archive_in(tmp_path, clock)
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(UsageError, match="NEWSWIRE_ARCHIVE__URL"):
        archive_in(blocked, clock)
    (tmp_path / clock.now().strftime("%Y")).write_text("in the way")
    with pytest.raises(Wait) as raised:
        await keep(archive, raw_page(at=clock.now()))
    assert raised.value.dependency == "archive"


async def test_a_bucket_that_does_not_answer_or_refuses_the_key_is_waited_for(tmp_path, clock):
    with versitygw(tmp_path) as settings:
        wrong = settings.model_copy(update={"s3_secret_access_key": SecretStr("another")})
        with pytest.raises(Wait, match="s3://newswire-pages/pages cannot be used"):
            await keep(archive_over(open_files(wrong), clock), raw_page(at=clock.now()))
        away = open_files(settings)
    with pytest.raises(Wait) as raised:
        await keep(archive_over(away, clock), raw_page(at=clock.now()))
    assert raised.value.dependency == "archive"


async def test_two_writers_of_one_folder_never_write_into_each_others_files(tmp_path):
    writers = {name: FolderFiles(tmp_path) for name in ("a", "b")}
    wanted = {f"{name}/{n}": name.encode() * 1_000_000 for n in range(10) for name in writers}
    await asyncio.gather(*(writers[name[0]].create(name, data) for name, data in wanted.items()))
    assert {name: await writers["a"].read(name) for name in wanted} == wanted


async def test_a_file_that_is_written_once_more_does_not_bring_back_what_was_erased(tmp_path):
    files = FolderFiles(tmp_path)
    await files.create("a/b", SECRET)
    await files.replace("a/b", lambda data: bytes(len(data)))
    await files.create("a/b", SECRET)
    assert SECRET not in everything(tmp_path)


async def test_the_half_written_file_of_a_dead_process_is_gone_after_an_erasure(tmp_path, clock):
    archive = archive_in(tmp_path, clock)
    (tmp_path / ".parts" / "dead").write_bytes(SECRET)
    await archive.erase({})
    assert SECRET not in everything(tmp_path)


async def test_a_page_with_headers_of_any_size_and_script_is_read_back(archive, clock):
    policy = {f"policy-{n}": "p" * 8_000 for n in range(9)}
    page = raw_page(at=clock.now(), headers={"x-title": "Kölner Lichter 日本", **policy, "content-type": "text/html"})
    await keep(archive, page)
    (line,) = await lines_of(archive, clock)
    headers = (await archive.read(line)).headers
    assert {name: headers[name] for name in ("x-title", "content-type")} == {
        "x-title": "Kölner Lichter 日本", "content-type": "text/html",
    }  # fmt: skip


@pytest.mark.parametrize("damage", [lambda data, at: data[:at], lambda data, at: data[:at] + b"?" + data[at + 1 :]])
async def test_a_damaged_page_is_never_read_as_a_shorter_one(archive, tmp_path, clock, damage):
    await keep(archive, raw_page(body=bytes(range(256)) * 40, at=clock.now()))
    (line,) = await lines_of(archive, clock)
    (path,) = warc_files(tmp_path)
    path.write_bytes(damage(path.read_bytes(), line.place.offset + line.place.length - 60))
    with pytest.raises(ValueError, match=f"{line.place.file}, byte {line.place.offset}: "):
        await archive.read(line)


async def test_a_body_other_than_the_archived_one_is_not_taken_for_it(archive, clock):
    await keep(archive, raw_page("a", b"one", at=clock.now()), raw_page("b", b"two", at=clock.now()))
    one, two = await lines_of(archive, clock)
    with pytest.raises(ValueError, match="not the one that was archived"):
        await archive.read(replace(one, body=two.place))


async def test_a_revisit_whose_body_no_index_names_any_more_is_not_found(archive, tmp_path, clock):
    await keep(archive, raw_page("a", at=clock.now()), raw_page("b", at=clock.now() + HOUR))
    for path in tmp_path.rglob(f"*{CDXJ}"):
        path.unlink()
    pages = [await archive.read(line) for line in await lines_of(archive, clock)]
    assert [page is None for page in pages] == [False, True]
