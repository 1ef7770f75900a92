// What a pointer rests on in a drawing, in words: one title that goes along, where each of a thousand parts would have its own.

import { svg } from "./dom.js";

/**
 * @param {SVGElement} picture
 * @param {(one: SVGElement) => string|null} words of the part that is pointed at
 */
export function tips(picture, words) {
  const title = svg("title", {});
  picture.addEventListener("pointerover", ({ target: one }) => {
    const told = one === picture ? null : words(one);
    if (!told) return title.remove();
    title.textContent = told;
    return one.append(title);
  });
  picture.addEventListener("pointerleave", () => title.remove());
}
