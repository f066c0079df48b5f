/** What is thought of tasks: as the kernel has said it, and as it was said here a moment ago. */

import { numberOf, quadrantOf } from "./items.js";

/** @typedef {{rating: number, flag: string}} Mark */

export const NO_MARK = { rating: 0, flag: "" };

export class Marks {
  /** @type {Map<number, Map<number, Mark>>} by the task's number, then by picture */
  #kept = new Map();
  /** @type {Map<number, {marks: Map<number, Mark>, turn: number}>} what the kernel has only been told */
  #foreseen = new Map();

  /** @param {number} number @param {[number, number, string][]} marks what the kernel says */
  take(number, marks) {
    this.#kept.set(number, new Map(marks.map(([at, rating, flag]) => [at, { rating, flag }])));
  }

  /**
   * Show at once what the kernel is told.
   * @param {number} item @param {Partial<Mark>} change @param {number} turn in which it is told
   */
  foresee(item, change, turn) {
    const number = numberOf(item);
    const marks = new Map(this.#of(number));
    marks.set(quadrantOf(item), { ...(marks.get(quadrantOf(item)) ?? NO_MARK), ...change });
    this.#foreseen.set(number, { marks, turn });
  }

  /**
   * The kernel has heard what was told in these turns, and has said what came of it. What it says
   * before is older than what is seen.
   * @param {number[]} turns @returns {number[]} the numbers of the tasks that it was about
   */
  hear(turns) {
    const numbers = [...this.#foreseen].flatMap(([number, { turn }]) => (turns.includes(turn) ? [number] : []));
    for (const number of numbers) this.#foreseen.delete(number);
    return numbers;
  }

  /** What was told has not been kept. @returns {number[]} the numbers of those it was about */
  takeBack() {
    const numbers = [...this.#foreseen.keys()];
    this.#foreseen.clear();
    return numbers;
  }

  /**
   * What is thought of an item, as `Listing.mark` has it.
   * @param {number} item @param {number} pictures how many its task has @returns {Mark}
   */
  of(item, pictures) {
    const marks = this.#of(numberOf(item));
    if (!marks) return NO_MARK;
    const whole = marks.get(0) ?? NO_MARK;
    const quadrant = quadrantOf(item);
    if (quadrant) {
      const own = marks.get(quadrant) ?? NO_MARK;
      return { rating: own.rating || whole.rating, flag: own.flag || whole.flag };
    }
    const all = [...marks.values()];
    const rating = Math.max(0, ...all.map((mark) => mark.rating));
    if (all.some((mark) => mark.flag === "pick")) return { rating, flag: "pick" };
    const rejects = [...marks].filter(([each, mark]) => each && mark.flag === "reject").length;
    const isRejected = whole.flag === "reject" || (rejects > 0 && rejects >= pictures);
    return { rating, flag: isRejected ? "reject" : "" };
  }

  /** @param {number} number */
  #of(number) {
    return this.#foreseen.get(number)?.marks ?? this.#kept.get(number);
  }
}
