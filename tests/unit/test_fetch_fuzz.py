"""Whatever a server sends, reading it ends in a feed that can be stored or in an error with a reason: laws, not examples."""

from __future__ import annotations

import string
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tidings.errors import Permanent, TidingsError
from tidings.fetch import decide
from tidings.fetch.addresses import refusal, target_of
from tidings.fetch.discover import discover
from tidings.fetch.entries import FeedKind, ParsedFeed
from tidings.fetch.feeds import parse
from tidings.fetch.headers import retry_after_s, served_at
from tidings.fetch.listing import list_new
from tidings.fetch.opml import outlines_of
from tidings.fetch.robots import Rules
from tidings.fetch.websub import hub_of
from tidings.ids import feed_id
from tidings.ports.fakes import MemoryStore
from tidings.ports.web import Response
from tidings.records import Feed

NOW = datetime(2025, 6, 13, 20, tzinfo=UTC)
URL = "https://news.example/feed"
SAMPLES = [
    b"""<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>News</title><ttl>30</ttl><skipHours><hour>3</hour></skipHours><item><title>Flood &amp; <![CDATA[<b>x</b>]]>
</title><link>/a</link><guid isPermaLink="false">1</guid><pubDate>Fri, 13 Jun 2025 18:00:00 GMT</pubDate>
<content:encoded><![CDATA[<p>Text</p>]]></content:encoded></item><item><guid>2</guid><source url="/s">Wire</source></item>
</channel></rss>""",
    b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel>
<title>R</title></channel><item rdf:about="/1"><title>One</title><link>http://a.example/1</link></item></rdf:RDF>""",
    b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://a.example/" xml:lang="en"><title type="html">A</title>
<link rel="hub" href="https://hub.example/"/><entry><id>tag:x,1</id><title>T</title><link href="t"/>
<updated>2025-06-13T10:00:00Z</updated><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Body</p></div>
</content></entry></feed>""",
    b"""{"version": "https://jsonfeed.org/version/1.1", "title": "J", "hubs": [{"type": "WebSub", "url": "https://h.example/"}],
"items": [{"id": 7, "url": "/x", "content_text": "a < b", "date_published": "2025-06-13T10:00:00Z", "authors": [{}]}]}""",
    b"""<urlset xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://news.example/1</loc><n:news>
<n:publication><n:name>The Post</n:name></n:publication><n:publication_date>2025-06-12T08:00:00Z</n:publication_date>
</n:news></url></urlset>""",
    b"<sitemapindex><sitemap><loc>https://news.example/old.xml</loc><lastmod>2024-01-01</lastmod></sitemap></sitemapindex>",
    b'<!doctype html><html><head><link rel="alternate" type="application/rss+xml" href="/rss"></head><body><p>x</p></body>',
]
TYPES = [
    "",
    "text/xml",
    "application/rss+xml",
    "text/html; charset=utf-8",
    "application/json",
    "text/xml; charset=utf-7",
    "application/xml; charset=utf-16",
    "text/plain",
    "application/xml; charset=klingon",
]
PIECES = [b"<", b">", b"</item>", b"<item>", b"]]>", b"<![CDATA[", b"<!--", b"-->", b"&#0;", b"&#xD800;", b"&nbsp;"]
PIECES += [b"\xff", b"\0", b"<!DOCTYPE x [", b"<!ENTITY a 'b'>", b"\\ud800", b"\xf0\x9f\x93\xb0", b"1e999", b"{", b"}"]
PIECES += [b"'", b'"', b"xmlns:a='b'"]


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A good body with pieces cut out, doubled, put in or exchanged."""
    body = draw(st.sampled_from(SAMPLES))
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, len(body)))
        to = min(len(body), at + draw(st.integers(0, 40)))
        middle = draw(st.sampled_from([b"", body[at:to] * 2, *PIECES]) | st.binary(max_size=8))
        body = body[:at] + middle + body[to:]
    return draw(st.sampled_from([body, body, body.decode("utf-8", "replace").encode("utf-16"), b"\xef\xbb\xbf" + body]))


def check(body: bytes, content_type: str) -> None:
    try:
        feed = parse(body, content_type, URL)
    except Permanent as error:
        assert "\n" not in str(error)
        return
    assert len({entry.key for entry in feed.entries}) == len(feed.entries)
    for entry in feed.entries:
        assert entry.key
        assert entry.url is None or entry.url.startswith(("http://", "https://"))
        entry.hint.model_dump_json().encode("utf-8")
    store, identity = MemoryStore(), feed_id(URL)
    fresh = list_new(identity, feed.entries, store, NOW)
    assert fresh <= len(feed.entries)
    assert list_new(identity, feed.entries, store, NOW + timedelta(hours=1), since=NOW) == 0
    decide.accepted(Feed(feed_id=identity, url=URL), feed, Response(URL, 200, {}, body), NOW).model_dump_json()


FUZZ = settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.slow
@FUZZ
@given(damaged(), st.sampled_from(TYPES))
def test_a_damaged_feed_is_read_or_refused_and_what_is_read_can_be_stored_and_is_known_again(body: bytes, kind: str) -> None:
    check(body, kind)


@FUZZ
@given(st.binary(max_size=300), st.sampled_from(TYPES))
@example(b"<rss><channel><item><guid>&#xD800;</guid></item></channel></rss>", "text/xml")
@example(b'{"version":"https://jsonfeed.org/version/1","items":[{"id":"\\ud800"}]}', "application/json")
@example(b"<?xml version='1.0' encoding='utf-16'?><rss><channel/></rss>", "application/xml")
def test_noise_is_read_or_refused(body: bytes, kind: str) -> None:
    check(body, kind)


@FUZZ
@given(st.lists(st.sampled_from([*PIECES, b"<rss>", b"<channel>", b"<title>", b"x ", b"</title>"]), max_size=60))
def test_tags_in_any_order_are_read_or_refused(pieces: list[bytes]) -> None:
    check(b"<rss><channel>" + b"".join(pieces), "application/rss+xml")


HOSTS = st.text(string.ascii_letters + string.digits + ".-:[]@%\\/?#\u3002\uff0e\u2460", max_size=30)


@FUZZ
@given(st.sampled_from(["http://", "https://", "HTTP:", "//", "http:/\\", ""]), HOSTS, st.text(max_size=20))
def test_a_url_is_taken_apart_or_refused_and_never_leads_to_this_machine(scheme: str, host: str, rest: str) -> None:
    try:
        target = target_of(scheme + host + rest)
    except TidingsError:
        return
    assert target.host.isascii()
    assert target.path.startswith("/")
    assert not any(character.isspace() for character in target.host + target.path)
    assert target.host != "localhost"
    if target.host.replace(".", "").isdigit() or ":" in target.host:
        assert refusal(target.host) is None


@FUZZ
@given(st.text(max_size=200))
def test_whatever_headers_say_the_next_read_is_within_bounds(text: str) -> None:
    for name in ("cache-control", "expires", "age", "retry-after", "date"):
        headers = {name: text, "cache-control": f"max-age={text}" if name == "retry-after" else text}
        response = Response(URL, 200, headers)
        state = decide.accepted(Feed(feed_id=feed_id(URL), url=URL), ParsedFeed(FeedKind.RSS), response, NOW)
        assert state.next_read is not None
        assert timedelta(minutes=15) <= state.next_read - NOW <= timedelta(days=1.1)
        wait = retry_after_s(headers, NOW)
        assert wait is None or wait >= 0
        served_at(headers, NOW)


@FUZZ
@given(st.binary(max_size=400))
def test_noise_in_a_page_an_opml_file_a_robots_txt_or_a_link_header_does_no_harm(body: bytes) -> None:
    text = body.decode("latin-1")
    named = discover(Response(URL, 200, {"link": text}, b"<html>" + body))
    assert all(link.startswith("http") for link in (*named.offered, *named.linked))
    with_links = Response(URL, 200, {"link": text})
    assert hub_of(ParsedFeed(FeedKind.RSS), with_links) is None or "hub" in text
    try:
        assert outlines_of(body)
    except Permanent as error:
        assert "\n" not in str(error)
    assert Rules.read(text).delay_s <= 30
