/** One tile of the wall. It is used again for another item when its own is out of view. */

import { element } from "../../../card/static/dom.js";
import { NO_MARK } from "./store.js";
import { numberOf, quadrantOf } from "./items.js";

const STARS = "★★★★★";
const FLAGS = { pick: "⚑", reject: "✕" };

let made = 0;

export class Tile {
  item = 0;

  constructor() {
    this.element = element("div", "wall-tile", { id: `mj-wall-tile-${++made}` });
    this.element.setAttribute("role", "option");
    this.frame = element("span", "wall-frame");
    this.image = element("img", "wall-small", { alt: "", decoding: "async", draggable: false });
    this.frame.append(this.image);
    this.words = element("span", "wall-words", { dir: "auto" });
    this.mark = element("span", "wall-mark");
    this.element.append(this.frame, this.words, this.mark);
  }

  /** @param {number} item */
  take(item) {
    if (this.item === item) return;
    this.item = item;
    this.image.removeAttribute("src");
    this.url = "";
  }

  /**
   * @param {import("./store.js").Store} store
   * @param {{place: number, isSelected: boolean, isCurrent: boolean, isOpen: boolean}} state
   */
  paint(store, { place, isSelected, isCurrent, isOpen }) {
    const known = store.known.get(numberOf(this.item));
    const quadrant = quadrantOf(this.item);
    const url = known?.url ?? "";
    if (url !== this.url) {
      this.url = url;
      if (url) this.image.src = url;
      else this.image.removeAttribute("src");
    }
    const { element: own } = this;
    this.image.hidden = !url;
    this.frame.style.background = url ? "" : store.colourOf(this.item);
    own.dataset.quadrant = quadrant ? String(quadrant) : "";
    own.dataset.tone = known?.tone ?? "";
    this.words.textContent = known?.words || known?.prompt || "";
    const { rating, flag } = known ? store.markOf(this.item) : NO_MARK;
    own.dataset.flag = flag;
    this.mark.textContent = `${FLAGS[flag] ?? ""}${STARS.slice(0, rating)}`;
    own.title = known ? [known.prompt, known.words].filter(Boolean).join(" – ") : "";
    own.setAttribute("aria-label", label(known, quadrant, rating, flag));
    own.setAttribute("aria-posinset", String(place + 1));
    own.setAttribute("aria-setsize", String(store.order.length));
    own.setAttribute("aria-selected", String(isSelected));
    own.classList.toggle("mj-current", isCurrent);
    own.classList.toggle("mj-open", isOpen);
  }
}

/**
 * @param {import("./store.js").Known|undefined} known @param {number} quadrant
 * @param {number} rating @param {string} flag @returns {string}
 */
function label(known, quadrant, rating, flag) {
  if (!known) return "on its way";
  const stars = rating ? `${rating} ${rating === 1 ? "star" : "stars"}` : "";
  const which = quadrant ? `picture ${quadrant}` : "";
  const flagged = { pick: "picked", reject: "rejected" }[flag] ?? "";
  return [known.prompt || known.id, which, known.words, stars, flagged].filter(Boolean).join(", ");
}
