"""Small inputs of our own that fuzzing starts from, and the words that it puts together."""

import gzip
import zlib
from typing import Final

ODD: Final = (
    *("", "\0", "\n", "\r\n", "\t", " ", "\xa0", "\u2028", "\ufeff", "\u200b", "\u202e", "\xad", "e\u0301", "ﬃ", "İ"),
    *("é", "中文", "עברית", "😀", "\ud800", "\udc80", "%", "%00", "%C3", "&amp;", "&#0;", "&#xD800;", "'", '"', "\\"),
    *("0", "-1", "99999999999999999999", "1e999", "NaN", "null", "true", "A" * 100, "{", "}", "[", "]", ",", ":"),
)
"""What goes wrong somewhere in every format."""

ADDRESSES: Final = (
    *("http://", "https://", "//", "/", "\\", ".", "..", "%2e", "%2F", "?", "&", "=", "#", "#!", "#/", ";", ":", "@"),
    *("n.example", "bücher.example", "xn--bcher-kva", "xn--", "127.1", "0x7f.1", "[::1]", "[::ffff:1.2.3.4]", ":80"),
    *("www.google.com", "l.facebook.com", "urldefense.com", "nytimes.com", "url?q=", "l.php?u=", "/ck/a?u=a1"),
    *(
        "https%3A%2F%2F",
        "utm_source=",
        "amp;",
        "smid=",
        ";jsessionid=",
        "PHPSESSID=",
        "/v3/__",
        "__;",
        "!!",
        "**A",
        "*",
    ),
    *("aHR0cHM6Ly9h", "/amp/s/", "/c/s/", "-3A__", "RU=", ":JoUFOIjkrvmzs2ha4jhdsqsDzVI", "javascript:", "a", "b"),
)
FEEDS: Final = (
    *("<rss version='2.0'>", "</rss>", "<channel>", "<item>", "</item>", "<title>", "</title>", "<link>", "</link>"),
    *("<guid>", "</guid>", "<description>", "</description>", "<![CDATA[", "]]>", "<!--", "-->", "<pubDate>", "<ttl>"),
    *("<feed xmlns='http://www.w3.org/2005/Atom'>", "<entry>", "</entry>", "<id>", "<updated>", "2026-03-05T18:00:00Z"),
    *(
        "<content type='xhtml'>",
        "<content mode='base64'>",
        "<link rel='alternate' href='/a'/>",
        "<link rel='hub' href='",
    ),
    *("<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>", "xml:base='http://['", "<x:y>", "<author>"),
    *("<?xml version='1.0' encoding='utf-16'?>", "<!DOCTYPE rss [", "<!ENTITY a '&a;&a;'>", "&a;", "<svg>", "<script>"),
    *(
        "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>",
        "<url>",
        "<loc>",
        "</loc>",
        "<lastmod>",
        "</url>",
    ),
    *("<sitemapindex>", "<sitemap>", "<news:news>", "<news:publication_date>", "Thu, 05 Mar 2026 18:00:00 GMT", "<p>"),
    *('{"version": "https://jsonfeed.org/version/1.1", "items": [', '{"id": ', '"url": ', '"content_html": ', "]}"),
    *(
        "<opml version='2.0'>",
        "<body>",
        "<outline ",
        "text='",
        "xmlUrl='https://n.example/'",
        "category='/a/b,c'",
        "/>",
    ),
)
PAGES: Final = (
    *("<!doctype html>", "<html lang='en'>", "<head>", "<body>", "<article>", "<h1>", "<p>", "</p>", "<div>", "<br>"),
    *(
        "<meta charset='utf-16'>",
        "<meta property='og:title' content='",
        "'>",
        "<title>",
        "<link rel='canonical' href='",
    ),
    *("<script type='application/ld+json'>", "</script>", '{"@type": "NewsArticle", ', '"headline": ', '"@graph": ['),
    *(
        '"datePublished": ',
        '"2026-03-05"',
        '"author": {"name": ',
        "<time datetime='",
        "<base href='",
        "<table><tr><td>",
    ),
    *(
        "<meta name='robots' content='noai'>",
        "<svg><style>",
        "<template>",
        "<!--",
        "-->",
        "<!--[-->" * 40,
        "<!-- -->\n" * 40,
        "<ul><li>",
        "<a rel='author'>",
    ),
    *("The council of the harbour town voted on Monday to rebuild its old pier, eleven years after a storm. " * 3,),
)
ROBOTS: Final = (
    *("User-agent: ", "*", "newswire", "Disallow: ", "Allow: ", "/", "/a", "$", "#", "Crawl-delay: ", "Sitemap: "),
    *("Host: ", "user agent ", "\n", "\r", "%2f", "?", "Request-rate: 1/5s 0800-1200", "Visit-time: 0600-0845", "1.5"),
)
HEADERS: Final = (
    *("etag: ", "last-modified: ", "retry-after: ", "cache-control: ", "expires: ", "date: ", "age: ", "\n", "W/", '"'),
    *("max-age=", "no-cache", "s-maxage=1", "Thu, 05 Mar 2026 18:00:00 GMT", "Thu, 05-Mar-26 18:00:00 +9999", "120"),
    *("Wed, 21 Oct 9999 07:28:00 -2359", "Mon, 99 Foo 0000 25:61:61", ",", ";", "\x7f", "link: ", "<a>; rel=hub"),
)
LINK_HEADERS: Final = (
    *("<", ">", ";", ",", "=", '"', "\\", "rel=hub", "rel=self", 'rel="alternate self"', "anchor=", "title*=UTF-8''"),
    *("https://n.example/", "/a", "//", "http://[", "REL=", "hub", " ", "\t", "<https://hub.example/>; rel=hub, "),
)
RECORDS: Final = (
    *("ce_type: ", "ce_specversion: 1.0\n", "content-type: application/cloudevents+json\n", "ce_entryid: ", "\n\n"),
    *("content-type: application/json\n", "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\n"),
    *(
        '"specversion": "1.0"',
        '"type": ',
        '"data": ',
        '"data_base64": ',
        '"kind": ',
        '"id": ',
        '"0001-01-01T00:00:00Z"',
    ),
    *('"9999-12-31T23:59:59-23:59"', '"00000000-0000-0000-0000-000000000000"', "1e400", '"\\ud800"', "{}", "[]"),
)
TEXTS: Final = (
    *(
        "Read more",
        "Advertisement",
        "Share this article",
        "\n",
        "\u2029",
        "\u200d",
        "\u200c",
        "\u0301",
        "ｆｕｌｌ",
        "ﷺ",
    ),
    *("Harbour town votes", "ß", "ſ", "Ω", "Å", "ก", "한", "\u1100\u1161", "\x85", "\x1c", "\ufdd0", "\uffff", "’"),
)

RSS: Final = (
    "<?xml version='1.0'?><rss version='2.0'><channel><title>A</title><link>https://n.example/</link><ttl>60</ttl>"
    "<item><title>B &amp;amp; C</title><link>/b?utm_source=x</link><guid>1</guid><description>&lt;p&gt;D</description>"
    "<pubDate>Thu, 05 Mar 2026 18:00:00 GMT</pubDate></item><item><link>https://n.example/e</link></item></channel></rss>"
)
ATOM: Final = (
    "<feed xmlns='http://www.w3.org/2005/Atom'><title>A</title><entry><id>urn:1</id><title type='html'>B</title>"
    "<link rel='alternate' href='/b'/><updated>2026-03-05T18:00:00+01:00</updated><content type='xhtml'>"
    "<div xmlns='http://www.w3.org/1999/xhtml'><p>C</p></div></content><author><name>D</name></author></entry></feed>"
)
JSON_FEED: Final = (
    '{"version": "https://jsonfeed.org/version/1.1", "title": "A", "items": [{"id": "1", "url": "/b", "title": "B", '
    '"content_html": "<p>C</p>", "date_published": "2026-03-05T18:00:00Z", "authors": [{"name": "D"}], "tags": ["e"]}]}'
)
SITEMAP: Final = (
    "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' "
    "xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'><url><loc>https://n.example/a</loc>"
    "<lastmod>2026-03-05</lastmod><news:news><news:title>A</news:title>"
    "<news:publication_date>2026-03-05T18:00:00Z</news:publication_date></news:news></url></urlset>"
)
SITEMAP_INDEX: Final = (
    "<sitemap><loc>https://n.example/news.xml</loc><lastmod>2026-03-05T18:00:00Z</lastmod></sitemap></sitemapindex>"
)
LINK_HEADER: Final = '<https://hub.example/>; rel="hub", <https://n.example/feed>; rel=self; title="a\\"b"'
OPML: Final = (
    "<opml version='2.0'><head/><body><outline text='A'><outline text='B' category='/c/d,e' "
    "xmlUrl='feed://n.example/b'/></outline></body></opml>"
)
PAGE: Final = (
    "<!doctype html><html lang='en'><head><title>A | B</title><link rel='canonical' href='/a'><meta property="
    "'article:published_time' content='2026-03-05T18:00:00Z'><script type='application/ld+json'>{\"@type\": "
    '"NewsArticle", "headline": "A", "author": [{"name": "C"}], "datePublished": "2026-03-05"}</script></head>'
    "<body><article><h1>A</h1><p>" + PAGES[-1] + "</p><p>Second paragraph, with a comma.</p></article></body></html>"
)
COMMENTED_PAGE: Final = "<!-- rendered -->" + "<!--[--><!---->\n" * 40 + PAGE
"""As servers write that render Vue or React."""
ROBOTS_TXT: Final = (
    "User-agent: newswire\nDisallow: /private/*.html$\nAllow: /\nCrawl-delay: 2\n\nUser-agent: *\nDisallow: /"
)
HEADS: Final = 'etag: W/"1"\nlast-modified: Thu, 05 Mar 2026 18:00:00 GMT\nretry-after: 120\ncache-control: max-age=60'
URLS: Final = (
    "https://www.google.com/url?q=https%3A%2F%2Fn.example%2Fa%3Fid%3D1&sa=D",
    "https://n.example/a;jsessionid=1?id=7&utm_source=rss#!/b",
    "http://user@bücher.example:8080/%7Ea/../b?c=d&&e",
)
BODIES: Final = (
    b"\0plain",
    b"\2" + gzip.compress(b"packed" * 50, mtime=0) + gzip.compress(b"twice", mtime=0),
    b"\3" + zlib.compress(b"deflated" * 50),
    b"\3" + zlib.compress(b"raw" * 50)[2:-4],
    b"\0" + gzip.compress(gzip.compress(b"unannounced", mtime=0), mtime=0),
)

MOMENTS: Final = (
    "Fri, 20 Nov 2026 15:07:41 +0000 (UTC)",
    "2026-11-20T15:07:41.123+01:00",
    "2026年11月5日 下午3:07",
    "20. November 2026, 15.07 Uhr",
    "1704448800123",
)
MOMENT_WORDS: Final = (
    "Mon", "20", "Nov", "2026", "15:07:41", "+0500", "(UTC)", "CET", "PM", "T", "Z", "-W47-5", "/", ".", ",", " ", "年",
    "(", ")", "[", "午後", "ноября", "٢٠", "24:00", "99999999999",
)  # fmt: skip
