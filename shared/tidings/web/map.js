// Where events took place: circles on outlines of countries that ship with the page; no tiles, no request to anywhere.

import { Failure } from "./api.js";
import { bare, el, svg } from "./dom.js";
import { project } from "./projection.js";
import { stepping } from "./timeline.js";
import { count, countryName } from "./words.js";

const RATIO = 0.56;
const WHOLE = { x: -1000, y: -478, w: 2000 };
const LEAST_WIDTH = 190; // units: about 34° of longitude; the outlines are too coarse for a closer look
const LARGEST_PX = 15;
const SMALLEST_PX = 4;
const NAMED = 6;
const DRAWN_MOST = 300; // the places with most events; more would hide one another

let outlines = null;

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

/**
 * Draw the map into a box.
 * @param {HTMLElement} box
 * @param {{places: import("./records.js").PlaceCount[], placeHref: (place: import("./records.js").PlaceCount) => string,
 *   countryHref: (code: string) => string, go: (href: string) => void}} given
 */
export async function map(box, { places, placeHref, countryHref, go }) {
  const { width, countries } = await world();
  const drawn = places
    .filter((place) => Number.isFinite(place.lat) && Number.isFinite(place.lon))
    .map((place) => ({ ...place, at: project(place.lon, place.lat, width) }))
    .sort((a, b) => b.events - a.events)
    .slice(0, DRAWN_MOST);
  const most = drawn[0]?.events ?? 1;
  const land = svg("g", { class: "land" }, Object.entries(countries).map(([code, d]) =>
    svg("path", { d, "data-country": code }, code ? svg("title", {}, countryName(code)) : null)));
  const circles = svg("g", { class: "places" }, drawn.map((place) =>
    svg("a", { href: placeHref(place), "data-quiet": true, "aria-label": `${bare(place.name, 60)}: ${count(place.events, "event")}` },
      svg("circle", { cx: place.at[0], cy: place.at[1] }),
      svg("title", {}, `${bare(place.name, 60)}: ${count(place.events, "event")}`))));
  const names = svg("g", { class: "names", "aria-hidden": "true" });
  const named = drawn.length ? `${count(drawn.length, "place")}, most events in ${bare(drawn[0].name, 60)}` : "no place known";
  const picture = svg("svg", { class: "map", role: "group", "aria-label": `Map: ${named}` }, land, circles, names);
  let view = fitted(drawn);

  function look(next) {
    const w = Math.min(WHOLE.w, Math.max(LEAST_WIDTH, next.w));
    const h = w * RATIO;
    const clamp = (value, low, high) => Math.min(Math.max(value, low), Math.max(low, high));
    view = { w, x: clamp(next.x, WHOLE.x, WHOLE.x + WHOLE.w - w), y: clamp(next.y, WHOLE.y, WHOLE.y + WHOLE.w * RATIO - h) };
    picture.setAttribute("viewBox", `${view.x} ${view.y} ${w} ${h}`);
    const unit = w / Math.max(box.clientWidth, 200); // drawing units in a pixel
    [...circles.querySelectorAll("circle")].forEach((circle, at) => {
      const size = SMALLEST_PX + (LARGEST_PX - SMALLEST_PX) * Math.sqrt((drawn[at].events - 1) / Math.max(most - 1, 1));
      circle.setAttribute("r", String(size * unit));
    });
    names.replaceChildren(...labels(drawn, view, unit));
  }
  const zoom = (factor) => look({ w: view.w * factor, x: view.x + (view.w * (1 - factor)) / 2, y: view.y + (view.w * RATIO * (1 - factor)) / 2 });

  const button = (words, name, act) => {
    const made = el("button", { type: "button", class: "quiet small", "aria-label": name }, words);
    made.addEventListener("click", act);
    return made;
  };
  const buttons = el("div", { class: "zoom" }, button("+", "Zoom in", () => zoom(0.6)), button("−", "Zoom out", () => zoom(1 / 0.6)),
    button("World", "Whole world", () => look(WHOLE)));
  box.replaceChildren(picture, buttons);
  look(view);
  stepping(circles);
  circles.querySelectorAll("a").forEach((one, at) => one.setAttribute("tabindex", at ? "-1" : "0"));
  dragging(picture, box, () => view, look, (code) => go(countryHref(code)));
}

function fitted(drawn) {
  if (!drawn.length) return WHOLE;
  const xs = drawn.map((place) => place.at[0]);
  const ys = drawn.map((place) => place.at[1]);
  const middle = [(Math.min(...xs) + Math.max(...xs)) / 2, (Math.min(...ys) + Math.max(...ys)) / 2];
  const w = Math.max((Math.max(...xs) - Math.min(...xs)) * 1.2, ((Math.max(...ys) - Math.min(...ys)) * 1.3) / RATIO, 520);
  return { w, x: middle[0] - w / 2, y: middle[1] - (w * RATIO) / 2 };
}

/** Names of the largest places, as far as they do not lie on one another. */
function labels(drawn, view, unit) {
  const taken = [];
  const made = [];
  for (const place of drawn) {
    if (made.length === NAMED) break;
    const words = bare(place.name ?? "", 24);
    const [x, y] = [place.at[0], place.at[1] - 9 * unit];
    const half = words.length * 3.4 * unit;
    const box = [x - half, y - 12 * unit, x + half, y + 3 * unit];
    if (box[0] < view.x || box[2] > view.x + view.w || box[1] < view.y) continue;
    if (taken.some((one) => box[0] < one[2] && box[2] > one[0] && box[1] < one[3] && box[3] > one[1])) continue;
    taken.push(box);
    made.push(svg("text", { x, y, "text-anchor": "middle", "font-size": 11.5 * unit, "stroke-width": 3 * unit }, words));
  }
  return made;
}

function dragging(picture, box, view, look, chosen) {
  let from = null;
  let moved = false;
  picture.addEventListener("pointerdown", (pressed) => {
    if (pressed.button || pressed.pointerType === "touch") return;
    from = { x: pressed.clientX, y: pressed.clientY, view: view() };
    moved = false;
  });
  picture.addEventListener("pointermove", (now) => {
    if (!from) return;
    const [dx, dy] = [now.clientX - from.x, now.clientY - from.y];
    if (!moved && Math.hypot(dx, dy) < 5) return;
    if (!moved) picture.setPointerCapture(now.pointerId);
    moved = true;
    const unit = from.view.w / box.clientWidth;
    look({ w: from.view.w, x: from.view.x - dx * unit, y: from.view.y - dy * unit });
  });
  for (const end of ["pointerup", "pointercancel"]) picture.addEventListener(end, () => (from = null));
  picture.addEventListener("dragstart", (dragged) => dragged.preventDefault());
  picture.addEventListener("click", (clicked) => {
    if (moved) {
      clicked.preventDefault();
      moved = false;
      return;
    }
    const code = clicked.target.closest("[data-country]")?.dataset.country;
    if (code) chosen(code);
  }, true);
}
