"""The content of an attribution by verb: a clause, a quotation, an infinitive, a gerund, a phrase, or what is told of."""

from __future__ import annotations

from spacy.tokens import Token

from tidings.extract.attribution_spans import Offsets, Stretch, noun_range, noun_range_after
from tidings.extract.cues import Cue, CueClass
from tidings.extract.syntax import edges, first_conjunct

RELATIVES = frozenset(("who", "which", "that", "whom", "what", "whoever"))
_FREE = frozenset(("what", "whatever"))
_NAMING = frozenset(("call", "label", "brand", "dub", "name", "deem", "consider"))
_GERUND_REACH = 3
"""How many tokens behind its cue a gerund may begin ("denied ever having met him")."""
_TOLD_OF = frozenset(set(CueClass) - {CueClass.KNOW, CueClass.SHOW, CueClass.THINK})
_RAISING = frozenset(
    (CueClass.SAY, CueClass.REPORT, CueClass.CLAIM, CueClass.ACCUSE, CueClass.PREDICT, CueClass.THINK, CueClass.KNOW)
)


def modified(verb: Token) -> Token | None:
    """Return the noun that a verb's relative clause tells of, None if it heads no relative clause."""
    at = first_conjunct(verb)
    return at.head if at.dep_ == "acl:relcl" and at.head != at else None


def content_of(stretch: Stretch, verb: Token, cue: Cue, passive: bool) -> Offsets | None:
    """Return the content that a cue verb takes in one of its frames, None if it has none."""
    found = None
    if cue.takes("q") and not passive:
        found = _quote_right(stretch, verb)
    if found is None and not passive and (cue.takes("c") or cue.takes("o")):
        found = _free_relative(stretch, verb)
    if found is None and cue.takes("c"):
        found = _clause_right(stretch, verb, cue)
    if found is None and (cue.takes("x") or (passive and cue.cue_class in _RAISING)):
        found = _infinitive(stretch, verb)
    if found is None and cue.takes("g") and not passive:
        found = _gerund(stretch, verb)
    if found is None and cue.prepositions:
        found = _prepositional(stretch, verb, cue)
    if found is None and cue.takes("o"):
        found = _undergone(stretch, verb, cue) if passive else _object(stretch, verb)
    return found


def _quote_right(stretch: Stretch, verb: Token) -> Offsets | None:
    quote = stretch.quote_from(verb.i + 1)
    if quote is None or quote.start >= stretch.doc[stretch.last - 1].idx + len(stretch.doc[stretch.last - 1]):
        return None
    between = stretch.text[verb.idx + len(verb) : quote.start].strip()
    if len(between) > 120 or (between and between[-1] not in ",:"):
        return None
    words = [t for t in stretch.doc[verb.i + 1 : stretch.last] if t.idx < quote.start]
    if any(t.pos_ in ("VERB", "AUX") or t.lower_ in ("that", "whether") for t in words) or stretch.quote_ending(verb.i):
        return None
    return quote.start, quote.end


def _clause_right(stretch: Stretch, verb: Token, cue: Cue) -> Offsets | None:
    doc = stretch.doc
    for edge in edges(verb):
        if edge.relation == "ccomp" and edge.child.i > verb.i:
            start = max(edge.child.left_edge.i, verb.i + 1)
            return stretch.offsets(start, _clause_end(stretch, edge.child.right_edge.i + 1))
    follower = verb.i + 1
    for i in range(follower, min(follower + 7, stretch.last)):
        if doc[i].is_punct or doc[i].pos_ == "VERB":
            break
        if doc[i].lower_ == "that" and (i == follower or doc[i].tag_ == "IN"):
            return stretch.offsets(i, stretch.last)
    if cue.cue_class is CueClass.SAY and cue.takes("q") and _finite_after(stretch, follower):
        return stretch.offsets(follower, stretch.last)
    return None


def _clause_end(stretch: Stretch, end: int) -> int:
    """Return the end of a content clause: parsers close it too early, a mark or conjunction closes it at the latest."""
    doc = stretch.doc
    while end < stretch.last and not (doc[end].is_punct or doc[end].is_space or doc[end].pos_ in ("CCONJ", "SCONJ")):
        end += 1
    return end


def _finite_after(stretch: Stretch, start: int) -> bool:
    """Tell whether a noun phrase and a finite verb follow: a clause that the parse did not see."""
    subject = noun_range_after(stretch, start)
    if subject is None:
        return False
    # VBN too: parsers read "the plant leaked oil" as leaked oil.
    finite = ("VBD", "VBZ", "VBP", "MD", "VBN")
    return any(t.tag_ in finite for t in stretch.doc[subject[1] : min(subject[1] + 12, stretch.last)])


def _infinitive(stretch: Stretch, verb: Token) -> Offsets | None:
    for edge in edges(verb):
        if edge.relation in ("xcomp", "ccomp", "advcl") and edge.child.i > verb.i:
            start = edge.child.left_edge.i
            if any(t.lower_ == "to" and t.tag_ == "TO" for t in stretch.doc[max(start, verb.i) : edge.child.i]):
                return stretch.offsets(max(start, verb.i + 1), edge.child.right_edge.i + 1)
    return None


def _gerund(stretch: Stretch, verb: Token) -> Offsets | None:
    """Return a bare gerund with what belongs to it ("denied shelling the port", "admitted having met him")."""
    for child in verb.rights:
        if child.dep_ not in ("xcomp", "ccomp", "obj", "advcl") or child.left_edge.i > verb.i + _GERUND_REACH:
            continue
        words = (child, *(c for c in child.lefts if c.dep_ in ("aux", "aux:pass", "cop")))
        if any(t.tag_ == "VBG" for t in words) and not any(c.dep_ in ("mark", "case", "punct", "det") for c in child.lefts):
            return stretch.offsets(child.left_edge.i, child.right_edge.i + 1)
    return None


def _free_relative(stretch: Stretch, verb: Token) -> Offsets | None:
    """Return the "what …" that a verb is told to have said, or that somebody says of it ("denied what Ruiz had said")."""
    for edge in edges(verb):
        what = edge.child
        if edge.relation == "obj" and what.lower_ in _FREE and what.i > verb.i and what.right_edge.i > what.i:
            return stretch.offsets(what.i, what.right_edge.i + 1)
    told = modified(verb)
    if told is not None and told.lower_ in _FREE and told.i < verb.i:
        return stretch.offsets(told.i, told.right_edge.i + 1)
    return None


def _prepositional(stretch: Stretch, verb: Token, cue: Cue) -> Offsets | None:
    for child in verb.rights:
        start = child.left_edge.i
        if child.dep_ not in ("punct", "nsubj") and stretch.doc[start].lower_ in cue.prepositions:
            return stretch.offsets(start, child.right_edge.i + 1)
    # The parse may hang "of …ing" on the accused.
    for i in range(verb.i + 1, min(verb.i + 8, stretch.last)):
        if stretch.doc[i].lower_ in cue.prepositions and i + 1 < stretch.last and stretch.doc[i + 1].tag_ in ("VBG", "RB"):
            governor = stretch.doc[i].head
            return stretch.offsets(i, governor.right_edge.i + 1)
    return None


def _object(stretch: Stretch, verb: Token) -> Offsets | None:
    for edge in edges(verb):
        if edge.relation == "obj" and edge.child.lower_ not in RELATIVES:
            end = _complement_end(verb, edge.child)
            if verb.lemma_.lower() in _NAMING and (named := _named_as(stretch, end)):
                return stretch.doc[edge.child.left_edge.i].idx, named
            if end > edge.child.i + 1 or edge.child.pos_ != "PRON":
                return stretch.offsets(edge.child.left_edge.i, end)
    noun = modified(verb)
    has_subject = any(edge.relation == "subj" and edge.child.lower_ not in RELATIVES for edge in edges(verb))
    if noun is not None and has_subject:
        return stretch.offsets(*noun_range(noun))
    return None


def _undergone(stretch: Stretch, verb: Token, cue: Cue) -> Offsets | None:
    """Return what a passive with an agent tells of: "the swap was confirmed by both sides", "the swap, confirmed by …"."""
    if cue.cue_class not in _TOLD_OF or not any(edge.relation == "agent" for edge in edges(verb)):
        return None
    noun = verb.head if verb.dep_ == "acl" else modified(verb)
    for child in verb.lefts:
        if child.pos_ in ("VERB", "AUX") and child.dep_ in ("csubj", "csubj:pass", "nsubj:pass", "advcl"):
            # Parsers take "That X armed Y was denied" for an adverbial clause.
            if child.left_edge.lower_ in ("that", "whether"):
                return stretch.offsets(child.left_edge.i, child.right_edge.i + 1)
        elif child.dep_ == "nsubj:pass" and child.lower_ not in RELATIVES:
            noun = child
    if noun is None or noun.pos_ not in ("NOUN", "PROPN") or noun.i > verb.i:
        return None
    start, end = noun_range(noun)
    return stretch.offsets(start, min(end, verb.left_edge.i) if noun.head != verb else end)


def _named_as(stretch: Stretch, start: int) -> int | None:
    """Return the end of the name that stands right behind what it is given to ("called her “a star”")."""
    if start >= stretch.last:
        return None
    quote = stretch.quote_from(start)
    if quote and quote.start == stretch.doc[start].idx:
        return quote.end
    phrase = noun_range_after(stretch, start) if stretch.doc[start].pos_ == "DET" else None
    if phrase is None:
        return None
    quote = stretch.quote_from(start)
    last = stretch.doc[phrase[1] - 1]
    inside = quote and phrase[1] < stretch.last and quote.start == stretch.doc[phrase[1]].idx
    return quote.end if quote and inside else last.idx + len(last)


def _complement_end(verb: Token, obj: Token) -> int:
    """Return the end of an object with what is said of it: "called the plan a mistake", "praised her for staying"."""
    end = obj.right_edge.i + 1
    for child in verb.rights:
        if child.i > obj.i and (child.dep_ == "xcomp" or child.left_edge.lower_ in ("as", "for", "over")):
            end = max(end, child.right_edge.i + 1)
    return end
