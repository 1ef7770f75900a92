"""The stage's word lists are well formed."""

from importlib.resources import files

import pytest

from tidings.clean.tables import boilerplate, folded, headings, stub_phrases
from tidings.records import ArticleKind


@pytest.mark.parametrize(
    "name",
    [
        "clean_headings.tsv",
        "clean_boilerplate.txt",
        "clean_stubs.tsv",
        "clean_months.tsv",
        "zones.tsv",
        "zone_countries.tsv",
    ],
)
def test_a_table_names_its_origin_and_licence_and_repeats_nothing(name: str) -> None:
    text = files("tidings").joinpath("data", name).read_text(encoding="utf-8")
    head = "".join(line for line in text.splitlines() if line.startswith("#"))
    rows = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert "Origin:" in head
    assert "Licence:" in head
    assert len(rows) == len(set(rows))


def test_tables_are_read_in_their_folded_form() -> None:
    assert headings()[folded("Readers’ Comments:")] == "comments"
    assert folded("Read more…") in boilerplate()
    for where in ("title", "page", "text"):
        assert all(kind is not ArticleKind.NEWS and phrase == phrase.casefold() for kind, phrase in stub_phrases(where))
