"""Dates in words: month names of many languages, and the forms of East Asia."""

import pytest
from babel.dates import get_month_names

from newswire.parsing.text.month_names import LANGUAGES, folded, month_of
from newswire.parsing.text.time_zones import ZoneHints, hints_of
from support.moment_words import told

IN_WORDS = {
    "Freitag, 20. November 2026 15:07 Uhr": "2026-11-20T15:07:00",
    "Di, 3. März 2026": "2026-03-03",
    "3. Maerz 2026": "2026-03-03",
    "1. Jänner 2026": "2026-01-01",
    "20. Dez. 2026, 15.07 Uhr": "2026-12-20T15:07:00",
    "vendredi 20 novembre 2026 à 15h07": "2026-11-20T15:07:00",
    "ven., 20 nov. 2026 15:07:41 +0100": "2026-11-20T15:07:41+01:00",
    "1er août 2026": "2026-08-01",
    "20 févr. 2026": "2026-02-20",
    "viernes, 20 de noviembre de 2026 15:07": "2026-11-20T15:07:00",
    "vie, 20 nov 2026 15:07:41 GMT": "2026-11-20T15:07:41Z",
    "20 de enero del 2026, 3:07 p. m.": "2026-01-20T15:07:00",
    "20 setiembre 2026": "2026-09-20",
    "venerdì 20 gennaio 2026 ore 15:07": "2026-01-20T15:07:00",
    "20 mag 2026": "2026-05-20",
    "Sex, 20 Fev 2026 15:07:41 -0300": "2026-02-20T15:07:41-03:00",
    "20 de março de 2026": "2026-03-20",
    "Quinta-feira, 20 de agosto de 2026": "2026-08-20",
    "20 d'octubre de 2026": "2026-10-20",
    "20 de maig del 2026": "2026-05-20",
    "20 de xullo de 2026": "2026-07-20",
    "vrijdag 20 maart 2026 15:07": "2026-03-20T15:07:00",
    "20 mrt 2026": "2026-03-20",
    "20 augustus 2026": "2026-08-20",
    "fredag 20 augusti 2026": "2026-08-20",
    "20 juni 2026 kl. 15:07": "2026-06-20T15:07:00",
    "20. maj 2026 kl. 15.07": "2026-05-20T15:07:00",
    "20. oktober 2026": "2026-10-20",
    "20. desember 2026": "2026-12-20",
    "20. ágúst 2026": "2026-08-20",
    "20. marraskuuta 2026 klo 15.07": "2026-11-20T15:07:00",
    "20 loka 2026": "2026-10-20",
    "20. juuli 2026": "2026-07-20",
    "2026. gada 20. novembris": "2026-11-20",
    "2026 m. lapkričio 20 d. 15:07": "2026-11-20T15:07:00",
    "20 lipca 2026, 15:07": "2026-07-20T15:07:00",
    "Pt, 20 paź 2026 15:07:41 +0200": "2026-10-20T15:07:41+02:00",
    "20. července 2026": "2026-07-20",
    "20. června 2026": "2026-06-20",
    "20. septembra 2026": "2026-09-20",
    "20. siječnja 2026.": "2026-01-20",
    "20. avgust 2026": "2026-08-20",
    "2026. november 20. 15:07": "2026-11-20T15:07:00",
    "2026. szeptember 20.": "2026-09-20",
    "20 ianuarie 2026": "2026-01-20",
    "20 gusht 2026": "2026-08-20",
    "2026ko azaroaren 20a": "2026-11-20",
    "20 Kasım 2026 15:07": "2026-11-20T15:07:00",
    "20 Ağustos 2026": "2026-08-20",
    "20 Aralık 2026": "2026-12-20",
    "20 sentyabr 2026": "2026-09-20",
    "20 Agustus 2026": "2026-08-20",
    "20 Ogos 2026": "2026-08-20",
    "20 Tachwedd 2026": "2026-11-20",
    "20 Νοεμβρίου 2026, 15:07": "2026-11-20T15:07:00",
    "Παρ, 20 Νοε 2026 15:07:41 +0200": "2026-11-20T15:07:41+02:00",
    "Παρ, 20 Μαΐ 2026 3:07 μ.μ.": "2026-05-20T15:07:00",
    "пт, 20 ноября 2026 15:07 MSK": "2026-11-20T15:07:00+03:00",
    "Пятница, 20 мая 2026 г. 15:07": "2026-05-20T15:07:00",
    "20 Янв 2026": "2026-01-20",
    "20 серпня 2026, 15:07": "2026-08-20T15:07:00",
    "20 жовт. 2026": "2026-10-20",
    "20 кастрычніка 2026": "2026-10-20",
    "20 януари 2026": "2026-01-20",
    "20. јануар 2026.": "2026-01-20",
    "20 בנובמבר 2026": "2026-11-20",
    "20 נוב׳ 2026": "2026-11-20",
    "20 نوفمبر 2026": "2026-11-20",
    "٢٠ نوفمبر ٢٠٢٦": "2026-11-20",
    "20 أيلول 2026": "2026-09-20",
    "۲۰ نوامبر ۲۰۲۶": "2026-11-20",
    "20 नवंबर 2026": "2026-11-20",
    "20 मई 2026": "2026-05-20",
    "20 tháng 11, 2026": "2026-11-20",
    "20 Tháng Mười Một 2026": "none",
    "2026 Nov 20": "2026-11-20",
    "2026-Nov-20 15:07": "2026-11-20T15:07:00",
}

EAST_ASIAN = {
    "2026年11月5日": "2026-11-05",
    "２０２６年１１月５日": "2026-11-05",
    "2026年11月20日 15時07分41秒": "2026-11-20T15:07:41",
    "2026年11月20日(金) 15:07": "2026-11-20T15:07:00",
    "2026年11月20日 午後3時7分": "2026-11-20T15:07:00",
    "2026年11月20日 午前0時5分": "2026-11-20T00:05:00",
    "2026年11月20日 15時": "2026-11-20T15:00:00",
    "令和8年11月20日": "2026-11-20",
    "令和元年5月1日": "2019-05-01",
    "平成30年11月20日": "2018-11-20",
    "2026年11月20日 下午3:07": "2026-11-20T15:07:00",
    "2026年11月20日 上午9点5分": "2026-11-20T09:05:00",
    "2026年11月20日 星期五 15:07:41": "2026-11-20T15:07:41",
    "2026年11月20日15:07 +0800": "2026-11-20T15:07:00+08:00",
    "2026-11-20 下午 3:07": "2026-11-20T15:07:00",
    "2026년 11월 5일": "2026-11-05",
    "2026년 11월 20일 15시 7분 41초": "2026-11-20T15:07:41",
    "2026년 11월 20일 15:07:41 KST": "2026-11-20T15:07:41+09:00",
    "2026-11-20 오후 3:07:41": "2026-11-20T15:07:41",
    "2026.11.20. 오전 9:07": "2026-11-20T09:07:00",
    "2026. 11. 20.": "2026-11-20",
    "昭和63年11月20日": "none",
    "2026年13月1日": "none",
    "11月20日": "none",
}


@pytest.mark.parametrize(("text", "moment"), (IN_WORDS | EAST_ASIAN).items())
def test_a_date_is_read_in_the_words_of_its_language(text: str, moment: str) -> None:
    assert told(text) == moment


@pytest.mark.parametrize(
    ("text", "hints", "moment"),
    [
        ("20 listopada 2026", ZoneHints(), "none"),
        ("20 listopada 2026", ZoneHints(languages=("pl",)), "2026-11-20"),
        ("20 listopada 2026", ZoneHints(languages=("hr",)), "2026-10-20"),
        ("20 listopada 2026", hints_of("https://news.example.pl/feed"), "2026-11-20"),
        ("20 listopadu 2026", hints_of("https://news.example.cz/feed", "en-US"), "2026-11-20"),
        ("20 лип 2026", hints_of("", "uk"), "2026-07-20"),
        ("20 Nov 2026", ZoneHints(languages=("pl",)), "2026-11-20"),
    ],
)
def test_where_languages_disagree_about_a_month_the_hint_decides(text: str, hints: ZoneHints, moment: str) -> None:
    assert told(text, hints) == moment


BABEL = {"no": "nb", "sr": "sr_Cyrl"}
NOUNS_ALONE = ("de ", "d’")
"""Catalan's names in CLDR begin with the preposition."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_month_is_known_by_the_names_that_cldr_gives_it(language: str) -> None:
    for context in ("format", "stand-alone"):
        for number, name in get_month_names("wide", context, BABEL.get(language, language)).items():
            bare = next((name.removeprefix(each) for each in NOUNS_ALONE if name.startswith(each)), name)
            assert month_of(folded(bare), (language,)) == number, name


@pytest.mark.parametrize("word", ["ma", "ju", "foo", "marketing", "decimal", "sunday", "mon", "сегодня", ""])
def test_a_word_that_begins_no_month_names_none(word: str) -> None:
    assert month_of(word) is None
