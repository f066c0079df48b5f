/** The frame around the picture in one view: it is pulled at its edges and corners, or by keys. */

import { element } from "../dom.js";
import { keepKeys } from "../host_keys.js";
import { EDGES } from "./frame.js";
import { listenToFrameKeys } from "./frame_keys.js";

/** Which edges each handle pulls. */
const CORNERS = [
  [0, 1],
  [2, 1],
  [0, 3],
  [2, 3],
];
/** Pads are pulled in steps of so many pixels. */
const NEAT = 8;

/** @param {number} edge @returns {HTMLElement} */
function makeEdge(edge) {
  const name = `Add at the ${EDGES[edge]}`;
  const made = keepKeys(element("div", "paint-edge", { tabIndex: 0, title: `${name}: pull, or arrow keys` }));
  made.dataset.edges = String(edge);
  made.setAttribute("role", "slider");
  made.setAttribute("aria-label", name);
  made.setAttribute("aria-orientation", edge % 2 ? "vertical" : "horizontal");
  return made;
}

/** @param {number[]} edges @returns {HTMLElement} */
function makeCorner(edges) {
  const made = element("div", "paint-corner", { title: "Pull to add at two sides" });
  made.dataset.edges = edges.join(" ");
  made.setAttribute("aria-hidden", "true"); // with keys there are the edges
  return made;
}

/**
 * Pull one handle with a pointer: as far as it goes on the page, as it was when it was taken.
 * @param {HTMLElement} handle @param {HTMLElement} edge what has the keys then: no corner has
 * @param {HTMLElement} outer @param {import("./frame.js").Frame} frame @param {() => void} settle
 * @returns {() => void} takes back what is pulled just then
 */
function listenToPull(handle, edge, outer, frame, settle) {
  const edges = (handle.dataset.edges ?? "").split(" ").map(Number);
  /** @type {{by: number, x: number, y: number, pad: number[], scale: number}|null} */
  let pull = null;
  const onDown = (/** @type {PointerEvent} */ event) => {
    if (event.button !== 0 || pull) return;
    event.preventDefault();
    edge.focus({ preventScroll: true });
    handle.setPointerCapture(event.pointerId);
    const scale = frame.size[0] / outer.clientWidth;
    pull = { by: event.pointerId, x: event.clientX, y: event.clientY, pad: frame.pad, scale };
    document.addEventListener("keydown", onKey, true);
  };
  const onMove = (/** @type {PointerEvent} */ event) => {
    if (pull?.by !== event.pointerId) return;
    const far = [event.clientX - pull.x, event.clientY - pull.y];
    const pad = [...pull.pad];
    for (const edge of edges) {
      const outward = (edge < 2 ? -1 : 1) * far[edge % 2] * pull.scale;
      pad[edge] = Math.max(0, Math.round((pad[edge] + outward) / NEAT) * NEAT);
    }
    frame.pull(pad);
  };
  const end = (/** @type {() => void} */ how) => (/** @type {PointerEvent} */ event) => {
    if (pull?.by !== event.pointerId) return;
    leave();
    how();
  };
  const leave = () => {
    pull = null;
    document.removeEventListener("keydown", onKey, true);
  };
  const cancel = () => {
    if (!pull) return;
    leave();
    frame.cancel();
  };
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    cancel();
  };
  handle.addEventListener("pointerdown", onDown);
  handle.addEventListener("pointermove", onMove);
  handle.addEventListener("pointerup", end(settle));
  handle.addEventListener("lostpointercapture", end(settle));
  handle.addEventListener("pointercancel", end(() => frame.cancel()));
  return cancel;
}

/**
 * Put a frame around the picture.
 * @param {HTMLElement} el the painter @param {HTMLElement} stage the picture in it
 * @param {import("./frame.js").Frame} frame @param {() => void} settle ends a step, and says it
 * @returns {{outer: HTMLElement, stop: () => void}} what stands where the picture stood
 */
export function makeFrame(el, stage, frame, settle) {
  const outer = element("div", "paint-frame");
  stage.replaceWith(outer);
  const edges = EDGES.map((_, edge) => makeEdge(edge));
  const corners = CORNERS.map(makeCorner);
  outer.append(stage, ...edges, ...corners);
  const cancels = [...edges, ...corners].map((handle) => {
    const edge = edges[Number(handle.dataset.edges?.[0])];
    return listenToPull(handle, edge, outer, frame, settle);
  });
  edges.forEach((handle, edge) => listenToFrameKeys(handle, edge, frame, settle));

  const show = () => {
    const [wide, high] = frame.size;
    const [left, top] = frame.pad;
    const { width, height } = frame.drawing;
    el.style.setProperty("--mj-paint-aspect", String(wide / high));
    const part = (/** @type {number} */ one, /** @type {number} */ whole) => `${(100 * one) / whole}%`;
    Object.assign(stage.style, { left: part(left, wide), top: part(top, high) });
    Object.assign(stage.style, { width: part(width, wide), height: part(height, high) });
    outer.dataset.open = String(frame.isOpen);
    edges.forEach((handle, edge) => {
      const [least, most] = frame.limits(edge);
      handle.setAttribute("aria-valuemin", String(least));
      handle.setAttribute("aria-valuemax", String(most));
      handle.setAttribute("aria-valuenow", String(frame.pad[edge]));
      handle.setAttribute("aria-valuetext", `${frame.pad[edge]} pixels`);
    });
  };
  frame.onChange.add(show);
  show();
  const stop = () => {
    frame.onChange.delete(show);
    for (const cancel of cancels) cancel();
  };
  return { outer, stop };
}
