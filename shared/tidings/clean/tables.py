"""The stage's word lists, read once from the package's data."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from tidings.records import ArticleKind


@cache
def headings() -> dict[str, str]:
    """Return the headings that end an article, folded, with their kind (`comments` or `end`)."""
    return {folded(text): kind for kind, text in _pairs("clean_headings.tsv")}


@cache
def boilerplate() -> frozenset[str]:
    """Return the lines that belong to a site, folded."""
    return frozenset(folded(line) for line in _lines("clean_boilerplate.txt"))


@cache
def stub_phrases() -> tuple[tuple[ArticleKind, str], ...]:
    """Return the phrases of pages that are no article, with what they are."""
    return tuple((ArticleKind(kind), text) for kind, text in _pairs("clean_stubs.tsv"))


def folded(line: str) -> str:
    """Return a line as the lists spell it: lower case, plain apostrophes, no final punctuation."""
    return " ".join(line.casefold().replace("’", "'").split()).rstrip(" .:…!›»>")


def _lines(name: str) -> list[str]:
    text = files("tidings").joinpath("data", name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def _pairs(name: str) -> list[tuple[str, str]]:
    return [(kind, text) for kind, _, text in (line.partition("\t") for line in _lines(name))]
