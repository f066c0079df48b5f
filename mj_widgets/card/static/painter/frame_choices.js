/** What is often added around a picture, by a press of a button. */

import { control, enable, group } from "./controls.js";
import { shaped, zoomedOut } from "./frame.js";

/** @type {[string, string, (width: number, height: number) => number[]][]} */
const CHOICES = [
  ["1.5×", "Zoom out 1.5 times: room at each side", (w, h) => zoomedOut(1.5, w, h)],
  ["2×", "Zoom out 2 times: room at each side", (w, h) => zoomedOut(2, w, h)],
  ["1:1", "Make it square: room at two sides", (w, h) => shaped(1, w, h)],
  ["16:9", "Make it 16:9: room at two sides", (w, h) => shaped(16 / 9, w, h)],
  ["9:16", "Make it 9:16: room at two sides", (w, h) => shaped(9 / 16, w, h)],
];

/**
 * @param {import("./frame.js").Frame} frame @param {() => void} settle
 * @returns {{row: HTMLElement, stop: () => void}}
 */
export function makeFrameChoices(frame, settle) {
  const { width, height } = frame.drawing;
  const choose = (/** @type {number[]} */ pad) => {
    frame.pull(pad);
    settle();
  };
  const buttons = CHOICES.map(([text, title, room]) =>
    control(text, title, () => choose(room(width, height))),
  );
  const none = control("None", "Add nothing around the picture", () => choose([0, 0, 0, 0]));
  const row = group("Add around the picture", [...buttons, none]);
  row.prepend("Add around");
  const follow = () => enable(none, frame.isOpen);
  frame.onChange.add(follow);
  follow();
  return { row, stop: () => frame.onChange.delete(follow) };
}
