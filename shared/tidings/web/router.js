// The address holds the whole view: "?actor=RUS" (events), "?view=event&id=e…". Only the query differs, so that the page
// works at "/" as under a stage's name ("/live/").

/** @typedef {(main: HTMLElement, asked: URLSearchParams, signal: AbortSignal) => Promise<void>|void} View */

export const asked = () => new URLSearchParams(location.search);

/** The address of a view; lists become repeated parameters. */
export function address(parameters) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one != null && one !== "") query.append(name, String(one));
  }
  return query.size ? `?${query}` : "./";
}

/**
 * Show views as the address changes.
 * @param {HTMLElement} main
 * @param {(name: string) => Promise<View>} load
 * @param {(name: string) => void} shown
 */
export function route(main, load, shown) {
  let turn = new AbortController();
  history.scrollRestoration = "manual";

  async function render({ top = 0, focus = false } = {}) {
    turn.abort();
    turn = new AbortController();
    const { signal } = turn;
    const name = asked().get("view") || "events";
    const show = await load(name);
    if (signal.aborted) return;
    try {
      const ready = show(main, asked(), signal);
      shown(name);
      await ready;
    } catch (error) {
      if (signal.aborted) return; // the reader is elsewhere already
      throw error;
    }
    if (signal.aborted) return;
    if (focus) main.querySelector("h1, h2")?.focus({ preventScroll: true });
    if (top !== null) scrollTo(0, top);
  }

  /** Go to an address. `quiet`: a part of the view changes (a filter), focus and place stay unless `top` says where. */
  function go(href, { quiet = false, top = null } = {}) {
    const url = new URL(href, location.href);
    if (url.href === location.href) return;
    history.replaceState({ top: scrollY }, "");
    history.pushState(null, "", url);
    render(quiet ? { top } : { top: 0, focus: true });
  }

  document.addEventListener("click", (clicked) => {
    const link = clicked.target.closest?.("a[href]");
    if (!link || clicked.defaultPrevented || clicked.button || clicked.ctrlKey || clicked.metaKey || clicked.shiftKey) return;
    const href = link.getAttribute("href");
    if (!href.startsWith("?") && href !== "./") return;
    clicked.preventDefault();
    go(href, { quiet: link.hasAttribute("data-quiet") });
  });
  addEventListener("popstate", () => render({ top: history.state?.top ?? 0 }));
  addEventListener("scrollend", () => history.replaceState({ top: scrollY }, ""));
  return { go, render };
}
