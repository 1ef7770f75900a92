// Who is in the news: the most frequent actors, with how often they did something and something was done to them.

import { ask, failed } from "./api.js";
import { el, foreign, seen } from "./dom.js";
import { address } from "./router.js";
import { count, number } from "./words.js";

/** @param {HTMLElement} main */
export async function actorsView(main, asked, signal, go) {
  const q = asked.get("q") ?? "";
  document.title = "Actors - Tidings";
  const box = el("input", { type: "search", name: "q", value: q, maxlength: 100, "aria-label": "Find an actor", placeholder: "Norway, NOR, United Nations …" });
  const form = el("form", { role: "search", "aria-label": "Find an actor", class: "one-line" }, box, el("button", { type: "submit" }, "Find"));
  form.addEventListener("submit", (submitted) => {
    submitted.preventDefault();
    go(address({ view: "actors", q: box.value.trim() }), { quiet: true });
  });
  const found = el("div", { "aria-busy": "true" }, el("p", { class: "loading", role: "status" }, "Looking for actors …"));
  main.replaceChildren(el("section", { class: "actors" }, el("h1", { tabindex: "-1" }, "Actors"), form, found));
  const load = async () => {
    try {
      const { actors, cursor } = await ask("v1/actors", { q, limit: 100 });
      if (!signal.aborted) found.replaceChildren(...table(actors, cursor, q));
    } catch (error) {
      if (!signal.aborted) found.replaceChildren(failed(error, load));
    }
    found.removeAttribute("aria-busy");
  };
  await load();
}

function table(actors, cursor, q) {
  if (!actors.length) return [el("p", { class: "empty" }, q ? "No actor is called so." : "No actors are known yet.")];
  const top = Math.max(...actors.map((actor) => actor.events), 1);
  const share = (events, kind) => {
    const bar = el("span", { class: `fill ${kind}` });
    bar.style.width = `${(events / top) * 100}%`;
    return el("span", { class: "track", "aria-hidden": "true" }, bar);
  };
  const heads = ["Actor", "Events", "Did it", "To whom"];
  return [
    el("p", { class: "faint", role: "status" }, count(actors.length, "actor"), cursor ? ", counted over the newest events" : null),
    el("div", { class: "scrolls", tabindex: "0", role: "region", "aria-label": "Table of actors" },
      el("table", {}, el("thead", {}, el("tr", {}, heads.map((head) => el("th", { scope: "col" }, head)))),
        el("tbody", {}, actors.map((actor) => el("tr", {},
          el("th", { scope: "row" }, el("a", { href: address({ view: "actor", id: actor.code }) }, foreign(actor.name ?? actor.code, 80)), " ", seen(actor.code, "code")),
          el("td", { class: "number" }, number(actor.events)),
          el("td", { class: "with-bar" }, number(actor.as_actor), share(actor.as_actor, "did")),
          el("td", { class: "with-bar" }, number(actor.as_recipient), share(actor.as_recipient, "got"))))))),
  ];
}
