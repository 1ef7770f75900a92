"""How labelled data becomes what the model learns from: spacing, documents, windows, lemmas."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

import pytest
import spacy

pytest.importorskip("models.convert", reason="the recipe is imported from the root: python -m pytest")

from models.convert import read_treebank
from models.documents import name_document, parse_document
from models.evaluate import write_card
from models.lemmas import RULES, by_rule, irregular_verbs, verbs_of_text
from models.sources import Folders
from models.spacing import guess_spaces
from models.windows import (
    LONG_ROW,
    NAME_STEPS,
    UNKNOWN,
    Look,
    Numbering,
    Numbers,
    Row,
    build,
    group,
    name_rows,
    name_steps,
    treebank_documents,
)
from tidings.language.words import Case, Gap, WordPieces

TREEBANK = """\
# newdoc id = GUM_news_bridge
# newpar
1	They	they	PRON	PRP	Case=Nom	2	nsubj	_	_
2-3	don't	_	_	_	_	_	_	_	SpaceAfter=No
2	do	do	AUX	VBP	Typo=Yes|VerbForm=Fin	0	root	_	_
3	n't	not	PART	RB	Polarity=Neg	2	advmod	_	_
4	.	.	PUNCT	.	_	2	punct	_	_

# newpar
1	Good	good	ADJ	JJ	Degree=Pos	0	root	_	SpaceAfter=No
2	!	!	PUNCT	.	_	1	punct	_	_

# newdoc id = GUM_conversation_kitchen
1	Hm	hm	INTJ	UH	_	0	root	_	_

"""
PIECES = WordPieces(["[UNK]", "[CLS]", "[SEP]", "they", "do", "n", "'", "t", ".", "good", "!"])
NUMBERING = Numbering(
    PIECES,
    tags=Numbers(["PRP", "VBP"]),
    morphs=Numbers(["ADJ|Degree=Pos"]),
    relations=Numbers(["ROOT", "nsubj"]),
    names=Numbers(NAME_STEPS),
    kinds=Numbers(["-", "AID", "CONSULT"]),
    modes=Numbers(["-", "phone"]),
    facts=Numbers(["happened", "planned"]),
    roles=Numbers(["-", "actor", "recipient"]),
)


def write_treebank(folder: Path) -> Path:
    path = folder / "train.conllu.gz"
    path.write_bytes(gzip.compress(TREEBANK.encode()))
    return path


def rows_of_treebank(folder: Path) -> list[Row]:
    [document] = treebank_documents(write_treebank(folder), {})
    return document


def detokenised(tokens: list[str]) -> str:
    return "".join(t + " " * space for t, space in zip(tokens, guess_spaces(tokens), strict=True)).strip()


@pytest.mark.parametrize(
    ("tokens", "prose"),
    [
        ('He said , " We wo n\'t sign . "', 'He said, "We won\'t sign."'),
        ("Kenya 's army ( 300 men ) left .", "Kenya's army (300 men) left."),
        ("It cost $ 5 , or 3 % .", "It cost $5, or 3%."),
        ("The rebels ' chief", "The rebels' chief"),
    ],
)
def test_guessed_spacing_is_that_of_prose(tokens: str, prose: str) -> None:
    assert detokenised(tokens.split(" ")) == prose


def test_a_treebank_document_has_its_raw_text_and_a_paragraph_break(tmp_path: Path) -> None:
    [document] = read_treebank(write_treebank(tmp_path))
    doc = parse_document(spacy.blank("en").vocab, document)
    assert doc.text.strip() == "They don't.\n\nGood!"
    assert [sentence.root.text for sentence in doc.sents] == ["do", "Good"]


def test_a_genre_that_may_not_be_shipped_is_left_out(tmp_path: Path) -> None:
    words = [word.text for document in read_treebank(write_treebank(tmp_path)) for s in document for word in s.words]
    assert "Hm" not in words


def test_some_genres_can_be_read_alone(tmp_path: Path) -> None:
    path = write_treebank(tmp_path)
    assert (len(list(read_treebank(path, {"news"}))), len(list(read_treebank(path, {"vlog"})))) == (1, 0)


def test_features_about_spelling_are_left_out(tmp_path: Path) -> None:
    [document] = read_treebank(write_treebank(tmp_path))
    assert document[0].words[1].morph == "VerbForm=Fin"


def test_what_a_row_calls_missing_is_unknown_not_outside() -> None:
    row = {"tokens": ["Ana", "saw", "Vioxx"], "ents": [[0, 1, "PERSON"]], "missing": [[2, 3]]}
    doc = name_document(spacy.blank("en").vocab, [row], [False])
    assert [word.ent_iob_ for word in doc] == ["B", "O", ""]


def test_names_become_steps_and_what_is_missing_teaches_nothing() -> None:
    steps = name_steps(6, [[0, 1, "GPE"], [1, 4, "ORG"]], [[5, 6]])
    assert steps == ["U-GPE", "B-ORG", "I-ORG", "L-ORG", "O", None]
    assert Numbers(NAME_STEPS).of(steps, 6)[-1] == UNKNOWN


def test_a_treebank_window_has_heads_in_the_window_and_names_unknown(tmp_path: Path) -> None:
    window = build(rows_of_treebank(tmp_path), NUMBERING)
    assert window.words == ["They", "do", "n't", ".", "Good", "!"]
    assert window.heads == [1, 1, 1, 1, 4, 4]
    assert window.starts == [1, 0, 0, 0, 1, 0]
    assert set(window.names) == {UNKNOWN}


def test_a_words_pieces_share_its_case_and_gap(tmp_path: Path) -> None:
    window = build(rows_of_treebank(tmp_path), NUMBERING)
    first, last = window.first[2], window.last[2]  # n't
    assert last - first == 2
    assert window.case[first : last + 1] == [Case.LOWER] * 3
    assert window.gap[first : last + 1] == [Gap.NONE] * 3
    assert window.gap[window.first[4]] == Gap.PARAGRAPH


def test_a_label_that_is_not_known_teaches_nothing(tmp_path: Path) -> None:
    assert build(rows_of_treebank(tmp_path), NUMBERING).tags[:4] == [0, 1, UNKNOWN, UNKNOWN]


def test_a_window_in_capitals_keeps_its_pieces(tmp_path: Path) -> None:
    rows = rows_of_treebank(tmp_path)
    written, shouted = build(rows, NUMBERING), build(rows, NUMBERING, Look(case=Case.UPPER))
    assert shouted.pieces == written.pieces
    assert [shouted.case[place] for place in shouted.first] == [5, 5, 5, 0, 5, 0]


def test_rows_are_grouped_up_to_a_number_of_pieces() -> None:
    rows = [Row(["Good"] * 4, [True] * 4) for _ in range(5)]
    assert [len(run) for run in group(rows, PIECES, 9, None)] == [2, 2, 1]
    assert sum(len(run) for run in group(rows, PIECES, 9, random.Random(1))) == 5  # noqa: S311


def test_a_whole_text_is_cut_after_full_stops(tmp_path: Path) -> None:
    tokens = [*["Good"] * LONG_ROW, ".", *["Good"] * 3]
    path = tmp_path / "train.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps({"tokens": tokens, "ents": [[0, 1, "GPE"]]}).encode()))
    rows = name_rows(path)
    assert [len(row.words) for row in rows] == [LONG_ROW + 1, 3]
    assert rows[0].names[0] == "U-GPE"


KNOWN = {"agree", "kill", "detonate", "free", "hope", "hop", "pass", "visit", "use"}


@pytest.mark.parametrize(
    ("form", "lemma"),
    [
        ("killed", "kill"),
        ("detonated", "detonate"),
        ("hoping", "hope"),
        ("hopping", "hop"),
        ("passes", "pass"),
        ("uses", "use"),
        # not among the known ones
        ("sanctioned", "sanction"),
        ("carried", "carry"),
        ("evacuated", "evacuate"),
        ("rammed", "ram"),
        ("clashes", "clash"),
    ],
)
def test_verbs_go_back_to_a_known_lemma_or_else_by_the_first_rule(form: str, lemma: str) -> None:
    assert by_rule(form, "verb", KNOWN) == lemma


def test_no_rule_is_given_twice() -> None:
    for pos, rules in RULES.items():
        assert len(rules) == len(set(rules)), pos


def test_each_irregular_form_leads_to_one_verb() -> None:
    forms = irregular_verbs()
    assert (forms["withdrew"], forms["fled"], forms["struck"]) == ("withdraw", "flee", "strike")


def test_a_verb_is_what_follows_to_or_a_modal_and_takes_an_ending() -> None:
    sentences = [
        ["They", "will", "shell", "the", "port"],
        ["to", "shell", "it", "as", "they", "shelled", "us"],
        ["to", "reporters", "and", "to", "reporters"],
    ]
    assert set(verbs_of_text(sentences)) == {"shell"}


def test_a_card_gets_its_scores_between_the_marks_and_keeps_the_rest(tmp_path: Path) -> None:
    card = tmp_path / "trial" / "card.md"
    write_card(card, {"wikigold": {"ents_p": 80.0, "ents_r": 90.0, "ents_f": 84.7}})  # there was none
    card.write_text(card.read_text(encoding="utf-8") + "\n## Limits\n", encoding="utf-8")
    write_card(card, {"wikigold": {"ents_p": 81.0, "ents_r": 91.0, "ents_f": 85.7}})
    text = card.read_text(encoding="utf-8")
    assert "| wikigold | 81.0 | 91.0 | 85.7 |" in text
    assert "84.7" not in text
    assert text.startswith("# Scores") and text.endswith("## Limits\n")


def test_a_set_of_plain_text_is_asked_for_only_where_it_was_prepared(tmp_path: Path) -> None:
    assert Folders(tmp_path, tmp_path / "rows").file("meantime", "train") == tmp_path / "rows/meantime/train.jsonl.gz"
    with pytest.raises(ValueError, match="meantime: not prepared"):
        Folders(tmp_path).file("meantime", "train")
