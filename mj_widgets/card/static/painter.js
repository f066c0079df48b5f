/**
 * The painter: marks the part of a picture that shall change, with brush, rectangle, lasso and
 * eraser, by mouse, pen, finger or keys.
 *
 * After each stroke the browser sends `{type: "mask", marked}` with a PNG as its buffer, and with
 * none when nothing or everything is marked; after each pull of the frame, `{type: "pad", pad}`.
 * `{type: "mask"}` with a PNG (grey, 8 bits) from the kernel replaces what is marked, as one step
 * that can be undone.
 */

import { makeCanvases } from "./painter/canvases.js";
import { enable } from "./painter/controls.js";
import { Drawing, inWords } from "./painter/drawing.js";
import { makeEasel } from "./painter/easel.js";
import { Frame } from "./painter/frame.js";
import { makeFrameChoices } from "./painter/frame_choices.js";
import { makeFrame } from "./painter/frame_pull.js";
import { Hand } from "./painter/hand.js";
import { listenToGuideKeys, listenToShortcuts } from "./painter/keyboard.js";
import { showPicture } from "./painter/picture.js";
import { decode } from "./painter/png.js";
import { listenToPointers } from "./painter/pointer.js";
import { fitIntoRoom } from "./painter/room.js";
import { holdSend, sendSteps, sharePad, takeMasks } from "./painter/sending.js";
import { diameter, TOOLS } from "./painter/tools.js";
import { makeVoice } from "./painter/voice.js";

/**
 * Say below the picture how much is marked, and offer what can be done about it.
 * @param {Drawing} drawing @param {import("./painter/easel.js").Easel} easel
 * @returns {() => void} ends it
 */
function followSteps(drawing, { words, undo, redo, clear }) {
  const onSettle = () => {
    words.textContent = inWords(drawing);
    const { share, frame } = drawing;
    words.dataset.usable = String(share < 1 && (share > 0 || Boolean(frame?.isOpen)));
    enable(undo, drawing.done.length > 0);
    enable(redo, drawing.undone.length > 0);
    enable(clear, drawing.count > 0);
  };
  drawing.onSettle.add(onSettle);
  drawing.frame?.onChange.add(onSettle);
  drawing.frame?.onSettle.add(onSettle);
  onSettle();
  return () => {
    drawing.onSettle.delete(onSettle);
    drawing.frame?.onChange.delete(onSettle);
    drawing.frame?.onSettle.delete(onSettle);
  };
}

/**
 * Let more be added around the picture, where there is a frame for it.
 * @param {Drawing} drawing @param {HTMLElement} el
 * @param {import("./painter/easel.js").Easel} easel @param {(words: string) => void} say
 * @returns {{outer: HTMLElement, stop: () => void}} what stands where the picture stood
 */
function addFrame({ frame }, el, { stage, below }, say) {
  if (!frame) return { outer: stage, stop: () => {} };
  const settle = () => {
    if (frame.settle()) say(inWords(frame.drawing));
  };
  const framed = makeFrame(el, stage, frame, settle);
  const choices = makeFrameChoices(frame, settle);
  below.before(choices.row);
  const stop = () => {
    framed.stop();
    choices.stop();
  };
  return { outer: framed.outer, stop };
}

/** @param {Drawing} drawing @param {{model: any, el: HTMLElement}} context */
function render(drawing, { model, el }) {
  const { width, height } = drawing;
  el.classList.add("mj-painter");
  el.style.setProperty("--mj-paint-aspect", String(width / height));
  /** @type {(tool: import("./painter/tools.js").Tool) => void} */
  const choose = (tool) => {
    hand.leave();
    hand.tool = tool;
    TOOLS.forEach(([one], n) => {
      easel.tools[n].setAttribute("aria-pressed", String(one === tool));
    });
    paintSoon();
  };
  const size = () => diameter(Number(easel.slider.value), Math.min(width, height));
  const resize = (by = 0) => {
    easel.slider.value = String(Number(easel.slider.value) + by);
    easel.shownSize.textContent = `${size()} px`;
    easel.slider.setAttribute("aria-valuetext", `${size()} pixels`);
    if (by) say(`Size ${size()} pixels`);
    paintSoon();
  };
  const step = (/** @type {"Undone"|"Redone"} */ what) => {
    if (hand.shape) hand.cancel();
    else if (what === "Undone" ? drawing.undo() : drawing.redo()) say(what, inWords(drawing));
  };
  const change = (/** @type {string} */ what, /** @type {(was: number) => number} */ rule) => {
    hand.leave();
    drawing.replace(rule);
    if (drawing.settle()) say(what, inWords(drawing));
  };

  const easel = makeEasel(el, { choose, resize: () => resize(), step, change });
  const { say, saySoon, stop: fallSilent } = makeVoice(easel.spoken);
  const hand = new Hand(drawing, { size, say, paintSoon: () => paintSoon() });
  const { paintSoon, stop: stopPainting } = makeCanvases(drawing, hand, easel);
  listenToPointers(easel.guide, hand);
  listenToGuideKeys(easel.guide, hand, saySoon);
  const stopListening = listenToShortcuts(el, { choose, resize, step, say });
  const hidePicture = showPicture(model, easel);
  choose(hand.tool);
  resize();
  const framed = addFrame(drawing, el, easel, say);
  const stopFollowing = followSteps(drawing, easel);
  const stopFitting = fitIntoRoom(el, framed.outer);
  const stopHolding = holdSend(drawing, el);

  return () => {
    hand.leave();
    for (const stop of [fallSilent, stopPainting, hidePicture, stopFollowing, stopListening]) stop();
    stopFitting();
    stopHolding();
    framed.stop();
  };
}

/** One drawing per model: its views come and go. */
export default () => {
  /** @type {Drawing} */
  let drawing;

  return {
    /** @param {{model: any}} context */
    async initialize({ model }) {
      const [width, height] = model.get("size");
      drawing = new Drawing(width, height);
      const before = model.get("mask"); // after a reload of the page
      if (before) drawing.begin(await decode(before, width, height));
      sendSteps(model, drawing);
      const stopTaking = takeMasks(model, drawing);
      if (!model.get("has_frame")) return stopTaking;
      const stopSharing = sharePad(model, new Frame(drawing));
      return () => {
        stopTaking();
        stopSharing();
      };
    },
    /** @param {{model: any, el: HTMLElement}} context */
    render: (context) => render(drawing, context),
  };
};
