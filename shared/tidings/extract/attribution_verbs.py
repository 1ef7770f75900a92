"""Attributions by verb: "X said that …", "X accused Y of …", "the claim X denies"; tags have a module of their own."""

from __future__ import annotations

from spacy.tokens import Token

from tidings.extract.attribution_contents import RELATIVES, content_of, modified
from tidings.extract.attribution_spans import Draft, Offsets, Stretch, noun_range, noun_range_before
from tidings.extract.attribution_tags import DAYS, cue_range, nearer_source, tag_content, tag_source
from tidings.extract.cues import Cue
from tidings.extract.syntax import edges, is_passive

_LONGEST_APPOSITION = 25
_HEDGES = frozenset(("appear", "seem", "continue", "go", "begin"))
"""Verbs under which an infinitive still tells of speech ("went on to say"); others ask for it or deny it."""


def verb_draft(stretch: Stretch, verb: Token, cue: Cue) -> Draft | None:
    """Return the attribution that a cue verb brings, None if it brings nobody's content."""
    if any(t.tag_ == "TO" for t in verb.lefts) and verb.head.lemma_ not in _HEDGES:
        return None
    first, last = cue_range(verb)
    misread = _misread(stretch, verb)
    passive = is_passive(verb) and not misread
    source = _before_time(stretch, first) if misread else _source(stretch, verb, passive)
    content = tag_content(stretch, verb, cue, source) if cue.takes("t") and not _truly_passive(verb) else None
    if content:
        # A tag's past tense may be read as a participle ("…, both sides confirmed on Friday"): who speaks stands before it.
        source = source or nearer_source(stretch, verb, None)
        passive = False
    elif source and not passive and verb.tag_ in ("VBD", "VBZ", "VBP") and source[1] < first:
        source = nearer_source(stretch, verb, source)
        # Behind its own subject and a comma ("Lavrov, the minister, accused Kyiv") a cue is no inverted tag.
        if not any(edge.relation == "subj" and edge.child.i < first for edge in edges(verb)):
            source = tag_source(stretch, verb, source)
    content = content or content_of(stretch, verb, cue, passive)
    if content is None and misread and (cue.takes("o") or cue.takes("c")):
        content = stretch.offsets(last, stretch.last)
    if content is None:
        return None
    where = stretch.offsets(*source) if source else None
    if where and _overlap(where, content) and not (content[0] < where[0] and where[1] < content[1]):
        if where[0] <= content[0]:
            return None
        where = None
    marks = stretch.doc[first].idx, stretch.doc[last - 1].idx + len(stretch.doc[last - 1])
    return Draft(verb, marks, where, content)


def _truly_passive(verb: Token) -> bool:
    """Tell whether a verb has a passive auxiliary; a bare participle after a noun may be a misread past tense."""
    return any(child.dep_ == "aux:pass" for child in verb.children)


def _misread(stretch: Stretch, verb: Token) -> bool:
    """Tell whether a participle is its sentence's only possible verb: then the parse took a past tense for it."""
    if verb.tag_ != "VBN" or verb.dep_ not in ("amod", "acl") or any(c.dep_.startswith("aux") for c in verb.children):
        return False
    finite = ("VBD", "VBZ", "VBP", "MD")
    return not any(t.tag_ in finite for t in stretch.doc[stretch.first : verb.i]) and (
        noun_range_before(stretch, verb.i) is not None
        and not any(t.tag_ in finite and t.head.i <= verb.i for t in stretch.doc[verb.i : stretch.last])
    )


def _source(stretch: Stretch, verb: Token, passive: bool) -> tuple[int, int] | None:
    first = cue_range(verb)[0]
    absolute = noun_range_before(stretch, first) if verb.tag_ == "VBG" else None
    if absolute and absolute[0] > stretch.first and stretch.doc[absolute[0] - 1].lower_ == "with":
        return absolute
    head = _holder(verb, passive)
    joined = verb.dep_ == "conj" and verb.head.pos_ in ("VERB", "AUX")
    if head is None and not passive and verb.tag_ in ("VBD", "VBZ", "VBP") and not joined:
        return _before_time(stretch, first) or _before_apposition(stretch, first)
    if head is None or (head.lower_ in ("it", "there") and passive):
        return None
    if not stretch.first <= head.i < stretch.last:
        return None
    noun = modified(verb) if head.lower_ in RELATIVES else None
    if noun is None:
        return noun_range(head)
    # "Ruto, who said …" tells who spoke; "those who said …" only whom is spoken of.
    start, end = noun_range(noun)
    return start, min(end, head.i - 1) if stretch.doc[head.i - 1].text == "," else end


def _before_time(stretch: Stretch, end: int) -> tuple[int, int] | None:
    """Return the noun phrase before a cue, stepping over a day between the two ("the minister on Monday accused …")."""
    found = noun_range_before(stretch, end)
    if found and all(t.lemma_.lower() in DAYS for t in stretch.doc[found[0] : found[1]]):
        before = (
            found[0] - 1 if found[0] - 1 > stretch.first and stretch.doc[found[0] - 1].lower_ in ("on", "in") else found[0]
        )
        return noun_range_before(stretch, before)
    return found


def _before_apposition(stretch: Stretch, end: int) -> tuple[int, int] | None:
    """Return the noun phrase with the apposition between commas before a cue ("Ann Lee, a member of the board, said")."""
    doc = stretch.doc
    if end - 2 <= stretch.first or doc[end - 1].text != ",":
        return None
    for i in range(end - 2, max(end - _LONGEST_APPOSITION, stretch.first), -1):
        if doc[i].text == "," and i + 1 < end and doc[i + 1].pos_ in ("DET", "NOUN", "PROPN", "ADJ", "PRON", "NUM"):
            found = noun_range_before(stretch, i)
            return (found[0], end - 1) if found else None
    return None


def _holder(verb: Token, passive: bool) -> Token | None:
    """Return the head of the noun phrase that speaks: subject or agent, own or shared with a governing verb."""
    wanted = "agent" if passive else "subj"
    for edge in edges(verb):
        if edge.relation == wanted:
            return edge.child
    if passive:
        return None
    return _shared(verb)


def _shared(verb: Token) -> Token | None:
    """Return the subject that a verb without one shares: of the verb it is coordinated to or depends on."""
    at = verb
    for _ in range(4):
        governor = at.head
        if governor == at:
            return None
        if at.dep_ in ("acl", "amod") and governor.pos_ in ("NOUN", "PROPN", "PRON"):
            return governor
        if at.dep_ not in ("conj", "xcomp", "advcl", "parataxis", "dep", "acl", "obl"):
            return None
        # A finite parataxis without a subject is inverted ("…, said the minister"): its subject is its own.
        if at.dep_ == "parataxis" and at.tag_ in ("VBD", "VBZ", "VBP"):
            return None
        for edge in edges(governor):
            if edge.relation in ("subj", "subjpass") and edge.child.i < verb.i:
                return edge.child
        at = governor
    return None


def _overlap(a: Offsets, b: Offsets) -> bool:
    return a[0] < b[1] and b[0] < a[1]
