"""The reader's run-time: what it sees of words, its packed weights, its network, and how scores become trees and names."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tidings.language import weights
from tidings.language.datelines import dateline_length
from tidings.language.decoding import NameSteps, tree
from tidings.language.encoder import Encoder, Window
from tidings.language.words import LONGEST_WORD, Case, Gap, WordPieces, case_of, gap_of

EXAMPLE = Path(__file__).parents[1] / "data" / "reader"
PIECES = ["[UNK]", "[CLS]", "[SEP]", "re", "##treat", "##ed", "oslo", "cafe", '"', "-", "a", "##a"]
STEPS = ["O", "B-GPE", "I-GPE", "L-GPE", "U-GPE", "B-ORG", "I-ORG", "L-ORG", "U-ORG"]


def pieces_of(word: str) -> list[str]:
    return [PIECES[number] for number in WordPieces(PIECES).cut(word)]


@pytest.mark.parametrize(
    ("word", "case"),
    [
        ("town", Case.LOWER),
        ("Oslo", Case.TITLE),
        ("NATO", Case.UPPER),
        ("J.", Case.INITIAL),
        ("U.S.", Case.UPPER),
        ("McDonald", Case.MIXED),
        ("1,200", Case.DIGITS),
        ("F-16", Case.LETTERS_AND_DIGITS),
        ("—", Case.MARKS),
        ("Éireann", Case.TITLE),
    ],
)
def test_a_words_case_is_told_apart(word: str, case: Case) -> None:
    assert case_of(word) == case


@pytest.mark.parametrize(
    ("white_space", "gap"), [("", Gap.NONE), (" ", Gap.SPACE), ("\n", Gap.LINE), (" \n ", Gap.LINE), ("\n\n", Gap.PARAGRAPH)]
)
def test_a_gap_is_told_by_its_line_ends(white_space: str, gap: Gap) -> None:
    assert gap_of(white_space) == gap


def test_a_word_is_cut_into_its_longest_pieces() -> None:
    assert pieces_of("Retreated") == ["re", "##treat", "##ed"]


@pytest.mark.parametrize(("word", "pieces"), [("OSLO", ["oslo"]), ("Café", ["cafe"]), ("“", ['"']), ("—", ["-"])])
def test_case_accents_and_typeset_marks_do_not_matter_to_the_pieces(word: str, pieces: list[str]) -> None:
    assert pieces_of(word) == pieces


@pytest.mark.parametrize("word", ["", "\u200b", "中", "a" * 500])
def test_any_word_has_a_bounded_number_of_pieces(word: str) -> None:
    assert 1 <= len(pieces_of(word)) <= LONGEST_WORD


@given(
    arrays(np.float32, st.tuples(st.integers(1, 5), st.integers(1, 9)), elements=st.floats(-4, 4, width=32)),
    st.sampled_from([4, 6, 8]),
)
def test_packed_weights_come_back_to_within_their_steps(matrix: weights.Floats, bits: int) -> None:
    back = weights.pack(matrix, bits).rows()
    step = np.abs(matrix).max(axis=1) / ((1 << (bits - 1)) - 1)
    # No worse than even steps up to the largest weight; scales are half precision.
    bound = matrix.shape[1] * (0.5 * step + 0.002 * np.abs(matrix).max(axis=1)) ** 2 + 1e-9
    assert (((back - matrix) ** 2).sum(axis=1) <= bound).all()


def test_saved_weights_are_read_as_they_were(tmp_path: Path) -> None:
    matrix = np.linspace(-1, 1, 15, dtype=np.float32).reshape(3, 5)
    packed = {str(bits): weights.pack(matrix, bits) for bits in (4, 6, 8)}
    weights.save(tmp_path / "w", packed, {"bias": np.array([0.5, -2], np.float32)})
    matrices, vectors = weights.load(tmp_path / "w")
    assert all((matrices[name].rows() == packed[name].rows()).all() for name in packed)
    assert vectors["bias"].tolist() == [0.5, -2]


def test_one_row_is_unpacked_alone() -> None:
    packed = weights.pack(np.arange(12, dtype=np.float32).reshape(3, 4), 4)
    assert (packed.rows(np.array([2, 0])) == packed.rows()[[2, 0]]).all()


def test_the_network_scores_as_the_one_that_was_trained() -> None:
    heading = json.loads((EXAMPLE / "heading.json").read_text(encoding="utf-8"))
    told = json.loads((EXAMPLE / "scores.json").read_text(encoding="utf-8"))
    encoder = Encoder(heading["layers"], heading["attention_heads"], *weights.load(EXAMPLE / "weights.bin"))
    scores = encoder(Window(**{name: np.array(column, np.intp) for name, column in told["input"].items()}))
    assert scores.events is not None
    ours = scores._asdict() | scores.events._asdict()
    ours |= {"relations": encoder.relations(scores, np.arange(len(scores.tags))[::-1])}
    ours |= {"roles": encoder.roles(scores.events, np.array([2, 0]))}
    for name, theirs in told["scores"].items():
        assert np.allclose(ours[name], theirs, atol=1e-3), name


@pytest.mark.parametrize(
    ("line", "length"),
    [
        ("LIMA — Peru closed two ports .", 2),
        ("NEW YORK ( AP ) -- The mayor resigned .", 6),
        ("ACCRA , Ghana , June 3 ( Reuters ) - Ghana said so .", 10),
        ("Lima — a city of ten millions", 0),
        ("PERU CLOSES PORTS - MINISTER SAYS", 0),
        ("NATO said on Friday - again - that", 0),
        ("NATO", 0),
    ],
)
def test_a_dateline_ends_with_its_dash(line: str, length: int) -> None:
    assert dateline_length(line.split()) == length


def is_tree(heads: list[int]) -> bool:
    roots = [word for word, head in enumerate(heads) if head == word]
    if len(roots) != 1:
        return False
    for word in range(len(heads)):
        seen = set()
        while heads[word] != word:
            if word in seen:
                return False
            seen.add(word)
            word = heads[word]
    return True


SQUARES = st.integers(1, 12).flatmap(lambda n: arrays(np.float32, (n, n), elements=st.floats(-9, 9, width=32)))


@settings(max_examples=300)
@given(SQUARES)
def test_any_scores_give_a_tree_with_one_root(scores: weights.Floats) -> None:
    assert is_tree(tree(scores).tolist())


def crosses(heads: Sequence[int]) -> bool:
    arcs = [
        (min(w, h), max(w, h)) for w, h in ((word + 1, 0 if head == word else head + 1) for word, head in enumerate(heads))
    ]
    return any(a < c < b < d for a, b in arcs for c, d in arcs)


@settings(max_examples=150)
@given(arrays(np.float32, (4, 4), elements=st.integers(-20, 20).map(float)))
def test_the_tree_is_the_best_one_without_crossing_arcs(scores: weights.Floats) -> None:
    trees = [heads for heads in itertools.product(range(4), repeat=4) if is_tree(list(heads)) and not crosses(heads)]
    best = max(sum(scores[word, head] for word, head in enumerate(heads)) for heads in trees)
    assert scores[np.arange(4), tree(scores)].sum() == best


@settings(max_examples=30)
@given(st.integers(101, 110).flatmap(lambda n: arrays(np.float32, (n, n), elements=st.floats(-9, 9, width=32))))
def test_a_very_long_sentence_has_a_tree_too(scores: weights.Floats) -> None:
    assert is_tree(tree(scores).tolist())


@given(arrays(np.float32, st.tuples(st.integers(1, 8), st.just(len(STEPS))), elements=st.floats(-5, 5, width=32)))
def test_any_scores_give_whole_names(scores: weights.Floats) -> None:
    decoder = NameSteps(STEPS)
    found = decoder.best(scores)
    inside = sum(end - start for start, end, _ in decoder.names(found))
    assert inside == sum(STEPS[number] != "O" for number in found)


def test_a_name_is_completed_at_the_least_cost() -> None:
    scores = np.zeros((3, len(STEPS)), np.float32)
    scores[0, STEPS.index("B-ORG")] = 5
    scores[1, STEPS.index("I-ORG")] = 5
    scores[2, [STEPS.index("O"), STEPS.index("L-ORG"), STEPS.index("L-GPE")]] = 3, 2, 2.5
    decoder = NameSteps(STEPS)
    assert list(decoder.names(decoder.best(scores))) == [(0, 3, "ORG")]
