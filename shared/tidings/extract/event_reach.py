"""Which words may take part in a trigger's event: what grammar rules out of what the language model points at.

The model has learnt from sentences that are mostly about one happening. Where a sentence tells of several, the clause that
a word stands in says whose it is (Dowty 1991 on one role a clause; Huddleston & Pullum 2002, chapters 8 and 12).
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence

from spacy.tokens import Token

from tidings.extract.event_frames import Frame
from tidings.extract.event_happenings import ARGUMENTS
from tidings.extract.event_lexicon import hosts
from tidings.extract.syntax import children, is_passive, preposition

_ANOTHER_TIME = frozenset({"after", "before", "since"})
"""Subordinators of a clause that tells of another time than its main clause."""
_ANSWERS = frozenset({"ACCUSE", "REJECT"})
"""Types of verbs whose subject answers to the deed that the object tells of, and did not do it."""
_CONTRASTING = frozenset({"while", "whereas", "but"})
"""Words that set a clause apart from the one before."""


def is_of_another(word: Token, frame: Frame, triggers: Container[int]) -> bool:
    """Tell whether a word belongs to another event, of a clause that neither holds the trigger nor hangs on it.

    Args:
        word: The head of a would-be participant.
        frame: The trigger's frame.
        triggers: The tokens that are triggers.
    """
    centre = {frame.head, frame.governor}
    around = {frame.head, *frame.head.ancestors}
    if word in around:
        return False
    inside = any(above in centre for above in word.ancestors)
    claimed = apart = False
    for above in word.ancestors:
        if above in centre or (not inside and above in around):
            return claimed and apart
        if inside and above.dep_ == "acl:relcl" and above.head not in centre and above.pos_ == "VERB":
            return True  # "promised to repeal a law which gave the ministry power": the clause is the law's
        # "The threat came as Norway held talks with the rebels": the rebels are the talks', in a clause of its own.
        claimed = claimed or (not inside and above.i in triggers)
        reduced = above.dep_ == "acl" and above.tag_ == "VBN"  # "messages sent to the station"
        apart = apart or (not inside and (reduced or _has_subject(above)))
    return False


def cannot_act(word: Token, frame: Frame) -> bool:
    """Tell whether a word is what the trigger's own grammar shows as not doing it."""
    verb = frame.head
    if is_befallen(word, frame):
        return True
    if verb.pos_ == "NOUN" and verb.dep_ == "nsubj" and word.head == verb.head and word.dep_ == "obj":
        return True  # "the attack unnerved pilgrims"
    # "police patrolled the day after ten people were killed": another time has its own doers.
    later = verb.dep_ == "advcl" and any(c.dep_ in ("mark", "case") and c.lower_ in _ANOTHER_TIME for c in verb.children)
    return later and word.head == verb.head and word.dep_ in ("nsubj", "nsubj:pass") and _has_subject(verb)


def is_passive_subject(word: Token, frame: Frame) -> bool:
    """Tell whether a word is whom a passive with an auxiliary befell: "the regime was overthrown"."""
    first = frame.head
    while first.dep_ == "conj" and first.head != first:
        first = first.head
    passive = is_passive(frame.head) and any(c.dep_ == "aux:pass" for verb in (frame.head, first) for c in verb.children)
    return passive and word in frame.get("obj") and word not in frame.get("subj")


def is_befallen(word: Token, frame: Frame) -> bool:
    """Tell whether grammar shows a word as whom it befell: a passive's subject, "the bishop's murder", who survived it."""
    noun = frame.head
    owns = word.head == noun and word.dep_ == "nmod:poss" and not frame.get("of")
    undergone = owns and noun.pos_ == "NOUN" and noun.lemma_.lower() in hosts()["UNDERGONE"]
    # "The rebels were ousted by an offensive."
    by = noun.pos_ == "NOUN" and preposition(noun) == "by" and word.head == noun.head and word.dep_ == "nsubj:pass"
    return by or undergone or is_passive_subject(word, frame) or suffers_it(word, frame)


def cannot_receive(word: Token, frame: Frame) -> bool:
    """Tell whether a word lies outside the noun phrase that a participle stands in: "the recently signed deal"."""
    verb = frame.head
    return verb.dep_ == "amod" and verb.tag_ == "VBN" and word != verb.head and verb.head not in word.ancestors


def is_where(word: Token, frame: Frame) -> bool:
    """Tell whether a word only says where fighting is: "violence in Darfur" is done to nobody named."""
    noun = frame.head
    return word.head == noun and preposition(word) == "in" and noun.lemma_.lower() in hosts()["PLACED"]


def is_asked_of(word: Token, frame: Frame) -> bool:
    """Tell whether a word stands in what somebody else is asked to do: "urged rebels to release the crew"."""
    asked = (*frame.get("obj"), *frame.get("iobj"))
    return bool(asked) and word not in asked and frame.infinitive is not None and frame.infinitive.is_ancestor(word)


def is_subject_elsewhere(word: Token, frame: Frame) -> bool:
    """Tell whether a word acts in a clause that is not the trigger's."""
    return word.dep_ == "nsubj" and word.head not in (frame.head, frame.governor)


def tells_of_it(word: Token, frame: Frame) -> bool:
    """Tell whether a word only tells of what a noun tells of, or suffers it: "residents reported fighting"."""
    verb = frame.head.head
    return (
        frame.head.pos_ == "NOUN"
        and frame.head.dep_ == "obj"
        and word.head == verb
        and word.dep_ == "nsubj"
        and verb.lemma_.lower() in hosts()["WITNESS"] | hosts()["SUFFER"]
    )


def suffers_it(word: Token, frame: Frame) -> bool:
    """Tell whether a word is the subject of a verb of suffering over the trigger: "she survived the attack"."""
    return tells_of_it(word, frame) and frame.head.head.lemma_.lower() in hosts()["SUFFER"]


def _has_subject(verb: Token) -> bool:
    return bool(children(verb, "subj", "subjpass"))


def answers(head: Token, frame: Frame, kinds: Mapping[int, str]) -> bool:
    """Tell whether a word is who answers to what is told of: "police investigate the threats", "oppose a plan to sell"."""
    noun = frame.head.head if frame.head.dep_ == "acl" else frame.head
    verb = noun.head
    return (
        noun.pos_ == "NOUN"
        and noun.dep_ == "obj"
        and head.head == verb
        and head.dep_ == "nsubj"
        and kinds.get(verb.i) in _ANSWERS
    )


def own(heads: Sequence[Token], frame: Frame, triggers: Container[int]) -> list[Token]:
    """Return a trigger's participants without those that another event claims, where it has some of its own.

    "35 were killed and ten captured": the ten are captured. What "a raid that killed six" killed, the raid befell too.
    """
    heads = _of_its_clause(heads, frame)
    centre = {frame.head, frame.governor}
    lords = {head: _lord(head, centre, triggers) for head in heads}
    own = [h for h, lord in lords.items() if lord is None or h in frame.get("subj") or h in frame.get("obj")]
    lent = {frame.head.head} if frame.head.dep_ in ARGUMENTS else set()
    return [h for h in heads if h in own or lords[h] in lent] if own else list(heads)


def _of_its_clause(heads: Sequence[Token], frame: Frame) -> list[Token]:
    """Return those under the clause that a noun stands in, where there are any: "two died, while six died in a blast"."""
    clause = next((a for a in frame.head.ancestors if children(a, "subj", "subjpass")), None)
    if frame.head.pos_ != "NOUN" or clause is None:
        return list(heads)
    # "Two died and ten were hurt in the blast": clauses that "and" joins share what stands at their end.
    apart = clause.dep_ == "advcl" or any(c.lower_ in _CONTRASTING for c in clause.lefts if c.dep_ in ("cc", "mark"))
    if not apart:
        return list(heads)
    return [head for head in heads if clause.is_ancestor(head)] or list(heads)


def _lord(head: Token, centre: Container[Token], triggers: Container[int]) -> Token | None:
    """Return the trigger that a word is nearest under, None where that is one of the centre, or where there is none."""
    for above in head.ancestors:
        if above in centre:
            return None
        if above.i in triggers:
            return above
    return None
