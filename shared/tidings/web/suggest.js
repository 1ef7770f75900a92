// Suggestions under the search box: what is typed may be words, an actor, a country, a type, a context … (ARIA combobox).

import { ask } from "./api.js";
import { BODIES, CONTEXTS, COUNTRIES, TYPES } from "./codes.js";
import { bare, el, foreign } from "./dom.js";
import { QUADS, capital, count, plain, typeName } from "./words.js";

const MOST = 9;
const PAUSE_MS = 150;

/** @typedef {{name: string, value: string, words: string, more?: string, rank: number}} Suggestion */

/** How well words begin like what was typed: 0 best, null not at all. */
function rank(typed, words) {
  const hay = words.toLowerCase();
  if (hay.startsWith(typed)) return 0;
  return hay.split(/[\s,()]+/).some((word) => word.startsWith(typed)) ? 1 : null;
}

/** What the page knows by itself. @returns {Suggestion[]} */
export function known(text) {
  const typed = text.trim().toLowerCase();
  if (typed.length < 2) return [];
  const found = [];
  const offer = (name, value, words, more, ...also) => {
    const ranks = [words, ...also].map((one) => rank(typed, one)).filter((one) => one != null);
    if (ranks.length) found.push({ name, value, words, more, rank: Math.min(...ranks) });
  };
  for (const [code, name] of [...Object.entries(COUNTRIES), ...Object.entries(BODIES)]) {
    offer("actor", code, name, "did it", code);
    offer("recipient", code, name, "to whom", code);
    if (COUNTRIES[code]) offer("country", code, name, "anywhere in it", code);
  }
  for (const [type, { what, modes }] of Object.entries(TYPES)) {
    offer("type", type, typeName(type), what);
    for (const mode of modes) offer("mode", mode, plain(mode), `mode of ${typeName(type).toLowerCase()}`);
  }
  for (const quad of QUADS) offer("quad", quad, capital(quad), "class of events");
  for (const context of CONTEXTS) offer("context", context, capital(plain(context)), "context");
  const order = ["type", "actor", "recipient", "country", "quad", "mode", "context"];
  found.sort((a, b) => a.rank - b.rank || a.words.length - b.words.length || order.indexOf(a.name) - order.indexOf(b.name));
  return found;
}

/** Actors that the store knows. */
async function stored(text) {
  try {
    const { actors } = await ask("v1/actors", { q: text.trim(), limit: 5 });
    return actors.map((actor) => ({
      name: "actor", value: actor.code, words: actor.name ?? actor.code, more: count(actor.events, "event"), rank: 0,
    }));
  } catch {
    return []; // suggestions are a kindness; the search works without
  }
}

/**
 * Make an input suggest.
 * @param {HTMLInputElement} input
 * @param {HTMLElement} list
 * @param {(name: string, value: string) => void} choose
 */
export function suggesting(input, list, choose) {
  let offered = [];
  let active = -1;
  let waiting = 0;

  function close() {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function mark(at) {
    active = at;
    [...list.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === at)));
    if (at < 0) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", list.children[at].id);
      list.children[at].scrollIntoView({ block: "nearest" });
    }
  }

  function show(suggestions) {
    offered = suggestions;
    if (!offered.length) return close();
    list.replaceChildren(
      ...offered.map((one, at) =>
        el("li", { id: `suggestion-${at}`, role: "option", "aria-selected": "false", "data-at": at },
          el("span", { class: "what" }, { actor: "Who", recipient: "To whom" }[one.name] ?? capital(one.name)),
          " ", foreign(one.words, 60), " ", el("span", { class: "faint" }, bare(one.more, 70))),
      ),
    );
    list.hidden = false;
    active = -1;
    input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-expanded", "true");
  }

  function take(at) {
    const { name, value } = offered[at];
    close();
    input.value = "";
    choose(name, value);
  }

  async function suggest() {
    const typed = input.value;
    const own = known(typed);
    show(own.slice(0, MOST));
    if (typed.trim().length < 2) return;
    const fromStore = await stored(typed);
    if (typed !== input.value || document.activeElement !== input || active >= 0) return;
    const already = new Set(own.filter((one) => one.name === "actor").map((one) => one.value));
    const added = fromStore.filter((one) => !already.has(one.value));
    if (added.length) show([...added, ...own].slice(0, MOST));
  }

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(suggest, PAUSE_MS);
  });
  input.addEventListener("keydown", (pressed) => {
    if (list.hidden) return;
    if (pressed.key === "ArrowDown" || pressed.key === "ArrowUp") {
      pressed.preventDefault();
      const places = offered.length + 1; // the box itself is one of them
      mark(((active + 1 + (pressed.key === "ArrowDown" ? 1 : -1) + places) % places) - 1);
    } else if (pressed.key === "Enter" && active >= 0) {
      pressed.preventDefault();
      take(active);
    } else if (pressed.key === "Escape") {
      pressed.preventDefault(); // a search box would lose its words
      pressed.stopPropagation();
      close();
    }
  });
  list.addEventListener("pointerdown", (pressed) => pressed.preventDefault()); // keeps the focus in the box
  list.addEventListener("click", (clicked) => {
    const option = clicked.target.closest("[data-at]");
    if (option) take(Number(option.dataset.at));
  });
  input.addEventListener("blur", () => {
    clearTimeout(waiting);
    close();
  });
  input.form.addEventListener("submit", () => {
    clearTimeout(waiting);
    close();
  });
}
