// The feeds and how they are: what was read when, why it fails, when it is read next.

import { ask, failed } from "./api.js";
import { el, foreign, outside, seen } from "./dom.js";
import { ago, count, number } from "./words.js";

const next = (feed) => (!feed.next_poll || new Date(feed.next_poll) <= new Date() ? "as soon as Tidings runs" : ago(feed.next_poll));
const STATES = { healthy: ["✓", "healthy"], new: ["○", "not read yet"], failing: ["!", "failing"], gone: ["✕", "gone"] };
const WORST_FIRST = ["failing", "gone", "new", "healthy"];

/** @param {HTMLElement} main */
export async function feedsView(main, asked, signal) {
  document.title = "Feeds - Tidings";
  const found = el("div", { "aria-busy": "true" }, el("p", { class: "loading", role: "status" }, "Loading the feeds …"));
  main.replaceChildren(el("section", { class: "feeds" }, el("h1", { tabindex: "-1" }, "Feeds"), found));
  const load = async () => {
    try {
      const { feeds } = await ask("v1/feeds");
      if (!signal.aborted) found.replaceChildren(...content(feeds));
    } catch (error) {
      if (!signal.aborted) found.replaceChildren(failed(error, load));
    }
    found.removeAttribute("aria-busy");
  };
  await load();
}

function content(feeds) {
  if (!feeds.length) return [el("p", { class: "empty" }, "No feeds are followed yet: ", el("code", {}, "tidings feeds add https://example.org/"))];
  const by = (status) => feeds.filter((feed) => feed.status === status).length;
  const tally = WORST_FIRST.filter(by).map((status) => el("li", {}, state(status), ` ${number(by(status))}`));
  const ordered = [...feeds].sort((a, b) => WORST_FIRST.indexOf(a.status) - WORST_FIRST.indexOf(b.status) || a.url.localeCompare(b.url));
  const heads = ["Feed", "How it is", "Last read", "Next", "Entries", "Waiting"];
  return [
    el("ul", { class: "tally", "aria-label": count(feeds.length, "feed") }, tally),
    el("div", { class: "scrolls", tabindex: "0", role: "region", "aria-label": "Table of feeds" },
      el("table", { class: "stacks" }, el("thead", {}, el("tr", {}, heads.map((head) => el("th", { scope: "col" }, head)))), el("tbody", {}, ordered.map(row)))),
  ];
}

function state(status) {
  const [sign, words] = STATES[status] ?? ["", status];
  return el("span", { class: `state ${status}` }, seen(sign, "sign"), words);
}

function row(feed) {
  const cell = (head, ...value) => el("td", { "data-head": head }, ...value);
  return el("tr", {},
    el("th", { scope: "row" }, foreign(feed.title ?? feed.outlet, 100) ?? "Without a title", el("span", { class: "address" }, outside(feed.url, foreign(feed.url, 120)))),
    cell("How it is", state(feed.status), feed.failures ? el("p", { class: "reason" }, foreign(feed.reason, 200) ?? "no reason given", ` (${count(feed.failures, "time")})`) : null),
    cell("Last read", ago(feed.last_read ?? feed.last_polled)),
    cell("Next", feed.status === "gone" ? "not read any more" : next(feed)),
    cell("Entries", number(feed.entries ?? 0)),
    cell("Waiting", feed.waiting ? el("b", {}, number(feed.waiting)) : "0"));
}
