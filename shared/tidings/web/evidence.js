// A mention's words, marked in their sentence.

import { el, foreign } from "./dom.js";

/** The evidence with the trigger in bold. @param {import("./records.js").Mention} mention */
export function marked(mention) {
  const points = Array.from(mention.selector.exact); // offsets count code points
  const [from, to] = [mention.start - mention.evidence.start, mention.end - mention.evidence.start];
  if (from < 0 || to > points.length || from >= to) return el("mark", {}, mention.selector.exact);
  const piece = (...range) => points.slice(...range).join("");
  return el("mark", {}, piece(0, from), el("b", {}, piece(from, to)), piece(to));
}

/** The evidence between the words around it, as far as its paragraph goes. @param {import("./records.js").Mention} mention */
export function quotation(mention) {
  const before = (mention.selector.prefix ?? "").split("\n").at(-1);
  const after = (mention.selector.suffix ?? "").split("\n")[0];
  const cut = { before: before === mention.selector.prefix, after: after === mention.selector.suffix };
  const lead = cut.before ? before.replace(/^\S*\s/, "… ") : before; // a selector cuts words in two
  const rest = cut.after ? after.replace(/\s\S*$/, " …") : after;
  return el("blockquote", {}, el("bdi", {}, lead, marked(mention), rest));
}

const HOW = { direct: "word for word", indirect: "in the outlet's words", mixed: "partly word for word" };

/** @param {import("./records.js").Mention} mention */
export function sources(mention) {
  const told = mention.attributions ?? [];
  if (!told.length) return el("p", { class: "says" }, "Who says so: the outlet itself");
  return el("div", { class: "says" }, el("p", {}, "Who says so:"), el("ul", {}, told.map((one) =>
    el("li", {}, el("b", {}, foreign(one.source, 160) ?? "someone not named"), one.cue ? [" (", foreign(one.cue, 40), ") "] : " ",
      el("span", { class: "faint" }, HOW[one.quote])))));
}
