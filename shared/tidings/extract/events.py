"""Event mentions: who did what to whom, when, where and how many, as one sentence tells it.

Triggers and their PLOVER types come from the lexicon; participants, times, places and quantities from the trigger's frame;
factuality from the clause and from who says so. Every value points at its words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import datetime

from spacy.tokens import Doc, Token

from tidings.extract.contrast import is_ruled_out
from tidings.extract.coreference import Reference
from tidings.extract.event_circumstances import Circumstances
from tidings.extract.event_confidence import confidence
from tidings.extract.event_frames import Frame, lemma_of, particle_of
from tidings.extract.event_happenings import ARGUMENTS, PHYSICAL, share
from tidings.extract.event_instruments import instruments
from tidings.extract.event_lexicon import Rule, classes
from tidings.extract.event_participants import Participants, is_dead, is_reciprocal
from tidings.extract.event_readings import Readings
from tidings.extract.event_triggers import Candidate, candidates
from tidings.extract.event_types import told
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

_VERBAL = frozenset({"AGREE", "REQUEST", "REJECT", "THREATEN", "ACCUSE", "CONCEDE", "SUPPORT", "SANCTION", "RETREAT", "AID"})
"""Types whose recipient may stand inside what is said or given."""
_ANSWERS = frozenset({"ACCUSE", "REJECT"})
"""Types of verbs whose subject answers to the deed that the object tells of, and did not do it."""
_VIOLENT = "ASSAULT"
_DEEDS = frozenset({_VIOLENT, "COERCE"})
"""Types of what is done to others: how many did it, with how many arms, or how often, says nothing of those."""
_LEAST_WITHIN = 0.1
"""How likely the model must hold a party to be that is named only inside what is said or given."""


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
    around = Circumstances(doc, entities, references, timexes, quantities, countries, gazetteer)
    readings = Readings(doc)
    found = list(candidates(doc, people.asks, readings))
    triggers = {c.frame.head.i for c in found}
    kinds = {c.frame.head.i: c.rule.type for c in found}
    speech = {i for a in attributions if a.cue for i in _tokens(doc, a.cue.start, a.cue.end)}
    said_in = _by_sentence(doc, attributions)
    by_head: dict[int, tuple[tuple[Participant, ...], tuple[Participant, ...]]] = {}
    events: list[EventMention] = []
    for candidate in found:
        frame, rule = candidate.frame, candidate.rule
        actor, recipient = _roles(frame, rule, people, readings, by_head)
        actors, recipients = (_told_heads(candidate, readings, role, triggers) for role in ("actor", "recipient"))
        if "owner" in rule.roles:
            recipients = [head for head in recipients if not is_dead(head)]
        recipients, broken = people.struck(recipients) if rule.type == _VIOLENT else (recipients, [])
        if rule.has("self"):
            recipient = people.parties(recipients) or recipient
        elif (
            rule.type not in BACKGROUND_TYPES
            and readings
            and not rule.has("rev")
            and (candidate.by_model or not (rule.has("sym") and len(actor) > 1))
        ):
            acting = [a for a in actors if people.may_act(a, frame.head) and not _answers(a, frame, kinds)]
            actor = people.parties(acting) or actor
            recipient = _others(people.parties(recipients), actor) or _others(recipient, actor)
            if not recipient and candidate.by_model and not rule.has("sym"):
                likeliest = [] if broken else list(readings.likeliest(frame.head, "recipient"))
                recipient = _others(people.parties(likeliest), actor)
        recipient = tuple(one for one in recipient if not people.is_person_among(one, actor))
        if any(is_reciprocal(head) for head in frame.get("obj")):
            recipient = actor  # "attacked each other"
        near = said_in.get(frame.head.sent.start, ())
        said = [a for a in near if _contains(a, frame.head)]
        actor = _without_speakers(actor, said)
        speakers = () if actor else _speakers(doc, frame.head, near)
        if speakers:
            rule, actor = rule._replace(type=STATEMENT), people.of(speakers)
            candidate = candidate._replace(rule=rule)
        by_head[frame.head.i] = (actor, recipient)
        time = around.time(frame, triggers, speech)
        place = around.place_of(_told_heads(candidate, readings, "place", triggers)) or around.place(
            frame, triggers, physical=rule.type in PHYSICAL and not rule.has("state")
        )
        tools = instruments(frame, rule.type, candidate.noun)
        actor = _without_tools(actor, tools)
        here = around.quantities_of(frame.head)
        doers = (*actor, *tools, *_words_of(candidate)) if rule.type in _DEEDS else ()
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


# ---------------------------------------------------------------- who and whom


def _roles(
    frame: Frame,
    rule: Rule,
    people: Participants,
    readings: Readings,
    by_head: dict[int, tuple[tuple[Participant, ...], tuple[Participant, ...]]],
) -> tuple[tuple[Participant, ...], tuple[Participant, ...]]:
    if rule.has("self"):
        return (), people.of([*frame.get("subj"), *frame.get("obj")])
    if rule.has("rev"):
        giver = people.of(frame.get_anywhere("from"))
        getter = people.of(frame.get("subj"))
        # "Russia returned 12 bodies to Ukraine, receiving two in return": the other side of the exchange gives.
        outer = by_head.get(frame.head.head.i)
        if not giver and outer is not None and frame.head.dep_ in ("advcl", "conj", "parataxis"):
            giver = tuple(one for one in outer[1] if one.country is not None)
        return giver, getter
    actor = people.of(_subjects(frame, people))
    if rule.has("sym"):
        whose = () if any(c.slot == "of" for c in rule.conditions) else frame.get("of")
        partners = people.of([*frame.get_anywhere("with"), *frame.get_anywhere("between"), *whose, *_partner_objects(frame)])
        joined = {(p.start, p.end, p.country): p for p in (*actor, *partners)}
        return tuple(sorted(joined.values(), key=lambda p: p.start)), ()
    return actor, _recipient(frame, rule, people, readings, actor)


def _partner_objects(frame: Frame) -> tuple[Token, ...]:
    return frame.get("obj") if frame.lemma.startswith("meet") else ()


def _subjects(frame: Frame, people: Participants) -> list[Token]:
    heads = list(frame.get("subj"))
    if frame.head.pos_ == "NOUN" and not heads:
        # "Russian strikes", "an Israeli raid": the modifier acts.
        heads = [h for h in frame.get("mod") if people.asks("@ACTOR", h) and people.may_act(h, frame.head)]
    return heads


def _recipient(
    frame: Frame, rule: Rule, people: Participants, readings: Readings, actor: Sequence[Participant]
) -> tuple[Participant, ...]:
    taken = {(p.start, p.end) for p in actor}
    for role in rule.roles:
        if role == "owner":
            found = people.owners(frame.get("obj"))
        else:
            # What stands under the object's own "in" is where the object is, no party ("met officials in Kenya").
            found = people.of(frame.get(role) if role == "in" else frame.get_anywhere(role))
            if role == "obj" and not found and frame.lemma in classes()["HARM"]:
                found = people.parties(frame.get(role))  # only the living are killed or hurt: "others", "more than 30"
        found = tuple(p for p in found if (p.start, p.end) not in taken and not _is_reflexive(p, actor))
        if found:
            return found
    if rule.type in _VERBAL:
        content = [t for t in (frame.infinitive, frame.clause, *frame.get("obj")) if t is not None]
        complements = [t for slot, heads in frame.slots.items() if slot in rule.roles for t in heads]
        found = people.within([*content, *complements], actor)
        # A state that is named there is mostly a party; whoever else is, where the model does not rule it out.
        return tuple(
            p for p in found if p.country or readings.share(frame.head, "recipient", p.start, p.end) >= _LEAST_WITHIN
        )
    return ()


def _is_reflexive(recipient: Participant, actor: Sequence[Participant]) -> bool:
    """Tell whether a pronoun was taken for the actor, whom an object pronoun never means ("accused them")."""
    if recipient.text.lower() not in ("him", "her", "them", "it", "us"):
        return False
    return any(recipient.entity == p.entity or (p.country and p.country == recipient.country) for p in actor)


def _told_heads(candidate: Candidate, readings: Readings, role: str, triggers: Container[int]) -> list[Token]:
    """Return the words that the model takes for participants in a role, at the trigger or at its noun of the same act."""
    words = [candidate.frame.head, *([candidate.noun] if candidate.noun is not None else [])]
    heads = dict.fromkeys(
        head for word in words for head in readings.heads(word, role) if not is_ruled_out(head, candidate.frame.governor)
    )
    return _own(sorted(heads, key=lambda head: head.i), candidate.frame, triggers)


def _answers(head: Token, frame: Frame, kinds: Mapping[int, str]) -> bool:
    """Tell whether a word is who answers to what a noun tells of: "police investigate the threats", "denied the charge"."""
    verb = frame.head.head
    return (
        frame.head.pos_ == "NOUN"
        and frame.head.dep_ == "obj"
        and head.head == verb
        and head.dep_ == "nsubj"
        and kinds.get(verb.i) in _ANSWERS
    )


def _own(heads: Sequence[Token], frame: Frame, triggers: Container[int]) -> list[Token]:
    """Return a trigger's participants without those that another event claims, where it has some of its own.

    "35 were killed and ten captured": the ten are captured. What "a raid that killed six" killed, the raid befell too.
    """
    centre = {frame.head, frame.governor}
    lords = {head: _lord(head, centre, triggers) for head in heads}
    own = [h for h, lord in lords.items() if lord is None or h in frame.get("subj") or h in frame.get("obj")]
    lent = {frame.head.head} if frame.head.dep_ in ARGUMENTS else set()
    return [h for h in heads if h in own or lords[h] in lent] if own else list(heads)


def _lord(head: Token, centre: Container[Token], triggers: Container[int]) -> Token | None:
    """Return the trigger that a word is nearest under, None where that is one of the centre, or where there is none."""
    for above in head.ancestors:
        if above in centre:
            return None
        if above.i in triggers:
            return above
    return None


def _points_back(frame: Frame, kind: str, parties: Sequence[Participant], before: Sequence[EventMention]) -> bool:
    """Tell whether a definite noun names what was told before with all its parties ("thanked Peru for the release")."""
    if kind in BACKGROUND_TYPES or frame.head.pos_ != "NOUN" or not is_definite(frame.head):
        return False
    own = {p.country or p.text for p in parties}
    return any(e.type == kind and own <= {p.country or p.text for p in (*e.actor, *e.recipient)} for e in before)


def _others(several: Sequence[Participant], besides: Sequence[Participant]) -> tuple[Participant, ...]:
    taken = {(p.start, p.end) for p in besides}
    return tuple(p for p in several if (p.start, p.end) not in taken)


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


def _without_speakers(actor: Sequence[Participant], said: Sequence[Attribution]) -> tuple[Participant, ...]:
    """Return the actors but those who only say so: the parse may hang both on one verb ("it left the town, Chad said")."""
    speakers = [a.source for a in said if a.source is not None and a.cue is not None and a.source.start >= a.content.end]
    return tuple(one for one in actor if not any(s.start <= one.start and one.end <= s.end for s in speakers))


def _speakers(doc: Doc, cue: Token, near: Sequence[Attribution]) -> tuple[Token, ...]:
    """Return who speaks at a cue whose subject the parse hung on what is told before it."""
    own = (a.source for a in near if a.cue is not None and a.cue.start <= cue.idx < a.cue.end <= cue.idx + len(cue))
    source = next((one for one in own if one is not None and one.end <= cue.idx), None)
    words = doc.char_span(source.start, source.end, alignment_mode="expand") if source is not None else None
    return () if words is None or (cue.is_ancestor(words.root) and words.root.head == cue) else (words.root,)


def _contains(attribution: Attribution, trigger: Token) -> bool:
    inside = attribution.content.start <= trigger.idx and trigger.idx + len(trigger) <= attribution.content.end
    cue = attribution.cue
    return inside and not (cue is not None and cue.start <= trigger.idx < cue.end)


def _tokens(doc: Doc, start: int, end: int) -> range:
    span = doc.char_span(start, end, alignment_mode="expand")
    return range(span.start, span.end) if span is not None else range(0)
