"""Identifiers are functions of content."""

import re

from hypothesis import given
from hypothesis import strategies as st

from tidings import ids


def test_the_same_page_has_the_same_document_id() -> None:
    assert ids.document_id("https://a.example/x", b"body") == ids.document_id("https://a.example/x", b"body")


def test_a_changed_body_is_another_document() -> None:
    assert ids.document_id("https://a.example/x", b"one") != ids.document_id("https://a.example/x", b"two")


def test_a_title_in_other_case_and_spacing_is_the_same_article() -> None:
    assert ids.article_id("https://a.example/x", "Talks  Begin") == ids.article_id("https://a.example/x", "talks begin")


def test_an_event_is_named_after_its_least_mention() -> None:
    mention = ids.mention_id(ids.article_id("https://a.example/x"), 3, 9, "AID")
    assert ids.event_id(mention) == "e" + mention[1:]


@given(st.text(), st.text())
def test_parts_do_not_run_into_each_other(left: str, right: str) -> None:
    if "\x1f" not in left + right and right:
        assert ids.digest(left, right) != ids.digest(left + right)


@given(st.text(min_size=1))
def test_an_article_with_any_name_gets_an_id_that_can_stand_in_a_path(name: str) -> None:
    made = ids.given_article_id(name)
    assert re.fullmatch(ids.ARTICLE_ID, made)
    assert ids.given_article_id(made) == made


def test_an_article_keeps_a_name_that_can_be_its_id() -> None:
    assert ids.given_article_id("2025-06-13_wire.0042~b") == "2025-06-13_wire.0042~b"
    assert ids.given_article_id("https://a.example/x") == ids.article_id("https://a.example/x")
