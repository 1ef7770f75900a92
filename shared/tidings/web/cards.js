// An event as a card in the list.

import { el, foreign, joined } from "./dom.js";
import { address } from "./router.js";
import { inWords, sentence } from "./sentence.js";
import { denial, spread } from "./values.js";
import { atLeast, count, howMany, kind, number, outletsOf, quadClass, sure, unique, when, where } from "./words.js";

const OUTLETS_NAMED = 3;
const SOURCES_NAMED = 2;

/** The sentence as elements, its parts marked by what they are. @param {import("./records.js").Event} event */
export function told(event) {
  return sentence(event).map(({ words, role }) => (role ? el("span", { class: role }, foreign(words, 160)) : words));
}

/** Who says so, in words. */
export function sayers(event, most = SOURCES_NAMED) {
  const sources = unique((event.attributions ?? []).map((attribution) => attribution.source));
  if (!sources.length) return ["the outlet itself"];
  const named = sources.slice(0, most).map((source) => foreign(source, 80));
  const rest = sources.length - named.length;
  return [...joined(named, "; "), rest > 0 ? ` and ${rest} more` : null];
}

/** At a glance: what kind of event, how sure it is, and who says that it is not so. */
export function marks(event) {
  const denied = denial(event);
  const deniers = unique(denied?.sources?.length ? denied.sources : (denied?.outlets ?? []));
  const rest = deniers.length - SOURCES_NAMED;
  return [
    kind(event), sure(event.factuality),
    denied ? sure("denied", deniers.length ? [" by ", joined(deniers.slice(0, SOURCES_NAMED).map((name) => foreign(name, 40))), rest > 0 ? ` and ${rest} more` : null] : null) : null,
    event.polarity === "negative" ? el("span", { class: "sure denied" }, "did not happen") : null,
  ];
}

function numbers(event) {
  const differing = spread(event);
  if (differing.length) {
    return differing.map((values) =>
      el("p", { class: "spread" }, joined(values.map(([words, outlets]) =>
        el("span", {}, el("b", {}, foreign(words, 60)), ` — ${outlets}`)), "; ")));
  }
  const heading = inWords(event).toLowerCase();
  const all = unique((event.quantities ?? []).map(howMany)).filter((words) => !heading.includes(words.toLowerCase()));
  return all.length ? el("p", { class: "spread" }, joined(all.slice(0, 3).map((words) => el("b", {}, foreign(words, 80))), " · ")) : null;
}

function outlets(event) {
  const all = event.outlets ?? [];
  if (!all.length) return "outlet not known";
  const rest = outletsOf(event) - OUTLETS_NAMED;
  return [...joined(all.slice(0, OUTLETS_NAMED).map((name) => foreign(name, 60))), rest > 0 ? ` and ${atLeast(event, `${number(rest)} more`)}` : null];
}

/** @param {import("./records.js").Event} event */
export function card(event) {
  const link = el("a", { href: address({ view: "event", id: event.event_id }), "data-event": event.event_id }, told(event));
  const quote = event.mentions?.[0]?.selector?.exact;
  const place = where(event.place);
  return el(
    "li",
    { class: `card ${quadClass(event.type)}`, "data-card": event.event_id },
    el("p", { class: "tags" }, marks(event), el("span", { class: "day" }, when(event))),
    el("h3", {}, link),
    numbers(event),
    quote ? el("p", { class: "quote" }, el("q", {}, foreign(quote, 320))) : null,
    el("p", { class: "meta" },
      el("span", {}, el("b", {}, "Says so:"), sayers(event)),
      place ? el("span", {}, el("b", {}, "Where:"), foreign(place, 80)) : null,
      el("span", {}, el("b", {}, "In:"), outlets(event),
        event.mention_count > 1 ? `, ${atLeast(event, count(event.mention_count, "mention"))}` : null)),
  );
}

