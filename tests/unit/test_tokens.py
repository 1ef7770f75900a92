"""Tokenizers: the shipped one has its rules from disk; the bounded one covers any text with its tokens."""

from __future__ import annotations

from pathlib import Path

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language

from tests.growth import grows_in_proportion
from tidings.extract.schemes import load_pipeline
from tidings.language.tokens import LONGEST, MARKS, BoundedTokenizer, create_tokenizer

NLP = spacy.blank("en")
BOUNDED = BoundedTokenizer(NLP.tokenizer)
ADDRESS = "https://example.org/" + "a-b_c/" * 60


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "“We won’t go,” he said…",
        "It's at " + ADDRESS + ".",
        "Chapter 1" + "." * (MARKS - 1) + " 12",
        "-----\nU.S.-led",
    ],
)
def test_what_people_write_has_the_tokens_that_it_had(text: str) -> None:
    assert [(t.text, t.idx) for t in BOUNDED(text)] == [(t.text, t.idx) for t in NLP.tokenizer(text)]


def test_a_long_row_of_marks_is_one_token() -> None:
    rule = "=" * (2 * MARKS)
    assert [t.text for t in BOUNDED(f"He left. {rule} She came.")] == ["He", "left", ".", rule, "She", "came", "."]
    assert [t.text for t in BOUNDED(f"He left{rule}")] == ["He", "left", rule]


@given(
    st.lists(st.tuples(st.text("a1_“,.'s$ \n👧", max_size=6), st.integers(0, 300))).map(
        lambda p: "".join(t * n for t, n in p)
    )
)
def test_the_tokens_of_any_text_cover_it(text: str) -> None:
    doc = BOUNDED(text)
    assert doc.text == text
    assert all(len(token) <= LONGEST or token.is_space for token in doc)


@pytest.mark.parametrize("piece", [*'“",)(!…€%=*_#’—👧', "'s", "US$", "a"])
def test_twice_the_text_takes_twice_the_time_whatever_is_repeated(piece: str) -> None:
    assert grows_in_proportion(lambda length: BOUNDED(piece * (length // len(piece))), 12_500, 100_000)


def test_a_loaded_pipeline_is_bounded_and_can_be_stored(tmp_path: Path, pipeline: Language) -> None:
    assert isinstance(pipeline.tokenizer, BoundedTokenizer)
    pipeline.to_disk(tmp_path)
    assert [t.text for t in load_pipeline(str(tmp_path)).make_doc("It's over.")] == ["It", "'s", "over", "."]


def test_the_shipped_tokenizer_has_from_disk_what_it_was_made_without(pipeline: Language) -> None:
    assert create_tokenizer()(spacy.blank("en")).rules == {}
    text = "We don't go to https://example.org/a, the U.S. at 9p.m., or $5 (we're 'ere)."
    assert [t.text for t in pipeline.tokenizer(text)] == [t.text for t in NLP.tokenizer(text)]


@pytest.fixture(scope="module")
def pipeline() -> Language:
    from tidings.settings import Settings

    return load_pipeline(str(Settings().model_folder()))
