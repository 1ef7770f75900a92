// Asking the API, with the reader's key where the server wants one, and saying in plain words what went wrong.

import { el } from "./words.js";

const KEY = "tidings-api-key";

const keyForm = document.getElementById("key");
const keyWhy = document.getElementById("key-why");

export class Failure extends Error {}

let apiKey = null;
try {
  apiKey = sessionStorage.getItem(KEY);
} catch {
  // storage is switched off: the key then lives as long as the page
}

export async function ask(path, parameters = {}) {
  const query = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value));
  const target = query.size ? `${path}?${query}` : path;
  let answer;
  try {
    answer = await fetch(target, { headers: apiKey ? { "x-api-key": apiKey } : {} });
  } catch {
    throw new Failure("The server does not answer. Check the connection and try again.");
  }
  if (answer.ok) return answer.json();
  if (answer.status === 403) {
    keyWhy.textContent = apiKey ? "The server refused this API key." : "This server wants an API key.";
    keyForm.hidden = false;
    throw new Failure("Nothing can be shown without an API key.");
  }
  const problem = await answer.json().catch(() => ({}));
  if (answer.status === 429) throw new Failure("Too many requests for now. Wait a minute and try again.");
  if (answer.status < 500 && problem.detail) throw new Failure(`The server cannot answer this: ${problem.detail}.`);
  throw new Failure(`Something went wrong on the server (status ${answer.status}). Try again in a while.`);
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
    go();
  });
}

export function failed(error, again) {
  if (!(error instanceof Failure)) throw error;
  const button = el("button", { type: "button" }, "Try again");
  button.addEventListener("click", again);
  return el("div", { class: "failure", role: "alert" }, el("p", {}, error.message), button);
}
