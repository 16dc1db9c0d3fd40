"""``newswire import`` of a file that it cannot take."""

from pathlib import Path

import pytest

from newswire.cli.imports import import_
from newswire.errors import UsageError


def test_a_warc_file_that_is_not_compressed_is_refused_with_the_command_that_mends_it() -> None:
    with pytest.raises(UsageError, match=r"warcio recompress /nowhere/news.warc /nowhere/news.warc.gz"):
        import_(Path("/nowhere/news.warc"))
