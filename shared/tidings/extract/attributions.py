"""Attributions: who says what, after Pareti's scheme of source, cue and content (PolNeAR's annotation manual).

Found by verb ("X said that …"), by noun ("X's claim that …"), by "according to", and by quotation marks. The content
keeps its "that" and its quotation marks; where a tag stands in its midst ("…, he said, …") it runs over the tag.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from spacy.tokens import Doc

from tidings.extract.attribution_nouns import according_draft, colon_draft, noun_draft
from tidings.extract.attribution_sources import Referents
from tidings.extract.attribution_spans import Draft, Offsets, Stretch, stretches
from tidings.extract.attribution_verbs import verb_draft
from tidings.extract.coreference import Reference
from tidings.extract.cues import noun_cue, verb_cue
from tidings.extract.quotations import Quotation, quotations
from tidings.records import Attribution, Entity, QuoteKind, SourceSpan, Span, Timex

_TAG_REACH = 200
"""How long the rest of a tag may be, in characters, for the next quotation to belong to the same speaker."""
_TIME_REACH = 60
"""How far from its cue, in characters, the time of a speech act may stand."""


def find_attributions(
    doc: Doc, entities: Sequence[Entity], timexes: Sequence[Timex], references: Sequence[Reference] = ()
) -> tuple[Attribution, ...]:
    """Return a text's attributions, ids a1, a2 … in the order of their contents.

    Args:
        doc: The parsed article.
        entities: Its entities; `source.entity` is the id of the one that the source's words name or refer to.
        timexes: Its time expressions; `time` is the id of the one that tells when the source spoke.
        references: Its pronouns and descriptions that stand for an entity.
    """
    text = doc.text
    quotes = quotations(text)
    spoken: list[tuple[Draft | None, Offsets | None, Offsets]] = [
        (draft, draft.source, _with_following_quotes(text, draft, quotes)) for draft in _drafts(doc, text, quotes)
    ]
    spoken.extend((None, source, content) for source, content in _continued(text, [d for d, _, _ in spoken if d], quotes))
    spoken.sort(key=lambda s: (s[2], s[0].cue if s[0] else (0, 0)))
    return _bound(text, spoken, quotes, Referents(text, entities, references), timexes)


def _drafts(doc: Doc, text: str, quotes: Sequence[Quotation]) -> list[Draft]:
    """Return the drafts in the order of their cues, one for a cue."""
    found = [draft for stretch in stretches(doc, text, quotes) for draft in _stretch_drafts(stretch)]
    return sorted(found, key=lambda d: d.cue)


def _stretch_drafts(stretch: Stretch) -> Iterator[Draft]:
    for token in stretch.doc[stretch.first : stretch.last]:
        draft = None
        if cue := verb_cue(token):
            draft = verb_draft(stretch, token, cue)
        elif cue := noun_cue(token):
            draft = noun_draft(stretch, token, cue)
        elif token.lower_ == "according":
            draft = according_draft(stretch, token)
        elif token.text == ":":
            draft = colon_draft(stretch, token)
        if draft is not None and not _self_hedge(stretch, draft):
            yield draft


def _self_hedge(stretch: Stretch, draft: Draft) -> bool:
    """Tell whether a quoted speaker only speaks of themselves or the hearer ("I think", "you know")."""
    k = bisect_right(stretch.quotes, draft.cue[0], key=lambda q: q.start) - 1
    if k < 0 or draft.cue[1] > stretch.quotes[k].end or not stretch.quotes[k].closed:
        return False
    source = stretch.text[draft.source[0] : draft.source[1]].lower() if draft.source else ""
    return source in ("", "i", "we", "you", "they", "he", "she", "it", "us", "people", "that", "this")


# ---------------------------------------------------------------- quotations that go on


def _with_following_quotes(text: str, draft: Draft, quotes: Sequence[Quotation]) -> Offsets:
    """Return the content with the quotation that follows its tag in the same paragraph: the same person goes on."""
    start, end = draft.content
    k = bisect_left(quotes, end, key=lambda q: q.end)
    ends_quoted = k < len(quotes) and quotes[k].end == end
    if not ends_quoted or k + 1 >= len(quotes) or draft.cue[0] < end:
        return start, end
    between = text[end : quotes[k + 1].start]
    tag_ends = draft.cue[1] - end
    after_tag = between[tag_ends:].rstrip()
    if "\n" in between or tag_ends > len(between) or not after_tag.endswith(".") or len(after_tag) > _TAG_REACH:
        return start, end
    return start, quotes[k + 1].end


def _continued(text: str, drafts: Sequence[Draft], quotes: Sequence[Quotation]) -> Iterator[tuple[Offsets, Offsets]]:
    """Iterate over source and content of the quoted sentences without a tag of their own: who spoke last goes on."""
    contents = [_with_following_quotes(text, d, quotes) for d in drafts]
    for quote in quotes:
        words = text[quote.start : quote.end]
        sentence = words[1:2].isupper() and words.rstrip("\"”'’")[-1:] in (".", "?", "!", "…")
        if not sentence or any(c[0] < quote.end and quote.start < c[1] for c in contents):
            continue
        before = [d for d in drafts if d.cue[1] <= quote.start and d.source]
        last = before[-1] if before else None
        if last and last.source and _quoted(last.content, quotes) and text.count("\n\n", last.cue[1], quote.start) <= 1:
            yield last.source, (quote.start, quote.end)


def _quoted(content: Offsets, quotes: Sequence[Quotation]) -> bool:
    k = bisect_left(quotes, content[0], key=lambda q: q.end)
    return k < len(quotes) and quotes[k].start < content[1]


def _kind(content: Offsets, quotes: Sequence[Quotation]) -> QuoteKind:
    """Tell direct speech (between marks from end to end) from mixed (some words of it) and indirect."""
    first = bisect_left(quotes, content[0] + 1, key=lambda q: q.end)
    if first >= len(quotes) or quotes[first].start >= content[1]:
        return QuoteKind.INDIRECT
    last = bisect_right(quotes, content[1] - 1, key=lambda q: q.start) - 1
    whole = quotes[first].start <= content[0] and quotes[last].end >= content[1]
    return QuoteKind.DIRECT if whole else QuoteKind.MIXED


# ---------------------------------------------------------------- binding to entities and times


def _bound(
    text: str,
    spoken: Sequence[tuple[Draft | None, Offsets | None, Offsets]],
    quotes: Sequence[Quotation],
    referents: Referents,
    timexes: Sequence[Timex],
) -> tuple[Attribution, ...]:
    previous: Entity | None = None
    found = []
    for k, (draft, source, content) in enumerate(spoken, 1):
        who = referents.resolve(source, previous) if source else None
        previous = who or previous
        found.append(
            Attribution(
                id=f"a{k}",
                source=SourceSpan(**_span(text, source).model_dump(), entity=who.id if who else None) if source else None,
                cue=_span(text, draft.cue) if draft else None,
                content=_span(text, content),
                quote=_kind(content, quotes),
                time=_time(draft, timexes) if draft else None,
            )
        )
    return tuple(found)


def _span(text: str, offsets: Offsets) -> Span:
    return Span(start=offsets[0], end=offsets[1], text=text[offsets[0] : offsets[1]])


def _time(draft: Draft, timexes: Sequence[Timex]) -> str | None:
    """Return the id of the time expression beside the cue and outside the content, in the same sentence."""
    sent = draft.cue_token.sent
    near = [
        t
        for t in timexes
        if sent.start_char <= t.start < sent.end_char
        and t.type in ("DATE", "TIME")
        and not (t.start < draft.content[1] and draft.content[0] < t.end and not _within_tag(t, draft))
        and _distance(t, draft.cue) <= _TIME_REACH
    ]
    return min(near, key=lambda t: _distance(t, draft.cue)).id if near else None


def _within_tag(timex: Timex, draft: Draft) -> bool:
    """Tell whether a time inside the content stands right behind a tag in its midst."""
    return draft.content[0] < draft.cue[0] and draft.cue[1] < draft.content[1] and 0 <= timex.start - draft.cue[1] <= 5


def _distance(timex: Timex, cue: Offsets) -> int:
    return min(abs(timex.start - cue[1]), abs(cue[0] - timex.end))
