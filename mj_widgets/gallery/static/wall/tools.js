/**
 * What the mouse does with a tile: stars, flags, more like it, full size. One set of buttons for
 * the wall, which lies over the tile under the pointer; keys do the same, so that no Tab leads here.
 */

import { button, element } from "../../../card/static/dom.js";
import { FLAG_NAMES } from "./flags.js";

/**
 * Stars and flags as buttons.
 * @param {(change: {rating?: number, flag?: string}) => void} mark
 */
export function makeMarkButtons(mark) {
  let now = { rating: 0, flag: "" };
  const stars = [1, 2, 3, 4, 5].map((rating) => {
    const made = button("wall-star", "★");
    made.title = `${rating} ${rating === 1 ? "star" : "stars"} (${rating})`;
    made.setAttribute("aria-label", made.title);
    made.addEventListener("click", () => mark({ rating: now.rating === rating ? 0 : rating }));
    return made;
  });
  const flags = Object.entries(FLAG_NAMES).map(([flag, { sign, deed, key }]) => {
    const made = button("wall-flagger", sign);
    made.title = `${deed} (${key})`;
    made.setAttribute("aria-label", made.title);
    made.dataset.flag = flag;
    made.addEventListener("click", () => mark({ flag: now.flag === flag ? "" : flag }));
    return made;
  });
  for (const each of [...stars, ...flags]) each.tabIndex = -1;
  const row = element("span", "wall-starrow");
  row.append(...stars);
  const paint = (/** @type {{rating: number, flag: string}} */ { rating, flag }) => {
    now = { rating, flag };
    stars.forEach((star, at) => star.setAttribute("aria-pressed", String(at < rating)));
    for (const each of flags) each.setAttribute("aria-pressed", String(each.dataset.flag === flag));
  };
  return { row, flags, paint };
}

/**
 * @param {import("./viewport.js").Viewport} viewport
 * @param {import("./selection.js").Selection} selection
 * @param {(item: number) => void} showFull
 */
export function makeTools(viewport, selection, showFull) {
  const { store } = selection;
  /** @type {import("./tile.js").Tile|undefined} */
  let tile;
  const bar = element("div", "wall-tools", { hidden: true });
  bar.setAttribute("role", "toolbar");
  const marks = makeMarkButtons((change) => {
    if (!tile) return;
    const { item } = tile;
    viewport.focus();
    selection.goTo(store.placeOf(item));
    selection.markThese(selection.has(item) ? [...selection.selected] : [item], change);
  });
  const alike = button("wall-alike", "≈");
  alike.title = "More like this (L)";
  alike.addEventListener("click", () => tile && selection.findAlike(tile.item));
  const full = button("wall-enlarge", "⤢");
  full.title = "Full size (Enter twice)";
  full.addEventListener("click", () => tile && showFull(tile.item));
  for (const each of [alike, full]) {
    each.tabIndex = -1;
    each.setAttribute("aria-label", each.title);
  }
  const top = element("span", "wall-toprow");
  top.append(...marks.flags, element("span", "wall-between"), alike, full);
  bar.append(top, marks.row);

  const paint = () => {
    const isThere = Boolean(tile && viewport.isShown(tile));
    bar.hidden = !isThere;
    if (!tile || !isThere) return;
    bar.style.transform = tile.element.style.transform;
    bar.setAttribute("aria-label", `For ${tile.element.getAttribute("aria-label")}`);
    marks.paint(store.markOf(tile.item));
  };
  const onOver = (/** @type {PointerEvent} */ event) => {
    if (event.target instanceof Element && bar.contains(event.target)) return;
    const found = viewport.tileAt(event.target);
    if (found === tile) return;
    tile = found;
    paint();
  };
  const onOut = () => {
    tile = undefined;
    paint();
  };
  // The list keeps the focus, and what is under a button is not clicked.
  bar.addEventListener("mousedown", (event) => event.preventDefault());
  viewport.scroller.addEventListener("pointerover", onOver);
  viewport.scroller.addEventListener("pointerleave", onOut);
  viewport.scroller.append(bar);
  return { paint, bar };
}
