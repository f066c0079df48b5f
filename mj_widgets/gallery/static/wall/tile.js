/** One tile of the wall. It is used again for another item when its own is out of view. */

import { element } from "../../../card/static/dom.js";
import { FLAG_NAMES } from "./flags.js";
import { numberOf, quadrantOf } from "./items.js";
import { NO_MARK } from "./marks.js";
import { STATES } from "./store.js";

const STARS = "★★★★★";

let tilesMade = 0;

/** @typedef {{shape: number, isSelected: boolean, isCurrent: boolean, isOpen: boolean}} Placed */

export class Tile {
  item = 0;
  url = "";
  /** What it was painted from last. */
  #painted = "";
  /** What an element was last given, so that only what changes is written. */
  #written = new Map();

  constructor() {
    this.element = element("div", "wall-tile", { id: `mj-wall-tile-${++tilesMade}` });
    this.element.setAttribute("role", "option");
    this.picture = element("span", "wall-picture");
    this.image = element("img", "wall-small", { alt: "", decoding: "async", draggable: false });
    this.crop = element("span", "wall-crop");
    this.crop.append(this.image);
    this.notice = element("span", "wall-notice", { dir: "auto" });
    this.bar = element("span", "wall-bar");
    this.flag = element("span", "wall-flag");
    this.stars = element("span", "wall-stars");
    const frame = element("span", "wall-frame");
    this.picture.append(this.crop, this.bar, this.flag, this.stars);
    frame.append(this.picture, this.notice);
    this.words = element("span", "wall-words", { dir: "auto" });
    this.element.append(frame, this.words);
  }

  /** @param {import("./store.js").Store} store @param {number} item @param {Placed} placed */
  paint(store, item, placed) {
    const { isSelected, isCurrent, isOpen, shape } = placed;
    const painted = [
      item,
      store.versionOf(item),
      store.positionOf(item),
      store.items.length,
      store.labelOf(item),
      isSelected,
      isCurrent,
      isOpen,
      shape,
    ].join();
    if (painted === this.#painted) return;
    this.#painted = painted;
    this.#write("visibility", "", (value) => (this.element.style.visibility = value));
    if (this.item !== item) this.#clear(item);
    const known = store.known.get(numberOf(item));
    const progress = store.progress.get(numberOf(item));
    const mark = known ? store.markOf(item) : NO_MARK;
    this.#paintPicture(store, known, shape);
    this.#paintState(known, progress);
    const { flag, rating } = mark;
    this.#text(this.flag, FLAG_NAMES[flag]?.sign ?? "");
    this.#text(this.stars, STARS.slice(0, rating));
    const which = quadrantOf(item);
    const count = known && known.pictures > 1 ? `${which}/${known.pictures}` : `${which}`;
    const prompt = known?.prompt || known?.id || "";
    const label = store.labelOf(item);
    this.#text(this.words, which ? `${count} · ${prompt}` : prompt);
    this.#attribute("data-flag", flag);
    this.#attribute("title", [label, prompt, known?.words].filter(Boolean).join(" – "));
    this.#attribute("aria-label", labelOf(label, known, progress, which, mark));
    this.#attribute("aria-posinset", String(store.positionOf(item) + 1));
    this.#attribute("aria-setsize", String(store.items.length));
    this.#attribute("aria-selected", String(isSelected));
    this.#attribute("data-current", String(isCurrent));
    this.#attribute("data-open", String(isOpen));
  }

  /** It has nothing to show for now. */
  hide() {
    this.#painted = "";
    this.#write("visibility", "hidden", (value) => (this.element.style.visibility = value));
    this.#attribute("data-current", "false");
  }

  /** @param {number} item */
  #clear(item) {
    this.item = item;
    this.url = "";
    this.image.removeAttribute("src"); // what was there is not seen in the place of another one
  }

  /**
   * @param {import("./store.js").Store} store @param {import("./store.js").Known|undefined} known
   * @param {number} shape
   */
  #paintPicture(store, known, shape) {
    const url = known?.url ?? "";
    if (url !== this.url || !url) {
      this.url = url;
      if (url) this.image.src = url;
      else this.image.removeAttribute("src");
      this.image.hidden = !url;
    }
    const part = partOf(quadrantOf(this.item), known?.pictures ?? 0);
    // Of a tile's own shape, 1 fills it.
    const own = url ? (known?.aspect ?? shape) : shape;
    const aspect = (own * part.rows) / part.columns / shape;
    const { style } = this.picture;
    this.#write("width", `${Math.min(1, aspect) * 100}%`, (value) => (style.width = value));
    this.#write("height", `${Math.min(1, 1 / aspect) * 100}%`, (value) => (style.height = value));
    const colour = url ? "" : store.colourOf(this.item);
    this.#write("colour", colour, (value) => (this.crop.style.background = value));
    const cut = part.rows * part.columns > 1;
    const inset = cut
      ? `width:${part.columns * 100}%;height:${part.rows * 100}%;left:${part.column * -100}%;top:${part.row * -100}%`
      : "";
    this.#write("inset", inset, (value) => (this.image.style.cssText = value));
  }

  /** @param {import("./store.js").Known|undefined} known @param {import("./store.js").Progress|undefined} progress */
  #paintState(known, progress) {
    const hasPicture = Boolean(known?.url);
    const words = progress ? progressWords(progress) : (known?.words ?? "");
    this.#text(this.notice, words);
    this.#attribute("data-tone", progress ? "running" : (known?.tone ?? ""));
    this.#attribute("data-bare", String(!hasPicture));
    const scale = progress ? String(progress.percent / 100) : "";
    this.#write("bar", scale, (value) => {
      this.bar.hidden = !value;
      this.bar.style.setProperty("--mj-done", value || "0");
    });
  }

  /** @param {HTMLElement} one @param {string} text */
  #text(one, text) {
    this.#write(one.className, text, (value) => {
      one.textContent = value;
      one.hidden = !value;
    });
  }

  /** @param {string} name @param {string} text */
  #attribute(name, text) {
    this.#write(name, text, (value) => this.element.setAttribute(name, value));
  }

  /** @param {string} name @param {string} value @param {(value: string) => void} write */
  #write(name, value, write) {
    if (this.#written.get(name) === value) return;
    this.#written.set(name, value);
    write(value);
  }
}

/**
 * Where a picture is in the small copy of its task, which shows up to four of them.
 * @param {number} quadrant @param {number} pictures
 */
function partOf(quadrant, pictures) {
  if (!quadrant || pictures < 2 || pictures > 4) return { columns: 1, rows: 1, column: 0, row: 0 };
  const at = quadrant - 1;
  return { columns: 2, rows: Math.ceil(pictures / 2), column: at % 2, row: Math.floor(at / 2) };
}

/** @param {import("./store.js").Progress} progress @returns {string} */
function progressWords({ percent, state }) {
  const word = STATES[state] ?? "";
  return state === 1 ? `${word}, ${percent} %` : word;
}

/** @param {import("./marks.js").Mark} mark @returns {string} "" for none */
export function markWords({ rating, flag }) {
  const stars = rating ? `${rating} ${rating === 1 ? "star" : "stars"}` : "";
  return [stars, FLAG_NAMES[flag]?.done ?? ""].filter(Boolean).join(", ");
}

/**
 * @param {string} label of its row and column
 * @param {import("./store.js").Known|undefined} known
 * @param {import("./store.js").Progress|undefined} progress
 * @param {number} quadrant @param {import("./marks.js").Mark} mark @returns {string}
 */
function labelOf(label, known, progress, quadrant, mark) {
  const state = progress ? progressWords(progress) : (known?.words ?? "");
  const which = quadrant ? `picture ${quadrant}` : "";
  const name = known ? known.prompt || known.id : "on its way";
  return [label, name, which, state, markWords(mark)].filter(Boolean).join(", ");
}
