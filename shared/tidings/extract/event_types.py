"""What an event is, all told: a threat to attack is a threat, a negated agreement a refusal; and how far it is asserted."""

from __future__ import annotations

from tidings.extract.event_frames import Frame, lemma_of
from tidings.extract.event_lexicon import classes
from tidings.extract.event_readings import Readings
from tidings.extract.event_triggers import Candidate
from tidings.extract.factuality import Judgement, settle, weigh
from tidings.extract.syntax import edges
from tidings.records import BACKGROUND_TYPES, Factuality, Polarity

_COOPERATIVE = frozenset({"AGREE", "CONSULT", "SUPPORT", "CONCEDE", "COOPERATE", "AID", "RETREAT"})
"""Types that PLOVER counts as a refusal (REJECT) where somebody says that they will not do it."""
_THREATENED = frozenset({"ASSAULT", "COERCE", "SANCTION", "PROTEST"})
"""Types that PLOVER counts as a threat where somebody says that they will do it."""
_COMPLEMENTS = frozenset({"xcomp", "ccomp", "obj"})
_PROMISED = frozenset({"CONSULT", "SUPPORT", "COOPERATE", "AID"})
_REQUEST_MODES = {
    "AID": "assist",
    "COOPERATE": "assist",
    "CONSULT": "meet",
    "RETREAT": "yield",
    "CONCEDE": "yield",
    "SANCTION": "change",
}
_THREAT_MODES = {"ASSAULT": "violence", "SANCTION": "relations", "COERCE": "restrict"}
_THREATS_BY_MODE = {"arrest": "arrest", "expel": "expel", "seize": "territory", "discontinue": "relations"}


def is_denial(candidate: Candidate) -> bool:
    """Tell whether a word denies what is said, which is a statement (CAMEO 016), and refuses nothing.

    "Denied that it had troops there", "denied shelling the town", "denied any role in the killing"; but "denied them entry".
    Who rejects or dismisses a claim takes a stand against whoever made it, which PLOVER counts as REJECT.
    """
    frame = candidate.frame
    if candidate.rule.type != "REJECT" or lemma_of(frame.head) not in classes()["DENYING"] or frame.get("iobj"):
        return False
    nouns = (head.lemma_.lower() in classes()["ACCUSED_OF"] for head in frame.get("obj"))
    gerunds = (edge.child.tag_ == "VBG" and edge.relation in _COMPLEMENTS for edge in edges(frame.head))
    return frame.clause is not None or any(gerunds) or any(nouns)


def told(candidate: Candidate, judged: Judgement, readings: Readings) -> tuple[str, str | None, Judgement]:
    """Return what is told, and how far it is asserted: by the model where it has a say, else by the rules."""
    rule, head = candidate.rule, candidate.frame.head
    happened = readings.happened(head)
    if happened is not None and rule.type in BACKGROUND_TYPES:
        judged = settle(judged, happened, readings.standing(head))
    if candidate.by_model:
        if rule.type == "REJECT":
            judged = judged._replace(settled=False)  # "will not release": the negation is what makes it a refusal
        judged = weigh(judged, readings.standing(head))
        if rule.type not in _THREATENED:
            return rule.type, rule.mode, judged
    kind, mode = _type(candidate, judged)
    if kind == "REJECT" and rule.type != kind:
        judged = judged._replace(polarity=Polarity.POSITIVE)  # the refusal itself did happen
        if judged.factuality is Factuality.PLANNED:
            judged = judged._replace(factuality=Factuality.REPORTED)
    return kind, mode, judged


def _type(candidate: Candidate, judged: Judgement) -> tuple[str, str | None]:
    """Return PLOVER's type and mode: a mere promise is AGREE or CONCEDE, a request has its content's mode."""
    rule, content = candidate.rule, candidate.content
    kind, mode = rule.type, rule.mode
    if _is_refusal(kind, judged):
        return "REJECT", _REQUEST_MODES.get(kind)
    if judged.factuality is Factuality.PLANNED and _is_announced(candidate.frame):
        if kind in _THREATENED and judged.polarity is Polarity.POSITIVE:
            return "THREATEN", _THREATS_BY_MODE.get(mode or "") or _THREAT_MODES.get(kind)
        if kind in _PROMISED:
            return "AGREE", None
        if kind == "RETREAT":
            return "CONCEDE", None
    if content is not None and mode is None:
        if kind in ("REQUEST", "REJECT"):
            mode = _REQUEST_MODES.get(content.type)
        elif kind == "THREATEN":
            mode = _THREATS_BY_MODE.get(content.mode or "") or _THREAT_MODES.get(content.type)
    return kind, mode


def _is_announced(frame: Frame) -> bool:
    """Tell whether a plan is told in a clause of its own: an aim ("came to help") announces nothing."""
    verb = frame.governor
    if verb.pos_ not in ("VERB", "AUX", "ADJ"):
        return False
    modal = any(c.tag_ == "MD" for c in verb.children if c.dep_.startswith("aux"))
    return modal or verb.dep_ in ("xcomp", "ccomp", "ROOT", "conj")


def _is_refusal(kind: str, judged: Judgement) -> bool:
    """Tell whether a negated event is a refusal: "will not release", "failed to reach agreement"."""
    if judged.polarity is Polarity.POSITIVE:
        return False
    return kind == "AGREE" or (judged.factuality is Factuality.PLANNED and kind in _COOPERATIVE)
