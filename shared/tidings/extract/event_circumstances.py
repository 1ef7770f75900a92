"""Where and how many: the place and the quantities that belong to a trigger, by the tree between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Sequence
from typing import NamedTuple

from spacy.tokens import Doc, Token

from tidings.extract.contrast import is_ruled_out, is_standard
from tidings.extract.coreference import Reference
from tidings.extract.event_frames import Frame
from tidings.extract.event_lexicon import classes
from tidings.extract.event_tree import by_sentence, distance, is_during, root_of
from tidings.extract.gazetteer import Gazetteer, PlaceKind
from tidings.extract.places import resolve_place
from tidings.extract.syntax import conjuncts, preposition
from tidings.records import Entity, EntityLabel, Place, Quantity

_NEAR = frozenset(
    {"in", "at", "near", "inside", "outside", "around", "across", "throughout", "within", "through", "off", "above"}
)
_WEAK = frozenset({"on", "over", "into", "from", "to", "between", "along"})
"""Prepositions that name a place only with facilities and landscapes ("on the bridge"): with states they name a party."""
_SURE = frozenset({"in", "near"})
_STRUCK = ("obj", "on", "against", "into", "through", "from", "to")
_PLACES = (EntityLabel.GPE, EntityLabel.LOC, EntityLabel.FAC)
_INTO = ([","], ["in"], ["of"], ["near"])
_LONGEST_BETWEEN = 4
"""Words from a name to the town that it lies in: "Leyte Avenue in the port town of Tacloban"."""


class _Located(NamedTuple):
    """A place's name, the head of its phrase, and whether the phrase stands under a locative preposition."""

    entity: Entity
    anchor: Token
    locative: bool


class Circumstances:
    """The places and quantities of one article, to be asked for each trigger."""

    def __init__(
        self,
        doc: Doc,
        entities: Sequence[Entity],
        references: Sequence[Reference],
        quantities: Sequence[Quantity],
        countries: Counter[str],
        gazetteer: Gazetteer,
    ) -> None:
        self._doc = doc
        self._text = doc.text  # once, for spaCy puts it together anew each time that it is asked
        # By the first token of the sentence that each stands in: what belongs to a trigger stands in its own.
        self._entities = by_sentence(doc, entities)
        self._quantities = by_sentence(doc, quantities)
        self._countries = countries
        self._gazetteer = gazetteer
        self._places = {
            start: [place for e, root in several if (place := self._located(e, root)) is not None]
            for start, several in self._entities.items()
        }
        self._add_settlements(references)

    def _add_settlements(self, references: Sequence[Reference]) -> None:
        """Take "the town" for a place where it stands for one that was named before."""
        for one in references:
            root = root_of(self._doc, one.head, one.head + 1)
            if one.entity.label is not EntityLabel.GPE or root is None or not _is_settlement(root):
                continue
            meant = one.entity.model_copy(update={"start": one.start, "end": one.end})
            place = self._located(meant, root)
            if place is not None:
                several = self._places.setdefault(root.sent.start, [])
                several.append(place)
                several.sort(key=lambda located: located.entity.start)

    def place(self, frame: Frame, triggers: Container[int], *, physical: bool) -> Place | None:
        """Return where it happened: the nearest place under a locative preposition in the trigger's phrase or clause.

        Args:
            frame: The trigger's frame.
            triggers: The tokens that are triggers: a place under another verb is that one's.
            physical: Whether the event takes place somewhere as a body does: then what it strikes, crosses or holds may be
                its place too, and else the nearest place of its sentence is.
        """
        places = self._places.get(frame.head.sent.start, ())
        heads = dict.fromkeys((frame.head, frame.governor, *_first_conjuncts(frame.governor)))
        for head in heads:
            near = [
                (steps, abs(place.anchor.i - head.i), self._is_around(place), k)
                for k, place in enumerate(places)
                if place.locative and (steps := distance(place.anchor, head, triggers)) is not None
            ]
            if near:
                return self._resolved(places[min(near)[3]])
        if not physical:
            return None
        struck = {word for slot in _STRUCK for head in frame.get(slot) for word in conjuncts(head)}
        for place in places:
            # "70 percent of Bosnia", "control of Azaz": the part or the power stands for the place.
            if place.anchor in struck or (preposition(place.anchor) == "of" and place.anchor.head in struck):
                return self._resolved(place)
        for entity, root in self._entities.get(frame.head.sent.start, ()):
            # "captured Irbid": an unknown town's name is often taken for a body's.
            if root in struck and entity.label is EntityLabel.ORG and self._is_town(entity):
                return self._resolved(_Located(entity, root, True))
        here = [place for place in places if place.locative and not _places_another(place.anchor, frame, triggers)]
        return self._resolved(min(here, key=lambda p: abs(p.anchor.i - frame.head.i))) if here else None

    def place_of(self, heads: Sequence[Token]) -> Place | None:
        """Return the place whose name, or whose phrase, stands at one of the heads: of several the narrowest."""
        found = [best for head in heads if (best := self._named(head)) is not None]
        if not found:
            return None
        entity = min(found, key=lambda found: self._breadth(found))
        return self._on_the_map(entity)

    def _on_the_map(self, entity: Entity) -> Place:
        """Return a name's place; a name that no gazetteer has, with the town behind it: "Leyte Avenue in Manila"."""
        place = resolve_place(entity.text, entity.start, entity.end, self._countries, self._gazetteer)
        place = place.model_copy(update={"text": self._text[entity.start : entity.end]})
        town = self._behind(entity) if place.country is None else None
        if town is None:
            return place
        text = self._text[entity.start : town.end]
        around = resolve_place(town.text, town.start, town.end, self._countries, self._gazetteer)
        return around.model_copy(update={"start": entity.start, "text": text}) if around.country else place

    def _behind(self, entity: Entity) -> Entity | None:
        """Return the place that follows a name and that it lies in, or None."""
        span = self._doc.char_span(entity.start, entity.end, alignment_mode="expand")
        if span is None:
            return None
        for other, _ in self._entities.get(span.sent.start, ()):
            if other.start > entity.end and other.label in _PLACES:
                between = self._text[entity.end : other.start].split()
                return other if len(between) <= _LONGEST_BETWEEN and between[:1] in _INTO else None
        return None

    def _named(self, head: Token) -> Entity | None:
        """Return the name of the place that a phrase's head stands for.

        "The town of Fotokol" has the name behind "of", "Mayo district of Pattani" before the head: a town is named by
        what follows, a district is part of it. Whose an embassy is says less than in which city it stands.
        """
        inside = set(head.subtree)
        found: list[tuple[int, int, int, int]] = []
        names = self._entities.get(head.sent.start, ())
        for k, (entity, root) in enumerate(names):
            own = root == head or entity.start <= head.idx < entity.end
            if not own and preposition(root) == "with":
                continue  # "near the border with Syria" is not in Syria
            if not (own or root in inside) or not (entity.label in _PLACES or self._gazetteer.places(entity.text)):
                continue
            called = own or (_is_settlement(head) and root.head == head and preposition(root) == "of")
            rank = 0 if called else 1 + self._breadth(entity)
            found.append((rank, int(root.i > head.i), abs(root.i - head.i), k))
        return names[min(found)[3]][0] if found else None

    def _breadth(self, entity: Entity) -> int:
        """Return 0 for a town, a building or what no gazetteer knows, 1 for a province or a region, 2 for a country."""
        kinds = {row.kind for row in self._gazetteer.places(entity.text) if row.primary}
        if PlaceKind.COUNTRY in kinds or self._gazetteer.country(entity.text) is not None:
            return 2
        return int(PlaceKind.ADMIN in kinds and not kinds & {PlaceKind.CITY, PlaceKind.CAPITAL})

    def _is_town(self, entity: Entity) -> bool:
        return any(row.primary and row.kind is not PlaceKind.COUNTRY for row in self._gazetteer.places(entity.text))

    @staticmethod
    def _is_around(place: _Located) -> bool:
        """Tell whether a name before a settlement's noun only says where that is ("the West Bank city of Hebron")."""
        return place.entity.start < place.anchor.idx and _is_settlement(place.anchor)

    def _resolved(self, place: _Located) -> Place:
        return self._on_the_map(place.entity)

    def _located(self, entity: Entity, root: Token) -> _Located | None:
        """Return a place with the head of the phrase that it locates: "the Nairobi suburb of Syokimau" is one place."""
        anchor = root
        while anchor.head != anchor and _names_place(anchor):
            anchor = anchor.head
        prep = preposition(anchor)
        if entity.label not in _PLACES:
            # An unknown place's name is often taken for a body's: a gazetteer and "in" outweigh that.
            if prep not in _SURE or entity.label is EntityLabel.NORP or not self._gazetteer.places(entity.text):
                return None
            return _Located(entity, anchor, True)
        bound = entity.label is EntityLabel.GPE and anchor == root
        return _Located(entity, anchor, prep in _NEAR or (prep in _WEAK and not bound))

    def quantities_of(self, token: Token) -> Sequence[Quantity]:
        """Return the quantities in a token's sentence."""
        return [quantity for quantity, _ in self._quantities.get(token.sent.start, ())]

    def quantities(self, frame: Frame, triggers: Container[int]) -> tuple[str, ...]:
        """Return the ids of the quantities among the trigger's arguments."""
        found = []
        for quantity, root in self._quantities.get(frame.head.sent.start, ()):
            if root.dep_ in ("nummod", "det") and root.head.lemma_.lower() in classes()["SIDE"]:
                continue  # "the two sides" names parties, it counts nothing
            if is_ruled_out(root, frame.head) or is_standard(root, quantity.start, frame.head) or _says_how_far(root):
                continue
            heads = (frame.head, frame.governor)
            arguments = [
                t for slot, several in frame.slots.items() if slot in ("obj", "subj", "of", "iobj") for t in several
            ]
            near = any(distance(root, head, triggers) is not None for head in heads)
            within = any(a == root or a.is_ancestor(root) for a in arguments)
            if (near or (within and not _crosses(root, arguments, triggers))) and (quantity.of or quantity.unit or near):
                found.append(quantity.id)
        return tuple(found)


def _says_how_far(measure: Token) -> bool:
    """Tell whether a measure only says where a place is: "200 km north of the city"."""
    direction = measure.head
    beside = measure.dep_.endswith(":unmarked") and direction.pos_ != "VERB"
    return beside and any(preposition(child) == "of" for child in direction.children)


def _names_place(token: Token) -> bool:
    """Tell whether a word only names the place that its head is ("city of Oran", "Takhar province", "Nairobi suburb")."""
    if token.head.lemma_.lower() not in classes()["GEO"]:
        return False
    if token.dep_ in ("compound", "nmod:poss", "appos", "amod", "flat", "nmod:desc"):
        return True
    return token.dep_ == "nmod" and preposition(token) in ("of", "in", "")


def _is_settlement(token: Token) -> bool:
    return token.lemma_.lower() in classes()["SETTLEMENT"]


def _first_conjuncts(token: Token) -> list[Token]:
    """Return the conjuncts before a verb, nearest first: they share their places ("killed six and wounded many")."""
    found, here = [], token
    while here.dep_ == "conj" and here.head != here:
        here = here.head
        found.append(here)
    return found


def _places_another(anchor: Token, frame: Frame, triggers: Container[int]) -> bool:
    """Tell whether a place belongs to another happening that is only mentioned: "arrested over the attacks in Bali"."""
    for above in anchor.ancestors:
        if above in (frame.head, frame.governor):
            return False
        if above.pos_ == "NOUN" and above.i in triggers and not is_during(above):
            return True
    return False


def _crosses(root: Token, arguments: Sequence[Token], triggers: Container[int]) -> bool:
    here = root
    while here not in arguments and here.head != here:
        if here.i in triggers and here.pos_ == "VERB":
            return True
        here = here.head
    return False
