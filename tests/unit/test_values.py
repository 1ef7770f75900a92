"""Which tellings are one value, and which are told apart."""

from __future__ import annotations

import pytest
from test_publish import World, telling

from tidings.publish.sayings import quantity_key
from tidings.records import Article, Extraction, Qualifier, ResolvedQuantity


def number(
    value: float, qualifier: str = "exact", *, of: str | None = "trucks", unit: str | None = None
) -> ResolvedQuantity:
    return ResolvedQuantity(text=f"{value:g}", value=value, qualifier=Qualifier(qualifier), unit=unit, of=of)


@pytest.mark.parametrize(
    ("a", "b", "one"),
    [
        (number(1212), number(1212, "approx"), True),
        (number(1212), number(1212, "more_than"), False),
        (number(1212, "at_least"), number(1212, "more_than"), False),
        (number(1212, of="bodies"), number(1212, of="Ukrainian soldiers"), True),
        (number(2, of="dead"), number(2, of="hurt"), False),
        (number(40, unit="USD"), number(40, unit="EUR"), False),
        (number(1212), number(1200), False),
    ],
)
def test_two_numbers_are_one_value(a: ResolvedQuantity, b: ResolvedQuantity, one: bool) -> None:
    assert (quantity_key(a) == quantity_key(b)) is one


def some(told: tuple[Article, Extraction]) -> tuple[Article, Extraction]:
    article, extraction = told
    (quantity,) = extraction.quantities
    rough = quantity.model_copy(update={"text": f"some {quantity.text}", "qualifier": Qualifier.APPROX})
    return article, extraction.model_copy(update={"quantities": (rough,)})


def test_about_a_number_supports_the_number_which_is_shown_with_both_forms() -> None:
    world = World()
    for told in (some(telling("a", outlet="Wire")), telling("b", outlet="Herald")):
        world.publish(told)
    (event,) = world.events()
    (value,) = (value for value in event.values if value.field == "quantity")
    assert (value.value, value.outlets) == ("40 trucks", ("Herald", "Wire"))
    assert sorted(value.forms) == ["40 trucks", "some 40 trucks"]
    assert [quantity.qualifier for quantity in event.quantities] == [Qualifier.EXACT]
