"""Loads a spaCy pipeline of another label scheme so that the rules read it as their own.

The rules are written on Penn tags, Universal Dependencies and Tidings' own labels of names. A pipeline of spaCy's
`en_core_web` family has the same tags, ClearNLP's dependencies and OntoNotes' labels of names
(https://catalog.ldc.upenn.edu/LDC2013T19).
"""

from __future__ import annotations

import warnings

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

import tidings.language.reader  # noqa: F401  registers the component of the shipped pipeline
from tidings.errors import BadUsage
from tidings.extract import clearnlp
from tidings.language.tokens import BoundedTokenizer
from tidings.records import EntityLabel

COMPONENT = "tidings_ontonotes_names"
_OWN = frozenset(label.value for label in EntityLabel)
_ONTONOTES = frozenset(
    {"CARDINAL", "DATE", "LANGUAGE", "LAW", "MONEY", "ORDINAL", "PERCENT", "QUANTITY", "TIME", "WORK_OF_ART"}
)
"""OntoNotes' other labels: times and quantities have readers of their own, and the rest never acts."""
_ARTICLES = frozenset({"the", "a", "an"})
_POSSESSIVES = frozenset({"'s", "’s", "'", "’"})
_PROBE = "Kenya signed a treaty."
_PARTS = {
    "TAG": "tagger",
    "POS": "attribute_ruler or morphologizer",
    "LEMMA": "lemmatizer",
    "DEP": "parser",
    "ENT_IOB": "ner",
}
"""What the rules read, and the part of a pipeline that gives it."""


def load_pipeline(name: str) -> Language:
    """Return the spaCy pipeline of a folder or of an installed package, with what turns its labels into ours.

    Its tokenizer is bounded: hostile text costs it no more than any other.

    Raises:
        BadUsage: there is none, it cannot be loaded, or it lacks a part that the rules need.
    """
    try:
        nlp = spacy.load(name)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=r"\[W108\]")  # a lemmatizer without tags: told below
            doc = nlp(_PROBE)
    except (OSError, ValueError, ImportError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise BadUsage(f"no spaCy pipeline in {name}: {reason} (set TIDINGS_MODEL_PATH)") from None
    missing = [part for attribute, part in _PARTS.items() if not doc.has_annotation(attribute)]
    if missing:
        raise BadUsage(f"the spaCy pipeline {name} has no {', no '.join(missing)} (set TIDINGS_MODEL_PATH)")
    adapt(nlp)
    nlp.tokenizer = BoundedTokenizer(nlp.tokenizer)
    return nlp


def adapt(nlp: Language) -> None:
    """Add to a pipeline the components that turn its labels into ours; none if they are ours."""
    labels = {label for of_pipe in nlp.pipe_labels.values() for label in of_pipe}
    if labels & _ONTONOTES:
        nlp.add_pipe(COMPONENT)
    if labels & clearnlp.MARKS:
        nlp.add_pipe(clearnlp.COMPONENT)


@Language.component(COMPONENT, requires=["doc.ents"], assigns=["doc.ents", "token.ent_iob", "token.ent_type"])
def to_own_names(doc: Doc) -> Doc:
    """Keep the names whose labels we have, less their leading article and their possessive, in place."""
    names = (_bare(ent) for ent in doc.ents if ent.label_ in _OWN)
    doc.set_ents([name for name in names if len(name)])
    return doc


def _bare(ent: Span) -> Span:
    start, end = ent.start, ent.end
    while start < end and ent.doc[start].lower_ in _ARTICLES:
        start += 1
    while start < end and ent.doc[end - 1].lower_ in _POSSESSIVES:
        end -= 1
    return Span(ent.doc, start, end, label=ent.label)
