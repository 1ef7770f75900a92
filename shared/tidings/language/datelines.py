"""Datelines: "OTTAWA, June 13 (Reuters) —" at the head of a report is no part of its first sentence.

Agencies write the place in capitals, perhaps with its country, the day and the agency, and close with a dash
(Associated Press Stylebook, "datelines").
"""

from __future__ import annotations

from collections.abc import Sequence

from tidings.language.words import Case, case_of

_DASHES = frozenset({"—", "–", "--", "-", "―"})
LONGEST_DATELINE = 14
"""Words that are looked through."""
_ALLOWED = frozenset({Case.TITLE, Case.UPPER, Case.INITIAL, Case.MIXED, Case.DIGITS, Case.MARKS})


def dateline_length(words: Sequence[str]) -> int:
    """Return how many of a paragraph's first words are its dateline, its dash included; 0 where there is none.

    A line that goes on in capitals is a headline, whose dash closes nothing.
    """
    if not words or case_of(words[0]) is not Case.UPPER:
        return 0
    for place, word in enumerate(words[:LONGEST_DATELINE]):
        if word in _DASHES:
            after = words[place + 1 : place + 4]
            return place + 1 if any(case_of(w) in (Case.LOWER, Case.TITLE) for w in after) else 0
        if case_of(word) not in _ALLOWED:
            return 0
    return 0
