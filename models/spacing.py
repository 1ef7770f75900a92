"""Guess where a tokenised sentence had spaces, for sets that kept only the tokens.

The model sees whether a space follows each token, so training text must look like raw text.
"""

from __future__ import annotations

from collections.abc import Sequence

_CLITICS = frozenset(stem.replace("'", mark) for stem in ("n't", "'s", "'re", "'ve", "'ll", "'d", "'m") for mark in "'’")
_CLOSING = frozenset({".", ",", ";", ":", "!", "?", ")", "]", "}", "%", "”", "...", "…", "''"}) | _CLITICS
_OPENING = frozenset({"(", "[", "{", "$", "£", "€", "“", "``", "#"})
_QUOTE = '"'


def guess_spaces(tokens: Sequence[str]) -> list[bool]:
    """Return for each token whether a space follows it; a straight quote opens and closes in turn."""
    spaces = [True] * len(tokens)
    inside_quote = False
    for i, token in enumerate(tokens):
        attaches_left = token in _CLOSING
        attaches_right = token in _OPENING
        if token == _QUOTE:
            attaches_left, attaches_right = inside_quote, not inside_quote
            inside_quote = not inside_quote
        elif token in {"'", "’"}:
            attaches_left = i > 0 and tokens[i - 1].endswith("s")
        if attaches_left and i > 0:
            spaces[i - 1] = False
        if attaches_right:
            spaces[i] = False
    return spaces
