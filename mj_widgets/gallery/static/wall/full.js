/** One picture over the page, and on to the next one, to look closely and to mark. */

import { button, element } from "../../../card/static/dom.js";
import { makeZoom } from "../../../card/static/tiles/zoom.js";
import { numberOf, quadrantOf } from "./items.js";
import { NO_KERNEL } from "./selection.js";
import { makeMarkButtons } from "./tools.js";

/** Pictures that are kept at full size: a few MB each. */
const MOST_FULL = 6;
const MOST_ASKED = 2;

/**
 * @param {any} model @param {import("./selection.js").Selection} selection
 * @param {HTMLElement} el
 */
export function makeFull(model, selection, el) {
  const { store, viewport } = selection;
  const zoom = makeZoom(() => {});
  const { dialog, image, words } = zoom;
  dialog.classList.add("mj-wall-full");
  zoom.save.remove();
  const marks = makeMarkButtons((change) => mark(change));
  const size = button("wall-sizer", "100 %");
  size.title = "Fit, or pixel for pixel (Z)";
  const back = button("wall-back", "‹");
  back.setAttribute("aria-label", "Before");
  const on = button("wall-on", "›");
  on.setAttribute("aria-label", "Next");
  const row = element("div", "wall-fullrow");
  row.append(back, marks.flags[1], marks.row, marks.flags[0], size, on);
  words.after(row);
  el.append(dialog);

  let item = 0;
  /** @type {Map<number, string>} addresses of pictures at full size, the last one at the end */
  const urls = new Map();
  /** @type {Set<number>} */
  const asked = new Set();
  let note = "";

  const ask = () => {
    if (urls.has(item) || asked.has(item) || asked.size >= MOST_ASKED) return;
    if (viewport.isLive && store.reach({ type: "full", item })) asked.add(item);
    else note = "small copy: run the cell again for the full size";
  };
  const paint = () => {
    if (!dialog.open) return;
    const known = store.known.get(numberOf(item));
    const full = urls.get(item);
    const position = store.positionOf(item);
    const label = store.labelOf(item);
    const which = quadrantOf(item);
    const name = [label, known?.prompt ?? "", which ? `picture ${which}` : ""].filter(Boolean).join(", ");
    const isCut = which && !full; // its small copy shows the others too
    const url = full ?? (isCut ? "" : (known?.url ?? ""));
    if (url && image.getAttribute("src") !== url) image.src = url;
    else if (!url) image.removeAttribute("src");
    image.alt = name;
    dialog.setAttribute("aria-label", name || "Full size");
    const count = position < 0 ? "" : `${position + 1} of ${store.items.length.toLocaleString("en")}`;
    const pixels = full && image.naturalWidth ? `${image.naturalWidth}×${image.naturalHeight}` : "";
    const state = full ? pixels : note || "loading the full size…";
    words.textContent = [count, label, known?.prompt, state].filter(Boolean).join(" – ");
    marks.paint(store.markOf(item));
    back.disabled = position <= 0;
    on.disabled = position < 0 || position >= store.items.length - 1;
  };
  image.addEventListener("load", paint);
  const setSize = (/** @type {boolean} */ isWhole) => {
    dialog.dataset.pixels = String(isWhole);
    size.setAttribute("aria-pressed", String(isWhole));
  };
  const show = (/** @type {number} */ next) => {
    if (next !== item) note = "";
    item = next;
    ask();
    paint();
  };
  /** @param {{rating?: number, flag?: string}} change */
  const mark = (change) => {
    if (!selection.markThese([item], change)) note = NO_KERNEL;
    else if (selection.current === item) selection.move(1);
    follow();
    paint();
  };
  /** Show what keys are about now. */
  const follow = () => {
    if (!dialog.open) return;
    if (selection.place >= 0) show(selection.current);
    else if (!store.items.length) dialog.close();
  };
  const open = (/** @type {number} */ wanted, isWhole = false) => {
    asked.clear(); // what was lost on the way is asked for again
    setSize(isWhole);
    if (!dialog.open) zoom.open();
    show(wanted);
  };
  const step = (/** @type {number} */ steps) => {
    selection.move(steps);
    follow();
  };
  back.addEventListener("click", () => step(-1));
  on.addEventListener("click", () => step(1));
  const toggleSize = () => setSize(dialog.dataset.pixels !== "true");
  size.addEventListener("click", toggleSize);
  dialog.addEventListener("close", () => viewport.focus());

  const onMessage = (/** @type {any} */ message, /** @type {DataView[]} */ buffers) => {
    if (message.type !== "full" || !asked.delete(message.item)) return; // another view has asked
    if (buffers?.length) {
      const url = URL.createObjectURL(new Blob([buffers[0]], { type: message.mime }));
      urls.set(message.item, url);
      const [oldest] = [...urls.keys()].filter((each) => each !== item);
      if (urls.size > MOST_FULL) {
        URL.revokeObjectURL(urls.get(oldest) ?? "");
        urls.delete(oldest);
      }
    } else if (message.item === item) note = message.text;
    if (!dialog.open) return;
    if (!note) ask();
    paint();
  };
  model.on("msg:custom", onMessage);
  return {
    open,
    close: () => dialog.close(),
    toggleSize,
    mark,
    follow,
    paint,
    get isOpen() {
      return dialog.open;
    },
    leave: () => {
      model.off("msg:custom", onMessage);
      zoom.stop();
      for (const url of urls.values()) URL.revokeObjectURL(url);
      urls.clear();
    },
  };
}
