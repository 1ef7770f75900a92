"""When, where and how many: the time expression, place and quantities that belong to a trigger, by the tree between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Sequence

from spacy.tokens import Doc, Token

from tidings.extract.event_frames import Frame
from tidings.extract.event_lexicon import classes
from tidings.extract.gazetteer import Gazetteer
from tidings.extract.places import resolve_place
from tidings.extract.syntax import preposition
from tidings.records import Entity, EntityLabel, Place, Quantity, Timex, TimexType

_NEAR = frozenset({"in", "at", "near", "inside", "outside", "around", "across", "throughout", "within", "off", "above"})
_WEAK = frozenset({"on", "over", "into", "from", "to", "between", "along"})
"""Prepositions that name a place only with facilities and landscapes ("on the bridge"): with states they name a party."""
_PLACES = (EntityLabel.GPE, EntityLabel.LOC, EntityLabel.FAC)
_FARTHEST = 12


class Circumstances:
    """The times, places and quantities of one article, to be asked for each trigger."""

    def __init__(
        self,
        doc: Doc,
        entities: Sequence[Entity],
        timexes: Sequence[Timex],
        quantities: Sequence[Quantity],
        countries: Counter[str],
        gazetteer: Gazetteer,
    ) -> None:
        self._doc = doc
        self._entities = [(e, root) for e in entities if (root := _root(doc, e.start, e.end)) is not None]
        self._timexes = [(t, root) for t in timexes if (root := _root(doc, t.start, t.end)) is not None]
        self._quantities = [(q, root) for q in quantities if (root := _root(doc, q.start, q.end)) is not None]
        self._countries = countries
        self._gazetteer = gazetteer

    def time(self, frame: Frame, triggers: Container[int], speech: Container[int]) -> Timex | None:
        """Return when it happened: the nearest time expression in the trigger's clause, else what the tense makes of others.

        Args:
            frame: The trigger's frame.
            triggers: The tokens that are triggers: a time under another one is that one's.
            speech: The tokens that are cues of speech.
        """
        own = self._nearest(frame, triggers)
        if own is not None:
            return own
        verb = frame.governor
        for outer in _clauses_above(verb):
            inherited = self._nearest_to(outer, triggers, outer_of=verb)
            if inherited is None:
                continue
            # A hot-news perfect ("has handed over, both confirmed on Friday") is recent when it is told; participles and
            # infinitives share the time of their clause; any other finite verb has a time of its own.
            if outer.i in speech and not _is_perfect(verb):
                continue
            if not _is_finite(verb) or _is_perfect(verb):
                return inherited
        if _is_perfect(verb):
            for other, root in self._timexes:
                if root.sent == verb.sent and any(a.i in speech for a in root.ancestors) and _is_day(other):
                    return other
        return self._carried(verb, speech)

    def _nearest(self, frame: Frame, triggers: Container[int]) -> Timex | None:
        found = self._nearest_to(frame.head, triggers)
        return found or (self._nearest_to(frame.governor, triggers) if frame.governor != frame.head else None)

    def _nearest_to(self, head: Token, triggers: Container[int], outer_of: Token | None = None) -> Timex | None:
        best: tuple[int, int, Timex] | None = None
        for timex, root in self._timexes:
            if timex.type in (TimexType.DURATION, TimexType.SET) and timex.first is None:
                continue
            distance = _distance(root, head, triggers)
            if distance is not None and (outer_of is None or not outer_of.is_ancestor(root)):
                key = (distance, abs(root.i - head.i), timex)
                if best is None or key[:2] < best[:2]:
                    best = key
        return best[2] if best else None

    def _carried(self, verb: Token, speech: Container[int]) -> Timex | None:
        """Return the time that the sentence before set: a simple past is anaphoric to it (Partee 1984)."""
        if verb.tag_ != "VBD" and not any(c.tag_ == "VBD" for c in verb.children if c.dep_.startswith("aux")):
            return None
        sent = verb.sent
        if sent.start == 0:
            return None
        before = self._doc[sent.start - 1].sent
        if any("\n" in token.text_with_ws for token in before[-2:]):
            return None  # another paragraph
        days = [
            t
            for t, root in self._timexes
            if root.sent == before and _is_day(t) and not any(a.i in speech for a in root.ancestors)
        ]
        here = [t for t, root in self._timexes if root.sent == sent]
        return days[0] if len(days) == 1 and not here else None

    def place(self, frame: Frame, triggers: Container[int]) -> Place | None:
        """Return where it happened: the nearest place under a locative preposition in the trigger's phrase or clause."""
        best: tuple[int, int, Entity] | None = None
        for entity, root in self._entities:
            if entity.label not in _PLACES:
                continue
            prep = preposition(root)
            if prep not in _NEAR and (prep not in _WEAK or entity.label is EntityLabel.GPE):
                continue
            for head in dict.fromkeys((frame.head, frame.governor)):
                distance = _distance(root, head, triggers)
                if distance is not None:
                    key = (distance, abs(root.i - head.i), entity)
                    if best is None or key[:2] < best[:2]:
                        best = key
        if best is None:
            return None
        entity = best[2]
        return resolve_place(entity.text, entity.start, entity.end, self._countries, self._gazetteer)

    def quantities(self, frame: Frame, triggers: Container[int]) -> tuple[str, ...]:
        """Return the ids of the quantities among the trigger's arguments."""
        found = []
        for quantity, root in self._quantities:
            if root.dep_ in ("nummod", "det") and root.head.lemma_.lower() in classes()["SIDE"]:
                continue  # "the two sides" names parties, it counts nothing
            heads = (frame.head, frame.governor)
            arguments = [
                t for slot, several in frame.slots.items() if slot in ("obj", "subj", "of", "iobj") for t in several
            ]
            near = any(_distance(root, head, triggers) is not None for head in heads)
            within = any(a == root or a.is_ancestor(root) for a in arguments) and root.sent == frame.head.sent
            if (near or (within and not _crosses(root, arguments, triggers))) and (quantity.of or quantity.unit or near):
                found.append(quantity.id)
        return tuple(found)


def _root(doc: Doc, start: int, end: int) -> Token | None:
    span = doc.char_span(start, end, alignment_mode="expand")
    return span.root if span is not None and len(span) else None


def _distance(token: Token, head: Token, triggers: Container[int]) -> int | None:
    """Return how many edges a token lies under a head, or None if it does not, or another trigger's clause is between."""
    steps = 0
    here = token
    while here != head:
        if here.head == here or steps > _FARTHEST:
            return None
        if here != token and here.i in triggers and here.pos_ == "VERB":
            return None
        here = here.head
        steps += 1
    return steps


def _crosses(root: Token, arguments: Sequence[Token], triggers: Container[int]) -> bool:
    here = root
    while here not in arguments and here.head != here:
        if here.i in triggers and here.pos_ == "VERB":
            return True
        here = here.head
    return False


def _clauses_above(verb: Token) -> list[Token]:
    found: list[Token] = []
    here = verb
    while here.head != here and len(found) < 3:
        here = here.head
        if here.pos_ in ("VERB", "AUX", "NOUN", "ADJ"):
            found.append(here)
    return found


def _is_finite(verb: Token) -> bool:
    if verb.tag_ in ("VBD", "VBZ", "VBP"):
        return True
    return any(c.dep_.startswith(("aux", "cop")) and c.tag_ in ("VBD", "VBZ", "VBP", "MD") for c in verb.children)


def _is_perfect(verb: Token) -> bool:
    return any(c.dep_ == "aux" and c.lower_ in ("has", "have", "'ve", "’ve") for c in verb.children)


def _is_day(timex: Timex) -> bool:
    return timex.first is not None and timex.first == timex.last
