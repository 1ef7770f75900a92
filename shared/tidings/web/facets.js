// Counts as short bars; each is a link that narrows to it.

import { el, foreign, seen } from "./dom.js";
import { number } from "./words.js";

/** @typedef {{words: string, events: number, href: string, kind?: string, chosen?: boolean}} Entry */

const SHOWN = 7;

/** @param {string} title @param {Entry[]} entries */
export function facet(title, entries, most = SHOWN) {
  if (!entries.length) return null;
  const top = Math.max(...entries.map((entry) => entry.events));
  const row = (entry) => {
    const bar = el("span", { class: "fill" });
    bar.style.width = `${Math.max((entry.events / top) * 100, 1)}%`;
    return el("li", {},
      el("a", { href: entry.href, "data-quiet": true, class: `row ${entry.kind ?? ""}`, "aria-current": entry.chosen ? "true" : null },
        el("span", { class: "name" }, foreign(entry.words, 60)),
        el("span", { class: "events" }, number(entry.events)),
        el("span", { class: "track", "aria-hidden": "true" }, bar)));
  };
  const rest = entries.slice(most);
  const list = el("ul", { class: "facet" }, entries.slice(0, most).map(row));
  const section = el("section", { class: "panel" }, el("h2", {}, title), list);
  if (rest.length) {
    const more = el("button", { type: "button", class: "quiet small" }, `${rest.length} more`, seen(" ▾"));
    more.addEventListener("click", () => {
      const rows = rest.map(row);
      list.append(...rows);
      more.remove();
      rows[0].querySelector("a").focus();
    });
    section.append(more);
  }
  return section;
}
