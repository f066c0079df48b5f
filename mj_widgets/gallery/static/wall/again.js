/**
 * Sends what has failed again, where that can be done: a button on the tile under the pointer, or
 * else on the one that keys are about. It may cost money: no key does it, but Tab leads to it.
 */

import { button } from "../../../card/static/dom.js";
import { numberOf } from "./items.js";

/**
 * @param {import("./viewport.js").Viewport} viewport
 * @param {import("./selection.js").Selection} selection
 */
export function makeAgain(viewport, selection) {
  const { store, model } = selection;
  /** @type {number} the item that it is about */
  let item = 0;
  /** @type {number} the one under the pointer */
  let over = 0;
  /** @type {Map<number, number>} what was asked for as it was then: a double click sends one */
  const asked = new Map();
  const made = button("wall-again", "Try again");
  made.hidden = true;
  made.addEventListener("click", () => {
    const wanted = item;
    if (!wanted || !canBe(wanted)) return;
    if (selection.sendAgain(wanted)) asked.set(wanted, store.versionOf(wanted));
    viewport.focus();
    paint();
  });
  made.addEventListener("mousedown", (event) => event.preventDefault());
  const isUnsure = (/** @type {number} */ each) => {
    const known = store.known.get(numberOf(each));
    return known?.tone === "trouble" && !known.id;
  };
  const canBe = (/** @type {number} */ each) => {
    const known = store.known.get(numberOf(each));
    const hasFailed = (known?.tone === "failed" || isUnsure(each)) && !store.isUnfinished(numberOf(each));
    return hasFailed && asked.get(each) !== store.versionOf(each);
  };
  const paint = () => {
    const candidates = model.get("can_try_again") ? [over, selection.current] : [];
    item = candidates.find((each) => each && viewport.tileOf(each) && canBe(each)) ?? 0;
    const tile = item ? viewport.tileOf(item) : undefined;
    made.hidden = !tile;
    if (!tile) return;
    const words = isUnsure(item) ? "Send all the same" : "Try again";
    made.textContent = words;
    made.title = isUnsure(item) ? "It may have been submitted: look at the service first" : "";
    made.style.transform = tile.element.style.transform;
    made.setAttribute("aria-label", `${words}: ${tile.element.getAttribute("aria-label")}`);
  };
  const onOver = (/** @type {PointerEvent} */ event) => {
    const found = viewport.tileAt(event.target);
    if (!found || found.item === over) return;
    over = found.item;
    paint();
  };
  const onOut = () => {
    over = 0;
    paint();
  };
  viewport.scroller.addEventListener("pointerover", onOver);
  viewport.scroller.addEventListener("pointerleave", onOut);
  viewport.scroller.append(made);
  return { paint };
}
