"""Bytes to text: byte-order mark, then the HTTP header, then the page's own word, then a guess."""

from __future__ import annotations

import codecs
import re
import unicodedata

from charset_normalizer import from_bytes

from tidings.errors import BadInput

_HEADER = re.compile(r"charset\s{0,5}=\s{0,5}[\"']?([A-Za-z0-9._:-]{1,60})", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]{0,300}?charset\s{0,5}=\s{0,5}[\"']?\s{0,5}([A-Za-z0-9._:-]{1,60})", re.IGNORECASE)
_XML = re.compile(rb"^\s{0,100}<\?xml[^>]{0,200}?encoding\s{0,5}=\s{0,5}[\"']([A-Za-z0-9._:-]{1,60})", re.IGNORECASE)
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# The Encoding Standard reads these labels as windows-1252, since that is what pages under them hold.
_LATIN = frozenset({"iso8859-1", "ascii"})
# Servers name them by default, even for pages that are UTF-8, which no other text happens to be.
_GUESS_BYTES = 60_000
_C0 = bytes(code for code in (*range(0x20), 0x7F) if chr(code) not in "\t\n\f\r")
_C1_UTF8 = re.compile(rb"\xc2[\x80-\x9f]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ufeff]")


def decode(body: bytes, content_type: str) -> str:
    """Return a body's text in NFC, with line feeds only and without control characters.

    Raises:
        BadInput: the body is empty, binary, or in an encoding that does not exist.
    """
    if not body.strip():
        raise BadInput("the document is empty")
    raw, is_utf8 = _text(body, content_type)
    text = unicodedata.normalize("NFC", raw)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n")
    # Few pages hold control characters, and their bytes tell so ten times faster than a search of the text.
    if is_utf8 and len(body.translate(None, _C0)) == len(body) and not _C1_UTF8.search(body):
        return text.replace("\ufeff", "")
    return _CONTROL.sub("", text)


def _text(body: bytes, content_type: str) -> tuple[str, bool]:
    """Return the text, and whether its bytes were valid UTF-8."""
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body.decode(name, "replace"), False
    if b"\x00" in body[:1024]:
        raise BadInput("the document is binary, not text")
    declared = [found.group(1) for found in (_HEADER.search(content_type),) if found]
    head = body[:4096]
    declared += [found.group(1).decode("ascii") for found in (_XML.search(head), _META.search(head)) if found]
    unknown: list[str] = []
    for name in declared:
        try:
            codec = codecs.lookup(name).name
        except LookupError:
            unknown.append(name)
            continue
        try:
            if codec in _LATIN and (whole := _as_utf8(body)) is not None:
                return whole, True
            return body.decode("cp1252" if codec in _LATIN else codec), codec == "utf-8"
        except (UnicodeDecodeError, LookupError):
            continue
    whole = _as_utf8(body)
    if whole is not None:
        return whole, True
    if unknown:
        raise BadInput(f"unknown encoding {unknown[0]!r}")
    best = from_bytes(
        body[
            :  # Servers name them by default, even for pages that are UTF-8, which no other text happens to be.
            _GUESS_BYTES
        ]
    ).best()
    return body.decode(best.encoding if best is not None else "cp1252", "replace"), False


def _as_utf8(body: bytes) -> str | None:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return None
