"""Attributions by noun and by preposition: "X's claim that …", "accusations of …", "according to X", "in X's view"."""

from __future__ import annotations

from spacy.tokens import Token

from tidings.extract.attribution_spans import Draft, Offsets, Stretch, noun_range, noun_range_after
from tidings.extract.cues import Cue, verb_cue
from tidings.extract.syntax import edges

_LONGEST_SPEAKER = 8
_HOLDING = frozenset(("by", "from"))


def noun_draft(stretch: Stretch, noun: Token, cue: Cue) -> Draft | None:
    """Return the attribution that a cue noun brings with its clause or phrase, None if it has none."""
    content = _content(stretch, noun, cue)
    if content is None:
        return None
    holder = _holder(noun)
    source = stretch.offsets(*noun_range(holder)) if holder is not None else None
    if source and source[0] < content[1] and content[0] < source[1]:
        source = None
    return Draft(noun, (noun.idx, noun.idx + len(noun)), _unpossessed(stretch, source), content)


def _content(stretch: Stretch, noun: Token, cue: Cue) -> Offsets | None:
    for child in noun.rights:
        start = child.left_edge
        if child.dep_ in ("acl", "ccomp", "acl:relcl", "xcomp", "advcl") and child.i > noun.i:
            marked = start.lower_ == "that" and (start.dep_ == "mark" or _is_content(start, child))
            if (marked and cue.takes("c")) or (start.lower_ == "to" and cue.takes("x")):
                return stretch.offsets(start.i, child.right_edge.i + 1)
        if cue.takes("c") and (found := _that_clause(stretch, child)):
            return found
        if start.lower_ in cue.prepositions and child.dep_ in ("nmod", "acl", "obl", "advcl"):
            return stretch.offsets(start.i, child.right_edge.i + 1)
    return None


def _is_content(that: Token, clause: Token) -> bool:
    """Tell a content clause read as a relative one ("the claim that wages fell") from a true one ("that he denies")."""
    verb = verb_cue(clause)
    return that.dep_ == "obj" and not (verb and verb.takes("o"))


def _that_clause(stretch: Stretch, modifier: Token) -> Offsets | None:
    """Return the clause that the parse hangs on the noun's modifier ("the claim by the unions that …")."""
    for grandchild in modifier.rights:
        start = grandchild.left_edge
        if grandchild.dep_ in ("acl", "ccomp") and start.lower_ == "that" and start.tag_ == "IN":
            return stretch.offsets(start.i, grandchild.right_edge.i + 1)
    return None


def _holder(noun: Token) -> Token | None:
    for edge in edges(noun):
        if edge.relation == "poss" or (edge.relation == "prep" and edge.prep in _HOLDING):
            return edge.child
    return _light_subject(noun)


def _light_subject(noun: Token) -> Token | None:
    """Return the subject of the light verb whose object the noun is ("X made the claim that …")."""
    if noun.dep_ == "obj" and noun.head.lemma_ in ("make", "issue", "give", "have", "voice", "express", "raise"):
        for edge in edges(noun.head):
            if edge.relation == "subj":
                return edge.child
    return None


def _unpossessed(stretch: Stretch, source: Offsets | None) -> Offsets | None:
    """Return a source without its genitive ending."""
    if source is None:
        return None
    text = stretch.text
    for ending in ("'s", "’s", "'", "’"):
        if text[source[0] : source[1]].endswith(ending):
            shorter = source[1] - len(ending)
            return (source[0], shorter) if shorter > source[0] else source
    return source


def according_draft(stretch: Stretch, token: Token) -> Draft | None:
    """Return the attribution of an "according to X", wherever it stands in its sentence; the rest is its content."""
    doc = stretch.doc
    at = token.i + 1
    if token.lower_ != "according" or at + 1 >= stretch.last or doc[at].lower_ != "to":
        return None
    held = noun_range_after(stretch, at + 1)
    # Whatever follows is a noun phrase, however its first word is tagged.
    end = _source_end(stretch, held[1] if held else at + 2)
    content = _around(stretch, token.i, end)
    if content is None:
        return None
    cue = token.idx, doc[at].idx + len(doc[at])
    return Draft(token, cue, stretch.offsets(at + 1, end), content)


def colon_draft(stretch: Stretch, token: Token) -> Draft | None:
    """Return the attribution of a "Speaker: “…”", as interviews, captions and headlines print it."""
    if token.text != ":" or not 0 < token.i - stretch.first <= _LONGEST_SPEAKER:
        return None
    quote = stretch.quote_from(token.i + 1)
    if quote is None or stretch.text[token.idx + 1 : quote.start].strip():
        return None
    speaker = stretch.doc[stretch.first : token.i]
    source = stretch.offsets(speaker.start, speaker.end)
    if source is None or any(t.pos_ in ("VERB", "AUX") for t in speaker) or not any(t.pos_ == "PROPN" for t in speaker):
        return None
    return Draft(token, (token.idx, token.idx + 1), source, (quote.start, quote.end))


def _source_end(stretch: Stretch, end: int) -> int:
    """Extend a source over what only modifies it: "a report released on Friday by X"."""
    doc, at = stretch.doc, end
    while at < stretch.last and at - end < 12 and doc[at].text not in ',.;:—–"“”()' and doc[at].text != "--":
        if doc[at].tag_ in ("VBD", "VBZ", "VBP", "MD"):
            return end
        at += 1
    return at


def _around(stretch: Stretch, first: int, end: int) -> Offsets | None:
    """Return the content of a sentence adverbial: what follows an initial one, what precedes a final one, else both."""
    doc = stretch.doc
    before = stretch.offsets(stretch.first, first)
    after = stretch.offsets(end, stretch.last)
    if before and after and doc[first - 1].text == "," and end < stretch.last and doc[end].text == ",":
        follower = doc[end + 1] if end + 1 < stretch.last else None
        if follower is not None and follower.lower_ not in ("who", "which", "whose") and follower.pos_ in ("VERB", "AUX"):
            return before[0], after[1]
    long_before = before is not None and sum(not t.is_punct for t in doc[stretch.first : first]) > 3
    if before is None or not long_before:
        return after or before
    resumed = (
        after is not None
        and end < stretch.last
        and doc[end].text == ","
        and end + 1 < stretch.last
        and (
            doc[end + 1].lower_ not in ("who", "which", "whose", "a", "an", "the")
            and doc[end + 1].tag_ not in ("VBG",)
            and any(t.pos_ in ("VERB", "AUX") for t in doc[end + 1 : stretch.last])
        )
    )
    return (before[0], after[1]) if resumed and after else before
