// Codes, days and numbers in plain words.

import { BODIES, COUNTRIES, SECTORS, TYPES } from "./codes.js";
import { el, seen } from "./dom.js";

/** A formatter made when it is first used: each costs some milliseconds, and the first view needs none. */
function later(make) {
  let made = null;
  return { format: (...given) => (made ??= make()).format(...given) };
}

// Days and numbers of the first view are written by hand, as British English has them: to make Intl's formatters takes as
// long as to draw all the cards.
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec"];
const monthOf = (made) => `${MONTHS[made.getUTCMonth()]} ${made.getUTCFullYear()}`;
const dayOf = (made) => `${made.getUTCDate()} ${monthOf(made)}`;
const MOMENT = later(() => new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" }));
const FAR = later(() => new Intl.RelativeTimeFormat("en-GB", { numeric: "auto" }));

/** A whole number in groups of three: 1,200. */
export const number = (value) => String(Math.round(value)).replace(/\B(?=(?:\d{3})+$)/g, ",");
export const count = (value, thing, things = `${thing}s`) => `${number(value)} ${value === 1 ? thing : things}`;
/** A number that may be larger is told so. */
export const atLeast = (counted, words) => (counted.at_least ? `at least ${words}` : words);
/** How many independent outlets stand behind an event or a value; it names the first of them only. */
export const outletsOf = (told) => told.outlet_count || (told.outlets?.length ?? 0);
export const unique = (values) => [...new Set([...values].filter(Boolean))];
export const plain = (code) => String(code).replaceAll("_", " ").replaceAll("-", " ").toLowerCase();
export const capital = (words) => words.slice(0, 1).toUpperCase() + words.slice(1);
export const listed = (words) => (words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`);

/** The day in ISO as a Date at midnight UTC, or null. */
export function date(iso) {
  const made = new Date(`${iso}T00:00:00Z`);
  return Number.isNaN(made.getTime()) ? null : made;
}

export const day = (iso) => (date(iso) ? dayOf(date(iso)) : "day not known");

/** Days from first to last, a whole month by its name. */
export function days(first, last) {
  if (!last || last === first) return day(first);
  if (first.slice(0, 7) === last.slice(0, 7) && first.endsWith("-01") && nextDay(last).endsWith("-01")) {
    return monthOf(date(first));
  }
  if (first.endsWith("-01-01") && last === `${first.slice(0, 4)}-12-31`) return first.slice(0, 4);
  return `${day(first)} – ${day(last)}`;
}

/** What stands below a bar: the day without its year, the month, or the year. */
export function tick(iso, step) {
  const made = date(iso);
  if (step === "year") return String(made.getUTCFullYear());
  return step === "month" ? monthOf(made) : `${made.getUTCDate()} ${MONTHS[made.getUTCMonth()]}`;
}

export function nextDay(iso, steps = 1) {
  const made = date(iso);
  if (!made) return iso;
  made.setUTCDate(made.getUTCDate() + steps);
  return made.toISOString().slice(0, 10);
}

/** A moment as an element, or words that it is not known. */
export function moment(iso) {
  const made = new Date(iso ?? "");
  if (Number.isNaN(made.getTime())) return "time not known";
  return el("time", { datetime: made.toISOString() }, `${MOMENT.format(made)} UTC`);
}

const FAR_DAYS = 45; // farther away a day says more

/** How far from now, in the largest fitting unit; the exact moment on hovering. */
export function ago(iso, now = Date.now()) {
  const made = new Date(iso ?? "");
  if (Number.isNaN(made.getTime())) return "never";
  const seconds = (made.getTime() - now) / 1000;
  const units = [["day", 86_400], ["hour", 3600], ["minute", 60]];
  const [unit, length] = units.find(([, size]) => Math.abs(seconds) >= size) ?? ["second", 1];
  const attributes = { datetime: made.toISOString(), title: `${MOMENT.format(made)} UTC` };
  if (Math.abs(seconds) > FAR_DAYS * 86_400) return el("time", attributes, dayOf(made));
  return el("time", attributes, FAR.format(Math.round(seconds / length), unit));
}

/** @param {import("./records.js").Event} event */
export const when = (event) => (event.time?.first ? days(event.time.first, event.time.last) : day(event.day));

/** @param {import("./records.js").Place|undefined} place */
export const where = (place) =>
  place ? unique([place.name ?? place.text, countryName(place.country)]).join(", ") : null;

export const countryName = (code) => (code ? (COUNTRIES[code] ?? BODIES[code] ?? code) : null);
export const sectorName = (code) => (code ? (SECTORS[code] ?? code) : null);
export const typeName = (type) => capital(plain(type));
export const typeMeaning = (type) => TYPES[type]?.what ?? "";
export const quadOf = (type) => TYPES[type]?.quad ?? null;
export const quadClass = (type) => (quadOf(type) ?? "neither").replace(" ", "-");
export const QUADS = ["verbal cooperation", "material cooperation", "verbal conflict", "material conflict"];

/** @param {import("./records.js").Quantity} quantity */
export function howMany(quantity) {
  const unit = quantity.unit && !/[a-z$€£%]/i.test(quantity.text) ? quantity.unit : null;
  return unique([quantity.text, unit, quantity.of]).join(" ");
}

const SURE = {
  confirmed: ["✓", "several sides or the actor say so"],
  reported: ["●", "told as a fact"],
  alleged: ["?", "claimed by somebody with a stake in it"],
  planned: ["→", "announced, not yet done"],
  possible: ["~", "may be so"],
  denied: ["✕", "somebody says that it is not so"],
};

/** How sure, by sign, word and frame, so that nobody needs the colour. */
export function sure(factuality, ...more) {
  const [sign, meaning] = SURE[factuality] ?? ["", ""];
  return el("span", { class: `sure ${factuality}`, title: meaning }, seen(sign, "sign"), el("span", {}, factuality, ...more));
}
export const FACTUALITIES = Object.keys(SURE);

/** @param {import("./records.js").Event} event */
export function kind(event) {
  const mode = event.mode ? [" · ", plain(event.mode)] : null;
  return el("span", { class: `kind ${quadClass(event.type)}`, title: typeMeaning(event.type) }, typeName(event.type), mode);
}
