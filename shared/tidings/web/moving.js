// Moving a drawing by hand. A mouse drags it; on a touch screen one finger scrolls the page and two fingers move and stretch
// the drawing, as the large maps do where they stand within a page ("cooperative gestures").

const CLICK_PX = 5; // less is a click

/**
 * @param {SVGSVGElement} picture
 * @param {() => import("./boxes.js").View} view
 * @param {(next: {x: number, y: number, w: number}) => void} look
 */
export function moving(picture, view, look) {
  dragging(picture, view, look);
  stretching(picture, view, look);
}

function dragging(picture, view, look) {
  let from = null;
  let moved = false;
  picture.addEventListener("pointerdown", (pressed) => {
    moved = false;
    if (pressed.button || pressed.pointerType === "touch") return;
    from = { x: pressed.clientX, y: pressed.clientY, view: view() };
  });
  picture.addEventListener("pointermove", (now) => {
    if (!from) return;
    const [dx, dy] = [now.clientX - from.x, now.clientY - from.y];
    if (!moved && Math.hypot(dx, dy) < CLICK_PX) return;
    if (!moved) picture.setPointerCapture(now.pointerId);
    moved = true;
    const unit = from.view.w / picture.getBoundingClientRect().width;
    look({ w: from.view.w, x: from.view.x - dx * unit, y: from.view.y - dy * unit });
  });
  for (const end of ["pointerup", "pointercancel"]) picture.addEventListener(end, () => (from = null));
  picture.addEventListener("dragstart", (dragged) => dragged.preventDefault());
  picture.addEventListener("click", (clicked) => {
    if (!moved) return;
    clicked.preventDefault();
    clicked.stopPropagation();
    moved = false;
  }, true);
}

function stretching(picture, view, look) {
  let from = null;
  const grip = ([one, other]) => ({
    x: (one.clientX + other.clientX) / 2, y: (one.clientY + other.clientY) / 2,
    apart: Math.max(Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY), 1),
  });
  const touched = (touch) => {
    if (touch.touches.length !== 2) {
      from = null;
      return;
    }
    touch.preventDefault();
    const now = grip(touch.touches);
    if (touch.type === "touchstart" || !from) {
      from = { ...now, view: view() };
      return;
    }
    const at = picture.getBoundingClientRect();
    const before = from.view.w / at.width;
    const w = (from.view.w * from.apart) / now.apart;
    look({ w, x: from.view.x + (from.x - at.left) * before - ((now.x - at.left) * w) / at.width,
      y: from.view.y + (from.y - at.top) * before - ((now.y - at.top) * w) / at.width });
  };
  for (const kind of ["touchstart", "touchmove"]) picture.addEventListener(kind, touched, { passive: false });
  for (const end of ["touchend", "touchcancel"]) picture.addEventListener(end, () => (from = null));
}
