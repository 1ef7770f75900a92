"""Turns a parse in ClearNLP's dependencies into Universal Dependencies, which the rules are written on.

The trees differ in what heads what, so new labels alone would not do: in UD a preposition hangs on its noun, a copula on
its predicate, every conjunct on the first one, and a person's first name heads the rest.
UD: https://universaldependencies.org/u/dep/ ; ClearNLP: https://github.com/clir/clearnlp-guidelines
"""

from __future__ import annotations

from typing import Any

import numpy as np
from spacy.language import Language
from spacy.symbols import IDS
from spacy.tokens import Doc, Span, Token

COMPONENT = "tidings_clearnlp_to_ud"
MARKS = frozenset({"pobj", "dobj", "prep", "nsubjpass", "auxpass"})
"""Labels that only ClearNLP has; a parser that gives them needs this component."""

_RENAMED = {
    "agent": "advmod", "auxpass": "aux:pass", "csubjpass": "csubj:pass", "dative": "iobj", "dobj": "obj",
    "intj": "discourse", "meta": "dep", "neg": "advmod", "nmod": "compound", "nsubjpass": "nsubj:pass",
    "oprd": "xcomp", "acomp": "xcomp", "attr": "xcomp", "pcomp": "advcl", "pobj": "obl", "poss": "nmod:poss",
    "preconj": "cc:preconj", "predet": "det:predet", "prep": "advmod", "prt": "compound:prt", "quantmod": "advmod",
    "relcl": "acl:relcl",
}  # fmt: skip

_BE = frozenset({"am", "is", "are", "was", "were", "be", "been", "being", "'s", "’s", "'re", "’re", "'m", "’m"})
_BARE_INFINITIVE = frozenset({"let", "make", "help", "have", "see", "watch", "hear"})
_NOMINAL = frozenset({"NOUN", "PROPN", "PRON", "NUM", "SYM"})
_CLAUSAL = frozenset({"VERB", "AUX"})
_LONGEST_PREPOSITION = 4
_OBLIQUE = frozenset({"obl", "nmod"})


@Language.component(
    COMPONENT,
    requires=["token.tag", "token.pos", "token.dep", "token.head"],
    assigns=["token.pos", "token.dep", "token.head"],
)
def to_universal(doc: Doc) -> Doc:
    """Rewrite a document's ClearNLP tree as a UD tree, in place. Person names must be marked before."""
    _Tree(doc).rewrite()
    return doc


class _Tree:
    """A document's tree while it is rewritten: the head and the label of each token, by index."""

    def __init__(self, doc: Doc) -> None:
        self._doc = doc
        self._heads = [token.head.i for token in doc]
        self._deps = [token.dep_ for token in doc]
        self._below: list[set[int]] = [set() for _ in doc]
        for i, head in enumerate(self._heads):
            if head != i:
                self._below[head].add(i)

    def rewrite(self) -> None:
        for token in self._doc:
            self._fold_preposition(token.i)
        for token in self._doc:
            self._swap_currency(token)
            self._mark_comparison(token)
            self._raise_object(token)
        for token in self._doc:
            self._promote_predicate(token)
        self._flatten_coordination()
        for name in self._doc.ents:
            if name.label_ == "PERSON":
                self._head_by_first_name(name)
        for token in self._doc:
            self._rename(token)
        self._write()

    def _children(self, i: int, *deps: str) -> list[int]:
        return [c for c in sorted(self._below[i]) if not deps or self._deps[c] in deps]

    def _move(self, i: int, head: int) -> None:
        self._below[self._heads[i]].discard(i)
        self._heads[i] = head
        if head != i:
            self._below[head].add(i)

    def _attach(self, i: int, head: int, dep: str) -> None:
        self._move(i, head)
        self._deps[i] = dep

    def _replace(self, old: int, new: int) -> None:
        """Put `new` where `old` hangs."""
        self._attach(new, new if self._heads[old] == old else self._heads[old], self._deps[old])

    def _fold_preposition(self, i: int, words: int = 1) -> int | None:
        """Hang a preposition on its complement and return that, None if it has none; `words`: which of its words `i` is."""
        found = self._complement(i, words)
        if found is None:
            return None
        complement, shared = found
        dep = self._deps[i]
        clausal = self._deps[complement] in ("pcomp", "acl", "advcl") and self._doc[complement].pos_ in _CLAUSAL
        self._replace(i, complement)
        if dep in ("prep", "dative", "agent", "pcomp", "pobj"):
            self._deps[complement] = self._modifier_label(complement, clausal=clausal, agent=dep == "agent")
        self._attach(i, complement, "mark" if clausal else "case")
        for child in self._children(i):
            if self._deps[child] != "fixed" and not (shared and self._deps[child] in ("conj", "cc")):
                self._move(child, complement)
        return complement

    def _complement(self, i: int, words: int) -> tuple[int, bool] | None:
        """Return a preposition's complement, and whether a coordinated preposition holds it ("in and around Kyiv")."""
        own = self._children(i, "pobj", "pcomp")
        if own:
            inner = self._fold_inner(i, own[0], words)
            return own[0] if inner is None else inner, not self._governs_conjunct(i)
        if self._deps[i] not in ("prep", "agent", "dative"):
            return None
        for child in self._children(i, "prep"):
            if (folded := self._fold_inner(i, child, words)) is not None:
                return folded, False
        for other in self._children(i, "conj"):
            if (held := self._children(other, "pobj")) and self._doc[other].pos_ == "ADP":
                return held[0], True
        return None

    def _fold_inner(self, i: int, inner: int, words: int) -> int | None:
        """Fold a preposition under another one ("because of"); return its complement, None if it is none or has none."""
        if words == _LONGEST_PREPOSITION or self._doc[inner].tag_ not in ("IN", "TO"):
            return None
        if (folded := self._fold_preposition(inner, words + 1)) is None:
            return None
        if inner == i + 1:
            self._attach(inner, i, "fixed")
        return folded

    def _governs_conjunct(self, i: int) -> bool:
        return any(self._children(other, "pobj", "pcomp") for other in self._children(i, "conj"))

    def _modifier_label(self, i: int, *, clausal: bool, agent: bool) -> str:
        nominal = self._doc[self._heads[i]].pos_ in _NOMINAL and self._heads[i] != i
        if clausal:
            return "acl" if nominal else "advcl"
        if self._doc[i].pos_ == "ADV":
            return "advmod"
        return "obl:agent" if agent else "nmod" if nominal else "obl"

    def _swap_currency(self, token: Token) -> None:
        """Let a currency sign head its number."""
        number = self._heads[token.i]
        if token.is_currency and self._deps[token.i] in ("quantmod", "nmod") and self._doc[number].like_num:
            self._replace(number, token.i)
            self._attach(number, token.i, "nummod")
            for child in self._children(number):
                if child > number:
                    self._move(child, token.i)

    def _mark_comparison(self, token: Token) -> None:
        """Join "more than", and hang "at" on "least", before a number."""
        i = token.i
        if i == 0 or self._heads[i] == i or not self._doc[self._heads[i]].like_num:
            return
        before = i - 1
        if token.lower_ == "than" and self._heads[before] == self._heads[i]:
            self._attach(i, before, "fixed")
            self._deps[before] = "advmod"
        elif (
            token.tag_ in ("JJS", "RBS") and self._doc[before].lower_ == "at" and self._heads[before] in (i, self._heads[i])
        ):
            self._attach(before, i, "case")
            self._deps[i] = "nmod"

    def _raise_object(self, token: Token) -> None:
        """Give the subject of an infinitive to the verb that asks for it: "asked Mali to leave"."""
        i, verb = token.i, self._heads[token.i]
        if self._deps[i] == "ccomp" and token.tag_ == "VB" and verb != i:
            to = any(self._doc[c].tag_ == "TO" for c in self._children(i, "aux"))
            bare = not self._children(i, "aux") and self._doc[verb].lemma_ in _BARE_INFINITIVE
            subjects = self._children(i, "nsubj", "nsubjpass")
            if (to or bare) and not self._children(i, "mark") and len(subjects) == 1 and subjects[0] < i:
                self._attach(subjects[0], verb, "dobj")
                self._deps[i] = "xcomp"
        elif self._deps[i] == "dobj" and any(i < c for c in self._children(verb, "ccomp")):
            self._deps[i] = "dative"

    def _promote_predicate(self, be: Token) -> None:
        """Let what follows "be" head the clause; "there is" keeps its verb and gets a subject."""
        if be.lower_ not in _BE or self._deps[be.i] in ("aux", "auxpass"):
            return
        if any(self._doc[c].tag_ == "EX" for c in self._children(be.i, "expl", "nsubj")):
            for child in self._children(be.i, "attr"):
                self._deps[child] = "nsubj"
            return
        predicate = self._predicate(be.i)
        if predicate is None:
            return
        if self._deps[predicate] in ("xcomp", "ccomp"):
            for subject in self._children(be.i, "nsubj"):
                self._deps[subject] = "nsubj:outer"
        for child in self._children(be.i):
            self._move(child, predicate)
        self._replace(be.i, predicate)
        self._attach(be.i, predicate, "cop")

    def _predicate(self, be: int) -> int | None:
        after = [c for c in self._children(be) if c > be]
        choices = (
            self._children(be, "attr", "acomp", "oprd"),
            [c for c in after if self._deps[c] in ("xcomp", "ccomp")],
            [c for c in after if self._deps[c] in _OBLIQUE],
            [c for c in after if self._doc[c].pos_ == "ADV" and self._deps[c] == "advmod"][-1:],
        )
        return next((found[0] for found in choices if found), None)

    def _flatten_coordination(self) -> None:
        """Hang each conjunct on the first one, and each conjunction on the conjunct that follows it."""
        for i, dep in enumerate(self._deps):
            if dep == "cc" or (dep == "punct" and self._doc[i].text in ",;"):
                following = [c for c in self._children(self._heads[i], "conj") if c > i]
                first = self._heads[i]
                if following and (dep == "cc" or first < i):
                    self._move(i, following[0])
        for i, dep in enumerate(self._deps):
            if dep == "conj":
                while self._deps[self._heads[i]] == "conj" and self._heads[i] != self._heads[self._heads[i]]:
                    self._move(i, self._heads[self._heads[i]])

    def _head_by_first_name(self, name: Span) -> None:
        """Let a person's first name head the other names, and a title hang on it with the title's own modifiers."""
        inside = range(name.start, name.end)
        tops = [i for i in inside if self._heads[i] not in inside or self._heads[i] == i]
        if len(tops) != 1 or any(self._deps[i] not in ("compound", "flat", "nmod") for i in inside if i != tops[0]):
            return
        first, old = name.start, tops[0]
        titles = [c for c in self._children(old, "compound", "nmod") if c < first]
        for child in self._children(old):
            if titles and child < titles[-1] and self._deps[child] in ("amod", "compound", "nmod", "det", "poss"):
                self._move(child, titles[-1])
            elif child not in inside:
                self._move(child, first)
        if titles:
            self._deps[titles[-1]] = "nmod:desc"
        if first != old:
            self._replace(old, first)
        for i in inside:
            if i != first:
                self._attach(i, first, "flat")

    def _rename(self, token: Token) -> None:
        i, dep = token.i, self._deps[token.i]
        if dep == "npadvmod":
            self._deps[i] = "nmod:unmarked" if self._doc[self._heads[i]].pos_ in _NOMINAL else "obl:unmarked"
        elif dep == "aux" and token.tag_ == "TO":
            self._deps[i] = "mark"
        elif dep == "nmod" and self._children(i, "case"):
            return
        elif dep == "obl" and self._doc[self._heads[i]].pos_ in _NOMINAL and not self._children(self._heads[i], "cop"):
            self._deps[i] = "nmod"
        else:
            self._deps[i] = _RENAMED.get(dep, dep)

    def _write(self) -> None:
        strings = self._doc.vocab.strings
        table: Any = np.zeros((len(self._doc), 3), dtype=np.uint64)
        table[:, 0] = np.array([head - i for i, head in enumerate(self._heads)], dtype=np.int64).view(np.uint64)
        table[:, 1] = [strings.add(dep) for dep in self._deps]
        table[:, 2] = [self._part_of_speech(token) for token in self._doc]
        self._doc.from_array(["HEAD", "DEP", "POS"], table)

    def _part_of_speech(self, token: Token) -> int:
        """Return a token's part of speech, which for prepositions and verbs depends on what they do."""
        dep = self._deps[token.i]
        if token.tag_ == "IN" and dep in ("mark", "case"):
            return int(IDS["SCONJ" if dep == "mark" else "ADP"])
        if dep in ("aux", "aux:pass", "cop"):
            return int(IDS["AUX"])
        return int(token.pos)
