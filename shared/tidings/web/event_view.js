// One event: its values, where accounts differ, every mention with its evidence, why they are one, and its history.

import { ask, failed } from "./api.js";
import { marks, told } from "./cards.js";
import { bare, el, foreign, joined, outside, seen } from "./dom.js";
import { quotation, sources } from "./evidence.js";
import { adding, href } from "./filters.js";
import { address } from "./router.js";
import { inWords } from "./sentence.js";
import { FIELDS, conflicts, valueInWords } from "./values.js";
import {
  atLeast, capital, count, countryName, days, howMany, listed, moment, number, outletsOf, plain, sectorName, sure, unique, when, where,
} from "./words.js";

const SIDES = 6; // values of one field that are shown at once

/** @param {HTMLElement} main */
export async function eventView(main, asked, signal) {
  const id = asked.get("id") ?? "";
  main.replaceChildren(el("p", { class: "loading", role: "status" }, "Loading the event …"));
  document.title = "Event - Tidings";
  let event;
  try {
    event = await ask(`v1/events/${encodeURIComponent(id)}`);
  } catch (error) {
    if (!signal.aborted) main.replaceChildren(back(), failed(error, () => eventView(main, asked, signal), "The event cannot be shown"));
    return;
  }
  if (signal.aborted) return;
  document.title = `${bare(inWords(event), 90)} - Tidings`;
  main.replaceChildren(page(event));
}

const back = () => el("p", { class: "back" }, el("a", { href: "./", "data-back": true }, seen("← "), "Events"));

/** @param {import("./records.js").Event} event */
function page(event) {
  const mentions = new Map(event.mentions.map((mention) => [mention.mention_id, mention]));
  return el("article", { class: "event", id: "event" },
    back(),
    el("p", { class: "tags" }, marks(event)),
    el("h1", { tabindex: "-1" }, told(event)),
    el("p", { class: "lead faint" }, capital(atLeast(event, `${count(event.mention_count, "mention")} in ${count(outletsOf(event), "outlet")}`)),
      event.first_seen ? [", first told ", moment(event.first_seen)] : null),
    el("div", { class: "columns" },
      el("div", { class: "wide" }, differences(event, mentions), allTold(event, mentions)),
      el("aside", { class: "narrow", "aria-label": "The event's values" }, facts(event), why(event, mentions), history(event))));
}

// ---------------------------------------------------------------- values

function facts(event) {
  const rows = [
    ["Who did it", people(event.actor, "actor")],
    ["To whom", people(event.recipient, "recipient")],
    ["How many", joined(unique((event.quantities ?? []).map(howMany)).map((words) => foreign(words)), "; ")],
    ["When", event.time?.text && event.time.first
      ? [when(event), el("span", { class: "faint" }, " (“", foreign(event.time.text, 60), "”)")] : [when(event)]],
    ["Where", event.place ? [placeLink(event.place)] : []],
    ["Who says so", joined(unique((event.attributions ?? []).map((one) => one.source)).map((source) => foreign(source)), "; ")],
    ["Outlets", joined((event.outlets ?? []).map((outlet) => el("a", { href: href(adding({}, "outlet", outlet)) }, foreign(outlet))))],
    ["Context", (event.contexts ?? []).length ? [listed(event.contexts.map(plain))] : []],
  ];
  return el("section", { class: "panel" }, el("h2", {}, "In short"),
    el("dl", {}, rows.filter(([, value]) => value?.length).flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)])));
}

function people(actors, role) {
  return joined((actors ?? []).map((actor) => {
    const about = unique([countryName(actor.country), sectorName(actor.sector)]).filter((words) => words !== actor.name);
    const name = actor.country ? el("a", { href: address({ view: "actor", id: actor.country }) }, foreign(actor.name)) : foreign(actor.name);
    return el("span", { class: role }, name, about.length ? el("span", { class: "faint" }, ` (${about.join(", ")})`) : null);
  }), "; ");
}

function placeLink(place) {
  const name = foreign(where(place));
  const value = place.geonameid ?? place.country;
  return value ? el("a", { href: href(adding({}, "place", String(value))) }, name) : name;
}

// ---------------------------------------------------------------- where accounts differ

function differences(event, mentions) {
  const differing = conflicts(event);
  if (!differing.length) return null;
  return el("section", { class: "differ" }, el("h2", {}, "Where accounts differ"), differing.map(({ field, values }) =>
    el("section", {}, el("h3", {}, FIELDS[field] ?? field),
      sides(values, mentions))));
}

function sides(values, mentions) {
  const all = values.map((value) => oneSide(value, mentions));
  const rest = all.splice(SIDES);
  const list = el("ol", { class: "sides" }, all);
  if (!rest.length) return list;
  return [list, el("details", {}, el("summary", {}, count(rest.length, "more value")), el("ol", { class: "sides" }, rest))];
}

/** One value with who supports it, and the sentence that says it. */
function oneSide(value, mentions) {
  const supporting = (value.mentions ?? []).map((id) => mentions.get(id)).filter(Boolean);
  const outlets = value.outlets ?? [];
  const period = value.first_seen ? days(value.first_seen.slice(0, 10), (value.last_seen ?? value.first_seen).slice(0, 10)) : null;
  return el("li", { class: value.headline ? "headline" : null },
    el("p", { class: "value" }, foreign(valueInWords(value)), value.headline ? el("span", { class: "badge" }, "shown above") : null),
    el("p", {}, el("b", {}, atLeast(value, count(outletsOf(value), "outlet"))), outlets.length ? [": ", joined(outlets.map((name) => foreign(name, 60))), outletsOf(value) > outlets.length ? " …" : null] : null),
    value.sources?.length ? el("p", {}, "Says so: ", joined(value.sources.map((source) => foreign(source, 100)), "; ")) : null,
    period ? el("p", { class: "faint" }, `Told ${period}`) : null,
    supporting.length ? quotation(supporting[0]) : null);
}

// ---------------------------------------------------------------- mentions

function allTold(event, mentions) {
  const list = el("ol", { class: "mentions" }, event.mentions.map(mentionItem));
  return el("section", {}, el("h2", {}, event.mention_count === 1 ? "Told once" : `Told ${atLeast(event, number(event.mention_count))} times`),
    list, restOf(event, list, mentions));
}

/** @param {import("./records.js").Mention} mention */
function mentionItem(mention) {
  const article = address({ view: "article", id: mention.article_id, at: `${mention.start}-${mention.end}` });
  return el("li", { "data-mention": mention.mention_id },
    el("h3", {}, foreign(mention.outlet) ?? "Outlet not known", " ", sure(mention.factuality)),
    el("p", {}, outside(mention.url, foreign(mention.title) ?? "The article")),
    el("p", { class: "faint" }, moment(mention.published)),
    quotation(mention),
    sources(mention),
    el("p", {}, el("a", { href: article, class: "read" }, "See all facts of the article")));
}

// The event brings its first mentions only.
function restOf(event, list, mentions) {
  const left = event.mention_count - mentions.size;
  if (left <= 0) return null;
  let cursor = null;
  const button = el("button", { type: "button", class: "quiet" }, "Show more mentions");
  const load = async () => {
    button.disabled = true;
    try {
      do {
        const page = await ask(`v1/events/${encodeURIComponent(event.event_id)}/mentions`, { cursor });
        const added = page.mentions.filter((mention) => !mentions.has(mention.mention_id));
        for (const mention of added) mentions.set(mention.mention_id, mention);
        list.append(...added.map(mentionItem));
        cursor = page.cursor;
        if (added.length) break;
      } while (cursor);
      button.disabled = false;
      if (!cursor || mentions.size >= event.mention_count) button.remove();
    } catch (error) {
      const trouble = failed(error, () => {
        trouble.replaceWith(button);
        load();
      });
      button.replaceWith(trouble);
    }
  };
  button.addEventListener("click", load);
  return button;
}

// ---------------------------------------------------------------- why merged, history

const outletOf = (mentions, id) => foreign(mentions.get(id)?.outlet ?? "another account", 40);

function why(event, mentions) {
  if (!event.why?.length) return null;
  const items = event.why.map((reason) => {
    const features = Object.entries(reason.features ?? {}).sort((a, b) => Math.abs(b[1]) - Math.abs(a[1]));
    return el("li", {},
      el("p", {}, outletOf(mentions, reason.a), " and ", outletOf(mentions, reason.b), el("span", { class: "faint" }, ` · score ${reason.score.toFixed(2)}`)),
      el("ul", { class: "features" }, features.map(([name, weight]) =>
        el("li", { class: weight < 0 ? "against" : "for" }, plain(name), el("span", { class: "weight" }, `${weight > 0 ? "+" : ""}${weight.toFixed(2)}`)))));
  });
  return el("section", { class: "panel" }, el("h2", {}, "Why these are one event"), el("ol", { class: "reasons" }, items));
}

const CHANGES = { told: "told of it", revised: "told it otherwise in a new version", withdrawn: "no longer tells of it" };

function history(event) {
  if (!event.history?.length) return null;
  return el("section", { class: "panel" }, el("h2", {}, "History"), el("ol", { class: "history" }, event.history.map((change) =>
    el("li", { class: change.kind },
      el("p", {}, foreign(change.outlet, 60) ?? "An outlet", ` ${CHANGES[change.kind] ?? change.kind}`,
        change.was ? [": it said “", foreign(change.was, 160), "”"] : null),
      el("p", { class: "faint" }, moment(change.at))))));
}
