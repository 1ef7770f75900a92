// An article with all that was read in it: names, times, numbers, who says so and events, underlined by layer.

import { ask, failed } from "./api.js";
import { bare, el, foreign, joined, outside, seen } from "./dom.js";
import { LAYERS, marks, segments } from "./layers.js";
import { address } from "./router.js";
import { capital, count, countryName, days, howMany, moment, plain, quadOf, sectorName, sure, typeName, unique, where } from "./words.js";

const LINKED = new Set(["whole", "source", "cue", "trigger"]); // parts that a reader can step to; the others are long
const BESIDE = { actor: "Who did it", recipient: "To whom" };

/** @param {HTMLElement} main */
export async function articleView(main, asked, signal) {
  const id = asked.get("id") ?? "";
  const shown = main.firstElementChild;
  if (shown?.dataset?.article === id) return select(shown, asked); // only the chosen fact has changed
  main.replaceChildren(el("p", { class: "loading", role: "status" }, "Loading the article …"));
  document.title = "Article - Tidings";
  try {
    const article = await ask(`v1/articles/${encodeURIComponent(id)}`);
    if (signal.aborted) return;
    document.title = `${bare(article.title ?? "Article", 90)} - Tidings`;
    const page = new ArticlePage(article, id, await events(article));
    if (signal.aborted) return;
    main.replaceChildren(page.node);
    select(page.node, asked);
  } catch (error) {
    if (signal.aborted) return;
    main.replaceChildren(back(), failed(error, () => articleView(main, asked, signal), "The article cannot be shown"));
  }
}

/** Which event each mention tells of: by the id of the mention, which its place in the text makes (tidings/ids.py). */
async function events(article) {
  const found = new Map();
  const told = new Map((article.mentions ?? []).map((one) => [one.mention_id, one.event_id]));
  if (!globalThis.crypto?.subtle) return found; // only over HTTPS or on this machine
  for (const fact of article.extraction?.events ?? []) {
    const parts = [article.article_id, fact.trigger.start, fact.trigger.end, fact.type].join("\x1f");
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(parts)));
    const name = Array.from(digest.slice(0, 10), (byte) => byte.toString(16).padStart(2, "0")).join("");
    if (told.has(`m${name}`)) found.set(fact.id, told.get(`m${name}`));
  }
  return found;
}

const pages = new WeakMap();
const select = (node, asked) => pages.get(node)?.choose(asked);
const back = () => el("p", { class: "back" }, el("a", { href: "./", "data-back": true }, seen("← "), "Events"));

class ArticlePage {
  constructor(article, id, eventOf) {
    this.article = article;
    this.id = id;
    this.extraction = article.extraction ?? {};
    this.facts = new Map();
    for (const { name } of LAYERS) for (const fact of this.extraction[name] ?? []) this.facts.set(`${name}/${fact.id}`, fact);
    this.eventOf = eventOf;
    this.marks = marks(this.extraction);
    this.side = el("div", { class: "chosen-fact", role: "region", "aria-label": "The chosen fact", "aria-live": "polite" });
    this.text = this.#text();
    this.node = el("article", { class: "article", "data-article": id },
      back(),
      el("h1", { tabindex: "-1" }, foreign(article.title) ?? "Article without a title"),
      el("p", { class: "lead faint" }, joined([
        ...unique([article.outlet, article.byline]).map((words) => foreign(words)),
        article.published ? moment(article.published) : null,
        article.url ? outside(article.url, "the original") : null,
      ], " · ")),
      this.text ? this.#toggles() : null,
      el("div", { class: "columns" },
        el("div", { class: "wide" }, this.text ?? this.#withoutText()),
        el("aside", { class: "narrow", "aria-label": "Facts" }, this.side, this.#list())));
    pages.set(this.node, this);
  }

  #withoutText() {
    return el("p", { class: "empty" }, "This server keeps the texts of articles to itself. ", outside(this.article.url, "Read it at the outlet"), ".");
  }

  #toggles() {
    return el("fieldset", { class: "toggles" }, el("legend", { class: "unseen" }, "What is underlined"), LAYERS.map(({ name, words }) => {
      const box = el("input", { type: "checkbox", checked: true, value: name });
      box.addEventListener("change", () => this.text.classList.toggle(`no-${name}`, !box.checked));
      return el("label", { class: "toggle" }, box, el("span", { class: `line of-${name}` }, words),
        el("span", { class: "faint" }, ` ${(this.extraction[name] ?? []).length}`));
    }));
  }

  // -------------------------------------------------------------- the text

  #text() {
    const { text } = this.article;
    if (text == null) return null;
    const points = Array.from(text);
    const paragraphs = [];
    const cuts = [];
    for (let at = 0; at < points.length; at += 1) if (points[at] === "\n") cuts.push(at, at + 1);
    let paragraph = null;
    for (const segment of segments(points.length, this.marks, cuts)) {
      const words = points.slice(segment.start, segment.end).join("");
      if (words === "\n") {
        paragraph = null;
        continue;
      }
      if (!paragraph) paragraphs.push((paragraph = el("p", {})));
      paragraph.append(this.#segment(segment, words));
    }
    return el("div", { class: "text layers", lang: this.article.language ?? "en", dir: "auto" }, paragraphs);
  }

  #segment(segment, words) {
    if (!segment.marks.length) return words;
    let inner = words;
    for (const { name } of LAYERS) {
      const parts = segment.marks.filter((mark) => mark.layer === name && (LINKED.has(mark.part) || mark.part === "content"));
      if (!parts.length) continue;
      const kinds = [...unique(parts.map((mark) => mark.part)), name === "events" && parts.every((mark) => this.#isBackground(mark)) ? "background" : ""];
      inner = el("span", { class: `line of-${name} ${kinds.join(" ").trim()}` }, inner);
    }
    const linked = segment.marks.filter((mark) => LINKED.has(mark.part));
    const about = { "data-marks": segment.marks.map((mark) => `${mark.layer}/${mark.id}/${mark.part}`).join(" ") };
    if (!linked.length) return el("span", about, inner);
    const facts = unique(linked.map((mark) => `${mark.layer}/${mark.id}`));
    return el("a", { ...about, class: "fact", href: this.#href(facts), "data-quiet": true }, inner);
  }

  #isBackground(mark) {
    return quadOf(this.facts.get(`events/${mark.id}`).type) === null;
  }

  #href(facts) {
    return address({ view: "article", id: this.id, fact: facts });
  }

  // -------------------------------------------------------------- the chosen fact

  choose(asked) {
    const chosen = asked.getAll("fact").filter((name) => this.facts.has(name));
    const at = /^(\d+)-(\d+)$/.exec(asked.get("at") ?? "");
    if (at && !chosen.length) {
      const event = (this.extraction.events ?? []).find((fact) => fact.trigger.start === Number(at[1]));
      if (event) chosen.push(`events/${event.id}`);
    }
    for (const part of this.node.querySelectorAll("[data-marks]")) {
      const parts = part.dataset.marks.split(" ").filter((mark) => chosen.some((name) => mark.startsWith(`${name}/`)));
      const roles = unique(parts.map((mark) => mark.split("/").at(-1)));
      if (roles.length) part.dataset.chosen = roles.join(" ");
      else delete part.dataset.chosen;
      if (part.matches("a")) {
        if (roles.some((role) => LINKED.has(role))) part.setAttribute("aria-current", "true");
        else part.removeAttribute("aria-current");
      }
    }
    this.side.replaceChildren(...chosen.map((name) => this.#card(name)));
    this.side.hidden = !chosen.length;
    const first = this.node.querySelector("a.fact[aria-current]");
    if (first && at) first.scrollIntoView({ block: "center" });
  }

  #card(name) {
    const [layer] = name.split("/");
    const fact = this.facts.get(name);
    const title = { entities: "Name", timexes: "Time", quantities: "Number", attributions: "Who says so", events: "Event" }[layer];
    const rows = this.#rows(layer, fact).filter(([, value]) => value != null && value !== "");
    return el("section", { class: "panel" }, el("h2", {}, title),
      el("dl", {}, rows.flatMap(([label, value]) => [el("dt", {}, label), el("dd", {}, typeof value === "string" ? foreign(value) : value)])),
      layer === "events" ? this.#toEvent(fact) : null);
  }

  #toEvent(fact) {
    const id = this.eventOf.get(fact.id);
    return id ? el("p", {}, el("a", { href: address({ view: "event", id }), class: "read" }, "All that is told of this event")) : null;
  }

  #rows(layer, fact) {
    if (layer === "entities") return [["In the text", fact.text], ["Name", fact.name], ["Kind", fact.label], ["Country", countryName(fact.country)]];
    if (layer === "timexes") {
      return [["In the text", fact.text], ["Means", fact.first ? days(fact.first, fact.last) : fact.value], ["Kind", capital(fact.type.toLowerCase())], ["TIMEX3", fact.value]];
    }
    if (layer === "quantities") {
      return [["In the text", fact.text], ["Value", fact.value == null ? "not a number" : String(fact.value)], ["Bounds", bounds(fact)],
        ["Meant as", plain(fact.qualifier)], ["Unit", fact.unit], ["Of", fact.of]];
    }
    if (layer === "attributions") {
      return [["Source", fact.source?.text ?? "not named"], ["Cue", fact.cue?.text], ["Says", fact.content?.text], ["Quoted", plain(fact.quote)]];
    }
    return [["Type", typeName(fact.type) + (fact.mode ? ` · ${plain(fact.mode)}` : "")], ["In the text", fact.trigger.text],
      ...Object.entries(BESIDE).map(([role, words]) => [words, who(fact[role])]),
      ["With", (fact.objects ?? []).map((one) => this.#object(one)).filter(Boolean).join("; ")],
      ["When", this.#time(fact.time)], ["Where", fact.place ? where(fact.place) : null], ["How sure", sure(fact.factuality)],
      ["Polarity", fact.polarity === "negative" ? "it did not happen" : null],
      ["Who says so", unique((fact.attributions ?? []).map((one) => this.facts.get(`attributions/${one}`)?.source?.text)).join("; ")],
      ["Confidence", `${Math.round(fact.confidence * 100)} %`]];
  }

  #object(one) {
    const quantity = typeof one === "string" ? this.facts.get(`quantities/${one}`) : null;
    return quantity ? howMany(quantity) : one?.text;
  }

  #time(id) {
    const time = id ? this.facts.get(`timexes/${id}`) : null;
    return time ? (time.first ? days(time.first, time.last) : time.text) : null;
  }

  // -------------------------------------------------------------- all events of the article

  #list() {
    const events = this.extraction.events ?? [];
    if (!events.length) return el("p", { class: "empty" }, "No events were read in this article.");
    const line = (fact) => el("li", {}, el("a", { href: this.#href([`events/${fact.id}`]), "data-quiet": true },
      el("b", {}, typeName(fact.type)), " ", foreign([told(fact.actor), fact.trigger.text, told(fact.recipient)].filter(Boolean).join(" "), 90)));
    const [main, others] = [events.filter((fact) => quadOf(fact.type)), events.filter((fact) => !quadOf(fact.type))];
    return el("section", { class: "panel" }, el("h2", {}, count(main.length, "event")),
      el("ol", { class: "facts-list" }, main.map(line)),
      others.length ? el("details", {}, el("summary", {}, `${count(others.length, "statement and other happening", "statements and other happenings")}`),
        el("ol", { class: "facts-list" }, others.map(line))) : null);
  }
}

const bounds = (fact) => (fact.low == null && fact.high == null ? null : `${fact.low ?? "…"} to ${fact.high ?? "…"}`);
const told = (side) => unique((side ?? []).map((one) => one.text)).join(", ");
const who = (side) => unique((side ?? []).map((one) => unique([one.text, countryName(one.country), sectorName(one.sector)]).join(", "))).join("; ");
