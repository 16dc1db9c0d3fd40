"""newswire feeds, and newswire extract of one page."""

from support.pages import PARAGRAPHS, page


def test_a_sites_feeds_are_found_added_exported_imported_and_removed(inside, site, tmp_path):
    news, sport = site.url("/news.xml"), site.url("/sport.xml")
    added = inside("feeds", "add", site.url(), "--tag", "coast", "--tag", " coast ")
    assert f'{news}  rss20, "News", 1 entry  subscribed: the page announces it' in added.err
    assert "2 new, 0 known already" in added.err
    assert added.out == ""
    listed = inside("feeds", "list").rows
    assert [(row["url"], row["title"], row["tags"]) for row in listed] == [
        (news, "News", ["coast"]),
        (sport, "Sport", ["coast"]),
    ]

    opml = tmp_path / "feeds.opml"
    opml.write_text(inside("feeds", "export").out)
    assert "removed" in inside("feeds", "remove", news).err
    assert [row["url"] for row in inside("feeds", "list").rows] == [sport]
    assert "1 new, 1 known already" in inside("feeds", "import", str(opml)).err
    assert inside("feeds", "export").out == opml.read_text()


def test_a_check_shows_what_a_feed_serves_and_saves_nothing(inside, site):
    shown = inside("feeds", "check", site.url("/news.xml")).value
    assert (shown["status"], shown["etag"], shown["title"]) == (200, '"1"', "News")
    assert [(entry["key"], entry["url"]) for entry in shown["entries"]] == [("1", site.url("/article"))]
    assert inside("feeds", "list").out == ""


def test_a_site_that_announces_nothing_is_asked_in_the_usual_places_and_all_of_them_on_request(inside, site):
    site.routes["/"] = ("text/html", "<!doctype html><title>Hello</title>")
    assert "/feed, /rss, /rss.xml, /feed.xml" in inside("feeds", "add", site.url(), code=2).err
    site.routes["/feed"] = site.routes["/news.xml"]
    row = f"<url><loc>{site.url('/article')}</loc><news><title>Pier</title></news></url>"
    site.routes["/map.xml"] = ("text/xml", f"<urlset>{row}</urlset>")
    site.routes["/robots.txt"] = ("text/plain", f"Sitemap: {site.url('/map.xml')}\n")
    assert "1 new, 0 known already" in inside("feeds", "add", site.url()).err
    assert "1 new, 1 known already" in inside("feeds", "add", "--all", site.url()).err
    assert [row["url"] for row in inside("feeds", "list").rows] == [site.url("/feed"), site.url("/map.xml")]


def test_a_check_shows_the_sitemaps_of_an_index_and_a_feeds_hubs(inside, site):
    index = "<sitemapindex><sitemap><loc>/a.xml</loc><lastmod>2026-03-02</lastmod></sitemap></sitemapindex>"
    hints = (
        '<skipHours><hour>3</hour></skipHours><link xmlns="http://www.w3.org/2005/Atom" rel="hub" href="/hub"/>'
        '<link xmlns="http://www.w3.org/2005/Atom" rel="prev-archive" href="/2025.xml"/>'
    )
    site.routes["/index.xml"] = ("text/xml", index)
    site.routes["/hints.xml"] = ("text/xml", f'<rss version="2.0"><channel>{hints}</channel></rss>')
    shown = inside("feeds", "check", site.url("/index.xml")).value
    assert shown["children"] == [{"url": site.url("/a.xml"), "modified": "2026-03-02T00:00:00+00:00"}]
    shown = inside("feeds", "check", site.url("/hints.xml")).value
    assert (shown["hubs"], shown["skip_hours"], shown["prev_archive"]) == (
        [site.url("/hub")],
        [3],
        site.url("/2025.xml"),
    )


def test_one_page_becomes_one_article_from_a_file_an_address_or_stdin(newswire, site, tmp_path):
    file = tmp_path / "saved.html"
    file.write_text(page())
    address = "https://gazette.example/pier"
    from_file = newswire("extract", str(file), "--url", address).value
    from_stdin = newswire("extract", "-", "--url", address, stdin=page()).value
    from_web = newswire("extract", site.url("/article")).value
    for article in (from_file, from_stdin, from_web):
        assert article["title"] == "Harbour town votes to rebuild its pier"
        assert article["text"].splitlines() == list(PARAGRAPHS)
    assert from_file["canonical_url"] == from_stdin["canonical_url"] == address
    assert from_web["canonical_url"] == site.url("/article")
    assert from_web["http"]["etag"] == '"1"'
    told = newswire("extract", str(file), "--url", address, "--explain").value
    assert told["article"]["title"] == from_file["title"]
    assert told["claims"]["title"]["chosen"]["value"] == from_file["title"]
    assert {lost["source"] for lost in told["claims"]["title"]["lost"]} == {"title"}
    assert not newswire.folder.exists(), "a debugging view needs no database"


def test_a_list_is_imported_despite_bad_lines_and_each_of_those_is_named(inside, newswire, site, tmp_path):
    lines = [site.url("/news.xml"), "exec:~/scrape", "https://a..b/", site.url("/sport.xml")]
    file = tmp_path / "mixed.opml"
    outlines = "\n".join(f'<outline xmlUrl="{line}"/>' for line in lines)
    file.write_text(f'<opml version="2.0"><body>\n{outlines}\n</body></opml>')
    for command in (("feeds", "import"), ("feeds", "add"), ("run", "--once")):
        told = (newswire if command[0] == "run" else inside)(*command, str(file), code=int(command[0] == "feeds")).err
        bad = [line for line in told.splitlines() if line.startswith("not taken: ")]
        assert [line.partition("mixed.opml: ")[2][:7] for line in bad] == ["line 3:", "line 4:"]
        assert [row["url"] for row in inside("feeds", "list").rows] == [site.url("/news.xml"), site.url("/sport.xml")]
    file.write_text(f'<opml version="2.0"><body>\n{outlines.splitlines()[1]}\n</body></opml>')
    assert "line 2: xmlUrl='exec:~/scrape' is not" in inside("feeds", "import", str(file), code=2).err


def test_of_several_addresses_the_bad_ones_are_named_and_the_others_are_taken(inside, site):
    bad = [site.url("/no-such-feed.xml"), "ftp://files.example/feed"]
    told = inside("feeds", "add", bad[0], site.url("/news.xml"), bad[1], code=1).err
    assert [line.split()[2].rstrip(":") for line in told.splitlines() if line.startswith("not taken: ")] == bad
    assert [row["url"] for row in inside("feeds", "list").rows] == [site.url("/news.xml")]
    assert "none of these can be taken" in inside("feeds", "add", *bad, code=2).err


def test_the_archive_of_a_new_feed_is_booked_and_taken_only_on_request(newswire, site):
    for name in ("archive", "wanted"):
        paths = [f"/{name}/{number}" for number in range(21)]
        site.routes |= dict.fromkeys(paths, site.routes["/article"])
        old = "<pubDate>Mon, 02 Jun 2008 10:00:00 GMT</pubDate>"
        items = "".join(f"<item><guid>{path}</guid><link>{site.url(path)}</link>{old}</item>" for path in paths)
        feed = f'<rss version="2.0"><channel><title>T</title>{items}</channel></rss>'
        site.routes[f"/{name}.xml"] = ("application/rss+xml", feed)
    unhurried = newswire.having(FETCH__HOST_INTERVAL_S="0")
    unhurried("run", "--once", site.url("/archive.xml"))
    balance = newswire("audit").value
    assert (balance["rejected"], balance["outcomes"]["published"]) == ({"too-old": 21}, 0)
    unhurried("run", "--once", "--all-entries", site.url("/wanted.xml"))
    balance = newswire("audit").value
    assert (balance["found"], balance["rejected"], balance["balanced"]) == (42, {"too-old": 21}, True)
