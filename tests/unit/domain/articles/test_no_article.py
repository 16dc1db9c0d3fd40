"""Pages that are no article, and articles that look like none."""

import pytest

from newswire.domain.articles.no_article import PASSING, Signs, no_article

PROSE = "The harbour master said that the night ferry would sail again from Monday. " * 20


def signs(title="", text="", *, states=False, **more):
    given = {"words": len(text.split()), "seen": text, "longest": max(len(line.split()) for line in text.split("\n"))}
    return Signs(**{"title": title, "text": text, "states_article": states, **given, **more})


WALLS = {
    "en": "We and our partners use cookies and similar techniques to store personal data. You may withdraw your "
    "consent at "
    "any time on the page about privacy. Third parties place tracking cookies to show personalised advertisements.",
    "de": "Wir und unsere Werbepartner verwenden Cookies. Mit Ihrer Einwilligung verarbeiten wir personenbezogene "
    "Daten. Die "
    "Zustimmung können Sie in der Datenschutzerklärung jederzeit widerrufen.",
    "fr": "Nous et nos partenaires utilisons des cookies et des traceurs. Votre consentement est libre. Nous "
    "respectons votre "
    "vie privée et vos données personnelles.",
    "es": "Nosotros y nuestros socios usamos cookies. Con su consentimiento tratamos datos personales. Lea la "
    "política de "
    "privacidad.",
    "it": "Noi e i nostri partner usiamo i cookie. Con il tuo consenso trattiamo dati personali secondo la privacy "
    "policy.",
    "nl": "Wij gebruiken cookies. Met uw toestemming verwerken wij persoonsgegevens. Lees meer over privacy en "
    "tracking.",
    "pl": "My i nasi partnerzy używamy plików cookie. Za Państwa zgodą przetwarzamy dane osobowe. Polityka "
    "prywatności.",
}


class TestWalls:
    @pytest.mark.parametrize("language", sorted(WALLS))
    def test_a_text_about_consent_alone_is_a_wall_in_any_language(self, language):
        assert no_article(signs("Before you go on", WALLS[language])) == "consent-wall"

    def test_a_wall_in_capitals_is_one(self):
        assert no_article(signs("Before you go on", WALLS["de"].upper())) == "consent-wall"
        turkish = "Biz ve sitemiz çerez kullanıyoruz. Gizlilik politikamızı okuyun. Cookie ayarları."
        capitals = "BİZ VE SİTEMİZ ÇEREZ KULLANIYORUZ. GİZLİLİK POLİTİKAMIZI OKUYUN. COOKIE AYARLARI."
        assert [no_article(signs("", text)) for text in (turkish, capitals)] == ["consent-wall"] * 2

    def test_a_short_report_about_consent_is_an_article(self):
        text = (
            "The regulator fined the search company over cookies. Users could not refuse consent as easily as give it. "
            "Campaigners for privacy had complained about tracking. The company said that it would appeal."
        )
        assert no_article(signs("Fine over cookies", text)) is None

    def test_a_recipe_for_cookies_is_an_article(self):
        text = (
            "These cookies are crisp. Bake the cookies for ten minutes. Let the cookies cool. More cookies for all." * 5
        )
        assert no_article(signs("Peppermint cookies", text, states=True)) is None

    def test_a_long_story_about_consent_is_an_article(self):
        assert no_article(signs("The end of the cookie", WALLS["en"] + PROSE * 4, states=True)) is None


class TestNotices:
    @pytest.mark.parametrize(
        ("title", "text", "reason"),
        [
            ("Are you a robot?", "To continue, please click the box below.", "robot-check"),
            ("Just a moment...", "Checking your browser.", "robot-check"),
            ("安全验证", "请完成验证。", "robot-check"),
            ("Seite nicht gefunden", "Die Adresse ist falsch.", "soft-404"),
            ("Página no encontrada", "", "soft-404"),
            ("404 | The Gazette", "Try the search.", "soft-404"),
            ("503 Service Unavailable", "", "error-page"),
            ("Redirecting...", "Redirecting to the story", "redirecting"),
            ("The Gazette", "You need to enable JavaScript to run this app.", "needs-javascript"),
        ],
    )
    def test_a_short_notice_is_named(self, title, text, reason):
        assert no_article(signs(title, text)) == reason

    def test_a_check_and_a_broken_server_may_pass(self):
        assert {"robot-check", "error-page"} == PASSING

    @pytest.mark.parametrize("title", ["Are you a robot?", "404: the number that hid a fraud", "Redirecting the river"])
    def test_a_story_with_the_words_of_a_notice_is_an_article(self, title):
        assert no_article(signs(title, PROSE, states=True)) is None

    @pytest.mark.parametrize(
        "title",
        [
            "Report 404 from the river",
            "404 people were counted at the vigil",
            "Bus 404 runs again",
            "Room 404 error costs a hotel its guests",
            "Room 404 error",
            "500 people leave their homes",
            "Flug 502 landet sicher",
        ],
    )
    def test_a_short_story_with_a_number_in_its_headline_is_an_article(self, title):
        assert no_article(signs(title, "It was a short story of two lines.")) is None

    def test_a_story_that_is_headed_error_is_an_article_where_it_has_a_text(self):
        assert no_article(signs("Error | The Gazette", PROSE[:600])) is None

    @pytest.mark.parametrize(
        "title",
        [
            "Missing hiker not found",
            "Abortion pill no longer available in Texas | The Gazette",
            "Impfstoff vorerst nicht mehr verfügbar",
            "Bridge temporarily down to one lane",
            "Train service temporarily unavailable",
            "Runway under maintenance until May",
            "Something went wrong at Boeing, chief says",
            "Wartungsarbeiten: Tunnel nachts gesperrt",
            "A4 in manutenzione fino a maggio",
            "Технические работы на мосту",
            "Flights redirected after fog",
            "Policía sigue redirigiendo el tráfico",
            "Gericht stoppt Weiterleitung von Abwasser",
            "“I'm Not a Robot” wins an Oscar",
            "Security verification slows travellers",
            "Login data of three million stolen",
            "Pilot error cost a life",
        ],
    )
    def test_a_short_story_with_the_words_of_a_notice_in_its_headline_is_an_article(self, title):
        assert no_article(signs(title, "It was a short story of two lines.")) is None

    @pytest.mark.parametrize(
        ("title", "reason"),
        [
            ("Not found", "soft-404"),
            ("Requested URL not found", "soft-404"),
            ("That page can’t be found", "soft-404"),
            ("The page couldn't be found", "soft-404"),
            ("This page isn’t available", "soft-404"),
            ("We couldn’t find that page", "soft-404"),
            ("Oops! 404 error", "soft-404"),
            ("Error", "error-page"),
            ("The Gazette - This story is no longer available.", "soft-404"),
            ("Dieser Inhalt ist leider nicht mehr verfügbar", "soft-404"),
            ("Oops! Something went wrong. | The Gazette", "error-page"),
            ("Our website is temporarily unavailable", "error-page"),
            ("503 Service Temporarily Unavailable", "error-page"),
            ("Sito in manutenzione", "error-page"),
            ("Технические работы", "error-page"),
            ("You are being redirected", "redirecting"),
            ("Weiterleitung auf die neue Seite", "redirecting"),
            ("The Gazette\nI'm not a robot", "robot-check"),
        ],
    )
    def test_a_notice_says_nothing_beside_its_words_but_courtesy_and_things_of_the_web(self, title, reason):
        assert no_article(signs(title, "Try the search.")) == reason

    def test_a_check_in_the_form_for_comments_below_a_short_story_does_not_make_it_a_check(self):
        seen = PROSE * 2 + "\nLeave a comment\nI'm not a robot"
        assert no_article(signs("The ferry sails again", PROSE[:600], seen=seen)) is None
        assert no_article(signs("The Gazette", "", seen="The Gazette\nI'm not a robot")) == "robot-check"

    @pytest.mark.parametrize(
        "title", ["404", "404 - The Gazette", "Error 404", "404 Not Found", "Fehler 404: Seite fehlt"]
    )
    def test_a_headline_that_gives_the_status_is_a_soft_404(self, title):
        assert no_article(signs(title, "Try the search.")) == "soft-404"

    def test_a_login_asks_for_a_password(self):
        assert no_article(signs("Anmelden", "Bitte melden Sie sich an.", password=True)) == "login"
        assert no_article(signs("Anmelden", "Bitte melden Sie sich an.")) is None


class TestOtherKinds:
    TEASERS = "\n".join(f"A line or two about the story of day {number}." for number in range(6))

    def test_linked_headings_with_a_line_or_two_each_are_a_listing(self):
        assert (
            no_article(signs("Innovation", self.TEASERS, teasers=6, types=frozenset({"collectionpage"}))) == "listing"
        )

    def test_an_article_that_ends_in_such_a_list_is_an_article(self):
        assert no_article(signs("Ferry", f"{PROSE}\n{self.TEASERS}", teasers=6)) is None
        assert no_article(signs("Ferry", self.TEASERS, teasers=6, states=True)) is None

    def test_a_short_item_beside_such_a_list_is_an_article(self):
        item = "The ferry sails again from the first of the month.\n" * 8
        assert no_article(signs("Ferry", item, teasers=6, own_words=len(item.split()))) is None
        assert no_article(signs("Ferry", item, teasers=6)) == "listing"

    def test_a_film_without_text_is_no_article(self):
        assert no_article(signs("Film", "Watch.", types=frozenset({"videoobject"}))) == "video-page"
        assert no_article(signs("Film", "Watch.", types=frozenset({"video.episode"}))) == "video-page"
        assert no_article(signs("Film", PROSE, types=frozenset({"videoobject"}))) is None
