// A text cut into segments so that every segment lies under the same facts: overlapping spans, drawn without nesting.

/**
 * @typedef {{layer: string, id: string, part: string, start: number, end: number}} Mark   offsets in code points
 * @typedef {{start: number, end: number, marks: Mark[]}} Segment
 */

export const LAYERS = [
  { name: "entities", words: "Names" },
  { name: "timexes", words: "Times" },
  { name: "quantities", words: "Numbers" },
  { name: "attributions", words: "Who says so" },
  { name: "events", words: "Events" },
];

/** The stretches that an extraction marks. @returns {Mark[]} */
export function marks(extraction) {
  const made = [];
  const add = (layer, id, part, span) => {
    if (span && span.end > span.start) made.push({ layer, id, part, start: span.start, end: span.end });
  };
  for (const layer of ["entities", "timexes", "quantities"]) {
    for (const fact of extraction[layer] ?? []) add(layer, fact.id, "whole", fact);
  }
  for (const fact of extraction.attributions ?? []) {
    add("attributions", fact.id, "source", fact.source);
    add("attributions", fact.id, "cue", fact.cue);
    add("attributions", fact.id, "content", fact.content);
  }
  for (const fact of extraction.events ?? []) {
    add("events", fact.id, "trigger", fact.trigger);
    add("events", fact.id, "evidence", fact.evidence);
    for (const role of ["actor", "recipient"]) for (const span of fact[role] ?? []) add("events", fact.id, role, span);
    if (fact.place) add("events", fact.id, "place", fact.place);
  }
  return made;
}

/**
 * Cut `length` code points at every mark's edge and at `cuts`.
 * @param {Mark[]} all
 * @returns {Segment[]} the whole text, in order
 */
export function segments(length, all, cuts = []) {
  const inside = all.filter((mark) => mark.start < length);
  const edges = new Set([0, length, ...cuts.filter((cut) => cut > 0 && cut < length)]);
  const starting = new Map();
  const ending = new Map();
  for (const mark of inside) {
    const end = Math.min(mark.end, length);
    edges.add(mark.start).add(end);
    starting.set(mark.start, [...(starting.get(mark.start) ?? []), mark]);
    ending.set(end, [...(ending.get(end) ?? []), mark]);
  }
  const sorted = [...edges].sort((a, b) => a - b);
  const open = new Set();
  const made = [];
  for (let at = 0; at + 1 < sorted.length; at += 1) {
    for (const mark of ending.get(sorted[at]) ?? []) open.delete(mark);
    for (const mark of starting.get(sorted[at]) ?? []) open.add(mark);
    made.push({ start: sorted[at], end: sorted[at + 1], marks: [...open] });
  }
  return made;
}
