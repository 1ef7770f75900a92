// Where events took place: circles on outlines of countries that ship with the page; no tiles, no request to anywhere.

import { Failure } from "./api.js";
import { boxIn, boxOf, outlineOf, viewOf } from "./boxes.js";
import { bare, el, svg } from "./dom.js";
import { moving } from "./moving.js";
import { project } from "./projection.js";
import { tips } from "./tips.js";
import { stepping } from "./timeline.js";
import { count, countryName } from "./words.js";

/** @typedef {import("./boxes.js").View} View */

const RATIO = 0.56;
const WHOLE = { x: -1000, y: -478, w: 2000 };
const LEAST_WIDTH = 190; // units: about 34° of longitude; the outlines are too coarse for a closer look
const LARGEST_PX = 15;
const SMALLEST_PX = 4;
const NAMED = 6;
const DRAWN_MOST = 300; // the places with most events; more would hide one another
const PAN = 0.4; // of the view, at one press
const EDGE = 0.03; // of the view's width: so near the edge a circle may be cut

let outlines = null;
let land = null;
/** What a map showed when its part was asked for: it stays so. @type {WeakMap<HTMLElement, {area: string, view: View}>} */
const lookedAt = new WeakMap();

async function load() {
  try {
    const answer = await fetch(new URL("./world.json", import.meta.url));
    if (answer.ok) return await answer.json();
  } catch {
    // told below
  }
  throw new Failure("The map's outlines cannot be loaded.");
}

/** The countries' outlines, loaded once. @returns {Promise<{width: number, countries: Record<string, string>}>} */
export function world() {
  outlines ??= load().catch((error) => {
    outlines = null; // the next drawing tries again
    throw error;
  });
  return outlines;
}

/** The outlines as paths, made once and drawn into each new picture. */
function shapes(countries) {
  land ??= svg("g", { class: "land" }, Object.entries(countries).map(([code, d]) => svg("path", { d, "data-country": code })));
  return land;
}

/**
 * Draw the map into a box.
 * @param {HTMLElement} box
 * @param {{places: import("./records.js").PlaceCount[], area?: string, placeHref: (place: import("./records.js").PlaceCount) => string,
 *   countryHref: (code: string) => string, areaHref: (bbox: string) => string, go: (href: string) => void}} given
 *   `area`: the bounding box that the events are asked for in
 */
export async function map(box, { places, area, placeHref, countryHref, areaHref, go }) {
  const { width, countries } = await world();
  const drawn = places
    .filter((place) => Number.isFinite(place.lat) && Number.isFinite(place.lon))
    .map((place) => ({ ...place, at: project(place.lon, place.lat, width) }))
    .sort((a, b) => b.events - a.events)
    .slice(0, DRAWN_MOST);
  const most = drawn[0]?.events ?? 1;
  const marks = drawn.map((place) => svg("circle", { cx: place.at[0], cy: place.at[1] }));
  const links = drawn.map((place, at) => svg("a", {
    href: placeHref(place), "data-quiet": true, "aria-label": `${bare(place.name, 60)}: ${count(place.events, "event")}`,
  }, marks[at]));
  const circles = svg("g", { class: "places" }, links);
  const names = svg("g", { class: "names", "aria-hidden": "true" });
  const asked = boxOf(area ?? "");
  const frame = asked ? svg("path", { class: "area", d: outlineOf(asked, width) }) : null;
  const named = drawn.length ? `${count(drawn.length, "place")}, most events in ${bare(drawn[0].name, 60)}` : "no place known";
  const picture = svg("svg", { class: "map", role: "group", "aria-label": `Map: ${named}` }, shapes(countries), frame, circles, names);
  let view = lookedAt.get(box)?.area === area && area ? lookedAt.get(box).view : fitted(drawn, asked && viewOf(asked, width));
  let stop = null; // the place that the keyboard is at

  function look(next) {
    view = within(next);
    picture.setAttribute("viewBox", `${view.x} ${view.y} ${view.w} ${view.h}`);
    const unit = view.w / Math.max(box.clientWidth, 200); // drawing units in a pixel
    marks.forEach((circle, at) => {
      const size = SMALLEST_PX + (LARGEST_PX - SMALLEST_PX) * Math.sqrt((drawn[at].events - 1) / Math.max(most - 1, 1));
      circle.setAttribute("r", String(size * unit));
    });
    names.replaceChildren(...labels(drawn, view, unit, stop));
    controls.tell(view);
  }

  const controls = buttons(() => view, look, () => {
    const bbox = boxIn(view, width);
    lookedAt.set(box, { area: bbox, view });
    go(areaHref(bbox));
  });
  look(view); // before it stands in the page, so that it is laid out once
  box.replaceChildren(picture, controls.node);
  stepping(circles, 0);
  circles.addEventListener("focusin", (focused) => {
    stop = drawn[links.indexOf(focused.target.closest("a"))];
    const [x, y] = stop.at;
    const edge = view.w * EDGE;
    const isSeen = x > view.x + edge && x < view.x + view.w - edge && y > view.y + edge && y < view.y + view.h - edge;
    look(isSeen ? view : { w: view.w, x: x - view.w / 2, y: y - view.h / 2 });
  });
  circles.addEventListener("focusout", () => {
    stop = null;
    look(view);
  });
  tips(picture, (one) => one.closest("a")?.getAttribute("aria-label") ?? countryName(one.dataset.country));
  moving(picture, () => view, look);
  picture.addEventListener("click", (clicked) => {
    const code = clicked.target.closest("[data-country]")?.dataset.country;
    if (code) go(countryHref(code));
  });
}

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
const widthWithin = (w) => clamp(w, LEAST_WIDTH, WHOLE.w);

/** The nearest view that shows nothing beside the world. @returns {import("./boxes.js").View} */
function within({ w: wanted, x, y }) {
  const w = widthWithin(wanted);
  const room = WHOLE.w - w;
  return { w, h: w * RATIO, x: clamp(x, WHOLE.x, WHOLE.x + room), y: clamp(y, WHOLE.y, WHOLE.y + room * RATIO) };
}

/** What moves the map without dragging (WCAG 2.5.7), below it so that nothing on it is covered. */
function buttons(view, look, chosen) {
  const made = [];
  const button = (sign, name, next) => {
    const one = el("button", { type: "button", class: "quiet small", "aria-label": name, title: name }, sign);
    one.addEventListener("click", () => look(next(view())));
    made.push([one, next]);
    return one;
  };
  const moved = (right, down) => ({ w, h, x, y }) => ({ w, x: x + right * w * PAN, y: y + down * h * PAN });
  const zoomed = (factor) => ({ w, h, x, y }) => {
    const share = 1 - widthWithin(w * factor) / w;
    return { w: w * (1 - share), x: x + (w * share) / 2, y: y + (h * share) / 2 };
  };
  const only = el("button", { type: "button", class: "quiet small" }, "Only what is in view");
  only.addEventListener("click", chosen);
  const node = el("div", { class: "moves", role: "group", "aria-label": "Move the map" },
    button("+", "Zoom in", zoomed(0.6)), button("−", "Zoom out", zoomed(1 / 0.6)),
    button("←", "Move west", moved(-1, 0)), button("↑", "Move north", moved(0, -1)),
    button("↓", "Move south", moved(0, 1)), button("→", "Move east", moved(1, 0)),
    button("World", "Whole world", () => WHOLE), only,
    el("p", { class: "note faint fingers" }, "Two fingers move the map."));
  /** Those that lead no farther say so; they keep the focus. */
  const tell = ({ w, x, y }) => {
    for (const [one, next] of made) {
      const at = within(next(view()));
      one.setAttribute("aria-disabled", String(Math.abs(at.w - w) + Math.abs(at.x - x) + Math.abs(at.y - y) < 1));
    }
  };
  return { node, tell };
}

/** @param {{at: [number, number]}[]} drawn @param {View|null} asked the part that was asked for */
function fitted(drawn, asked) {
  if (asked) {
    const w = Math.max(asked.w, asked.h / RATIO);
    return { w, x: asked.x + (asked.w - widthWithin(w)) / 2, y: asked.y + (asked.h - widthWithin(w) * RATIO) / 2 };
  }
  if (!drawn.length) return WHOLE;
  const xs = drawn.map((place) => place.at[0]);
  const ys = drawn.map((place) => place.at[1]);
  const middle = [(Math.min(...xs) + Math.max(...xs)) / 2, (Math.min(...ys) + Math.max(...ys)) / 2];
  const w = Math.max((Math.max(...xs) - Math.min(...xs)) * 1.2, ((Math.max(...ys) - Math.min(...ys)) * 1.3) / RATIO, 520);
  return { w, x: middle[0] - w / 2, y: middle[1] - (w * RATIO) / 2 };
}

/** Names of the largest places, as far as they do not lie on one another; before them that of the one with the focus. */
function labels(drawn, view, unit, stop) {
  const taken = [];
  const made = [];
  for (const place of stop ? [stop, ...drawn.filter((one) => one !== stop)] : drawn) {
    if (made.length === NAMED) break;
    const words = bare(place.name ?? "", 24);
    const half = words.length * 3.4 * unit;
    const [above, line] = [9 * unit, 12 * unit];
    let [x, y] = [place.at[0], place.at[1] - above];
    if (place === stop) {
      x = clamp(x, view.x + half, Math.max(view.x + half, view.x + view.w - half));
      if (y - line < view.y) y += 2 * above + line;
    }
    const box = [x - half, y - line, x + half, y + 3 * unit];
    if (place !== stop && (box[0] < view.x || box[2] > view.x + view.w || box[1] < view.y)) continue;
    if (taken.some((one) => box[0] < one[2] && box[2] > one[0] && box[1] < one[3] && box[3] > one[1])) continue;
    taken.push(box);
    made.push(svg("text", { x, y, "text-anchor": "middle", "font-size": 11.5 * unit, "stroke-width": 3 * unit }, words));
  }
  return made;
}
