/** What is known of the tasks of a wall: one for all views of a widget. */

import { send } from "../../../card/static/kernel.js";
import { facetsOf } from "./facets.js";
import { itemsIn, numberOf } from "./items.js";
import { aspectOf } from "./jpeg.js";
import { Marks } from "./marks.js";
import { Requests } from "./requests.js";

/** Pictures that are kept, in bytes: some 3,000 tiles. */
const MOST_BYTES = 60e6;
const TICK_BYTES = 6;
const COLOURS_BYTES = 52;

/**
 * @typedef {{url: string, weight: number, aspect: number, pictures: number, id: string,
 *   prompt: string, words: string, tone: string}} Known
 * @typedef {{percent: number, state: number}} Progress
 * @typedef {{paint: () => void, held: () => Iterable<number>, running: () => Iterable<number>}} View
 *   what it shows or soon may, and which of what it shows is not over
 */

export const STATES = ["waiting", "running", "fetching the picture", "done"];
const OVER = 3;

export class Store {
  /** @type {Uint32Array} of a sheet with holes, which are 0 */
  order = new Uint32Array();
  /** @type {import("./facets.js").Facets|null} of a sheet */
  facets = null;
  /** @type {number[]} the items in order, without holes */
  items = [];
  /** How many tasks it has: several of its items may be pictures of one. */
  tasks = 0;
  /** @type {Map<number, number>} item to its place */
  #places = new Map();
  /** @type {Map<number, number>} item to how many items are before it */
  #positions = new Map();
  /** @type {Map<number, Known>} by the task's number, what was used last at the end */
  known = new Map();
  /** @type {Map<number, Progress>} of those that are not over, by number */
  progress = new Map();
  marks = new Marks();
  /** @type {Map<number, number>} how often a task has changed, by its number */
  #versions = new Map();
  /** @type {Map<number, number>} where the colours of a task are */
  #colours = new Map();
  #weight = 0;
  /** @type {Set<View>} */
  #views = new Set();
  /** What was said of those in view that are not over. */
  #running = "";
  said = { text: "", tone: "" };
  /** A kernel that was shut down is not marked by ipywidgets: it is noticed when it is needed. */
  isCut = false;
  /** Whether a kernel has answered. */
  isHeard = false;
  /** Two pages may show one widget: each counts its marks from elsewhere. */
  #turn = Math.floor(Math.random() * 2 ** 40);

  /** @param {any} model */
  constructor(model) {
    this.model = model;
    this.requests = new Requests(
      (message) => this.reach(message),
      () => this.tell(),
    );
    this.painters = {
      "change:order": () => this.#takeOrder(),
      "change:facets": () => this.#takeOrder(),
      "change:colours": () => this.#takeColours(),
      "change:total": () => this.tell(),
      comm_live_update: () => this.tell(),
      "msg:custom": (/** @type {any} */ message, /** @type {DataView[]} */ buffers) =>
        this.#take(message, buffers),
    };
    for (const [event, work] of Object.entries(this.painters)) model.on(event, work);
    this.#takeColours();
    this.#takeOrder();
  }

  leave() {
    for (const [event, work] of Object.entries(this.painters)) this.model.off(event, work);
    for (const { url } of this.known.values()) if (url) URL.revokeObjectURL(url);
    this.known.clear();
    this.requests.forget();
  }

  /** @param {View} view @returns {() => void} ends it */
  listen(view) {
    this.#views.add(view);
    return () => {
      this.#views.delete(view);
      if (this.#views.size) this.tellRunning();
    };
  }

  /** Say which of the tasks in view run: these get pictures of how far they are. */
  tellRunning() {
    const numbers = [...new Set([...this.#views].flatMap((view) => [...view.running()]))];
    const running = numbers.join();
    if (running === this.#running) return;
    if (this.reach({ type: "view", numbers })) this.#running = running;
  }

  /** Paint all views. */
  tell() {
    for (const { paint } of this.#views) paint();
  }

  /** @returns {number} which of the marks that are given here comes next */
  nextTurn() {
    return ++this.#turn;
  }

  /** @param {object} message @returns {boolean} whether it could be sent */
  reach(message) {
    return send(this.model, message, () => {
      this.isCut = true;
    });
  }

  /** @param {number} item @returns {number} -1 where it is not seen */
  placeOf(item) {
    return this.#places.get(item) ?? -1;
  }

  /** @param {number} item @returns {number} which of the items it is, from 0; -1 where it is not seen */
  positionOf(item) {
    return this.#positions.get(item) ?? -1;
  }

  /** @param {number} item @returns {string} the row and the column of a sheet that it is in, or "" */
  labelOf(item) {
    const place = this.placeOf(item);
    return this.facets && place >= 0 ? this.facets.labelOf(place) : "";
  }

  /** @param {number} item @returns {number} */
  versionOf(item) {
    return this.#versions.get(numberOf(item)) ?? 0;
  }

  /** @param {number} item */
  markOf(item) {
    return this.marks.of(item, this.known.get(numberOf(item))?.pictures ?? 0);
  }

  /** @param {number} number @returns {boolean} whether it waits or runs */
  isUnfinished(number) {
    const tone = this.known.get(number)?.tone ?? "";
    return this.progress.has(number) || ["waiting", "running"].includes(tone);
  }

  /** @param {number} item @returns {string} what stands in its place before its picture, or "" */
  colourOf(item) {
    const at = this.#colours.get(numberOf(item));
    const data = this.model.get("colours");
    if (at === undefined || !data || at + COLOURS_BYTES > data.byteLength) return "";
    const quadrant = item & 31;
    const first = quadrant ? [0, 2, 8, 10][(quadrant - 1) % 4] : 5; // the middle, or its own part
    const sums = [0, 0, 0];
    for (const each of [first, first + 1, first + 4, first + 5]) {
      for (const part of [0, 1, 2]) sums[part] += data.getUint8(at + 4 + each * 3 + part);
    }
    return `rgb(${sums.map((sum) => Math.round(sum / 4)).join(" ")})`;
  }

  /**
   * Show marks at once that the kernel is only told of.
   * @param {Iterable<number>} items @param {Partial<import("./marks.js").Mark>} change @param {number} turn
   */
  foresee(items, change, turn) {
    for (const item of items) {
      this.marks.foresee(item, change, turn);
      this.#change(numberOf(item));
    }
    this.said = { text: "", tone: "" };
    this.tell();
  }

  /** What was told the kernel is not kept: show what is. */
  takeMarksBack() {
    for (const number of this.marks.takeBack()) this.#change(number);
  }

  /** Say a line above the wall. @param {string} text @param {string} [tone] */
  say(text, tone = "failed") {
    if (this.said.text === text) return;
    this.said = { text, tone };
    this.tell();
  }

  /** Ask for what is not here. @param {Iterable<number>} items what matters most first */
  want(items) {
    if (this.requests.areFull) return;
    const missing = new Set();
    for (const item of items) if (!this.known.has(numberOf(item))) missing.add(numberOf(item));
    this.requests.ask(missing);
  }

  /** A task was looked at: it is among the last to be forgotten. @param {number} number */
  touch(number) {
    const known = this.known.get(number);
    if (!known) return;
    this.known.delete(number);
    this.known.set(number, known);
  }

  /** @param {number} number */
  #change(number) {
    this.#versions.set(number, (this.#versions.get(number) ?? 0) + 1);
  }

  #takeOrder() {
    this.order = itemsIn(this.model.get("order"));
    this.facets = facetsOf(this.model);
    this.#places = new Map();
    this.#positions = new Map();
    this.items = [];
    const numbers = new Set();
    this.order.forEach((item, index) => {
      if (!item) return;
      this.#places.set(item, index);
      this.#positions.set(item, this.items.length);
      this.items.push(item);
      numbers.add(numberOf(item));
    });
    this.tasks = numbers.size;
    this.tell();
  }

  #takeColours() {
    const data = this.model.get("colours");
    this.#colours.clear();
    for (let at = 0; data && at + COLOURS_BYTES <= data.byteLength; at += COLOURS_BYTES) {
      this.#colours.set(data.getUint32(at, true), at);
    }
    this.tell();
  }

  /** @param {any} message @param {DataView[]} buffers */
  #take(message, buffers) {
    const takers = /** @type {Record<string, () => void>} */ ({
      tiles: () => this.#takeTiles(message, buffers[0]),
      marks: () => {
        for (const one of message.marks) this.#takeMarks(...one);
        for (const number of this.marks.hear(message.heard)) this.#change(number);
      },
      tick: () => this.#takeTick(buffers[0]),
      still: () => this.requests.takeKnown(message),
      said: () => {
        this.said = message;
        if (message.tone === "failed" && message.text) this.takeMarksBack();
      },
    });
    if (!Object.hasOwn(takers, message.type)) return;
    this.isHeard = true;
    takers[message.type]();
    this.tell();
  }

  /** @param {any} message @param {DataView} data */
  #takeTiles({ request, last, tiles }, data) {
    let at = 0;
    for (const [number, weight, pictures, id, prompt, words, tone, marks] of tiles) {
      const picture = new Uint8Array(data.buffer, data.byteOffset + at, weight);
      at += weight;
      const url = weight ? URL.createObjectURL(new Blob([picture], { type: "image/jpeg" })) : "";
      const aspect = weight ? aspectOf(picture) : 1;
      this.#keep(number, { url, weight, aspect, pictures, id, prompt, words, tone });
      this.#takeMarks(number, marks);
      this.requests.takeOne(request, number);
    }
    if (last) for (const number of this.requests.end(request)) this.#keep(number, NOT_THERE);
    this.#forgetSome();
  }

  /** @param {number} number @param {Known} known */
  #keep(number, known) {
    const earlier = this.known.get(number);
    if (earlier?.url) URL.revokeObjectURL(earlier.url);
    this.#weight += known.weight - (earlier?.weight ?? 0);
    this.known.delete(number);
    this.known.set(number, known);
    this.#change(number);
  }

  /** @param {number} number @param {[number, number, string][]} marks */
  #takeMarks(number, marks) {
    this.marks.take(number, marks);
    this.#change(number);
  }

  /** @param {DataView} data */
  #takeTick(data) {
    for (let at = 0; at + TICK_BYTES <= data.byteLength; at += TICK_BYTES) {
      const number = data.getUint32(at, true);
      const state = data.getUint8(at + 5);
      if (state >= OVER) this.progress.delete(number);
      else this.progress.set(number, { percent: data.getUint8(at + 4), state });
      this.#change(number);
    }
  }

  #forgetSome() {
    if (this.#weight <= MOST_BYTES) return;
    const held = new Set([...this.#views].flatMap((view) => [...view.held()]));
    for (const [number, { url, weight }] of this.known) {
      if (this.#weight <= MOST_BYTES) return;
      if (held.has(number)) continue;
      if (url) URL.revokeObjectURL(url);
      this.#weight -= weight;
      this.known.delete(number);
      this.#change(number);
    }
  }
}

/** @type {Known} */
const NOT_THERE = {
  url: "",
  weight: 0,
  aspect: 1,
  pictures: 0,
  id: "",
  prompt: "",
  words: "It could not be had.",
  tone: "trouble",
};
