"""Which words may take part in a trigger's event: what grammar rules out of what the language model points at.

The model has learnt from sentences that are mostly about one happening. Where a sentence tells of several, the clause that
a word stands in says whose it is (Dowty 1991 on one role a clause; Huddleston & Pullum 2002, chapters 8 and 12).
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence

from spacy.tokens import Token

from tidings.extract.event_frames import Frame, subject, told_by_relatives
from tidings.extract.event_happenings import ARGUMENTS
from tidings.extract.event_lexicon import classes, hosts
from tidings.extract.event_patients import is_befallen
from tidings.extract.syntax import children, conjuncts, first_conjunct, is_passive, preposition

_ANOTHER_TIME = frozenset({"after", "before", "since"})
"""Subordinators of a clause that tells of another time than its main clause."""
_ANSWERS = frozenset({"ACCUSE", "REJECT"})
"""Types of verbs whose subject answers to the deed that the object tells of, and did not do it."""
_CONTRASTING = frozenset({"while", "whereas", "but"})
"""Words that set a clause apart from the one before."""
_IN_SPITE = frozenset({"amid", "despite", "in spite of", "since"})
"""Prepositions of what is another's doing than the clause tells of (Huddleston & Pullum 2002, chapter 8)."""
_BECAUSE = frozenset({"because of", "due to", "over", "in response to", "in reaction to"})
"""Prepositions of what the subject acts upon; but who is arrested over a killing may have killed."""
_UPON = frozenset({"aftermath", "face", "wake"})
"""Nouns that with their "of" are prepositions of that sort: "in the wake of the protests"."""


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
    below = word
    for above in word.ancestors:
        if above in centre or (not inside and above in around):
            if not inside and below.dep_ == "conj" and above == frame.head.head and _hurts_in(below, frame.head):
                return False
            return (claimed and apart) or (not inside and _are_sisters(below, above, frame))
        below = above
        if inside and above.dep_ == "acl:relcl" and above.head not in centre and above.pos_ == "VERB":
            return True  # "promised to repeal a law which gave the ministry power": the clause is the law's
        # "The threat came as Norway held talks with the rebels": the rebels are the talks', in a clause of its own.
        claimed = claimed or (not inside and above.i in triggers)
        reduced = above.dep_ == "acl" and above.tag_ == "VBN"  # "messages sent to the station"
        apart = apart or (not inside and (reduced or _has_subject(above)))
    return False


def _hurts_in(verb: Token, noun: Token) -> bool:
    """Tell whether a joined verb says whom else a noun hurt: "six were killed and twenty others wounded in a bombing"."""
    return noun.pos_ == "NOUN" and verb.lemma_.lower() in classes()["HARM"]


def _are_sisters(clause: Token, verb: Token, frame: Frame) -> bool:
    """Tell whether a clause is an adjunct beside the adjunct that a noun stands in: "reacting to the raid, to help him"."""
    if frame.head.pos_ != "NOUN" or clause.dep_ != "advcl" or clause.i < frame.head.i:
        return False  # what went before may be meant
    own = next((above for above in frame.head.ancestors if above.head == verb), None)
    return own is not None and own != clause and own.dep_ == "advcl"


def cannot_act(word: Token, frame: Frame) -> bool:
    """Tell whether a word is what the trigger's own grammar shows as not doing it."""
    verb = frame.head
    if is_befallen(word, frame):
        return True
    if verb.pos_ == "NOUN" and verb.dep_ == "nsubj" and word.head == verb.head and word.dep_ == "obj":
        return True  # "the attack unnerved pilgrims"
    if verb.pos_ == "VERB" and any(o in frame.get("subj") for o in children(verb, "subj")):
        things = children(verb, "obj")
        if not is_passive(verb) and any(thing.is_ancestor(word) and word.dep_ in ("nmod", "conj") for thing in things):
            return True  # "approved a proposal by the ministry"
    # "police patrolled the day after ten people were killed": another time has its own doers.
    later = verb.dep_ == "advcl" and any(c.dep_ in ("mark", "case") and c.lower_ in _ANOTHER_TIME for c in verb.children)
    return later and word.head == verb.head and word.dep_ in ("nsubj", "nsubj:pass") and _has_subject(verb)


def is_predicate(word: Token, frame: Frame) -> bool:
    """Tell whether a noun says what somebody is, and names nobody: "suspected the men were smugglers or thieves"."""
    first = first_conjunct(word)
    if first.pos_ != "NOUN" or first.is_ancestor(frame.head):
        return False
    named = first.dep_ == "xcomp" and bool(children(first.head, "obj", "subjpass"))  # "considers him a thief"
    return named or any(c.dep_ == "cop" for c in first.children)


def has_own_doer(word: Token, frame: Frame, doers: Sequence[Token]) -> bool:
    """Tell whether a word stands outside the phrase of a noun that says itself who did it: "recalls Japan's aggression".

    Args:
        word: The head of a would-be actor.
        frame: The trigger's frame.
        doers: Those of its subjects that are named actors.
    """
    noun = frame.head
    if noun.pos_ != "NOUN" or frame.governor != noun or noun.is_ancestor(word):
        return False
    inside = (head for head in doers if head.head == noun and head.pos_ != "PRON")
    return any(not is_befallen(head, frame) for head in inside)


def only_answers(word: Token, frame: Frame) -> bool:
    """Tell whether a word acts upon what a noun tells of, or in spite of it: "despite the criticism, he went on"."""
    noun = frame.head
    if noun.pos_ != "NOUN":
        return False
    beside = noun.head if noun.dep_ == "nmod" and noun.head.lemma_.lower() in _UPON else noun
    verb, prep = beside.head, preposition(beside)
    if verb.lemma_.lower() in hosts()["REACT"] and beside.dep_ in ("obj", "obl"):
        return word in subject(verb)
    spite = prep in _IN_SPITE or beside != noun
    while verb.dep_ == "xcomp":
        verb = verb.head
    if word.head != verb or not (spite or prep in _BECAUSE):
        return False
    return word.dep_ == "nsubj" or (spite and word.dep_ in ("nsubj:pass", "obj"))


def only_says(word: Token, frame: Frame) -> bool:
    """Tell whether a word only says what befell others: "the police say two men were arrested" does not say by whom."""
    verb = first_conjunct(frame.head)
    return (
        verb.dep_ == "ccomp"
        and is_passive(frame.head)
        and word.head == verb.head
        and word.dep_ == "nsubj"
        and _has_subject(verb)
    )


def is_of_the_next_verb(word: Token, frame: Frame) -> bool:
    """Tell whether a word is the object of a verb joined to a trigger that has one: "condemned it and urged all to stay"."""
    verb = word.head
    if word.dep_ not in ("obj", "iobj") or verb.i <= frame.head.i or verb.pos_ != "VERB" or frame.head.pos_ != "VERB":
        return False
    return bool(children(frame.head, "obj")) and first_conjunct(verb) == first_conjunct(frame.head)


def is_asked_for(word: Token, frame: Frame) -> bool:
    """Tell whether "for" makes a word the thing asked, or who is to have it: "called for a court", "sought aid for them"."""
    if preposition(word) != "for" or word.head != frame.head:
        return False
    return bool(frame.get("obj")) or any(c.dep_ == "det" and c.lower_ in ("a", "an") for c in word.lefts)


def cannot_receive(word: Token, frame: Frame) -> bool:
    """Tell whether a word lies outside the noun phrase that a participle stands in: "the recently signed deal"."""
    verb = frame.head
    return verb.dep_ == "amod" and verb.tag_ == "VBN" and word != verb.head and verb.head not in word.ancestors


def is_where(word: Token, frame: Frame) -> bool:
    """Tell whether a word only says where fighting is: "violence in Darfur" is done to nobody named."""
    noun = frame.head
    return word.head == noun and preposition(word) == "in" and noun.lemma_.lower() in hosts()["PLACED"] | hosts()["WAGED"]


def is_where_owned(owner: Token, frame: Frame, asks: Callable[[str, Token], bool]) -> bool:
    """Tell whether the possessor of a noun of fighting is where it is: "Lebanon's civil war", "the town's first bombing"."""
    noun = frame.head
    if owner.head != noun or owner.dep_ != "nmod:poss" or frame.get("against") or frame.get("on") or frame.get("with"):
        return False
    if owner.lemma_.lower() in hosts()["LAND"]:
        return True
    civil = any(c.lemma_.lower() == "civil" for c in noun.children if c.dep_ == "amod")
    own = noun.lemma_.lower() in hosts()["PLACED"]
    return (civil or own) and asks("@PLACE", owner)


def is_whose_feeling(word: Token, frame: Frame) -> bool:
    """Tell whether a word is the subject of an adjective of feeling, who alone is angry: "officials said Cuba was upset"."""
    return frame.head.lemma_.lower() in hosts()["FEELING"] and word in frame.get("subj") and _is_said_of_it(frame.head)


def is_another_than_who_feels(word: Token, frame: Frame) -> bool:
    """Tell whether a word is not the subject of the adjective of feeling that has one."""
    return any(is_whose_feeling(head, frame) for head in frame.get("subj")) and word not in frame.get("subj")


def _is_said_of_it(adjective: Token) -> bool:
    return any(c.dep_ in ("cop", "aux:pass") for c in adjective.children)


def is_asked_of(word: Token, frame: Frame) -> bool:
    """Tell whether a word stands in what somebody else is asked to do: "urged rebels to release the crew"."""
    asked = (*frame.get("obj"), *frame.get("iobj"))
    return bool(asked) and word not in asked and frame.infinitive is not None and frame.infinitive.is_ancestor(word)


def is_subject_elsewhere(word: Token, frame: Frame) -> bool:
    """Tell whether a word acts in a clause that is not the trigger's."""
    return word.dep_ == "nsubj" and word.head not in (frame.head, frame.governor)


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

    "35 were killed and ten captured": the ten are captured. What "a raid that killed six" killed, the raid befell too;
    and so the six of "shelled the town, leaving six dead".
    """
    heads = _of_its_clause(heads, frame)
    centre = {frame.head, frame.governor}
    lords = {head: _lord(head, centre, triggers) for head in heads}
    own = [h for h, lord in lords.items() if lord is None or h in frame.get("subj") or h in frame.get("obj")]
    lent = {frame.head.head} if frame.head.dep_ in ARGUMENTS else set()
    lent |= {verb for above in tuple(lent) for verb in conjuncts(above) if _hurts_in(verb, frame.head)}
    lent |= {verb for told in told_by_relatives(frame.head) for verb in (told, *children(told, "conj"))}
    lent |= {verb for verb in children(frame.head, "advcl") if verb.tag_ == "VBG" and _says_what_came_of_it(verb)}
    return [h for h in heads if h in own or lords[h] in lent] if own else list(heads)


def _says_what_came_of_it(verb: Token) -> bool:
    """Tell whether a verb says in which state something left others: "leaving six guards dead"."""
    return verb.lemma_.lower() == "leave" and any(c.pos_ in ("ADJ", "VERB") for c in children(verb, "xcomp"))


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
