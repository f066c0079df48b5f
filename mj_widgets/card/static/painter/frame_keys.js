/** The frame by keys: an edge goes where the arrow points. */

import { ARROWS } from "./arrow_keys.js";

/**
 * How many steps outward a key takes an edge. Across its way, up and right are more, as of any
 * slider.
 * @param {string} key @param {number} edge
 */
function outward(key, edge) {
  if (key === "PageUp" || key === "PageDown") return key === "PageUp" ? 10 : -10;
  const arrow = ARROWS.get(key);
  if (!arrow) return 0;
  const along = arrow[edge % 2] * (edge < 2 ? -1 : 1);
  return along || (edge % 2 ? arrow[0] : -arrow[1]);
}

/**
 * @param {HTMLElement} handle @param {number} edge @param {import("./frame.js").Frame} frame
 * @param {() => void} settle
 */
export function listenToFrameKeys(handle, edge, frame, settle) {
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const [least, most] = frame.limits(edge);
    const { width, height } = frame.drawing;
    const step = Math.max(1, 8 * Math.round(Math.max(width, height) / 512));
    const steps = outward(event.key, edge) * (event.shiftKey ? 5 : 1);
    let to = frame.pad[edge] + steps * step;
    if (event.key === "Home") to = least;
    else if (event.key === "End") to = most;
    else if (!steps) return;
    event.preventDefault();
    frame.pull(frame.pad.with(edge, to));
  };
  // What was pulled by one press of a key, held or not, is one step.
  handle.addEventListener("keydown", onKey);
  handle.addEventListener("keyup", settle);
  handle.addEventListener("blur", settle);
}
