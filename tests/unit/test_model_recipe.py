"""How labelled data becomes what the model learns from: spacing, documents, other names, lemmas."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import pytest
import spacy
from spacy.training import Example

pytest.importorskip("models.convert", reason="the recipe is imported from the root: python -m pytest")

from models.augment import curly, respell, straight
from models.convert import name_document, parse_document, read_treebank
from models.lemmas import RULES, by_rule, irregular_verbs, verbs_of_text
from models.renaming import Name, rename
from models.spacing import guess_spaces

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


def write_treebank(folder: Path) -> Path:
    path = folder / "train.conllu.gz"
    path.write_bytes(gzip.compress(TREEBANK.encode()))
    return path


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


def test_features_about_spelling_are_left_out(tmp_path: Path) -> None:
    [document] = read_treebank(write_treebank(tmp_path))
    assert document[0].words[1].morph == "VerbForm=Fin"


def test_what_a_row_calls_missing_is_unknown_not_outside() -> None:
    row = {"tokens": ["Ana", "saw", "Vioxx"], "ents": [[0, 1, "PERSON"]], "missing": [[2, 3]]}
    doc = name_document(spacy.blank("en").vocab, [row], [False])
    assert [word.ent_iob_ for word in doc] == ["B", "O", ""]


def test_a_renamed_document_names_the_same_one_alike_and_keeps_what_is_unknown() -> None:
    row = {
        "tokens": ["Ana", "left", "Vioxx", ".", "Ana", "spoke", "."],
        "ents": [[0, 1, "PERSON"], [4, 5, "PERSON"]],
        "missing": [[2, 3]],
    }
    doc = name_document(spacy.blank("en").vocab, [row], [False])
    random.seed(0)  # the first draw says: replace
    copy = rename(doc, {"PERSON": [Name(("Li", "Wei"), (True,))]})
    assert [name.text for name in copy.ents] == ["Li Wei", "Li Wei"]
    assert [word.text for word in copy if word.ent_iob == 0] == ["Vioxx"]


def test_respelling_changes_quotes_and_nothing_else() -> None:
    nlp = spacy.blank("en")
    row = {"tokens": ['"', "Do", "n't", '"', ",", "Ana", "said"], "ents": [[5, 6, "PERSON"]]}
    doc = name_document(nlp.vocab, [row], [False])
    example: Example = respell(nlp, doc, curly(doc), keep_lemmas=True)
    assert example.text.strip() == "“Don’t”, Ana said"
    assert [name.text for name in example.reference.ents] == ["Ana"]
    assert straight(example.reference) == row["tokens"]


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
