"""Month names of the languages that feeds and pages are written in, and which month a word names.

A word names a month when it is one of the names below or begins one of them with at least three letters. Where two
languages disagree (Polish ``listopad`` is November, Croatian ``listopad`` October) the language hint decides, and
without a hint the word names no month.
"""

import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Final

_SHORTEST: Final = 3
"""Letters of the shortest abbreviation."""

_NAMES: Final = {
    "en": "january february march april may june july august september october november december",
    "de": "januar/janner februar/feber marz/maerz april mai juni juli august september oktober november dezember",
    "fr": "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre/setiembre octubre noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "pt": "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro",
    "ca": "gener febrer marc abril maig juny juliol agost setembre octubre novembre desembre",
    "gl": "xaneiro febreiro marzo abril maio xuno xullo agosto setembro outubro novembro decembro",
    "nl": "januari februari maart/mrt april mei juni juli augustus september oktober november december",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "no": "januar februar mars april mai juni juli august september oktober november desember",
    "is": "januar februar mars april mai juni juli agust september oktober november desember",
    "fi": "tammikuuta/tammikuu helmikuuta maaliskuuta huhtikuuta toukokuuta kesakuuta heinakuuta elokuuta syyskuuta "
    "lokakuuta marraskuuta joulukuuta",
    "et": "jaanuar veebruar marts aprill mai juuni juuli august september oktoober november detsember",
    "lv": "janvaris/janvari februaris/februari marts/marta aprilis/aprili maijs/maija junijs/junija julijs/julija "
    "augusts/augusta septembris/septembri oktobris/oktobri novembris/novembri decembris/decembri",
    "lt": "sausis/sausio vasaris/vasario kovas/kovo balandis/balandzio geguze/geguzes birzelis/birzelio liepa/liepos "
    "rugpjutis/rugpjucio rugsejis/rugsejo spalis/spalio lapkritis/lapkricio gruodis/gruodzio",
    "pl": "styczen/stycznia luty/lutego marzec/marca kwiecien/kwietnia maj/maja czerwiec/czerwca lipiec/lipca "
    "sierpien/sierpnia wrzesien/wrzesnia pazdziernik/pazdziernika listopad/listopada grudzien/grudnia",
    "cs": "leden/ledna unor/unora brezen/brezna duben/dubna kveten/kvetna cerven/cervna cervenec/cervence srpen/srpna "
    "zari rijen/rijna listopad/listopadu prosinec/prosince",
    "sk": "januar/januara februar/februara marec/marca april/aprila maj/maja jun/juna jul/jula august/augusta "
    "september/septembra oktober/oktobra november/novembra december/decembra",
    "sl": "januar/januarja februar/februarja marec/marca april/aprila maj/maja junij/junija julij/julija "
    "avgust/avgusta september/septembra oktober/oktobra november/novembra december/decembra",
    "hr": "sijecanj/sijecnja veljaca/veljace ozujak/ozujka travanj/travnja svibanj/svibnja lipanj/lipnja srpanj/srpnja "
    "kolovoz/kolovoza rujan/rujna listopad/listopada studeni/studenoga prosinac/prosinca",
    "bs": "januar/januara februar/februara mart/marta april/aprila maj/maja juni/juna juli/jula avgust/avgusta "
    "septembar/septembra oktobar/oktobra novembar/novembra decembar/decembra",
    "hu": "januar februar marcius aprilis majus junius julius augusztus szeptember oktober november december",
    "ro": "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie",
    "sq": "janar shkurt mars prill maj qershor korrik gusht shtator tetor nentor dhjetor",
    "eu": "urtarrila/urtarrilaren otsaila/otsailaren martxoa/martxoaren apirila/apirilaren maiatza/maiatzaren "
    "ekaina/ekainaren uztaila/uztailaren abuztua/abuztuaren iraila/irailaren urria/urriaren azaroa/azaroaren "
    "abendua/abenduaren",
    "tr": "ocak subat mart nisan mayis haziran temmuz agustos eylul ekim kasim aralik",
    "az": "yanvar fevral mart aprel may iyun iyul avqust sentyabr oktyabr noyabr dekabr",
    "id": "januari februari maret april mei juni juli agustus september oktober november desember",
    "ms": "januari februari mac april mei jun julai ogos/ogo september oktober november disember",
    "af": "januarie februarie maart april mei junie julie augustus september oktober november desember",
    "cy": "ionawr chwefror mawrth ebrill mai mehefin gorffennaf awst medi hydref tachwedd rhagfyr",
    "el": "ιανουαριος/ιανουαριου φεβρουαριος/φεβρουαριου μαρτιος/μαρτιου απριλιος/απριλιου μαιος/μαιου ιουνιος/ιουνιου "
    "ιουλιος/ιουλιου αυγουστος/αυγουστου σεπτεμβριος/σεπτεμβριου οκτωβριος/οκτωβριου νοεμβριος/νοεμβριου "
    "δεκεμβριος/δεκεμβριου",
    "ru": "январь/января февраль/февраля март/марта апрель/апреля май/мая июнь/июня июль/июля август/августа "
    "сентябрь/сентября октябрь/октября ноябрь/ноября декабрь/декабря",
    "uk": "січень/січня лютий/лютого березень/березня квітень/квітня травень/травня червень/червня липень/липня "
    "серпень/серпня вересень/вересня жовтень/жовтня листопад/листопада грудень/грудня",
    "be": "студзень/студзеня люты/лютага сакавік/сакавіка красавік/красавіка май/мая/травень/траўня чэрвень/чэрвеня "
    "ліпень/ліпеня жнівень/жніўня верасень/верасня кастрычнік/кастрычніка лістапад/лістапада снежань/снежня",
    "bg": "януари февруари март април май юни юли август септември октомври ноември декември",
    "mk": "јануари февруари март април мај јуни јули август септември октомври ноември декември",
    "sr": "јануар/јануара фебруар/фебруара март/марта април/априла мај/маја јун/јуна јул/јула август/августа "
    "септембар/септембра октобар/октобра новембар/новембра децембар/децембра",
    "he": "ינואר פברואר מרץ/מרס אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר",
    "ar": "يناير/جانفي فبراير/فيفري/شباط مارس/آذار أبريل/أفريل/نيسان مايو/ماي/أيار يونيو/جوان/حزيران يوليو/جويلية/تموز "
    "أغسطس/أوت/آب سبتمبر/أيلول أكتوبر نوفمبر ديسمبر",
    "fa": "ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر",
    "hi": "जनवरी फ़रवरी/फरवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर/सितम्बर अक्टूबर/अक्तूबर नवंबर/नवम्बर दिसंबर/दिसम्बर",
}
"""By language (ISO 639-1): January to December, the forms of one month parted by slashes, most without accents."""

LANGUAGES: Final = tuple(_NAMES)
"""ISO 639-1 codes of the languages whose months are known."""


def folded(text: str) -> str:
    """Lower case without accents and other marks, so that spellings compare equal; Hangul syllables stay whole."""
    return without_marks(text).lower()


def without_marks(text: str) -> str:
    """Compatibility forms made plain (NFKD), marks and invisible format characters dropped, case kept."""
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKD", text).replace("ı", "i")
    kept = "".join(each for each in plain if unicodedata.category(each) not in {"Mn", "Mc", "Me", "Cf"})
    return unicodedata.normalize("NFC", kept)


def month_of(word: str, languages: Sequence[str] = ()) -> int | None:
    """The month, 1 to 12, that a `folded` word names; None when it names none, or another one in another language.

    ``languages``: ISO 639-1 codes that the text is likely in. Each of them decides before all languages together do.
    """
    for language in languages:
        if language in _NAMES and len(months := _table(language).get(word, ())) == 1:
            return next(iter(months))
    months = _table("en").get(word) or _all().get(word, frozenset())
    return next(iter(months)) if len(months) == 1 else None


@cache
def _all() -> dict[str, frozenset[int]]:
    """What each name and each beginning of one means, over all languages; a whole name comes before a beginning."""
    found: dict[str, frozenset[int]] = {}
    whole: dict[str, frozenset[int]] = {}
    for language in _NAMES:
        for word, months in _table(language).items():
            found[word] = found.get(word, frozenset()) | months
        for word, month in _forms(language):
            whole[word] = whole.get(word, frozenset()) | {month}
    return found | whole


@cache
def _table(language: str) -> dict[str, frozenset[int]]:
    found: dict[str, frozenset[int]] = {}
    forms = _forms(language)
    for word, month in forms:
        for length in range(_SHORTEST, len(word)):
            found[word[:length]] = found.get(word[:length], frozenset()) | {month}
    return found | {word: frozenset({month}) for word, month in forms}


def _forms(language: str) -> list[tuple[str, int]]:
    rows = enumerate(_NAMES[language].split(), 1)
    forms = [(folded(form), month) for month, row in rows for form in row.split("/")]
    return [*forms, *(("ב" + form, month) for form, month in forms)] if language == "he" else forms
