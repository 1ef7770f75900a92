"""Bytes to text: byte-order mark, then the HTTP header, then the page's own word, then a guess."""

from __future__ import annotations

import codecs
import re
import unicodedata

from charset_normalizer import from_bytes

from tidings.encodings import web_encoding
from tidings.errors import BadInput

_HEADER = re.compile(r"charset\s{0,5}=\s{0,5}[\"']?([A-Za-z0-9._:-]{1,60})", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]{0,300}?charset\s{0,5}=\s{0,5}[\"']?\s{0,5}([A-Za-z0-9._:-]{1,60})", re.IGNORECASE)
_XML = re.compile(rb"^\s{0,100}<\?xml[^>]{0,200}?encoding\s{0,5}=\s{0,5}[\"']([A-Za-z0-9._:-]{1,60})", re.IGNORECASE)
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# How markup in UTF-16 begins where no mark says so (XML 1.0, appendix F).
_WIDE_STARTS = ((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be"))
# Servers name it by default, in its many names, even for pages that are UTF-8, which no other text happens to be.
_BY_DEFAULT = "cp1252"
_GUESS_BYTES = 60_000
_C0 = bytes(code for code in (*range(0x20), 0x7F) if chr(code) not in "\t\n\f\r")
_C1_UTF8 = re.compile(rb"\xc2[\x80-\x9f]")
_HALVES = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ufeff]")


def decode(body: bytes, content_type: str) -> str:
    """Return a body's text in NFC, with line feeds only and without control characters.

    Raises:
        BadInput: the body is empty or binary.
    """
    if not body.strip():
        raise BadInput("the document is empty")
    raw, is_utf8 = _text(body, content_type)
    # Few pages hold control characters, and their bytes tell so ten times faster than a search of the text.
    if is_utf8 and len(body.translate(None, _C0)) == len(body) and not _C1_UTF8.search(body):
        text = unicodedata.normalize("NFC", raw).replace("\ufeff", "")
    else:
        text = tidied(raw)
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n")


def tidied(text: str) -> str:
    """Return a text as articles hold it: NFC, no control characters, no half of a character.

    What comes as JSON or as a character reference of markup may hold what the bytes of the document do not.
    """
    if text.isascii():
        return _CONTROL.sub("", text)
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace") if _HALVES.search(text) else text
    return unicodedata.normalize("NFC", _CONTROL.sub("", whole))


def _text(body: bytes, content_type: str) -> tuple[str, bool]:
    """Return the text, and whether its bytes were valid UTF-8."""
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body.decode(name, "replace"), False
    if b"\x00" in body[:1024]:
        return _wide_text(body, content_type), False
    head = body[:4096]
    declared = [found.group(1) for found in (_HEADER.search(content_type),) if found]
    declared += [found.group(1).decode("ascii") for found in (_XML.search(head), _META.search(head)) if found]
    for codec in filter(None, map(web_encoding, declared)):
        if codec.startswith("utf-16"):
            continue  # there would be zeros, and a page's own word for it could not have been read
        if codec == _BY_DEFAULT and (whole := _decoded(body, "utf-8")) is not None:
            return whole, True
        if (told := _decoded(body, codec)) is not None:
            return told, codec == "utf-8"
    whole = _decoded(body, "utf-8")
    if whole is not None:
        return whole, True
    best = from_bytes(body[:_GUESS_BYTES]).best()
    guessed = web_encoding(best.encoding) if best is not None else None
    return body.decode(guessed or _BY_DEFAULT, "replace"), False


def _wide_text(body: bytes, content_type: str) -> str:
    """Return a text whose bytes hold zeros: UTF-16 by the header, or by how markup in it begins."""
    header = _HEADER.search(content_type)
    told = web_encoding(header.group(1)) if header else None
    begun = next((codec for start, codec in _WIDE_STARTS if body.startswith(start)), None)
    for codec in (told, begun):
        if codec is not None and codec.startswith("utf-16") and (text := _decoded(body, codec)) and "\x00" not in text[:512]:
            return text
    raise BadInput("the document is binary, not text")


def _decoded(body: bytes, codec: str) -> str | None:
    try:
        return body.decode(codec)
    except UnicodeError:
        return None
