"""Put other names of the same kind into a document, so that training meets a name in many places."""

from __future__ import annotations

import random
from pathlib import Path
from typing import NamedTuple

import spacy
from spacy.tokens import Doc, DocBin, Span

RENAMED_LABELS = ("PERSON", "ORG", "GPE")
LONGEST_NAME = 6  # words; longer ones are mostly lists and titles
KEPT_SHARE = 0.5  # of the names of a document that is renamed


class Name(NamedTuple):
    """A name's words, and whether a space follows each of them but the last."""

    words: tuple[str, ...]
    spaces: tuple[bool, ...]


NamePool = dict[str, list[Name]]


def read_pool(path: Path) -> NamePool:
    """Collect the distinct names of a training file by label, in a fixed order."""
    found: dict[str, set[Name]] = {label: set() for label in RENAMED_LABELS}
    for doc in DocBin().from_disk(path).get_docs(spacy.blank("en").vocab):
        for name in doc.ents:
            if name.label_ in found and len(name) <= LONGEST_NAME and name[0].text[0].isupper():
                words = tuple(word.text for word in name)
                found[name.label_].add(Name(words, tuple(bool(word.whitespace_) for word in name[:-1])))
    return {label: sorted(names) for label, names in found.items()}


def rename(doc: Doc, pool: NamePool) -> Doc:
    """Return a copy with some names replaced, the same name always by the same other one.

    What was unknown in the document stays unknown in the copy.
    """
    chosen: dict[tuple[str, str], Name] = {}
    words: list[str] = []
    spaces: list[bool] = []
    names: list[tuple[int, int, str]] = []
    unknown: list[int] = []
    starts = {name.start: name for name in doc.ents}
    position = 0
    while position < len(doc):
        if name := starts.get(position):
            key = (name.label_, name.text)
            if key not in chosen:
                chosen[key] = _replacement(name, pool)
            new = chosen[key]
            names.append((len(words), len(words) + len(new.words), name.label_))
            words.extend(new.words)
            spaces.extend((*new.spaces, bool(name[-1].whitespace_)))
            position = name.end
            continue
        if doc[position].ent_iob == 0:
            unknown.append(len(words))
        words.append(doc[position].text)
        spaces.append(bool(doc[position].whitespace_))
        position += 1
    copy = Doc(doc.vocab, words=words, spaces=spaces)
    copy.set_ents(
        [Span(copy, start, end, label=label) for start, end, label in names],
        missing=[Span(copy, at, at + 1) for at in unknown],
    )
    return copy


def _replacement(name: Span, pool: NamePool) -> Name:
    if name.label_ in pool and random.random() >= KEPT_SHARE:  # noqa: S311
        return random.choice(pool[name.label_])  # noqa: S311
    return Name(tuple(word.text for word in name), tuple(bool(word.whitespace_) for word in name[:-1]))
