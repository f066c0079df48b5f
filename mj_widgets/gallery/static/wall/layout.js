/** Where tiles are: one after the other, or as a sheet of cells. All of it in CSS pixels. */

const GAP = 10;
const WORDS = 22;
const IN_CELL = 6;
const BETWEEN_CELLS = 10;
/** Around all cells: the current tile has a ring. */
export const EDGE = 5;
const SMALLEST = 72;
/** How many times its size a tile may be where there are few columns. */
const MOST_TIMES = 2;
const LINES_IN_VIEW = 2;

/**
 * @typedef {object} Layout
 * @property {number} columns of tiles
 * @property {number} side how wide a tile is
 * @property {number} tall how high its picture may be
 * @property {number} lineHeight
 * @property {number} [width] of all of it, where it may be wider than what is seen
 * @property {(count: number) => number} room how high so many places are
 * @property {(line: number) => number} top
 * @property {(column: number) => number} left
 * @property {(y: number) => number} lineAt
 * @property {(x: number) => number} columnAt
 */

/** Whole tiles that fill the width. @param {number} width @param {number} size @returns {Layout} */
export function flow(width, size) {
  const columns = Math.max(1, Math.round((width + GAP) / (size + GAP)));
  const side = Math.floor((width - GAP * (columns - 1)) / columns);
  const lineHeight = side + WORDS + GAP;
  return {
    columns,
    side,
    tall: side,
    lineHeight,
    room: (count) => Math.max(0, Math.ceil(count / columns) * lineHeight - GAP),
    top: (line) => line * lineHeight,
    left: (column) => column * (side + GAP),
    lineAt: (y) => Math.floor(y / lineHeight),
    columnAt: () => 0,
  };
}

/**
 * Rows and columns of cells; tiles shrink until all columns can be seen, or they are too small.
 * @param {import("./facets.js").Facets} facets
 * @param {{width: number, height: number}} room @param {number} size @returns {Layout}
 */
export function sheet(facets, room, size) {
  const { columns, across, begins, shape } = facets;
  const cells = columns / across;
  const spare = (columns - 1) * IN_CELL + (cells - 1) * BETWEEN_CELLS + 2 * EDGE;
  const high = Math.floor(room.height / LINES_IN_VIEW) - IN_CELL - BETWEEN_CELLS;
  const most = Math.max(size, Math.min(MOST_TIMES * size, high * shape));
  const side = Math.max(SMALLEST, Math.min(most, Math.floor((room.width - spare) / columns)));
  const tall = Math.round(side / shape);
  const step = side + IN_CELL;
  const lineHeight = tall + IN_CELL;
  const cell = across * step + BETWEEN_CELLS;
  const top = (/** @type {number} */ line) =>
    EDGE + line * lineHeight + facets.rowOf(line) * BETWEEN_CELLS;
  const left = (/** @type {number} */ column) =>
    EDGE + column * step + Math.floor(column / across) * BETWEEN_CELLS;
  return {
    columns,
    side,
    tall,
    lineHeight,
    width: left(columns - 1) + side + EDGE,
    room: () => top(facets.lines - 1) + tall + EDGE,
    top,
    left,
    lineAt: (y) => {
      let [low, end] = [0, begins.length - 2]; // the row that begins last before it
      while (low < end) {
        const middle = Math.ceil((low + end) / 2);
        if (top(begins[middle]) <= y) low = middle;
        else end = middle - 1;
      }
      const line = begins[low] + Math.max(0, Math.floor((y - top(begins[low])) / lineHeight));
      return Math.min(line, begins[low + 1] - 1);
    },
    columnAt: (x) => {
      const at = Math.max(0, x - EDGE);
      return Math.floor(at / cell) * across + Math.min(across - 1, Math.floor((at % cell) / step));
    },
  };
}
