// The filters: what there are, how they stand in the address, as chips and as questions to the API.

import { boxInWords } from "./boxes.js";
import { CONTEXTS, SECTORS, TYPES } from "./codes.js";
import { bare, el, foreign, seen } from "./dom.js";
import { address } from "./router.js";
import { FACTUALITIES, QUADS, capital, countryName, day, plain, sectorName, typeName } from "./words.js";

/**
 * @typedef {{name: string, label: string, many?: boolean, words?: (value: string) => string, options?: () => [string, string][],
 *   type?: string, hint?: string, tidy?: (value: string) => string}} Filter
 */

/** @type {Filter[]} */
export const FILTERS = [
  { name: "text", label: "Words", hint: "ceasefire prisoners" },
  { name: "actor", label: "Who did it", many: true, words: countryName, hint: "RUS, Norway" },
  { name: "recipient", label: "To whom", many: true, words: countryName, hint: "UKR, Chad" },
  { name: "country", label: "Country", many: true, words: countryName, hint: "actor, recipient or place" },
  { name: "place", label: "Place", many: true, words: (value) => placeNames.get(value) ?? countryName(value), hint: "Istanbul, TUR" },
  { name: "bbox", label: "Area", words: boxInWords, hint: "west,south,east,north", tidy: (value) => value.replace(/\s/g, "") },
  { name: "type", label: "Type", many: true, words: typeName, options: () => Object.keys(TYPES).map((t) => [t, typeName(t)]) },
  { name: "mode", label: "Mode", many: true, words: plain, options: () => modes().map((m) => [m, plain(m)]) },
  { name: "quad", label: "Class", many: true, words: capital, options: () => QUADS.map((q) => [q, capital(q)]) },
  { name: "context", label: "Context", many: true, words: plain, options: () => CONTEXTS.map((c) => [c, plain(c)]) },
  { name: "sector", label: "Sector", many: true, words: sectorName, options: () => Object.entries(SECTORS) },
  { name: "factuality", label: "How sure", many: true, options: () => FACTUALITIES.map((f) => [f, f]) },
  { name: "outlet", label: "Outlet", many: true, hint: "Daily8" },
  { name: "min_outlets", label: "At least so many outlets", type: "number" },
  { name: "quantity_min", label: "Number from", type: "number" },
  { name: "quantity_max", label: "Number to", type: "number" },
  { name: "since", label: "From", type: "date", words: day },
  { name: "until", label: "To", type: "date", words: day },
];

/** Names of GeoNames ids, as the map and the events tell them. @type {Map<string, string>} */
export const placeNames = new Map();

const modes = () => [...new Set(Object.values(TYPES).flatMap((kind) => kind.modes))].sort();
const BACKGROUND = "all"; // in the address: what is outside PLOVER's types is shown too

/** @typedef {Record<string, string[]>} Chosen */

/** @param {URLSearchParams} asked @returns {Chosen} */
export function chosenIn(asked) {
  const chosen = {};
  for (const { name, many, tidy } of FILTERS) {
    const values = asked.getAll(name).map((value) => tidy?.(value) ?? value.trim()).filter(Boolean);
    if (values.length) chosen[name] = many ? [...new Set(values)] : values.slice(-1);
  }
  for (const name of [BACKGROUND, "sort"]) if (asked.get(name)) chosen[name] = [asked.get(name)];
  return chosen;
}

/** What to ask the API: without a word on types, only those of the ontology's four classes. @param {Chosen} chosen */
export function question({ [BACKGROUND]: background, ...chosen }) {
  const typed = background || chosen.type || chosen.quad || chosen.mode;
  return typed ? chosen : { ...chosen, quad: QUADS };
}

export const withBackground = (chosen) => ({ ...chosen, [BACKGROUND]: chosen[BACKGROUND] ? [] : ["1"] });
export const showsBackground = (chosen) => Boolean(chosen[BACKGROUND]);

/** @param {Chosen} chosen */
export const href = (chosen) => address(chosen);

/** With one value more, or, for a filter that takes one value, another. @param {Chosen} chosen @returns {Chosen} */
export function adding(chosen, name, value) {
  const filter = FILTERS.find((one) => one.name === name);
  return { ...chosen, [name]: filter?.many ? [...new Set([...(chosen[name] ?? []), value])] : [value] };
}

/** @param {Chosen} chosen @returns {Chosen} */
export function without(chosen, name, value) {
  return { ...chosen, [name]: (chosen[name] ?? []).filter((one) => one !== value) };
}

export const filtering = (chosen) => FILTERS.some(({ name }) => chosen[name]?.length);

/** A chip for each value; each is a link that takes it away. @param {Chosen} chosen */
export function chips(chosen) {
  const made = FILTERS.flatMap(({ name, label, words }) =>
    (chosen[name] ?? []).map((value) => {
      const shown = words?.(value) ?? value;
      const takeAway = { class: "chip", href: href(without(chosen, name, value)), "data-quiet": true };
      return el(
        "li",
        {},
        el("a", { ...takeAway, "aria-label": `Remove ${label}: ${bare(shown, 60)}` },
          el("span", { class: "faint" }, label), " ", foreign(shown, 60), seen("×", "cross")),
      );
    }),
  );
  if (made.length > 1) made.push(el("li", {}, el("a", { href: "./", "data-quiet": true, class: "clear" }, "Clear all")));
  return made;
}
