"""Words that tell a person's name from a role, an organisation, an agency or an account."""

from typing import Final

ROLES: Final = frozenset(
    "analyst editor editors correspondent correspondents reporter reporters contributor contributors columnist "  # noqa: SIM905  # reads better as words
    "staff journalist strategist newsroom newsdesk desk team attorney lawyer administrator admin webmaster "
    "developer engineer officer specialist consultant manager producer photographer photojournalist freelancer "
    "intern dietitian nutritionist researcher expert coordinator founder cofounder ceo cto cfo editorial "
    "writers authors redaktion redaktionen redaktionsteam onlineredaktion redakteur redakteurin redaktør "
    "wirtschaftskorrespondent korrespondent korrespondentin redakcja redakce redactie redacteur redazione "
    "redattore redacción redaccion redactor redactora redação redacao rédaction rédacteur rédactrice redactia "
    "redaksi toimitus toimittaja szerkesztőség szerkesztő redaksjonen redaktionschef journaliste periodista "
    "jornalista giornalista redaktor dziennikarz редакция редакції редактор корреспондент журналист "
    "обозреватель agenturen anonymous unknown sponsored newswire images marketing podcast strategy feed account "
    "bot blog plus".split()
)
"""A line that has one of these words is a role or an office, never a person."""

CONTROLS: Final = frozenset(
    "posts published updated posted comments share follow subscribe newsletter sign watch fact checked disclosure "  # noqa: SIM905  # the same
    "icon partnership read more view profile see all articles bio website reviewed veröffentlicht aktualisiert "
    "erstellt publicado actualizado publié pubblicato aggiornato gepubliceerd opublikowano publicerad publisert".split()
)
"""A line that has one of these words is a control of the page: it names nobody."""

DESKS: Final = frozenset(
    "staff desk team newsroom newsdesk contributor contributors editors reporters redaktion redaktionen "  # noqa: SIM905  # the same
    "redaktionsteam onlineredaktion redakcja redakce redactie redazione redacción redaccion redação redacao "
    "rédaction redactia redaksi toimitus szerkesztőség redaksjonen редакция редакції".split()
)
"""Words for those who write without a name of their own: ``EcoCult Staff``, ``TOI Lifestyle Desk``."""
NAMELESS: Final = frozenset("staff desk team contributor contributors editors reporters".split())  # noqa: SIM905  # the same
"""Those of `DESKS` that name nobody where they stand without another name."""
ARTICLES: Final = frozenset("the our die der la le el il de".split())  # noqa: SIM905  # the same

SOFT_ROLES: Final = frozenset(
    "head author writer chief director president professor minister founder senior junior deputy "  # noqa: SIM905  # the same
    "executive associate assistant political trial shipping contributing freelance guest "
    "montag dienstag mittwoch donnerstag freitag samstag sonntag lundi mardi mercredi jeudi vendredi samedi dimanche "
    "lunes martes miércoles jueves viernes lunedì martedì mercoledì giovedì venerdì maandag dinsdag woensdag "
    "donderdag vrijdag zaterdag zondag".split()
)
"""Roles and days that are surnames too (Anthony Head, Ernst Freitag): alone, or all together, they name nobody."""

ORGANISATIONS: Final = frozenset(
    "inc ltd llc gmbh ag plc corp corporation limited company group holdings media news newspaper gazette times "  # noqa: SIM905  # the same
    "daily inquirer post tribune herald journal observer chronicle telegraph press magazine broadcasting "
    "network television tv radio online digital studio studios institute university school college foundation "
    "association society council committee ministry department agency publishing publications productions "
    "services solutions software technologies labs store shop official center centre bank federation union "
    "office board canada global clinic hospital museum verband institut ministerium verlag zeitung nachrichten "
    "rundfunk tageblatt anzeiger universität gesellschaft "
    "stiftung verein agentur journaux groupe société agence gazzetta corriere giornale editore agenzia "
    "periódico diario editorial grupo agencia agência jornal газета агентство новости издательство".split()
)

AGENCIES: Final = frozenset(
    "ap afp dpa apa sda ats efe ansa ani pti upi tass belga anp pap lusa kna epd sid reuters xinhua kyodo ians "  # noqa: SIM905  # the same
    "ritzau ntb tt stt bns elta leta lnk ria sputnik yonhap antara bernama aap cp bloomberg".split()
)
AGENCY_NAMES: Final = (
    "associated press", "canadian press", "press association", "press trust of india", "agence france presse",
    "deutsche presse agentur", "austria presse agentur", "press agency", "news agency", "presseagentur",
    "nachrichtenagentur", "europa press", "anadolu", "интерфакс", "тасс", "риа новости", "укринформ", "新华社",
    "新華社", "共同通信", "時事通信", "時事", "中央社", "연합뉴스", "뉴시스", "agencia efe",
    "pa media", "agencies", "reuters",
)  # fmt: skip

DEGREES: Final = frozenset(
    "md phd ms msc ma mba ba bsc rd rdn ld cfp cpa rn dvm mph jd esq do dds od pharmd fand fsu cdn cdces cscs "  # noqa: SIM905  # the same
    "lmft lcsw np pa-c facp faclm frcp mrcvs dpt cfa aif ea nd cpt".split()
)
HONORIFICS: Final = frozenset(("dr", "prof", "professor", "mr", "mrs", "ms", "sir"))
"""Titles that one source writes before a name and another leaves out."""
SUFFIXES: Final = frozenset(("jr", "sr", "ii", "iii", "iv"))
"""They belong to the name before them."""

PARTICLES: Final = frozenset(
    "de del della di da do dos das du des la le van von der den ten ter zu zum af av el al bin ibn ben y e i "  # noqa: SIM905  # the same
    "und of vom st mac ap o".split()
)
"""Parts of names that are written small."""
BESIDE_NAMES: Final = PARTICLES | HONORIFICS
"""Words of a name that are not counted."""
