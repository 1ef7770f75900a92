"""Resolves an actor's phrase to a country (or PLOVER code) and a sector: "Russia's Baltic Fleet" → RUS, MIL.

Evidence is gathered from the words of the phrase, each kind by its own table, and then weighed: words for roles and
offices first (they hold for people nobody has heard of), known organisations, then nations, places and known leaders.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from typing import NamedTuple

from tidings.extract.actor_leaders import KnownPerson, leader_in, titled_leader
from tidings.extract.actor_names import OrganisationMatch, organisations_in
from tidings.extract.actor_phrases import AGAINST_OR_FOR, PREPOSITIONS, Phrase, Word, display_name, read_phrase
from tidings.extract.actor_places import PlaceMatch, is_part_of_place, place_in
from tidings.extract.gazetteer import Gazetteer, TermKind, TermMatch, fold
from tidings.extract.sectors import RoleMatch, Strength, load_roles
from tidings.records import ResolvedActor
from tidings.tables import rows

CIVILIANS, GOVERNMENT, UNRECOGNISED, UNKNOWN, FORMER_ELITE = "CVL", "GOV", "PRE", "UNK", "ELI"
_OFFICES = frozenset({"GOV", "LEG", "JUD", "PTY", "SPY"})
_ARMED = frozenset({"REB", "PRM", "UAF", "MIL", "CRM", "COP", "SPY"})
_MEMBERS = frozenset({"PTY", "NGO", "SOC", "OPP"})
_STAFF = frozenset({"staff", "personnel"})
_BELONGING = frozenset({"of", "from", "in", "at", "on", ""})
_CONTENT = frozenset({"of", "from", ""})
_OWNERS = frozenset({"of", "to", "for"})
_NATIONAL = frozenset({"president", "minister", "premier", "chancellor", "secretary", "senator"})


class Evidence(NamedTuple):
    """What the words of one part of a phrase show."""

    words: tuple[Word, ...]
    roles: list[RoleMatch]
    organisations: list[OrganisationMatch]
    terms: list[TermMatch]
    place: PlaceMatch | None

    @property
    def texts(self) -> list[str]:
        """Return the words' texts."""
        return [word.text for word in self.words]

    def role(self, strength: Strength) -> RoleMatch | None:
        """Return the rightmost role of that strength."""
        return next((role for role in reversed(self.roles) if role.strength is strength), None)

    def organisation(self) -> str | None:
        """Return the code of the first organisation named, unless the rest is only for or against it ("pro-Kremlin")."""
        owners = (m for m in self.organisations if not m.first or fold(self.texts[m.first - 1]) not in AGAINST_OR_FOR)
        return next((m.organisation.code for m in owners), None)

    def country(self) -> str | None:
        """Return the code of the nation, the organisation or the place named."""
        return self.nation() or self.organisation() or (self.place.country if self.place else None)

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
    text: str,
    gazetteer: Gazetteer,
    *,
    date: date | None = None,
    context: Mapping[str, str] | None = None,
    person: str | None = None,
) -> ResolvedActor:
    """Resolve an actor's phrase.

    Args:
        text: The phrase as the article has it ("the Mongolian president").
        gazetteer: Where countries, peoples and places are looked up.
        date: The day of the event, for who was in office; without it the latest term counts.
        context: What the article calls the actors elsewhere, by the name as it stands in the phrase
            ({"Medinsky": "Russian presidential aide Vladimir Medinsky"}).
        person: A person's name in the phrase: whatever places and peoples bear that name too, it is none of them.
    """
    name = display_name(text)
    found = _resolve(text, name, gazetteer, date, person)
    described = context.get(text) or context.get(name) if context else None
    if described is not None and (found.country is None or found.sector in (None, UNKNOWN)):
        found = found.filled_from(_resolve(described, display_name(described), gazetteer, date, person))
    return ResolvedActor(name=name, country=found.country, sector=found.sector)


@cache
def _sovereigns() -> dict[str, str]:
    return {row[0]: row[1] for row in rows("actor_sovereigns.tsv", 2)}


def sovereign(code: str | None) -> str | None:
    """Return the state that a dependent territory's actors count for ("GRL" → "DNK"); any other code as it is."""
    return _sovereigns().get(code, code) if code else None


@lru_cache(maxsize=4096)  # "police" and "officials" come in every article
def _resolve(text: str, name: str, gazetteer: Gazetteer, day: date | None, person: str | None) -> Finding:
    phrase = read_phrase(text, lambda words: _names(words, gazetteer))
    if not phrase.core:
        return Finding(None, UNKNOWN)
    core = _evidence(phrase.core, gazetteer, person=person)
    behind = [
        (c.preposition, _evidence(c.words, gazetteer, behind=bool(c.preposition), person=person)) for c in phrase.complements
    ]
    known = _person(core, day)
    sector = _sector(name, core, behind, gazetteer) or known.sector or _unnamed(phrase)
    return Finding(_country(core, behind, known, day), sector)


def _names(words: Sequence[str], gazetteer: Gazetteer) -> list[tuple[int, int]]:
    names = [(match.first, match.end) for match in organisations_in(words)]
    if not PREPOSITIONS.isdisjoint(words):
        names += [
            (r.first, r.end) for r in load_roles().matches(words) if not PREPOSITIONS.isdisjoint(words[r.first : r.end])
        ]
    return names + [(match.first, match.end) for match in gazetteer.terms_in(words)]


def _evidence(words: tuple[Word, ...], gazetteer: Gazetteer, *, behind: bool = False, person: str | None = None) -> Evidence:
    texts = [word.text for word in words]
    own = _stretch_of(person, texts)
    organisations = organisations_in(texts)
    nations = [
        m for m in gazetteer.terms_in(texts) if not _inside(m, organisations) and own.isdisjoint(range(m.first, m.end))
    ]
    roles = [r for r in load_roles().matches(texts) if not _inside(r, [*organisations, *nations])]
    named = [m for m in nations if not _is_person(m, texts, roles, gazetteer)]
    terms = [m for m in named if not is_part_of_place(texts, m, gazetteer)]
    titles = [role for role in roles if role.strength is Strength.STRONG]
    place = place_in(texts, [*organisations, *roles, *terms], titles, gazetteer, behind=behind)
    if place is not None and not own.isdisjoint(range(place.first, place.end)):
        place = None
    return Evidence(words, roles, organisations, terms, place)


def _stretch_of(person: str | None, texts: Sequence[str]) -> frozenset[int]:
    """Return which of a phrase's words are a person's name."""
    name = person.split() if person else []
    for first in range(len(texts) - len(name) + 1) if name else ():
        if list(texts[first : first + len(name)]) == name:
            return frozenset(range(first, first + len(name)))
    return frozenset()


def _inside(match: RoleMatch | TermMatch, names: Sequence[OrganisationMatch | TermMatch]) -> bool:
    return any(name.first <= match.first and match.end <= name.end for name in names)


def _is_person(term: TermMatch, texts: Sequence[str], roles: Sequence[RoleMatch], gazetteer: Gazetteer) -> bool:
    """Tell whether a nation's name is a given name here: an unknown capitalised word follows ("Jordan Smith")."""
    surname = term.end < len(texts) and texts[term.end][:1].isupper() and not any(r.first == term.end for r in roles)
    return surname and gazetteer.is_given_name(" ".join(texts[term.first : term.end]))


def _country(core: Evidence, behind: Sequence[tuple[str, Evidence]], person: Finding, day: date | None) -> str | None:
    """Return the country: the core's nation, its organisation's, its person's, its place's, then those behind it."""
    nation = core.nation()
    if nation is None and core.organisations and behind and behind[0][0] == "of":
        nation = behind[0][1].nation()  # "the Senate of the Philippines" is not the one that needs no country's name
    found = nation or core.organisation() or person.country or (core.place.country if core.place else None)
    if found is None:
        found = next((c for p, part in behind if p in _belonging(core) and (c := part.country())), None)
    if found is None:
        known = (leader_in(part.texts, day) for p, part in behind if p in _OWNERS)
        found = next((who.country for who in known if who), None)
    return sovereign(found)


def _belonging(core: Evidence) -> frozenset[str]:
    """Return the prepositions whose phrase says what a core belongs to; "for" is one behind a mere spokesman."""
    return _BELONGING | {"for"} if load_roles().is_empty(core.texts[-1]) else _BELONGING


def _sector(name: str, core: Evidence, behind: Sequence[tuple[str, Evidence]], gazetteer: Gazetteer) -> str | None:
    if gazetteer.is_breakaway(name):
        return UNRECOGNISED
    roles = load_roles()
    found = _role_sector(core, behind)
    if found in _OFFICES and any(roles.is_former(word) for word in core.texts):
        return FORMER_ELITE
    if found is None and core.organisations:
        return None  # a body that belongs to no sector (the UN) is not the civilians of a country
    return found or _nation_sector(core)


def _role_sector(core: Evidence, behind: Sequence[tuple[str, Evidence]]) -> str | None:
    """Weigh the roles' words against organisations and against what stands behind "of"."""
    organisation = next((o.organisation.sector for o in core.organisations if o.organisation.sector), None)
    strong, weak = core.role(Strength.STRONG), core.role(Strength.WEAK)
    head = strong.end if strong else len(core.words)
    if load_roles().is_empty(core.texts[head - 1]):
        # "president of the Riigikogu", "members of the FARC": the body decides, whatever its head is called.
        owner = next(
            (
                o.organisation.sector
                for p, e in behind
                if p in ("of", "for")
                for o in e.organisations
                if o.organisation.sector
            ),
            None,
        )
        if owner:
            return owner
    if organisation in _MEMBERS and strong and strong.sector == CIVILIANS and load_roles().is_empty(core.texts[head - 1]):
        return organisation  # "Awami League activists"
    if (
        strong
        and fold(core.texts[head - 1]) in _STAFF
        and len(core.roles) > 1
        and core.roles[-2].strength is Strength.STRONG
    ):
        return core.roles[-2].sector  # "hospital staff"
    if organisation in _ARMED and not (strong and strong.sector in _ARMED | {"CVL", "OPP"}):
        return organisation
    if strong:
        return strong.sector
    if organisation:
        return organisation
    if load_roles().is_empty(core.texts[-1]):
        for preposition, part in behind:
            role = part.role(Strength.STRONG) or part.role(Strength.WEAK)
            if preposition in _CONTENT | {"for"} and role:
                return role.sector
    if weak:
        return weak.sector
    return next((role.sector for p, e in behind if p == "" and (role := e.role(Strength.STRONG))), None)


def _nation_sector(core: Evidence) -> str | None:
    """Return the sector of a phrase that only names a nation, its people or a place."""
    last = core.terms[-1] if core.terms else None
    if last is None or last.end != len(core.words):
        named = [text for text in core.texts if text[:1].isupper()]
        whole = core.place is not None and core.place.end - core.place.first == len(named)
        return CIVILIANS if whole and core.texts[-1][:1].isupper() else None
    if last.term.kind in (TermKind.PEOPLE, TermKind.ADJECTIVE):
        return CIVILIANS
    alone = last.first == 0
    return GOVERNMENT if alone and last.term.kind in (TermKind.COUNTRY, TermKind.SEAT) else None


def _person(core: Evidence, day: date | None) -> Finding:
    """Return what a known person's name shows: at the core's end ("Prime Minister X") or before its head ("X regime")."""
    texts = core.texts
    who = leader_in(texts, day)
    if who is not None:
        alien = who.end < len(texts) and texts[who.end][:1].isupper() and all(r.first != who.end for r in core.roles)
        if not alien:
            return Finding(who.country, who.sector if who.end == len(texts) and _is_whole(who, core) else None)
    titles = [role for role in core.roles if role.end == len(texts) - 1]
    if titles and _NATIONAL & {fold(word) for word in texts[titles[-1].first : titles[-1].end]} and texts[-1][:1].isupper():
        return Finding(titled_leader(texts[-1], titles[-1].sector, day), None)
    return Finding(None, None)


def _is_whole(who: KnownPerson, core: Evidence) -> bool:
    """Tell whether a known name is no other person's surname ("Hunter Biden"): no unknown name stands before it."""
    before = who.first - 1
    if before < 0 or who.end - who.first > 1 or not core.texts[before][:1].isupper():
        return True
    known = {*(r.end for r in core.roles), *(t.end for t in core.terms), *(o.end for o in core.organisations)}
    return who.first in known


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
