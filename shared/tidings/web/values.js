// The values of an event on which accounts may differ.

import { atLeast, count, days, howMany, number, outletsOf, plain, typeName, where } from "./words.js";

/** @typedef {import("./records.js").SupportedValue} SupportedValue */

export const FIELDS = {
  quantity: "How many", time: "When", place: "Where", actor: "Who did it", recipient: "To whom", factuality: "How sure",
  polarity: "Whether it happened", type: "What happened",
};

/** A value in plain words. @param {SupportedValue} value */
export function valueInWords(value) {
  if (value.quantity) return howMany(value.quantity);
  if (value.field === "quantity") {
    return value.value.replace(/^(exact|range|plural) /, "").replace(/^approx /, "about ").replaceAll("_", " ");
  }
  if (value.time?.first) return days(value.time.first, value.time.last);
  if (value.field === "time" && /^\d{4}-\d\d-\d\d/.test(value.value)) return days(...value.value.split("/"));
  if (value.place) return where(value.place) ?? value.value;
  if (value.field === "type") return value.value.split(" ").map((word, at) => (at ? plain(word) : typeName(word))).join(" · ");
  if (value.field === "polarity") return value.value === "negative" ? "it did not" : "it did";
  return value.value;
}

/** What a number counts, so that officials are not held against companies. */
function counted(value) {
  if (value.field !== "quantity") return "";
  const of = value.quantity?.of ?? "";
  return `${value.quantity?.unit ?? ""} ${of.toLowerCase().split(/\s+/).at(-1)}`;
}

/**
 * Values by field and by what they count, the headline's group first; only those where accounts differ.
 * @param {import("./records.js").Event} event
 * @returns {{field: string, values: SupportedValue[]}[]}
 */
export function conflicts(event) {
  const groups = new Map();
  for (const value of event.values ?? []) {
    const key = `${value.field}|${counted(value)}`;
    groups.set(key, [...(groups.get(key) ?? []), value]);
  }
  const order = Object.keys(FIELDS);
  return [...groups.values()]
    .filter((values) => values.length > 1)
    .map((values) => ({ field: values[0].field, values: [...values].sort(bySupport) }))
    .sort((a, b) => order.indexOf(a.field) - order.indexOf(b.field));
}

const bySupport = (a, b) =>
  Number(b.headline ?? false) - Number(a.headline ?? false) ||
  outletsOf(b) - outletsOf(a) ||
  (b.mentions?.length ?? 0) - (a.mentions?.length ?? 0);

/** Numbers with their support: [["1,200", "2 outlets"], ["1,212", "1"]]; empty where accounts agree. */
export function spread(event) {
  return conflicts(event)
    .filter(({ field }) => field === "quantity")
    .map(({ values }) => values.map((value, at) => {
      const outlets = outletsOf(value);
      return [value.quantity?.text ?? valueInWords(value), atLeast(value, at ? number(outlets) : count(outlets, "outlet"))];
    }));
}

/** Who says that it is not so, where the event as a whole is told otherwise. @returns {SupportedValue|null} */
export function denial(event) {
  const denied = (event.values ?? []).find((value) => value.field === "factuality" && value.value === "denied");
  return denied && !denied.headline && event.factuality !== "denied" ? denied : null;
}
