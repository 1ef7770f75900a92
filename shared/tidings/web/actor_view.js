// One actor: who does what to whom over time, by counterpart and class of event.

import { ask, failed } from "./api.js";
import { el, foreign, seen, svg } from "./dom.js";
import { href } from "./filters.js";
import { address } from "./router.js";
import { bins, picture, timeline } from "./timeline.js";
import { QUADS, capital, count, countryName, days, number, quadOf, typeName, unique } from "./words.js";

const EVENTS_MOST = 500; // small pictures are of the newest events
const PAGE = 100;
const COUNTERPARTS = 8;
const CELL = { width: 132, height: 34 };
const OTHERS = ""; // events with nobody of a code on the other side

/** @param {HTMLElement} main */
export async function actorView(main, asked, signal, go) {
  const code = (asked.get("id") ?? "").toUpperCase();
  const period = { since: asked.get("since"), until: asked.get("until") };
  const acting = asked.get("side") !== "recipient";
  document.title = `${countryName(code) ?? code} - Tidings`;
  main.replaceChildren(el("p", { class: "loading", role: "status" }, "Loading the actor …"));
  try {
    const profile = await ask(`v1/actors/${encodeURIComponent(code)}`, period);
    if (signal.aborted) return;
    const cells = el("div", { class: "cells", "aria-busy": "true" }, el("p", { class: "loading" }, "Loading …"));
    const time = el("div", { class: "panel time" });
    main.replaceChildren(page(profile, code, period, acting, time, cells));
    timeline(time, {
      days: profile.days,
      since: period.since,
      until: period.until,
      href: (since, until) => here(code, { since, until }, acting),
      go: (since, until) => go(here(code, { since, until }, acting), { quiet: true }),
    });
    await fill(cells, { code, period, acting, signal });
  } catch (error) {
    if (signal.aborted) return;
    main.replaceChildren(el("p", { class: "back" }, el("a", { href: address({ view: "actors" }) }, seen("← "), "Actors")),
      failed(error, () => actorView(main, asked, signal, go), "The actor cannot be shown"));
  }
}

const here = (code, { since, until }, acting) => address({ view: "actor", id: code, since, until, side: acting ? null : "recipient" });

function page(profile, code, period, acting, time, cells) {
  const name = profile.name ?? countryName(code) ?? code;
  const total = Object.values(profile.days).reduce((sum, one) => sum + one, 0);
  const side = (words, is) => el("a", { href: here(code, period, is), "data-quiet": true, "aria-current": is === acting ? "true" : null }, words);
  return el("article", { class: "actor-page" },
    el("p", { class: "back" }, el("a", { href: address({ view: "actors" }) }, seen("← "), "Actors")),
    el("h1", { tabindex: "-1" }, foreign(name), " ", el("span", { class: "code" }, code)),
    el("p", { class: "lead faint" }, count(total, "event"), profile.cursor ? " among the newest" : null,
      period.since ? [", ", days(period.since, period.until), " (", el("a", { href: here(code, {}, acting), "data-quiet": true }, "all days"), ")"] : null,
      " · ", el("a", { href: href({ country: [code] }) }, "all as a list")),
    time,
    el("section", {}, el("div", { class: "heading" }, el("h2", {}, acting ? `What ${name} does, to whom` : `What is done to ${name}, by whom`),
      el("nav", { class: "switch", "aria-label": "Side" }, side("Does", true), side("Is done to it", false))), cells),
    counterparts(profile, code));
}

// ---------------------------------------------------------------- small multiples

async function newest(question) {
  const found = [];
  let cursor = null;
  do {
    const page = await ask("v1/events", { ...question, limit: PAGE, cursor, fields: "event_id,type,day,actor,recipient" });
    found.push(...page.events);
    cursor = page.cursor;
  } while (cursor && found.length < EVENTS_MOST);
  return { found, more: Boolean(cursor) };
}

async function fill(box, { code, period, acting, signal }) {
  const [own, other] = acting ? ["actor", "recipient"] : ["recipient", "actor"];
  let told;
  try {
    told = await newest({ ...period, [own]: code, quad: QUADS });
  } catch (error) {
    if (!signal.aborted) box.replaceChildren(failed(error, () => fill(box, { code, period, acting, signal })));
    return;
  } finally {
    box.removeAttribute("aria-busy");
  }
  if (signal.aborted) return;
  box.replaceChildren(...grid(told, code, own, other));
}

/** Events by counterpart, class and day. */
export function byCounterpart(events, code, other) {
  const table = new Map();
  for (const event of events) {
    const codes = unique((event[other] ?? []).map((one) => one.country)).filter((one) => one !== code);
    for (const one of codes.length ? codes : [OTHERS]) {
      const row = table.get(one) ?? { events: 0, quads: Object.fromEntries(QUADS.map((quad) => [quad, {}])) };
      const quad = row.quads[quadOf(event.type)];
      if (!quad) continue;
      row.events += 1;
      quad[event.day] = (quad[event.day] ?? 0) + 1;
      table.set(one, row);
    }
  }
  return [...table].sort((a, b) => Number(a[0] === OTHERS) - Number(b[0] === OTHERS) || b[1].events - a[1].events);
}

function grid({ found, more }, code, own, other) {
  const rows = byCounterpart(found, code, other);
  if (!rows.length) return [el("p", { class: "empty" }, "No events on this side.")];
  const shown = rows.length > COUNTERPARTS + 1 ? [...rows.slice(0, COUNTERPARTS), ...rows.filter(([name]) => name === OTHERS)] : rows;
  const counted = {};
  for (const { day } of found) counted[day] = (counted[day] ?? 0) + 1;
  const [first, last] = [picture(counted).from, Object.keys(counted).sort().at(-1)];
  const most = Math.max(...shown.flatMap(([, row]) => QUADS.flatMap((quad) => bins(row.quads[quad], first, last).bins.map((bin) => bin.events))), 1);
  const note = `${days(first, last)}${more ? `, the newest ${number(found.length)} events` : ""}. All pictures have one scale; the highest bar is ${number(most)}.`;
  const head = el("tr", {}, el("th", { scope: "col" }, other === "recipient" ? "To whom" : "By whom"),
    QUADS.map((quad) => el("th", { scope: "col", class: quad.replace(" ", "-") }, capital(quad))));
  const body = shown.map(([name, row]) => el("tr", {},
    el("th", { scope: "row" }, name === OTHERS ? "others" : el("a", { href: address({ view: "actor", id: name }) }, countryName(name))),
    QUADS.map((quad) => cell(row.quads[quad], { first, last, most, quad,
      href: href({ [own]: [code], ...(name === OTHERS ? {} : { [other]: [name] }), quad: [quad] }), who: name === OTHERS ? "others" : countryName(name) }))));
  return [
    el("p", { class: "faint note" }, note),
    el("div", { class: "scrolls", tabindex: "0", role: "region", "aria-label": "Events by counterpart and class" },
      el("table", { class: "multiples" }, el("thead", {}, head), el("tbody", {}, body))),
  ];
}

function cell(counted, { first, last, most, quad, href: to, who }) {
  const total = Object.values(counted).reduce((sum, one) => sum + one, 0);
  if (!total) return el("td", { class: "none" }, el("span", { class: "unseen" }, "none"));
  const { bins: drawn } = bins(counted, first, last);
  const pitch = CELL.width / drawn.length;
  const bars = drawn.map((bin, at) => {
    const height = bin.events ? Math.max((bin.events / most) * CELL.height, 2) : 0;
    return svg("rect", { x: at * pitch, y: CELL.height - height, width: Math.max(pitch - (pitch > 3 ? 1 : 0), 0.8), height });
  });
  const drawing = svg("svg", { viewBox: `0 0 ${CELL.width} ${CELL.height}`, class: quad.replace(" ", "-"), "aria-hidden": "true", preserveAspectRatio: "none" },
    svg("line", { class: "floor", x1: 0, x2: CELL.width, y1: CELL.height, y2: CELL.height }), bars);
  return el("td", {}, el("a", { href: to, "aria-label": `${who}, ${quad}: ${count(total, "event")}` }, drawing, el("span", { class: "events" }, number(total))));
}

// ---------------------------------------------------------------- all counterparts

function counterparts(profile, code) {
  if (!profile.counterparts?.length) return null;
  const heads = ["Counterpart", "Does to it", "Is done to it", "Mostly"];
  return el("section", {}, el("h2", {}, "Counterparts"), el("div", { class: "scrolls", tabindex: "0", role: "region", "aria-label": "Table of counterparts" },
    el("table", {}, el("thead", {}, el("tr", {}, heads.map((head) => el("th", { scope: "col" }, head)))),
      el("tbody", {}, profile.counterparts.map((one) => {
        const types = Object.entries(one.types ?? {}).sort((a, b) => b[1] - a[1]).slice(0, 3);
        const does = href({ actor: [code], recipient: [one.code], all: ["1"] });
        const gets = href({ actor: [one.code], recipient: [code], all: ["1"] });
        const linked = (events, to, words) => el("td", { class: "number" }, events ? el("a", { href: to, "aria-label": `${words}: ${count(events, "event")}` }, number(events)) : "0");
        const name = one.name ?? countryName(one.code);
        // The API's "as_actor" is the counterpart's part: in how many events it acted.
        return el("tr", {}, el("th", { scope: "row" }, el("a", { href: address({ view: "actor", id: one.code }) }, foreign(name, 80))),
          linked(one.as_recipient, does, `To ${name}`), linked(one.as_actor, gets, `By ${name}`),
          el("td", {}, types.map(([type, events]) => `${typeName(type)} ${events}`).join(", ")));
      })))));
}
