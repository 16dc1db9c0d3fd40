"""What walls, checks and errors say, in the languages that newswire reads most. Only beside other signs."""

import re
from typing import Final

_FLAGS: Final = re.IGNORECASE

ROBOT: Final = re.compile(
    r"are you (?:a |not a )?(?:robot|human)|(?:not|n['’]t) a robot"
    r"|verify(?:ing)? (?:that )?you(?:['’]re| are)? (?:a )?human"
    r"|just a moment\.\.\.|checking your browser|attention required! \| cloudflare|pardon our interruption"
    r"|unusual (?:activity|traffic) from your|ddos protection by|please complete the (?:captcha|security check)"
    r"|request unsuccessful\. incapsula|press (?:and|&) hold to confirm|human verification|security verification"
    r"|access to this page has been denied|bist du ein (?:roboter|mensch)|sind sie ein (?:roboter|mensch)|kein roboter"
    r"|êtes-vous un robot|pas un robot|no eres un robot|no soy un robot|eres (?:un )?humano|não sou um robô"
    r"|non sono un robot"
    r"|geen robot|nie jestem robotem|вы не робот|я не робот|ik ben geen robot|ロボットではありません|我不是机器人"
    r"|人机验证|安全验证"
    r"|로봇이 아닙니다",
    _FLAGS,
)
"""A check whether the reader is a person."""

MISSING: Final = re.compile(
    r"^404\b(?!\s{1,3}\w)|\b404\W{1,3}(?:error|not found|page\b|fehler|seite|nicht|erreur|ошибка|страница)"
    r"|\b(?:error|http|code|status|page|fehler|seite|erreur|erro|errore|página|ошибка)\W{1,3}404\b"
    r"|(?:page|article|story|content) (?:was |is |could |can )?(?:not|n['’]t)(?: be)? (?:found|available|exist)"
    r"|not found$|^not found|can['’]?t find (?:that|the|this) page|page (?:doesn['’]t|does not|no longer) exists?"
    r"|no longer available|seite (?:wurde )?(?:leider )?nicht gefunden|nicht (?:mehr )?verfügbar"
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

ERROR: Final = re.compile(
    r"^(?:error )?50[0234]\b(?!\s{1,3}\w)|internal server error|service (?:is )?(?:temporarily )?unavailable"
    r"|bad gateway|gateway time-?out|temporarily (?:unavailable|down)"
    r"|(?:under|down for) maintenance|something went wrong"
    r"|an? (?:unexpected )?error (?:has )?occurred|^(?:an )?error$|wartungsarbeiten|erreur interne|error interno"
    r"|vorübergehend nicht erreichbar|en maintenance|en mantenimiento|em manutenção|in manutenzione|in onderhoud"
    r"|ошибка сервера|технические работы|サーバーエラー|メンテナンス中|服务器错误|系统维护|서버 오류|점검 중",
    _FLAGS,
)
"""A server in trouble that answers 200."""

REDIRECT: Final = re.compile(
    r"(?:you are being |you will be )?redirect(?:ing|ed)\b|(?:sie werden )?weitergeleitet|weiterleitung"
    r"|redirection en cours"
    r"|redirigiendo|redirecionando|reindirizzamento|doorverwijzen|przekierow|перенаправление|리디렉션|リダイレクト"
    r"|正在跳转",
    _FLAGS,
)
"""A page that only sends the browser on."""

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

CONSENT: Final = re.compile(
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
    _FLAGS,
)
"""What a text about consent speaks of again and again."""
