"""The clean stage's decision: a raw document in, its articles out. Pure; nothing is fetched or stored."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from tidings.clean.blocks import Block, html_blocks, parse_html, text_blocks
from tidings.clean.bylines import read_byline
from tidings.clean.charset import decode, tidied
from tidings.clean.field_lines import read_fields
from tidings.clean.homes import home_of, localised
from tidings.clean.kinds import NO_SIGNS, PART_SIGNS, PageSigns, kind_of, language_of
from tidings.clean.linked_data import LinkedArticle, one_line
from tidings.clean.main_text import (
    MAX_CHARS,
    best_paragraphs,
    fragment_paragraphs,
    main_paragraphs,
    plain_paragraphs,
)
from tidings.clean.metadata import PageMeta, canonical_url, read_meta, without_site
from tidings.clean.parts import MIN_WORDS, Part, body_lines, first_sentence, is_told
from tidings.clean.published import UNDATED, Dated, modified, published
from tidings.clean.shown import Shown, shown_author, shown_times
from tidings.clean.split import Pages, split_blocks, without_comments
from tidings.clean.tables import folded
from tidings.clean.when import When, believable
from tidings.errors import BadInput
from tidings.ids import article_id, digest
from tidings.records import Article, DateSource, EntryHint, RawDocument

MAX_TEXT = 500_000
"""Characters of an article: a book has as many."""
_TAG = re.compile(r"<[^<>]{0,200}>")
_MARKUP = re.compile(r"<(?:!doctype|html|head|body|div|p|article|section|h[1-6]|br|a|span)[\s>/]", re.IGNORECASE)
_BINARY = ("image/", "audio/", "video/", "font/", "application/pdf", "application/zip")


def clean_document(doc: RawDocument, body: bytes) -> list[Article]:
    """Return the articles of a document, in the page's order; a page without one gives one article that says why not.

    Raises:
        BadInput: empty, binary, or in an encoding that does not exist; the text names the URL.
    """
    if doc.content_type.lower().startswith(_BINARY):
        raise BadInput(f"{doc.url}: not a page but {doc.content_type}")
    try:
        doc = doc.model_copy(update={"entry": _tidied_hint(doc.entry)})
        text = decode(body, doc.content_type)[:MAX_CHARS]
        if not text.strip():
            raise BadInput("the document is empty")
        return _clean_plain(doc, text) if _is_plain(doc, text) else _clean_html(doc, text)
    except BadInput as error:
        raise BadInput(f"{doc.url}: {error}") from None


def _tidied_hint(hint: EntryHint) -> EntryHint:
    told = {name: tidied(value) or None for name, value in hint if type(value) is str}
    return hint.model_copy(update=told)


def _is_plain(doc: RawDocument, text: str) -> bool:
    media = doc.content_type.partition(";")[0].strip().lower()
    if media == "text/plain":
        return True
    return "html" not in media and "xml" not in media and not _MARKUP.search(text[:20_000])


def _clock(doc: RawDocument) -> datetime:
    return doc.served_at or doc.fetched_at


def _clean_plain(doc: RawDocument, text: str) -> list[Article]:
    blocks = text_blocks(text)
    hinted = _hint_title(doc)
    records = read_fields(blocks, _clock(doc))
    if len(records) > 1:
        return _shared(doc, Pages(None, records), PageMeta())
    if records:
        return [_recorded(doc, hinted, records[0])]
    pages = split_blocks(blocks, _clock(doc), hinted)
    if pages is not None:
        return _shared(doc, pages, PageMeta(head_title=pages.lead.title if pages.lead else None))
    lines = without_comments(blocks)
    has_title = len(lines) > 1 and lines[0].words <= 32 and lines[0].text[-1:] not in (".", ":", ",")
    title = hinted or (lines[0].text if has_title else None)
    paragraphs = body_lines(lines[1:] if has_title else lines)
    bylines = {line.text: found for line in lines[1:4] if (found := read_byline(line, _clock(doc))) is not None}
    byline = next(iter(bylines.values()), None)
    paragraphs = tuple(paragraph for paragraph in paragraphs if paragraph not in bylines)
    outlet = doc.entry.outlet or (byline.outlet if byline else None)
    author = doc.entry.author or (byline.author if byline else None)
    home = home_of(doc.url, PageMeta(), outlet)
    dated = published(doc.entry, PageMeta(), _shown(byline.when if byline else None), doc.url, _clock(doc), home)
    return [_article(doc, title, paragraphs, outlet=outlet, author=author, dated=dated, meta=PageMeta())]


def _recorded(doc: RawDocument, hinted: str | None, part: Part) -> Article:
    """Return the article of a text that is one record of fields."""
    outlet = doc.entry.outlet or part.outlet
    home = home_of(doc.url, PageMeta(), outlet)
    dated = published(doc.entry, PageMeta(), _shown(part.when), doc.url, _clock(doc), home)
    author = doc.entry.author or part.author
    return _article(doc, hinted or part.title, part.paragraphs, outlet=outlet, author=author, dated=dated, meta=PageMeta())


def _clean_html(doc: RawDocument, text: str) -> list[Article]:
    tree = parse_html(text)
    meta = read_meta(tree, doc.url)
    blocks = html_blocks(tree)
    pages = _several(meta, blocks, _clock(doc))
    if pages is not None:
        return _shared(doc, pages, meta)
    lines = without_comments(blocks)
    shown = shown_times(lines, meta.titles(), _clock(doc))
    home = home_of(doc.url, meta, _outlet(doc, meta))
    dated = published(doc.entry, meta, shown, doc.url, _clock(doc), home)
    changed = modified(doc.entry, meta, shown, _clock(doc), home)
    password = next(tree.iterfind(".//input[@type='password']"), None) is not None
    author = _author(doc, meta) or shown_author(lines, meta.titles())
    signed = author is not None or dated.when is not None
    signs = PageSigns(meta.titles(), [line.text for line in lines], password, meta.free, signed=signed)
    page = main_paragraphs(tree, lines, doc.url, chars=len(text))
    linked = plain_paragraphs(meta.article.body)
    feed = fragment_paragraphs(doc.entry.content_html)
    title = _title(doc, meta)
    best = best_paragraphs(page, linked, feed)
    if best is not page:
        signs = NO_SIGNS  # the page's wall does not stand before what came another way
    paragraphs = _untitled(best, {folded(name) for name in (title, *meta.titles()) if name})
    return [
        _article(doc, title, paragraphs, outlet=None, author=author, dated=dated, changed=changed, meta=meta, signs=signs)
    ]


def _shown(when: When | None) -> list[Shown]:
    return [Shown(when, DateSource.BYLINE)] if when else []


def _several(meta: PageMeta, blocks: Sequence[Block], now: datetime) -> Pages | None:
    """Return the articles of a page that holds several, as its JSON-LD lists them or as they stand on it."""
    listed = _listed(meta)
    if listed is not None and not any(item.live for item in meta.listed):
        return listed
    days = [when.latest.date() if when else None for when in (meta.published(), meta.article.modified or meta.meta_modified)]
    shown = split_blocks(blocks, now, meta.own_title(), published=days[0], changed=days[1])
    # A live page's data may hold its newest posts only.
    more = listed is None or (shown is not None and len(shown.children) > len(listed.children))
    return shown if more else listed


def _listed(meta: PageMeta) -> Pages | None:
    """Return the articles that JSON-LD lists whole, and the posts of a live blog."""
    children = tuple(part for item in meta.listed if (part := _linked_part(item)).title)
    children = tuple(part for part in children if part.words >= MIN_WORDS or (part.own and is_told(part)))
    if len(children) < 2:
        return None
    own = _linked_part(meta.article)
    text = "\n".join(own.paragraphs)
    mixed = any(part.paragraphs[0] in text for part in children)
    return Pages(own if own.words >= MIN_WORDS and own.title and not mixed else None, children)


def _linked_part(item: LinkedArticle) -> Part:
    body = plain_paragraphs(item.body)
    title = item.headline or (first_sentence(body) if item.live else None)
    return Part(title, body, item.publisher, item.author, item.published, item.url, item.live)


def _shared(doc: RawDocument, pages: Pages, meta: PageMeta) -> list[Article]:
    articles = []
    carrier = canonical_url(doc.url)
    home = home_of(doc.url, meta, _outlet(doc, meta))
    if pages.lead is not None:
        lead = pages.lead
        dated = published(doc.entry, meta, _shown(lead.when), doc.url, _clock(doc), home)
        title = _hint_title(doc) or meta.article.headline or lead.title
        outlet, author = _outlet(doc, meta) or lead.outlet, _author(doc, meta) or lead.author
        articles.append(_article(doc, title, lead.paragraphs, outlet=outlet, author=author, dated=dated, meta=meta))
    names = _names(pages.children)
    for part, name in zip(pages.children, names, strict=True):
        url = _own_link(doc, part)
        when = believable(
            localised(part.when, replace(home, outlet=f"{home.outlet} {part.outlet}"), _clock(doc)), _clock(doc)
        )
        dated = Dated(when, DateSource.BYLINE) if when else UNDATED
        articles.append(
            _article(doc, part.title, part.paragraphs, outlet=part.outlet or _outlet(doc, meta), author=part.author,
                     dated=dated, meta=PageMeta(language=meta.language), child_url=url or f"{carrier}#{_slug(name)}",
                     identity=(url or carrier, None if url else name), signs=PART_SIGNS)
        )  # fmt: skip
    return articles


def _names(parts: Sequence[Part]) -> list[str | None]:
    """Return what tells the articles of a page apart: their titles, with the time where an older one has the same."""
    names: list[str | None] = []
    for part in reversed(parts):  # a live page grows at its top: the last keeps its name
        again = part.title in names and part.when is not None
        names.append(f"{part.title} {part.when.latest.isoformat()}" if again and part.when else part.title)
    return names[::-1]


def _own_link(doc: RawDocument, part: Part) -> str | None:
    if not part.url or part.url.startswith(("#", "javascript:", "mailto:")):
        return None
    try:
        joined = urljoin(doc.url, part.url.strip())
        parts = urlsplit(joined)
    except ValueError:
        return None
    same_page = canonical_url(joined) == canonical_url(doc.url)
    return canonical_url(joined) if parts.scheme in ("http", "https") and not same_page else None


def _slug(title: str | None) -> str:
    plain = unicodedata.normalize("NFKD", title or "").encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80] or "article"


def _hint_title(doc: RawDocument) -> str | None:
    title = one_line(_TAG.sub("", html.unescape(doc.entry.title or "")))
    return without_site(title, doc.entry.outlet) if title else None


def _title(doc: RawDocument, meta: PageMeta) -> str | None:
    hinted = _hint_title(doc)
    return without_site(hinted, _outlet(doc, meta)) if hinted else meta.own_title()


def _untitled(paragraphs: tuple[str, ...], titles: set[str]) -> tuple[str, ...]:
    """Return the paragraphs without the title, should the text begin with it."""
    return paragraphs[1:] if paragraphs and folded(paragraphs[0]) in titles else paragraphs


def _author(doc: RawDocument, meta: PageMeta) -> str | None:
    return doc.entry.author or meta.article.author or meta.author


def _outlet(doc: RawDocument, meta: PageMeta) -> str | None:
    return doc.entry.outlet or meta.article.publisher or meta.site_name


def _article(
    doc: RawDocument,
    title: str | None,
    paragraphs: tuple[str, ...],
    *,
    outlet: str | None,
    author: str | None,
    dated: Dated,
    meta: PageMeta,
    changed: Dated | None = None,
    signs: PageSigns = NO_SIGNS,
    child_url: str | None = None,
    identity: tuple[str, str | None] | None = None,
) -> Article:
    text = tidied("\n\n".join(paragraphs))[:MAX_TEXT].rstrip()
    url = child_url or meta.canonical or canonical_url(doc.url)
    language = language_of(text, doc.entry.language or meta.article.language or meta.language)
    kind = kind_of(text, language, signs)
    where, shared_title = identity or (url, None)
    when = dated.when
    last = changed.when if changed else None
    name = outlet or _outlet(doc, meta)
    latest = when.latest if when else None
    version = digest(title or "", text, latest.isoformat() if latest else "", name or "", url, kind.value)
    return Article(
        article_id=article_id(where, shared_title),
        version=version,
        title=title,
        text=text,
        byline=author,
        outlet=name,
        published=latest,
        published_earliest=when.earliest if when else None,
        published_latest=latest,
        **({"published_precision": when.precision, "published_source": dated.source} if when else {}),
        published_offset=round(when.offset.total_seconds() / 60) if when and when.offset is not None else None,
        **(
            {"modified": last.latest, "modified_precision": last.precision, "modified_source": changed.source}
            if changed and last
            else {}
        ),
        language=language,
        url=url,
        carrier_url=canonical_url(doc.url) if child_url else None,
        section=meta.article.section or meta.section,
        image=meta.image,
        kind=kind,
        feed_id=doc.feed_id,
        document_id=doc.document_id,
        fetched_at=doc.fetched_at,
    )
