"""Each layer is a spaCy component that can be used by itself, and says what it reads and leaves."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from spacy.language import Language

from tidings.extract.components import LAYERS, add_layers
from tidings.extract.schemes import load_pipeline
from tidings.settings import Settings

TEXT = "Kenya freed 40 Somali fishermen on Monday, its foreign ministry said."


def pipeline() -> Language:
    return load_pipeline(str(Settings().model_folder()))


def test_one_layer_alone_finds_its_own() -> None:
    nlp = pipeline()
    nlp.add_pipe("tidings_timexes")
    doc = nlp.make_doc(TEXT)
    doc._.published = datetime(2024, 3, 15, 18, tzinfo=UTC)
    found = nlp(doc)
    assert [(t.text, t.value) for t in found._.timexes] == [("Monday", "2024-03-11")]
    assert found._.events == ()


def test_without_the_time_of_publication_a_weekday_is_left_unresolved() -> None:
    nlp = pipeline()
    nlp.add_pipe("tidings_timexes")
    assert [(t.text, t.first) for t in nlp(TEXT)._.timexes] == [("Monday", None)]


def test_every_layer_of_a_batch_is_what_it_is_alone() -> None:
    nlp = pipeline()
    add_layers(nlp)
    texts = [TEXT, "Nobody came.", ""]
    for text, doc in zip(texts, nlp.pipe(texts), strict=True):
        alone = nlp(text)
        assert {layer: getattr(doc._, layer) for layer in LAYERS} == {layer: getattr(alone._, layer) for layer in LAYERS}
    assert nlp(TEXT)._.events


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_says_what_it_reads_and_leaves(layer: str) -> None:
    meta = Language.get_factory_meta(f"tidings_{layer}")
    assert f"doc._.{layer}" in meta.assigns
    assert "token.head" in meta.requires
