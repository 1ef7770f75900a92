// Bounding boxes, as the API takes them: "west,south,east,north" in degrees.

import { project, unproject } from "./projection.js";

/** @typedef {{west: number, south: number, east: number, north: number}} Box  in degrees; west > east crosses 180° */
/** @typedef {{x: number, y: number, w: number, h: number}} View  in the drawing's units, y down */

const STEP = 10; // a tenth of a degree is as fine as a map of the world is pointed at
const BENDS = 12;

/** @param {string} text @returns {Box|null} null if it is no box */
export function boxOf(text) {
  const parts = text.split(",").map(Number);
  if (parts.length !== 4 || text.split(",").some((part) => !part.trim()) || !parts.every(Number.isFinite)) return null;
  const [west, south, east, north] = parts;
  return { west, south, east, north };
}

const degrees = (value, [positive, negative]) => `${Math.abs(value)}°${value ? ` ${value > 0 ? positive : negative}` : ""}`;

/** "5° S to 5° N, 85° W to 75° W"; what is no box stays as it is. @param {string} text */
export function boxInWords(text) {
  const box = boxOf(text);
  if (!box) return text;
  const [latitude, longitude] = [["N", "S"], ["E", "W"]];
  return `${degrees(box.south, latitude)} to ${degrees(box.north, latitude)}, ${degrees(box.west, longitude)} to ${degrees(box.east, longitude)}`;
}

/**
 * The least box that holds all that a view shows. Parallels are level; a degree along them is shorter away from the equator.
 * @param {View} view @param {number} width of the whole world in the drawing's units
 * @returns {string}
 */
export function boxIn({ x, y, w, h }, width) {
  const corners = levels(y, y + h).flatMap((level) => [unproject(x, level, width), unproject(x + w, level, width)]);
  const [longitudes, latitudes] = [corners.map(([longitude]) => longitude), corners.map(([, latitude]) => latitude)];
  const [down, up] = [(value) => Math.floor(value * STEP) / STEP, (value) => Math.ceil(value * STEP) / STEP];
  const within = (value, most) => Math.min(most, Math.max(-most, value));
  return [
    within(down(Math.min(...longitudes)), 180), within(down(Math.min(...latitudes)), 90),
    within(up(Math.max(...longitudes)), 180), within(up(Math.max(...latitudes)), 90),
  ].join(",");
}

/** The part of the drawing that a box lies in. @param {Box} box @returns {View} */
export function viewOf({ west, south, east, north }, width) {
  const [from, to] = west <= east ? [west, east] : [-180, 180];
  const xs = levels(south, north).flatMap((latitude) => [project(from, latitude, width)[0], project(to, latitude, width)[0]]);
  const [top, bottom] = [project(0, north, width)[1], project(0, south, width)[1]];
  return { x: Math.min(...xs), y: top, w: Math.max(...xs) - Math.min(...xs), h: bottom - top };
}

/** A box's edges as a path: the upright ones are bent. @param {Box} box */
export function outlineOf({ west, south, east, north }, width) {
  const upright = (longitude) => Array.from({ length: BENDS + 1 }, (_, at) => project(longitude, south + ((north - south) * at) / BENDS, width));
  const parts = west <= east ? [[west, east]] : [[west, 180], [-180, east]];
  return parts.map(([from, to]) => `M${[...upright(from), ...upright(to).reverse()].map((point) => point.map(Math.round).join(" ")).join("L")}Z`).join("");
}

/** Both edges, and the equator if it lies between: there and at the edges a box is widest or narrowest. */
const levels = (one, other) => [one, other, ...(one * other < 0 ? [0] : [])];
