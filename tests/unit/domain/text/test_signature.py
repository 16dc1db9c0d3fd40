import pytest

from newswire.domain.text.mojibake import repaired
from newswire.domain.text.signature import MAX_TITLE, VERSION, Signature, from_text, sign, to_text
from newswire.domain.text.word_codes import CAPITAL, MAX_CODES, NUMBER, UNKNOWN, WORD, codes


def words(text: str) -> list[int]:
    return [code & WORD for code in codes(text)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("It cost 1,200 euros", "it cost 1.200 euros"),
        ("1 200 people", "1,200 people"),
        ("53,69 lira", "53.69 lira"),
        ("The State Department", "the state department"),
        ("don’t stop", "don't stop"),
        ("ﬁnal", "final"),
        ("١٢ شخصا", "12 شخصا"),
    ],
)
def test_spellings_of_one_text_have_the_same_codes(one: str, other: str) -> None:
    assert words(one) == words(other)


@pytest.mark.parametrize(("one", "other"), [("12 dead", "13 dead"), ("1,200", "1,201"), ("1.2", "12"), ("a b", "b a")])
def test_another_digit_or_order_has_other_codes(one: str, other: str) -> None:
    assert words(one) != words(other)


def test_numbers_and_capitals_are_marked() -> None:
    small, name, number = codes("said Miller 2026")
    assert not small & (NUMBER | CAPITAL)
    assert name & CAPITAL
    assert number & NUMBER


@pytest.mark.parametrize("text", ["韓国が戒厳令", "ราคาน้ำมัน", "당첨번호"])
def test_scripts_without_spaces_give_a_code_for_each_two_characters(text: str) -> None:
    assert len(codes(text)) == len(codes(text[:-1])) + 1 or len(codes(text)) >= len(text) // 2
    assert codes(text)[0] == codes(text[: len(text) // 2 + 1])[0]


@pytest.mark.parametrize(
    ("garbled", "meant"),
    [
        ("MÃ¼ller sagte", "Müller sagte"),
        ("itâ€™s over", "it’s over"),
        ("ÐŸÑ€Ð¸Ð²ÐµÑ‚", "Привет"),
        ("What&amp;rsquo;s next", "What’s next"),
        ("Ärger über Ünlü", "Ärger über Ünlü"),
        ("Ã alone", "Ã alone"),
    ],
)
def test_garbled_text_is_read_as_it_was_meant(garbled: str, meant: str) -> None:
    assert repaired(garbled) == meant


def test_a_word_with_a_lost_character_is_one_unknown_word() -> None:
    assert codes("M\ufffdller")[0] == UNKNOWN
    assert len(codes("der M\ufffdller kam")) == 3


def test_a_signature_is_bounded_however_long_the_text() -> None:
    signature = sign("title " * 5_000, "a b c 1 2 3 ä 韓国 &amp; \ufffd " * 100_000)
    assert len(signature.title) <= 2 * MAX_TITLE
    assert len(signature.text) <= 2 * MAX_CODES


@pytest.mark.parametrize(
    "text", ["", "x" * 1_000_000, "1," * 500_000, "Ã" * 500_000, "&" * 500_000, "\u0301" * 500_000]
)
def test_hostile_texts_have_a_signature(text: str) -> None:
    assert len(sign(None, text).text) <= 2 * MAX_CODES


def test_a_signature_comes_back_from_its_line() -> None:
    signature = sign("A title", "A text of some words, 12 of them.")
    assert from_text(to_text(signature)) == signature


def test_an_unknown_version_is_no_signature() -> None:
    assert from_text(to_text(Signature(b"", b"ab", version=VERSION + 1))) is None


@pytest.mark.parametrize("line", ["", "1", "1.a", "1.!!.!!", "1..YQ==", "1.." + "AAAA" * MAX_CODES])
def test_a_line_that_is_no_signature_is_an_error(line: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_text(line)


def test_a_reference_with_more_digits_than_a_number_may_have_is_one_unknown_character() -> None:
    assert repaired(f"a &#{'9' * 5_000};&#x{'f' * 5_000}; b") == "a \ufffd\ufffd b"
