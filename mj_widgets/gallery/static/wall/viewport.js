/** The part of the wall that is seen: elements for what is in view, used again as it is scrolled. */

import { element } from "../../../card/static/dom.js";
import { hasKernel } from "../../../card/static/kernel.js";
import { itemsIn, numberOf } from "./items.js";
import { EDGE, flow, sheet } from "./layout.js";
import { Tile } from "./tile.js";

/** @typedef {import("./heads.js").Seen} Seen */

const PADDING = 8;
/** How wide a tile of a sheet is that has room for five stars to click; else full size has them. */
const NEEDED_FOR_STARS = 100;
/** Rows beside those in view: that have elements, and that are asked for. */
const NEAR = 1;
const AHEAD = 4;
const REST_MS = 150;
const STATE_TRAITS = ["current_item", "open_item"];

export class Viewport {
  /** @type {import("./layout.js").Layout} */
  layout = flow(640, 160);
  /** Of what is seen of the tiles, in CSS pixels. */
  height = 0;
  width = 0;
  /** @type {Map<number, Tile>} by place */
  #shown = new Map();
  /** @type {Tile[]} */
  #free = [];
  #frame = 0;
  /** @type {Set<number>} */
  #selected = new Set();
  #roomHeight = -1;
  /** @type {import("./facets.js").Facets|null} that it was measured for */
  #facets = null;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #resting;
  /** Called after each painting. */
  onPaint = () => {};

  /**
   * @param {any} model @param {import("./store.js").Store} store
   * @param {import("./heads.js").Heads} heads of a sheet
   */
  constructor(model, store, heads) {
    this.model = model;
    this.store = store;
    this.heads = heads;
    this.scroller = element("div", "wall-scroll");
    this.box = element("div", "wall-box", { tabIndex: 0 });
    this.box.setAttribute("role", "listbox");
    this.box.setAttribute("aria-multiselectable", "true");
    this.box.setAttribute("aria-label", "Tasks; ? shows the keys");
    this.scroller.append(heads.corner, heads.top, heads.side, this.box);
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

  /** Tiles side by side. */
  get columns() {
    return this.layout.columns;
  }

  get rowsInView() {
    return Math.max(1, Math.floor(this.height / this.layout.lineHeight));
  }

  get isLive() {
    return hasKernel(this.scroller) && !this.store.isCut;
  }

  focus() {
    this.box.focus({ preventScroll: true });
  }

  /** Take what the rows and columns are now. */
  follow() {
    if (this.store.facets !== this.#facets) this.measure();
  }

  measure() {
    const { style } = this.scroller;
    const { facets } = this.store;
    this.#facets = facets;
    const [size, most] = [this.model.get("size"), this.model.get("height")];
    style.maxHeight = `${most}px`;
    this.scroller.dataset.sheet = String(Boolean(facets));
    const whole = this.scroller.clientWidth || 640 + PADDING;
    const first = this.layout.lineAt(this.scroller.scrollTop) * this.columns;
    const earlier = this.layout;
    this.heads.measure(facets, whole);
    this.width = whole - (facets ? this.heads.width : PADDING);
    this.layout = facets
      ? sheet(facets, { width: this.width, height: most - this.heads.height }, size)
      : flow(this.width, size);
    style.setProperty("--mj-side", `${this.heads.width}px`);
    style.setProperty("--mj-head", `${this.heads.height}px`);
    this.scroller.dataset.small = String(Boolean(facets) && this.layout.side < NEEDED_FOR_STARS);
    style.setProperty("--mj-tile", `${this.layout.side}px`);
    style.setProperty("--mj-tall", `${this.layout.tall}px`);
    this.box.style.width = facets ? `${this.layout.width}px` : "";
    this.#setRoom();
    this.height = (this.scroller.clientHeight || most) - this.heads.height;
    const isSame = !facets || earlier.columns === this.columns;
    if (earlier.side !== this.layout.side && isSame && first) {
      this.scroller.scrollTop = this.layout.top(Math.floor(first / this.columns));
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
    const { columns, side, lineHeight } = this.layout;
    const [line, column] = [Math.floor(place / columns), place % columns];
    const top = this.layout.top(line);
    const { scrollTop, scrollLeft } = this.scroller;
    if (top < scrollTop) this.scroller.scrollTop = top;
    else if (top + lineHeight > scrollTop + this.height) {
      this.scroller.scrollTop = top + lineHeight - this.height;
    }
    if (!this.layout.width) return;
    const left = this.layout.left(column);
    if (left < scrollLeft) this.scroller.scrollLeft = left - EDGE;
    else if (left + side > scrollLeft + this.width) {
      this.scroller.scrollLeft = left + side + EDGE - this.width;
    }
  }

  goToTop() {
    this.scroller.scrollTop = 0;
  }

  /** @param {number} place @returns {boolean} whether any of it is in view */
  isInView(place) {
    return this.#isIn(this.#seen(0), place);
  }

  /** @returns {number[]} the tasks that are in view, or are asked for as they soon may be */
  held() {
    return [...this.#wanted()].map(numberOf);
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

  /** @param {number} item @returns {Tile|undefined} */
  tileOf(item) {
    return this.#shown.get(this.store.placeOf(item));
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
    const height = this.layout.room(this.store.order.length);
    if (height === this.#roomHeight) return;
    this.#roomHeight = height;
    this.box.style.height = `${height}px`;
  }

  #paint() {
    this.#frame = 0;
    const seen = this.#seen(NEAR); // all that is read of the page, before anything is written
    const inView = this.#seen(0);
    const { order, facets } = this.store;
    this.#setRoom();
    if (facets) this.heads.paint(facets, this.layout, seen);
    for (const [place, tile] of this.#shown) {
      if (order[place] && this.#isIn(seen, place)) continue;
      this.#shown.delete(place);
      this.#free.push(tile);
    }
    const [current, open] = STATE_TRAITS.map((name) => this.model.get(name));
    let active = "";
    for (const place of this.#places(seen.lines, seen.columns)) {
      const tile = this.#shown.get(place) ?? this.#add(place);
      const item = order[place];
      const [isCurrent, isOpen] = [item === current, item === open];
      tile.paint(this.store, item, {
        isSelected: this.#selected.has(item),
        shape: this.layout.side / this.layout.tall,
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
    this.#ask(inView);
    this.onPaint();
  }

  /** @param {Seen} inView */
  #ask(inView) {
    if (!this.isLive) return;
    this.store.want(this.#wanted(inView));
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => this.store.tellRunning(), REST_MS);
  }

  /** @param {Seen} [inView] @returns {Generator<number>} the items in view, then those below and above */
  *#wanted(inView = this.#seen(0)) {
    const { order } = this.store;
    const [first, end] = inView.lines;
    const after = [end, end + AHEAD];
    const before = [Math.max(0, first - AHEAD), first];
    for (const place of this.#places(inView.lines, inView.columns)) yield order[place];
    for (const place of this.#places(after, inView.columns)) yield order[place];
    for (const place of [...this.#places(before, inView.columns)].reverse()) yield order[place];
  }

  /** @param {number[]} lines @param {number[]} columns @returns {Generator<number>} places that have an item */
  *#places([first, end], [left, right]) {
    const { order } = this.store;
    const { columns } = this.layout;
    for (let line = first; line < end; line++) {
      if (line * columns >= order.length) return;
      for (let column = left; column < right; column++) {
        if (order[line * columns + column]) yield line * columns + column;
      }
    }
  }

  /** @param {number} beside lines and columns beside those in view @returns {Seen} */
  #seen(beside) {
    const { scrollTop, scrollLeft } = this.scroller;
    const { columns } = this.layout;
    const height = Math.min(this.height || Infinity, this.model.get("height"));
    const lines = Math.ceil(this.store.order.length / columns);
    const first = Math.max(0, this.layout.lineAt(scrollTop) - beside);
    const end = this.layout.lineAt(scrollTop + height - 1) + 1 + beside;
    const isWide = (this.layout.width ?? 0) > this.width;
    const left = isWide ? this.layout.columnAt(scrollLeft) - beside : 0;
    const right = isWide ? this.layout.columnAt(scrollLeft + this.width) + 1 + beside : columns;
    return {
      lines: [Math.min(first, lines), Math.min(end, lines)],
      columns: [Math.max(0, left), Math.min(right, columns)],
    };
  }

  /** @param {Seen} seen @param {number} place */
  #isIn({ lines, columns }, place) {
    const [line, column] = [Math.floor(place / this.columns), place % this.columns];
    return line >= lines[0] && line < lines[1] && column >= columns[0] && column < columns[1];
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
    const left = this.layout.left(place % this.columns);
    const top = this.layout.top(Math.floor(place / this.columns));
    tile.element.style.transform = `translate(${left}px, ${top}px)`;
  }
}
