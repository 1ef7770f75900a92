// An event as one sentence in plain words: "Russia handed over more than 1,200 bodies to Ukraine".

import { NOUNS } from "./codes.js";
import { plain, unique } from "./words.js";
import { verb } from "./verbs.js";

const PREPOSITIONS = new Set(["to", "with", "for", "against", "from", "on", "at", "in", "over", "into", "between", "towards"]);
// Where the evidence does not show how the recipient is joined: what these types mostly take.
const JOINED = {
  AGREE: "with", CONSULT: "with", COOPERATE: "with", AID: "to", RETREAT: "to", CONCEDE: "to", PROTEST: "against",
  MOBILIZE: "against", SANCTION: "on",
};
const BEFORE_A_NOUN = /(?:^|[\s"“(])(?:the|a|an|this|that|these|those|no|its|their|his|her|our|any|some|several|\w+['’]s?|of|in|by|for|with|under|during|after|before)$/i;
const MOST_NAMES = 3;

/** Offsets count code points, JavaScript counts UTF-16 units. */
const slice = (text, from, to) => Array.from(text).slice(from, to).join("");

/** The trigger as the first mention has it, with what stands before: {surface, before}. */
function told(event) {
  const mention = event.mentions?.[0];
  const exact = mention?.selector?.exact;
  if (!exact || !mention.evidence) return { surface: "", before: "", exact: "" };
  const [from, to] = [mention.start - mention.evidence.start, mention.end - mention.evidence.start];
  if (from < 0) return { surface: "", before: "", exact };
  return { surface: slice(exact, from, to), before: slice(exact, 0, from).trimEnd(), exact };
}

/** Whether the trigger is a noun here; "attack" and "support" may be either. */
function isNoun(event, { surface, before }) {
  const lemma = event.trigger.toLowerCase();
  if (NOUNS.includes(lemma) || /(?:tion|ment|ism|ship|ness)s?$/.test(lemma)) return true;
  const first = surface.toLowerCase().split(" ")[0];
  const head = lemma.split(/[ _]/)[0];
  if (!first || /(?:ed|ing)$/.test(first) || (first !== head && first !== `${head}s`)) return false;
  return BEFORE_A_NOUN.test(before);
}

/** The word that joins the recipient to the deed in the evidence: "to Kiev" gives "to", "accused Kiev" gives "". */
function joiningWord(event, name, exact) {
  const at = exact.indexOf(name);
  if (at <= 0) return null;
  const words = exact.slice(0, at).trimEnd().split(/\s+/).slice(-3).reverse();
  for (const word of words) {
    const bare = word.toLowerCase();
    if (PREPOSITIONS.has(bare)) return bare;
    if (!/^(?:the|a|an|its|their|his|her)$/.test(bare)) return "";
  }
  return null;
}

function names(actors) {
  const all = unique((actors ?? []).map((actor) => actor.name));
  const shown = all.length > MOST_NAMES ? all.slice(0, MOST_NAMES - 1) : all;
  const rest = all.length - shown.length;
  return { shown, rest };
}

function side(role, actors) {
  const { shown, rest } = names(actors);
  const parts = [];
  shown.forEach((name, at) => {
    if (at) parts.push({ words: at === shown.length - 1 && !rest ? " and " : ", " });
    parts.push({ words: name, role });
  });
  if (rest) parts.push({ words: ` and ${rest} others` });
  return parts;
}

/** Quantities that no name already tells: "1,212" of "1,212 Ukrainian servicemen" is said once. */
function object(event) {
  const said = [...(event.actor ?? []), ...(event.recipient ?? [])].map((actor) => actor.name.toLowerCase()).join(" | ");
  const told = (event.quantities ?? []).filter((quantity) => {
    const of = quantity.of?.toLowerCase();
    return !said.includes(quantity.text.toLowerCase()) && !(of && said.includes(of));
  });
  const first = told.find((quantity) => quantity.of);
  return first ? [{ words: first.of.toLowerCase().startsWith(first.text.toLowerCase()) ? first.of : `${first.text} ${first.of}`, role: "many" }] : [];
}

function deed(event, forms, plural) {
  const negative = event.polarity === "negative";
  if (event.factuality === "planned") return negative ? `will not ${forms.base}` : `will ${forms.base}`;
  if (event.factuality === "possible") return negative ? `may not ${forms.base}` : `may ${forms.base}`;
  const hedge = event.factuality === "alleged" ? "allegedly " : "";
  return negative ? `${hedge}did not ${forms.base}` : `${hedge}${forms.past}`;
}

function befell(event, forms, plural) {
  const not = event.polarity === "negative" ? " not" : "";
  if (event.factuality === "planned") return `will${not} be ${forms.participle}`;
  if (event.factuality === "possible") return `may${not} be ${forms.participle}`;
  const hedge = event.factuality === "alleged" ? "allegedly " : "";
  return `${plural ? "were" : "was"}${not} ${hedge}${forms.participle}`;
}

const isPlural = (actors) => actors.length > 1 || /(?:^\d|\w[^s]s$|people|police|troops)/i.test(actors[0]?.name ?? "");
const spaced = (...groups) => groups.filter((group) => group.length).flatMap((group, at) => (at ? [{ words: " " }, ...group] : group));

/**
 * The sentence's parts; those with a role are an actor, a recipient, the deed, or how many.
 * @param {import("./records.js").Event} event
 * @returns {{words: string, role?: "actor"|"recipient"|"deed"|"many"}[]}
 */
export function sentence(event) {
  const here = told(event);
  const actor = side("actor", event.actor);
  const many = object(event);
  const sameSide = names(event.actor).shown.join() === names(event.recipient).shown.join();
  const recipient = sameSide ? [] : side("recipient", event.recipient);
  const shown = names(event.recipient).shown[0];
  const inText = shown ? joiningWord(event, shown, here.exact) : null;
  const parts = isNoun(event, here)
    ? asNoun(event, actor, recipient, many, inText)
    : asVerb(event, actor, recipient, many, inText);
  if (event.factuality === "denied") parts.unshift({ words: "Denied: " });
  parts[0] = { ...parts[0], words: parts[0].words.slice(0, 1).toUpperCase() + parts[0].words.slice(1) };
  return parts;
}

function asVerb(event, actor, recipient, many, inText) {
  const forms = verb(event.trigger || plain(event.type));
  if (!actor.length && !recipient.length && !many.length) return asNoun(event, actor, recipient, many, inText);
  if (!actor.length) {
    const suffering = recipient.length ? recipient : many;
    const words = befell(event, forms, recipient.length ? isPlural(event.recipient) : true);
    return spaced(suffering, [{ words, role: "deed" }]);
  }
  const known = inText ?? (many.length || /^(?:talk|negotiate|confer|agree|meet)$/.test(forms.base) ? JOINED[event.type] : "");
  const joining = many.length ? known || JOINED[event.type] || "to" : known;
  const [head, ...particles] = deed(event, forms, isPlural(event.actor)).split(" ");
  const words = [head, ...particles].join(" ");
  const said = words.endsWith(` ${joining}`) ? "" : joining;
  return spaced(actor, [{ words, role: "deed" }], many, recipient.length ? [...(said ? [{ words: `${said} ` }] : []), ...recipient] : []);
}

function asNoun(event, actor, recipient, many, inText) {
  const sure = { planned: "planned ", possible: "possible ", alleged: "alleged " }[event.factuality] ?? "";
  const not = event.polarity === "negative" ? "no " : "";
  const noun = [{ words: `${not}${sure}${event.trigger.replaceAll("_", " ")}`, role: "deed" }];
  const of = many.length ? [{ words: "of " }, ...many] : [];
  const joining = inText || JOINED[event.type] || (event.type === "ASSAULT" ? "on" : "towards");
  const towards = recipient.length ? [{ words: `${joining} ` }, ...recipient] : [];
  if (!actor.length) return spaced(noun, of, towards);
  return [...actor, { words: ": " }, ...spaced(noun, of, towards)];
}

/** The sentence as a string. */
export const inWords = (event) => sentence(event).map((part) => part.words).join("");
