"""Attributions by verb: "X said that …", "X accused Y of …", "the claim X denies"; tags have a module of their own."""

from __future__ import annotations

from spacy.tokens import Token

from tidings.extract.attribution_spans import Draft, Offsets, Stretch, noun_range, noun_range_after, noun_range_before
from tidings.extract.attribution_tags import DAYS, cue_range, nearer_source, tag_content, tag_source
from tidings.extract.cues import Cue, CueClass
from tidings.extract.syntax import edges, is_passive

_LONGEST_APPOSITION = 25
_NAMING = frozenset(("call", "label", "brand", "dub", "name", "deem", "consider"))
_RELATIVES = frozenset(("who", "which", "that", "whom", "what", "whoever"))
_HEDGES = frozenset(("appear", "seem", "continue", "go", "begin"))
"""Verbs under which an infinitive still tells of speech ("went on to say"); others ask for it or deny it."""
_RAISING = frozenset((CueClass.SAY, CueClass.REPORT, CueClass.CLAIM, CueClass.PREDICT, CueClass.THINK, CueClass.KNOW))


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
        source = tag_source(stretch, verb, source)
    content = content or _content(stretch, verb, cue, passive)
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
    if head.lower_ in _RELATIVES and _modified(verb) is not None:
        head = _modified(verb) or head
    return noun_range(head)


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


def _modified(verb: Token) -> Token | None:
    at = verb
    while at.dep_ == "conj" and at.head != at:
        at = at.head
    return at.head if at.dep_ == "acl:relcl" and at.head != at else None


def _content(stretch: Stretch, verb: Token, cue: Cue, passive: bool) -> Offsets | None:
    found = None
    if cue.takes("q") and not passive:
        found = _quote_right(stretch, verb)
    if found is None and cue.takes("c"):
        found = _clause_right(stretch, verb, cue)
    if found is None and (cue.takes("x") or (passive and cue.cue_class in _RAISING)):
        found = _infinitive(stretch, verb)
    if found is None and cue.prepositions:
        found = _prepositional(stretch, verb, cue)
    if found is None and cue.takes("o") and not (passive and verb.dep_ != "ROOT"):
        found = _object(stretch, verb, passive)
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


def _object(stretch: Stretch, verb: Token, passive: bool) -> Offsets | None:
    wanted = "subjpass" if passive else "obj"
    for edge in edges(verb):
        if edge.relation == wanted and edge.child.lower_ not in _RELATIVES and not passive:
            end = _complement_end(verb, edge.child)
            if verb.lemma_.lower() in _NAMING and (named := _named_as(stretch, end)):
                return stretch.doc[edge.child.left_edge.i].idx, named
            if end > edge.child.i + 1 or edge.child.pos_ != "PRON":
                return stretch.offsets(edge.child.left_edge.i, end)
    noun = _modified(verb)
    has_subject = any(edge.relation == "subj" and edge.child.lower_ not in _RELATIVES for edge in edges(verb))
    if noun is not None and has_subject and not passive:
        return stretch.offsets(*noun_range(noun))
    return None


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


def _overlap(a: Offsets, b: Offsets) -> bool:
    return a[0] < b[1] and b[0] < a[1]
