// An event in words. Whatever comes from a feed goes into the page as text nodes, never as markup.

export function el(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  made.append(...children.flat().filter((child) => child != null && child !== ""));
  return made;
}

const said = (words) => el("span", { class: "unseen" }, words);
export const plain = (code) => code.replaceAll("_", " ").toLowerCase();
export const unique = (values) => [...new Set(values.filter(Boolean))];
export const count = (number, thing) => `${number} ${thing}${number === 1 ? "" : "s"}`;

const DAY = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });
const MOMENT = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" });

function day(iso) {
  const date = new Date(`${iso}T00:00:00Z`);
  return Number.isNaN(date.getTime()) ? "day not known" : DAY.format(date);
}

export function days(first, last) {
  return !last || last === first ? day(first) : `${day(first)} to ${day(last)}`;
}

export function moment(iso) {
  const date = new Date(iso ?? "");
  if (Number.isNaN(date.getTime())) return "time not known";
  return el("time", { datetime: date.toISOString() }, `${MOMENT.format(date)} UTC`);
}

export function when(event) {
  return event.time?.first ? days(event.time.first, event.time.last) : day(event.day);
}

export function where(event) {
  return event.place ? unique([event.place.name ?? event.place.text, event.place.country]).join(", ") : null;
}

export function howMany(event) {
  const told = (event.quantities ?? []).map((quantity) => unique([quantity.text, quantity.unit, quantity.of]).join(" "));
  return unique(told).join("; ") || null;
}

export function whoSays(attributions) {
  return unique((attributions ?? []).map((attribution) => attribution.source)).join("; ") || null;
}

function side(actors) {
  if (!actors?.length) return [el("span", { class: "faint" }, "not named")];
  return actors.flatMap((actor, at) => {
    const codes = unique([actor.country, actor.sector]).filter((code) => code !== actor.name);
    const code = codes.length ? el("span", { class: "code" }, ["", ...codes].join("\u00a0")) : null;
    return [at ? ", " : null, actor.name, code];
  });
}

export function headline(event) {
  const sides = [el("span", {}, side(event.actor))];
  if (event.recipient?.length) {
    const arrow = el("span", { "aria-hidden": "true", class: "arrow" }, " → ");
    sides.push(arrow, said(" to "), el("span", {}, side(event.recipient)));
  }
  return sides;
}

export function chips(event) {
  const type = event.mode ? `${plain(event.type)}: ${plain(event.mode)}` : plain(event.type);
  return [
    el("span", { class: "chip type" }, type),
    el("span", { class: `chip ${event.factuality}` }, event.factuality),
    event.polarity === "negative" ? el("span", { class: "chip denied" }, "did not happen") : null,
  ];
}

export function link(url, words) {
  let parsed = null;
  try {
    parsed = new URL(url);
  } catch {
    // not an address: shown as text below
  }
  if (!parsed || !["http:", "https:"].includes(parsed.protocol)) {
    return el("span", {}, words, url ? ` (${url})` : "");
  }
  return el("a", { href: parsed.href, rel: "noopener noreferrer", target: "_blank" }, words);
}
