"""Every command that a document names can be called as it says, and every setting that it names is one."""

import re

import pytest

from newswire.settings import describe, load
from newswire.settings.renamed import RENAMED
from support.compose import COMPOSE, services
from support.documents import PAGES, ROOT, Block, blocks, code_spans, name
from support.shell_words import CHECKED, GROUPS, NoSuchCommandError, check, check_newswire, check_script, commands

EXAMPLE = ROOT / "deploy" / "env.example"
BLOCKS = [block for page in PAGES for block in blocks(page)]
SHELL = [block for block in BLOCKS if block.language == "sh"]
FOR_TESTS = {"NEWSWIRE_CORPUS", "NEWSWIRE_CORPUS_ALL"}


def mentioned(text):
    """The commands that stand in code type within a text."""
    for span in code_spans(text):
        first, _, rest = span.partition(" ")
        if first in CHECKED or (first in GROUPS and rest):
            yield from commands(span)


@pytest.mark.parametrize("block", SHELL, ids=lambda block: block.name)
def test_every_command_of_a_shell_block_is_one(block):
    assert check_script(block.text) > 0


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_command_that_a_text_mentions_is_one(page):
    for words in mentioned(page.read_text(encoding="utf-8")):
        check(words, mentioned=True)


@pytest.mark.parametrize("path", [COMPOSE, EXAMPLE], ids=lambda path: path.name)
def test_every_command_in_a_comment_is_one(path):
    comments = "\n".join(line.partition("#")[2] for line in path.read_text().splitlines())
    shown = re.findall(r"(?:^ {4,}|  )((?:docker compose|newswire) .*?)(?:  |$)", comments, re.MULTILINE)
    for words in (*mentioned(comments), *(words for line in shown for words in commands(line))):
        check(words, mentioned=True)


def test_every_service_runs_a_command_that_there_is():
    for service in services().values():
        if service.ours:
            check_newswire(service.command)


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("newswire served", "No such command 'served'"),
        ("newswire feeds add", "Missing"),
        ("newswire run --onec", "--onec"),
        (".venv/bin/newswire tail nothing | head", "nothing"),
        ("cd x && newswire dead mend", "mend"),
        ("NEWSWIRE_FETCH__AGENT=x newswire poll", "NEWSWIRE_FETCH__AGENT is not a setting"),
        ("docker compose exec polling newswire audit", "no service polling"),
        ("docker compose exec --no-TTY poll newswire audits", "audits"),
        ("docker compose run --rm --volume $PWD:/x poll feeds imports x", "imports"),
        ("docker compose up --detach polling", "no service polling"),
        ("docker run --rm newswire demo --forever", "--forever"),
        ("make tests", "no such target"),
        ("python tests/bench/ende.py", "no file"),
        ("python -m newswire.nothing", "no module"),
        ("frobnicate", "nothing is known of frobnicate"),
    ],
)
def test_a_command_that_is_none_is_found(script, says):
    with pytest.raises(NoSuchCommandError, match=re.escape(says)):
        check_script(script)


def test_a_text_may_leave_out_arguments_but_may_not_misspell():
    check(["newswire", "explain"], mentioned=True)
    for words in (["newswire", "explains"], ["feeds", "ad", "URL"], ["newswire", "dead", "list", "--every"]):
        with pytest.raises(NoSuchCommandError):
            check(words, mentioned=True)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_setting_that_a_document_names_is_one(page):
    known = {row.variable for row in describe()} | RENAMED.keys()
    named = set(re.findall(r"NEWSWIRE_\w*[A-Z]\b(?!_)", page.read_text(encoding="utf-8")))
    assert {each for each in named - known - FOR_TESTS if not re.match(r"NEWSWIRE_(TEST|REQUIRE)_", each)} == set()


@pytest.mark.parametrize("block", [block for block in BLOCKS if block.language == "env"], ids=lambda block: block.name)
def test_the_settings_of_a_block_are_accepted(block: Block):
    pairs = dict(line.split("=", 1) for line in block.text.splitlines())
    assert load({"HOME": "/home/ana", **pairs})
