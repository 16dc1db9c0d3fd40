"""newswire feeds set --user and --header, and logins in addresses: stored, sent, and shown nowhere."""

import base64
import sqlite3
import stat

import pytest

from newswire.cli.secrets import secret
from newswire.errors import UsageError

FEED = "https://n.example/feed"
LOGIN = base64.b64encode(b"ada:hunter2").decode()


def stored(newswire, url=FEED):
    with sqlite3.connect(newswire.folder / "newswire.db") as database:
        ((options,),) = database.execute("select options from feeds where url = ?", (url,))
    return options or ""


def everything_shown(command):
    """What the commands print that show feeds."""
    shown = [command("feeds", name) for name in ("list", "export", "events")]
    return "".join(done.out + done.err for done in shown)


@pytest.fixture
def password(tmp_path):
    path = tmp_path / "password"
    path.write_text("hunter2\nnot this\n")
    return str(path)


def test_a_login_is_stored_with_its_feed_and_shown_nowhere(newswire, inside, password):
    inside("feeds", "import", _opml(newswire, FEED))
    done = inside("feeds", "set", FEED, "--user", "ada", "--password-file", password, "--header", "X-Key: k-4711")
    assert "with credentials for https://n.example" in done.err
    assert LOGIN in stored(newswire)
    assert "k-4711" in stored(newswire)
    shown = done.out + done.err + everything_shown(inside)
    assert not [word for word in ("hunter2", LOGIN, "k-4711") if word in shown]
    assert inside("feeds", "list").rows[0]["credentials"] is True
    inside("feeds", "set", FEED, "--interval", "60")
    assert LOGIN in stored(newswire), "what is not named stays"
    inside("feeds", "set", FEED, "--no-credentials")
    assert (LOGIN in stored(newswire), inside("feeds", "list").rows[0]["credentials"]) == (False, False)


def test_a_password_is_asked_for_on_stdin_and_never_taken_from_the_arguments(newswire):
    newswire("feeds", "import", _opml(newswire, FEED))
    newswire("feeds", "set", FEED, "--user", "ada", "--header", "X-Key", stdin="hunter2\nk-4711\n")
    assert LOGIN in stored(newswire)
    assert "k-4711" in stored(newswire)
    assert "it is empty" in newswire("feeds", "set", FEED, "--user", "ada", stdin="", code=2).err


def test_others_who_can_read_the_database_file_are_warned_of(newswire, inside, password):
    inside("feeds", "import", _opml(newswire, FEED))
    path = newswire.folder / "newswire.db"
    for mode, warned in ((0o644, True), (0o600, False)):
        path.chmod(mode)
        assert stat.S_IMODE(path.stat().st_mode) == mode
        done = inside("feeds", "set", FEED, "--user", "ada", "--password-file", password)
        assert ("can be read by other users" in done.err) is warned


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--password-file", "x"), "--password-file goes with --user"),
        (("--user", "a:b"), "no colon"),
        (("--user", "ada", "--password-file", "/nowhere"), "cannot read /nowhere"),
        (("--header", "Host: hunter2"), "'Host' is no header that can be set"),
        (("--header", "X-Key: hunter2", "--no-credentials"), "--no-credentials excludes"),
        (("--over-http",), "the feed has none"),
    ],
)
def test_credentials_that_make_no_sense_are_refused_without_showing_them(newswire, inside, arguments, said, password):
    inside("feeds", "import", _opml(newswire, FEED))
    more = ("--password-file", password) if arguments == ("--user", "a:b") else ()
    done = inside("feeds", "set", FEED, *arguments, *more, code=2)
    assert said in done.err
    assert "hunter2" not in done.err
    assert stored(newswire) == ""


def test_over_http_credentials_have_to_be_insisted_on(newswire, inside, password):
    plain = "http://n.example/feed"
    inside("feeds", "import", _opml(newswire, plain))
    set_ = ("feeds", "set", plain, "--user", "ada", "--password-file", password)
    assert "--over-http insists" in inside(*set_, code=2).err
    assert stored(newswire, plain) == ""
    inside(*set_, "--over-http")
    assert LOGIN in stored(newswire, plain)


def test_a_login_in_the_address_of_an_opml_line_is_taken_out_of_it(newswire, inside):
    done = inside("feeds", "import", _opml(newswire, "https://ada:hunter2@n.example/feed"))
    assert LOGIN in stored(newswire)
    shown = done.out + done.err + everything_shown(inside)
    assert "n.example" in shown
    assert not [word for word in ("hunter2", LOGIN, "ada") if word in shown]
    done = inside("feeds", "add", "http://ada:hunter2@n.example/feed", code=2)
    assert "newswire feeds set http://n.example/feed --user NAME --over-http" in done.err
    assert "hunter2" not in done.err


@pytest.mark.parametrize("name", ["set", "remove", "check"])
def test_an_address_with_a_login_that_cannot_be_used_is_not_repeated(inside, name):
    more = ("--interval", "60") if name == "set" else ()
    done = inside("feeds", name, "http://ada:hunter2@n.example/none", *more, code=2)
    assert "n.example/none" in done.err
    assert "hunter2" not in done.err


def test_a_known_feed_takes_the_login_of_a_later_address(newswire, inside):
    inside("feeds", "import", _opml(newswire, FEED))
    inside("feeds", "set", FEED, "--interval", "60")
    inside("feeds", "import", _opml(newswire, "https://ada:hunter2@n.example/feed"))
    row = inside("feeds", "list").rows[0]
    assert (LOGIN in stored(newswire), row["interval_s"], row["credentials"]) == (True, 60, True)


def test_a_file_that_holds_no_secret_is_refused(tmp_path):
    (tmp_path / "empty").write_text("\nhunter2")
    with pytest.raises(UsageError, match="Password: it is empty"):
        secret("Password", tmp_path / "empty")


def _opml(newswire, *urls):
    path = newswire.folder / "feeds.opml"
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = "".join(f'<outline type="rss" xmlUrl="{url}"/>' for url in urls)
    path.write_text(f'<opml version="2.0"><body>{lines}</body></opml>')
    return str(path)
