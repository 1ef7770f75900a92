// One event: its values, where accounts differ, and every mention with its evidence marked in the article's text.

import { ask, failed, Failure } from "./api.js";
import { chips, count, days, el, headline, howMany, link, moment, plain, when, where, whoSays } from "./words.js";

const TEXTS_AT_ONCE = 5; // articles whose text is asked for before the reader asks

function rows(pairs) {
  const told = pairs.filter(([, value]) => value);
  return el("dl", {}, told.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}

function valueInWords(value) {
  if (value.field === "time") return days(...value.value.split("/"));
  if (value.field !== "quantity") return value.value;
  return value.value.replace(/^(exact|range|plural) /, "").replace(/^approx /, "about ").replaceAll("_", " ");
}

function disagreements(event) {
  const fields = new Map();
  for (const value of event.values ?? []) fields.set(value.field, [...(fields.get(value.field) ?? []), value]);
  const split = [...fields].filter(([, values]) => values.length > 1);
  if (!split.length) return [];
  const names = { quantity: "How many", time: "When", place: "Where", factuality: "How sure" };
  const support = (value) => el("span", { class: "faint" }, ` (${value.outlets?.join(", ") || "outlet not known"})`);
  const line = (value) => el("li", {}, valueInWords(value), support(value));
  return [
    el("h3", {}, "Where accounts differ"),
    rows(split.map(([field, values]) => [names[field] ?? field, el("ul", {}, values.map(line))])),
  ];
}

// Offsets count code points, JavaScript counts UTF-16 units.
function partsOf(text, mention) {
  const { exact, prefix = "", suffix = "" } = mention.selector;
  if (!exact) return null;
  const points = Array.from(text);
  const { start, end } = mention.evidence;
  if (points.slice(start, end).join("") === exact) {
    return [points.slice(0, start).join(""), exact, points.slice(end).join("")];
  }
  const whole = text.indexOf(prefix + exact + suffix);
  const at = whole >= 0 ? whole + prefix.length : text.indexOf(exact);
  return at >= 0 ? [text.slice(0, at), exact, text.slice(at + exact.length)] : null;
}

function marked(mention) {
  const points = Array.from(mention.selector.exact);
  const [from, to] = [mention.start - mention.evidence.start, mention.end - mention.evidence.start];
  if (from < 0 || to > points.length || from >= to) return el("mark", {}, mention.selector.exact);
  const piece = (...range) => points.slice(...range).join("");
  return el("mark", {}, piece(0, from), el("b", {}, piece(from, to)), piece(to));
}

function quotation(mention) {
  const { prefix = "", suffix = "" } = mention.selector;
  return el("blockquote", {}, prefix ? `…${prefix}` : "", marked(mention), suffix ? `${suffix}…` : "");
}

async function showText(mention, box, texts) {
  const id = mention.article_id;
  if (!texts.has(id)) texts.set(id, ask(`v1/articles/${encodeURIComponent(id)}`));
  let parts = null;
  try {
    const article = await texts.get(id);
    parts = article.text ? partsOf(article.text, mention) : null;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
  if (!parts || !box.isConnected) return;
  const mark = marked(mention);
  const scrolls = { class: "text", tabindex: "0", role: "region", "aria-label": "The article's text" };
  const text = el("blockquote", scrolls, parts[0], mark, parts[2]);
  box.replaceChildren(text);
  text.scrollTop = mark.offsetTop - text.clientHeight / 3;
}

function attributionLine(attribution) {
  const how = { direct: "word for word", indirect: "in the outlet's words", mixed: "partly word for word" };
  return el(
    "li",
    {},
    el("b", {}, attribution.source ?? "someone not named"),
    attribution.cue ? ` (${attribution.cue}) ` : " ",
    el("span", { class: "faint" }, how[attribution.quote]),
  );
}

function mentionItem(mention, at, texts) {
  const box = el("div", {}, quotation(mention));
  const sources = mention.attributions ?? [];
  const item = el(
    "li",
    { "data-mention": mention.mention_id },
    el("h3", {}, mention.outlet ?? "Outlet not known"),
    el("p", { class: "faint" }, moment(mention.published), " · ", mention.factuality),
    el("p", {}, link(mention.url, mention.title || "The article")),
    box,
    sources.length
      ? el("div", { class: "says" }, el("p", {}, "Who says so:"), el("ul", {}, sources.map(attributionLine)))
      : el("p", { class: "says" }, "Who says so: the outlet itself"),
  );
  if (at < TEXTS_AT_ONCE) {
    showText(mention, box, texts);
  } else {
    const open = el("button", { type: "button", class: "quiet" }, "Show it in the article");
    open.addEventListener("click", () => {
      open.remove();
      showText(mention, box, texts);
    });
    item.append(open);
  }
  return item;
}

// The event brings its first mentions only.
function restOf(event, mentions, texts) {
  const shown = new Set(event.mentions.map((mention) => mention.mention_id));
  const left = event.mention_count - shown.size;
  if (left <= 0) return null;
  const path = `v1/events/${encodeURIComponent(event.event_id)}/mentions`;
  const button = el("button", { type: "button", class: "quiet" }, `Show ${count(left, "more mention")}`);
  const load = async () => {
    button.disabled = true;
    let cursor = null;
    try {
      do {
        const page = await ask(path, { cursor });
        for (const mention of page.mentions) {
          if (!shown.has(mention.mention_id)) mentions.append(mentionItem(mention, shown.size, texts));
          shown.add(mention.mention_id);
        }
        cursor = page.cursor;
      } while (cursor);
      button.remove();
    } catch (error) {
      button.replaceWith(failed(error, () => load()));
    }
  };
  button.addEventListener("click", load);
  return button;
}

export function whole(event) {
  const texts = new Map();
  const mentions = el("ol", { class: "mentions" });
  mentions.append(...event.mentions.map((mention, at) => mentionItem(mention, at, texts)));
  return [
    el("p", { class: "chips" }, chips(event)),
    el("h2", { tabindex: "-1" }, headline(event)),
    rows([
      ["What", event.trigger],
      ["How many", howMany(event)],
      ["When", when(event)],
      ["Where", where(event)],
      ["Who says so", whoSays(event.attributions) ?? "the outlets themselves"],
      ["Outlets", event.outlets?.join(", ")],
      ["Context", (event.contexts ?? []).map(plain).join(", ")],
    ]),
    ...disagreements(event),
    el("h3", {}, `Told ${event.mention_count === 1 ? "once" : `${event.mention_count} times`}`),
    mentions,
    restOf(event, mentions, texts),
  ].filter(Boolean);
}

