"""Identifiers are functions of content."""

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
