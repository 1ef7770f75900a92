"""What people type for an actor, to the code that events are listed under."""

from __future__ import annotations

from functools import cache

from tidings.tables import parts, rows


def actor_code(text: str) -> str:
    """Return the code of an actor given by its code or by what a nation or its people are called, in any case.

    Words that name no nation come back in capitals: PLOVER has codes for more than nations.

    >>> actor_code("Norway"), actor_code("norwegian"), actor_code("nor"), actor_code("igo")
    ('NOR', 'NOR', 'NOR', 'IGO')
    """
    return _codes().get(text.strip().casefold(), text.strip().upper())


@cache
def _codes() -> dict[str, str]:
    codes: dict[str, str] = {}
    for code, *called in rows("gazetteer_nations.tsv", 5):
        codes[code.casefold()] = code
        for names in called[:3]:
            for name in parts(names):
                codes.setdefault(name.casefold(), code)
    return codes
