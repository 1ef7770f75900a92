"""The tables of cues and of factuality: complete, consistent, loadable."""

from __future__ import annotations

import pytest

from tidings.extract.cues import CueClass, noun_cues, verb_cues
from tidings.extract.factuality_signatures import Implied, operators, signatures


@pytest.mark.parametrize(
    ("lemma", "cue_class"),
    [
        ("say", CueClass.SAY),
        ("accuse", CueClass.ACCUSE),
        ("deny", CueClass.DENY),
        ("confirm", CueClass.CONFIRM),
        ("vow", CueClass.PLAN),
    ],
)
def test_a_verb_has_its_class(lemma: str, cue_class: CueClass) -> None:
    assert verb_cues()[lemma].cue_class is cue_class


def test_every_class_has_a_cue() -> None:
    assert {cue.cue_class for cue in (verb_cues() | noun_cues()).values()} == set(CueClass)


def test_only_known_frames_are_used() -> None:
    assert all(cue.frames <= frozenset("cxgoqt") for cue in [*verb_cues().values(), *noun_cues().values()])


def test_a_lemma_in_two_rows_keeps_the_frames_of_both() -> None:
    assert verb_cues()["ask"].takes("x")
    assert verb_cues()["ask"].takes("q")


def test_implicatives_carry_their_signature() -> None:
    assert (signatures()["manage", "x"].affirmed, signatures()["manage", "x"].negated) == (Implied.FACT, Implied.NOT)
    assert (signatures()["forget", "x"].affirmed, signatures()["forget", "x"].negated) == (Implied.NOT, Implied.FACT)


def test_operators_have_known_effects() -> None:
    effects = {kind: {effect for (k, _), effect in operators().items() if k == kind} for kind, _ in operators()}
    assert effects.pop("polite") == {"wish", "speech"}
    assert effects.pop("result") == {"fact", "bare"}
    assert set().union(*effects.values()) <= {"negative", "planned", "possible", "alleged"}
