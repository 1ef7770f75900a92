"""What people type for an actor, to the code that events are listed under; and codes to names."""

from __future__ import annotations

from functools import cache

from tidings.nations import nations
from tidings.tables import rows


def actor_code(text: str) -> str:
    """Return the code of an actor given by its code or by what a nation or its people are called, in any case.

    Words that name no nation come back in capitals: PLOVER has codes for more than nations.

    >>> actor_code("Norway"), actor_code("norwegian"), actor_code("nor"), actor_code("igo")
    ('NOR', 'NOR', 'NOR', 'IGO')
    """
    return _codes().get(text.strip().casefold(), text.strip().upper())


def actor_name(code: str) -> str:
    """Return how a code is called; one that is not known, by itself.

    >>> actor_name("NOR"), actor_name("UNO"), actor_name("XYZ")
    ('Norway', 'United Nations', 'XYZ')
    """
    return _names().get(code, code)


def codes_called(text: str) -> set[str]:
    """Return the codes that begin with a text, or of which a name does, in any case.

    >>> sorted(codes_called("norw")), sorted(codes_called("united n"))
    (['NOR'], ['UNO'])
    """
    wanted = text.strip().casefold()
    return {code for name, code in _codes().items() if name.startswith(wanted)}


@cache
def _names() -> dict[str, str]:
    return {code: nation.name for code, nation in nations().items()} | dict(rows("actor_codes.tsv", 2))


@cache
def _codes() -> dict[str, str]:
    codes: dict[str, str] = {}
    for code, nation in nations().items():
        codes[code.casefold()] = code
        for name in (*nation.names, *nation.adjectives, *nation.people):
            codes.setdefault(name.casefold(), code)
    for code, name in rows("actor_codes.tsv", 2):
        codes.setdefault(code.casefold(), code)
        codes.setdefault(name.casefold(), code)
    return codes
