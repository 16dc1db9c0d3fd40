"""The language is the text's own, where there is enough of it."""

import pytest

from newswire.parsing.text.language import decide_language, language_code

GERMAN = (
    "Der Stadtrat hat am Montag beschlossen, den alten Steg wieder aufzubauen, den ein Sturm vor elf Jahren "
    "fortgerissen hatte. Die Arbeiten sollen im Frühjahr beginnen und zwei Jahre dauern, sagte die Bürgermeisterin."
)
DANISH = (
    "Byrådet vedtog mandag at genopbygge den gamle mole, som en storm tog for elleve år siden. Arbejdet skal begynde "
    "til foråret og vare i to år, sagde borgmesteren til journalister efter mødet på rådhuset, hvor også fiskere fik "
    "ordet. Pengene kommer fra en fond for kystbyer, som har betalt for tre moler på denne kyst, siden den blev "
    "oprettet. Fiskerne bad om en billigere kajplads, mens arbejdet står på, og det har byrådet nu lovet dem."
)


def test_a_long_text_is_believed_over_the_declaration():
    code, confidence = decide_language(GERMAN, ("en-US",))
    assert code == "de"
    assert confidence is not None
    assert 0.5 < confidence <= 1


def test_a_short_text_is_what_its_page_declares():
    assert decide_language("Steg", (None, "", "pt_BR")) == ("pt", None)
    assert decide_language("", ()) == (None, None)


def test_between_sisters_the_declaration_decides():
    detected, confidence = decide_language(DANISH, ())
    assert detected == "da"
    assert confidence is not None
    assert confidence > 0.5
    assert decide_language(DANISH, ("nb-NO",)) == ("no", None)
    assert decide_language(DANISH, ("fr",))[0] == "da"


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("en", "en"),
        ("EN-gb", "en"),
        ("zh-Hans-CN", "zh"),
        ("iw", "he"),
        ("nb", "no"),
        ("fil", "tl"),
        ("zxx", None),
        ("english", None),
        ("en, fr", "en"),
        ("", None),
        (None, None),
        ("{{lang}}", None),
    ],
)
def test_language_tags(tag, code):
    assert language_code(tag) == code
