/** What keys do while pictures are compared. */

import { guardKeys } from "../../../card/static/caption/guard.js";

/** What each key does, as people read it. */
export const BENCH_KEYS = [
  ["S L B D", "side by side, slider, blink, difference"],
  ["← →", "another B; on the slider: move it"],
  ["PgUp PgDn", "another B, also on the slider"],
  ["1 … 9", "which is B; with Shift: which is A"],
  ["X", "swap A and B"],
  ["+ −", "nearer, less near (Ctrl+wheel, pinch)"],
  ["Z", "100 %, pixel for pixel, and back; of two also 1"],
  ["0", "all of it"],
  ["Shift+arrow", "move (or drag)"],
  ["Space", "in Blink: the other one"],
  ["Enter", "in Blink: pause, play"],
  ["G", "in Difference: lighter"],
  ["Esc", "back to the gallery"],
];
const STEP = 60;

/**
 * @param {HTMLElement} el @param {import("./table.js").Table} table
 * @param {ReturnType<typeof import("./bench.js").makeBench>} bench @returns {() => void} ends it
 */
export function listenToKeys(el, table, bench) {
  /** @type {Record<string, () => void>} */
  const pans = {
    ArrowLeft: () => table.move(STEP, 0),
    ArrowRight: () => table.move(-STEP, 0),
    ArrowUp: () => table.move(0, STEP),
    ArrowDown: () => table.move(0, -STEP),
  };
  /** @type {Record<string, () => void>} */
  const slides = {
    ArrowLeft: () => table.slide(table.part - 0.02),
    ArrowRight: () => table.slide(table.part + 0.02),
    ArrowDown: () => table.slide(table.part - 0.02),
    ArrowUp: () => table.slide(table.part + 0.02),
    Home: () => table.slide(0),
    End: () => table.slide(1),
  };
  const setMode = (/** @type {string} */ mode) => {
    table.setMode(mode);
    if (mode !== "slider") return bench.stage.focus({ preventScroll: true });
    bench.paint();
    bench.handle.focus({ preventScroll: true });
  };
  /** @type {Record<string, () => void>} */
  const deeds = {
    s: () => setMode("side"),
    l: () => setMode("slider"),
    b: () => setMode("blink"),
    d: () => setMode("difference"),
    x: () => table.swap(),
    g: () => table.amplify(table.gain + 1),
    z: () => table.toggleZoom(),
    "+": () => table.zoom(1.5),
    "=": () => table.zoom(1.5),
    "-": () => table.zoom(1 / 1.5),
    "0": () => table.fit(),
    arrowleft: () => table.step(-1),
    arrowright: () => table.step(1),
    pageup: () => table.step(-1),
    pagedown: () => table.step(1),
    " ": () => table.turn(),
    enter: () => table.mode === "blink" && table.toggleBlinking(),
  };
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    const { target, key, code } = event;
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (key === "Escape") {
      if (!table.leave(el)) return;
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    const isButton = target instanceof HTMLButtonElement && (key === "Enter" || key === " ");
    if (isButton || (event.shiftKey && key === "Enter")) return; // it is pressed; it runs the cell
    const digit = /^(?:Digit|Numpad)([1-9])$/.exec(code)?.[1];
    const pan = event.shiftKey ? pans[key] : undefined;
    const slide = target === bench.handle && !event.shiftKey ? slides[key] : undefined;
    let deed = pan ?? slide ?? deeds[key.toLowerCase()];
    if (digit && !deed) {
      const isTwo = table.shown.length === 2;
      if (isTwo && digit === "1") deed = () => table.zoomToPixels();
      else deed = () => table.choose(event.shiftKey ? "a" : "b", Number(digit) - 1);
    }
    if (!deed) return;
    event.preventDefault();
    event.stopPropagation();
    deed();
  };
  const unguard = guardKeys(el, "");
  el.addEventListener("keydown", onKey);
  return () => {
    unguard();
    el.removeEventListener("keydown", onKey);
  };
}
