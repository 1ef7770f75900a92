"""When an event happened: the time expression in its clause, or what its tense and its subordinator make of others."""

from __future__ import annotations

from collections.abc import Container, Sequence

from spacy.tokens import Doc, Token

from tidings.extract.contrast import is_standard
from tidings.extract.event_frames import Frame
from tidings.extract.event_lexicon import classes
from tidings.extract.event_tree import by_sentence, distance, is_during
from tidings.extract.syntax import children, preposition
from tidings.records import Timex, TimexType

_FORE = frozenset({"compound", "nmod:poss", "amod", "nummod", "nmod:desc", "nmod:unmarked", "nmod:tmod", "nmod"})
"""Relations of a time to a noun behind it: "the 1993 treaty", "last month's flood"."""
_AT = frozenset({"at", "on"})
_RECENT = frozenset({"recent", "past", "last"})
_AT_ONCE = frozenset({"when", "as", "while"})
"""Subordinators of what happens at the same time as the main clause."""
_OTHER_TIMES = frozenset({"after", "before", "because", "if", "unless", "although", "though"})
"""Subordinators of a clause whose time says nothing of the main clause's."""


class Times:
    """The times of one article, to be asked for each trigger."""

    def __init__(self, doc: Doc, timexes: Sequence[Timex]) -> None:
        self._doc = doc
        self._timexes = by_sentence(doc, timexes)

    def of(self, frame: Frame, triggers: Container[int], speech: Container[int]) -> Timex | None:
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
        if verb.dep_ == "amod" and verb.tag_ == "VBN":
            return None  # "released a video of the kidnapped reporter": she was kidnapped before
        if (time := self._before_when(verb) or self._at_once_with(verb)) is not None:
            return time
        if (time := self._inherited(verb, triggers, speech)) is not None:
            return time
        if _is_perfect(verb):
            for other, root in self._timexes.get(verb.sent.start, ()):
                cue = next((a for a in root.ancestors if a.i in speech), verb)
                if cue != verb and _is_day(other) and not _dates_another(root, cue, triggers, None):
                    return other
        # "Returned 40 bodies, receiving two": a participle beside a verb shares what that was told of before.
        beside = verb.dep_ == "advcl" and verb.tag_ in ("VBG", "VBN") and not _is_finite(verb)
        return self._carried(verb.head if beside else verb, speech)

    def _inherited(self, verb: Token, triggers: Container[int], speech: Container[int]) -> Timex | None:
        """Return the time of the clause around, where the trigger's has none of its own."""
        inner = verb
        for outer in _clauses_above(verb):
            time = self._nearest_to(outer, triggers, outer_of=verb)
            if time is None and not _is_finite(inner):
                time = self._at_once_with(outer)
            # A hot-news perfect ("has handed over, both confirmed on Friday") is recent when it is told; participles and
            # infinitives share the time of their clause; any other finite verb has a time of its own.
            shares = not _is_finite(inner) or _is_perfect(inner) or _is_part_of(inner, outer, triggers)
            joined = inner.dep_ == "conj" and inner.head == outer
            if time is not None and joined:
                # "On Monday, ten died and six were wounded": what stands in front holds for all that is joined; and what a
                # joined clause aims at ("marched on Monday, and police came to stop them") is of the same story.
                shares = shares or inner != verb or _is_in_front(time, outer)
            if time is not None and shares and (outer.i not in speech or _is_perfect(verb)):
                return time
            if not shares and not joined:
                return None
            inner = outer if outer.pos_ in ("VERB", "AUX") else inner
        return None

    def _nearest(self, frame: Frame, triggers: Container[int]) -> Timex | None:
        found = self._nearest_to(frame.head, triggers)
        return found or (self._nearest_to(frame.governor, triggers) if frame.governor != frame.head else None)

    def _nearest_to(self, head: Token, triggers: Container[int], outer_of: Token | None = None) -> Timex | None:
        best: tuple[int, int, Timex] | None = None
        for timex, root in self._timexes.get(head.sent.start, ()):
            if timex.type in (TimexType.DURATION, TimexType.SET) and timex.first is None and not _is_recent(timex):
                continue
            if is_standard(root, timex.start, head) or _dates_another(root, head, triggers, outer_of):
                continue
            steps = distance(root, head, triggers)
            if steps is not None and (outer_of is None or not outer_of.is_ancestor(root)):
                key = (steps, abs(root.i - head.i), timex)
                if best is None or key[:2] < best[:2]:
                    best = key
        return best[2] if best else None

    def _before_when(self, verb: Token) -> Timex | None:
        """Return the time that a clause is about which follows it: "since 2022, when Kyiv withdrew"."""
        when = next((c for c in verb.lefts if c.lower_ == "when" and _is_at_once(verb)), None)
        before = {when.nbor(-k).idx for k in (1, 2) if when.i >= k} if when is not None else set()
        return next(
            (t for t, _ in self._timexes.get(verb.sent.start, ()) if any(t.start <= i < t.end for i in before)), None
        )

    def _at_once_with(self, verb: Token) -> Timex | None:
        """Return the time of a clause that says when: "ten were killed when a bomb went off on Monday"."""
        times = (self._nearest_to(clause, ()) for clause in verb.children if _is_at_once(clause))
        return next((time for time in times if time is not None), None)

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
            for t, root in self._timexes.get(before.start, ())
            if _is_day(t) and not any(a.i in speech for a in root.ancestors)
        ]
        return days[0] if len(days) == 1 and sent.start not in self._timexes else None


def _dates_another(root: Token, head: Token, triggers: Container[int], outer_of: Token | None) -> bool:
    """Tell whether a time below a head belongs to a noun that it stands before, or to a clause with a time of its own."""
    here = root
    while here not in (head, here.head):
        if here.dep_ == "acl:relcl" and here.head != head:
            return True
        # "Deployed after fighting ended last month", "after the end of fighting last month".
        under = here.dep_ == "advcl" or (here.dep_ in ("obl", "nmod") and here != root)
        if under and any(c.lower_ in _OTHER_TIMES for c in here.children if c.dep_ in ("mark", "case")):
            return True
        here = here.head
    noun = root.head
    if root.dep_ not in _FORE or root.i > noun.i or noun == head or noun.pos_ not in ("NOUN", "PROPN"):
        return False
    if noun.dep_ in ("nsubj", "nsubj:pass", "obl:agent"):
        # "Sunday's raid killed six" was on Sunday; when the riots were that "Sunday's raid sparked" is not told.
        return outer_of is not None and (outer_of.pos_ == "NOUN" or _is_finite(outer_of))
    happening = noun.i in triggers or noun.lemma_.lower() in classes()["HAPPENING"]
    if noun.dep_ == "obj":
        return not happening
    direct = noun.head == head and preposition(noun) in _AT
    return not (direct or (is_during(noun) and (happening or noun.head == head)))


def _is_recent(timex: Timex) -> bool:
    """Tell whether a duration of no exact length is the time up to now: "in recent weeks"."""
    return timex.value.startswith("PX") and bool(_RECENT & set(timex.text.lower().split()))


def _is_part_of(verb: Token, outer: Token, triggers: Container[int]) -> bool:
    """Tell whether a finite clause shares its head's time: "the 1984 riots in which ten died", "Monday, when ten died"."""
    if verb.head != outer:
        return False
    happening = outer.i in triggers or outer.lemma_.lower() in classes()["HAPPENING"]
    return (verb.dep_ == "acl:relcl" and outer.pos_ == "NOUN" and happening) or _is_at_once(verb)


def _is_in_front(timex: Timex, verb: Token) -> bool:
    """Tell whether a time stands before a clause's subject."""
    subjects = children(verb, "subj", "subjpass")
    return bool(subjects) and timex.end <= subjects[0].left_edge.idx


def _is_at_once(verb: Token) -> bool:
    return verb.dep_ in ("advcl", "advcl:relcl") and any(
        c.dep_ in ("mark", "advmod") and c.lower_ in _AT_ONCE for c in verb.lefts
    )


def _clauses_above(verb: Token) -> list[Token]:
    found: list[Token] = []
    here = verb
    while here.head != here and len(found) < 3:
        here = here.head
        if here.pos_ in ("VERB", "AUX", "NOUN", "ADJ") or any(c.dep_ == "cop" for c in here.children):
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
