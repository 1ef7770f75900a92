"""The lexicon of event triggers is in order: sorted, nothing twice, every rule reachable, every family tried."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tidings.extract.event_frames import lemma_of
from tidings.extract.event_lexicon import FLAGS, Condition, Rule, classes, ontology, rules
from tidings.extract.pipeline import load_extractor
from tidings.extract.schemes import load_pipeline
from tidings.ids import ArticleId
from tidings.settings import Settings
from tidings.tables import rows

FAMILIES = Path(__file__).parent.parent / "data" / "event_families.tsv"
LEAST_RIGHT = 0.85
"""Of the sentences, one for each family, that nobody tuned the lexicon on."""
PARTICLES = frozenset(
    {
        "over", "out", "up", "down", "off", "back", "in", "away", "on", "aside", "apart", "around", "along",
        "ahead", "together", "through", "by"
    }
)  # fmt: skip
SLOTS = frozenset({"subj", "obj", "iobj", "x", "c", "mod"})
PREPOSITIONS = frozenset(
    {
        "about", "against", "along", "as", "at", "before", "behind", "between", "by", "for", "from", "in",
        "into", "near", "of", "off", "on", "onto", "out", "outside", "over", "through", "to", "toward",
        "towards", "under", "upon", "with"
    }
)  # fmt: skip


def table() -> list[list[str]]:
    return list(rows("event_triggers.tsv", 7))


def test_rows_and_the_words_in_them_are_sorted() -> None:
    keys = [(kind, mode, pos, conditions, roles, contexts) for kind, mode, contexts, pos, roles, conditions, _ in table()]
    assert keys == sorted(keys)
    assert [row[6] for row in table()] == [" ".join(sorted(set(row[6].split()))) for row in table()]


def test_classes_and_the_words_in_them_are_sorted() -> None:
    assert list(classes()) == sorted(classes())
    assert [words for _, words in rows("event_classes.tsv")] == [" ".join(sorted(classes()[name])) for name in classes()]


def test_no_word_has_two_readings_in_one_frame() -> None:
    times = Counter((word, row[3], row[5]) for row in table() for word in row[6].split())
    assert [key for key, n in times.items() if n > 1] == []


def test_there_are_thousands_of_entries_and_every_type_and_mode_has_some() -> None:
    assert sum(map(len, rules().values())) > 4000
    told = {(rule.type, rule.mode) for several in rules().values() for rule in several}
    assert {(kind, mode) for kind, modes in ontology().items() for mode in modes} - told == set()


def test_every_slot_and_flag_is_one_that_frames_know() -> None:
    conditions = [c for several in rules().values() for rule in several for c in rule.conditions]
    slots = {slot for c in conditions for part in c.slot.split("/") for slot in part.split()}
    assert slots <= SLOTS | PREPOSITIONS
    roles = {role for several in rules().values() for rule in several for role in rule.roles}
    assert roles <= FLAGS | PREPOSITIONS | {"obj", "iobj", "owner"}


def test_phrasal_verbs_end_in_a_particle() -> None:
    verbs = [word for word, pos in rules() if pos == "v" and "_" in word]
    assert [word for word in verbs if word.rpartition("_")[2] not in PARTICLES] == []


def words_of(condition: Condition) -> frozenset[str]:
    return frozenset(w for name in condition.classes for w in classes().get(name, (name,)))


def implied(given: Condition, wanted: Condition) -> bool:
    """Whether a condition holds wherever another one does."""
    if given.wanted != wanted.wanted or not set(given.slot.split("/")) <= set(wanted.slot.split("/")):
        return False
    if not given.wanted:
        return not given.classes or (bool(wanted.classes) and words_of(wanted) <= words_of(given))
    return not wanted.classes or (bool(given.classes) and words_of(given) <= words_of(wanted))


def hides(first: Rule, later: Rule) -> bool:
    return all(any(implied(given, wanted) for given in later.conditions) for wanted in first.conditions)


def test_no_rule_is_hidden_by_one_before_it() -> None:
    hidden = [
        (word, later.type, later.conditions)
        for (word, _), several in rules().items()
        for k, later in enumerate(several)
        for first in several[:k]
        if hides(first, later)
    ]
    assert hidden == []


def test_every_family_has_a_sentence_that_nobody_tuned_on() -> None:
    told = {(rule.type, rule.mode or "-", pos) for (_, pos), several in rules().items() for rule in several}
    assert told - {(kind, mode, pos) for kind, mode, pos, _ in sentences()} == set()


def sentences() -> list[list[str]]:
    lines = FAMILIES.read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


def test_the_sentences_of_most_families_are_read_right() -> None:
    extractor, published = load_extractor(Settings()), datetime(2024, 3, 15, tzinfo=UTC)
    missed = []
    for kind, _, _, text in sentences():
        events = extractor.extract(ArticleId("a"), text, published).events
        if kind not in {event.type for event in events}:
            missed.append((kind, text, [(event.type, event.trigger.text) for event in events]))
    assert 1 - len(missed) / len(sentences()) >= LEAST_RIGHT, missed


@pytest.mark.parametrize(
    ("text", "word", "wanted"),
    [
        ("Niger test-fired a rocket.", "fired", "test-fire"),
        ("A sit-in by cooks shut the canteen.", "in", "sit-in"),
        ("The cease-fire held.", "fire", "cease-fire"),
        ("The half-fired pots broke.", "fired", "fire"),
    ],
)
def test_a_word_that_the_lexicon_knows_with_its_hyphen_is_one(text: str, word: str, wanted: str) -> None:
    doc = load_pipeline(str(Settings().model_folder()))(text)
    assert next(lemma_of(token) for token in doc if token.text == word) == wanted


def test_of_two_rules_the_one_that_fewer_words_fulfil_is_asked_first() -> None:
    asked = [rule.conditions[0].classes for rule in rules()["call", "v"] if [c.slot for c in rule.conditions] == ["for"]]
    assert ("TALKS",) in asked
    assert asked[-1] == ()  # "called for …", whatever for
