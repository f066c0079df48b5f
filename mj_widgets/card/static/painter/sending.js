/** A drawing and the kernel: each step goes there, and a mask from there is a step. */

import { send } from "../kernel.js";
import { decode, encode } from "./png.js";

/**
 * Send a drawing after each step; while one is on its way, only the newest is sent next.
 * @param {any} model @param {import("./drawing.js").Drawing} drawing
 */
export function sendSteps(model, drawing) {
  let newer = false;
  drawing.onSettle.add(async () => {
    newer = true;
    if (drawing.isSending) return;
    drawing.isSending = true;
    try {
      while (newer) {
        newer = false;
        const marked = drawing.share;
        const usable = marked > 0 && marked < 1;
        const png = usable && (await encode(drawing.marks, drawing.width, drawing.height));
        // Without a kernel the next button that is pressed says so.
        if (!newer) send(model, { type: "mask", marked }, () => {}, png ? [png.buffer] : []);
      }
    } finally {
      drawing.isSending = false;
      drawing.onSent.forEach((tell) => tell());
    }
  });
}

/**
 * Let a click on Send wait for what is marked beside it: a mask is packed first, and what is sent
 * would be an older one.
 * @param {import("./drawing.js").Drawing} drawing @param {HTMLElement} el
 * @returns {() => void} ends it
 */
export function holdSend(drawing, el) {
  const hold = (/** @type {MouseEvent} */ event) => {
    const send = event.target instanceof Element && event.target.closest(".mj-send");
    if (!drawing.isSending || !(send instanceof HTMLElement)) return;
    if (!el.closest(".mj-panel")?.contains(send)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const again = () => {
      drawing.onSent.delete(again);
      send.click();
    };
    drawing.onSent.add(again);
  };
  document.addEventListener("click", hold, true);
  return () => document.removeEventListener("click", hold, true);
}

/**
 * Keep the kernel's pad and that of the frame the same; one from there is a step. It goes there as
 * a message: ipywidgets holds a trait back while the kernel is busy, but no click on Send.
 * @param {any} model @param {import("./frame.js").Frame} frame
 * @returns {() => void} ends it
 */
export function sharePad(model, frame) {
  frame.begin(model.get("pad")); // after a reload of the page
  frame.onSettle.add(() => {
    model.set("pad", frame.pad);
    send(model, { type: "pad", pad: frame.pad }, () => {});
  });
  const take = () => {
    if (model.get("pad") === frame.pad) return;
    frame.pull(model.get("pad"));
    frame.settle();
  };
  model.on("change:pad", take);
  return () => model.off("change:pad", take);
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
