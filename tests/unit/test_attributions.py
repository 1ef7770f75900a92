"""Attributions, phenomenon by phenomenon, on sentences written for this test."""

from __future__ import annotations

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language

from tidings.extract.attribution_sources import Referents
from tidings.extract.attributions import find_attributions
from tidings.extract.coreference import find_references
from tidings.records import Attribution, Entity, EntityLabel, QuoteKind, Timex, TimexType
from tidings.settings import Settings


@pytest.fixture(scope="module")
def nlp() -> Language:
    return spacy.load(Settings().model_folder())


def _found(nlp: Language, text: str) -> tuple[Attribution, ...]:
    return find_attributions(nlp(text), (), ())


def _entity(text: str, name: str, label: EntityLabel, number: int = 1) -> Entity:
    start = text.index(name)
    return Entity(id=f"e{number}", start=start, end=start + len(name), text=name, name=name, label=label)


# (text, source, cue, words that the content holds, quote)
INDIRECT = [
    (
        "The minister said that the bridge would reopen in May.",
        "The minister",
        "said",
        "that the bridge would reopen in May",
    ),
    ("Floods killed forty people, officials said.", "officials", "said", "Floods killed forty people"),
    (
        "Chad has received nine radar sets, both governments confirmed on Tuesday.",
        "both governments",
        "confirmed",
        "Chad has received nine radar sets",
    ),
    ("The general told reporters that the siege had ended.", "The general", "told", "that the siege had ended"),
    ("The envoy was quoted as saying the deal was dead.", "The envoy", "saying", "the deal was dead"),
    ("Chile vowed to withdraw its ambassador.", "Chile", "vowed", "to withdraw its ambassador"),
    ("Kenya denied that its troops had crossed the border.", "Kenya", "denied", "that its troops had crossed the border"),
    ("Guards admitted sleeping at the gate.", "Guards", "admitted", "sleeping at the gate"),
    ("The dean denied ever having met the donor.", "The dean", "denied", "ever having met the donor"),
    ("The sale of the mine was confirmed by both firms.", "both firms", "was confirmed", "The sale of the mine"),
    ("The truce, confirmed by both tribes on Monday, held.", "both tribes", "confirmed", "The truce"),
    ("That guards burned the hut is denied by the warden.", "the warden", "is denied", "That guards burned the hut"),
    (
        "The ceasefire collapsed, with Ankara accusing Athens of shelling a village.",
        "Ankara",
        "accusing",
        "of shelling a village",
    ),
]

ACCORDING = [
    ("According to engineers, the dam may fail.", "engineers", "According to", "the dam may fail"),
    (
        "Two rebels were captured, according to police chief Juan Ortiz, who leads the unit.",
        "police chief Juan Ortiz",
        "according to",
        "Two rebels were captured",
    ),
    ("The dam, according to engineers, may fail.", "engineers", "according to", "The dam, according to engineers, may fail"),
]

NOUNS = [
    ("The unions made the claim that wages had fallen.", "The unions", "claim", "that wages had fallen"),
    ("The judge heard the union's claim that wages had fallen.", "the union", "claim", "that wages had fallen"),
]

BEHIND_COMMAS = [
    ("The coach, Petra Lind, said the match was off.", "The coach, Petra Lind", "said", "the match was off"),
    ("Okello, meanwhile, said the road would open.", "Okello", "said", "the road would open"),
    ("Lena Brandt, a nurse from Kiel, said wages were low.", "Lena Brandt, a nurse from Kiel", "said", "wages were low"),
    ("The bank, in a letter, said the fee was legal.", "The bank", "said", "the fee was legal"),
    ("Ruiz, the Peruvian envoy, accused Chile of spying.", "Ruiz, the Peruvian envoy", "accused", "of spying"),
    (
        "Chad's premier, Amina Deby, told lawmakers that rain had come.",
        "Chad's premier, Amina Deby",
        "told",
        "that rain had come",
    ),
    ("Sato, who said the bridge was safe, resigned.", "Sato", "said", "the bridge was safe"),
    ("The strike angered Oslo, which said that ships had sunk.", "Oslo", "said", "that ships had sunk"),
    ("“We are tired,” Sato, who came on Monday, said.", "Sato, who came on Monday", "said", "“We are tired,”"),
    ("The dam failed, said engineers.", "engineers", "said", "The dam failed"),
]

NESTED = [
    ("Sato denies what Brandt said.", "Sato", "denies", "what Brandt said"),
    ("Sato denies what Brandt said.", "Brandt", "said", "what Brandt said"),
    ("Lind rejected what Okello had told the court.", "Lind", "rejected", "what Okello had told the court"),
    ("Lind rejected what Okello had told the court.", "Okello", "had told", "what Okello had told the court"),
]

DIRECT = [
    ("“We will not leave,” the mayor said.", "the mayor", "said", "“We will not leave,”"),
    ('"We will not leave," said the mayor.', "the mayor", "said", '"We will not leave,"'),
    (
        "'Sadly, the other side is not prepared to talk,' the army said in a statement.",
        "the army",
        "said",
        "'Sadly, the other side is not prepared to talk,'",
    ),
    (
        "“We will not leave,” the mayor said. “This is our home.”",
        "the mayor",
        "said",
        "“We will not leave,” the mayor said. “This is our home.”",
    ),
]


@pytest.mark.parametrize(
    ("text", "source", "cue", "content"), INDIRECT + BEHIND_COMMAS + NESTED + ACCORDING + NOUNS + DIRECT
)
def test_source_cue_and_content_are_found(nlp: Language, text: str, source: str, cue: str, content: str) -> None:
    found = [(a.source.text if a.source else None, a.cue.text if a.cue else None, a.content.text) for a in _found(nlp, text)]
    assert (source, cue, content) in found


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("“We will not leave,” the mayor said.", QuoteKind.DIRECT),
        ("The mayor said that nobody would leave.", QuoteKind.INDIRECT),
        ("The mayor said that the plan was “a disgrace” to the town.", QuoteKind.MIXED),
    ],
)
def test_quote_tells_how_the_content_is_rendered(nlp: Language, text: str, kind: QuoteKind) -> None:
    assert [a.quote for a in _found(nlp, text)] == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "The painting was stolen in 1990.",
        "Snow fell on the hills.",
        "The committee will meet on Thursday.",
        "She lives near the old harbour.",
        "Bandits attacked the base.",
        "Guards defended the town.",
        "The plane carried arms for the rebels whom Togo is backing.",
        "The race was called off by the mayor.",
    ],
)
def test_plain_narration_has_no_attribution(nlp: Language, text: str) -> None:
    assert _found(nlp, text) == ()


def test_impersonal_report_has_no_source(nlp: Language) -> None:
    (found,) = _found(nlp, "It was reported that the king had fallen ill.")
    assert found.source is None


def test_pronoun_refers_to_the_last_person(nlp: Language) -> None:
    text = "Maria Ruiz met the press in Lima. She said that the mine would close."
    entities = (_entity(text, "Maria Ruiz", EntityLabel.PERSON), _entity(text, "Lima", EntityLabel.GPE, 2))
    doc = nlp(text)
    (found,) = find_attributions(doc, entities, (), find_references(doc, entities))
    assert found.source is not None
    assert (found.source.text, found.source.entity) == ("She", "e1")


def test_description_refers_to_the_last_organisation(nlp: Language) -> None:
    text = "Nordwind filed its accounts. The company said that sales had doubled."
    doc, entities = nlp(text), (_entity(text, "Nordwind", EntityLabel.ORG),)
    (found,) = find_attributions(doc, entities, (), find_references(doc, entities))
    assert found.source is not None
    assert found.source.entity == "e1"


@pytest.mark.parametrize(
    ("text", "names", "meant"),
    [
        ("Chad and Togo", ["Chad", "Togo"], "Chad"),
        ("Chad's and Togo's envoys", ["Chad", "Togo"], "Chad"),
        ("officials in Chad, Togo and Mali", ["Chad", "Togo", "Mali"], "Chad"),
        ("a spokesman for Togo in Mali", ["Togo", "Mali"], "Mali"),
        ("the ministry of Togo, a member of the League", ["Togo", "League"], "Togo"),
    ],
)
def test_of_several_who_speak_together_the_first_is_the_entity(text: str, names: list[str], meant: str) -> None:
    entities = [_entity(text, name, EntityLabel.GPE, k) for k, name in enumerate(names)]
    found = Referents(text, entities).resolve((0, len(text)), None)
    assert found is not None
    assert found.name == meant


def test_a_sure_description_outweighs_the_name_within_it(nlp: Language) -> None:
    text = "Lena Brandt, the Nordwind chief, left Kiel. The Nordwind chief said that sales had doubled."
    entities = (
        _entity(text, "Lena Brandt", EntityLabel.PERSON, 1),
        _entity(text, "Nordwind", EntityLabel.ORG, 2),
        _entity(text, "Kiel", EntityLabel.GPE, 3),
    )
    doc = nlp(text)
    (found,) = find_attributions(doc, entities, (), find_references(doc, entities))
    assert found.source is not None
    assert found.source.entity == "e1"


def test_a_description_that_fits_no_sure_name_is_left_open(nlp: Language) -> None:
    text = "Families fled to Kiel. The government said that the army would come."
    entities = (_entity(text, "Kiel", EntityLabel.GPE),)
    doc = nlp(text)
    (found,) = find_attributions(doc, entities, (), find_references(doc, entities))
    assert found.source is not None
    assert found.source.entity is None


def test_time_of_the_speech_is_kept(nlp: Language) -> None:
    text = "The dam has failed, officials said on Monday."
    start = text.index("Monday")
    monday = Timex(id="t1", start=start, end=start + 6, text="Monday", type=TimexType.DATE, value="2024-03-04")
    (found,) = find_attributions(nlp(text), (), (monday,))
    assert found.time == "t1"


def test_time_of_the_content_is_not_the_time_of_the_speech(nlp: Language) -> None:
    text = "Officials said that the dam failed on Monday."
    start = text.index("Monday")
    monday = Timex(id="t1", start=start, end=start + 6, text="Monday", type=TimexType.DATE, value="2024-03-04")
    (found,) = find_attributions(nlp(text), (), (monday,))
    assert found.time is None


PIECES = st.sampled_from(
    [
        "“",
        "”",
        '"',
        "'",
        "''",
        "\n\n",
        ", ",
        ". ",
        "said",
        " he said ",
        "according to ",
        "claim that ",
        "Ruiz ",
        "the army ",
        " denied",
        "✓",
        "…",
        " ",
    ]
)


@settings(max_examples=60)
@given(pieces=st.lists(PIECES | st.text(max_size=6), max_size=25))
def test_every_span_is_a_slice_of_any_text(nlp: Language, pieces: list[str]) -> None:
    text = "".join(pieces)
    doc = nlp(text)
    found = find_attributions(doc, (), ())
    for attribution in found:
        for span in (attribution.source, attribution.cue, attribution.content):
            assert span is None or doc.text[span.start : span.end] == span.text
    assert [a.id for a in found] == [f"a{k}" for k in range(1, len(found) + 1)]
    assert list(found) == sorted(found, key=lambda a: a.content.start)
