// Making elements. Whatever comes from a feed goes into the page as text nodes, never as markup.

const SVG = "http://www.w3.org/2000/svg";

/** @param {Element} made @param {Record<string, unknown>|null} attributes @param {unknown[]} children */
function finished(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, String(value));
  }
  made.append(...children.flat(Infinity).filter((child) => child != null && child !== "" && child !== false));
  return made;
}

/** @returns {HTMLElement} */
export function el(tag, attributes, ...children) {
  return finished(document.createElement(tag), attributes, children);
}

/** @returns {SVGElement} */
export function svg(tag, attributes, ...children) {
  return finished(document.createElementNS(SVG, tag), attributes, children);
}

/** Words for ears only. */
export const said = (words) => el("span", { class: "unseen" }, words);

/** Marks for eyes only. */
export const seen = (words, kind) => el("span", { class: kind, "aria-hidden": "true" }, words);

const LONGEST = 240; // code points; a name of ten thousand characters may not push all else away

/** Shorten to what a line or two can hold. */
export function clip(text, most = LONGEST) {
  if (text.length <= most) return text;
  const points = Array.from(text);
  return points.length <= most ? text : `${points.slice(0, most - 1).join("").trimEnd()}…`;
}

/** A feed's words, cut off from the direction of what stands around them (a stray right-to-left override ends here). */
export function foreign(text, most = LONGEST) {
  return text == null || text === "" ? null : el("bdi", {}, clip(String(text), most));
}

/** The same where only a string is taken: titles, labels. Unicode's direction controls are left out. */
export function bare(text, most = LONGEST) {
  return clip(String(text ?? "").replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, ""), most);
}

const nameOf = (one) => [one.closest("section")?.querySelector("h2")?.textContent, one.getAttribute("aria-label") ?? one.querySelector(".name")?.textContent ?? one.textContent].join("|");

/**
 * Before a part is drawn anew: if the focus is in it, the function returned puts it on what has the same name afterwards,
 * or else on the part's first link or button, or on the view's heading. Readers with a keyboard are not sent back to the start.
 * @param {Element} part @returns {() => void}
 */
export function holdingFocus(part) {
  const held = part.contains(document.activeElement) ? nameOf(document.activeElement) : null;
  if (held === null) return () => {};
  return () => {
    if (part.contains(document.activeElement)) return;
    const stops = [...part.querySelectorAll("a[href], button")];
    const next = stops.find((one) => nameOf(one) === held) ?? stops[0] ?? document.querySelector("main h1");
    next?.focus({ preventScroll: true });
  };
}

/** @param {Iterable<unknown>} nodes */
export function joined(nodes, between = ", ") {
  return [...nodes].filter((node) => node != null).flatMap((node, at) => (at ? [between, node] : [node]));
}

/** A link to somewhere else, if its address is one of the web's. */
export function outside(url, ...words) {
  let parsed = null;
  try {
    parsed = new URL(url);
  } catch {
    // not an address: shown as text below
  }
  if (!parsed || !["http:", "https:"].includes(parsed.protocol)) {
    return el("span", {}, ...words, url ? [" (", foreign(url), ")"] : null);
  }
  return el("a", { href: parsed.href, rel: "noopener noreferrer", target: "_blank", class: "outside" }, ...words);
}
