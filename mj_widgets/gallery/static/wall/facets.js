/** What the rows and columns of a sheet are, as the kernel says it, and which of them a place is in. */

/**
 * @typedef {{name: string, axes: string[], values: string[], ratings: (number|null)[]}} Facet
 * @typedef {{row: Facet, column: Facet, across: number, down: number[],
 *   axes: string[], shape: number}} Told
 */

const BETWEEN = " · ";

export class Facets {
  /** @type {Uint32Array} the row of each line */
  #rows;
  /** @type {number[]} the first line of each row, and how many lines there are */
  begins = [0];

  /** @param {Told} told */
  constructor(told) {
    const { row, column, across, down, axes, shape } = told;
    this.row = row;
    this.column = column;
    this.across = across;
    this.axes = axes;
    this.shape = shape; // how many times as wide as high a tile is
    for (const lines of down) this.begins.push(/** @type {number} */ (this.begins.at(-1)) + lines);
    this.lines = /** @type {number} */ (this.begins.at(-1));
    this.#rows = new Uint32Array(this.lines);
    down.forEach((_, at) => this.#rows.fill(at, this.begins[at], this.begins[at + 1]));
    this.columns = column.values.length * across;
  }

  /** @param {number} line @returns {number} */
  rowOf(line) {
    return this.#rows[Math.min(Math.max(line, 0), this.lines - 1)];
  }

  /** @param {number} place @returns {string} such as "red · s 250" */
  labelOf(place) {
    const row = this.row.values[this.rowOf(Math.floor(place / this.columns))];
    const column = this.column.values[Math.floor((place % this.columns) / this.across)];
    return [row, column].filter(Boolean).join(BETWEEN);
  }
}

/** @param {any} model @returns {Facets|null} null for a wall that is no sheet */
export function facetsOf(model) {
  const told = model.get("facets");
  return told?.row ? new Facets(told) : null;
}
