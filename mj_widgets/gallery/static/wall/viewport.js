/** The part of the wall that is seen: elements for what is in view, used again as it is scrolled. */

import { element } from "../../../card/static/dom.js";
import { hasKernel } from "../../../card/static/kernel.js";
import { itemsIn, numberOf } from "./items.js";
import { Tile } from "./tile.js";

const GAP = 10;
const WORDS = 22;
/** Rows beside those in view: that have elements, and that are asked for. */
const NEAR = 1;
const AHEAD = 4;
const REST_MS = 150;
const STATE_TRAITS = ["current_item", "open_item"];

export class Viewport {
  columns = 1;
  /** Of a tile, in CSS pixels: so that whole ones fill the width. */
  side = 1;
  height = 0;
  /** @type {Map<number, Tile>} by place */
  #shown = new Map();
  /** @type {Tile[]} */
  #free = [];
  #frame = 0;
  /** @type {Set<number>} */
  #selected = new Set();
  #roomHeight = -1;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #resting;
  /** Called after each painting. */
  onPaint = () => {};

  /** @param {any} model @param {import("./store.js").Store} store */
  constructor(model, store) {
    this.model = model;
    this.store = store;
    this.scroller = element("div", "wall-scroll");
    this.box = element("div", "wall-box", { tabIndex: 0 });
    this.box.setAttribute("role", "listbox");
    this.box.setAttribute("aria-multiselectable", "true");
    this.box.setAttribute("aria-label", "Tasks; ? shows the keys");
    this.scroller.append(this.box);
    this.scroller.addEventListener("scroll", () => this.paintSoon(), { passive: true });
    this.observer = new ResizeObserver(() => this.measure());
    this.observer.observe(this.scroller);
    this.listeners = {
      "change:size": () => this.measure(),
      "change:height": () => this.measure(),
      "change:selected_items": () => this.#takeSelected(),
      ...Object.fromEntries(STATE_TRAITS.map((name) => [`change:${name}`, () => this.paintSoon()])),
    };
    for (const [event, work] of Object.entries(this.listeners)) model.on(event, work);
    this.#takeSelected();
    this.measure();
  }

  leave() {
    this.observer.disconnect();
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#resting);
    for (const [event, work] of Object.entries(this.listeners)) this.model.off(event, work);
  }

  get rowHeight() {
    return this.side + WORDS + GAP;
  }

  get rowsInView() {
    return Math.max(1, Math.floor(this.height / this.rowHeight));
  }

  get isLive() {
    return hasKernel(this.scroller) && !this.store.isCut;
  }

  focus() {
    this.box.focus({ preventScroll: true });
  }

  measure() {
    const { style } = this.scroller;
    style.maxHeight = `${this.model.get("height")}px`;
    const first = Math.floor(this.scroller.scrollTop / this.rowHeight) * this.columns;
    const width = this.box.clientWidth || 640;
    this.columns = Math.max(1, Math.round((width + GAP) / (this.model.get("size") + GAP)));
    const side = Math.floor((width - GAP * (this.columns - 1)) / this.columns);
    const hasMoved = side !== this.side;
    this.side = side;
    this.height = this.scroller.clientHeight || this.model.get("height");
    if (hasMoved) {
      style.setProperty("--mj-tile", `${side}px`);
      this.#setRoom();
      this.scroller.scrollTop = Math.floor(first / this.columns) * this.rowHeight;
    }
    for (const [place, tile] of this.#shown) this.#put(tile, place);
    this.paintSoon();
  }

  paintSoon() {
    if (!this.#frame) this.#frame = requestAnimationFrame(() => this.#paint());
  }

  /** Bring a place into view, with no more movement than is needed. @param {number} place */
  reveal(place) {
    this.#setRoom(); // else there is nowhere to scroll to yet
    const top = Math.floor(place / this.columns) * this.rowHeight;
    const { scrollTop } = this.scroller;
    if (top < scrollTop) this.scroller.scrollTop = top;
    else if (top + this.rowHeight > scrollTop + this.height) {
      this.scroller.scrollTop = top + this.rowHeight - this.height;
    }
  }

  goToTop() {
    this.scroller.scrollTop = 0;
  }

  /** @param {number} place @returns {boolean} whether any of it is in view */
  isInView(place) {
    const [first, end] = this.#range(0, this.scroller.scrollTop);
    return place >= first && place < end;
  }

  /** @returns {number[]} the tasks that are in view, or are asked for as they soon may be */
  held() {
    return [...this.#wanted(this.scroller.scrollTop)].map(numberOf);
  }

  /** @returns {number[]} the tasks in view that wait or run */
  running() {
    const numbers = [...this.#shown.values()].map((tile) => numberOf(tile.item));
    return numbers.filter((number) => this.store.isUnfinished(number));
  }

  /** @param {Tile} tile @returns {boolean} */
  isShown(tile) {
    for (const each of this.#shown.values()) if (each === tile) return true;
    return false;
  }

  /** @param {EventTarget|null} target @returns {Tile|undefined} */
  tileAt(target) {
    const found = target instanceof Element ? target.closest(".mj-wall-tile") : null;
    if (!found) return undefined;
    for (const tile of this.#shown.values()) if (tile.element === found) return tile;
    return undefined;
  }

  #takeSelected() {
    this.#selected = new Set(itemsIn(this.model.get("selected_items")));
    this.paintSoon();
  }

  #setRoom() {
    const rows = Math.ceil(this.store.order.length / this.columns);
    const height = Math.max(0, rows * this.rowHeight - GAP);
    if (height === this.#roomHeight) return;
    this.#roomHeight = height;
    this.box.style.height = `${height}px`;
  }

  #paint() {
    this.#frame = 0;
    const { scrollTop } = this.scroller; // all that is read of the page, before anything is written
    const { order } = this.store;
    const [first, end] = this.#range(NEAR, scrollTop);
    this.#setRoom();
    for (const [place, tile] of this.#shown) {
      if (place >= first && place < end) continue;
      this.#shown.delete(place);
      this.#free.push(tile);
    }
    const [current, open] = STATE_TRAITS.map((name) => this.model.get(name));
    let active = "";
    for (let place = first; place < end; place++) {
      const tile = this.#shown.get(place) ?? this.#add(place);
      const item = order[place];
      const [isCurrent, isOpen] = [item === current, item === open];
      tile.paint(this.store, item, {
        place,
        isSelected: this.#selected.has(item),
        isCurrent,
        isOpen,
      });
      this.store.touch(numberOf(item));
      if (isCurrent) active = tile.element.id;
    }
    if (active) this.box.setAttribute("aria-activedescendant", active);
    else this.box.removeAttribute("aria-activedescendant");
    for (const tile of this.#free.splice(3 * this.columns)) tile.element.remove();
    for (const tile of this.#free) tile.hide();
    this.#ask(scrollTop);
    this.onPaint();
  }

  /** @param {number} scrollTop */
  #ask(scrollTop) {
    if (!this.isLive) return;
    this.store.want(this.#wanted(scrollTop));
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => this.store.tellRunning(), REST_MS);
  }

  /** @param {number} scrollTop @returns {Generator<number>} the items in view, then those below and above */
  *#wanted(scrollTop) {
    const { order } = this.store;
    const [first, end] = this.#range(0, scrollTop);
    const [before, after] = this.#range(AHEAD, scrollTop);
    for (let place = first; place < end; place++) yield order[place];
    for (let place = end; place < after; place++) yield order[place];
    for (let place = first - 1; place >= before; place--) yield order[place];
  }

  /**
   * @param {number} rows beside those in view @param {number} scrollTop
   * @returns {[number, number]} places: the first, and the one after the last
   */
  #range(rows, scrollTop) {
    const { length } = this.store.order;
    const height = Math.min(this.height || Infinity, this.model.get("height"));
    const first = Math.max(0, Math.floor(scrollTop / this.rowHeight) - rows);
    const end = Math.ceil((scrollTop + height) / this.rowHeight) + rows;
    return [Math.min(first * this.columns, length), Math.min(end * this.columns, length)];
  }

  /** @param {number} place @returns {Tile} */
  #add(place) {
    const tile = this.#free.pop() ?? new Tile();
    if (!tile.element.isConnected) this.box.append(tile.element);
    this.#shown.set(place, tile);
    this.#put(tile, place);
    return tile;
  }

  /** @param {Tile} tile @param {number} place */
  #put(tile, place) {
    const left = (place % this.columns) * (this.side + GAP);
    const top = Math.floor(place / this.columns) * this.rowHeight;
    tile.element.style.transform = `translate(${left}px, ${top}px)`;
  }
}
