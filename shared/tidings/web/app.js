// The page: the address bar holds the filters and the chosen event, the list and the event follow it.

import { ask, failed, onKey } from "./api.js";
import { whole } from "./event.js";
import { chips, count, el, headline, howMany, plain, unique, when, where, whoSays } from "./words.js";

const FILTERS = ["text", "actor", "type", "since", "until"];
const PAGE = 25;
const REQUESTS_AT_ONCE = 6; // a page may be short, even empty, while its cursor goes on

const filters = document.getElementById("filters");
const list = document.getElementById("list");
const status = document.getElementById("status");
const more = document.getElementById("more");
const detail = document.getElementById("detail");
const actors = document.getElementById("actors");

let cursor = null;
let listed = null; // the filters of the list that is shown
let listTurn = 0;
let detailTurn = 0;
const seenActors = new Set();

// ---------------------------------------------------------------- the address bar holds the state

function asked() {
  const parameters = new URLSearchParams(location.search);
  return Object.fromEntries(FILTERS.map((name) => [name, parameters.get(name)?.trim()]).filter(([, value]) => value));
}

const chosen = () => new URLSearchParams(location.search).get("event");

function go(changes) {
  const target = new URL(location.href);
  for (const [name, value] of Object.entries(changes)) {
    if (value) target.searchParams.set(name, value);
    else target.searchParams.delete(name);
  }
  if (target.href !== location.href) history.pushState(null, "", target);
}

function fillForm() {
  const wanted = asked();
  for (const name of FILTERS) filters.elements[name].value = wanted[name] ?? "";
  const type = wanted.type?.toUpperCase();
  if (type) {
    if (![...filters.elements.type.options].some((option) => option.value === type)) {
      filters.elements.type.append(new Option(type, type));
    }
    filters.elements.type.value = type;
  }
}

// ---------------------------------------------------------------- the list

function card(event) {
  const target = new URL(location.href);
  target.searchParams.set("event", event.event_id);
  const title = el("a", { href: target.search, "data-event": event.event_id }, headline(event));
  const facts = unique([when(event), where(event), howMany(event)]);
  const outlets = event.outlets?.join(", ") || "outlet not known";
  const times = event.mention_count;
  return el(
    "li",
    { "data-card": event.event_id },
    el("p", { class: "chips" }, chips(event)),
    el("h2", {}, title),
    el("p", {}, el("em", {}, event.trigger), facts.flatMap((fact) => [" · ", fact])),
    el("p", { class: "quote" }, event.mentions[0]?.selector.exact),
    el("p", { class: "faint" }, el("b", {}, "Says: "), whoSays(event.attributions) ?? "the outlet itself"),
    el("p", { class: "faint" }, el("b", {}, "In: "), outlets, times > 1 ? ` (told ${times} times)` : ""),
  );
}

function rememberActors(event) {
  for (const actor of event.actor ?? []) {
    if (!actor.country || seenActors.has(actor.country)) continue;
    seenActors.add(actor.country);
    actors.append(el("option", { value: actor.country, label: actor.name }));
  }
}

async function loadList({ fresh }) {
  const turn = ++listTurn;
  const wanted = asked();
  const found = [];
  let next = fresh ? null : cursor;
  list.setAttribute("aria-busy", "true");
  more.disabled = true;
  if (fresh) {
    listed = null;
    status.textContent = "Looking for events …";
  }
  try {
    for (let requests = 0; requests < REQUESTS_AT_ONCE && found.length < PAGE; requests += 1) {
      const page = await ask("v1/events", { ...wanted, limit: String(PAGE - found.length), cursor: next });
      if (turn !== listTurn) return;
      found.push(...page.events);
      next = page.cursor;
      if (!next) break;
    }
  } catch (error) {
    if (turn !== listTurn) return;
    if (fresh) list.replaceChildren();
    more.hidden = true;
    status.replaceChildren(failed(error, () => loadList({ fresh })));
    return;
  } finally {
    if (turn === listTurn) list.setAttribute("aria-busy", "false");
  }
  cursor = next;
  listed = JSON.stringify(wanted);
  const cards = found.map(card);
  found.forEach(rememberActors);
  if (fresh) list.replaceChildren(...cards);
  else list.append(...cards);
  more.hidden = !cursor;
  more.disabled = false;
  status.textContent = summary(list.children.length, wanted);
  markChosen();
  if (!fresh) cards[0]?.querySelector("a").focus();
}

function summary(shown, wanted) {
  if (shown) return `${count(shown, "event")}, newest first${cursor ? "; there are older ones" : ""}.`;
  if (cursor) return "Nothing found among the newest events. Older ones have not been looked through.";
  if (wanted.since && wanted.until && wanted.since > wanted.until) return "No events: the first day is after the last one.";
  if (Object.keys(wanted).length) return "No events match. Take a filter away, or use other words.";
  return "There are no events yet. They appear here once a feed has been read (tidings feeds add URL, then tidings run).";
}

function markChosen() {
  for (const one of list.querySelectorAll("a[data-event]")) {
    if (one.dataset.event === chosen()) one.setAttribute("aria-current", "true");
    else one.removeAttribute("aria-current");
  }
}

// ---------------------------------------------------------------- the chosen event

function backButton() {
  const button = el("button", { type: "button", class: "back quiet" }, "← All events");
  button.addEventListener("click", () => {
    const former = chosen();
    go({ event: null });
    loadDetail();
    list.querySelector(`a[data-event="${CSS.escape(former ?? "")}"]`)?.focus();
  });
  return button;
}

async function loadDetail({ focus = false } = {}) {
  const turn = ++detailTurn;
  const id = chosen();
  document.body.classList.toggle("chosen", Boolean(id));
  detail.hidden = !id;
  markChosen();
  if (!id) {
    detail.replaceChildren();
    document.title = "Tidings";
    return;
  }
  detail.replaceChildren(backButton(), el("p", { class: "faint" }, "Loading …"));
  let content;
  try {
    const event = await ask(`v1/events/${encodeURIComponent(id)}`);
    if (turn !== detailTurn) return;
    content = whole(event);
    const names = (event.actor ?? []).map((actor) => actor.name).join(", ");
    document.title = `${plain(event.type)}${names ? `: ${names}` : ""} - Tidings`;
  } catch (error) {
    if (turn !== detailTurn) return;
    content = [failed(error, () => loadDetail({ focus }))];
  }
  detail.replaceChildren(backButton(), ...content);
  detail.scrollTop = 0;
  if (focus) detail.querySelector("h2")?.focus();
}

// ---------------------------------------------------------------- the reader's doing

function render() {
  fillForm();
  if (listed !== JSON.stringify(asked())) loadList({ fresh: true });
  loadDetail();
}

function applyFilters() {
  const values = Object.fromEntries(FILTERS.map((name) => [name, filters.elements[name].value.trim()]));
  if (FILTERS.every((name) => (values[name] || undefined) === asked()[name])) return;
  go({ ...values, event: null });
  render();
}

filters.addEventListener("submit", (submitted) => {
  submitted.preventDefault();
  applyFilters();
});
filters.addEventListener("change", applyFilters);
filters.addEventListener("reset", () => setTimeout(applyFilters));
more.addEventListener("click", () => loadList({ fresh: false }));
list.addEventListener("click", (clicked) => {
  const one = clicked.target.closest("a[data-event]");
  if (!one || clicked.ctrlKey || clicked.metaKey || clicked.shiftKey) return;
  clicked.preventDefault();
  go({ event: one.dataset.event });
  loadDetail({ focus: true });
});
window.addEventListener("popstate", render);
onKey(render);
render();
