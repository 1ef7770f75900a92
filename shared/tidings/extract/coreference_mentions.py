"""What an article speaks of: names and common nouns as mentions of referents, with what shows their kind and gender.

Common nouns are kept though no reference leads to them: they compete with the names for a pronoun.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cache, lru_cache

from spacy.tokens import Doc, Token

from tidings.extract.gazetteer import fold
from tidings.extract.quotations import quotations
from tidings.extract.sectors import load_roles, singular
from tidings.extract.syntax import phrase
from tidings.records import Entity, EntityLabel
from tidings.tables import rows

SUBJECTS = frozenset({"nsubj", "nsubj:pass", "nsubj:outer"})
PARTS = frozenset({"compound", "amod", "flat", "flat:name", "nmod:desc", "fixed", "goeswith"})
"""Relations of words that are part of another mention, which no pronoun takes up."""
_MOST = 80
"""How many mentions back anything is looked for, however long a sentence is."""
_PLURAL = frozenset({"NNS", "NNPS"})


class Kind(Enum):
    """What sort of thing a mention speaks of."""

    PERSON = "person"
    BODY = "body"
    STATE = "state"
    THING = "thing"


_KINDS = {
    EntityLabel.PERSON: Kind.PERSON,
    EntityLabel.NORP: Kind.PERSON,
    EntityLabel.ORG: Kind.BODY,
    EntityLabel.GPE: Kind.STATE,
}


_CALLED_BY_HEAD = frozenset({EntityLabel.ORG, EntityLabel.FAC})
"""Names whose last word says what they are ("the Harbour Authority": "the authority")."""


@dataclass(slots=True, eq=False)
class Referent:
    """Somebody or something that the article speaks of; `label` is None where it has no name.

    `nouns` are the common nouns that call it so, `words` all words of those descriptions, folded.
    """

    label: EntityLabel | None = None
    gender: str | None = None
    nouns: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    names: list[tuple[int, Entity]] = field(default_factory=list)

    def name_before(self, token: int) -> Entity | None:
        """Return its last name before a token."""
        return next((entity for at, entity in reversed(self.names) if at < token), None)


@dataclass(slots=True, eq=False)
class Mention:
    """A name, noun or resolved pronoun: its head token, its sentence's number, its quotation's number or −1."""

    head: int
    referent: Referent
    kind: Kind
    plural: bool
    relation: str
    sentence: int
    quote: int
    named: bool = False
    beside: bool = False
    pronoun: bool = False
    speaks: bool = False


def _place(mention: Mention) -> int:
    return mention.head


class Discourse:
    """An article's tokens, sentences, quotations and mentions."""

    def __init__(self, doc: Doc, entities: Sequence[Entity]) -> None:
        self.tokens = list(doc)
        self.sentence = _sentences(doc)
        self.quotes, self.quote = _quotes(doc)
        self.at: dict[int, Mention] = {}
        self._mentions: list[Mention] = []
        self.referents: list[Referent] = []
        self._named = _named(doc, entities)
        self._chains: dict[int | str, Referent] = {}
        described: list[tuple[Token, Referent]] = []
        for token in self.tokens:
            described += self._read(token)
        for noun, referent in described:
            if noun.i in self.at:
                self.at[noun.i].referent = referent
                self.at[noun.i].beside = True

    def add(self, token: Token, referent: Referent, kind: Kind, *, plural: bool = False, pronoun: bool = False) -> Mention:
        """Keep a mention at a token."""
        sentence = self.sentence[token.i]
        mention = Mention(token.i, referent, kind, plural, token.dep_, sentence, self.quote[token.i], pronoun=pronoun)
        insort(self._mentions, mention, key=_place)
        self.at[token.i] = mention
        return mention

    def near(self, token: Token, reach: int) -> Iterator[Mention]:
        """Iterate over the mentions before a token, the last first, in its sentence and so many before."""
        last = bisect_left(self._mentions, token.i, key=_place)
        for mention in reversed(self._mentions[max(0, last - _MOST) : last]):
            if mention.sentence < self.sentence[token.i] - reach:
                return
            yield mention

    def _read(self, token: Token) -> Iterator[tuple[Token, Referent]]:
        """Read the mention that a token heads; give the nouns that describe a name with the name's referent."""
        entity = self._named.get(token.i)
        if entity is not None:
            if _is_head(token, entity, self._named):
                yield from self._read_name(token, entity)
        elif token.pos_ in ("NOUN", "PROPN") and token.dep_ not in PARTS:
            plural = token.tag_ in _PLURAL
            referent = Referent(gender=None if plural else genders().get(noun_of(token)))
            self.add(token, referent, kind_of(noun_of(token)), plural=plural)
        if token.pos_ in ("NOUN", "PROPN") and token.dep_ != "conj":
            self._read_pair(token)

    def _read_name(self, head: Token, entity: Entity) -> Iterator[tuple[Token, Referent]]:
        key: int | str = entity.name if entity.chain is None else entity.chain
        referent = self._chains.get(key)
        if referent is None:
            referent = self._chains[key] = Referent(entity.label)
            self.referents.append(referent)
        plural = entity.label is EntityLabel.NORP or (head.tag_ == "NNPS" and entity.label is EntityLabel.PERSON)
        self.add(head, referent, _KINDS.get(entity.label, Kind.THING), plural=plural).named = True
        referent.names.append((head.i, entity))
        if entity.label in _CALLED_BY_HEAD and " " in entity.text:
            referent.nouns.add(singular(fold(_own_part(entity.text).split()[-1])))
        for noun in _descriptions(head, entity, self._named):
            referent.nouns.add(noun_of(noun))
            referent.words.update(fold(t.text) for t in phrase(noun) if t.is_alpha)
            referent.gender = referent.gender or genders().get(noun_of(noun))
            yield noun, referent

    def _read_pair(self, head: Token) -> None:
        """Keep "Kenya and Chad" as one mention in the plural."""
        pair = next((c for c in head.children if c.dep_ == "conj" and c.pos_ in ("NOUN", "PROPN")), None)
        first = self.at.get(head.i)
        if pair is not None and first is not None:
            self.add(head, Referent(), first.kind, plural=True)
            self.at[head.i] = first
            first.relation = pair.dep_


def noun_of(token: Token) -> str:
    """Return a noun as the tables have it: folded, in the singular."""
    return singular(fold(token.text))


@lru_cache(maxsize=8192)
def kind_of(noun: str) -> Kind:
    """Return the kind of a common noun, as `noun_of` gives it."""
    labels = labels_of(noun)
    if EntityLabel.PERSON in labels or noun in genders():
        return Kind.PERSON
    if EntityLabel.ORG in labels:
        return Kind.BODY
    if EntityLabel.GPE in labels:
        return Kind.STATE
    return Kind.PERSON if load_roles().matches([noun]) else Kind.THING


@cache
def genders() -> dict[str, str]:
    """Return the gender that a title or noun tells, by the folded word."""
    table = rows("coreference_words.tsv", 3)
    return {fold(word): tells for use, tells, words in table if use == "gender" for word in words.split()}


@cache
def hypernyms() -> dict[str, EntityLabel]:
    """Return the label of the names that a noun may stand for alone."""
    table = rows("coreference_words.tsv", 3)
    return {fold(word): EntityLabel(tells) for use, tells, words in table if use == "hypernym" for word in words.split()}


@cache
def _noun_labels() -> dict[str, frozenset[EntityLabel]]:
    found: dict[str, frozenset[EntityLabel]] = {}
    for label, words in rows("attribution_descriptions.tsv", 2):
        for word in words.split():
            found[word] = found.get(word, frozenset()) | {EntityLabel(label)}
    return found


def labels_of(noun: str) -> frozenset[EntityLabel]:
    """Return the labels of the names that a noun can describe ("ministry": ORG)."""
    return _noun_labels().get(noun, frozenset())


def _own_part(name: str) -> str:
    """Return a name without what its preposition brings: "Ministry" of "Ministry of Defence"."""
    return name.partition(" of ")[0].partition(" for ")[0]


# ---------------------------------------------------------------- reading the parse


def _sentences(doc: Doc) -> list[int]:
    return [number for number, sent in enumerate(doc.sents) for _ in range(len(sent))]


def _quotes(doc: Doc) -> tuple[dict[int, tuple[int, int]], list[int]]:
    """Return each quotation's first and last token, and each token's quotation by number, −1 outside."""
    spans: dict[int, tuple[int, int]] = {}
    found = [-1] * len(doc)
    for number, quotation in enumerate(quotations(doc.text)):
        span = doc.char_span(quotation.start, quotation.end, alignment_mode="expand")
        if span is not None:
            spans[number] = span.start, span.end - 1
            found[span.start : span.end] = [number] * len(span)
    return spans, found


def _named(doc: Doc, entities: Sequence[Entity]) -> dict[int, Entity]:
    """Return the entity that each token stands in."""
    found: dict[int, Entity] = {}
    for entity in entities:
        span = doc.char_span(entity.start, entity.end, alignment_mode="expand")
        if span is not None:
            found.update(dict.fromkeys(range(span.start, span.end), entity))
    return found


def _is_head(token: Token, entity: Entity, named: dict[int, Entity]) -> bool:
    """Tell whether a token heads the name that it stands in: the first whose governor is outside."""
    first = _first(token, entity, named)
    return token.i == next((i for i in range(first, token.i + 1) if _leaves(token.doc[i], entity, named)), -1)


def _leaves(token: Token, entity: Entity, named: dict[int, Entity]) -> bool:
    return token.head == token or named.get(token.head.i) is not entity


def _first(token: Token, entity: Entity, named: dict[int, Entity]) -> int:
    first = token.i
    while named.get(first - 1) is entity:
        first -= 1
    return first


def _descriptions(head: Token, entity: Entity, named: dict[int, Entity]) -> Iterator[Token]:
    """Iterate over the nouns that call a name: its title, its apposition, its predicate ("X is the chairman")."""
    before = _first(head, entity, named) - 1
    beside = [head.doc[before]] if before >= 0 else []
    beside += [c for c in head.children if c.dep_ == "appos"]
    if head.dep_ == "appos" or (head.dep_ in SUBJECTS and _is_said_to_be(head.head)):
        beside.append(head.head)
    kind = _KINDS.get(entity.label, Kind.THING)
    for noun in dict.fromkeys(beside):
        lemma = noun_of(noun)
        if noun.i in named or noun.tag_ in _PLURAL or kind_of(lemma) is not kind:
            continue
        if noun.pos_ in ("NOUN", "PROPN") or lemma in genders():
            yield noun


def _is_said_to_be(predicate: Token) -> bool:
    """Tell whether a noun is somebody's predicate, undenied and without a modal ("is the chairman")."""
    own = list(predicate.children)
    return any(c.dep_ == "cop" for c in own) and not any(c.tag_ == "MD" or c.lower_ in ("not", "n't", "n’t") for c in own)
