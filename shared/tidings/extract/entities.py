"""Finds an article's named entities: the model's names mended, what the gazetteer adds, types, countries and chains."""

from __future__ import annotations

from collections import Counter

from spacy.tokens import Doc, Span, Token

from tidings.extract.actor_leaders import leader
from tidings.extract.actor_names import organisation
from tidings.extract.entity_chains import Named, chain
from tidings.extract.entity_labels import labels
from tidings.extract.entity_mentions import Mention, find_mentions
from tidings.extract.gazetteer import Gazetteer, PlaceKind, TermKind, fold
from tidings.extract.places import country_of, resolve_place
from tidings.extract.syntax import children, edges
from tidings.records import Entity, EntityLabel

_CODES_OF_NO_COUNTRY = frozenset({"IGO", "UNO", "EUR", "NGO", "IMG", "MNC", "ISM"})


def find_entities(doc: Doc, gazetteer: Gazetteer) -> tuple[Entity, ...]:
    """Return the entities in text order, ids e1, e2 … ; no two overlap."""
    found = find_mentions(doc, gazetteer)
    kinds = labels(doc, found, gazetteer)
    mentions = [m._replace(label=kinds[fold(m.text)]) for m in found]
    named = [Named(m.text, m.label, _is_collective(doc, m)) for m in mentions]
    chains = chain(named, gazetteer)
    countries = doc_countries(mentions, gazetteer)
    own = [
        _followed(doc, i, mentions, countries, gazetteer) or _country(doc, m, countries, gazetteer)
        for i, m in enumerate(mentions)
    ]
    shared: dict[int, Counter[str]] = {}
    for link, country in zip(chains, own, strict=True):
        if country is not None:
            shared.setdefault(link.number, Counter())[country] += 1
    return tuple(
        Entity(
            id=f"e{i}",
            label=m.label,
            start=m.start,
            end=m.end,
            text=m.text,
            name=link.name,
            chain=link.number,
            country=shared[link.number].most_common(1)[0][0] if link.number in shared else None,
        )
        for i, (m, link) in enumerate(zip(mentions, chains, strict=True), 1)
    )


def doc_countries(mentions: list[Mention], gazetteer: Gazetteer) -> Counter[str]:
    """Return how often the article names each country, by its own names, its people's or its government's seat."""
    counts: Counter[str] = Counter()
    for mention in mentions:
        # A name that is also a place elsewhere (Georgia) must not be the witness for its own reading.
        term = gazetteer.term(mention.text)
        large = (row for row in gazetteer.places(mention.text) if row.kind in (PlaceKind.COUNTRY, PlaceKind.ADMIN))
        if term is not None and len({row.country for row in large}) < 2:
            counts[term.code] += 1
    return counts


def _is_collective(doc: Doc, mention: Mention) -> bool:
    """Tell whether a people's noun stands for its state: "the Russians", not "two Russians" or "Russian troops"."""
    span = doc.char_span(mention.start, mention.end)
    if mention.label is not EntityLabel.NORP or span is None or span.root.tag_ not in ("NNPS", "NNS", "NNP", "NN"):
        return False
    own = [token.lower_ for token in span.root.children]
    return "the" in own and not children(span.root, "nummod", "amod") and span.root.dep_ not in ("compound", "amod")


def _followed(doc: Doc, i: int, mentions: list[Mention], countries: Counter[str], gazetteer: Gazetteer) -> str | None:
    """Return the country of either part of "Atlanta, Georgia", which each needs the other to be read."""
    for first in (i, i - 1):
        if first < 0 or first + 1 >= len(mentions):
            continue
        city, around = mentions[first], mentions[first + 1]
        if around.start - city.end != 2 or {city.label, around.label} != {EntityLabel.GPE}:
            continue
        both = doc.char_span(city.start, around.end)
        if both is None or both.text[city.end - city.start :][:2] != ", ":
            continue
        joint = resolve_place(both.text, 0, len(both.text), countries, gazetteer).country
        wide = {row.country for row in gazetteer.places(around.text) if row.kind in (PlaceKind.COUNTRY, PlaceKind.ADMIN)}
        if joint in wide:
            return joint
    return None


def _country(doc: Doc, mention: Mention, countries: Counter[str], gazetteer: Gazetteer) -> str | None:
    """Return the country that a mention's own words or those around it show."""
    if mention.label in (EntityLabel.GPE, EntityLabel.LOC):
        return country_of(mention.text, countries, gazetteer)
    if mention.label is EntityLabel.NORP:
        return gazetteer.demonym(mention.text)
    if mention.label not in (EntityLabel.ORG, EntityLabel.PERSON, EntityLabel.FAC):
        return None
    known = organisation(mention.text) if mention.label is EntityLabel.ORG else None
    if known is not None and known.code not in _CODES_OF_NO_COUNTRY:
        return known.code
    inside = next((m.term.code for m in gazetteer.terms_in(mention.text.split())), None)
    if inside is not None and mention.label is not EntityLabel.PERSON:
        return inside
    span = doc.char_span(mention.start, mention.end, alignment_mode="expand")
    around = None if span is None else _country_around(span, gazetteer)
    if around is None and mention.label is EntityLabel.PERSON and (known_leader := leader(mention.text, None)):
        return known_leader[0] if known_leader[0] not in _CODES_OF_NO_COUNTRY else None
    return around


def _country_around(span: Span, gazetteer: Gazetteer) -> str | None:
    """Return the country of a name's modifiers ("Ukraine's", "German Chancellor") or of its apposition's."""
    head = span.root
    before = [token for token in head.subtree if token.i < span.start and token.i >= span.start - 8]
    near = [token for token in before if _modifies(token, head)]
    if head.dep_ in ("appos", "flat", "compound", "nmod:desc") and head.head.i not in range(span.start, span.end):
        near += [token for token in head.head.children if _modifies(token, head.head)]
    for apposition in children(head, "appos"):
        near += [token for token in apposition.subtree if _modifies(token, apposition)]
    for token in sorted(set(near), key=lambda t: t.i):
        term = gazetteer.term(token.text)
        if term is not None and term.kind in (TermKind.COUNTRY, TermKind.ADJECTIVE) and token.text[:1].isupper():
            return term.code
    return None


def _modifies(token: Token, head: Token) -> bool:
    """Tell whether a token is an adjective, a possessor or a compound's part within the head's own phrase."""
    while token != head and token.head != token:
        labels = {edge.relation for edge in edges(token.head) if edge.child == token}
        if not labels & {"amod", "poss", "compound", "appos"} and token.dep_ not in (
            "amod",
            "nmod:poss",
            "compound",
            "flat",
        ):
            return False
        token = token.head
    return token == head
