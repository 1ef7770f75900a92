"""The stage's word lists, read once from the package's data."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Literal

from tidings.records import ArticleKind
from tidings.tables import parts, rows


@cache
def headings() -> dict[str, str]:
    """Return the headings that end an article, folded, with their kind (`comments` or `end`)."""
    return {folded(text): kind for kind, text in rows("clean_headings.tsv", 2)}


@cache
def boilerplate() -> frozenset[str]:
    """Return the lines that belong to a site, folded."""
    return frozenset(folded(line) for (line,) in rows("clean_boilerplate.txt", 1) if not line.endswith(" *"))


@cache
def boilerplate_beginnings() -> tuple[str, ...]:
    """Return the beginnings of lines that belong to a site, folded, each with the space after it."""
    return tuple(folded(line[:-2]) + " " for (line,) in rows("clean_boilerplate.txt", 1) if line.endswith(" *"))


@cache
def stub_phrases(where: Literal["title", "page", "text"]) -> tuple[tuple[ArticleKind, str], ...]:
    """Return the phrases of pages that are no article, with what they are; `where` they count, the table's header says."""
    return tuple((ArticleKind(kind), text) for kind, place, text in rows("clean_stubs.tsv", 3) if place == where)


@cache
def months() -> dict[str, int]:
    """Return the names and abbreviations of months, folded, with their numbers."""
    return {name: int(number) for number, names in rows("clean_months.tsv", 2) for name in parts(names)}


@lru_cache(maxsize=8192)
def folded(line: str) -> str:
    """Return a line as the lists spell it: lower case, plain apostrophes, no final punctuation."""
    return " ".join(line.casefold().replace("’", "'").split()).rstrip(" .:…!›»>")
