/** Comparing what is selected, or what keys are about with what comes next. */

import { button } from "../../../card/static/dom.js";
import { NO_KERNEL } from "./selection.js";

const MOST_COMPARED = 9;

/** @param {any} model @param {import("./selection.js").Selection} selection @param {HTMLElement} el */
export function makeCompared(model, selection, el) {
  const { store, viewport } = selection;
  const opener = button("wall-compare", "Compare");
  opener.title = "Compare the selected pictures (C)";
  const wanted = () => {
    const { selected, current } = selection;
    if (selected.length > 1) {
      return [...selected].sort((a, b) => store.placeOf(a) - store.placeOf(b));
    }
    const first = selected[0] ?? current;
    const place = store.placeOf(first);
    if (place < 0) return [];
    const others = [...store.order.slice(place + 1), ...store.order.slice(0, place).reverse()];
    return [first, others.find(Boolean) ?? 0].filter(Boolean);
  };
  /** @param {number[]} items @returns {boolean} */
  const tell = (items) => {
    if (viewport.isLive && store.reach({ type: "compare", items })) return true;
    store.say(NO_KERNEL);
    return false;
  };
  const open = () => {
    const items = wanted();
    if (items.length < 2 || items.length > MOST_COMPARED) {
      return store.say("Two to nine pictures can be compared: select them with Space.");
    }
    store.say("");
    const gallery = /** @type {HTMLElement} */ (el.closest(".mj-gallery") ?? el);
    if (tell(items)) gallery.dataset.mjCompares = "true"; // what opens takes the focus
  };
  opener.addEventListener("click", open);
  /** @param {number} count how many are selected */
  const paint = (count) => {
    opener.hidden = count < 2 || count > MOST_COMPARED;
  };
  return {
    opener,
    open,
    close: () => tell([]),
    paint,
    get isOpen() {
      return Boolean(model.get("compares"));
    },
  };
}
