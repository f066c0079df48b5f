/**
 * What is added around the picture, and painted anew: how many of its pixels at each side.
 *
 * @typedef {number[]} Pad at the left, the top, the right and the bottom
 */

/** In the order of a pad; those that are opposite are two apart. */
export const EDGES = ["left", "top", "right", "bottom"];

// As pictures/edits.py has them.
const WIDEST = 14;
const MOST_PIXELS = 100_000_000;

/** @param {Pad} one @param {Pad} other */
const isSame = (one, other) => one.every((side, n) => side === other[n]);

/** All views of a model share one. */
export class Frame {
  /** @type {Pad} */
  pad = [0, 0, 0, 0];
  /** @type {Pad} what it was before it was pulled */
  #settled = [0, 0, 0, 0];
  /** @type {Set<() => void>} told at once what looks different */
  onChange = new Set();
  /** @type {Set<() => void>} told after each step */
  onSettle = new Set();

  /** @param {import("./drawing.js").Drawing} drawing */
  constructor(drawing) {
    this.drawing = drawing;
    drawing.frame = this;
  }

  get isOpen() {
    return this.pad.some((side) => side > 0);
  }

  /** Width and height of the picture with all that is added. */
  get size() {
    return this.#sizeOf(this.pad);
  }

  /**
   * The least and the most that can be at one edge while the others stay.
   * @param {number} edge @returns {[number, number]}
   */
  limits(edge, pad = this.pad) {
    const without = pad.with(edge, 0);
    const [along, across] = [edge % 2, 1 - (edge % 2)].map((axis) => this.#sizeOf(without)[axis]);
    const longest = Math.min(WIDEST * across, Math.floor(MOST_PIXELS / across));
    const least = Math.max(0, Math.ceil(across / WIDEST) - along);
    return [least, Math.max(least, longest - along)];
  }

  /** Show another pad, as near to it as can be: not a step before `settle`. @param {Pad} wanted */
  pull(wanted) {
    const pad = [...this.pad];
    // Twice, as one edge may wait for the other: those of a corner, say.
    for (const edge of [0, 1, 2, 3, 0, 1, 2, 3]) {
      const [least, most] = this.limits(edge, pad);
      pad[edge] = Math.min(most, Math.max(least, Math.round(wanted[edge])));
    }
    this.#become(wanted.some((side) => side > 0) ? pad : [0, 0, 0, 0]);
  }

  /** Make one step of all that was pulled since the last one; false if nothing has changed. */
  settle() {
    const [was, is] = [this.#settled, this.pad];
    if (isSame(was, is)) return false;
    let now = is;
    this.drawing.add({
      turn: () => {
        now = now === is ? was : is;
        this.begin(now);
        this.onSettle.forEach((tell) => tell());
      },
    });
    this.#settled = is;
    this.onSettle.forEach((tell) => tell());
    return true;
  }

  /** Take back what was pulled since the last step. */
  cancel() {
    this.#become(this.#settled);
  }

  /** Begin with this pad, which is no step. @param {Pad} pad */
  begin(pad) {
    this.#settled = [...pad];
    this.#become(this.#settled);
  }

  /** What is added, for people; "" for nothing. */
  inWords() {
    const sides = this.pad.map((side, n) => (side ? `${side} at the ${EDGES[n]}` : ""));
    const added = sides.filter(Boolean).join(", ");
    return added && `Pixels added: ${added} (${this.size.join("×")} in all).`;
  }

  /** @param {Pad} pad */
  #become(pad) {
    if (isSame(pad, this.pad)) return;
    this.pad = pad;
    this.onChange.forEach((tell) => tell());
  }

  /** @param {Pad} pad */
  #sizeOf([left, top, right, bottom]) {
    return [this.drawing.width + left + right, this.drawing.height + top + bottom];
  }
}

/**
 * The room at each side with which a picture is so many times as large.
 * @param {number} times @param {number} width @param {number} height @returns {Pad}
 */
export function zoomedOut(times, width, height) {
  return around(Math.round(width * times) - width, Math.round(height * times) - height);
}

/**
 * The room with which a picture has another shape.
 * @param {number} aspect width over height @param {number} width @param {number} height
 * @returns {Pad}
 */
export function shaped(aspect, width, height) {
  return width / height < aspect
    ? around(Math.round(height * aspect) - width, 0)
    : around(0, Math.round(width / aspect) - height);
}

/** @param {number} wide @param {number} high @returns {Pad} */
function around(wide, high) {
  const [left, top] = [Math.floor(wide / 2), Math.floor(high / 2)];
  return [left, top, wide - left, high - top];
}
