/**
 * What is marked, and the way back: one byte per pixel of the picture (not of the screen), 0 or 1,
 * so it is the same at any width, zoom and pixel ratio and has hard edges.
 *
 * @typedef {{left: number, upper: number, right: number, lower: number}} Box in those pixels
 * @typedef {{turn: () => void}} Step something else that can be undone: by `turn`, and redone so, too
 */

const MOST_STEPS = 200;
export const NO_BOX = { left: Infinity, upper: Infinity, right: 0, lower: 0 };

/** @param {Box} one @param {Box} other @returns {Box} the box around both */
export const join = (one, other) => ({
  left: Math.min(one.left, other.left),
  upper: Math.min(one.upper, other.upper),
  right: Math.max(one.right, other.right),
  lower: Math.max(one.lower, other.lower),
});

/** All views of a model share one. */
export class Drawing {
  /** What is being painted, beyond what has settled. */
  #changed = NO_BOX;
  /** @type {Uint8Array} */
  #settled;
  /** @type {(Uint32Array|Step)[]} start and length of the runs of pixels that a step has turned */
  done = [];
  /** @type {(Uint32Array|Step)[]} */
  undone = [];
  /** @type {import("./frame.js").Frame|null} */
  frame = null;
  /** How many pixels are marked. */
  count = 0;
  /** @type {Set<(box: Box) => void>} told at once what looks different */
  onChange = new Set();
  /** @type {Set<() => void>} told after each step */
  onSettle = new Set();
  /** Whether what is marked is still on its way to the kernel. */
  isSending = false;
  /** @type {Set<() => void>} told when it is no more */
  onSent = new Set();

  /** @param {number} width @param {number} height */
  constructor(width, height) {
    this.width = width;
    this.height = height;
    this.marks = new Uint8Array(width * height);
    this.#settled = new Uint8Array(width * height);
  }

  get whole() {
    return { left: 0, upper: 0, right: this.width, lower: this.height };
  }

  /** 0 to 1; exactly so only when nothing or everything is marked. */
  get share() {
    return this.count / this.marks.length;
  }

  /**
   * Mark (1) or unmark (0) a shape: not a step before `settle`.
   * @param {0|1} value @param {(span: import("./shapes.js").Span) => void} shape
   */
  fill(value, shape) {
    let box = NO_BOX;
    shape((y, from, to) => {
      const left = Math.max(0, from);
      const right = Math.min(this.width, to);
      if (left >= right) return;
      for (let at = y * this.width + left; at < y * this.width + right; at += 1) {
        if (this.marks[at] !== value) this.count += value ? 1 : -1;
        this.marks[at] = value;
      }
      box = join(box, { left, upper: y, right, lower: y + 1 });
    });
    if (box !== NO_BOX) this.#touch(box);
  }

  /**
   * Put other marks in place of these: not a step before `settle`.
   * @param {(was: number, at: number) => number} rule
   */
  replace(rule) {
    this.count = 0;
    for (let at = 0; at < this.marks.length; at += 1) {
      this.marks[at] = rule(this.marks[at], at);
      this.count += this.marks[at];
    }
    this.#touch(this.whole);
  }

  /** Make one step of all that was painted since the last one; false if nothing has changed. */
  settle() {
    const runs = [];
    const { left, upper, right, lower } = this.#changed;
    for (let y = upper; y < lower; y += 1) {
      const end = y * this.width + right;
      for (let at = y * this.width + left; at < end; at += 1) {
        const start = at;
        while (at < end && this.marks[at] !== this.#settled[at]) at += 1;
        if (at > start) runs.push(start, at - start);
      }
    }
    this.#changed = NO_BOX;
    if (!runs.length) return false;
    const step = Uint32Array.from(runs);
    this.#turn(this.#settled, step);
    this.add(step);
    this.onSettle.forEach((tell) => tell());
    return true;
  }

  /** Add what was done to what can be undone. @param {Uint32Array|Step} step */
  add(step) {
    this.done.push(step);
    if (this.done.length > MOST_STEPS) this.done.shift();
    this.undone = [];
  }

  /** Take back what was painted since the last step. */
  cancel() {
    if (this.#changed === NO_BOX) return;
    const box = this.#changed;
    this.#changed = NO_BOX;
    this.marks.set(this.#settled);
    this.#count();
    this.onChange.forEach((tell) => tell(box));
  }

  /** @param {(Uint32Array|Step)[]} from @param {(Uint32Array|Step)[]} to */
  #move(from, to) {
    this.cancel();
    this.frame?.cancel();
    const step = from.pop();
    if (!step) return false;
    to.push(step);
    if ("turn" in step) {
      step.turn();
      return true;
    }
    this.#turn(this.#settled, step);
    const box = this.#turn(this.marks, step);
    this.#count();
    this.onChange.forEach((tell) => tell(box));
    this.onSettle.forEach((tell) => tell());
    return true;
  }
  undo() {
    return this.#move(this.done, this.undone);
  }
  redo() {
    return this.#move(this.undone, this.done);
  }

  /** Begin with these marks, which are no step. @param {Uint8Array} marks */
  begin(marks) {
    this.marks.set(marks);
    this.#settled.set(marks);
    this.#count();
    this.onChange.forEach((tell) => tell(this.whole));
  }

  #count() {
    this.count = 0;
    for (const mark of this.marks) this.count += mark;
  }

  /** @param {Box} box */
  #touch(box) {
    this.#changed = join(this.#changed, box);
    this.onChange.forEach((tell) => tell(box));
  }

  /** @param {Uint8Array} marks @param {Uint32Array} step @returns {Box} */
  #turn(marks, step) {
    let box = NO_BOX;
    for (let n = 0; n < step.length; n += 2) {
      const [start, length] = [step[n], step[n + 1]];
      for (let at = start; at < start + length; at += 1) marks[at] ^= 1;
      const left = start % this.width;
      const upper = (start - left) / this.width;
      box = join(box, { left, upper, right: left + length, lower: upper + 1 });
    }
    return box;
  }
}

/** How much is marked, for people. @param {Drawing} drawing @returns {string} */
export function inWords({ count, marks, frame }) {
  const added = frame?.inWords();
  if (added && count < marks.length) return `${added} ${count ? share(count, marks) : NOTHING_IN_IT}`;
  if (!count && frame) return NOTHING_AT_ALL;
  if (!count) return "Nothing is marked yet: paint over what shall change.";
  if (count === marks.length) return "Everything is marked: leave something that shall stay.";
  return share(count, marks);
}

const NOTHING_IN_IT = "Nothing of the picture itself is marked.";
const NOTHING_AT_ALL =
  "Nothing is marked yet: paint over what shall change, or pull the frame to add more around it.";

/** @param {number} count @param {Uint8Array} marks @returns {string} */
function share(count, marks) {
  const hundredths = (100 * count) / marks.length;
  const words =
    hundredths < 1 ? "Less than 1" : hundredths > 99 ? "More than 99" : Math.round(hundredths);
  return `${words} % of the picture is marked.`;
}
