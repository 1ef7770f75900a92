"""The encodings that documents from the web are read in."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.encodings import web_encoding
from tidings.tables import rows


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("utf-8", "utf-8"),
        (" UTF8 ", "utf-8"),
        ("iso-8859-1", "cp1252"),
        ("latin1", "cp1252"),
        ("us-ascii", "cp1252"),
        ("gb2312", "gb18030"),
        ("shift_jis", "cp932"),
        ("x-sjis", "cp932"),
        ("ks_c_5601-1987", "cp949"),
        ("windows-1251", "cp1251"),
        ("koi8-r", "koi8-r"),
        ("utf-16", "utf-16-le"),
        ("ibm850", "cp850"),
        ("csPC8CodePage437", "cp437"),
        ("utf-32", "utf-32"),
    ],
)
def test_a_label_means_what_it_means_to_browsers(label: str, codec: str) -> None:
    assert web_encoding(label) == codec


@pytest.mark.parametrize(
    "label",
    [
        "punycode",
        "PunyCode",
        "idna",
        "unicode_escape",
        "raw-unicode-escape",
        "utf-7",
        "unicode-1-1-utf-7",
        "undefined",
        "mbcs",
        "base64",
        "hex",
        "rot13",
        "zlib",
        "bogus",
        "",
        "utf-8\0",
        "../x",
        "ä",
    ],
)
def test_what_is_no_character_set_is_not_read(label: str) -> None:
    assert web_encoding(label) is None


def test_every_codec_of_the_table_is_one_of_pythons_under_its_own_name() -> None:
    listed = [codec for codec, _ in rows("encodings.tsv", 2)]
    assert len(listed) == len(set(listed))
    for codec in listed:
        assert codecs.lookup(codec).name == codec


@given(st.text(max_size=70))
def test_any_label_gives_a_codec_or_none(label: str) -> None:
    codec = web_encoding(label)
    assert codec is None or codecs.lookup(codec).name == codec
