"""Coreference, phenomenon by phenomenon, on sentences written for this test; what is not sure stays unlinked."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language

from tidings.extract.attribution_sources import Referents
from tidings.extract.coreference import find_references
from tidings.extract.coreference_mentions import genders, hypernyms
from tidings.extract.entities import find_entities
from tidings.extract.gazetteer import load_gazetteer
from tidings.extract.pipeline import load_extractor
from tidings.ids import ArticleId
from tidings.records import Entity, EntityLabel
from tidings.settings import Settings

PERSON, ORG, GPE, PRODUCT = EntityLabel.PERSON, EntityLabel.ORG, EntityLabel.GPE, EntityLabel.PRODUCT


@pytest.fixture(scope="module")
def nlp() -> Language:
    return spacy.load(Settings().model_folder())


NAMES = {
    "Maria Ruiz": PERSON,
    "Ruiz": PERSON,
    "Peter Okello": PERSON,
    "Okello": PERSON,
    "Nordwind": ORG,
    "Sudwind": ORG,
    "Harbour Treaty Authority": ORG,
    "Kenya": GPE,
    "Chad": GPE,
    "Lima": GPE,
    "Seagull": PRODUCT,
}
CHAINS = {"Maria Ruiz": "Ruiz", "Peter Okello": "Okello"}


def entities(text: str) -> tuple[Entity, ...]:
    """Return the names of NAMES in a text, the longest where two overlap, surnames in their full name's chain."""
    found: list[Entity] = []
    taken: set[int] = set()
    chains = list(dict.fromkeys(CHAINS.get(name, name) for name in NAMES))
    for name, label in sorted(NAMES.items(), key=lambda n: -len(n[0])):
        start = text.find(name)
        while start >= 0:
            if start not in taken:
                taken.update(range(start, start + len(name)))
                chain = chains.index(CHAINS.get(name, name))
                found.append(
                    Entity(
                        id=f"e{start}", start=start, end=start + len(name), text=name, name=name, label=label, chain=chain
                    )
                )
            start = text.find(name, start + 1)
    return tuple(sorted(found, key=lambda e: e.start))


def links(nlp: Language, text: str) -> list[tuple[str, str]]:
    return [
        (text[r.start : r.end], CHAINS.get(r.entity.name, r.entity.name)) for r in find_references(nlp(text), entities(text))
    ]


PRONOUNS = [
    ("Ruiz spoke in Lima. She will return on Monday.", [("She", "Ruiz")]),
    ("Ruiz said that she would return.", [("she", "Ruiz")]),
    ("Ruiz praised her staff.", [("her", "Ruiz")]),
    ("Kenya said that it had freed nine fishermen.", [("it", "Kenya")]),
    ("Nordwind sold its fleet.", [("its", "Nordwind")]),
    ("Nordwind sold a ship. It also closed a port.", [("It", "Nordwind")]),
    # gender, by a title and by an earlier pronoun
    ("Mr. Okello met Mrs. Ruiz. She smiled.", [("She", "Ruiz")]),
    ("The businessman Okello met Ruiz. She smiled.", [("She", "Ruiz")]),
    ("Okello spoke first and praised his team. Okello then met Ruiz. She smiled.", [("his", "Okello"), ("She", "Ruiz")]),
    # salience: the subject, where the other was only mentioned in passing two sentences before
    ("Nobody waited for Okello. Ruiz spoke for an hour. She left.", [("She", "Ruiz")]),
]

DESCRIPTIONS = [
    ("Ruiz is the mayor of Lima. The mayor resigned on Friday.", [("The mayor", "Ruiz")]),
    ("Ruiz, the budget envoy, flew to Lima. The envoy left on Friday.", [("The envoy", "Ruiz")]),
    ("Presidential aide Okello spoke in Lima. The presidential aide left on Friday.", [("The presidential aide", "Okello")]),
    (
        "The Harbour Treaty Authority met. The authority expelled nine members.",
        [("The authority", "Harbour Treaty Authority")],
    ),
    ("Nordwind filed a lawsuit. The company wants damages.", [("The company", "Nordwind")]),
    ("Kenya held a vote. The country has nine parties.", [("The country", "Kenya")]),
]

QUOTED = [
    ("“I will sign the treaty,” Ruiz said.", [("I", "Ruiz")]),
    ("Okello spoke first. “I will sign the treaty,” Ruiz told reporters.", [("I", "Ruiz")]),
    # who speaks is not "she"
    ("“She will sign the treaty,” Ruiz said.", []),
    # a narrator takes up nobody from inside a quotation
    ("“Okello is a liar,” Ruiz said. She left.", [("She", "Ruiz")]),
]

UNSURE = [
    # two referents of one kind compete
    "Ruiz met Okello in Lima. He left.",
    "Ruiz and Okello flew to Lima. She left.",
    "Nordwind sued Sudwind. The company lost.",
    # binding: an object is not its verb's subject
    "Okello had hit him.",
    "Okello came and hit him.",
    # i-within-i, apposition, predicate
    "Ruiz is his aide.",
    # cataphora
    "When she arrived, Ruiz smiled.",
    # a common noun may be meant
    "Ruiz met the king in Lima. He left.",
    "Nordwind bought a ship. The ship sank. It was old.",
    # no kind, no number
    "Lima is large. She left.",
    "Kenya and Chad signed a treaty. It will help.",
    # "it" that means nothing
    "Kenya voted. It is clear that the vote was free.",
    "Kenya voted. It rained.",
    # further back than two sentences
    "Ruiz spoke. Rain fell. The hall was cold. The lights failed. She left.",
    # descriptions that say more, or are new
    "Ruiz is the mayor of Lima. The former mayor resigned.",
    "Nordwind filed a lawsuit. A company wants damages.",
    "Nordwind filed a lawsuit. The company that it sued wants damages.",
    # who speaks for a group is not the group
    "“We will sign the treaty,” Ruiz said.",
]


@pytest.mark.parametrize(("text", "expected"), PRONOUNS + DESCRIPTIONS + QUOTED)
def test_a_sure_reference_leads_to_its_name(nlp: Language, text: str, expected: list[tuple[str, str]]) -> None:
    assert links(nlp, text) == expected


@pytest.mark.parametrize("text", UNSURE)
def test_what_is_not_sure_stays_unlinked(nlp: Language, text: str) -> None:
    assert links(nlp, text) == []


def test_a_reference_leads_to_the_last_name_before_it(nlp: Language) -> None:
    text = "Maria Ruiz spoke in Lima. Ruiz said that she would return."
    (found,) = find_references(nlp(text), entities(text))
    assert found.entity.start == text.index("Ruiz said")


def test_surname_full_name_and_office_are_one_entity(nlp: Language) -> None:
    text = (
        "Russian presidential aide Vladimir Medinsky spoke in Istanbul. Medinsky said that he would return. "
        "The presidential aide left on Friday."
    )
    doc = nlp(text)
    found = find_entities(doc, load_gazetteer())
    (chain,) = {e.chain for e in found if "Medinsky" in e.text}
    meant = {text[r.start : r.end]: r.entity.chain for r in find_references(doc, found)}
    assert meant == {"he": chain, "The presidential aide": chain}


def test_a_source_takes_the_sure_reference_before_the_last_speaker(nlp: Language) -> None:
    text = "Mrs. Ruiz spoke before Mr. Okello. She said that the mine would close."
    named = entities(text)
    referents = Referents(text, named, find_references(nlp(text), named))
    she = text.index("She")
    found = referents.resolve((she, she + 3), named[1])
    assert found is not None
    assert found.text == "Ruiz"


def test_an_actor_that_is_a_pronoun_has_its_name_and_country() -> None:
    text = "Kenya held talks with the union. It also released nine prisoners."
    extraction = load_extractor(Settings()).extract(ArticleId("a"), text, datetime(2024, 3, 15, tzinfo=UTC))
    (release,) = [e for e in extraction.events if e.trigger.text == "released"]
    assert [(p.text, p.country) for p in release.actor] == [("It", "KEN")]
    assert release.actor[0].entity == next(e.id for e in extraction.entities if e.text == "Kenya")


def test_an_actor_whose_pronoun_is_unsure_has_no_country() -> None:
    text = "Kenya and Chad met. They released nine prisoners."
    extraction = load_extractor(Settings()).extract(ArticleId("a"), text, datetime(2024, 3, 15, tzinfo=UTC))
    (release,) = [e for e in extraction.events if e.trigger.text == "released"]
    assert [(p.text, p.entity, p.country) for p in release.actor] == [("They", None, None)]


def test_tables_hold_each_word_once() -> None:
    assert {"mr": "m", "mrs": "f"}.items() <= genders().items()
    assert hypernyms()["company"] is ORG


PIECES = st.sampled_from(
    ["Ruiz ", "Kenya ", "he ", "She ", "it ", "its ", "“", "” ", "said ", "the company ", ". ", "\n\n", "and "]
)


@settings(max_examples=60)
@given(pieces=st.lists(PIECES | st.text(max_size=6), max_size=25))
def test_references_are_slices_behind_or_beside_their_names(nlp: Language, pieces: list[str]) -> None:
    text = "".join(pieces)
    named = entities(text)
    found = find_references(nlp(text), named)
    assert all(0 <= r.start <= r.head < r.end <= len(text) and r.entity in named for r in found)
    assert len({r.head for r in found}) == len(found)
