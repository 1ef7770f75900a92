"""What kind of thing each name is: one label for all its mentions, from the model's votes and from better evidence.

A model that has never seen a name guesses its kind mention by mention; over an article the votes, the words next to the
name, its last word and the gazetteer decide together, and a short form takes the label of its long form.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache

from spacy.tokens import Doc

from tidings.extract.actor_names import organisation
from tidings.extract.entity_mentions import Mention, label_of
from tidings.extract.entity_names import short_keys, shorter_forms
from tidings.extract.gazetteer import Gazetteer, PlaceKind, TermKind, fold
from tidings.extract.sectors import singular
from tidings.records import EntityLabel
from tidings.tables import rows

_CERTAIN, _LIKELY, _HINT = 1000, 3, 2
_DIRECTIONS = frozenset(
    {"north", "south", "east", "west", "northern", "southern", "eastern", "western", "central", "greater"}
)


def labels(doc: Doc, mentions: Sequence[Mention], gazetteer: Gazetteer) -> dict[str, EntityLabel]:
    """Return the label of each name, by its folded text."""
    votes: dict[str, Counter[EntityLabel]] = {}
    texts: dict[str, str] = {}
    for mention in mentions:
        key = fold(mention.text)
        texts.setdefault(key, mention.text)
        count = votes.setdefault(key, Counter())
        count[mention.label] += 1
        for label in _beside(doc, mention):
            count[label] += _HINT
    for key, text in texts.items():
        for label, weight in _evidence(text, votes[key], gazetteer):
            votes[key][label] += weight
    found = {key: _winner(count) for key, count in votes.items()}
    longer_forms = _LongerForms(texts)
    for key, text in texts.items():
        longer = longer_forms.label_for(key, text, found)
        if longer is not None and votes[key][found[key]] < _CERTAIN:
            found[key] = longer
    return found


def _winner(votes: Counter[EntityLabel]) -> EntityLabel:
    # Ties go to the label's own order, so that the result does not hang on which mention came first.
    return max(EntityLabel, key=lambda label: votes[label])


@cache
def _words(place: str) -> dict[str, EntityLabel]:
    table = rows("entity_endings.tsv", 3)
    return {
        singular(fold(word)): EntityLabel(label) for label, where, words in table if where == place for word in words.split()
    }


def _beside(doc: Doc, mention: Mention) -> Iterable[EntityLabel]:
    """Iterate over the labels that the words next to a name suggest ("airline X", "X shares", "President X")."""
    span = doc.char_span(mention.start, mention.end, alignment_mode="expand")
    if span is None:
        return
    if span.start and (label := _words("before").get(singular(fold(doc[span.start - 1].text)))):
        yield label
    if span.end < len(doc) and (label := _words("after").get(singular(fold(doc[span.end].text)))):
        yield label


def _evidence(text: str, votes: Counter[EntityLabel], gazetteer: Gazetteer) -> Iterable[tuple[EntityLabel, int]]:
    """Iterate over what the tables know of a name, with weights."""
    term = gazetteer.term(text)
    words = text.split()
    if term is not None and term.kind is not TermKind.SEAT:
        yield label_of(term.kind), _CERTAIN
    elif organisation(text) is not None:
        yield EntityLabel.ORG, _CERTAIN if len(words) > 1 else _LIKELY
    elif term is not None and any(row.kind is PlaceKind.CAPITAL for row in gazetteer.places(text)):
        yield EntityLabel.GPE, _LIKELY
    elif len(words) > 1 and not gazetteer.places(text):
        ending = _words("last").get(singular(fold(words[-1])))
        if _is_a_division(words, gazetteer, likely=votes[EntityLabel.GPE] > 0):
            yield EntityLabel.GPE, _CERTAIN
        elif ending is not None:
            yield ending, _CERTAIN
        elif votes[EntityLabel.GPE] and _is_named_after_a_country(words, gazetteer):
            yield EntityLabel.ORG, votes[EntityLabel.GPE] + 1


def _is_a_division(words: Sequence[str], gazetteer: Gazetteer, *, likely: bool) -> bool:
    """Tell whether a name ends in what its bearer is a part of a country as: the Dallas Police Department is none."""
    name = " ".join(words[:-1])
    known = gazetteer.division(name) is not None or (likely and bool(gazetteer.places(name)))
    return known and fold(words[-1]) == "department"


def _is_named_after_a_country(words: Sequence[str], gazetteer: Gazetteer) -> bool:
    """Tell whether an unknown "place" has a country in its name: it is rather a firm or a team ("Air Canada")."""
    has_country = any(match.term.kind is TermKind.COUNTRY for match in gazetteer.terms_in(words))
    return has_country and not any(fold(word) in _DIRECTIONS or word[:1].islower() for word in words)


class _LongerForms:
    """The names of several words by the keys of their shorter forms: as a person's, and as an organisation's."""

    def __init__(self, texts: dict[str, str]) -> None:
        self._names: dict[tuple[EntityLabel, str], list[tuple[int, str]]] = {}
        for place, (name, text) in enumerate(texts.items()):
            if " " not in name:
                continue
            for label in (EntityLabel.PERSON, EntityLabel.ORG):
                for key in shorter_forms(text, label):
                    self._names.setdefault((label, key), []).append((place, name))

    def label_for(self, name: str, text: str, found: dict[str, EntityLabel]) -> EntityLabel | None:
        """Return the label that a name takes from its long form in the same article, the first that has one, or None."""
        may_be = [EntityLabel.PERSON] if " " not in name else []
        may_be += [EntityLabel.ORG] if found[name] is not EntityLabel.ORG else []
        longer = (
            (place, label.value)
            for label in may_be
            for key in short_keys(text, label)
            for place, other in self._names.get((label, key), ())
            if found[other] is label
        )
        first = min(longer, default=None)
        return EntityLabel(first[1]) if first is not None else None
