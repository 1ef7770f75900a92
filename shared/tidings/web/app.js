// The page: the address names a view, the view fills the main part.

import { onKey } from "./api.js";
import { eventsView, forget } from "./events_view.js";
import { asked, route } from "./router.js";
import { shortcuts } from "./shortcuts.js";

const main = document.getElementById("main");
let lastList = "./"; // where "back to the events" leads
let listTop = 0;
let lastEvent = null; // whose card has the focus when the reader comes back

// The start comes with the page; the other views are loaded when they are asked for.
const VIEWS = {
  events: async () => eventsView,
  event: async () => (await import("./event_view.js")).eventView,
  article: async () => (await import("./article_view.js")).articleView,
  actors: async () => (await import("./actors_view.js")).actorsView,
  actor: async () => (await import("./actor_view.js")).actorView,
  feeds: async () => (await import("./feeds_view.js")).feedsView,
  watches: async () => (await import("./watches_view.js")).watchesView,
};
const SECTIONS = { events: "events", event: "events", article: "events", actors: "actors", actor: "actors", feeds: "feeds", watches: "watches" };

const load = async (name) => {
  const view = await (VIEWS[name] ?? VIEWS.events)();
  return (place, parameters, signal) => view(place, parameters, signal, go);
};

const { go, render } = route(main, load, (name) => {
  document.body.dataset.view = VIEWS[name] ? name : "events";
  for (const link of document.querySelectorAll("[data-section]")) {
    if (link.dataset.section === (SECTIONS[name] ?? "events")) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (name === "events") {
    lastList = location.search || "./";
    if (lastEvent) main.querySelector(`a[data-event="${CSS.escape(lastEvent)}"]`)?.focus({ preventScroll: true });
    lastEvent = null;
  } else if (name === "event") {
    lastEvent = asked().get("id");
  }
});

const leave = () => {
  if ((asked().get("view") ?? "events") !== "events") go(lastList, { quiet: true, top: listTop });
};
addEventListener("scrollend", () => {
  if (document.body.dataset.view === "events") listTop = scrollY;
});

shortcuts({
  search() {
    const box = document.getElementById("search");
    if (box) return box.focus();
    go(lastList, { quiet: true, top: 0 }); // the search gets the focus, not the heading
    return setTimeout(() => document.getElementById("search")?.focus(), 50);
  },
  leave,
});
main.addEventListener("click", (clicked) => {
  const back = clicked.target.closest("[data-back]");
  if (!back || clicked.ctrlKey || clicked.metaKey || clicked.shiftKey) return;
  clicked.preventDefault();
  leave();
});
onKey(() => {
  forget();
  render();
});
render();
