// The shapes that the API answers with, as far as the page reads them (JSDoc only; nothing loads this file).

/** @typedef {{name: string, country?: string, sector?: string}} Actor */
/** @typedef {{text: string, first?: string, last?: string}} Time */
/** @typedef {{text: string, value?: number, low?: number, high?: number, qualifier?: string, unit?: string, of?: string}} Quantity */
/** @typedef {{text: string, name?: string, country?: string, lat?: number, lon?: number, geonameid?: number}} Place */
/** @typedef {{source?: string, cue?: string, quote: "direct"|"indirect"|"mixed", content: string}} Attribution */
/** @typedef {{exact: string, prefix?: string, suffix?: string}} Quote */
/** @typedef {{start: number, end: number}} Stretch  offsets in code points, end exclusive */

/**
 * One article's telling of an event.
 * @typedef {{mention_id: string, article_id: string, start: number, end: number, title?: string, outlet?: string, url?: string,
 *   published?: string, selector: Quote, evidence: Stretch, factuality: string, polarity: string, attributions?: Attribution[],
 *   confidence: number}} Mention
 */

/**
 * One value of a field on which accounts may differ, with who supports it.
 * @typedef {{field: string, value: string, headline?: boolean, quantity?: Quantity, time?: Time, place?: Place,
 *   outlets?: string[], outlet_count?: number, at_least?: boolean, mentions?: string[], sources?: string[], first_seen?: string, last_seen?: string}} SupportedValue
 */

/** @typedef {{a: string, b: string, score: number, features: Record<string, number>}} MergeReason */
/** @typedef {{at?: string, kind: "told"|"revised"|"withdrawn", article_id: string, outlet?: string, mention_id: string,
 *   version?: string, was?: string}} Change */

/**
 * One happening, from all its mentions.
 * @typedef {{event_id: string, type: string, mode?: string, contexts?: string[], trigger: string, actor?: Actor[],
 *   recipient?: Actor[], quantities?: Quantity[], time?: Time, place?: Place, factuality: string, polarity: string,
 *   attributions?: Attribution[], mentions: Mention[], mention_count: number, outlets?: string[],
 *   outlet_count?: number, at_least?: boolean, values?: SupportedValue[],
 *   why?: MergeReason[], history?: Change[], first_seen?: string, last_seen?: string, day: string, confidence: number,
 *   version: number}} Event
 */

/**
 * Counts of events; `cursor` counts on, null when all are counted.
 * @typedef {{events: number, types: Record<string, number>, quads: Record<string, number>, factuality: Record<string, number>,
 *   days: Record<string, number>, actors: Record<string, number>, recipients: Record<string, number>,
 *   outlets: Record<string, number>, places: PlaceCount[], cursor: string|null}} Counts
 */
/** @typedef {{name: string, country?: string, lat?: number, lon?: number, geonameid?: number, events: number}} PlaceCount */

export {};
