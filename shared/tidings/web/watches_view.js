// Watches: searches that the server keeps, with a feed each.

import { ask, failed, Failure, hasKey } from "./api.js";
import { el, foreign, outside } from "./dom.js";
import { FILTERS, href } from "./filters.js";
import { moment } from "./words.js";

/** @param {HTMLElement} main */
export async function watchesView(main, asked, signal) {
  document.title = "Watches - Tidings";
  const found = el("div", { "aria-busy": "true" }, el("p", { class: "loading", role: "status" }, "Loading the watches …"));
  main.replaceChildren(el("section", { class: "watches" }, el("h1", { tabindex: "-1" }, "Watches"),
    el("p", { class: "lead faint" }, "A watch is a search that the server keeps: new and changed events that match it go into its feed, and to its webhook if it has one."), found));
  const load = async () => {
    try {
      const { watches } = await ask("v1/watches");
      if (!signal.aborted) found.replaceChildren(...(watches.length ? [el("ul", { class: "cards" }, watches.map(card))] : [empty()]));
    } catch (error) {
      if (signal.aborted) return;
      const none = error instanceof Failure && error.status === 404;
      found.replaceChildren(none ? el("p", { class: "empty" }, "This server keeps no watches.") : failed(error, load));
    }
    found.removeAttribute("aria-busy");
  };
  await load();
}

const empty = () => el("p", { class: "empty" }, "No watches yet. One is made on the command line (", el("code", {}, "tidings watches add"),
  ") or over the API (POST to ", el("code", {}, "v1/watches"), ").");

function card(watch) {
  const query = Object.fromEntries(Object.entries(watch.query ?? {}).map(([name, value]) => [name, [value].flat().map(String)]));
  return el("li", { class: "panel" },
    el("h2", {}, el("a", { href: href({ ...query, all: ["1"] }) }, foreign(watch.name, 120))),
    el("ul", { class: "chips" }, FILTERS.flatMap(({ name, label, words }) => (query[name] ?? []).map((value) =>
      el("li", { class: "chip" }, el("span", { class: "faint" }, label), " ", foreign(words?.(value) ?? value, 60))))),
    el("p", { class: "faint" }, "Since ", moment(watch.created), watch.webhook ? [" · webhook ", outside(watch.webhook, foreign(watch.webhook, 100))] : null),
    feedsOf(watch));
}

/** Where a feed reader finds it: an address that needs no key, or, where the server asks for none, the API's own. */
function feedsOf(watch) {
  const own = `v1/watches/${encodeURIComponent(watch.watch_id)}/events`;
  const feeds = watch.feeds ?? (hasKey() ? null : { atom: `${own}.atom`, json: `${own}.json` });
  if (!feeds) return el("p", { class: "faint" }, "The address of its feed is shown to whoever uses the admin key.");
  return el("p", {}, "For your feed reader: ", el("a", { href: feeds.atom }, "Atom"), " · ", el("a", { href: feeds.json }, "JSON Feed"));
}
