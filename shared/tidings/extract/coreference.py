"""Coreference: which name a pronoun or a description ("the company") stands for, where the article leaves no doubt.

After the sieves of Lee et al. (2013, https://aclanthology.org/J13-4004/): sure rules first, agreement in number, gender and
kind, and no link where two referents compete; salience (Lappin and Leass 1994) decides only by a clear margin.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from spacy.tokens import Doc, Token

from tidings.extract.coreference_grammar import CLAUSAL, FITS, Fit, agrees, is_disjoint, is_expletive
from tidings.extract.coreference_mentions import (
    SUBJECTS,
    Discourse,
    Kind,
    Mention,
    Referent,
    hypernyms,
    noun_of,
)
from tidings.extract.cues import verb_cue
from tidings.extract.gazetteer import TermKind, fold, load_gazetteer
from tidings.extract.syntax import phrase
from tidings.records import Entity, EntityLabel

_REACH = 2
"""How many sentences back a pronoun or a hypernym may reach."""
_LEAST = 20
"""The least salience that a pronoun takes up."""
_TAG_REACH = 12
"""How many tokens behind a quotation its speaker's tag may stand."""
_LONGEST = 80
"""How many tokens of its sentence are read around a quotation."""
_DEFINITE = frozenset({"the", "this", "that"})
_RESTRICTING = frozenset({"nummod", "acl", "acl:relcl", "conj", "appos"})
"""Relations of what makes a definite noun mean something else than what was told before."""
_CONTENT = frozenset({"NOUN", "PROPN", "ADJ", "NUM", "VERB"})
_STATES = frozenset({"country", "nation"})
_SPEAKER = frozenset({"i", "me", "my", "myself"})


class Reference(NamedTuple):
    """A pronoun's or description's characters, where its head word starts, and the last name before it of what it means."""

    start: int
    end: int
    head: int
    entity: Entity


def find_references(doc: Doc, entities: Sequence[Entity]) -> tuple[Reference, ...]:
    """Return the sure references to entities that were named before, in text order."""
    discourse = Discourse(doc, entities)
    _link_descriptions(discourse)
    _link_pronouns(discourse)
    return tuple(sorted(_references(doc, discourse)))


def _references(doc: Doc, discourse: Discourse) -> Iterator[Reference]:
    for mention in discourse.at.values():
        entity = None if mention.named or mention.beside else mention.referent.name_before(mention.head)
        if entity is None and mention.speaks:
            entity = mention.referent.names[0][1]  # “I agree,” Ruiz said.
        if entity is not None:
            head = discourse.tokens[mention.head]
            span = doc[head.i : head.i + 1] if mention.pronoun else phrase(head)
            yield Reference(span.start_char, span.end_char, head.idx, entity)


# ---------------------------------------------------------------- descriptions


def _link_descriptions(discourse: Discourse) -> None:
    for i, mention in sorted(discourse.at.items()):
        if mention.referent.label is None and not mention.plural:
            mention.referent = _described(discourse, discourse.tokens[i]) or mention.referent


def _described(discourse: Discourse, head: Token) -> Referent | None:
    """Return the one named referent that a definite noun can mean."""
    if not _is_definite(head):
        return None
    noun = noun_of(head)
    more = {fold(t.text) for t in phrase(head) if t.pos_ in _CONTENT and t != head}
    called = [r for r in discourse.referents if noun in r.nouns and more <= r.words and r.name_before(head.i)]
    label = hypernyms().get(noun)
    if label is None:
        return called[0] if len(called) == 1 else None
    if more:
        return None
    # Any name of the kind could be called so: another one near by leaves doubt.
    near = {id(m.referent): m.referent for m in discourse.near(head, _REACH) if m.referent.label is label}
    found = [
        referent for referent in near.values() if label is not EntityLabel.GPE or _is_country(referent) == (noun in _STATES)
    ]
    return found[0] if len(found) == 1 and (not called or called == found) else None


def _is_definite(head: Token) -> bool:
    own = list(head.children)
    determined = any(c.dep_ == "det" and c.lower_ in _DEFINITE for c in own)
    return determined and head.dep_ != "conj" and not any(c.dep_ in _RESTRICTING for c in own)


def _is_country(referent: Referent) -> bool:
    term = load_gazetteer().term(referent.names[0][1].name)
    return term is not None and term.kind is TermKind.COUNTRY


# ---------------------------------------------------------------- pronouns


def _link_pronouns(discourse: Discourse) -> None:
    pronouns = [t for t in discourse.tokens if t.pos_ in ("PRON", "DET") and t.i not in discourse.at]
    for pronoun in pronouns:
        if discourse.quote[pronoun.i] < 0 and pronoun.lower_ in FITS:
            _link(discourse, pronoun, None)
    # What is quoted comes last: its speaker may be a pronoun behind it.
    speakers = _speakers(discourse)
    for pronoun in pronouns:
        speaker = speakers.get(discourse.quote[pronoun.i])
        if speaker is None:
            continue
        if pronoun.lower_ in FITS:
            _link(discourse, pronoun, speaker)
        elif pronoun.lower_ in _SPEAKER and speaker.label is EntityLabel.PERSON:
            discourse.add(pronoun, speaker, Kind.PERSON, pronoun=True).speaks = True


def _link(discourse: Discourse, pronoun: Token, speaker: Referent | None) -> None:
    """Link a pronoun if one referent leads the others clearly; `speaker` is who says it, whom it does not mean."""
    fit = FITS[pronoun.lower_]
    ranked = [] if is_expletive(pronoun) else _ranked(discourse, pronoun, fit, speaker)
    if not ranked or ranked[0][0] < _LEAST:
        return
    score, best = ranked[0]
    if any(score - lower < fit.margin or _is_between(discourse, pronoun, rival, best) for lower, rival in ranked[1:]):
        return
    if fit.gender is not None:
        best.referent.gender = fit.gender
    elif not _is_topic(discourse, pronoun, best):
        return
    discourse.add(pronoun, best.referent, best.kind, plural=best.plural, pronoun=True)


def _ranked(discourse: Discourse, pronoun: Token, fit: Fit, speaker: Referent | None) -> list[tuple[int, Mention]]:
    """Return the best mention of each referent that a pronoun may mean, with its salience, most salient first."""
    barred = {id(speaker)}
    found: dict[int, tuple[int, Mention]] = {}
    for mention in discourse.near(pronoun, _REACH):
        key = id(mention.referent)
        if key in barred or not agrees(mention, fit) or not _is_heard(discourse, pronoun, mention):
            continue
        if is_disjoint(pronoun, discourse.tokens[mention.head]):
            barred.add(key)
            continue
        score = _salience(discourse, pronoun, mention)
        if key not in found or found[key][0] < score:
            found[key] = score, mention
    return sorted((f for key, f in found.items() if key not in barred), key=lambda f: -f[0])


def _is_between(discourse: Discourse, pronoun: Token, rival: Mention, best: Mention) -> bool:
    """Tell whether a rival stands between the best mention and a pronoun in another clause ("X said that Y knew him")."""
    here = discourse.sentence[pronoun.i]
    between = best.sentence == rival.sentence == here and best.head < rival.head
    return between and discourse.tokens[best.head].head != _predicate(pronoun)


def _predicate(token: Token) -> Token:
    """Return the predicate of a word's clause."""
    while token.head != token and token.dep_ not in CLAUSAL:
        token = token.head
        if token.pos_ in ("VERB", "AUX"):
            break
    return token


def _is_topic(discourse: Discourse, pronoun: Token, mention: Mention) -> bool:
    """Tell whether a clause around a pronoun, or the last sentence where it takes up its subject, is about a mention.

    What "it" and "they" mean is a thing more often than a name, and much of it no noun at all.
    """
    if mention.relation not in SUBJECTS:
        return False
    distance = discourse.sentence[pronoun.i] - mention.sentence
    if distance == 0:
        return discourse.tokens[mention.head].head.is_ancestor(pronoun)
    collective = pronoun.lower_.startswith("the") and not mention.plural
    return distance == 1 and pronoun.dep_ in SUBJECTS and not collective


def _is_heard(discourse: Discourse, pronoun: Token, mention: Mention) -> bool:
    """Tell whether a pronoun's own text tells of a mention.

    A narrator takes up nothing that is quoted, and who is quoted means nobody who is quoted beside.
    """
    quote = discourse.quote[pronoun.i]
    if mention.quote == quote:
        return True
    verb = discourse.tokens[mention.head].head
    return mention.quote < 0 and not (mention.relation in SUBJECTS and verb_cue(verb))


def _salience(discourse: Discourse, pronoun: Token, mention: Mention) -> int:
    token = discourse.tokens[mention.head]
    distance = discourse.sentence[pronoun.i] - mention.sentence
    score = (30, 15, -5)[distance]
    if mention.relation in SUBJECTS:
        score += 25
        if distance == 0 and token.head.is_ancestor(pronoun):
            score += 20
    elif mention.relation in ("obj", "iobj"):
        score += 5
    if mention.pronoun:
        score += 10
    if mention.referent.gender is not None:
        score += 10
    return score


# ---------------------------------------------------------------- who speaks


def _speakers(discourse: Discourse) -> dict[int, Referent]:
    """Return who says each quotation, by its number."""
    found: dict[int, Referent] = {}
    for quote, (first, last) in discourse.quotes.items():
        subject = _tagged(discourse, first, last)
        paragraph = any("\n" in t.text for t in discourse.tokens[max(0, first - _TAG_REACH) : first])
        # Without a tag of its own, a quotation goes on from the one before it in the paragraph.
        speaker = found.get(quote - 1) if subject is None and not paragraph else None
        if subject is not None and subject.i in discourse.at:
            speaker = discourse.at[subject.i].referent
        if speaker is not None:
            found[quote] = speaker
    return found


def _tagged(discourse: Discourse, first: int, last: int) -> Token | None:
    """Return the subject of the nearest verb of saying around a quotation, in its sentence or close behind."""
    tokens, sentence = discourse.tokens, discourse.sentence
    start, end = first, last + 1
    while start > 0 and sentence[start - 1] == sentence[first] and first - start < _LONGEST:
        start -= 1
    while end < len(tokens) and (sentence[end] == sentence[last] or end - last <= _TAG_REACH) and end - last < _LONGEST:
        if "\n" in tokens[end].text:
            break
        end += 1
    tags = []
    for token in (*tokens[start:first], *tokens[last + 1 : end]):
        if discourse.quote[token.i] < 0 and verb_cue(token):
            subject = next((c for c in token.children if c.dep_ in SUBJECTS and discourse.quote[c.i] < 0), None)
            if subject is not None:
                tags.append((max(first - token.i, token.i - last), subject.i))
    return tokens[min(tags)[1]] if tags else None
