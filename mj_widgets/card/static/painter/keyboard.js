/** Painting with keys, and the keys of the controls. */

import { ARROWS } from "./arrow_keys.js";
import { TOOLS } from "./tools.js";

/**
 * Move the cursor, and what is painted with it.
 * @param {import("./hand.js").Hand} hand @param {number[]} arrow @param {boolean} isFaster
 */
function move(hand, [dx, dy], isFaster) {
  const { width, height } = hand.drawing;
  const far = Math.max(1, Math.round(Math.max(width, height) / 100)) * (isFaster ? 5 : 1);
  const to = { x: hand.cursor.x + dx * far, y: hand.cursor.y + dy * far };
  Object.assign(hand.cursor, hand.inside(to));
  if (hand.shape) hand.extend({ ...hand.cursor });
}

/**
 * @param {HTMLCanvasElement} guide @param {import("./hand.js").Hand} hand
 * @param {(words: () => string) => void} saySoon
 */
export function listenToGuideKeys(guide, hand, saySoon) {
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.shiftKey && event.key === "Enter") return; // runs the cell
    const arrow = ARROWS.get(event.key);
    if (hand.shape && hand.shape.by !== "keys" && event.key !== "Escape") return;
    if (arrow) {
      move(hand, arrow, event.shiftKey);
      saySoon(() => hand.where());
    } else if (event.key === " " || event.key === "Enter") {
      if (event.repeat) return event.preventDefault();
      if (hand.shape) hand.finish();
      else {
        hand.start("keys", { ...hand.cursor });
        hand.say(`${TOOLS.find(([name]) => name === hand.tool)?.[1]} down`, hand.where());
      }
    } else if (event.key === "Escape" && hand.shape) hand.cancel();
    else return;
    hand.keys = true;
    event.preventDefault();
    hand.paintSoon();
  };
  const onFocus = () => {
    hand.keys = guide.matches(":focus-visible");
    hand.paintSoon();
  };
  const onBlur = () => {
    hand.keys = false;
    if (hand.shape?.by === "keys") hand.leave();
    hand.paintSoon();
  };
  guide.addEventListener("keydown", onKey);
  guide.addEventListener("focus", onFocus);
  guide.addEventListener("blur", onBlur);
}

/**
 * The keys that tools and changes have wherever the focus is in a painter.
 * @param {HTMLElement} el
 * @param {object} deeds
 * @param {(tool: import("./tools.js").Tool) => void} deeds.choose
 * @param {(by: number) => void} deeds.resize
 * @param {(what: "Undone"|"Redone") => void} deeds.step
 * @param {(...sentences: string[]) => void} deeds.say
 * @returns {() => void} ends it
 */
export function listenToShortcuts(el, { choose, resize, step, say }) {
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    const key = event.key.toLowerCase();
    const command = event.ctrlKey || event.metaKey;
    const plain = !(command || event.altKey || (event.shiftKey && key === "enter"));
    if (plain) event.stopPropagation();
    const chosen = TOOLS.find(([, , letter]) => letter === key);
    if (key === "[" || key === "]") resize(key === "[" ? -1 : 1); // with AltGr on many keyboards
    else if (command && key === "z") step(event.shiftKey ? "Redone" : "Undone");
    else if (command && key === "y") step("Redone");
    else if (chosen && !command && !event.altKey) {
      choose(chosen[0]);
      say(chosen[1]);
    } else return;
    event.stopPropagation();
    event.preventDefault();
  };
  el.addEventListener("keydown", onKey);
  return () => el.removeEventListener("keydown", onKey);
}
