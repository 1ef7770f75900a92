// Keys for readers who keep their hands there. Single letters can be switched off (WCAG 2.1.4).

const KEY = "tidings-shortcuts";

function allowed() {
  try {
    return localStorage.getItem(KEY) !== "off";
  } catch {
    return true;
  }
}

/**
 * @param {{search: () => void, leave: () => void}} does
 */
export function shortcuts({ search, leave }) {
  const help = document.getElementById("help");
  const letters = document.getElementById("letters");
  letters.checked = allowed();
  letters.addEventListener("change", () => {
    try {
      localStorage.setItem(KEY, letters.checked ? "on" : "off");
    } catch {
      // holds as long as the page
    }
  });
  document.getElementById("keys").addEventListener("click", () => help.showModal());

  const steps = { j: 1, k: -1 };
  document.addEventListener("keydown", (pressed) => {
    if (pressed.ctrlKey || pressed.metaKey || pressed.altKey || pressed.defaultPrevented || help.open) return;
    if (pressed.key === "Escape") return pressed.target.matches("input, select, textarea") ? pressed.target.blur() : leave();
    if (pressed.target.matches("input:not([type=checkbox]), select, textarea") || !letters.checked) return undefined;
    if (pressed.key === "/") {
      pressed.preventDefault();
      search();
    } else if (pressed.key === "?") {
      help.showModal();
    } else if (steps[pressed.key]) {
      step(steps[pressed.key]);
    }
    return undefined;
  });
}

/** To the next card, mention or fact, whatever the view has. */
function step(by) {
  const stops = [...document.querySelectorAll("main .card h3 a, main .text a.fact, main .mentions .read")];
  if (!stops.length) return;
  const at = stops.indexOf(document.activeElement);
  const next = at < 0 ? (by > 0 ? 0 : stops.length - 1) : Math.min(Math.max(at + by, 0), stops.length - 1);
  stops[next].focus({ preventScroll: true });
  stops[next].scrollIntoView({ block: "center" });
}
