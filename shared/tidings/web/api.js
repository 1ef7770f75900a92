// Asking the API, with the reader's key where the server wants one, and saying in plain words what went wrong.

import { el } from "./dom.js";

const KEY = "tidings-api-key";
const KEPT_MS = 60_000; // an answer asked for again within a minute is the one that is there
const KEPT_MOST = 60;

const keyForm = document.getElementById("key");
const keyWhy = document.getElementById("key-why");

export class Failure extends Error {
  constructor(message, status = 0) {
    super(message);
    this.status = status;
  }
}

let apiKey = null;
try {
  apiKey = sessionStorage.getItem(KEY);
} catch {
  // storage is switched off: the key then lives as long as the page
}

/** @type {Map<string, {at: number, answer: Promise<unknown>}>} */
const kept = new Map();

/** The address of a question; lists become repeated parameters, empty values are left out. */
export function target(path, parameters = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one != null && one !== "") query.append(name, String(one));
  }
  return query.size ? `${path}?${query}` : path;
}

/** @returns {Promise<any>} the answer's JSON */
export function ask(path, parameters = {}) {
  const url = target(path, parameters);
  const before = kept.get(url);
  if (before && Date.now() - before.at < KEPT_MS) return before.answer;
  const answer = answerOf(url).then((got) => got.json());
  kept.delete(url);
  kept.set(url, { at: Date.now(), answer });
  if (kept.size > KEPT_MOST) kept.delete(kept.keys().next().value);
  answer.catch(() => kept.get(url)?.answer === answer && kept.delete(url));
  return answer;
}

/** Whether a key is in use, which the browser does not send where it follows a link. */
export const hasKey = () => Boolean(apiKey);

/** The answer as a file for the reader to keep. */
export async function file(path, parameters) {
  return (await answerOf(target(path, parameters))).blob();
}

async function answerOf(url) {
  let answer;
  try {
    answer = await fetch(url, { headers: apiKey ? { "x-api-key": apiKey } : {} });
  } catch {
    throw new Failure("The server does not answer. Check the connection and try again.");
  }
  if (answer.ok) return answer;
  if (answer.status === 403) {
    keyWhy.textContent = apiKey ? "The server refused this API key." : "This server wants an API key.";
    keyForm.hidden = false;
    throw new Failure("Nothing can be shown without an API key.", 403);
  }
  const problem = await answer.json().catch(() => ({}));
  if (answer.status === 429) throw new Failure("Too many requests for now. Wait a minute and try again.", 429);
  if (answer.status < 500 && problem.detail) {
    throw new Failure(`The server cannot answer this: ${problem.detail}.`, answer.status);
  }
  throw new Failure(`Something went wrong on the server (status ${answer.status}). Try again in a while.`, answer.status);
}

export function onKey(go) {
  keyForm.addEventListener("submit", (submitted) => {
    submitted.preventDefault();
    apiKey = keyForm.elements.key.value.trim();
    try {
      sessionStorage.setItem(KEY, apiKey);
    } catch {
      // see above
    }
    keyForm.reset();
    keyForm.hidden = true;
    kept.clear();
    go();
  });
}

/**
 * What went wrong, with a way to try again. Anything but a Failure is a fault of the page and goes on up.
 * @param {string} [title] the view's heading, where there is nothing else to show
 */
export function failed(error, again, title) {
  if (!(error instanceof Failure)) throw error;
  const button = el("button", { type: "button" }, "Try again");
  button.addEventListener("click", again);
  return el("div", { class: "failure", role: "alert" }, title ? el("h1", { tabindex: "-1" }, title) : null, el("p", {}, error.message), button);
}
