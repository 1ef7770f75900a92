"""Tags: the cue and source that stand beside quoted or reported words, "…, both sides confirmed on Friday", "…, said X".

Parsers are weak here (the tag may be read as a participle, the content as a fragment), so the words' order decides.
"""

from __future__ import annotations

from spacy.tokens import Token

from tidings.extract.attribution_spans import Offsets, Stretch, noun_range_after, noun_range_before
from tidings.extract.cues import Cue, CueClass, noun_cue
from tidings.extract.quotations import Quotation
from tidings.extract.syntax import edges

_BREAKS = frozenset([",", "—", "–", "--", "-", ":", ";", "”", '"', "’", "'", "''", "...", "…"])
_LONGEST_TAG = 14
_BARE_TAGS = frozenset((CueClass.SAY, CueClass.REPORT, CueClass.CLAIM, CueClass.CONFIRM, CueClass.DENY, CueClass.PREDICT))


def cue_range(verb: Token) -> tuple[int, int]:
    """Return the tokens of a verb with the auxiliaries, negations, adverbs and particles right beside it."""
    first, last = verb.i, verb.i + 1
    while first > 0 and _beside(verb.doc[first - 1], verb):
        first -= 1
    if last < len(verb.doc) and verb.doc[last].head == verb and verb.doc[last].dep_ == "compound:prt":
        last += 1
    return first, last


def _beside(token: Token, verb: Token) -> bool:
    return (
        token.head == verb
        and (token.pos_ in ("AUX", "PART") or token.dep_ in ("aux", "aux:pass", "advmod"))
        and (token.pos_ not in ("SCONJ", "PUNCT") and not token.lower_.startswith("wh") and token.lower_ != "how")
    )


def tag_source(stretch: Stretch, verb: Token, source: tuple[int, int] | None) -> tuple[int, int] | None:
    """Return a tag's source: the noun phrase right beside the cue outweighs a subject that the parse finds far off."""
    first = cue_range(verb)[0]
    after = noun_range_after(stretch, verb.i + 1)
    if after and _opens(stretch, first):
        return source if source and source[0] > verb.i else after
    return nearer_source(stretch, verb, source) or after


def nearer_source(stretch: Stretch, verb: Token, source: tuple[int, int] | None) -> tuple[int, int] | None:
    """Return the noun phrase between a comma and the cue, where the parse finds its subject farther off or nowhere."""
    before = noun_range_before(stretch, cue_range(verb)[0])
    if before and stretch.doc[before[0]].tag_ in ("WP", "WDT"):
        # "Ruto, who said …": the pronoun means the noun that the parse finds; "whom the board accused": the board does.
        return (before[0] + 1, before[1]) if before[1] > before[0] + 1 else source
    if before and (source is None or (source[1] < before[0] and _opens(stretch, before[0]))):
        return before
    return source


def _opens(stretch: Stretch, at: int) -> bool:
    """Tell whether a token starts its sentence or stands right behind a comma, dash or quotation."""
    return at == stretch.first or stretch.doc[at - 1].text in _BREAKS or stretch.doc[at - 1].is_space


def tag_content(stretch: Stretch, verb: Token, cue: Cue, source: tuple[int, int] | None) -> Offsets | None:
    """Return what stands before (and after) a tag, None if the verb is none."""
    group = _tag_group(stretch, verb, source)
    if group is None:
        return None
    doc, (first, last) = stretch.doc, group
    # "a claim the army rejected", "a report confirmed on Friday": what the verb modifies is its content, no source.
    if any(noun_cue(t) and t.i < verb.i and t.i > 0 and doc[t.i - 1].lower_ in ("a", "an") for t in doc[first:last]):
        return None
    quote = stretch.quote_ending(first)
    resumed = _resumed(stretch, last)
    if quote is not None and not _ended(stretch, quote):
        start = _quote_start(stretch, quote.start, first)
        if resumed is not None and any(q.end == resumed for q in stretch.quotes):
            return start, resumed
        # A scare-quoted word before the tag is no quotation of its own: `the "deal", he said that …`.
        return None if _has_right_clause(stretch, verb) and quote.end - quote.start < 20 else (start, quote.end)
    if first <= stretch.first or doc[first - 1].text not in _BREAKS or _has_right_clause(stretch, verb):
        return None
    before = stretch.offsets(_clause_start(stretch, first), first)
    if before is None:
        return None
    if resumed is not None and cue.cue_class in _BARE_TAGS:
        return before[0], resumed
    if not any(t.pos_ in ("VERB", "AUX") for t in doc[stretch.first : first]):
        return None
    return before if _closes(stretch, verb, last) else None


def _ended(stretch: Stretch, quote: Quotation) -> bool:
    """Tell whether a quotation closes its sentence with a full stop: what follows begins a new one and is no tag."""
    return quote.closed and stretch.text[quote.start : quote.end].rstrip("\"”'’»").endswith(".")


def _tag_group(stretch: Stretch, verb: Token, source: tuple[int, int] | None) -> tuple[int, int] | None:
    """Return the token range of source and cue, where the two stand side by side."""
    doc, (first, last) = stretch.doc, cue_range(verb)
    before = noun_range_before(stretch, first)
    if source and source[1] <= first:
        between = [t for t in doc[source[1] : first] if t.pos_ in ("VERB", "SCONJ", "NOUN", "PROPN")]
        speakers = [e.child for e in edges(verb) if e.relation == "subj" and source[0] <= e.child.i < source[1]]
        # "…,” Ruto, who came on Monday, said": what stands between only tells who speaks.
        if all(any(speaker.is_ancestor(t) for speaker in speakers) for t in between):
            return source[0], last
    if before and _opens(stretch, before[0]):
        return before[0], last
    after = noun_range_after(stretch, verb.i + 1)
    if _opens(stretch, first) and after and verb.tag_ in ("VBD", "VBZ", "VBP", "VBN"):
        return first, max(after[1], source[1] if source and source[0] >= last else 0)
    return None


def _closes(stretch: Stretch, verb: Token, last: int) -> bool:
    """Tell whether nothing but time, place and hearer ("on Friday", "in a statement") follows a tag."""
    doc = stretch.doc
    rest = [t for t in doc[last : stretch.last] if not t.is_punct and not t.is_space]
    direct = [edge for edge in edges(verb) if edge.relation == "obj" and edge.child.i >= last]
    hearers = verb.lemma_ in ("tell", "inform", "remind", "assure", "notify", "advise", "brief")
    timed = [e for e in direct if e.child.lemma_.lower() not in DAYS]
    return len(rest) <= _LONGEST_TAG and (hearers or not timed)


_MONTHS = "january february march april may june july august september october november december"
_WEEK = "monday tuesday wednesday thursday friday saturday sunday today yesterday tomorrow"
_PARTS = "week month year day morning afternoon evening night"
DAYS = frozenset(f"{_WEEK} {_PARTS} {_MONTHS}".split(" "))
"""Nouns that date a tag ("…, he said Friday") and are never its object or source."""


def _clause_start(stretch: Stretch, end: int) -> int:
    """Return where the content before a tag begins: the sentence's start, or after an opening "X said:"."""
    for i in range(end - 2, stretch.first, -1):
        if stretch.doc[i].text == ";":
            return i + 1
    return stretch.first


def _quote_start(stretch: Stretch, start: int, first: int) -> int:
    """Return the start of the content that a quotation ends: the sentence's, where words lead up to the marks."""
    lead = [t for t in stretch.doc[stretch.first : first] if t.idx < start and not t.is_punct and not t.is_space]
    if not lead or any(t.text == ":" for t in stretch.doc[stretch.first : first] if t.idx < start):
        return start
    return lead[0].idx


def _resumed(stretch: Stretch, last: int) -> int | None:
    """Return the end of the content that goes on after a tag in mid-sentence ("…, he said, …"), None if it does not."""
    doc, at = stretch.doc, last
    while at < stretch.last and at - last < 9 and doc[at].text not in _BREAKS and doc[at].text not in '“"':
        at += 1
    if at + 2 >= stretch.last or doc[at].text not in (",", ":", "“", '"', "—", "--", "–"):
        return None
    quote = stretch.quote_from(at)
    if quote and quote.start - doc[at].idx < 4 and quote.start < doc[stretch.last - 1].idx:
        return quote.end
    follower = doc[at + 1]
    if (
        doc[at].text != ","
        or follower.tag_ == "VBG"
        or follower.lower_ in ("who", "which", "as", "while", "when", "whose", "according", "citing")
    ):
        return None
    if at + 1 < stretch.last and not any(t.pos_ in ("VERB", "AUX", "NOUN") for t in doc[at + 1 : stretch.last]):
        return None
    rest = stretch.offsets(at + 1, stretch.last)
    return rest[1] if rest else None


def _has_right_clause(stretch: Stretch, verb: Token) -> bool:
    nearby = stretch.doc[verb.i + 1 : min(verb.i + 2, stretch.last)]
    return any(t.lower_ == "that" for t in nearby) or any(
        edge.relation == "ccomp" and edge.child.i > verb.i and not _interrupted(verb, edge.child) for edge in edges(verb)
    )


def _interrupted(verb: Token, clause: Token) -> bool:
    """Tell whether a comma or quotation mark stands between a verb and the clause that the parse hangs on it."""
    start = max(clause.left_edge.i, verb.i + 1)
    return any(t.text in (",", "—", "--") for t in verb.doc[verb.i + 1 : start + 1])
