"""What the shipped language model promises: its size, its parts, and readings that no release may lose."""

from __future__ import annotations

from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

MODEL = Path(__file__).parents[2] / "models" / "en_tidings"
NAME_LABELS = {"PERSON", "ORG", "GPE", "LOC", "FAC", "NORP", "EVENT", "PRODUCT"}


@pytest.fixture(scope="module")
def nlp() -> Language:
    return spacy.load(MODEL)


def names(doc: Doc) -> set[tuple[str, str]]:
    return {(name.text, name.label_) for name in doc.ents}


def edges(doc: Doc) -> set[tuple[str, str, str]]:
    return {(word.head.text, word.dep_, word.text) for word in doc}


def test_the_model_stays_under_fifteen_megabytes() -> None:
    assert sum(file.stat().st_size for file in MODEL.rglob("*") if file.is_file()) <= 15_000_000


def test_the_model_says_what_it_is(nlp: Language) -> None:
    assert (nlp.meta["lang"], nlp.meta["name"], nlp.meta["version"]) == ("en", "tidings", "2.2.0")
    assert nlp.meta["license"] == "CC BY-SA 4.0"


def test_the_pipes_are_in_the_order_the_rules_rely_on(nlp: Language) -> None:
    assert nlp.pipe_names == ["reader", "lemmatizer"]


def test_labels_are_universal_dependencies_and_our_kinds_of_name(nlp: Language) -> None:
    labels = set(nlp.pipe_labels["reader"])
    assert NAME_LABELS | {"nsubj", "nsubj:pass", "obj", "obl", "obl:agent", "ccomp", "acl:relcl"} <= labels


def test_the_shipped_config_names_nothing_of_the_training_code() -> None:
    assert "tidings." not in (MODEL / "config.cfg").read_text(encoding="utf-8")


def test_every_layer_is_annotated(nlp: Language) -> None:
    doc = nlp("Norway freed nine prisoners on Monday. Their families wept.")
    for layer in ("SENT_START", "TAG", "POS", "MORPH", "LEMMA", "DEP", "ENT_IOB"):
        assert doc.has_annotation(layer), layer


@pytest.mark.parametrize("text", ["", " ", "\n\n", "!", "€ 5", "👩‍👩‍👧 said \u200b no", "a" * 5000])
def test_odd_text_is_read_without_an_error(nlp: Language, text: str) -> None:
    assert nlp(text).text == text


SENTENCES = [
    ("The ministers met in Oslo. They agreed.", ["The ministers met in Oslo.", "They agreed."]),
    ("Rebels took the bridge.\n\nThe army denied it.", ["Rebels took the bridge.", "The army denied it."]),
    ("Mr. Okafor arrived at 9 a.m. in Lagos.", ["Mr. Okafor arrived at 9 a.m. in Lagos."]),
    ("The U.S. envoy left on Sunday.", ["The U.S. envoy left on Sunday."]),
    ("“We will not sign,” he said. Talks ended.", ["“We will not sign,” he said.", "Talks ended."]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), SENTENCES)
def test_sentences_begin_where_a_reader_begins_them(nlp: Language, text: str, expected: list[str]) -> None:
    assert [sentence.text.strip() for sentence in nlp(text).sents] == expected


EDGES = [
    ("The rebels attacked the town.", {("attacked", "nsubj", "rebels"), ("attacked", "obj", "town")}),
    ("Men were killed by rebels.", {("killed", "nsubj:pass", "Men"), ("killed", "obl:agent", "rebels")}),
    ("The minister said that the talks failed.", {("said", "ccomp", "failed"), ("failed", "nsubj", "talks")}),
    ("The army did not attack the village.", {("attack", "advmod", "not"), ("attack", "obj", "village")}),
    ("Police arrested a man who threw stones.", {("man", "acl:relcl", "threw"), ("threw", "nsubj", "who")}),
    ("The president’s aide resigned.", {("aide", "nmod:poss", "president"), ("resigned", "nsubj", "aide")}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), EDGES)
def test_plain_clauses_have_their_edges(nlp: Language, text: str, expected: set[tuple[str, str, str]]) -> None:
    assert expected <= edges(nlp(text))


LEMMAS = [
    ("The rebels attacked.", "attacked", "attack"),
    ("Troops withdrew from the city.", "withdrew", "withdraw"),
    ("The two countries exchanged prisoners.", "countries", "country"),
    ("He said it was over.", "said", "say"),
    ("They have fled.", "fled", "flee"),
]


@pytest.mark.parametrize(("text", "word", "lemma"), LEMMAS)
def test_verbs_and_nouns_have_their_lemmas(nlp: Language, text: str, word: str, lemma: str) -> None:
    assert [token.lemma_ for token in nlp(text) if token.text == word] == [lemma]


NAMES = [
    ("Ana Pereira flew to Norway on Monday.", {("Ana Pereira", "PERSON"), ("Norway", "GPE")}),
    ("French troops left Mali.", {("French", "NORP"), ("Mali", "GPE")}),
    ("The United Nations condemned the attack in Sudan.", {("United Nations", "ORG"), ("Sudan", "GPE")}),
    ("The talks lasted nine hours.", set()),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), NAMES)
def test_plain_names_are_found_without_titles(nlp: Language, text: str, expected: set[tuple[str, str]]) -> None:
    assert names(nlp(text)) == expected


def test_curly_and_straight_quotes_are_read_alike(nlp: Language) -> None:
    def reading(text: str) -> list[tuple[str, str, int]]:
        return [(word.pos_, word.dep_, word.head.i) for word in nlp(text)]

    straight = '"We don\'t know," the envoy said.'
    curly = "“We don’t know,” the envoy said."
    assert reading(straight) == reading(curly)


def test_a_headline_in_capitals_is_read_like_any_other(nlp: Language) -> None:
    doc = nlp("KENYA FREES 12 HOSTAGES IN WAJIR")
    assert ("FREES", "nsubj", "KENYA") in edges(doc)
    assert ("FREES", "obj", "HOSTAGES") in edges(doc)
    assert {("KENYA", "GPE"), ("WAJIR", "GPE")} <= names(doc)


def test_a_dateline_is_no_part_of_the_first_sentence(nlp: Language) -> None:
    doc = nlp("OSLO, June 3 (Reuters) — Norway freed nine men on Monday.")
    assert [sentence.text.strip() for sentence in doc.sents][-1] == "Norway freed nine men on Monday."
    assert ("freed", "nsubj", "Norway") in edges(doc)


def test_a_hyphen_within_a_word_ends_no_dateline(nlp: Language) -> None:
    doc = nlp("U.N. Secretary-General Kofi Annan flew to Lima on Monday.")
    assert len(list(doc.sents)) == 1


def test_a_long_text_is_read_as_its_parts_are(nlp: Language) -> None:
    paragraph = "The rebels left the town on Monday. The army said that nine men had been freed."
    long = nlp("\n\n".join([paragraph] * 40))
    assert len(list(long.sents)) == 80
    assert sum(word.dep_ == "ccomp" for word in long) == 40


def test_a_saved_pipeline_reads_as_before(nlp: Language, tmp_path: Path) -> None:
    text = "Kenya freed 12 hostages."
    nlp.to_disk(tmp_path / "copy")
    assert spacy.load(tmp_path / "copy")(text).to_json() == nlp(text).to_json()


def test_the_same_text_is_read_the_same_way_twice(nlp: Language) -> None:
    text = "Kenya said on Tuesday that its police had freed 12 hostages in Wajir."
    assert nlp(text).to_json() == nlp(text).to_json()
