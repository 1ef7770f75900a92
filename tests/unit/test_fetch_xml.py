"""Feeds in XML: long ones in slices, odd encodings, sizes that are too much, what titles say."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest

from tidings.errors import BadInput, Permanent, TooLarge
from tidings.fetch import xml_feed
from tidings.fetch.entries import Entry
from tidings.fetch.feeds import parse
from tidings.fetch.xml_shape import survey

URL = "https://news.example/feed"
FEEDS = [
    """<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>News</title>
    <item><title>One</title><link>/1</link></item> and words between <item><title>Two</title><guid>2</guid></item>
    <image><title>No entry</title></image><item><title>3 <![CDATA[<item>]]></title></item><ttl>5</ttl></channel></rss>""",
    """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel>
    <title>R</title><items><rdf:Seq><rdf:li resource="/1"/></rdf:Seq></items></channel>
    <item rdf:about="/1"><title>One</title></item><item rdf:about="/2"><title>Two</title></item></rdf:RDF>""",
    """<a:feed xmlns:a="http://www.w3.org/2005/Atom" xml:base="http://a.example/x/" xml:lang="en"><a:title>Prefixed</a:title>
    <a:entry><a:id>1</a:id><a:link href="1"/><a:content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>P</p></div>
    </a:content></a:entry><a:entry xml:base="y/"><a:id>2</a:id><a:link href="2"/><a:source><a:title>Wire</a:title></a:source>
    </a:entry><a:updated>2025-06-13T10:00:00Z</a:updated></a:feed>""",
    """<rss version="0.91"><channel><title>First</title><item><title>One</title></item></channel>
    <channel><title>Second</title><item><title>Two</title></item></channel></rss>""",
    """<RSS VERSION="2.0"><CHANNEL><ITEM><TITLE>Capitals</TITLE></ITEM><ITEM><TITLE>Again</TITLE></ITEM></CHANNEL></RSS>""",
]


def read(body: str | bytes, content_type: str = "application/xml") -> tuple[Entry, ...]:
    return parse(body.encode() if isinstance(body, str) else body, content_type, URL).entries


@pytest.mark.parametrize("slice_", [1, 2])
@pytest.mark.parametrize("feed", FEEDS)
def test_a_feed_in_slices_has_the_entries_of_the_whole(feed: str, slice_: int, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = read(feed)
    assert len(whole) >= 2
    monkeypatch.setattr(xml_feed, "WHOLE_BYTES", 0)
    monkeypatch.setattr(xml_feed, "SLICE", slice_)
    assert read(feed) == whole


NEWS = "<rss version='2.0'><channel><item><title>Zürich – 中文</title></item></channel></rss>"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (NEWS.encode(), "application/xml"),
        (NEWS.encode("utf-8-sig"), "text/xml"),
        (NEWS.encode("utf-16"), "application/xml"),
        (f"<?xml version='1.0' encoding='UTF-16'?>{NEWS}".encode("utf-16-le"), "application/xml"),
        (f"<?xml version='1.0' encoding='UTF-16'?>{NEWS}".encode("utf-16-be"), "application/xml"),
        (NEWS.encode("utf-32"), "application/rss+xml"),
        (f"<?xml version='1.0' encoding='utf8'?>{NEWS}".encode(), "application/xml"),
        (f"<?xml version='1.0' encoding='UTF-16'?>{NEWS}".encode("utf-16"), "application/xml"),
        (f"<?xml version='1.0' encoding='gb2312'?>{NEWS}".encode("gb18030"), "application/xml"),
        (NEWS.encode("gb18030"), "application/xml; charset=gb18030"),
        (f"<?xml version='1.0' encoding='us-ascii'?>{NEWS}".encode(), "text/html; charset=utf-8"),
    ],
)
def test_a_feed_is_read_in_the_encoding_that_it_or_its_server_names(body: bytes, content_type: str) -> None:
    assert [entry.hint.title for entry in read(body, content_type)] == ["Zürich – 中文"]


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Flood &amp; fire", "Flood & fire"),
        ("&lt;b&gt;Flood&lt;/b&gt; and &lt;i&gt;fire&lt;/i&gt;", "Flood and fire"),
        ("<![CDATA[<a href='/x'>Flood</a> &amp; fire]]>", "Flood & fire"),
        ("AT&amp;amp;T", "AT&T"),
        ("5 &lt; 6", "5 < 6"),
        ("  Flood \n\t fire ", "Flood fire"),
    ],
)
def test_a_title_is_what_a_reader_sees_of_it(title: str, words: str) -> None:
    assert [e.hint.title for e in read(f"<rss><channel><item><title>{title}</title></item></channel></rss>")] == [words]


@pytest.mark.parametrize(
    ("guid", "url"),
    [
        ("<guid>123</guid>", None),
        ("<guid>https://news.example/1</guid>", "https://news.example/1"),
        ("<guid>/story/1</guid>", "https://news.example/story/1"),
        ('<guid isPermaLink="false">https://news.example/1</guid>', None),
        ("<link>/a b</link>", "https://news.example/a%20b"),
        ("<link>javascript:alert(1)</link>", None),
        (f"<link>/{'a' * 5000}</link>", None),
    ],
)
def test_a_guid_that_is_an_address_is_a_link_and_a_number_is_none(guid: str, url: str | None) -> None:
    assert [e.url for e in read(f"<rss><channel><item><title>x</title>{guid}</item></channel></rss>")] == [url]


def test_entries_with_a_title_alone_are_entries() -> None:
    assert len(read("<rss><channel><item><title>a</title></item><item><title>b</title></item></channel></rss>")) == 2


@pytest.mark.parametrize(
    "text",
    [
        "<title>How to declare <![CDATA[<!ENTITY a 'b'>]]></title>",
        "<title>&lt;!ENTITY a 'b'&gt;</title>",
        "<!-- <!ENTITY a 'b'> --><title>x</title>",
    ],
)
def test_a_feed_may_write_of_entities(text: str) -> None:
    assert len(read(f"<rss version='2.0'><channel><item>{text}</item></channel></rss>")) == 1


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE rss [<!ENTITY a 'b'>]>",
        "<!DOCTYPE rss [<!entity a 'b'>]>",
        "<!DOCTYPE rss [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>",
        "<!DOCTYPE rss [<!ENTITY % a 'b'>]>",
        "<!-- <rss> --><!DOCTYPE rss [<!ENTITY a 'b'>]>",
        "<oops <!DOCTYPE rss [<!ENTITY a 'b'>]>",
    ],
)
def test_a_feed_that_declares_entities_is_refused(doctype: str) -> None:
    with pytest.raises(BadInput):
        read(f"{doctype}<rss version='2.0'><channel><item><title>&a;</title></item></channel></rss>")


def test_a_document_type_alone_is_no_harm() -> None:
    doctype = '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd">'
    feed = "<rss version='0.91'><channel><item><title>caf&eacute;</title></item></channel></rss>"
    assert [entry.hint.title for entry in read(doctype + feed)] == ["café"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<rss>" + b"<a>" * 301 + b"</a>" * 301 + b"</rss>", "inside each other"),
        (b"<rss>" + b"<a/>" * 450_000 + b"</rss>", "elements"),
        (b"<rss><a " + b" ".join(b'a%d=""' % n for n in range(201)) + b"/></rss>", "attributes"),
        (b"<rss><a b='" + b"x" * 1_000_001 + b"'/></rss>", "a tag"),
        (b"<rss><channel><item>" + b"x" * 3_000_001 + b"</item></channel></rss>", "an entry"),
        (b"<rss>" + b"x" * 2_000_000, "broken XML"),
        (b"<rss>" + b"&x" * 150_000, "references"),
        (b"<rss>" + b"<item></x>" * 5_001, "entries"),
        (b"<rss><a " + b"b=c " * 15_000 + b">", "a tag"),
    ],
)
def test_what_the_parsers_cannot_take_is_too_large(body: bytes, reason: str) -> None:
    with pytest.raises(TooLarge, match=reason):
        survey(body, URL)


@pytest.mark.parametrize(
    ("start", "content_type"),
    [
        ("", "application/rss+xml; charset=punycode"),
        ("", "text/xml; charset=unicode_escape"),
        ("<?xml version='1.0' encoding='punycode'?>", "application/xml"),
        ("<?xml version='1.0' encoding='punycode '?>", "application/xml"),
        ("\ufeff<?xml version='1.0' encoding='punycode'?>", "application/xml"),
        ("<?foo encoding='punycode'?>", ""),
        ("<?xml version='1.0'?><?xml encoding='punycode'?>", ""),
        (f"<?xml version='1.0' {' ' * 2000}encoding='punycode'?>", ""),
        (f"<?xml version='1.0' {'encoding=' * 20_000}", ""),
        (f"\ufeff<?xml version='1.0' {'encoding=' * 20_000}", ""),
    ],
)
def test_a_name_of_an_encoding_costs_no_time(start: str, content_type: str) -> None:
    body = f"{start}<rss version='2.0'><channel><item><title>{'ä' * 300_000}</title></item></channel></rss>".encode()
    began = time.monotonic()
    with suppress(Permanent):
        parse(body, content_type, URL)
    assert time.monotonic() - began < 3


def test_a_charset_in_the_header_that_is_none_says_nothing() -> None:
    assert [entry.hint.title for entry in read(NEWS, "application/xml; charset=punycode")] == ["Zürich – 中文"]


def test_a_feed_in_ebcdic_is_read() -> None:
    body = f"<?xml version='1.0' encoding='ebcdic-cp-us'?>{NEWS}".encode("cp037", "xmlcharrefreplace")
    assert [entry.hint.title for entry in read(body)] == ["Zürich – 中文"]
