"""Names out of bylines and marked-up names, in many languages; roles, companies and accounts told from people."""

import pytest

from newswire.domain.articles.facts.bylines import byline_names, has_prefix, stated_names
from newswire.domain.articles.facts.names import name_of

SITES = frozenset({"the gazette", "gazette", "hbn"})


def texts(names):
    return [name.text for name in names]


@pytest.mark.parametrize(
    ("line", "language", "names"),
    [
        ("By Jane Doe", "en", ["Jane Doe"]),
        ("By Jane Doe and John Roe", "en", ["Jane Doe", "John Roe"]),
        ("Jane Doe, John Roe & Li Wei", "en", ["Jane Doe", "John Roe", "Li Wei"]),
        ("By Jane Doe | November 24, 2026", "en", ["Jane Doe"]),
        ("Tuesday November 24, 2026 8:15 am CET by Jane Doe", "en", ["Jane Doe"]),
        ("By Jane Doe, Political Analyst", "en", ["Jane Doe"]),
        ("By Jane Doe, Jr.", "en", ["Jane Doe"]),
        ("Jane Doe MD, PhD", "en", ["Jane Doe"]),
        ("By Jane Doe in Berlin", "en", ["Jane Doe"]),
        ("By Jane Doe, The Gazette", "en", ["Jane Doe"]),
        ("By Jane Doe (jd@gazette.example)", "en", ["Jane Doe"]),
        ("Von Jürgen Groß und Änne Müller", "de", ["Jürgen Groß", "Änne Müller"]),
        ("Ein Kommentar von Jürgen Groß", "de", ["Jürgen Groß"]),
        ("Von: Jürgen Groß", "de", ["Jürgen Groß"]),
        ("Eine Kolumne von Jürgen Groß", "de", ["Jürgen Groß"]),
        ("Autor: Jürgen Groß, Leiter der", "de", ["Jürgen Groß"]),
        ("Donnerstag", "de", []),
        ("By Ernst Freitag", "en", ["Ernst Freitag"]),
        ("Jane Doe/John Roe", "en", ["Jane Doe", "John Roe"]),
        ("By Jane Doe, Institute of Allergy and Infectious Diseases", "en", ["Jane Doe"]),
        ("By Jane Doe, HBN Wales", "en", ["Jane Doe"]),
        ("Por Ana Ruiz y José Pérez", "es", ["Ana Ruiz", "José Pérez"]),
        ("Por José Ortega y Gasset", "es", ["José Ortega y Gasset"]),
        ("Par Élise Caron et Luc Petit", "fr", ["Élise Caron", "Luc Petit"]),
        ("di Marco Rossi e Anna Bianchi", "it", ["Marco Rossi", "Anna Bianchi"]),
        ("Door Jan de Vries en Piet van den Berg", "nl", ["Jan de Vries", "Piet van den Berg"]),
        ("Автор: Ирина Мельникова", "ru", ["Ирина Мельникова"]),
        ("Ирина Мельникова и Олег Петров", "ru", ["Ирина Мельникова", "Олег Петров"]),
        ("김하늘 기자", "ko", ["김하늘"]),
        ("순천·광양=구현모 기자", "ko", ["구현모"]),
        ("記者王小明／台北報導", "zh", ["王小明"]),
        ("文／王小明、李大華", "zh", ["王小明", "李大華"]),
        ("Yazan: Ayşe Yılmaz", "tr", ["Ayşe Yılmaz"]),
        ("Staff reporter", "en", []),
        ("Published 24 November 2026", "en", []),
        ("By following these simple rules", "en", []),
        ("https://gazette.example/jane", "en", []),
        (", The Gazette", "en", []),
    ],
)
def test_a_byline_gives_the_names_of_its_writers_and_nothing_else(line, language, names):
    assert texts(byline_names(line, language, SITES)) == names


@pytest.mark.parametrize(
    "name",
    ["De Wet Marten", "Di Marlowe", "Von Harker", "Abby Goodwell", "Christopher Guest", "Anthony Head", "Sián O'Dowd",
     "山田太郎", "Maria", "jane doe", "Dr. Max Kolter", "Jean-Luc d'Arcy"],
)  # fmt: skip
def test_a_clean_name_that_is_marked_up_stays_as_it_is(name):
    assert texts(stated_names(name)) == [name]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Jane Doe", "person"),
        ("Associated Press", "agency"),
        ("The Canadian Press", "agency"),
        ("dpa", None),
        ("AFP", "agency"),
        ("新华社", "agency"),
        ("Harbour Broadcasting Corporation", "organisation"),
        ("gazette.com", "organisation"),
        ("The Gazette", "organisation"),
        ("HBN Wales", "organisation"),
        ("Harbour Clinic", "organisation"),
        ("Hafenverband e. V", "organisation"),
        ("jane_doe7", "account"),
        ("apblackmd", "account"),
        ("q_admin", None),
        ("Admin", None),
        ("Guest Author", None),
        ("Head", None),
        ("Political Analyst", None),
        ("Gazette Staff", "organisation"),
        ("The Harbour Independent", "organisation"),
        ("The Gazette Lifestyle Desk", "organisation"),
        ("Newsdesk", "organisation"),
        ("Redaktion", "organisation"),
        ("Staff Writer", None),
        ("Contributing Writer", None),
        ("Our Team", None),
        ("Share with your team", None),
        ("No Author", None),
        ("PhD", None),
        ("jane@gazette.example", None),
        ("24 November", None),
        ("", None),
    ],
)
def test_a_name_is_a_persons_an_agencys_an_organisations_an_accounts_or_nobodys(text, kind):
    name = name_of(text, SITES)
    assert (name.kind if name else None) == kind


def test_a_persons_own_site_may_have_the_persons_name():
    own = frozenset({"jane doe"})
    assert [name.kind for name in stated_names("Jane Doe", own, person=True)] == ["person"]
    assert [name.kind for name in stated_names("Jane Doe", own)] == ["organisation"]
    paper = frozenset({"el faro"})
    assert [name.kind for name in stated_names("El Faro", paper, person=True)] == ["organisation"]


def test_a_german_prefix_goes_from_a_marked_up_name_and_a_noble_particle_stays():
    assert texts(stated_names("Von Jürgen Groß")) == ["Jürgen Groß"]
    assert texts(stated_names("Von der Leyen")) == ["Von der Leyen"]
    assert texts(stated_names("Diane Von Harker Smith")) == ["Diane Von Harker Smith"]


def test_an_and_within_an_offices_name_joins_no_names_and_behind_a_persons_office_it_does():
    assert texts(byline_names("Ministry of Trade and Industry")) == ["Ministry of Trade and Industry"]
    assert texts(byline_names("Jane Doe of the Gazette and John Smith")) == ["John Smith"]


def test_a_word_that_begins_names_too_is_a_prefix_in_its_own_language_alone():
    assert texts(byline_names("Von Essen", "en")) == ["Von Essen"]
    assert has_prefix("von Jürgen Groß", "de")
    assert not has_prefix("Von Essen", "en")


def test_a_text_too_long_for_a_byline_names_nobody():
    assert byline_names("Jane Doe " * 100) == ()
    assert name_of("Jane " * 20) is None
