"""The words of quantities, read once from data/quantity_words.tsv."""

from __future__ import annotations

from functools import cache

from tidings.records import Qualifier
from tidings.tables import rows

CLASSES = ("number", "scale", "vague", "currency", "percent", "unit")
QUALIFIERS = {q.value: q for q in (Qualifier.MORE_THAN, Qualifier.AT_LEAST, Qualifier.LESS_THAN, Qualifier.AT_MOST)} | {
    "approx": Qualifier.APPROX,
    "exact": Qualifier.EXACT,
}


@cache
def forms(kind: str) -> dict[tuple[str, ...], str]:
    """Return the forms of a class, each as its words in lower case, with their values."""
    return {
        tuple(form.split()): row[1] for row in rows("quantity_words.tsv") if row[0] == kind for form in row[2].split("|")
    }


@cache
def by_first_word(kind: str) -> dict[str, tuple[tuple[tuple[str, ...], str], ...]]:
    """Return the forms of a class with their values under their first words, the longest first."""
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for form, value in sorted(forms(kind).items(), key=lambda item: -len(item[0])):
        found.setdefault(form[0], []).append((form, value))
    return {first: tuple(several) for first, several in found.items()}


@cache
def numbers(kind: str) -> dict[str, int]:
    """Return the one-word forms of `number`, `scale` or `vague` with their numbers."""
    return {form[0]: int(value) for form, value in forms(kind).items() if len(form) == 1}


@cache
def before() -> dict[tuple[str, ...], Qualifier]:
    """Return the qualifiers that stand before a number."""
    return {form: meant for name, meant in QUALIFIERS.items() for form in forms(name)}


@cache
def after() -> dict[tuple[str, ...], Qualifier]:
    """Return the qualifiers that stand after a number."""
    return {form: meant for name, meant in QUALIFIERS.items() for form in forms(f"after_{name}")}
