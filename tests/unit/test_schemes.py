"""Pipelines of another label scheme: the same sentence, annotated in either scheme, gives the same extraction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import get_words_and_spaces

from tidings.errors import BadUsage
from tidings.extract import clearnlp, schemes
from tidings.extract.clearnlp import to_universal
from tidings.extract.pipeline import Extractor, load_extractor
from tidings.extract.schemes import adapt, load_pipeline, to_own_names
from tidings.ids import ArticleId
from tidings.records import Extraction
from tidings.settings import Settings

PUBLISHED = datetime(2024, 3, 15, 18, tzinfo=UTC)


class Sentence(NamedTuple):
    """A sentence in both schemes: a line a word, with tag, part of speech, lemma, and head and label in either tree."""

    text: str
    words: str
    ontonotes: dict[str, str]
    """Names as an en_core_web pipeline marks them."""
    own: dict[str, str]


SENTENCES = {
    "a_name_after_speech": Sentence(
        "The Kenyan army released 40 prisoners on Friday, the ministry's spokesman said.",
        """
        The       DT   DET   the       3  det      3  det
        Kenyan    JJ   ADJ   kenyan    3  amod     3  amod
        army      NN   NOUN  army      4  nsubj    4  nsubj
        released  VBD  VERB  release   14 ccomp    14 ccomp
        40        CD   NUM   40        6  nummod   6  nummod
        prisoners NNS  NOUN  prisoner  4  dobj     4  obj
        on        IN   ADP   on        4  prep     8  case
        Friday    NNP  PROPN Friday    7  pobj     4  obl
        ,         ,    PUNCT ,         14 punct    14 punct
        the       DT   DET   the       11 det      11 det
        ministry  NN   NOUN  ministry  13 poss     13 nmod:poss
        's        POS  PART  's        11 case     11 case
        spokesman NN   NOUN  spokesman 14 nsubj    14 nsubj
        said      VBD  VERB  say       14 ROOT     14 ROOT
        .         .    PUNCT .         14 punct    14 punct
        """,
        {"Kenyan": "NORP", "40": "CARDINAL", "Friday": "DATE"},
        {"Kenyan": "NORP"},
    ),
    "a_title_and_a_hearer": Sentence(
        "Foreign Minister Ana Ruiz told reporters in Lima that Peru would sign the treaty.",
        """
        Foreign   NNP  PROPN Foreign   2  compound 2  compound
        Minister  NNP  PROPN Minister  4  compound 3  nmod:desc
        Ana       NNP  PROPN Ana       4  compound 5  nsubj
        Ruiz      NNP  PROPN Ruiz      5  nsubj    3  flat
        told      VBD  VERB  tell      5  ROOT     5  ROOT
        reporters NNS  NOUN  reporter  5  dobj     5  iobj
        in        IN   ADP   in        6  prep     8  case
        Lima      NNP  PROPN Lima      7  pobj     6  nmod
        that      IN   SCONJ that      12 mark     12 mark
        Peru      NNP  PROPN Peru      12 nsubj    12 nsubj
        would     MD   AUX   would     12 aux      12 aux
        sign      VB   VERB  sign      5  ccomp    5  ccomp
        the       DT   DET   the       14 det      14 det
        treaty    NN   NOUN  treaty    12 dobj     12 obj
        .         .    PUNCT .         5  punct    5  punct
        """,
        {"Ana Ruiz": "PERSON", "Lima": "GPE", "Peru": "GPE"},
        {"Ana Ruiz": "PERSON", "Lima": "GPE", "Peru": "GPE"},
    ),
    "a_passive_and_its_agent": Sentence(
        "The base was attacked by rebels from Chad two days before the vote.",
        """
        The       DT   DET   the       2  det       2  det
        base      NN   NOUN  base      4  nsubjpass 4  nsubj:pass
        was       VBD  AUX   be        4  auxpass   4  aux:pass
        attacked  VBN  VERB  attack    4  ROOT      4  ROOT
        by        IN   ADP   by        4  agent     6  case
        rebels    NNS  NOUN  rebel     5  pobj      4  obl:agent
        from      IN   ADP   from      6  prep      8  case
        Chad      NNP  PROPN Chad      7  pobj      6  nmod
        two       CD   NUM   two       10 nummod    10 nummod
        days      NNS  NOUN  day       11 npadvmod  13 nmod:unmarked
        before    IN   ADP   before    4  prep      13 case
        the       DT   DET   the       13 det       13 det
        vote      NN   NOUN  vote      11 pobj      4  obl
        .         .    PUNCT .         4  punct     4  punct
        """,
        {"Chad": "GPE", "two days": "DATE"},
        {"Chad": "GPE"},
    ),
    "prepositions_of_two_words": Sentence(
        "According to the United Nations, more than 300 people were killed in Goma because of the floods.",
        """
        According VBG  VERB  accord    12 prep      5  case
        to        IN   ADP   to        1  prep      1  fixed
        the       DT   DET   the       5  det       5  det
        United    NNP  PROPN United    5  compound  5  compound
        Nations   NNPS PROPN Nations   2  pobj      12 obl
        ,         ,    PUNCT ,         12 punct     12 punct
        more      JJR  ADJ   more      9  amod      9  advmod
        than      IN   ADP   than      9  quantmod  7  fixed
        300       CD   NUM   300       10 nummod    10 nummod
        people    NNS  NOUN  people    12 nsubjpass 12 nsubj:pass
        were      VBD  AUX   be        12 auxpass   12 aux:pass
        killed    VBN  VERB  kill      12 ROOT      12 ROOT
        in        IN   ADP   in        12 prep      14 case
        Goma      NNP  PROPN Goma      13 pobj      12 obl
        because   IN   SCONJ because   12 prep      18 case
        of        IN   ADP   of        15 pcomp     15 fixed
        the       DT   DET   the       18 det       18 det
        floods    NNS  NOUN  flood     16 pobj      12 obl
        .         .    PUNCT .         12 punct     12 punct
        """,
        {"the United Nations": "ORG", "more than 300": "CARDINAL", "Goma": "GPE"},
        {"United Nations": "ORG", "Goma": "GPE"},
    ),
    "a_copula_and_two_prepositions": Sentence(
        "The two sides are not ready to withdraw their troops from and around Kano.",
        """
        The       DT   DET   the       3  det      3  det
        two       CD   NUM   two       3  nummod   3  nummod
        sides     NNS  NOUN  side      4  nsubj    6  nsubj
        are       VBP  AUX   be        4  ROOT     6  cop
        not       RB   PART  not       4  neg      6  advmod
        ready     JJ   ADJ   ready     4  acomp    6  ROOT
        to        TO   PART  to        8  aux      8  mark
        withdraw  VB   VERB  withdraw  6  xcomp    6  xcomp
        their     PRP$ PRON  their     10 poss     10 nmod:poss
        troops    NNS  NOUN  troop     8  dobj     8  obj
        from      IN   ADP   from      8  prep     14 case
        and       CC   CCONJ and       11 cc       13 cc
        around    IN   ADP   around    11 conj     11 conj
        Kano      NNP  PROPN Kano      13 pobj     8  obl
        .         .    PUNCT .         4  punct    6  punct
        """,
        {"two": "CARDINAL", "Kano": "GPE"},
        {"Kano": "GPE"},
    ),
    "a_denial_and_a_recipient": Sentence(
        "Chile did not send Bolivia any aid, rejected talks with Peru and recalled its envoy to Quito.",
        """
        Chile     NNP  PROPN Chile     4  nsubj    4  nsubj
        did       VBD  AUX   do        4  aux      4  aux
        not       RB   PART  not       4  neg      4  advmod
        send      VB   VERB  send      4  ROOT     4  ROOT
        Bolivia   NNP  PROPN Bolivia   4  dative   4  iobj
        any       DT   DET   any       7  det      7  det
        aid       NN   NOUN  aid       4  dobj     4  obj
        ,         ,    PUNCT ,         4  punct    9  punct
        rejected  VBD  VERB  reject    4  conj     4  conj
        talks     NNS  NOUN  talk      9  dobj     9  obj
        with      IN   ADP   with      10 prep     12 case
        Peru      NNP  PROPN Peru      11 pobj     10 nmod
        and       CC   CCONJ and       9  cc       14 cc
        recalled  VBD  VERB  recall    9  conj     4  conj
        its       PRP$ PRON  its       16 poss     16 nmod:poss
        envoy     NN   NOUN  envoy     14 dobj     14 obj
        to        IN   ADP   to        16 prep     18 case
        Quito     NNP  PROPN Quito     17 pobj     16 nmod
        .         .    PUNCT .         4  punct    4  punct
        """,
        {"Chile": "GPE", "Bolivia": "GPE", "Peru": "GPE", "Quito": "GPE"},
        {"Chile": "GPE", "Bolivia": "GPE", "Peru": "GPE", "Quito": "GPE"},
    ),
    "an_apposition_and_a_request": Sentence(
        "Mali's president, Amadou Keita, wants Niger to free the pilots, who were arrested in Gao.",
        """
        Mali      NNP  PROPN Mali      3  poss      3  nmod:poss
        's        POS  PART  's        1  case      1  case
        president NN   NOUN  president 8  nsubj     8  nsubj
        ,         ,    PUNCT ,         3  punct     3  punct
        Amadou    NNP  PROPN Amadou    6  compound  3  appos
        Keita     NNP  PROPN Keita     3  appos     5  flat
        ,         ,    PUNCT ,         3  punct     3  punct
        wants     VBZ  VERB  want      8  ROOT      8  ROOT
        Niger     NNP  PROPN Niger     11 nsubj     8  obj
        to        TO   PART  to        11 aux       11 mark
        free      VB   VERB  free      8  ccomp     8  xcomp
        the       DT   DET   the       13 det       13 det
        pilots    NNS  NOUN  pilot     11 dobj      11 obj
        ,         ,    PUNCT ,         13 punct     13 punct
        who       WP   PRON  who       17 nsubjpass 17 nsubj:pass
        were      VBD  AUX   be        17 auxpass   17 aux:pass
        arrested  VBN  VERB  arrest    13 relcl     13 acl:relcl
        in        IN   ADP   in        17 prep      19 case
        Gao       NNP  PROPN Gao       18 pobj      17 obl
        .         .    PUNCT .         8  punct     8  punct
        """,
        {"Mali's": "GPE", "Amadou Keita": "PERSON", "Niger": "GPE", "Gao": "GPE"},
        {"Mali": "GPE", "Amadou Keita": "PERSON", "Niger": "GPE", "Gao": "GPE"},
    ),
    "there_was_and_a_gerund": Sentence(
        "There were protests in Lagos after police had accused union leaders of planning a strike in Kano.",
        """
        There     EX   PRON  there     2  expl     2  expl
        were      VBD  VERB  be        2  ROOT     2  ROOT
        protests  NNS  NOUN  protest   2  attr     2  nsubj
        in        IN   ADP   in        3  prep     5  case
        Lagos     NNP  PROPN Lagos     4  pobj     3  nmod
        after     IN   SCONJ after     9  mark     9  mark
        police    NNS  NOUN  police    9  nsubj    9  nsubj
        had       VBD  AUX   have      9  aux      9  aux
        accused   VBN  VERB  accuse    2  advcl    2  advcl
        union     NN   NOUN  union     11 compound 11 compound
        leaders   NNS  NOUN  leader    9  dobj     9  obj
        of        IN   ADP   of        9  prep     13 mark
        planning  VBG  VERB  plan      12 pcomp    9  advcl
        a         DT   DET   a         15 det      15 det
        strike    NN   NOUN  strike    13 dobj     13 obj
        in        IN   ADP   in        13 prep     17 case
        Kano      NNP  PROPN Kano      16 pobj     13 obl
        .         .    PUNCT .         2  punct    2  punct
        """,
        {"Lagos": "GPE", "Kano": "GPE"},
        {"Lagos": "GPE", "Kano": "GPE"},
    ),
    "an_arrangement_for_money": Sentence(
        "The general is to pay Chad's army $3 million for the ship and leave the port on Monday.",
        """
        The       DT   DET   the       2  det      2  det
        general   NN   NOUN  general   3  nsubj    5  nsubj:outer
        is        VBZ  AUX   be        3  ROOT     5  cop
        to        TO   PART  to        5  aux      5  mark
        pay       VB   VERB  pay       3  xcomp    5  ROOT
        Chad      NNP  PROPN Chad      8  poss     8  nmod:poss
        's        POS  PART  's        6  case     6  case
        army      NN   NOUN  army      5  dative   5  iobj
        $         $    SYM   $         11 quantmod 5  obj
        3         CD   NUM   3         11 compound 11 compound
        million   CD   NUM   million   5  dobj     9  nummod
        for       IN   ADP   for       5  prep     14 case
        the       DT   DET   the       14 det      14 det
        ship      NN   NOUN  ship      12 pobj     5  obl
        and       CC   CCONJ and       5  cc       16 cc
        leave     VB   VERB  leave     5  conj     5  conj
        the       DT   DET   the       18 det      18 det
        port      NN   NOUN  port      16 dobj     16 obj
        on        IN   ADP   on        16 prep     20 case
        Monday    NNP  PROPN Monday    19 pobj     16 obl
        .         .    PUNCT .         3  punct    5  punct
        """,
        {"Chad": "GPE", "$3 million": "MONEY", "Monday": "DATE"},
        {"Chad": "GPE"},
    ),
    "a_place_as_predicate": Sentence(
        "Prime Minister John Otieno was in Juba ten days ago for talks with Uganda and with Rwanda.",
        """
        Prime     NNP  PROPN Prime     2  compound 2  compound
        Minister  NNP  PROPN Minister  4  compound 3  nmod:desc
        John      NNP  PROPN John      4  compound 7  nsubj
        Otieno    NNP  PROPN Otieno    5  nsubj    3  flat
        was       VBD  AUX   be        5  ROOT     7  cop
        in        IN   ADP   in        5  prep     7  case
        Juba      NNP  PROPN Juba      6  pobj     7  ROOT
        ten       CD   NUM   ten       9  nummod   9  nummod
        days      NNS  NOUN  day       10 npadvmod 10 obl:unmarked
        ago       RB   ADV   ago       5  advmod   7  advmod
        for       IN   ADP   for       5  prep     12 case
        talks     NNS  NOUN  talk      11 pobj     7  obl
        with      IN   ADP   with      12 prep     14 case
        Uganda    NNP  PROPN Uganda    13 pobj     12 nmod
        and       CC   CCONJ and       13 cc       17 cc
        with      IN   ADP   with      13 conj     17 case
        Rwanda    NNP  PROPN Rwanda    16 pobj     14 conj
        .         .    PUNCT .         5  punct    7  punct
        """,
        {"John Otieno": "PERSON", "Juba": "GPE", "ten days ago": "DATE", "Uganda": "GPE", "Rwanda": "GPE"},
        {"John Otieno": "PERSON", "Juba": "GPE", "Uganda": "GPE", "Rwanda": "GPE"},
    ),
    "a_lower_bound": Sentence(
        "At least 12 rebels gave up and were handed to Mali after fleeing out of the city.",
        """
        At        IN   ADP   at        2  advmod   2  case
        least     JJS  ADJ   least     3  advmod   3  nmod
        12        CD   NUM   12        4  nummod   4  nummod
        rebels    NNS  NOUN  rebel     5  nsubj    5  nsubj
        gave      VBD  VERB  give      5  ROOT     5  ROOT
        up        RP   ADP   up        5  prt      5  compound:prt
        and       CC   CCONJ and       5  cc       9  cc
        were      VBD  AUX   be        9  auxpass  9  aux:pass
        handed    VBN  VERB  hand      5  conj     5  conj
        to        IN   ADP   to        9  dative   11 case
        Mali      NNP  PROPN Mali      10 pobj     9  obl
        after     IN   ADP   after     9  prep     13 mark
        fleeing   VBG  VERB  flee      12 pcomp    9  advcl
        out       IN   ADP   out       13 prep     17 case
        of        IN   ADP   of        14 prep     14 fixed
        the       DT   DET   the       17 det      17 det
        city      NN   NOUN  city      15 pobj     13 obl
        .         .    PUNCT .         5  punct    5  punct
        """,
        {"At least 12": "CARDINAL", "Mali": "GPE"},
        {"Mali": "GPE"},
    ),
}


def annotated(sentence: Sentence, vocab: spacy.Vocab, *, universal: bool) -> Doc:
    """Return a sentence annotated by hand in one of the schemes."""
    lines = [line.split() for line in sentence.words.strip().splitlines()]
    words, spaces = get_words_and_spaces([line[0] for line in lines], sentence.text)
    doc = Doc(
        vocab,
        words=words,
        spaces=spaces,
        tags=[line[1] for line in lines],
        pos=[line[2] for line in lines],
        lemmas=[line[3] for line in lines],
        heads=[int(line[6 if universal else 4]) - 1 for line in lines],
        deps=[line[7 if universal else 5] for line in lines],
    )
    doc.set_ents([span(doc, text, label) for text, label in (sentence.own if universal else sentence.ontonotes).items()])
    return doc


def span(doc: Doc, text: str, label: str) -> Span:
    start = doc.text.index(text)
    found: Span = doc.char_span(start, start + len(text), label=label)
    return found


def extraction(sentence: Sentence, *, universal: bool) -> Extraction:
    """Return what is extracted from a sentence's annotation by hand."""
    nlp = spacy.blank("en")
    nlp.tokenizer = lambda text: annotated(sentence, nlp.vocab, universal=universal)
    if not universal:
        nlp.add_pipe(schemes.COMPONENT)
        nlp.add_pipe(clearnlp.COMPONENT)
    return Extractor(nlp).extract(ArticleId("a"), sentence.text, PUBLISHED)


@pytest.mark.parametrize("name", SENTENCES)
def test_either_scheme_gives_the_same_extraction(name: str) -> None:
    assert extraction(SENTENCES[name], universal=False) == extraction(SENTENCES[name], universal=True)


@pytest.mark.parametrize("name", SENTENCES)
def test_a_clearnlp_tree_becomes_a_universal_one(name: str) -> None:
    vocab = spacy.blank("en").vocab
    expected = annotated(SENTENCES[name], vocab, universal=True)
    found = to_universal(to_own_names(annotated(SENTENCES[name], vocab, universal=False)))
    assert [(t.text, t.dep_, t.head.text) for t in found] == [(t.text, t.dep_, t.head.text) for t in expected]
    assert [(e.text, e.label_) for e in found.ents] == [(e.text, e.label_) for e in expected.ents]


def with_name(text: str, name: str, label: str) -> list[tuple[str, str]]:
    """Return the names that are left when one is marked."""
    doc = spacy.blank("en")(text)
    doc.set_ents([span(doc, name, label)])
    return [(ent.text, ent.label_) for ent in to_own_names(doc).ents]


@pytest.mark.parametrize(
    ("name", "label", "expected"),
    [
        ("the Andean Bank's", "ORG", [("Andean Bank", "ORG")]),
        ("The Hague", "GPE", [("Hague", "GPE")]),
        ("the workers'", "NORP", [("workers", "NORP")]),
        ("the", "ORG", []),
        ("40", "CARDINAL", []),
        ("Friday", "DATE", []),
        ("Water Act", "LAW", []),
        ("Quechua", "LANGUAGE", []),
    ],
)
def test_a_name_keeps_our_label_and_loses_article_and_possessive(
    name: str, label: str, expected: list[tuple[str, str]]
) -> None:
    text = "The Hague heard the Andean Bank's 40 and the workers' Water Act in Quechua on Friday"
    assert with_name(text, name, label) == expected


def labelled(*, relations: tuple[str, ...], names: tuple[str, ...]) -> Language:
    """Return an untrained pipeline whose parser and named entities have these labels."""
    nlp = spacy.blank("en")
    for part, labels in (("parser", relations), ("ner", names)):
        pipe = nlp.add_pipe(part)
        for label in labels:
            pipe.add_label(label)
    return nlp


def added(nlp: Language) -> list[str]:
    adapt(nlp)
    return [name for name in nlp.pipe_names if name not in ("parser", "ner")]


def test_a_pipeline_of_our_scheme_stays_as_it_is() -> None:
    assert added(labelled(relations=("obj", "obl", "case"), names=("ORG", "GPE"))) == []


def test_names_are_read_before_the_tree_is_rewritten() -> None:
    nlp = labelled(relations=("dobj", "pobj", "prep"), names=("ORG", "CARDINAL"))
    assert added(nlp) == [schemes.COMPONENT, clearnlp.COMPONENT]


def test_a_universal_tree_with_other_names_keeps_its_tree() -> None:
    assert added(labelled(relations=("obj", "obl"), names=("ORG", "DATE"))) == [schemes.COMPONENT]


def test_every_sentence_of_a_text_keeps_its_bounds() -> None:
    vocab = spacy.blank("en").vocab
    text = Doc.from_docs([annotated(sentence, vocab, universal=False) for sentence in SENTENCES.values()])
    bounds = [(sent.start, sent.end) for sent in text.sents]
    assert len(bounds) == len(SENTENCES)
    assert [(sent.start, sent.end) for sent in to_universal(text).sents] == bounds


def test_the_model_may_be_named_by_folder() -> None:
    assert load_pipeline(str(Settings().model_folder())).meta["name"] == "tidings"


def test_the_model_may_be_named_by_package(monkeypatch: pytest.MonkeyPatch) -> None:
    nlp = load_pipeline(str(Settings().model_folder()))
    monkeypatch.setattr("spacy.util.is_package", lambda name: name == "en_example_news")
    monkeypatch.setattr("spacy.util.load_model_from_package", lambda name, **_: nlp)
    found = load_extractor(Settings(model_path=Path("en_example_news")))
    assert found.model == load_extractor(Settings()).model


def test_no_model_of_that_name_is_told_in_one_line() -> None:
    with pytest.raises(BadUsage, match=r"^no spaCy pipeline in en_example_none: .*TIDINGS_MODEL_PATH\)$"):
        load_extractor(Settings(model_path=Path("en_example_none")))


@Language.factory("tests_all_but", default_config={"left_out": ""})
def create_all_but(nlp: Language, name: str, left_out: str) -> Callable[[Doc], Doc]:
    """Create a component that annotates every layer but one."""

    def annotate(doc: Doc) -> Doc:
        for token in doc:
            token.tag_ = "" if left_out == "tagger" else "NN"
            token.pos_ = "NOUN"
            token.lemma_ = "" if left_out == "lemmatizer" else token.lower_
            if left_out != "parser":
                token.dep_, token.head = "dep", doc[0]
        if left_out != "ner":
            doc.set_ents([])
        return doc

    return annotate


@pytest.mark.parametrize("part", ["tagger", "parser", "lemmatizer", "ner"])
def test_a_missing_part_is_told_in_one_line(part: str, tmp_path: Path) -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("tests_all_but", config={"left_out": part})
    nlp.to_disk(tmp_path / "less")
    with pytest.raises(BadUsage, match=rf"^the spaCy pipeline \S+ has no {part} \(set TIDINGS_MODEL_PATH\)$"):
        load_pipeline(str(tmp_path / "less"))


def test_all_missing_parts_are_told_at_once(tmp_path: Path) -> None:
    spacy.blank("en").to_disk(tmp_path)
    with pytest.raises(BadUsage, match="no tagger, no attribute_ruler or morphologizer, no lemmatizer, no parser, no ner"):
        load_pipeline(str(tmp_path))
