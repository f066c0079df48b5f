/** The part of the wall that is seen: elements for what is in view, used again as it is scrolled. */

import { element } from "../../../card/static/dom.js";
import { keepKeys } from "../../../card/static/host_keys.js";
import { itemsIn } from "./items.js";
import { Tile } from "./tile.js";

const GAP = 6;
const WORDS = 20;
/** Rows beside those in view: that have elements, and that are asked for. */
const NEAR = 1;
const AHEAD = 4;

export class Viewport {
  columns = 1;
  /** @type {Map<number, Tile>} by place */
  #shown = new Map();
  /** @type {Tile[]} */
  #free = [];
  #frame = 0;

  /** @param {any} model @param {import("./store.js").Store} store */
  constructor(model, store) {
    this.model = model;
    this.store = store;
    this.box = keepKeys(element("div", "wall-box", { tabIndex: 0 }));
    this.box.setAttribute("role", "listbox");
    this.box.setAttribute("aria-multiselectable", "true");
    this.box.setAttribute("aria-label", "Tasks");
    this.room = element("div", "wall-room");
    this.box.append(this.room);
    this.box.addEventListener("scroll", () => this.paintSoon(), { passive: true });
    this.observer = new ResizeObserver(() => this.measure());
    this.observer.observe(this.box);
    this.onSize = () => this.measure();
    this.onState = () => this.paintSoon();
    model.on("change:size", this.onSize);
    model.on("change:height", this.onSize);
    model.on("change:selected_items", this.onState);
    model.on("change:current_item", this.onState);
    model.on("change:open_item", this.onState);
    this.measure();
  }

  leave() {
    this.observer.disconnect();
    cancelAnimationFrame(this.#frame);
    this.model.off("change:size", this.onSize);
    this.model.off("change:height", this.onSize);
    this.model.off("change:selected_items", this.onState);
    this.model.off("change:current_item", this.onState);
    this.model.off("change:open_item", this.onState);
  }

  get size() {
    return this.model.get("size");
  }

  get rowHeight() {
    return this.size + WORDS + GAP;
  }

  get rowsInView() {
    return Math.max(1, Math.floor(this.box.clientHeight / this.rowHeight));
  }

  measure() {
    this.box.style.maxHeight = `${this.model.get("height")}px`;
    this.box.style.setProperty("--mj-tile", `${this.size}px`);
    this.columns = Math.max(1, Math.floor((this.box.clientWidth + GAP) / (this.size + GAP)));
    for (const [place, tile] of this.#shown) this.#put(tile, place);
    this.paintSoon();
  }

  paintSoon() {
    if (!this.#frame) this.#frame = requestAnimationFrame(() => this.#paint());
  }

  /** Bring a place into view, with no more movement than is needed. @param {number} place */
  reveal(place) {
    const top = Math.floor(place / this.columns) * this.rowHeight;
    const { scrollTop, clientHeight } = this.box;
    if (top < scrollTop) this.box.scrollTop = top;
    else if (top + this.rowHeight > scrollTop + clientHeight) {
      this.box.scrollTop = top + this.rowHeight - clientHeight;
    }
  }

  /** @param {EventTarget|null} target @returns {number} the item there, 0 for none */
  itemAt(target) {
    const found = target instanceof Element ? target.closest(".mj-wall-tile") : null;
    for (const tile of this.#shown.values()) if (tile.element === found) return tile.item;
    return 0;
  }

  #paint() {
    this.#frame = 0;
    const { order } = this.store;
    this.room.style.height = `${Math.ceil(order.length / this.columns) * this.rowHeight}px`;
    const [first, end] = this.#range(NEAR);
    for (const [place, tile] of this.#shown) {
      if (place >= first && place < end) continue;
      this.#shown.delete(place);
      this.#free.push(tile);
    }
    const selected = new Set(itemsIn(this.model.get("selected_items")));
    const current = this.model.get("current_item");
    const open = this.model.get("open_item");
    this.box.removeAttribute("aria-activedescendant");
    for (let place = first; place < end; place++) {
      const tile = this.#shown.get(place) ?? this.#add(place);
      const item = order[place];
      tile.take(item);
      const isCurrent = item === current;
      tile.paint(this.store, {
        place,
        isSelected: selected.has(item),
        isCurrent,
        isOpen: item === open,
      });
      if (isCurrent) this.box.setAttribute("aria-activedescendant", tile.element.id);
    }
    for (const tile of this.#free.splice(3 * this.columns)) tile.element.remove();
    for (const tile of this.#free) tile.element.style.visibility = "hidden";
    this.store.want(this.#wanted());
  }

  /** @returns {Generator<number>} the items in view, then those below and above */
  *#wanted() {
    const { order } = this.store;
    const [first, end] = this.#range(0);
    const [before, after] = this.#range(AHEAD);
    for (let place = first; place < end; place++) yield order[place];
    for (let place = end; place < after; place++) yield order[place];
    for (let place = first - 1; place >= before; place--) yield order[place];
  }

  /** @param {number} rows @returns {[number, number]} places: the first, and the one after the last */
  #range(rows) {
    const { scrollTop, clientHeight } = this.box;
    const height = Math.min(clientHeight || this.model.get("height"), this.model.get("height"));
    const first = Math.max(0, Math.floor(scrollTop / this.rowHeight) - rows);
    const end = Math.ceil((scrollTop + height) / this.rowHeight) + rows;
    const { length } = this.store.order;
    return [Math.min(first * this.columns, length), Math.min(end * this.columns, length)];
  }

  /** @param {number} place @returns {Tile} */
  #add(place) {
    const tile = this.#free.pop() ?? new Tile();
    if (!tile.element.isConnected) this.room.append(tile.element);
    tile.element.style.visibility = "";
    this.#shown.set(place, tile);
    this.#put(tile, place);
    return tile;
  }

  /** @param {Tile} tile @param {number} place */
  #put(tile, place) {
    const left = (place % this.columns) * (this.size + GAP);
    const top = Math.floor(place / this.columns) * this.rowHeight;
    tile.element.style.transform = `translate(${left}px, ${top}px)`;
  }
}
