"""What an article calls its people and bodies: "Medinsky" is elsewhere the "Russian presidential aide Vladimir Medinsky"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from spacy.tokens import Doc, Span

from tidings.extract.syntax import children, phrase
from tidings.records import Entity, EntityLabel

_DESCRIBED = (EntityLabel.PERSON, EntityLabel.ORG)
_LONGEST = 120


def descriptions(doc: Doc, entities: Sequence[Entity]) -> dict[str, str]:
    """Return a describing phrase for each name that the article describes anywhere, by every form of the name.

    The mapping is what `tidings.extract.actors.resolve_actor` takes as its context.
    """
    by_chain: dict[int | None, str] = {}
    for entity in entities:
        if entity.label in _DESCRIBED and entity.chain not in by_chain:
            span = doc.char_span(entity.start, entity.end, alignment_mode="expand")
            found = None if span is None else next(_describing(span), None)
            if found is not None:
                by_chain[entity.chain] = found
    return {e.text: by_chain[e.chain] for e in entities if e.label in _DESCRIBED and e.chain in by_chain}


def _describing(name: Span) -> Iterator[str]:
    """Iterate over the phrases that say more of a name: its own, that of the noun it stands beside, its appositions."""
    root = name.root
    heads = [root]
    if root.dep_ in ("appos", "flat", "compound", "nmod:desc") and root.head.i not in range(name.start, name.end):
        heads.append(root.head)
    heads += children(root, "appos")
    for head in heads:
        found = phrase(head)
        more = [
            token for token in found if token.i not in range(name.start, name.end) and token.is_alpha and not token.is_stop
        ]
        if more and len(found.text) <= _LONGEST:
            yield " ".join(found.text.split())
