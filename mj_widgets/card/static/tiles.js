/**
 * The pictures of a card: one tile each, a real button. Its own element has no box (CSS
 * `display: contents`), so that the tiles are cells of the card's grid, below their U and V.
 *
 * The browser asks `{type: "open", index}` and gets `{type: "full", index, mime}` with the bytes;
 * it asks `{type: "save" | "upscale" | "vary" | "edit" | "animate" | "style", index}`;
 * and `{type: "still", index}` with a PNG of what is seen of a film;
 * `{type: "said" | "failure", index, text}` is a line below; `{type: "close"}` closes the full size.
 */

import { Gallery } from "./tiles/gallery.js";
import { listenToTileKeys } from "./tiles/keys.js";

const TRAITS = ["previews", "names", "notes", "movies", "aspect", "full_size", "unfinished"];

/**
 * Paint when traits change. One message may change several: once, when all of them are there.
 * @param {any} model @param {() => void} paint @returns {() => void} ends it
 */
function paintOnChange(model, paint) {
  let painting = false;
  const paintSoon = () => {
    if (painting) return;
    painting = true;
    queueMicrotask(() => {
      if (!painting) return; // the view has gone
      painting = false;
      paint();
    });
  };
  for (const trait of TRAITS) model.on(`change:${trait}`, paintSoon);
  return () => {
    painting = false;
    for (const trait of TRAITS) model.off(`change:${trait}`, paintSoon);
  };
}

/** @param {{model: any, el: HTMLElement}} context */
function render({ model, el }) {
  el.classList.add("mj-pictures");
  const gallery = new Gallery(model, el);
  const onMessage = (/** @type {any} */ message, /** @type {DataView[]} */ buffers) =>
    gallery.take(message, buffers);
  const stopListening = listenToTileKeys(model, el, gallery);
  const stopPainting = paintOnChange(model, () => gallery.paint());
  const onInside = () => gallery.paintInside();
  model.on("change:inside", onInside);
  model.on("msg:custom", onMessage);
  gallery.paint();

  return () => {
    stopPainting();
    model.off("change:inside", onInside);
    model.off("msg:custom", onMessage);
    stopListening();
    gallery.leave();
  };
}

export default { render };
