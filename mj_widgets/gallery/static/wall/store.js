/** What is known of the tasks of a wall: their order, their pictures, and what is thought of them. */

import { itemsIn, numberOf } from "./items.js";

/** At once under way: what is asked later is nearer to what is seen by then. */
const MOST_REQUESTS = 2;
const MOST_IN_ONE = 48;
/** Pictures that are kept, in bytes. */
const MOST_BYTES = 60e6;

/** @typedef {{rating: number, flag: string}} Mark */
/**
 * @typedef {{url: string, weight: number, pictures: number, id: string, prompt: string, words: string,
 *   tone: string}} Known
 */

export const NO_MARK = { rating: 0, flag: "" };

export class Store {
  /** @type {Uint32Array} */
  order = new Uint32Array();
  /** @type {Map<number, number>} item to its place */
  #places = new Map();
  /** @type {Map<number, Known>} by the task's number, what was used last at the end */
  known = new Map();
  /** @type {Map<number, Map<number, Mark>>} by the task's number, then by picture */
  marks = new Map();
  /** @type {Map<number, Set<number>>} the numbers that each request under way has still to bring */
  #underWay = new Map();
  /** @type {Map<number, string>} a colour of each task, by its number */
  #colours = new Map();
  #weight = 0;
  #requests = 0;
  #listeners = new Set();
  said = { text: "", tone: "" };

  /** @param {any} model */
  constructor(model) {
    this.model = model;
    this.painters = {
      "change:order": () => this.#takeOrder(),
      "change:colours": () => this.#takeColours(),
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
  }

  /** @param {() => void} paint @returns {() => void} ends it */
  listen(paint) {
    this.#listeners.add(paint);
    return () => this.#listeners.delete(paint);
  }

  /** @param {number} item @returns {number} -1 where it is not seen */
  placeOf(item) {
    return this.#places.get(item) ?? -1;
  }

  /** @param {number} item @returns {string} what stands in its place before its picture, or "" */
  colourOf(item) {
    return this.#colours.get(numberOf(item)) ?? "";
  }

  /** What is thought of an item, as `Listing.mark` has it. @param {number} item @returns {Mark} */
  markOf(item) {
    const marks = this.marks.get(numberOf(item));
    if (!marks) return NO_MARK;
    const whole = marks.get(0) ?? NO_MARK;
    const quadrant = item & 31;
    if (quadrant) {
      const own = marks.get(quadrant) ?? NO_MARK;
      return { rating: own.rating || whole.rating, flag: own.flag || whole.flag };
    }
    const all = [...marks.values()];
    const rating = Math.max(...all.map((mark) => mark.rating));
    if (all.some((mark) => mark.flag === "pick")) return { rating, flag: "pick" };
    const rejects = [...marks].filter(([each, mark]) => each && mark.flag === "reject").length;
    const pictures = this.known.get(numberOf(item))?.pictures ?? 0;
    const isRejected = whole.flag === "reject" || (rejects > 0 && rejects >= pictures);
    return { rating, flag: isRejected ? "reject" : "" };
  }

  /** Show marks at once that the kernel is only told of. @param {Iterable<number>} items @param {Partial<Mark>} change */
  foresee(items, change) {
    for (const item of items) {
      const number = numberOf(item);
      const marks = new Map(this.marks.get(number));
      marks.set(item & 31, { ...(marks.get(item & 31) ?? NO_MARK), ...change });
      this.marks.set(number, marks);
    }
    this.#tell();
  }

  /**
   * Ask for what is not here.
   * @param {Iterable<number>} items what matters most first
   */
  want(items) {
    if (this.#underWay.size >= MOST_REQUESTS) return;
    const asked = new Set([...this.#underWay.values()].flatMap((numbers) => [...numbers]));
    const numbers = new Set();
    for (const item of items) {
      const number = numberOf(item);
      const known = this.known.get(number);
      if (known) {
        this.known.delete(number); // it was used last
        this.known.set(number, known);
      } else if (!asked.has(number)) numbers.add(number);
      if (numbers.size >= MOST_IN_ONE) break;
    }
    if (!numbers.size) return;
    const request = ++this.#requests;
    this.#underWay.set(request, numbers);
    try {
      this.model.send({ type: "want", request, numbers: [...numbers] });
    } catch {
      this.#underWay.delete(request); // no kernel: the still copy shows what there is
    }
  }

  #takeOrder() {
    this.order = itemsIn(this.model.get("order"));
    this.#places = new Map();
    this.order.forEach((item, index) => this.#places.set(item, index));
    this.#tell();
  }

  #takeColours() {
    const data = this.model.get("colours");
    for (let at = 0; at + 52 <= data.byteLength; at += 52) {
      const rgb = (/** @type {number} */ n) =>
        `rgb(${data.getUint8(at + 4 + n * 3)} ${data.getUint8(at + 5 + n * 3)} ${data.getUint8(at + 6 + n * 3)})`;
      this.#colours.set(
        data.getUint32(at, true),
        `linear-gradient(160deg, ${rgb(1)}, ${rgb(6)} 50%, ${rgb(14)})`,
      );
    }
    this.#tell();
  }

  /** @param {any} message @param {DataView[]} buffers */
  #take(message, buffers) {
    if (message.type === "tiles") this.#takeTiles(message, buffers[0]);
    else if (message.type === "marks") for (const each of message.marks) this.#takeMarks(each);
    else if (message.type === "said") this.said = message;
    else return;
    this.#tell();
  }

  /** @param {any} message @param {DataView} data */
  #takeTiles({ request, last, tiles }, data) {
    let at = 0;
    for (const [number, weight, pictures, id, prompt, words, tone, marks] of tiles) {
      const picture = new Uint8Array(data.buffer, data.byteOffset + at, weight);
      at += weight;
      const earlier = this.known.get(number);
      if (earlier?.url) URL.revokeObjectURL(earlier.url);
      this.#weight += weight - (earlier?.weight ?? 0);
      const url = weight ? URL.createObjectURL(new Blob([picture], { type: "image/jpeg" })) : "";
      this.known.delete(number);
      this.known.set(number, { url, weight, pictures, id, prompt, words, tone });
      this.#takeMarks([number, marks]);
      this.#underWay.get(request)?.delete(number);
    }
    if (last) this.#underWay.delete(request);
    this.#forgetSome();
  }

  /** @param {[number, [number, number, string][]]} marks */
  #takeMarks([number, marks]) {
    this.marks.set(number, new Map(marks.map(([at, rating, flag]) => [at, { rating, flag }])));
  }

  #forgetSome() {
    for (const [number, { url, weight }] of this.known) {
      if (this.#weight <= MOST_BYTES) return;
      if (url) URL.revokeObjectURL(url);
      this.#weight -= weight;
      this.known.delete(number);
    }
  }

  #tell() {
    for (const paint of this.#listeners) paint();
  }
}
