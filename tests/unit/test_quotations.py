"""Quotation marks of every style, balanced or not."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.extract.quotations import quotations


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("“Go,” she said.", ["“Go,”"]),
        ('She said: "Go now."', ['"Go now."']),
        ("''Go now,'' she said.", ["''Go now,''"]),
        ("It comes 'weekly' as agreed.", ["'weekly'"]),
        ("“He told me ‘no’ twice,” she said.", ["“He told me ‘no’ twice,”"]),
        ("“First part.\n\n“Second part,” she said.", ["“First part.\n\n“Second part,”"]),
        ("'We aren't ready for the players' strike,' he said.", ["'We aren't ready for the players' strike,'"]),
        ("The miners' leaders and the owners' lawyers met.", []),
        ("It's the '90s again.", []),
        ("No marks at all.", []),
    ],
)
def test_quoted_stretches_are_found(text: str, quoted: list[str]) -> None:
    assert [text[q.start : q.end] for q in quotations(text)] == quoted


def test_missing_closing_mark_ends_the_quotation_with_its_paragraph() -> None:
    text = "“We never left. We never will.\n\nThe mayor went home."
    (found,) = quotations(text)
    assert (text[found.start : found.end], found.closed) == ("“We never left. We never will.", False)


def test_missing_closing_mark_within_a_paragraph_ends_the_quotation_with_its_sentence() -> None:
    text = 'He said: "We stay. Then he left.'
    (found,) = quotations(text)
    assert (text[found.start : found.end], found.closed) == ('"We stay.', False)


@given(st.text(alphabet="“”\"'‘’a. \n«»", max_size=80))
def test_quotations_are_disjoint_and_in_order(text: str) -> None:
    found = quotations(text)
    assert all(0 <= q.start < q.end <= len(text) for q in found)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
