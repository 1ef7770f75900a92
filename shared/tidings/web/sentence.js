// An event as one sentence in plain words: "Russia handed over more than 1,200 bodies to Ukraine".

import { NOUNS } from "./codes.js";
import { plain, unique } from "./words.js";
import { verb } from "./verbs.js";

const PREPOSITIONS = new Set(["to", "with", "for", "against", "from", "on", "at", "in", "over", "into", "between", "towards"]);
// Where the evidence does not show how the recipient is joined: what these types mostly take.
const JOINED = {
  AGREE: "with", CONSULT: "with", COOPERATE: "with", ASSAULT: "on", AID: "to", RETREAT: "to", CONCEDE: "to", PROTEST: "against",
  MOBILIZE: "against", SANCTION: "on",
};
const BEFORE_A_NOUN = /(?:^|[\s"“(])(?:the|a|an|this|that|these|those|no|its|their|his|her|our|any|some|several|\w+['’]s?|of|in|by|for|with|under|during|after|before)$/i;
const BEFORE_A_VERB = /(?:^|\s)(?:to|will|would|may|might|can|could|shall|should|must|do|does|did|not|i|we|you|they|who|that)$|n['’]t$/i;
const ADJECTIVES = new Set(["ready", "willing", "prepared"]);
// Where a verb's object ends in the evidence.
const ENDS = /^(?:to|with|for|against|from|on|at|in|over|into|between|towards|by|as|and|or|but|that|who|which|when|while|where|because|if|after|before|without|since|until|during|not|also|is|are|was|were|has|have|had|will|would|said|saying|monday|tuesday|wednesday|thursday|friday|saturday|sunday)$/i;
const OPENS = /^(?:the|a|an|its|their|his|her|these|those|this|that|two|three|four|five|six|seven|eight|nine|ten|some|several|more|at|about|both|all|each)\s/i;
const OBJECT_WORDS = 7;
const NEAR = 70; // characters; a number farther from the trigger is hardly what the deed was done with
const MOST_NAMES = 3;

/** Offsets count code points, JavaScript counts UTF-16 units. */
const slice = (text, from, to) => Array.from(text).slice(from, to).join("");

/** The trigger as the first mention has it, with what stands before and behind. */
function told(event) {
  const mention = event.mentions?.[0];
  const exact = mention?.selector?.exact ?? "";
  const [from, to] = mention?.evidence ? [mention.start - mention.evidence.start, mention.end - mention.evidence.start] : [-1, -1];
  if (!exact || from < 0) return { surface: "", before: "", after: "", exact };
  return { surface: slice(exact, from, to), before: slice(exact, 0, from).trimEnd(), after: slice(exact, to), exact };
}

/** Whether the trigger is a noun here; "attack" and "support" may be either. */
function isNoun(event, { surface, before, after }) {
  const lemma = event.trigger.toLowerCase();
  if (NOUNS.includes(lemma) || /\w{3}(?:tion|ment|ism|ship|ness)s?$/.test(lemma)) return true;
  const first = surface.toLowerCase().split(" ")[0];
  const head = lemma.split(/[ _]/)[0];
  if (!first || /(?:ed|ing)$/.test(first) || (first !== head && first !== `${head}s`) || BEFORE_A_VERB.test(before)) return false;
  return BEFORE_A_NOUN.test(before) || PREPOSITIONS.has(after.trim().split(/\s/)[0]);
}

/** What the evidence says right behind the verb: "rejected these claims as nonsense" gives "these claims". */
function spokenObject({ before, after }) {
  if (/(?:^|\s)(?:be|been|being|is|are|was|were|get|got)$/i.test(before)) return null; // the passive has none
  const words = [];
  for (const word of after.trim().split(/\s+/)) {
    const bare = word.replace(/["”“’']/g, "");
    if (!bare || ENDS.test(bare.replace(/[.,;:]$/, "")) || /ly$/.test(bare)) break;
    words.push(word.replace(/[.,;:!?"”]+$/, ""));
    if (/[.,;:!?—–]$/.test(word)) break;
    if (words.length > OBJECT_WORDS) return `${words.slice(0, OBJECT_WORDS).join(" ")} …`;
  }
  return words.length && !/^['‘“(]/.test(words[0]) ? words.join(" ") : null;
}

/** The word that joins the recipient to the deed in the evidence: "to Kiev" gives "to", "accused Kiev" gives "". */
function joiningWord(name, exact) {
  const at = exact.toLowerCase().indexOf(name.toLowerCase());
  if (at <= 0 || /^least\s/i.test(name)) return null;
  const words = exact.slice(0, at).trimEnd().split(/\s+/).slice(-3).reverse();
  for (const word of words) {
    const bare = word.toLowerCase();
    if (PREPOSITIONS.has(bare)) return bare;
    if (!/^(?:the|a|an|its|their|his|her)$/.test(bare)) return "";
  }
  return null;
}

/** "Moscow received bodies from Kiev": who acted stands behind "from", and who got it is the subject. */
function isFromActor(event, { before, exact }) {
  const [actor, recipient] = [event.actor?.[0]?.name, event.recipient?.[0]?.name];
  return Boolean(actor && recipient && before.includes(recipient) && joiningWord(actor, exact) === "from");
}

function names(actors) {
  const all = unique((actors ?? []).map((actor) => actor.name.replace(/^least\s/i, "at least ")));
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

/** The number to be told where accounts differ: the event's own choice, not the first account's. */
function chosenNumber(event) {
  const values = (event.values ?? []).filter((value) => value.field === "quantity" && value.quantity?.of);
  return values.length > 1 ? values.find((value) => value.headline)?.quantity : null;
}

/** Quantities that no name already tells: "1,212" of "1,212 Ukrainian servicemen" is said once. */
function counted(event, { before, after }) {
  const said = [...(event.actor ?? []), ...(event.recipient ?? [])].map((actor) => actor.name.toLowerCase()).join(" | ");
  const near = `${before.slice(-NEAR)} ${after.slice(0, NEAR)}`.toLowerCase();
  const chosen = chosenNumber(event);
  const told = (chosen ? [chosen] : (event.quantities ?? [])).find((quantity) => {
    const [text, of] = [quantity.text.toLowerCase(), quantity.of?.toLowerCase()];
    return of && !said.includes(text) && !said.includes(of) && (chosen || !after || near.includes(text));
  });
  if (!told) return [];
  return [{ words: told.of.toLowerCase().startsWith(told.text.toLowerCase()) ? told.of : `${told.text} ${told.of}`, role: "many" }];
}

function deed(event, forms) {
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
const small = (words) => (OPENS.test(words) ? words.slice(0, 1).toLowerCase() + words.slice(1) : words);
const large = (words) => words.slice(0, 1).toUpperCase() + words.slice(1);

/**
 * The sentence's parts; those with a role are an actor, a recipient, the deed, or how many.
 * @param {import("./records.js").Event} event
 * @returns {{words: string, role?: "actor"|"recipient"|"deed"|"many"}[]}
 */
export function sentence(event) {
  const here = told(event);
  const actor = side("actor", event.actor);
  const sameSide = names(event.actor).shown.join() === names(event.recipient).shown.join();
  const recipient = sameSide ? [] : side("recipient", event.recipient);
  const first = recipient.length ? names(event.recipient).shown[0] : null;
  const given = { here, actor, recipient, many: counted(event, here), joining: first ? joiningWord(first, here.exact) : null };
  const parts = shape(event, given).map((part, at) => ({ ...part, words: at ? small(part.words) : large(part.words) }));
  return event.factuality === "denied" ? [{ words: "Denied: " }, { ...parts[0], words: small(parts[0].words) }, ...parts.slice(1)] : parts;
}

function shape(event, given) {
  const { here, actor, recipient, many } = given;
  const forms = verb(event.trigger || plain(event.type));
  if (!actor.length && !recipient.length && !many.length) return alone(event, here);
  if (isNoun(event, here)) return asNoun(event, given);
  if (isFromActor(event, here)) {
    return spaced(recipient, [{ words: deed(event, forms), role: "deed" }], many, [{ words: "from " }, ...actor]);
  }
  return actor.length ? active(event, forms, given) : passive(event, forms, given);
}

function active(event, forms, { here, actor, recipient, many, joining }) {
  if (ADJECTIVES.has(forms.base)) {
    return spaced(actor, [{ words: `${isPlural(event.actor) ? "were" : "was"}${event.polarity === "negative" ? " not" : ""} ${forms.base}`, role: "deed" }]);
  }
  const direct = joining === "" && here.after.trimStart().slice(0, 60).includes(names(event.recipient).shown[0]);
  const heard = direct ? null : spokenObject(here);
  const isNumber = heard && many.length && chosenNumber(event) && event.quantities.some((quantity) => heard.includes(quantity.text));
  const spoken = isNumber ? null : heard;
  const object = spoken ? [{ words: spoken, role: "many" }] : many;
  const words = deed(event, forms);
  if (!recipient.length || spoken?.includes(names(event.recipient).shown[0])) return spaced(actor, [{ words, role: "deed" }], object);
  const alike = /^(?:talk|negotiate|confer|agree|meet)$/.test(forms.base);
  let link = joining;
  if (joining === null) link = object.length || alike ? (JOINED[event.type] ?? "") : "";
  if (object.length && !link) link = JOINED[event.type] ?? "to";
  return spaced(actor, [{ words, role: "deed" }], object, [...(link && !words.endsWith(` ${link}`) ? [{ words: `${link} ` }] : []), ...recipient]);
}

function passive(event, forms, { recipient, many, joining }) {
  const link = joining || (JOINED[event.type] === "to" ? "to" : "");
  if (recipient.length && !many.length && link) return [{ words: `${forms.participle} `, role: "deed" }, { words: `${link} ` }, ...recipient];
  const suffering = many.length ? many : recipient;
  const words = befell(event, forms, many.length || isPlural(event.recipient));
  const towards = many.length && recipient.length ? [{ words: `${link || "to"} ` }, ...recipient] : [];
  return spaced(suffering, [{ words, role: "deed" }], towards);
}

function asNoun(event, { here, actor, recipient, many, joining }) {
  const sure = { planned: "planned ", possible: "possible ", alleged: "alleged " }[event.factuality] ?? "";
  const not = event.polarity === "negative" ? "no " : "";
  const spoken = /^\s+of\s/.test(here.after) ? spokenObject({ before: "", after: here.after.replace(/^\s+of\s/, "") }) : null;
  const noun = [{ words: `${not}${sure}${(here.surface || event.trigger).toLowerCase().replaceAll("_", " ")}`, role: "deed" }];
  const object = spoken && !actor.some((part) => part.role && spoken.includes(part.words)) ? [{ words: spoken, role: "many" }] : many;
  const of = object.length ? [{ words: "of " }, ...object] : [];
  const link = joining || JOINED[event.type] || "towards";
  const towards = recipient.length && !spoken?.includes(recipient[0].words) ? [{ words: `${link} ` }, ...recipient] : [];
  if (!actor.length) return spaced(noun, of, towards);
  return [...actor, { words: ": " }, ...spaced(noun, of, towards)];
}

/** Nobody is named: the kind and the word that tells of it. */
function alone(event, { surface, after }) {
  const kindOf = event.mode ? `${plain(event.type)}, ${plain(event.mode)}` : plain(event.type);
  const of = /^\s+of\s/.test(after) ? spokenObject({ before: "", after: after.replace(/^\s+of\s/, "") }) : null;
  return [{ words: `${large(kindOf)}: ` }, { words: `“${surface || event.trigger}${of ? ` of ${of}` : ""}”`, role: "deed" }];
}

/** The sentence as a string. */
export const inWords = (event) => sentence(event).map((part) => part.words).join("");
