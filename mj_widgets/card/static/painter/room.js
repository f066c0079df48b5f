/** How high the picture may be: so that it is seen together with all that stands around it. */

import { outermostCard } from "../kernel.js";
import { watchSeen } from "../seen.js";

/** Below this there is nothing to paint on. In CSS pixels, as all here. */
const LEAST = 160;

/**
 * The height through which a host shows a card that is taller: its nearest part that scrolls.
 * @param {HTMLElement} card @returns {number}
 */
function scrollerHeight(card) {
  let height = Infinity;
  for (let one = card.parentElement; one; one = one.parentElement) {
    const scrolls = /^(auto|scroll)$/.test(getComputedStyle(one).overflowY);
    if (scrolls && one.clientHeight < card.offsetHeight) height = Math.min(height, one.clientHeight);
  }
  return height;
}

/**
 * Keep a painter as low as the room for its panel asks for, until it is used: nobody wants a picture
 * that shrinks below the brush.
 * @param {HTMLElement} el @param {HTMLElement} stage the picture in it
 * @returns {() => void} ends it
 */
export function fitIntoRoom(el, stage) {
  let [seen, room] = [Infinity, Infinity];
  /** @type {HTMLElement|null} */
  let panel = null;

  const fit = () => {
    if (!el.isConnected || !stage.offsetHeight) return;
    if (!panel) {
      panel = el.closest(".mj-panel") ?? el;
      sized.observe(panel);
    }
    // What scrolls for this height may not for a smaller one: then it would grow again.
    room = Math.min(room, seen, scrollerHeight(outermostCard(el) ?? panel));
    const others = panel.offsetHeight - stage.offsetHeight;
    const high = Math.max(LEAST, Math.floor(room - others));
    if (room < Infinity) el.style.setProperty("--mj-paint-high", `${high}px`);
  };
  const sized = new ResizeObserver(fit);
  let stopWatching = () => {};
  const measure = () => {
    stopWatching();
    stopWatching = watchSeen((part) => {
      if (part && !part.height) return; // it is out of sight
      stopWatching();
      [seen, room] = [part ? part.height : innerHeight, Infinity];
      fit();
    });
  };
  const settle = () => sized.disconnect();

  sized.observe(el);
  measure();
  addEventListener("resize", measure);
  el.addEventListener("pointerdown", settle);
  el.addEventListener("keydown", settle);
  return () => {
    stopWatching();
    settle();
    removeEventListener("resize", measure);
  };
}
