/** Which item keys are about, which are selected, and what is done to them. */

import { spokenText } from "../../../card/static/dom.js";
import { dataOf, itemsIn } from "./items.js";

export class Selection {
  #anchor = 0;

  /**
   * @param {any} model @param {import("./store.js").Store} store
   * @param {import("./viewport.js").Viewport} viewport
   */
  constructor(model, store, viewport) {
    this.model = model;
    this.store = store;
    this.viewport = viewport;
    this.said = spokenText("spoken");
    this.onOrder = () => this.#stay();
    model.on("change:order", this.onOrder);
    this.place = Math.max(0, store.placeOf(model.get("current_item")));
  }

  leave() {
    this.model.off("change:order", this.onOrder);
  }

  get current() {
    return this.model.get("current_item");
  }

  get selected() {
    return itemsIn(this.model.get("selected_items"));
  }

  /** Where the filter hides what keys are about, its neighbour takes its place. */
  #stay() {
    const { order } = this.store;
    const place = this.store.placeOf(this.current);
    if (place >= 0) this.place = place;
    else if (this.current && order.length) this.goTo(Math.min(this.place, order.length - 1));
  }

  /** @param {number} place @param {boolean} [extends_] select all from where it began */
  goTo(place, extends_ = false) {
    const { order } = this.store;
    if (!order.length) return;
    this.place = Math.min(Math.max(place, 0), order.length - 1);
    const item = order[this.place];
    this.model.set("current_item", item);
    if (extends_) {
      const from = Math.max(0, this.store.placeOf(this.#anchor || item));
      const [first, last] = [Math.min(from, this.place), Math.max(from, this.place)];
      this.model.set("selected_items", dataOf(order.slice(first, last + 1)));
    } else this.#anchor = item;
    this.model.save_changes();
    this.viewport.reveal(this.place);
    this.viewport.paintSoon();
  }

  /** @param {number} steps */
  move(steps, extends_ = false) {
    const isNew = this.store.placeOf(this.current) < 0;
    this.goTo(isNew ? 0 : this.place + steps, extends_);
  }

  toggle() {
    if (!this.current) return;
    const selected = new Set(this.selected);
    if (!selected.delete(this.current)) selected.add(this.current);
    this.#select(selected);
  }

  selectAll() {
    this.#select(this.store.order);
  }

  selectNone() {
    this.#select([]);
  }

  /** @param {Iterable<number>} items */
  #select(items) {
    this.model.set("selected_items", dataOf(items));
    this.model.save_changes();
    this.viewport.paintSoon();
  }

  /** Mark what is selected, else the current one, and go on to the next. @param {{rating?: number, flag?: string}} change */
  mark(change) {
    const selected = this.selected;
    const isOne = !selected.length;
    const items = isOne ? [this.current].filter(Boolean) : [...selected];
    if (!items.length) return;
    this.store.foresee(items, change);
    this.model.send({ type: "mark", items, ...change });
    if (isOne && this.place < this.store.order.length - 1) this.move(1);
  }

  undo() {
    this.model.send({ type: "undo" });
  }

  open() {
    if (this.current) this.model.send({ type: "open", item: this.current });
  }

  close() {
    this.model.send({ type: "open", item: 0 });
  }
}
