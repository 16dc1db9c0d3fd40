"""Where the temporary files of the tests are."""

from support import in_memory


def test_temporary_files_are_in_memory_only_where_there_is_room_and_nobody_named_another_folder(tmp_path):
    assert in_memory.folder({}, tmp_path, needed=1) == tmp_path
    assert in_memory.folder({"TMPDIR": "/var/tmp"}, tmp_path, needed=1) is None
    assert in_memory.folder({}, tmp_path, needed=1 << 62) is None
    assert in_memory.folder({}, tmp_path / "missing", needed=1) is None
