"""What walls, checks and errors say, in the languages that newswire reads most. Only beside other signs."""

import re
from typing import Final

from newswire.domain.articles.notice import alone

_FLAGS: Final = re.IGNORECASE

ROBOT: Final = re.compile(
    r"verify(?:ing)? (?:that )?you(?:['’]re| are)? (?:a )?human"
    r"|just a moment\.\.\.|checking your browser|attention required! \| cloudflare|pardon our interruption"
    r"|unusual (?:activity|traffic) from your|please complete the (?:captcha|security check)"
    r"|request unsuccessful\. incapsula|press (?:and|&) hold to confirm"
    r"|access to this page has been denied|bist du ein (?:roboter|mensch)|sind sie ein (?:roboter|mensch)|kein roboter"
    r"|êtes-vous un robot|pas un robot|no eres un robot|no soy un robot|eres (?:un )?humano|não sou um robô"
    r"|non sono un robot"
    r"|geen robot|nie jestem robotem|вы не робот|я не робот|ik ben geen robot|ロボットではありません|我不是机器人"
    r"|人机验证|安全验证"
    r"|로봇이 아닙니다",
    _FLAGS,
)
"""A check whether the reader is a person."""

ROBOT_ALONE: Final = re.compile(
    alone(
        r"(?:are you|not|n['’]t)(?: not)?(?: an?)? (?:robot|human)|human verification|security (?:verification|check)"
        r"|ddos protection by [\w.-]{1,40}"
    ),
    _FLAGS,
)

MISSING: Final = re.compile(
    r"^404\b(?!\s{1,3}\w)|(?:^|[\n|–—·•»«:!?.-]\s{1,3})404\W{1,3}(?:error|not found|page\b|fehler|seite|nicht|erreur"
    r"|ошибка|страница)"
    r"|\b(?:error|http|code|status|page|fehler|seite|erreur|erro|errore|página|ошибка)\W{1,3}404\b"
    r"|(?:page|article|story|content) (?:(?:was|is|could|ca|can) ?)?(?:not|n['’]t)(?: be)? (?:found|available|exist)"
    r"|(?:can|couldn)['’]?t find (?:that|the|this) page|page (?:doesn['’]t|does not|no longer) exists?"
    r"|seite (?:wurde )?(?:leider )?nicht gefunden"
    r"|page (?:est )?introuvable"
    r"|page non trouvée|cette page n['’]existe|página no encontrada|no se encontró la página|no encontramos la página"
    r"|página não encontrada|pagina non trovata|pagina niet gevonden|nie znaleziono strony|strona nie istnieje"
    r"|sidan (?:kunde inte hittas|finns inte)|siden (?:ble|blev) ikke fun|sivua ei löytynyt|страница не найдена"
    r"|сторінку не знайдено|sayfa bulunamadı|ページが見つかりません|页面不存在|找不到(?:页面|网页|頁面)"
    r"|페이지를 찾을 수 없습니다"
    r"|الصفحة غير موجودة|पेज नहीं मिला",
    _FLAGS,
)
"""A page that is gone, and answers 200."""

MISSING_ALONE: Final = re.compile(
    alone(r"not found|no longer available|nicht (?:mehr )?(?:verfügbar|gefunden)"), _FLAGS
)

ERROR: Final = re.compile(
    r"^(?:error )?50[0234]\b(?!\s{1,3}\w)|internal server error|bad gateway|gateway time-?out"
    r"|ошибка сервера|サーバーエラー|服务器错误|서버 오류",
    _FLAGS,
)
"""A server in trouble that answers 200."""

ERROR_ALONE: Final = re.compile(
    alone(
        r"(?:service )?(?:is )?(?:temporarily )?unavailable|temporarily down|(?:under|down for) maintenance"
        r"|something went wrong|unexpected error(?: (?:has )?occurred)?|error (?:has )?occurred|wartungsarbeiten"
        r"|erreur interne|error interno"
        r"|vorübergehend nicht erreichbar|en maintenance|en mantenimiento|em manutenção|in manutenzione|in onderhoud"
        r"|технические работы|メンテナンス中|系统维护|점검 중"
    ),
    _FLAGS,
)

ERROR_SHORT: Final = re.compile(alone("error"), _FLAGS)
"""A word that is the headline of a short article too: it is a notice only where hardly any text stands below it."""

REDIRECT: Final = re.compile(
    r"you (?:are being|will be) redirected|sie werden (?:automatisch )?weitergeleitet|redirection en cours|正在跳转",
    _FLAGS,
)
"""A page that only sends the browser on."""

REDIRECT_ALONE: Final = re.compile(
    alone(
        r"redirect(?:ing|ed)|weitergeleitet|weiterleitung|redirigiendo|redirecionando|reindirizzamento(?: in corso)?"
        r"|doorverwijzen|przekierowanie|перенаправление|리디렉션|リダイレクト"
    ),
    _FLAGS,
)

NEEDS_SCRIPT: Final = re.compile(
    r"(?:enable|activate|turn on|requires?|need) (?:to enable )?java ?script|java ?script (?:is|must be|to be) "
    r"(?:disabled|enabled|required|turned)|java ?script (?:bitte )?aktivieren"
    r"|activ(?:er|ez|ar|a|e|ate) (?:el |o )?java ?script"
    r"|abilita(?:re)? java ?script|schakel java ?script|włącz(?:yć)? (?:obsługę )?java ?script|включите java ?script"
    r"|java ?script ?を有効|启用 ?java ?script|java ?script를",
    _FLAGS,
)
"""A page that shows nothing without scripts."""

LOGIN: Final = re.compile(
    r"log ?in\b|sign ?in\b|log on\b|anmelden|einloggen|connexion|se connecter|iniciar sesión|identifícate|accedi\b"
    r"|entrar\b|inloggen|zaloguj|logowanie|logga in|logg inn|log ind|kirjaudu|войти|вход\b|увійти|giriş yap"
    r"|ログイン|登录|登入"
    r"|로그인|تسجيل الدخول",
    _FLAGS,
)
"""A page that asks who the reader is."""

_CONSENT: Final = re.compile(
    r"\bcookies?\b|\bconsents?\b|\bprivacy\b|personali[sz]ed (?:ads?|advert\w{0,10}|content)|third[ -]part(?:y|ies)"
    r"|advertising partners?|\bvendors\b|legitimate interest|\btracking\b|personal data|\bpartners?\b use"
    r"|einwilligung\w{0,3}|zustimm\w{1,6}|datenschutz\w{0,12}|personenbezogen\w{0,4}|drittanbieter\w{0,2}"
    r"|werbepartner\w{0,2}"
    r"|consentement|traceurs|vie privée|données personnelles|partenaires|consentimiento|privacidad|datos personales"
    r"|socios"
    r"|consentimento|privacidade|dados pessoais|parceiros|consenso|dati personali|toestemming|persoonsgegevens"
    r"|privacy\w{0,12}"
    r"|ciasteczk\w{1,4}|pliki cookie|plików cookie|zgod[ęyaą]|prywatnoś\w{1,4}|dane osobowe|danych osobowych"
    r"|samtyck\w{1,5}"
    r"|samtykk\w{1,5}|informasjonskapsl\w{1,4}|evästei\w{1,5}|evästeet|tietosuoja\w{0,10}|файл\w{0,3} cookie|куки"
    r"|согласи\w{1,2}"
    r"|персональны\w{1,2} данны\w{1,2}|çerez\w{0,6}|gizlilik|クッキー|同意|プライバシー|隐私|쿠키|개인정보|동의",
)
"""What a text about consent speaks of again and again."""

SPEAKER: Final = re.compile(
    r"\b(?:we|our|your|wir|unser\w{0,2}|nous|nos|notre|votre|nosotros|nuestr[ao]s?|usamos|utilizamos|noi|nostr[aeio]"
    r"|usiamo|utilizziamo|wij|onze|uw|nasz|nasi|nasz\w{1,3}|państwa|używamy|nós|noss[ao]s?|vi|vår\w{0,2}|vores|våre"
    r"|käytämme|мы|наш\w{0,3}|используем|biz|kullanıyoruz)\b"
    r"|\b(?:this|diese|ce|este|questo|deze|ten|este|denne|den här|этот|bu) (?:web ?)?(?:site|seite|sitio|sito|serwis"
    r"|side|webbplats\w{0,2}|сайт|sayfa)"
    r"|当社|弊社|私たち|本网站|我们|我們|당사|우리",
    _FLAGS,
)
"""Words by which a wall speaks for its publisher or to its reader. A report about consent is in the third person."""


def consent_words(text: str) -> list[str]:
    """What a text says of consent, lower case, each as often as it says it.

    The text is put into lower case first: that takes a third of the time of a pattern that ignores the case.
    """
    return _CONSENT.findall(text.replace("İ", "i").lower())  # Python makes two characters of a Turkish capital I
