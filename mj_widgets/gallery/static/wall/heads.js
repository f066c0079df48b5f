/** The names of a sheet's rows and columns, which stay in view, with the mean of their stars. */

import { element } from "../../../card/static/dom.js";

const WIDEST_HEAD = 150;
const NARROWEST_HEAD = 108;
/** Of the width that there is, at most. */
const MOST_PART = 0.2;
const BESIDE_NAME = 18;
const HEADS_HEIGHT = 50;
const BETWEEN_PARTS = " · ";
/** In characters: it is not cut. */
const SHORT_PART = 10;

/** @typedef {{lines: [number, number], columns: [number, number]}} Seen the first, and the one after the last */

export class Heads {
  top = element("div", "wall-heads");
  side = element("div", "wall-sides");
  width = 0;
  height = 0;
  /** @type {Map<string, HTMLElement>} */
  #shown = new Map();
  #painted = "";
  #longest = 0;
  /** @type {import("./facets.js").Facets|null} */
  #measured = null;

  /** @param {HTMLElement} corner */
  constructor(corner) {
    this.corner = corner;
  }

  /**
   * Take the room that they need.
   * @param {import("./facets.js").Facets|null} facets @param {number} room how wide all of it may be
   */
  measure(facets, room) {
    const isThere = Boolean(facets && (facets.axes.length || facets.row.name || facets.column.name));
    for (const part of [this.top, this.side, this.corner]) part.hidden = !isThere;
    this.height = isThere ? HEADS_HEIGHT : 0;
    if (facets && facets !== this.#measured) {
      this.#measured = facets;
      this.#longest = widthOf(facets.row.values, this.side);
      this.#painted = "";
    }
    const most = Math.max(NARROWEST_HEAD, Math.min(WIDEST_HEAD, Math.floor(room * MOST_PART)));
    const wanted = Math.ceil(this.#longest) + BESIDE_NAME;
    this.width = isThere ? Math.min(most, Math.max(NARROWEST_HEAD, wanted)) : 0;
  }

  /**
   * @param {import("./facets.js").Facets} facets @param {import("./layout.js").Layout} layout
   * @param {Seen} seen
   */
  paint(facets, layout, seen) {
    const rows = [facets.rowOf(seen.lines[0]), facets.rowOf(seen.lines[1] - 1) + 1];
    const columns = [
      Math.floor(seen.columns[0] / facets.across),
      Math.ceil(seen.columns[1] / facets.across),
    ];
    const painted = [layout.side, layout.tall, this.width, ...rows, ...columns].join();
    if (painted === this.#painted) return;
    this.#painted = painted;
    const kept = new Set();
    for (let row = rows[0]; row < rows[1]; row++) {
      const label = this.#label(this.side, "row", row, facets.row);
      const [first, end] = [facets.begins[row], facets.begins[row + 1]];
      label.style.top = `${layout.top(first)}px`;
      label.style.height = `${layout.top(end - 1) + layout.tall - layout.top(first)}px`;
      kept.add(`row${row}`);
    }
    for (let column = columns[0]; column < columns[1]; column++) {
      const label = this.#label(this.top, "column", column, facets.column);
      const [first, last] = [column * facets.across, (column + 1) * facets.across - 1];
      label.style.left = `${layout.left(first)}px`;
      label.style.width = `${layout.left(last) + layout.side - layout.left(first)}px`;
      kept.add(`column${column}`);
    }
    for (const [key, label] of this.#shown) {
      if (kept.has(key)) continue;
      label.remove();
      this.#shown.delete(key);
    }
  }

  /**
   * @param {HTMLElement} strip @param {string} kind @param {number} at
   * @param {import("./facets.js").Facet} facet
   */
  #label(strip, kind, at, facet) {
    const key = `${kind}${at}`;
    let label = this.#shown.get(key);
    if (!label) {
      label = element("div", "wall-head");
      const name = element("span", "wall-headname", { dir: "auto" });
      const inner = element("div", "wall-headinner");
      inner.append(name, element("span", "wall-mean"));
      label.append(inner);
      strip.append(label);
      this.#shown.set(key, label);
    }
    const [name, mean] = /** @type {HTMLElement[]} */ ([...label.children[0].children]);
    const text = facet.values[at] ?? "";
    if (name.title !== text) write(name, text);
    const rating = facet.ratings?.[at];
    const stars = rating == null ? "" : `★ ${rating.toFixed(1)}`;
    if (mean.textContent !== stars) mean.textContent = stars;
    mean.title = stars ? `${rating?.toFixed(2)} stars in the mean` : "";
    return label;
  }
}

/**
 * Write a name of several parts so that each of them is read, however long another one is.
 * @param {HTMLElement} name @param {string} text
 */
function write(name, text) {
  name.title = text;
  const parts = text.split(BETWEEN_PARTS).map((part, at) => {
    const one = element("span", "wall-part", { textContent: at ? `· ${part}` : part });
    one.dataset.short = String(part.length <= SHORT_PART);
    return one;
  });
  name.replaceChildren(...parts);
}

/** @param {string[]} texts @param {HTMLElement} like @returns {number} in CSS pixels, of the longest */
function widthOf(texts, like) {
  const pen = document.createElement("canvas").getContext("2d");
  if (!pen) return 0;
  const { fontSize, fontFamily } = getComputedStyle(like);
  pen.font = `600 ${fontSize || "13px"} ${fontFamily || "sans-serif"}`;
  return Math.max(0, ...texts.slice(0, 500).map((text) => pen.measureText(text).width));
}
