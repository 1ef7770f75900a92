"""Resolves an actor's phrase to a country (or PLOVER code) and a sector: "Russia's Baltic Fleet" → RUS, MIL.

Evidence is gathered from the words of the phrase, each kind by its own table, and then weighed: words for roles and
offices first (they hold for people nobody has heard of), known organisations, then nations, places and known leaders.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from tidings.extract.actor_leaders import leader
from tidings.extract.actor_names import OrganisationMatch, organisations_in
from tidings.extract.actor_phrases import Phrase, Word, display_name, read_phrase
from tidings.extract.gazetteer import Gazetteer, PlaceKind, PlaceRow, TermKind, TermMatch, fold
from tidings.extract.sectors import RoleMatch, Strength, load_roles
from tidings.records import ResolvedActor

CIVILIANS, GOVERNMENT, UNRECOGNISED, UNKNOWN, FORMER_ELITE = "CVL", "GOV", "PRE", "UNK", "ELI"
_OFFICES = frozenset({"GOV", "LEG", "JUD", "PTY", "SPY"})
_ARMED = frozenset({"REB", "PRM", "UAF", "MIL", "CRM", "COP", "SPY"})
_BELONGING = frozenset({"of", "from", "in", "at", "on", ""})
_CONTENT = frozenset({"of", "from", ""})
_SMALLEST_CITY_IN_A_PHRASE = 15_000


class Evidence(NamedTuple):
    """What the words of one part of a phrase show."""

    words: tuple[Word, ...]
    roles: list[RoleMatch]
    organisations: list[OrganisationMatch]
    terms: list[TermMatch]
    place: PlaceRow | None

    @property
    def texts(self) -> list[str]:
        """Return the words' texts."""
        return [word.text for word in self.words]

    def role(self, strength: Strength) -> RoleMatch | None:
        """Return the rightmost role of that strength."""
        return next((role for role in reversed(self.roles) if role.strength is strength), None)

    def nation(self) -> str | None:
        """Return the code of the first nation named, unless it only backs, holds or runs the rest."""
        return next((m.term.code for m in self.terms if not self.words[m.end - 1].bound), None)


class Finding(NamedTuple):
    """A country or PLOVER code, and a sector, each None where nothing shows it."""

    country: str | None
    sector: str | None

    def filled_from(self, other: Finding) -> Finding:
        """Return this finding with its gaps filled from another; a mere UNK is a gap too."""
        known = self.sector if self.sector not in (None, UNKNOWN) else other.sector or self.sector
        return Finding(self.country or other.country, known)


def resolve_actor(
    text: str, gazetteer: Gazetteer, *, date: date | None = None, context: Mapping[str, str] | None = None
) -> ResolvedActor:
    """Resolve an actor's phrase.

    Args:
        text: The phrase as the article has it ("the Mongolian president").
        gazetteer: Where countries, peoples and places are looked up.
        date: The day of the event, for who was in office; without it the latest term counts.
        context: What the article calls the actors elsewhere, by the name as it stands in the phrase
            ({"Medinsky": "Russian presidential aide Vladimir Medinsky"}).
    """
    found = _resolve(text, gazetteer, date)
    described = _described(text, context or {})
    if described is not None and (found.country is None or found.sector in (None, UNKNOWN)):
        found = found.filled_from(_resolve(described, gazetteer, date))
    return ResolvedActor(name=display_name(text), country=found.country, sector=found.sector)


def _described(text: str, context: Mapping[str, str]) -> str | None:
    return context.get(text) or context.get(display_name(text))


def _resolve(text: str, gazetteer: Gazetteer, day: date | None) -> Finding:
    phrase = read_phrase(text, lambda words: _names(words, gazetteer))
    if not phrase.core:
        return Finding(None, UNKNOWN)
    core = _evidence(phrase.core, gazetteer)
    behind = [(c.preposition, _evidence(c.words, gazetteer)) for c in phrase.complements]
    person = _leader(phrase, day)
    country = _country(core, behind) or (person[0] if person else None)
    sector = _sector(phrase, core, behind, gazetteer) or (person[1] if person else None) or _unnamed(phrase)
    return Finding(country, sector)


def _names(words: Sequence[str], gazetteer: Gazetteer) -> list[tuple[int, int]]:
    names = [(match.first, match.end) for match in organisations_in(words)]
    return names + [(match.first, match.end) for match in gazetteer.terms_in(words)]


def _evidence(words: tuple[Word, ...], gazetteer: Gazetteer) -> Evidence:
    texts = [word.text for word in words]
    organisations = organisations_in(texts)
    roles = [r for r in load_roles().matches(texts) if not _inside(r, organisations)]
    nations = [m for m in gazetteer.terms_in(texts) if not _inside(m, organisations)]
    terms = [m for m in nations if not _is_person(m, texts, roles, gazetteer)]
    place = _place(texts, [*organisations, *roles, *terms], gazetteer)
    return Evidence(words, roles, organisations, terms, place)


def _inside(match: RoleMatch | TermMatch, organisations: list[OrganisationMatch]) -> bool:
    return any(o.first <= match.first and match.end <= o.end for o in organisations)


def _is_person(term: TermMatch, texts: Sequence[str], roles: Sequence[RoleMatch], gazetteer: Gazetteer) -> bool:
    """Tell whether a nation's name is a given name here: an unknown capitalised word follows ("Jordan Smith")."""
    surname = term.end < len(texts) and texts[term.end][:1].isupper() and not any(r.first == term.end for r in roles)
    return surname and gazetteer.is_given_name(" ".join(texts[term.first : term.end]))


def _place(
    texts: Sequence[str], matches: Sequence[OrganisationMatch | RoleMatch | TermMatch], gazetteer: Gazetteer
) -> PlaceRow | None:
    """Return the place that a whole run of capitalised words names: part of a longer name ("Jordan Smith") shows nothing."""
    taken = {i for match in matches for i in range(match.first, match.end)}
    run: list[str] = []
    for i, word in enumerate([*texts, ""]):
        if word[:1].isupper() and i not in taken:
            run.append(word)
        elif run:
            best = next(iter(_ranked(gazetteer.places(" ".join(run)))), None)
            alone = len(run) == len(texts)
            if best and (alone or best.kind is not PlaceKind.CITY or best.population >= _SMALLEST_CITY_IN_A_PHRASE):
                return best
            run = []
    return None


def _ranked(rows: Sequence[PlaceRow]) -> list[PlaceRow]:
    # An alternate name of a place somewhere is weak evidence for a name nobody has described.
    return sorted((r for r in rows if r.primary or r.kind is not PlaceKind.CITY), key=lambda r: -r.population)


def _country(core: Evidence, behind: Sequence[tuple[str, Evidence]]) -> str | None:
    """Return the country: the core's nation, its organisation's, its place's, then those behind it."""
    for preposition, part in (("", core), *behind):
        if part is not core and preposition not in _BELONGING:
            continue
        by_organisation = part.organisations[0].organisation.code if part.organisations else None
        by_place = part.place.country if part.place else None
        found = part.nation() or by_organisation or by_place
        if found:
            return found
    return None


def _sector(phrase: Phrase, core: Evidence, behind: Sequence[tuple[str, Evidence]], gazetteer: Gazetteer) -> str | None:
    roles = load_roles()
    found = _role_sector(core, behind)
    if found in _OFFICES and any(roles.is_former(word) for word in core.texts):
        return FORMER_ELITE
    if found is None and core.organisations:
        return None  # a body that belongs to no sector (the UN) is not the civilians of a country
    return found or _nation_sector(phrase, core, gazetteer)


def _role_sector(core: Evidence, behind: Sequence[tuple[str, Evidence]]) -> str | None:
    """Weigh the roles' words against organisations and against what stands behind "of"."""
    organisation = next((o.organisation.sector for o in core.organisations if o.organisation.sector), None)
    strong, weak = core.role(Strength.STRONG), core.role(Strength.WEAK)
    head = strong.end if strong else len(core.words)
    if load_roles().is_empty(core.texts[head - 1]):
        # "president of the Riigikogu", "members of the FARC": the body decides, whatever its head is called.
        owner = next(
            (o.organisation.sector for p, e in behind if p == "of" for o in e.organisations if o.organisation.sector), None
        )
        if owner:
            return owner
    if organisation in _ARMED and not (strong and strong.sector in _ARMED | {"CVL", "OPP"}):
        return organisation
    if strong:
        return strong.sector
    if organisation:
        return organisation
    if load_roles().is_empty(core.texts[-1]):
        for preposition, part in behind:
            role = part.role(Strength.STRONG) or part.role(Strength.WEAK)
            if preposition in _CONTENT and role:
                return role.sector
    if weak:
        return weak.sector
    return next((role.sector for p, e in behind if p == "" and (role := e.role(Strength.STRONG))), None)


def _nation_sector(phrase: Phrase, core: Evidence, gazetteer: Gazetteer) -> str | None:
    """Return the sector of a phrase that only names a nation, its people or a place."""
    whole = " ".join(core.texts)
    if gazetteer.is_breakaway(whole):
        return UNRECOGNISED
    last = core.terms[-1] if core.terms else None
    if last is None or last.end != len(core.words):
        return CIVILIANS if core.place and core.place.name and fold(whole) == fold(" ".join(_run(core))) else None
    if last.term.kind is TermKind.PEOPLE:
        return CIVILIANS
    alone = last.first == 0
    return GOVERNMENT if alone and last.term.kind in (TermKind.COUNTRY, TermKind.SEAT) else None


def _run(core: Evidence) -> list[str]:
    return [text for text in core.texts if text[:1].isupper()]


def _leader(phrase: Phrase, day: date | None) -> tuple[str, str] | None:
    """Return the leader whose name ends the core ("Prime Minister X Y"), longest name first."""
    texts = phrase.texts()
    for first in range(len(texts)):
        name = " ".join(texts[first:])
        if name[:1].isupper() and (found := leader(name, day)):
            return found
    return None


def _unnamed(phrase: Phrase) -> str | None:
    """Return UNK for a phrase of common nouns or a pronoun; a name that no table knows has no sector rather than UNK."""
    last = phrase.core[-1].text
    pronoun = len(phrase.core) == 1 and fold(last) in _PRONOUNS
    return UNKNOWN if pronoun or last[:1].islower() else None


_PRONOUNS = frozenset(
    {
        "he",
        "she",
        "it",
        "they",
        "we",
        "i",
        "you",
        "him",
        "her",
        "them",
        "us",
        "who",
        "someone",
        "somebody",
        "nobody",
        "everyone",
    }
)
