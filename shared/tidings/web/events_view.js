// The start: search, filters, events over time, on the map, by kind, and as cards.

import { ask, failed, file, hasKey, target } from "./api.js";
import { card } from "./cards.js";
import { el, holdingFocus } from "./dom.js";
import { facet } from "./facets.js";
import {
  FILTERS, adding, chips, chosenIn, filtering, href, placeNames, question, showsBackground, withBackground, without,
} from "./filters.js";
import { map, world } from "./map.js";
import { suggesting } from "./suggest.js";
import { timeline } from "./timeline.js";
import { FACTUALITIES, QUADS, capital, count, countryName, number, quadClass, typeName } from "./words.js";

const PAGE = 25;
const REQUESTS_AT_ONCE = 6; // a page may be short, even empty, while its cursor goes on
const COUNTS_AT_ONCE = 10;

let kept = null; // the view stays as it was left, so that "back" is at once and where the reader was

/** @param {HTMLElement} main */
export function eventsView(main, asked, signal, go) {
  kept ??= new EventsView(go);
  if (main.firstElementChild !== kept.node) main.replaceChildren(kept.node);
  document.title = "Tidings";
  return kept.show(chosenIn(asked), signal);
}

/** Ask for everything anew. */
export function forget() {
  kept = null;
}

class EventsView {
  constructor(go) {
    this.go = go;
    this.shown = null;
    this.chosen = {};
    this.cursor = null;
    const part = (id) => el("div", { id });
    this.form = this.#form();
    this.chips = el("ul", { class: "chips", "aria-label": "Filters in force" });
    this.time = el("div", { class: "panel time" });
    this.status = el("p", { id: "status", role: "status" });
    this.tools = part("tools");
    this.list = el("ol", { id: "list", "aria-label": "Events", "aria-busy": "true" });
    this.more = el("button", { id: "more", type: "button", hidden: true }, "Show more events");
    this.more.addEventListener("click", () => this.#load(false));
    this.map = el("div", { class: "map-box" });
    this.facets = part("facets");
    const aside = el("details", { id: "aside" }, el("summary", {}, "Map and breakdown"),
      el("section", { class: "panel" }, el("h2", {}, "Where"), this.map), this.facets);
    const wide = matchMedia("(min-width: 62rem)");
    aside.open = wide.matches;
    if (aside.open) world().catch(() => {}); // on its way while the events are counted; told of where the map is drawn
    wide.addEventListener("change", () => (aside.open = wide.matches));
    aside.addEventListener("toggle", () => aside.open && this.#drawMap());
    this.node = el("div", { id: "events", class: "events" },
      el("h1", { class: "unseen", tabindex: "-1" }, "Events"),
      el("div", { class: "top" }, this.form, this.chips),
      this.time,
      el("section", { class: "found", "aria-label": "Events found" }, this.tools, this.list, this.more),
      aside);
    new ResizeObserver(() => this.#drawTime()).observe(this.time);
  }

  /** @param {import("./filters.js").Chosen} chosen */
  async show(chosen, signal) {
    const asked = JSON.stringify(chosen);
    if (this.shown === asked) return;
    this.shown = asked;
    this.chosen = chosen;
    this.signal = signal;
    this.#fillForm();
    const refocus = holdingFocus(this.chips);
    this.chips.replaceChildren(...chips(chosen));
    refocus();
    this.chips.hidden = !this.chips.children.length;
    let ready = false;
    signal.addEventListener("abort", () => {
      if (!ready && this.shown === asked) this.shown = null;
    });
    await Promise.all([this.#load(true), this.#count(null, null)]);
    ready = true;
  }

  // -------------------------------------------------------------- search and filters

  #form() {
    const list = el("ul", { id: "suggestions", role: "listbox", "aria-label": "Suggestions", hidden: true });
    this.box = el("input", {
      id: "search", name: "text", type: "search", maxlength: 200, autocomplete: "off", spellcheck: "false", role: "combobox",
      "aria-expanded": "false", "aria-controls": "suggestions", "aria-autocomplete": "list", "aria-label": "Search events",
      placeholder: "Words, a country, a type of event …",
    });
    const advanced = el("details", { class: "more-filters" }, el("summary", {}, "Filters"));
    advanced.addEventListener("toggle", () => {
      const behind = FILTERS.filter(({ name }) => name !== "text"); // in the box the reader may be typing already
      advanced.append(el("div", { class: "fields" }, behind.map((filter) => this.#field(filter)),
        el("div", { class: "buttons" }, el("button", { type: "submit" }, "Apply"))));
      this.#fillForm(behind);
    }, { once: true }); // two hundred elements that most readers never see
    const form = el("form", { id: "filters", role: "search", "aria-label": "Filter events" },
      el("div", { class: "search-row" },
        el("div", { class: "box" }, this.box, el("kbd", { "aria-hidden": "true" }, "/"), list),
        el("button", { type: "submit" }, "Search")),
      advanced);
    form.addEventListener("submit", (submitted) => {
      submitted.preventDefault();
      this.#apply(form);
    });
    suggesting(this.box, list, (name, value) => this.#goTo(adding(this.chosen, name, value)));
    return form;
  }

  #field({ name, label, options, type, hint, many }) {
    if (options) {
      const choice = el("select", { name }, el("option", { value: "" }, "any"), options().map(([value, words]) => el("option", { value }, words)));
      return el("label", {}, label, choice);
    }
    return el("label", {}, label, el("input", {
      name, type: type ?? "text", placeholder: hint, autocomplete: "off", spellcheck: "false", maxlength: many ? 100 : null,
      ...(type === "number" ? { min: 0, step: "any" } : {}),
    }));
  }

  // Filters that take one value show it; to those that take several a field adds one, the chips show all.
  #fillForm(filters = FILTERS) {
    for (const { name, many } of filters) {
      const field = this.form.elements.namedItem(name); // those behind "Filters" are made when they are first looked at
      if (field) field.value = many ? "" : (this.chosen[name]?.[0] ?? "");
    }
  }

  #apply(form) {
    let next = this.chosen;
    for (const { name, many } of FILTERS) {
      const value = form.elements.namedItem(name)?.value.trim();
      if (value === undefined) continue;
      if (value) next = adding(next, name, value);
      else if (!many) next = { ...next, [name]: [] };
    }
    this.#goTo(next);
  }

  #goTo(chosen) {
    this.go(href(chosen), { quiet: true });
  }

  // -------------------------------------------------------------- counts

  async #count(before, cursor) {
    const { signal } = this;
    if (!before) this.time.setAttribute("aria-busy", "true");
    try {
      const { sort: _, ...wanted } = question(this.chosen);
      const counts = added(before, await ask("v1/stats", { ...wanted, cursor }));
      if (signal.aborted) return null;
      this.counts = counts;
      this.#drawTime();
      this.#drawFacets();
      this.#drawTools();
      await this.#drawMap();
      return counts;
    } catch (error) {
      if (signal.aborted) return null;
      this.counts = null;
      this.facets.replaceChildren();
      this.map.replaceChildren();
      this.time.replaceChildren(failed(error, () => this.#count(before, cursor)));
      return null;
    } finally {
      this.time.removeAttribute("aria-busy");
    }
  }

  async #countOn() {
    for (let turns = 0; turns < COUNTS_AT_ONCE && this.counts?.cursor; turns += 1) {
      if (!(await this.#count(this.counts, this.counts.cursor))) return;
    }
  }

  #drawTime() {
    if (!this.counts || !this.time.clientWidth || this.drawnAt === `${this.shown}${this.time.clientWidth}${this.counts.events}`) return;
    this.drawnAt = `${this.shown}${this.time.clientWidth}${this.counts.events}`;
    const between = (since, until) => href({ ...this.chosen, since: since ? [since] : [], until: until ? [until] : [] });
    const refocus = holdingFocus(this.time);
    const box = el("div", {});
    this.time.replaceChildren(box);
    timeline(box, {
      days: this.counts.days,
      since: this.chosen.since?.[0],
      until: this.chosen.until?.[0],
      href: between,
      go: (first, last) => this.go(between(first, last), { quiet: true }),
    });
    refocus();
  }

  async #drawMap() {
    const places = this.counts?.places;
    const aside = this.map.closest("details");
    if (!places || !aside?.open || this.mapped === this.counts) return;
    this.mapped = this.counts;
    for (const place of places) if (place.geonameid) placeNames.set(String(place.geonameid), place.name);
    if (this.chosen.place) this.chips.replaceChildren(...chips(this.chosen));
    const refocus = holdingFocus(this.map);
    try {
      await map(this.map, {
        places,
        area: this.chosen.bbox?.[0],
        placeHref: (place) => href(adding(this.chosen, "place", String(place.geonameid ?? place.name))),
        countryHref: (code) => href(adding(this.chosen, "country", code)),
        areaHref: (bbox) => href(adding(this.chosen, "bbox", bbox)),
        go: (address) => this.go(address, { quiet: true }),
      });
      refocus();
    } catch (error) {
      this.mapped = null;
      this.map.replaceChildren(failed(error, () => this.#drawMap()));
    }
  }

  #drawFacets() {
    const { types, quads, actors, recipients, factuality, outlets } = this.counts;
    const entries = (counted, name, words, kind) =>
      Object.entries(counted ?? {}).map(([value, events]) => {
        const chosen = this.chosen[name]?.includes(value);
        const to = chosen ? without(this.chosen, name, value) : adding(this.chosen, name, value);
        return { words: words(value), events, href: href(to), kind: kind?.(value), chosen };
      });
    const ordered = Object.fromEntries(FACTUALITIES.filter((one) => factuality?.[one]).map((one) => [one, factuality[one]]));
    const classes = Object.fromEntries(QUADS.filter((one) => quads?.[one]).map((one) => [one, quads[one]]));
    const refocus = holdingFocus(this.facets);
    this.facets.replaceChildren(...[
      facet("Class", entries(classes, "quad", capital, (quad) => quad.replace(" ", "-"))),
      facet("Type", entries(types, "type", typeName, quadClass)),
      facet("Who did it", entries(actors, "actor", countryName)),
      facet("To whom", entries(recipients, "recipient", countryName)),
      facet("How sure", entries(ordered, "factuality", capital)),
      facet("Outlet", entries(outlets, "outlet", (outlet) => outlet), 5),
    ].filter(Boolean));
    refocus();
  }

  #drawTools() {
    const { counts } = this;
    const oldest = this.chosen.sort?.[0] === "oldest";
    const link = (to, ...words) => el("a", { href: href(to), "data-quiet": true }, ...words);
    const order = link({ ...this.chosen, sort: oldest ? [] : ["oldest"] }, oldest ? "Newest first" : "Oldest first");
    const background = this.chosen.type || this.chosen.quad || this.chosen.mode ? null
      : link(withBackground(this.chosen), showsBackground(this.chosen) ? "Hide other kinds" : "Show other kinds too");
    const line = el("p", { class: "tools" }, order, background, this.#downloads());
    const words = counts ? [`${count(counts.events, "event")}${counts.cursor ? " counted so far" : ""}${filtering(this.chosen) ? " match" : ""}`] : ["Events"];
    if (counts?.cursor) {
      const on = el("button", { type: "button", class: "quiet small" }, "Count on");
      on.addEventListener("click", () => this.#countOn());
      words.push(" ", on);
    }
    const refocus = holdingFocus(this.tools);
    this.tools.replaceChildren(el("h2", {}, ...words), this.status, line);
    refocus();
  }

  #downloads() {
    const button = (words, path, name) => {
      const made = el("button", { type: "button", class: "link" }, words);
      made.addEventListener("click", async () => {
        try {
          const link = el("a", { href: URL.createObjectURL(await file(path, question(this.chosen))), download: name });
          link.click();
          setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
        } catch (error) {
          made.replaceWith(failed(error, () => this.#drawTools()));
        }
      });
      return made;
    };
    // A link sends no key; without one the address is also what a feed reader subscribes to.
    const feed = hasKey() ? button("Atom", "v1/events.atom", "events.atom")
      : el("a", { href: target("v1/events.atom", question(this.chosen)) }, "Atom");
    return el("span", { class: "downloads" }, "Take along:", button("CSV", "v1/events.csv", "events.csv"),
      button("GeoJSON", "v1/events.geojson", "events.geojson"), feed);
  }

  // -------------------------------------------------------------- the list

  async #load(fresh) {
    const { signal } = this;
    const found = [];
    let next = fresh ? null : this.cursor;
    this.list.setAttribute("aria-busy", "true");
    this.more.disabled = true;
    if (fresh) {
      this.#drawTools();
      this.status.textContent = "Looking for events …";
      if (!this.list.children.length) this.list.replaceChildren(...Array.from({ length: 4 }, () => el("li", { class: "card ghost", "aria-hidden": "true" })));
    }
    try {
      for (let requests = 0; requests < REQUESTS_AT_ONCE && found.length < PAGE; requests += 1) {
        const page = await ask("v1/events", { ...question(this.chosen), limit: PAGE - found.length, cursor: next });
        if (signal.aborted) return;
        found.push(...page.events);
        next = page.cursor;
        if (!next) break;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (fresh) this.list.replaceChildren();
      this.more.hidden = true;
      this.status.replaceChildren(failed(error, () => this.#load(fresh)));
      return;
    } finally {
      if (!signal.aborted) this.list.setAttribute("aria-busy", "false");
    }
    this.cursor = next;
    for (const { place } of found) if (place?.geonameid) placeNames.set(String(place.geonameid), place.name ?? place.text);
    const cards = found.map(card);
    if (fresh) this.list.replaceChildren(...cards);
    else this.list.append(...cards);
    this.more.hidden = !this.cursor;
    this.more.disabled = false;
    this.status.replaceChildren(this.#summary(this.list.children.length));
    if (!fresh) cards[0]?.querySelector("a").focus();
  }

  #summary(shown) {
    const { since, until, sort } = this.chosen;
    const oldest = sort?.[0] === "oldest";
    if (shown) return `${number(shown)} shown, ${oldest ? "oldest" : "newest"} first${this.cursor ? "; there are more" : ""}.`;
    if (this.cursor) return "Nothing found among the newest events. Older ones have not been looked through.";
    if (since && until && since[0] > until[0]) return "No events: the first day is after the last one.";
    if (filtering(this.chosen)) return "No events match. Take a filter away, or use other words.";
    return "There are no events yet. They appear here once a feed has been read (tidings feeds add URL, then tidings run).";
  }
}

/** Counts of two stretches together. @param {import("./records.js").Counts|null} before */
export function added(before, more) {
  if (!before) return more;
  const both = (a, b) => {
    const sum = { ...a };
    for (const [name, events] of Object.entries(b ?? {})) sum[name] = (sum[name] ?? 0) + events;
    return Object.fromEntries(Object.entries(sum).sort((x, y) => y[1] - x[1]));
  };
  const made = { events: before.events + more.events, cursor: more.cursor };
  for (const name of ["types", "quads", "factuality", "days", "actors", "recipients", "outlets"]) made[name] = both(before[name], more[name]);
  const places = new Map();
  for (const place of [...(before.places ?? []), ...(more.places ?? [])]) {
    const key = place.geonameid ?? `${place.name}|${place.country}`;
    places.set(key, { ...place, events: (places.get(key)?.events ?? 0) + place.events });
  }
  made.places = [...places.values()].sort((a, b) => b.events - a.events);
  return made;
}
