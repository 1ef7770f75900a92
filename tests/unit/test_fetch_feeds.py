"""Reading feeds of every kind, and refusing what is none with a line that says why."""

import contextlib
import gzip
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.errors import BadInput, TooLarge
from tidings.fetch.discover import discover
from tidings.fetch.entries import FeedKind, absolute, line
from tidings.fetch.feeds import MAX_FEED_BYTES, parse
from tidings.fetch.opml import Outline, opml_of, outlines_of
from tidings.ids import feed_id
from tidings.ports.web import Response
from tidings.records import Feed

URL = "https://news.example/feed"
RSS = b"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>News</title><ttl>30</ttl>
<item><title>Flood &amp; fire</title><link>/a</link><guid>1</guid><pubDate>Fri, 13 Jun 2025 18:00:00 GMT</pubDate>
<content:encoded><![CDATA[<p>Whole text</p>]]></content:encoded></item>
<item><title>Twin</title><link>/b</link><guid>2</guid></item><item><title>Twin</title><link>/c</link><guid>2</guid></item>
</channel></rss>"""


def test_rss_entries_have_absolute_links_times_and_content() -> None:
    feed = parse(RSS, "application/rss+xml", URL)
    first = feed.entries[0]
    assert (feed.kind, feed.title, feed.ttl_s) == (FeedKind.RSS, "News", 1800)
    assert (first.key, first.url, first.hint.title) == ("1", "https://news.example/a", "Flood & fire")
    assert first.hint.published == datetime(2025, 6, 13, 18, tzinfo=UTC)
    assert first.hint.content_html == "<p>Whole text</p>"


def test_a_link_that_names_no_host_is_none() -> None:
    body = b"<rss version='2.0'><channel><item><title>T</title><guid>1</guid><link>http:story</link></item></channel></rss>"
    assert [(entry.key, entry.url) for entry in parse(body, "", URL).entries] == [("1", None)]


def test_two_entries_with_one_guid_are_both_kept() -> None:
    assert [entry.key for entry in parse(RSS, "", URL).entries] == [
        "1",
        "2 https://news.example/b",
        "2 https://news.example/c",
    ]


def test_an_atom_entry_without_published_is_not_given_its_update_time() -> None:
    atom = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><entry><id>x</id><title>T</title>
    <link href="https://news.example/t"/><updated>2025-06-13T10:00:00Z</updated></entry></feed>"""
    hint = parse(atom, "application/atom+xml", URL).entries[0].hint
    assert (hint.published, hint.updated) == (None, datetime(2025, 6, 13, 10, tzinfo=UTC))


def test_a_json_feed_may_have_50_000_items() -> None:
    items = [{"id": str(n), "url": f"https://news.example/{n}", "title": f"Story {n}", "authors": []} for n in range(50_000)]
    body = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "J", "items": items}).encode()
    assert len(parse(body, "application/feed+json", URL).entries) == 50_000


def test_json_feed_keeps_the_good_items_of_a_feed_with_a_broken_one() -> None:
    body = b"""{"version": "https://jsonfeed.org/version/1.1", "title": "J", "items": [
    {"id": 7, "url": "/x", "content_text": "a < b", "date_published": "2025-06-13T10:00:00+02:00"}, "no item",
    {"id": "8", "url": "/y", "date_published": "yesterday"}]}"""
    feed = parse(body, "application/feed+json", URL)
    assert [(entry.key, entry.url) for entry in feed.entries] == [
        ("7", "https://news.example/x"),
        ("8", "https://news.example/y"),
    ]
    assert feed.entries[0].hint.content_html == "<p>a &lt; b</p>"


@pytest.mark.parametrize(
    "broken",
    [
        '"title": 7',
        '"author": "Jane"',
        '"authors": null',
        '"authors": "Jane"',
        '"language": ["en"]',
        '"summary": {}',
        '"content_text": []',
        '"date_published": 1749800000000000000',
        '"attachments": "x"',
        '"tags": null',
    ],
)
def test_an_item_of_a_json_feed_is_not_lost_for_one_field_that_breaks_the_format(broken: str) -> None:
    body = f'{{"version": "https://jsonfeed.org/version/1", "items": [{{"id": "1", "url": "/a", {broken}}}]}}'
    (entry,) = parse(body.encode(), "application/feed+json", URL).entries
    assert (entry.key, entry.url) == ("1", "https://news.example/a")


def test_a_json_feed_is_not_lost_for_what_it_says_of_itself_and_its_attachments_are_passed_over() -> None:
    attached = '"attachments": [{"url": "/a.mp3", "mime_type": "audio/mpeg", "size_in_bytes": "many"}]'
    body = f"""{{"version": "https://jsonfeed.org/version/1.1", "title": ["x"], "language": 7, "hubs": {{}},
    "feed_url": null, "items": [{{"id": "1", "url": "/a", {attached}}}, {{"id": "2", {attached}}}]}}"""
    feed = parse(body.encode(), "", URL)
    assert (feed.title, [entry.url for entry in feed.entries]) == (None, ["https://news.example/a", None])


ITEM = "<item><title>Flood</title><link>https://news.example/a</link><description>Water.</description></item>"
DIALECTS = {
    "RSS 0.90": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple/0.9/">'
    f"<channel><title>News</title></channel>{ITEM}</rdf:RDF>",
    "RSS 0.91": '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" '
    '"http://my.netscape.com/publish/formats/rss-0.91.dtd">'
    f'<rss version="0.91"><channel><title>News</title><language>en</language>{ITEM}</channel></rss>',
    "RSS 0.92": f'<rss version="0.92"><channel><title>News</title>{ITEM}</channel></rss>',
    "RSS 0.93": f'<rss version="0.93"><channel><title>News</title>{ITEM}</channel></rss>',
    "RSS 1.0": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
    f'<channel rdf:about="x"><title>News</title></channel>{ITEM}</rdf:RDF>',
    "RSS 2.0": f'<rss version="2.0"><channel><title>News</title>{ITEM}</channel></rss>',
    "RSS without a version": f"<rss><channel><title>News</title>{ITEM}</channel></rss>",
    "Atom 0.3": '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>News</title><entry><title>Flood</title>'
    '<link rel="alternate" href="https://news.example/a"/><id>1</id><issued>2025-06-13T10:00:00Z</issued>'
    "<summary>Water.</summary></entry></feed>",
    "Atom 1.0": '<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title><entry><title>Flood</title>'
    '<link href="https://news.example/a"/><id>1</id><summary>Water.</summary></entry></feed>',
    "JSON Feed 1": '{"version": "https://jsonfeed.org/version/1", "title": "News", "items": '
    '[{"id": "1", "title": "Flood", "url": "https://news.example/a", "summary": "Water."}]}',
}


@pytest.mark.parametrize("name", DIALECTS)
def test_a_feed_of_every_dialect_gives_its_title_and_its_entry(name: str) -> None:
    feed = parse(DIALECTS[name].encode(), "", URL)
    (entry,) = feed.entries
    assert (feed.title, entry.url, entry.hint.title) == ("News", "https://news.example/a", "Flood")
    assert "Water." in (entry.hint.summary_html or "")


def test_a_long_address_in_a_sitemap_stays_whole() -> None:
    where = "https://news.example/" + "a" * 1_900
    sitemap = f"<urlset><url><loc> {where}\n</loc></url></urlset>"
    assert [entry.url for entry in parse(sitemap.encode(), "", URL).entries] == [where]


def test_a_news_sitemap_gives_outlet_title_and_time() -> None:
    body = b"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">
    <url><loc>https://news.example/1</loc><n:news><n:publication><n:name>The Post</n:name><n:language>en</n:language>
    </n:publication><n:publication_date>2025-06-12T08:00:00Z</n:publication_date><n:title>Vote</n:title></n:news></url></urlset>"""
    hint = parse(body, "text/xml", URL).entries[0].hint
    assert (hint.outlet, hint.title, hint.published) == ("The Post", "Vote", datetime(2025, 6, 12, 8, tzinfo=UTC))


def test_a_sitemap_index_names_its_children_newest_first() -> None:
    body = b"""<sitemapindex><sitemap><loc>https://news.example/old.xml</loc><lastmod>2024-01-01</lastmod></sitemap>
    <sitemap><loc>https://news.example/new.xml</loc><lastmod>2025-06-01</lastmod></sitemap></sitemapindex>"""
    feed = parse(body, "application/xml", URL)
    assert feed.children == (
        ("https://news.example/new.xml", "2025-06-01"),
        ("https://news.example/old.xml", "2024-01-01"),
    )


def test_a_page_and_a_plain_text_are_documents_themselves() -> None:
    assert parse(b"<!doctype html><title>x</title>", "text/html", URL).kind is FeedKind.PAGE
    assert parse(b"Some news.\n", "text/plain", URL).kind is FeedKind.TEXT


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>
<rss><channel><title>&b;</title></channel></rss>"""
BAD = [
    (b"", "application/rss+xml", "empty"),
    (b"   \n ", "text/html", "empty"),
    (b"\x89PNG\r\n\x1a\n", "image/png", "image/png"),
    (b"<rss/>", "image/svg+xml", "image/svg"),
    (b"\x1f\x8b\x08\x00", "", "broken gzip"),
    (gzip.compress(b"\x89PNG\r\n", mtime=0), "application/gzip", "not a feed"),
    (b"%PDF-1.7", "text/html", "not a feed"),
    (b"not xml at all", "application/rss+xml", "not XML"),
    (b"not json", "application/json", "not JSON"),
    (b"{broken", "application/feed+json", "JSON"),
    (b'{"version": "2", "items": []}', "application/json", "not a JSON Feed"),
    (b'{"title": "x"}', "application/json", "not a JSON Feed"),
    (b'<?xml version="1.0" encoding="klingon-8"?><rss><channel/></rss>', "text/xml", "unknown encoding 'klingon-8'"),
    (b'<html><form><input type="password"></form></html>', "text/html", "login page"),
    (b"<html><p>Sorry</p></html>", "application/rss+xml", "HTML page"),
    (b"<opml><body/></opml>", "text/xml", "no feed"),
    (b"<urlset><url>", "text/xml", "broken sitemap"),
    (LAUGHS, "application/rss+xml", "entities"),
    (LAUGHS.decode().encode("utf-16"), "application/rss+xml", "entities"),
]


@pytest.mark.parametrize(("body", "content_type", "reason"), BAD)
def test_what_is_no_feed_is_bad_input_with_url_and_reason(body: bytes, content_type: str, reason: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse(body, content_type, URL)
    message = str(caught.value)
    assert message.startswith(URL)
    assert reason in message
    assert "\n" not in message


def test_a_feed_over_the_limit_is_too_large() -> None:
    with pytest.raises(TooLarge):
        parse(b"<rss>" + b" " * MAX_FEED_BYTES, "text/xml", URL)


def test_a_long_feed_that_is_broken_is_too_large_for_the_parser_that_forgives() -> None:
    with pytest.raises(TooLarge, match="broken XML"):
        parse(b"<rss><channel>" + b"<item></oops>" * 160_000, "text/xml", URL)


@pytest.mark.timeout(60)  # a parser that is quadratic in the depth would take hours
@pytest.mark.parametrize(
    "body", [b"<rss><channel>" + b"<a>" * 100_000, b"<urlset>" + b"<a>" * 100_000, b"{" + b'"a":[' * 100_000]
)
def test_deep_nesting_ends_soon_and_without_a_crash(body: bytes) -> None:
    with contextlib.suppress(BadInput, TooLarge):
        parse(body, "", URL)


def test_discovery_finds_the_feeds_that_a_page_names() -> None:
    page = b'<head><link rel="alternate" type="application/rss+xml" href="/rss"><link rel="stylesheet" href="/x"></head>'
    assert discover(Response("https://news.example/", 200, {}, page)) == (["https://news.example/rss"], [])


def test_opml_goes_out_and_comes_back() -> None:
    urls = ['https://a.example/?x=1&y="2"', "https://b.example/feed"]
    feeds = [Feed(feed_id=feed_id(url), url=url, title="A <b> & c") for url in urls]
    with pytest.raises(BadInput):
        outlines_of(b"<opml", "list.opml")
    assert outlines_of(opml_of(feeds).encode()) == [Outline(url, "A <b> & c") for url in urls]


@given(st.lists(st.text(max_size=40), min_size=1, max_size=5))
def test_whatever_feeds_are_called_their_list_comes_back_with_every_url(titles: list[str]) -> None:
    urls = [f"https://news.example/{n}?a=1&b=<2>" for n in range(len(titles))]
    feeds = [Feed(feed_id=feed_id(url), url=url, title=line(t)) for url, t in zip(urls, titles, strict=True)]
    assert [outline.url for outline in outlines_of(opml_of(feeds).encode())] == urls


def test_opml_with_entities_is_refused() -> None:
    with pytest.raises(BadInput):
        outlines_of(b'<!DOCTYPE o [<!ENTITY a "b">]><opml version="2.0"><body><outline xmlUrl="&a;"/></body></opml>')


def test_opml_may_name_feeds_by_the_scheme_of_feed_readers() -> None:
    urls = ["feed:https://a.example/x", "feed://b.example/y", "FEED:http://c.example/z", "feed:https://a.example/x"]
    lines = "".join(f'<outline type="rss" xmlUrl="{url}"/>' for url in urls)
    named = [outline.url for outline in outlines_of(f"<opml version='2.0'><body>{lines}</body></opml>".encode())]
    assert named == ["https://a.example/x", "http://b.example/y", "http://c.example/z"]


def test_a_link_with_its_scheme_in_capitals_is_the_same_link() -> None:
    assert absolute("https://news.example/", "HTTP://news.example/A?") == "http://news.example/A?"
