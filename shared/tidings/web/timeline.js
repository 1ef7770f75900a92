// Events over time: a bar for each day, week, month or year; a click on one, or a sweep over several, narrows to its days.

import { el, svg } from "./dom.js";
import { tips } from "./tips.js";
import { count, date, day, days, nextDay, number, tick } from "./words.js";

const HEIGHT = 132;
const MARGIN = { top: 16, bottom: 22, left: 4, right: 4 };
const LONE_SHARE = 0.1; // so few events, long before the rest, are left of the picture
const LONE_FEWEST = 2;
const WIDEST_PX = 56;
const SWEEP_PX = 6; // less is a click
const STEPS = [["day", 92], ["week", 640], ["month", 3660], ["year", Infinity]];

/** @typedef {{first: string, last: string, events: number}} Bin */

/**
 * Leave out the few events long before the rest: those without which the picture is less than half as long.
 * @param {Record<string, number>} counted
 * @returns {{from: string, left: number}}
 */
export function picture(counted) {
  const known = Object.keys(counted).sort();
  const all = Object.values(counted).reduce((sum, one) => sum + one, 0);
  const few = Math.min(Math.max(LONE_FEWEST, all * LONE_SHARE), all / 4);
  const length = (at) => (date(known.at(-1)) - date(known[at])) / 86_400_000 + 1;
  let [from, left, older] = [0, 0, 0];
  for (let at = 1; at < known.length; at += 1) {
    older += counted[known[at - 1]];
    if (older > few) break;
    if (length(at) < length(from) / 2) [from, left] = [at, older];
  }
  return { from: known[from], left };
}

function start(iso, step) {
  if (step === "week") return nextDay(iso, -((date(iso).getUTCDay() + 6) % 7));
  if (step === "month") return `${iso.slice(0, 7)}-01`;
  return step === "year" ? `${iso.slice(0, 4)}-01-01` : iso;
}

function after(iso, step) {
  if (step === "week") return nextDay(iso, 7);
  if (step === "month") return `${nextDay(iso, 31).slice(0, 7)}-01`;
  return step === "year" ? `${String(Number(iso.slice(0, 4)) + 1).padStart(4, "0")}-01-01` : nextDay(iso);
}

/** @param {Record<string, number>} counted @returns {{step: string, bins: Bin[]}} */
export function bins(counted, first, last) {
  const span = (date(last) - date(first)) / 86_400_000 + 1;
  const step = STEPS.find(([, most]) => span <= most)[0];
  const made = new Map();
  for (let at = start(first, step); at <= last; at = after(at, step)) {
    made.set(at, { first: at, last: nextDay(after(at, step), -1), events: 0 });
  }
  for (const [iso, events] of Object.entries(counted)) {
    const bin = made.get(start(iso, step));
    if (bin) bin.events += events;
  }
  return { step, bins: [...made.values()] };
}

function rounded(most) {
  const power = 10 ** Math.floor(Math.log10(Math.max(most, 1)));
  return [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].map((factor) => factor * power).find((top) => top >= most && Number.isInteger(top)) ?? most;
}

/**
 * Draw the histogram into a box; it is drawn anew when the box's width changes.
 * @param {HTMLElement} box
 * @param {{days: Record<string, number>, since?: string, until?: string, href: (first: string, last: string) => string,
 *   go: (first: string, last: string) => void}} given
 */
export function timeline(box, { days: counted, since, until, href, go }) {
  const known = Object.keys(counted).sort();
  if (!known.length) {
    box.replaceChildren(el("p", { class: "faint" }, "Nothing to draw over time."));
    return;
  }
  const seen = picture(counted);
  const from = since ?? seen.from;
  const to = until && until > known.at(-1) ? until : known.at(-1);
  const { step, bins: drawn } = bins(counted, from, to);
  const most = Math.max(...drawn.map((bin) => bin.events), 1);
  const peak = drawn.reduce((best, bin) => (bin.events > best.events ? bin : best));
  const name = `Events by ${step}, ${days(from, to)}; most, ${number(peak.events)}, ${step === "day" ? "on" : "in"} ${days(peak.first, peak.last)}`;
  const width = Math.max(box.clientWidth, 240);
  box.replaceChildren(drawing({ drawn, most, width, name, href, go, step }));
  if (!since && seen.left) {
    const older = el("a", { href: href("", nextDay(from, -1)), "data-quiet": true }, `${count(seen.left, "event")} before ${day(from)}`);
    box.append(el("p", { class: "faint note" }, "Not in the picture: ", older));
  }
}

function drawing({ drawn, most, width, name, href, go, step }) {
  const top = rounded(most);
  const room = { x: width - MARGIN.left - MARGIN.right, y: HEIGHT - MARGIN.top - MARGIN.bottom };
  const pitch = room.x / drawn.length;
  const x = (at) => MARGIN.left + at * pitch;
  const height = (events) => (events / top) * room.y;
  const floor = MARGIN.top + room.y;
  const sweep = svg("rect", { class: "sweep", y: MARGIN.top, height: room.y, width: 0, x: 0 });
  const picture = svg(
    "svg",
    { class: "timeline", viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, role: "group", "aria-label": name },
    svg("text", { class: "axis", x: 0, y: MARGIN.top - 4 }, `Events by ${step}`),
    svg("line", { class: "grid", x1: 0, x2: width, y1: MARGIN.top, y2: MARGIN.top }),
    svg("text", { class: "axis", x: width - 2, y: MARGIN.top - 4, "text-anchor": "end" }, number(top)),
    svg("line", { class: "floor", x1: 0, x2: width, y1: floor, y2: floor }),
    drawn.map((bin, at) => {
      const shown = Math.max(height(bin.events), bin.events ? 2 : 0);
      const wide = Math.min(Math.max(pitch - (pitch > 4 ? 1 : 0), 1), WIDEST_PX);
      return svg(
        "a",
        { href: href(bin.first, bin.last), "data-quiet": true, "aria-label": `${days(bin.first, bin.last)}: ${count(bin.events, "event")}` },
        svg("rect", { class: "hit", x: x(at), y: MARGIN.top, width: pitch, height: room.y }),
        svg("rect", { class: "bar", x: x(at) + (pitch - wide) / 2, y: floor - shown, width: wide, height: shown }),
      );
    }),
    ticks(drawn, step, pitch).map(({ at, words }) =>
      svg("g", { class: "axis" },
        svg("line", { class: "tick", x1: x(at), x2: x(at), y1: floor, y2: floor + 4 }),
        svg("text", { x: x(at) + 3, y: floor + 15 }, words)),
    ),
    sweep,
  );
  stepping(picture);
  tips(picture, (one) => one.closest("a")?.getAttribute("aria-label"));
  sweeping(picture, sweep, (from, to) => {
    const place = (px) => Math.min(drawn.length - 1, Math.max(0, Math.floor((px - MARGIN.left) / pitch)));
    go(drawn[place(from)].first, drawn[place(to)].last);
  });
  return picture;
}

function ticks(drawn, step, pitch) {
  const every = Math.max(1, Math.ceil(82 / pitch));
  return drawn
    .map((bin, at) => ({ at, words: tick(bin.first, step) }))
    .filter(({ at }) => at % every === 0 && (drawn.length - at) * pitch > 50);
}

/** One stop for the Tab key, at first the last one or that at `first`; arrows, Home and End go from stop to stop. */
export function stepping(group, first = -1) {
  const stops = [...group.querySelectorAll("a")];
  if (!stops.length) return;
  stops.forEach((stop) => stop.setAttribute("tabindex", "-1"));
  stops.at(first).setAttribute("tabindex", "0");
  group.addEventListener("keydown", (pressed) => {
    const at = stops.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: stops.length - 1 }[pressed.key];
    if (at < 0 || to === undefined || !stops[to]) return;
    pressed.preventDefault();
    stops[at].setAttribute("tabindex", "-1");
    stops[to].setAttribute("tabindex", "0");
    stops[to].focus();
  });
}

function sweeping(picture, sweep, chosen) {
  let from = null;
  let swept = false;
  const at = (event) => {
    const box = picture.getBoundingClientRect();
    return ((event.clientX - box.left) / box.width) * picture.viewBox.baseVal.width;
  };
  picture.addEventListener("pointerdown", (pressed) => {
    if (pressed.button || pressed.pointerType === "touch") return; // a finger scrolls
    from = at(pressed);
    swept = false;
  });
  picture.addEventListener("pointermove", (moved) => {
    if (from === null) return;
    const to = at(moved);
    if (!swept && Math.abs(to - from) < SWEEP_PX) return;
    if (!swept) picture.setPointerCapture(moved.pointerId);
    swept = true;
    sweep.setAttribute("x", String(Math.min(from, to)));
    sweep.setAttribute("width", String(Math.abs(to - from)));
  });
  picture.addEventListener("pointerup", (released) => {
    const start = from;
    from = null;
    sweep.setAttribute("width", "0");
    if (start === null || !swept) return;
    const to = at(released);
    chosen(Math.min(start, to), Math.max(start, to));
  });
  picture.addEventListener("pointercancel", () => {
    from = null;
    sweep.setAttribute("width", "0");
  });
  picture.addEventListener("dragstart", (dragged) => dragged.preventDefault());
  picture.addEventListener("click", (clicked) => {
    if (!swept) return;
    clicked.preventDefault();
    swept = false;
  }, true);
}
