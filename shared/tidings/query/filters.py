"""What can be asked of events: the filters, and whether an event's facets pass them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, field_validator

from tidings.ontology import quad_of
from tidings.publish.cells import Box
from tidings.publish.facets import Facets
from tidings.publish.words import fold, words
from tidings.query.codes import actor_code, actor_name
from tidings.records import Factuality

DAY = r"^([0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01]))?$"
MOST_VALUES = 10
"""Most values of one filter."""
_DEGREES = r"-?[0-9]{1,3}(\.[0-9]{1,9})?"
_GEONAMEID = re.compile(r"[0-9]+")
_COUNTRY = re.compile(r"[A-Z]{3}")
BOX = rf"^({_DEGREES}(,{_DEGREES}){{3}})?$"


def _listed(value: Any) -> Any:
    return [] if value is None else [value] if isinstance(value, str) else value


def _without_blanks(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value.strip() for value in values if value.strip()))


def blank_is_none(value: str | None) -> str | None:
    """Take what is left empty in a form for a filter that is not set."""
    return (value or "").strip() or None


# What a caller may send is checked first and tidied up afterwards, so that the schema says what is accepted.
_Values = Annotated[tuple[Annotated[str, StringConstraints(max_length=100)], ...], Field(max_length=MOST_VALUES)]
Values = Annotated[_Values, BeforeValidator(_listed), AfterValidator(_without_blanks)]
Day = Annotated[Annotated[str, StringConstraints(pattern=DAY)] | None, AfterValidator(blank_is_none)]
Number = Annotated[float, Field(allow_inf_nan=False)] | None


class EventQuery(BaseModel):
    """Filters on events: all that are set must hold, and of several values of one filter any. A blank filter is none."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    actor: Annotated[Values, Field(description="Who: ISO 3166-1 alpha-3 or PLOVER actor code, or a nation's name")] = ()
    recipient: Annotated[Values, Field(description="To whom: as `actor`")] = ()
    country: Annotated[Values, Field(description="As `actor`, on either side, or the country of the place")] = ()
    sector: Annotated[Values, Field(description="PLOVER sector of either side, e.g. MIL")] = ()
    type: Annotated[Values, Field(description="PLOVER event type, STATEMENT or OTHER")] = ()
    mode: Annotated[Values, Field(description="PLOVER mode, e.g. release")] = ()
    context: Annotated[Values, Field(description="PLOVER context, e.g. military")] = ()
    quad: Annotated[Values, Field(description="PLOVER quad class: verbal or material, cooperation or conflict")] = ()
    place: Annotated[Values, Field(description="GeoNames id, ISO 3166-1 alpha-3 code, or a place's name")] = ()
    bbox: Annotated[
        Annotated[str, StringConstraints(pattern=BOX)] | None,
        AfterValidator(blank_is_none),
        Field(description="west,south,east,north in degrees; west > east crosses the antimeridian"),
    ] = None
    since: Annotated[Day, Field(description="Earliest first day of an event (ISO); its last day is not looked at")] = None
    until: Annotated[Day, Field(description="Latest first day of an event (ISO); its last day is not looked at")] = None
    factuality: Annotated[
        Annotated[tuple[Factuality, ...], Field(max_length=MOST_VALUES)],
        BeforeValidator(_listed),
        Field(description="What the texts commit themselves to"),
    ] = ()
    outlet: Annotated[Values, Field(description="Told of by this outlet")] = ()
    min_outlets: Annotated[
        Annotated[int, Field(ge=1, le=1000)] | None,
        Field(description="Told of by so many independent outlets or more"),
    ] = None
    quantity_min: Annotated[Number, Field(description="Some quantity of the event may be this much or more")] = None
    quantity_max: Annotated[Number, Field(description="Some quantity of the event may be this much or less")] = None
    text: Annotated[
        Annotated[str, StringConstraints(max_length=200)] | None,
        AfterValidator(blank_is_none),
        Field(
            description="Words, all of which must be among those that the event is found by: of its names, its trigger,"
            " what was counted, its evidence and title"
        ),
    ] = None

    @field_validator("actor", "recipient", "country")
    @classmethod
    def _as_codes(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(map(actor_code, values)))

    @field_validator("type", "sector")
    @classmethod
    def _in_capitals(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(value.upper() for value in values))

    @field_validator("mode", "context", "quad")
    @classmethod
    def _in_small_letters(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(value.lower() for value in values))

    @field_validator("quad")
    @classmethod
    def _with_blanks(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(value.replace("-", " ").replace("_", " ") for value in values))

    def asked(self) -> dict[str, Any]:
        """Return the filters that are set, as JSON."""
        return {name: value for name, value in self.model_dump(mode="json").items() if value not in (None, [])}

    def box(self) -> Box | None:
        """Return the bounding box."""
        return Box(*map(float, self.bbox.split(","))) if self.bbox else None


def passes(facets: Facets, query: EventQuery) -> bool:
    """Tell whether an event's facets pass every filter but those on its day and its words."""
    return (
        (not query.type or facets.type in query.type)
        and (not query.actor or not facets.actor_codes().isdisjoint(query.actor))
        and (not query.recipient or not facets.recipient_codes().isdisjoint(query.recipient))
        and (not query.country or _concerns(facets, query.country))
        and (not query.sector or any(side.sector in query.sector for side in (*facets.actors, *facets.recipients)))
        and (not query.mode or (facets.mode or "").lower() in query.mode)
        and (not query.context or not set(query.context).isdisjoint(facets.contexts))
        and (not query.quad or quad_of(facets.type) in query.quad)
        and (not query.factuality or facets.factuality in query.factuality)
        and (query.min_outlets is None or facets.outlet_count >= query.min_outlets)
        and (not query.outlet or _any_outlet(facets, query.outlet))
        and (not query.place or _at(facets, query.place))
        and (query.bbox is None or _inside(facets, query.box()))
        and ((query.quantity_min is None and query.quantity_max is None) or _counts(facets, query))
    )


def wanted_words(query: EventQuery) -> tuple[str, ...] | None:
    """Return the words to look for, in their order; None if no text is asked for, empty if it has no such word."""
    return tuple(words(query.text)) if query.text is not None else None


def word_to_read(wanted: Sequence[str]) -> str:
    """Return the word by which events are read when all of several are wanted: the longest is likely the rarest."""
    return max(wanted, key=len)


class PlaceMeant(NamedTuple):
    """What somebody who names a place means: one of the three."""

    geonameid: str | None = None
    country: str | None = None
    name: str | None = None


def place_meant(text: str) -> PlaceMeant:
    """Tell whether a text is a GeoNames id, the code of a country in capitals, or else a place's name, folded.

    >>> place_meant("745044").geonameid, place_meant("TUR").country, place_meant("Abéché").name, place_meant("Ufa").name
    ('745044', 'TUR', 'abeche', 'ufa')
    """
    if _GEONAMEID.fullmatch(text):
        return PlaceMeant(geonameid=text)
    if _COUNTRY.fullmatch(text) and actor_name(text) != text:
        return PlaceMeant(country=text)
    return PlaceMeant(name=fold(text))


def _concerns(facets: Facets, wanted: tuple[str, ...]) -> bool:
    place = facets.place
    return not (facets.actor_codes() | facets.recipient_codes()).isdisjoint(wanted) or (
        place is not None and place.country in wanted
    )


def _any_outlet(facets: Facets, wanted: tuple[str, ...]) -> bool:
    known = {outlet.casefold() for outlet in facets.outlets}
    return any(outlet.casefold() in known for outlet in wanted)


def _at(facets: Facets, wanted: tuple[str, ...]) -> bool:
    place = facets.place
    if place is None:
        return False
    known = (
        PlaceMeant(geonameid=str(place.geonameid)),
        PlaceMeant(country=place.country),
        PlaceMeant(name=fold(place.name)),
    )
    return any(place_meant(one) in known for one in wanted)


def _inside(facets: Facets, box: Box | None) -> bool:
    place = facets.place
    return (
        box is not None
        and place is not None
        and place.lat is not None
        and place.lon is not None
        and box.holds(place.lat, place.lon)
    )


def _counts(facets: Facets, query: EventQuery) -> bool:
    least, most = query.quantity_min, query.quantity_max
    return any(
        (low is not None or high is not None)
        and (least is None or high is None or high >= least)
        and (most is None or low is None or low <= most)
        for low, high in facets.quantities
    )
