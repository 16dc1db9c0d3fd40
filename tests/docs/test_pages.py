"""The documents as pages: links lead somewhere, code blocks name their language, terms and decisions are in order."""

import re
from importlib.util import find_spec

import pytest

from support.documents import PAGES, ROOT, anchors, blocks, links, name

LANGUAGES = {"sh", "python", "json", "env", "text"}
DESIGN = ROOT / "docs" / "design.md"
GLOSSARY = ROOT / "docs" / "glossary.md"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_code_block_says_what_it_is_so_that_none_goes_untested(page):
    for block in blocks(page):
        assert block.language in LANGUAGES, block.name
        assert not block.comment.startswith("not run") or block.language == "sh", block.name
        assert (block.comment != "output") or block.language == "text", block.name


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_within_the_repository_leads_to_a_file_and_a_heading(page):
    for link in links(page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, fragment = link.partition("#")
        target = page.parent / path if path else page
        assert target.exists(), link
        assert not fragment or fragment in anchors(target.read_text(encoding="utf-8")), link


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_file_that_a_document_names_is_there(page):
    places = (ROOT, ROOT / "services" / "newswire", ROOT / "tests", page.parent)
    for path in re.findall(r"`((?:[\w-]+/)+(?:[\w-]+\.(?:py|md|yml|sh))?)`", page.read_text(encoding="utf-8")):
        assert any((place / path).exists() for place in places), path


def test_the_readme_is_short():
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 160


def test_the_glossary_is_alphabetical_and_names_modules_that_exist():
    rows = re.findall(r"^\| \*\*(.+?)\*\* \| (.+?) \| (.+?) \|$", GLOSSARY.read_text(encoding="utf-8"), re.MULTILINE)
    terms = [term.lower() for term, _, _ in rows]
    assert len(terms) > 30
    assert terms == sorted(set(terms))
    for term, sentence, owners in rows:
        assert sentence.endswith("."), term
        named = re.findall(r"`newswire\.([\w.]+)`", owners)
        assert named, term
        assert all(find_spec(f"newswire.{module}") for module in named), (term, owners)


def test_every_decision_has_its_date_and_every_subject_stands_in_the_contents():
    text = DESIGN.read_text(encoding="utf-8")
    headings = re.findall(r"^(##+) (.*)$", text, re.MULTILINE)
    undated = [title for level, title in headings if level == "###" and not re.search(r"\(\d{4}-\d\d-\d\d\)$", title)]
    assert undated == []
    assert sum(level == "###" for level, _ in headings) > 50
    appended = re.compile(r"\d{4}-\d\d-\d\d: ")  # a new decision, not sorted in yet
    subjects = [title for level, title in headings if level == "##" and not appended.match(title)]
    contents = re.findall(r"^- \[(.*?)\]\(#", text, re.MULTILINE)
    assert contents == subjects
