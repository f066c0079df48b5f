/** Which item keys are about, which are selected, and what is done to them. */

import { spokenText } from "../../../card/static/dom.js";
import { dataOf, itemsIn } from "./items.js";
import { markWords } from "./tile.js";

/** How many marks Ctrl+Z finds its way back to. */
const MOST_STEPS_BACK = 200;
export const NO_KERNEL =
  "The kernel is gone: run the cell again. What was rated before is kept; nothing can be rated now.";

const NOTHING_COMES_BACK = { item: 0, instead: 0 };

export class Selection {
  #anchor = 0;
  /** @type {number[]} the item that keys were about at each mark, the last one at the end */
  #marked = [];
  /** @type {Uint32Array} */
  #earlier;
  /** Whether somebody has asked for another order, and has given no mark since. */
  #isAsked = false;
  /** Whether somebody has asked for other rows and columns. */
  #isLaidOut = false;
  /** What the last undo led back to, and what has its turn while that is not there. */
  #back = NOTHING_COMES_BACK;

  /**
   * @param {any} model @param {import("./store.js").Store} store
   * @param {import("./viewport.js").Viewport} viewport
   */
  constructor(model, store, viewport) {
    this.model = model;
    this.store = store;
    this.viewport = viewport;
    this.said = spokenText("spoken");
    this.#earlier = store.order;
    this.onQuery = () => {
      this.#isAsked = true;
    };
    model.on("change:query", this.onQuery);
  }

  leave() {
    this.model.off("change:query", this.onQuery);
  }

  get current() {
    return this.model.get("current_item");
  }

  /** Where the current one is, -1 for none. */
  get place() {
    return this.store.placeOf(this.current);
  }

  /** What is selected and seen: nothing is done to what a filter hides. */
  get selected() {
    return itemsIn(this.model.get("selected_items")).filter((item) => this.store.placeOf(item) >= 0);
  }

  /** @param {number} item */
  has(item) {
    return this.selected.includes(item);
  }

  /** The order is another one: what keys are about stays, or else its neighbour takes its place. */
  stay() {
    const { order } = this.store;
    const earlier = this.#earlier;
    if (order === earlier) return;
    this.#earlier = order;
    const isAsked = this.#isAsked;
    this.#isAsked = false;
    if (isAsked) this.viewport.goToTop();
    if (this.#isLaidOut && this.place >= 0) this.viewport.reveal(this.place);
    this.#isLaidOut = false;
    if (!this.current || !this.store.items.length) return;
    if (isAsked) this.#back = NOTHING_COMES_BACK;
    const { item, instead } = this.#back; // an order of before the undo may come after it
    if (this.current === instead && this.store.placeOf(item) >= 0) {
      this.goTo(this.store.placeOf(item));
    } else if (this.place < 0) {
      const isAwaited = [item, instead].includes(this.current);
      const known = isAwaited ? this.store.placeOf(instead) : -1;
      const place = known >= 0 ? known : this.#nextOf(earlier);
      this.#take(isAsked ? this.#first : place);
      if (isAwaited) this.#back = { item, instead: this.current };
      if (!isAsked) this.viewport.reveal(place);
    } else if (isAsked && !this.viewport.isInView(this.place)) this.#take(this.#first);
  }

  /** @param {Uint32Array} earlier @returns {number} the place of what came after the current one */
  #nextOf(earlier) {
    const from = Math.max(0, earlier.indexOf(this.current));
    for (let at = from; at < earlier.length; at++) {
      const place = this.store.placeOf(earlier[at]);
      if (place >= 0) return place;
    }
    return this.#last;
  }

  get #first() {
    return this.store.placeOf(this.store.items[0]);
  }

  get #last() {
    return this.store.placeOf(this.store.items[this.store.items.length - 1]);
  }

  /** @param {number} place */
  #take(place) {
    this.model.set("current_item", this.store.order[place]);
    this.#save();
  }

  /** A kernel that is known to be gone is told nothing: ipywidgets would complain on the console. */
  #save() {
    if (this.viewport.isLive) this.model.save_changes();
    else this.viewport.paintSoon();
  }

  /** @param {number} place @param {boolean} [extends_] select all from where it began */
  goTo(place, extends_ = false) {
    const { order, items } = this.store;
    if (!items.length) return;
    this.#back = NOTHING_COMES_BACK;
    const to = Math.min(Math.max(place, this.#first), this.#last);
    if (extends_) {
      const from = Math.max(0, this.store.placeOf(this.#anchor || this.current || order[to]));
      const [first, last] = [Math.min(from, to), Math.max(from, to)];
      this.model.set("selected_items", dataOf(order.slice(first, last + 1).filter(Boolean)));
    } else this.#anchor = order[to];
    this.#take(to);
    this.viewport.reveal(to);
    this.viewport.paintSoon();
  }

  /** @param {number} steps @returns {boolean} whether there was where to go */
  move(steps, extends_ = false) {
    const { place } = this;
    const last = this.store.order.length - 1;
    if (place < 0) this.goTo(steps === Infinity ? last : 0, extends_);
    else if (Math.abs(steps) === Infinity) this.goTo(place + steps, extends_);
    else if (this.store.facets) this.goTo(this.#beyond(place, steps), extends_);
    else if (Math.abs(steps) === 1) this.goTo(place + steps, extends_);
    else if (place + steps < 0) return false; // up from the first row: nowhere
    else if (place + steps > last) {
      const { columns } = this.viewport;
      const isLastRow = Math.floor(place / columns) === Math.floor(last / columns);
      if (!isLastRow) this.goTo(last, extends_);
    } else this.goTo(place + steps, extends_);
    return this.place !== place;
  }

  /**
   * In a sheet: where so many steps lead, over its holes, and no further than there is something.
   * @param {number} place @param {number} steps @returns {number}
   */
  #beyond(place, steps) {
    const { order } = this.store;
    const { columns } = this.viewport;
    const way = Math.sign(steps) * (Math.abs(steps) < columns ? 1 : columns);
    let found = place;
    for (let to = place + way; to >= 0 && to < order.length; to += way) {
      if (order[to]) found = to;
      if (found !== place && (to - place) / steps >= 1) break;
    }
    return found;
  }

  toggle() {
    const { current } = this;
    if (this.place < 0) return;
    const selected = new Set(this.selected);
    if (!selected.delete(current)) selected.add(current);
    this.#anchor = current;
    this.#select(selected);
  }

  selectAll() {
    this.#select(this.store.items);
  }

  selectNone() {
    this.#select([]);
  }

  /** @param {Iterable<number>} items */
  #select(items) {
    this.model.set("selected_items", dataOf(items));
    this.#save();
    this.viewport.paintSoon();
  }

  /**
   * Mark what is selected, else the current one and go on to the next.
   * @param {{rating?: number, flag?: string}} change
   */
  mark(change) {
    const { selected } = this;
    if (selected.length) this.markThese([...selected], change);
    else if (this.place >= 0 && this.markThese([this.current], change)) this.move(1);
  }

  /** @param {number[]} items @param {{rating?: number, flag?: string}} change @returns {boolean} */
  markThese(items, change) {
    const turn = this.store.nextTurn();
    if (!this.#tell({ type: "mark", turn, items, ...change })) return false;
    this.#isAsked = false;
    this.#back = NOTHING_COMES_BACK;
    this.#marked = [...this.#marked.slice(1 - MOST_STEPS_BACK), this.current];
    this.store.foresee(items, change, turn);
    const words = markWords({ rating: change.rating ?? 0, flag: change.flag ?? "" });
    const none = { rating: "no star", flag: "no flag" };
    const gone = Object.keys(change).map((each) => none[each]);
    this.#say([items.length > 1 ? `${items.length}:` : "", words || gone.join(", ")].join(" "));
    return true;
  }

  /** Take the last mark back, and go back to where it was given. */
  undo() {
    if (!this.#tell({ type: "undo" })) return;
    this.#isAsked = false;
    const item = this.#marked.pop();
    if (!item) return;
    this.#say("the last mark is taken back");
    const place = this.store.placeOf(item);
    const instead = place < 0 ? this.current : 0;
    if (place >= 0) this.goTo(place);
    else {
      this.model.set("current_item", item); // it comes back
      this.#save();
    }
    this.#back = { item, instead };
  }

  open() {
    if (this.place >= 0) this.#tell({ type: "open", item: this.current });
  }

  close() {
    this.#tell({ type: "open", item: 0 });
  }

  /** Ask for other rows and columns. @param {object} message */
  layOut(message) {
    this.#isLaidOut = this.#tell(message);
  }

  /** Have what has failed sent again. @param {number} item @returns {boolean} whether it was asked for */
  sendAgain(item) {
    return this.#tell({ type: "again", item });
  }

  /** @param {number} item */
  findAlike(item) {
    if (item) this.#tell({ type: "like", item });
  }

  /** @param {object} message @returns {boolean} whether it was sent */
  #tell(message) {
    if (this.viewport.isLive && this.store.reach(message)) return true;
    this.store.say(NO_KERNEL);
    return false;
  }

  /** @param {string} words */
  #say(words) {
    this.said.textContent = words.trim();
  }
}
