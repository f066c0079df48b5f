/** A drawing and the kernel: each step goes there, and a mask from there is a step. */

import { decode, encode } from "./png.js";

/**
 * Send a drawing after each step; while one is on its way, only the newest is sent next.
 * @param {any} model @param {import("./drawing.js").Drawing} drawing
 */
export function sendSteps(model, drawing) {
  let sending = false;
  let newer = false;
  drawing.onSettle.add(async () => {
    newer = true;
    if (sending) return;
    sending = true;
    try {
      while (newer) {
        newer = false;
        const marked = drawing.share;
        const usable = marked > 0 && marked < 1;
        const png = usable && (await encode(drawing.marks, drawing.width, drawing.height));
        if (!newer) model.send({ type: "mask", marked }, undefined, png ? [png.buffer] : []);
      }
    } finally {
      sending = false;
    }
  });
}

/**
 * @param {any} model @param {import("./drawing.js").Drawing} drawing
 * @returns {() => void} ends it
 */
export function takeMasks(model, drawing) {
  const show = async (/** @type {any} */ message, /** @type {DataView[]} */ buffers) => {
    if (message.type !== "mask") return;
    const marks = await decode(buffers[0], drawing.width, drawing.height);
    drawing.cancel();
    drawing.replace((_, at) => marks[at]);
    drawing.settle();
  };
  model.on("msg:custom", show);
  return () => model.off("msg:custom", show);
}
