"""Build shared/tidings/web/world.json: the outlines of countries as SVG paths, for the page's map.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python -m infra.build_world_map package/countries-110m.json

World Atlas (ISC licence) is Natural Earth's 1:110m countries (public domain) as TopoJSON. The projection is Equal Earth
(Šavrič, Patterson and Jenny 2018): a map that counts things should not make Greenland as large as Africa. The page
projects places by the same formula (shared/tidings/web/projection.js). Antarctica is left out, as nothing happens there that
feeds tell of and its coast would take a fifth of the height.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pycountry

OUT = Path(__file__).parent.parent / "shared" / "tidings" / "web" / "world.json"
WIDTH = 2000
"""Units of the drawing from 180° west to 180° east: .18° each at the equator, finer than the outlines."""

Point = tuple[float, float]
Ring = list[Point]

_ANTARCTICA = "010"
_KOSOVO = "Kosovo"
_A = (1.340264, -0.081106, 0.000893, 0.003796)
_SCALE = WIDTH / (2 * math.pi * 2 * math.sqrt(3) / (3 * _A[0]))


def project(longitude: float, latitude: float) -> tuple[int, int]:
    """Return x and y (down) in the drawing's units; degrees in. Equation 6 of the paper."""
    theta = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(latitude)))
    square = theta * theta
    sixth = square**3
    a1, a2, a3, a4 = _A
    slope = a1 + 3 * a2 * square + sixth * (7 * a3 + 9 * a4 * square)
    x = 2 * math.sqrt(3) * math.radians(longitude) * math.cos(theta) / (3 * slope)
    y = theta * (a1 + a2 * square + sixth * (a3 + a4 * square))
    return round(x * _SCALE), round(-y * _SCALE)


def rings(topology: dict[str, Any], geometry: dict[str, Any]) -> Iterator[Ring]:
    """Iterate over a geometry's rings in degrees, longitudes unwrapped: a ring may reach beyond 180°."""
    polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    for polygon in polygons:
        for arcs in polygon:
            points: Ring = []
            for index in arcs:
                arc = _arc(topology, index)
                points.extend(arc[1:] if points else arc)
            yield _unwrapped(points)


def _arc(topology: dict[str, Any], index: int) -> Ring:
    # TopoJSON: points are differences of whole numbers, a negative index is the arc backwards (ones' complement).
    scale, shift = topology["transform"]["scale"], topology["transform"]["translate"]
    x = y = 0
    points: Ring = []
    for dx, dy in topology["arcs"][index if index >= 0 else ~index]:
        x, y = x + dx, y + dy
        points.append((x * scale[0] + shift[0], y * scale[1] + shift[1]))
    return points if index >= 0 else points[::-1]


def _unwrapped(points: Ring) -> Ring:
    made: Ring = []
    for longitude, latitude in points:
        turns = round((made[-1][0] - longitude) / 360) if made else 0
        made.append((longitude + 360 * turns, latitude))
    return made


def within_the_map(ring: Ring) -> Iterator[Ring]:
    """Cut a ring at the map's edges; what lies beyond one edge comes back at the other."""
    for turn in (-360, 0, 360):
        moved = [(longitude + turn, latitude) for longitude, latitude in ring]
        cut = _clipped(_clipped(moved, -180, 1), 180, -1)
        if len(cut) > 2:
            yield cut


def _clipped(ring: Ring, edge: float, side: int) -> Ring:
    # Sutherland and Hodgman 1974, for one upright edge.
    made: Ring = []
    for (x0, y0), (x1, y1) in zip(ring[-1:] + ring[:-1], ring, strict=True):
        was_in, is_in = (x0 - edge) * side >= 0, (x1 - edge) * side >= 0
        if was_in != is_in:
            made.append((edge, y0 + (y1 - y0) * (edge - x0) / (x1 - x0)))
        if is_in:
            made.append((x1, y1))
    return made


def path(all_rings: Iterable[Ring]) -> str:
    """Return an SVG path in relative whole units; rings that shrink to less than a triangle vanish."""
    parts: list[str] = []
    for ring in all_rings:
        points = [project(*point) for point in ring]
        kept = [point for point, before in zip(points, [None, *points], strict=False) if point != before]
        if len(set(kept)) < 3:
            continue
        moves = [(x1 - x0, y1 - y0) for (x0, y0), (x1, y1) in pairwise(kept)]
        lines = " ".join(f"{dx} {dy}" for dx, dy in moves).replace(" -", "-")
        parts.append(f"M{kept[0][0]} {kept[0][1]}l{lines}z")
    return "".join(parts)


def code(geometry: dict[str, Any]) -> str | None:
    """Return a country's ISO 3166-1 alpha-3 code; Kosovo has none of ISO's, PLOVER says KOS."""
    if geometry["properties"]["name"] == _KOSOVO:
        return "KOS"
    country = pycountry.countries.get(numeric=geometry.get("id", ""))
    return country.alpha_3 if country else None


def build(topology: dict[str, Any]) -> dict[str, Any]:
    """Return the map: its credit, its projection's scale, and a path for each country ("" for land of no code)."""
    shapes: dict[str, str] = {}
    for geometry in topology["objects"]["countries"]["geometries"]:
        if geometry.get("id") == _ANTARCTICA:
            continue
        drawn = path(part for ring in rings(topology, geometry) for part in within_the_map(ring))
        name = code(geometry) or ""
        shapes[name] = shapes.get(name, "") + drawn
    credit = "Natural Earth 1:110m countries (public domain), by way of World Atlas 2.0.2 (ISC licence)"
    return {"credit": credit, "width": WIDTH, "countries": dict(sorted(shapes.items()))}


def main(source: str) -> None:
    """Write the page's map."""
    made = build(json.loads(Path(source).read_text(encoding="utf-8")))
    OUT.write_text(json.dumps(made, separators=(",", ":"), ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{OUT.name}: {len(made['countries'])} countries, {OUT.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(sys.argv[1])
