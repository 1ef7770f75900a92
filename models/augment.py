"""Vary training text as news varies: curly and straight quotes, several dashes, capitals, other names."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example
from spacy.util import registry

from models.renaming import NamePool, read_pool, rename

_STRAIGHT = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"'})
_DASHES = frozenset({"--", "–", "—", "-"})
_HYPHEN_TAG = "HYPH"


Augmenter = Callable[[Language, Example], Iterator[Example]]


@registry.augmenters("tidings.typography.v1")  # type: ignore[untyped-decorator]
def create_typography_augmenter(typography: float, capitals: float) -> Augmenter:
    """Create an augmenter that respells a share of the documents, and puts a share in capitals."""
    return partial(vary_typography, typography=typography, capitals=capitals)


@registry.augmenters("tidings.names.v1")  # type: ignore[untyped-decorator]
def create_names_augmenter(typography: float, capitals: float, renamed: float, pool: Path) -> Augmenter:
    """Create a typography augmenter that first gives a share of the documents other names.

    The names come from the gold part of the training files, `pool`, each distinct one as likely as any other:
    a model that has met rare names in many places knows a name by its surroundings.
    """
    return partial(vary_names, names=read_pool(pool), renamed=renamed, typography=typography, capitals=capitals)


def vary_names(
    nlp: Language, example: Example, *, names: NamePool, renamed: float, typography: float, capitals: float
) -> Iterator[Example]:
    """Yield the example, perhaps with other names, then perhaps respelt."""
    if random.random() < renamed:  # noqa: S311
        reference = rename(example.reference, names)
        example = Example(nlp.make_doc(reference.text), reference)
    yield from vary_typography(nlp, example, typography=typography, capitals=capitals)


def vary_typography(nlp: Language, example: Example, *, typography: float, capitals: float) -> Iterator[Example]:
    """Yield the example, or the same one respelt; the annotation stays word for word."""
    roll = random.random()  # noqa: S311
    reference = example.reference
    if roll < capitals:
        yield respell(nlp, reference, [word.text.upper() for word in reference], keep_lemmas=False)
    elif roll < capitals + typography:
        restyle = random.choice((curly, straight))  # noqa: S311
        yield respell(nlp, reference, restyle(reference), keep_lemmas=True)
    else:
        yield example


def straight(doc: Doc) -> list[str]:
    """Return the words with typewriter quotes and dashes."""
    words = [word.text.translate(_STRAIGHT) for word in doc]
    return ["--" if text in {"–", "—"} else text for text in words]


def curly(doc: Doc) -> list[str]:
    """Return the words with typeset quotes, and the document's free-standing dashes as one of three."""
    dash = random.choice(("–", "—", "--"))  # noqa: S311
    words, inside = [], False
    for word in doc:
        text = word.text.replace("'", "’")
        if text == '"':
            text, inside = ("”" if inside else "“"), not inside
        elif text in _DASHES and word.tag_ != _HYPHEN_TAG and word.whitespace_:
            text = dash
        words.append(text)
    return words


def respell(nlp: Language, reference: Doc, words: list[str], *, keep_lemmas: bool) -> Example:
    """Copy the annotation of `reference` to other spellings of its words."""
    attrs: list[int | str] = ["ENT_IOB", "ENT_TYPE"]
    if reference.has_annotation("DEP"):
        attrs = ["TAG", "POS", "MORPH", "DEP", "HEAD", *(["LEMMA"] if keep_lemmas else [])]
    copy = Doc(reference.vocab, words=words, spaces=[bool(word.whitespace_) for word in reference])
    annotation: Any = reference.to_array(attrs)
    copy.from_array(attrs, annotation)
    return Example(nlp.make_doc(copy.text), copy)
