"""Event mentions: who did what to whom, when, where and how many, as one sentence tells it.

Triggers and their PLOVER types come from the lexicon; participants, times, places and quantities from the trigger's frame;
factuality from the clause and from who says so. Every value points at its words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from spacy.tokens import Doc, Token

from tidings.extract.contrast import is_ruled_out
from tidings.extract.coreference import Reference
from tidings.extract.event_circumstances import Circumstances
from tidings.extract.event_claims import claimants, targets
from tidings.extract.event_confidence import confidence
from tidings.extract.event_frames import Frame, lemma_of, particle_of
from tidings.extract.event_happenings import PHYSICAL, share
from tidings.extract.event_instruments import instruments
from tidings.extract.event_lexicon import HOSTILE, classes
from tidings.extract.event_participants import Participants
from tidings.extract.event_reach import is_where_owned
from tidings.extract.event_readings import Readings
from tidings.extract.event_roles import Roles
from tidings.extract.event_times import Times
from tidings.extract.event_triggers import Candidate, candidates
from tidings.extract.event_types import is_denial, told
from tidings.extract.factuality import judge
from tidings.extract.gazetteer import Gazetteer
from tidings.extract.syntax import is_definite, phrase
from tidings.records import (
    BACKGROUND_TYPES,
    STATEMENT,
    Attribution,
    Entity,
    EventMention,
    Evidence,
    Participant,
    Quantity,
    Span,
    Timex,
    Trigger,
)


def find_events(
    doc: Doc,
    published: datetime | None,
    entities: Sequence[Entity],
    references: Sequence[Reference],
    timexes: Sequence[Timex],
    quantities: Sequence[Quantity],
    attributions: Sequence[Attribution],
    gazetteer: Gazetteer,
) -> tuple[EventMention, ...]:
    """Return a text's event mentions, ids v1, v2 … in the order of their triggers.

    Args:
        doc: The parsed article.
        published: When it was published, for who was in office then.
        entities: Its entities.
        references: Its pronouns and descriptions that stand for an entity.
        timexes: Its time expressions.
        quantities: Its quantities.
        attributions: Its attributions.
        gazetteer: Where countries, peoples and places are looked up.
    """
    people = Participants(doc, entities, references, timexes, gazetteer, published.date() if published else None)
    countries = Counter(e.country for e in entities if e.country)
    around = Circumstances(doc, entities, references, quantities, countries, gazetteer)
    times = Times(doc, timexes)
    readings = Readings(doc)
    found = list(candidates(doc, people.asks, readings))
    triggers = {c.frame.head.i for c in found}
    roles = Roles(doc, people, readings, found)
    speech = {i for a in attributions if a.cue for i in _tokens(doc, a.cue.start, a.cue.end)}
    said_in = _by_sentence(doc, attributions)
    events: list[EventMention] = []
    for candidate in found:
        frame, rule = candidate.frame, candidate.rule
        near = said_in.get(frame.head.sent.start, ())
        said = [a for a in near if _contains(a, frame.head)]
        actor, recipient, broken, speaks = roles.of(candidate, near, said)
        actor = actor or people.of(claimants(frame.head))
        recipient = recipient or people.of(people.struck(targets(frame, rule), frame.lemma)[0])
        if speaks or is_denial(candidate):
            rule = rule._replace(type=STATEMENT)
            candidate = candidate._replace(rule=rule)
        time = times.of(frame, triggers, speech)
        owners = [head for head in frame.get("subj") if is_where_owned(head, frame, people.asks)]
        place = around.place_of(roles.told(candidate, "place") or owners) or around.place(
            frame, triggers, physical=rule.type in PHYSICAL and not rule.has("state")
        )
        tools = instruments(frame, rule.type, candidate.noun)
        actor = _without_tools(actor, tools)
        here = around.quantities_of(frame.head)
        # How many did a deed to others, with how many arms, or how often, says nothing of those.
        doers = (*actor, *tools, *_words_of(candidate)) if rule.type in HOSTILE else ()
        counted = () if rule.has("state") else _counted(around.quantities(frame, triggers), recipient, doers, here)
        things = _things(candidate, readings, broken, counted, here, (*actor, *recipient, *tools))
        if rule.type not in BACKGROUND_TYPES and not (actor or recipient or time or place or counted or things or tools):
            continue  # a bare "the attack" only points back to what was told before
        if not (time or place or counted) and _points_back(frame, rule.type, (*actor, *recipient), events):
            continue
        # "Prevented an attack": the verb over the noun says whether there was one.
        word = frame.head if lemma_of(frame.governor) in classes()["PREVENT"] else frame.governor
        kind, mode, judged = told(candidate, judge(doc, word, said), readings)
        sent = frame.head.sent
        text = sent.text
        start = sent.start_char + len(text) - len(text.lstrip())
        own = [a for a in near if kind == STATEMENT and a.cue and a.cue.start <= frame.head.idx < a.cue.end]
        events.append(
            EventMention(
                id=f"v{len(events) + 1}",
                type=kind,
                mode=mode,
                contexts=rule.contexts,
                trigger=_trigger(frame),
                actor=actor,
                recipient=recipient,
                objects=(*counted, *things),
                instrument=tools,
                time=time.id if time else None,
                place=place,
                factuality=judged.factuality,
                polarity=judged.polarity,
                attributions=tuple(dict.fromkeys(a.id for a in [*own, *said])),
                evidence=Evidence(start=start, end=start + len(text.strip())),
                confidence=confidence(candidate, actor, recipient),
            )
        )
    return share(events, [c.frame for c in found])


def _points_back(frame: Frame, kind: str, parties: Sequence[Participant], before: Sequence[EventMention]) -> bool:
    """Tell whether a definite noun names what was told before with all its parties ("thanked Peru for the release")."""
    if kind in BACKGROUND_TYPES or frame.head.pos_ != "NOUN" or not is_definite(frame.head):
        return False
    own = {p.country or p.text for p in parties}
    return any(e.type == kind and own <= {p.country or p.text for p in (*e.actor, *e.recipient)} for e in before)


def _without_tools(actors: Sequence[Participant], tools: Sequence[Span]) -> tuple[Participant, ...]:
    """Return who acts: a bomb does not, unless its words say whose it is ("Israeli jets")."""
    return tuple(a for a in actors if a.country or not any(a.start <= t.start and t.end <= a.end for t in tools))


def _counted(
    found: Sequence[str], parties: Sequence[Participant], doers: Sequence[Span], quantities: Sequence[Quantity]
) -> tuple[str, ...]:
    """Return the quantities of an event: those of its frame, and how many it befell ("an explosion hurt five men")."""
    befell = [q.id for q in quantities if any(p.start <= q.start and q.end <= p.end for p in parties)]
    acting = {q.id for q in quantities if any(p.start <= q.start and q.end <= p.end for p in doers)}.difference(befell)
    return tuple(dict.fromkeys(i for i in (*found, *befell) if i not in acting))


def _words_of(candidate: Candidate) -> Iterator[Span]:
    """Iterate over the phrases of the nouns that tell of the event itself ("two attacks")."""
    for word in (candidate.frame.head, candidate.noun):
        if word is not None and word.pos_ == "NOUN":
            words = word.doc[word.left_edge.i : word.i + 1]
            yield Span(start=words.start_char, end=words.end_char, text=words.text)


def _things(
    candidate: Candidate,
    readings: Readings,
    broken: Sequence[Token],
    counted: Sequence[str],
    quantities: Sequence[Quantity],
    others: Sequence[Span],
) -> tuple[Span, ...]:
    """Return what the event is about as words: its objects, less the others and what a quantity tells already.

    Things that violence struck are told by their words, however many they are.
    """
    frame = candidate.frame
    heads = [*(readings.heads(frame.head, "object") if candidate.by_model else frame.get("obj")), *broken]
    taken = [(p.start, p.end) for p in others] + [(q.start, q.end) for q in quantities if q.id in counted]
    found = []
    for head in sorted(set(heads), key=lambda head: head.i):
        words = phrase(head)
        if words and not is_ruled_out(head, frame.governor) and not any(start <= head.idx < end for start, end in taken):
            found.append(Span(start=words.start_char, end=words.end_char, text=words.text))
    return tuple(found)


def _trigger(frame: Frame) -> Trigger:
    head, particle = frame.head, particle_of(frame.head)
    beside = head.nbor(1) if head.i + 1 < len(head.doc) else None
    if particle is None and beside is not None and frame.lemma.endswith(f"_{beside.lower_}"):
        particle = beside
    last = particle if particle is not None and particle.i == head.i + 1 else head
    span = head.doc[head.i : last.i + 1]
    return Trigger(start=span.start_char, end=span.end_char, text=span.text, lemma=frame.lemma.replace("_", " "))


def _by_sentence(doc: Doc, attributions: Sequence[Attribution]) -> dict[int, list[Attribution]]:
    """Return the attributions by the first token of each sentence that their cue or their content reaches into."""
    found: dict[int, list[Attribution]] = {}
    for one in attributions:
        parts = [one.content, *([one.cue] if one.cue is not None else [])]
        words = _tokens(doc, min(part.start for part in parts), max(part.end for part in parts))
        at = words.start
        while at < words.stop:
            sent = doc[at].sent
            found.setdefault(sent.start, []).append(one)
            at = sent.end
    return found


def _contains(attribution: Attribution, trigger: Token) -> bool:
    inside = attribution.content.start <= trigger.idx and trigger.idx + len(trigger) <= attribution.content.end
    cue = attribution.cue
    return inside and not (cue is not None and cue.start <= trigger.idx < cue.end)


def _tokens(doc: Doc, start: int, end: int) -> range:
    span = doc.char_span(start, end, alignment_mode="expand")
    return range(span.start, span.end) if span is not None else range(0)
