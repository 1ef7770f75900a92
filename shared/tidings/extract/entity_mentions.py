"""Where names stand in an article: the model's names with their boundaries mended, and those that the gazetteer adds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from spacy.tokens import Doc, Span

from tidings.extract.actor_names import organisation, organisations_in
from tidings.extract.entity_names import begins_with_title, is_acronym, mended
from tidings.extract.gazetteer import Gazetteer, TermKind
from tidings.extract.places import is_division
from tidings.extract.sectors import load_roles
from tidings.records import EntityLabel

_LABELS = frozenset(label.value for label in EntityLabel)
_LONGEST_REPEATED = 4
_POSSESSIVES = ("'s ", "’s ", "' ", "’ ")
_SHORTEST_WRAPPED = 45
"""Characters of a line that was broken because it was full: an item of a list mostly has fewer."""
_JOINTS = frozenset({" of ", " for ", " of the ", " for the "})


class Mention(NamedTuple):
    """A name's offsets and the label that the model or the gazetteer gave it there."""

    start: int
    end: int
    text: str
    label: EntityLabel


def find_mentions(doc: Doc, gazetteer: Gazetteer) -> list[Mention]:
    """Return the names in text order, none overlapping."""
    joined = _joined(doc.text, _from_model(doc))
    owners_apart = [part for mention in joined for part in _without_owner(mention, gazetteer)]
    return _repeated(doc, _with_gazetteer(doc, owners_apart, gazetteer))


def label_of(kind: TermKind) -> EntityLabel:
    """Return the label of a gazetteer's term."""
    return EntityLabel.NORP if kind in (TermKind.ADJECTIVE, TermKind.PEOPLE) else EntityLabel.GPE


def _from_model(doc: Doc) -> list[Mention]:
    found = []
    text = doc.text
    for ent in doc.ents:
        if ent.label_ not in _LABELS:
            continue
        label = EntityLabel.PERSON if begins_with_title(ent.text) else EntityLabel(ent.label_)
        start, end = mended(text, ent.start_char, ent.end_char, person=label is EntityLabel.PERSON)
        name = text[start:end]
        # A name in lower case is the model's guess at a common noun.
        if any(c.isupper() or c.isdigit() for c in name) and not _is_parted(text, start, end) and not _is_common(name):
            found.append(Mention(start, end, name, label))
    return found


def _is_parted(text: str, start: int, end: int) -> bool:
    """Tell whether a line ends within a stretch of text and was not full: a wrapped line may break a name, no other."""
    at = text.find("\n", start, end)
    while at >= 0:
        if at - (text.rfind("\n", 0, at) + 1) < _SHORTEST_WRAPPED:
            return True
        at = text.find("\n", at + 1, end)
    return False


def _is_common(name: str) -> bool:
    """Tell whether a name is a common noun's abbreviation ("POW", "CEO")."""
    return is_acronym(name.removesuffix("s")) and organisation(name) is None and bool(load_roles().matches([name]))


def _joined(text: str, mentions: Iterable[Mention]) -> list[Mention]:
    """Join what the model cut: "Headquarters" + "for the" + "Treatment of Prisoners", "Russian" + "Defense Ministry"."""
    found: list[Mention] = []
    for mention in mentions:
        before = found[-1] if found else None
        if before is not None and _belong_together(before, text[before.end : mention.start], mention):
            label = before.label if before.label is EntityLabel.GPE else EntityLabel.ORG
            found[-1] = Mention(before.start, mention.end, text[before.start : mention.end], label)
        else:
            found.append(mention)
    return found


def _belong_together(before: Mention, between: str, mention: Mention) -> bool:
    if before.label is EntityLabel.GPE and between == " " and is_division(mention.text):
        return True  # "La Paz" + "Department"
    if mention.label is not EntityLabel.ORG:
        return False
    if before.label is EntityLabel.ORG:
        return between in _JOINTS and _is_office(before.text.split())
    return before.label is EntityLabel.NORP and between == " " and _is_office(mention.text.split())


def _is_office(words: list[str]) -> bool:
    """Tell whether a name ends in a common noun for a body ("Ministry", "Navy", "Headquarters"): it is one among many."""
    roles = load_roles().matches(words)
    return bool(roles) and roles[-1].end == len(words) and organisation(" ".join(words)) is None


def _without_owner(mention: Mention, gazetteer: Gazetteer) -> list[Mention]:
    """Part a nation from what it has: "Ukraine's Security Council" is two names."""
    for mark in _POSSESSIVES:
        owner, found, rest = mention.text.partition(mark)
        if found and rest[:1].isupper() and (term := gazetteer.term(owner)):
            start = mention.start + len(owner) + len(mark)
            return [
                Mention(mention.start, mention.start + len(owner), owner, label_of(term.kind)),
                Mention(start, mention.end, rest, mention.label),
            ]
    return [mention]


def _with_gazetteer(doc: Doc, found: list[Mention], gazetteer: Gazetteer) -> list[Mention]:
    """Add the countries, peoples, seats and organisations that the model missed."""
    text = doc.text  # rebuilt at every call
    taken = [False] * (len(text) + 1)
    for mention in found:
        taken[mention.start : mention.end] = [True] * (mention.end - mention.start)
    words = [token.text for token in doc]
    known = [(m.first, m.end, EntityLabel.ORG) for m in organisations_in(words)]
    known += [(m.first, m.end, label_of(m.term.kind)) for m in gazetteer.terms_in(words)]
    for first, end, label in known:
        span = doc[first:end]
        start, stop = mended(text, span.start_char, span.end_char, person=False)
        if start < stop and not any(taken[start:stop]) and _is_name(span):
            taken[start:stop] = [True] * (stop - start)
            found.append(Mention(start, stop, text[start:stop], label))
    return sorted(found)


def _repeated(doc: Doc, found: list[Mention]) -> list[Mention]:
    """Add the mentions that the model missed of names that it found elsewhere in the article, surnames alone too."""
    labels: dict[str, EntityLabel] = {}
    for mention in found:
        labels.setdefault(mention.text, mention.label)
        if mention.label is EntityLabel.PERSON:
            labels.setdefault(mention.text.rsplit(" ", 1)[-1], mention.label)
    taken = {i for mention in found for i in range(mention.start, mention.end)}
    # A name's first token is some opening stretch of it; most tokens open no name.
    openings = {name[:end] for name in labels for end in range(1, len(name.split(" ")[0]) + 1)}
    added = []
    first = 0
    while first < len(doc):
        if doc[first].text not in openings:
            first += 1
            continue
        for end in range(min(len(doc), first + _LONGEST_REPEATED), first, -1):
            span = doc[first:end]
            label = labels.get(span.text)
            if label is not None and span.start_char not in taken and span.end_char - 1 not in taken and _is_name(span):
                added.append(Mention(span.start_char, span.end_char, span.text, label))
                first = end - 1
                break
        first += 1
    return sorted([*found, *added])


def _is_name(span: Span) -> bool:
    """Tell whether a match is written as a name; a sentence's first capital proves nothing for a single word."""
    if not any(token.text[:1].isupper() for token in span) or "\n" in span.text:
        return False
    first = span[0]
    return len(span) > 1 or not first.is_sent_start or first.pos_ in ("PROPN", "ADJ")
