"""What documents say of settings, commands and metrics is printed by the code that declares them."""

import pytest

from docs.generate import modules, renewed
from newswire.cli.commands import COMMANDS
from newswire.settings import describe
from support.documents import PAGES, ROOT, code_spans, name

GENERATED = {page: modules(text) for page in PAGES if (text := page.read_text(encoding="utf-8")) and modules(text)}


def test_settings_commands_and_metrics_each_have_a_generated_part():
    assert {name(page): found for page, found in GENERATED.items()} == {
        "docs/command-line.md": ["newswire.cli.reference"],
        "docs/logs.md": ["newswire.log"],
        "docs/operations.md": ["newswire.metrics"],
        "docs/settings.md": ["newswire.settings"],
    }


@pytest.mark.parametrize("page", GENERATED, ids=name)
def test_a_generated_part_is_what_the_code_prints(page):
    text = page.read_text(encoding="utf-8")
    assert renewed(text) == text, "run: make docs"


def test_every_setting_is_documented_with_its_default():
    spans = code_spans((ROOT / "docs" / "settings.md").read_text(encoding="utf-8"))
    for row in describe():
        assert row.variable in spans
        assert not row.default or row.default in spans


def test_every_command_is_documented():
    spans = code_spans((ROOT / "docs" / "command-line.md").read_text(encoding="utf-8"))
    assert [command for command in COMMANDS if f"newswire {command}" not in spans] == []
