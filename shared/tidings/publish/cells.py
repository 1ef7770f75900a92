"""A grid over the globe: which cell a point lies in, and which cells a box covers."""

from __future__ import annotations

from math import floor
from typing import NamedTuple

from tidings import keys

DEGREES = (3, 30)
"""Sizes of the cells under which an event is listed; each divides 360."""
MOST_CELLS = 2
"""Most cells of one size that a box is read from; a larger box is not looked up in the grid."""


class Box(NamedTuple):
    """A bounding box in degrees WGS 84; `west` > `east` crosses the antimeridian (RFC 7946, 5.2)."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, lat: float, lon: float) -> bool:
        """Tell whether a point lies in the box or on its edge."""
        if not self.south <= lat <= self.north:
            return False
        if self.west <= self.east:
            return self.west <= lon <= self.east
        return lon >= self.west or lon <= self.east


def cells_at(lat: float, lon: float) -> list[str]:
    """Return the partitions of the cells that a point lies in."""
    return [_cell(degrees, floor(lat / degrees), floor(lon / degrees)) for degrees in DEGREES]


def cells_over(box: Box) -> list[str]:
    """Return the partitions of the smallest cells that cover a box with few of them; none if it takes too many."""
    east = box.east if box.west <= box.east else box.east + 360
    for degrees in DEGREES:
        lines = range(floor(box.south / degrees), floor(box.north / degrees) + 1)
        columns = range(floor(box.west / degrees), floor(east / degrees) + 1)
        if len(lines) * len(columns) <= MOST_CELLS:
            return list(dict.fromkeys(_cell(degrees, line, column) for line in lines for column in columns))
    return []


def _cell(degrees: int, row: int, column: int) -> str:
    # Columns go round the globe: 180° E and 180° W are one place.
    around = 360 // degrees
    return keys.by_cell(degrees, row, (column + around // 2) % around - around // 2)
