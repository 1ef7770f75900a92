"""The layers of an extraction as spaCy components, one each, in reading order.

Each reads what those before it left on the document and leaves its own findings there, as a tuple of records:

    component              reads                                                  leaves
    tidings_entities       the parse, doc.ents                                    doc._.entities
    tidings_timexes        the parse, doc._.published, doc._.entities             doc._.timexes
    tidings_quantities     the parse, doc._.timexes                               doc._.quantities
    tidings_references     the parse, doc._.entities                              doc._.references
    tidings_attributions   doc._.entities, .timexes, .references                  doc._.attributions
    tidings_events         all of them, doc._.published                           doc._.events

`doc._.published` is when the text was published, with its time zone; None leaves "Friday" unresolved. A layer's values are
never None, so a component can be used and tested without those before it: what they would have found is then empty.

    nlp = load_pipeline("models/en_tidings")
    nlp.add_pipe("tidings_timexes")
    nlp("They met in May 2024.")._.timexes
"""

from __future__ import annotations

from spacy.language import Language
from spacy.tokens import Doc

from tidings.extract.attributions import find_attributions
from tidings.extract.coreference import find_references
from tidings.extract.entities import find_entities
from tidings.extract.events import find_events
from tidings.extract.gazetteer import load_gazetteer
from tidings.extract.quantities import find_quantities
from tidings.extract.timexes import find_timexes

LAYERS = ("entities", "timexes", "quantities", "references", "attributions", "events")
"""The layers in reading order; each is `doc._.<layer>`, left there by the component `tidings_<layer>`."""

_PARSE = ["token.tag", "token.pos", "token.lemma", "token.dep", "token.head"]

Doc.set_extension("published", default=None, force=True)
for _layer in LAYERS:
    Doc.set_extension(_layer, default=(), force=True)


def add_layers(nlp: Language) -> None:
    """Add every layer's component to the end of a pipeline."""
    for layer in LAYERS:
        nlp.add_pipe(f"tidings_{layer}")


@Language.component("tidings_entities", requires=[*_PARSE, "doc.ents"], assigns=["doc._.entities"])
def entities(doc: Doc) -> Doc:
    """Find the names that matter, whom they mean, and their countries."""
    doc._.entities = find_entities(doc, load_gazetteer())
    return doc


@Language.component("tidings_timexes", requires=[*_PARSE, "doc._.published", "doc._.entities"], assigns=["doc._.timexes"])
def timexes(doc: Doc) -> Doc:
    """Find the expressions of time and what days they cover."""
    doc._.timexes = find_timexes(doc, doc._.published, doc._.entities)
    return doc


@Language.component("tidings_quantities", requires=[*_PARSE, "doc._.timexes"], assigns=["doc._.quantities"])
def quantities(doc: Doc) -> Doc:
    """Find the numbers, their bounds and units, and what they count."""
    doc._.quantities = find_quantities(doc, doc._.timexes)
    return doc


@Language.component("tidings_references", requires=[*_PARSE, "doc._.entities"], assigns=["doc._.references"])
def references(doc: Doc) -> Doc:
    """Find whom pronouns and descriptions mean."""
    doc._.references = find_references(doc, doc._.entities)
    return doc


@Language.component(
    "tidings_attributions",
    requires=[*_PARSE, "doc._.entities", "doc._.timexes", "doc._.references"],
    assigns=["doc._.attributions"],
)
def attributions(doc: Doc) -> Doc:
    """Find who says what."""
    doc._.attributions = find_attributions(doc, doc._.entities, doc._.timexes, doc._.references)
    return doc


@Language.component(
    "tidings_events",
    requires=[*_PARSE, "doc._.published", *(f"doc._.{layer}" for layer in LAYERS[:-1])],
    assigns=["doc._.events"],
)
def events(doc: Doc) -> Doc:
    """Find what happened: who did what to whom, when, where, how many, and how sure that is."""
    told = doc._
    doc._.events = find_events(
        doc,
        told.published,
        told.entities,
        told.references,
        told.timexes,
        told.quantities,
        told.attributions,
        load_gazetteer(),
    )
    return doc
