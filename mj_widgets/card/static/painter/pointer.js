/** Mouse, pen and finger. */

import { isRound } from "./tools.js";

/** @typedef {import("./hand.js").Hand} Hand */

/**
 * Where a pointer is in the picture. A brush may go on beyond the edge; a rectangle or a lasso runs
 * along it.
 * @param {HTMLCanvasElement} guide @param {Hand} hand @param {PointerEvent} event
 */
function point(guide, hand, event) {
  const { left, top, width, height } = guide.getBoundingClientRect();
  const at = {
    x: ((event.clientX - left) / width) * hand.drawing.width,
    y: ((event.clientY - top) / height) * hand.drawing.height,
  };
  return hand.shape && !isRound(hand.shape.tool) ? hand.inside(at) : at;
}

/** @param {HTMLCanvasElement} guide @param {Hand} hand */
export function listenToPointers(guide, hand) {
  const onDown = (/** @type {PointerEvent} */ event) => {
    const eraser = event.button === 5; // the other end of a pen
    const isTaken = hand.shape && hand.shape.by !== "keys";
    if ((event.button !== 0 && !eraser) || isTaken) return;
    event.preventDefault();
    guide.focus({ preventScroll: true });
    guide.setPointerCapture(event.pointerId);
    hand.keys = false;
    hand.start(event.pointerId, point(guide, hand, event), eraser ? "eraser" : hand.tool);
  };
  const onMove = (/** @type {PointerEvent} */ event) => {
    if (event.pointerType !== "touch") hand.hover = point(guide, hand, event);
    if (hand.shape?.by === event.pointerId) {
      const between = event.getCoalescedEvents?.() ?? [];
      for (const one of between.length ? between : [event]) hand.extend(point(guide, hand, one));
    }
    if (hand.hover) hand.keys &&= hand.shape?.by === "keys";
    hand.paintSoon();
  };
  const onUp = (/** @type {PointerEvent} */ event) => {
    if (hand.shape?.by !== event.pointerId) return;
    Object.assign(hand.cursor, hand.inside(point(guide, hand, event)));
    hand.finish();
  };
  const onCancel = (/** @type {PointerEvent} */ event) => {
    if (hand.shape?.by === event.pointerId) hand.cancel();
  };
  const onOut = () => {
    hand.hover = null;
    hand.paintSoon();
  };
  const onMenu = (/** @type {Event} */ event) => {
    if (!hand.shape) return; // a long press is painting
    event.preventDefault();
    event.stopPropagation();
  };
  guide.addEventListener("pointerdown", onDown);
  guide.addEventListener("pointermove", onMove);
  guide.addEventListener("pointerup", onUp);
  guide.addEventListener("pointercancel", onCancel);
  guide.addEventListener("lostpointercapture", onUp);
  guide.addEventListener("pointerleave", onOut);
  guide.addEventListener("contextmenu", onMenu);
}
