/** How pictures stand, and which of them an arrow key leads to. */

/**
 * How many of them stand side by side; the kernel puts their U and V below them by the same rule
 * (pictures/sheets.py).
 * @param {number} count @returns {number}
 */
export function columnsOf(count) {
  return [1, 2, 3].find((columns) => columns * columns >= count) ?? 4;
}

/**
 * Among tiles as they stand.
 * @param {string} key @param {number} index @param {number} count @returns {number}
 */
export function neighbour(key, index, count) {
  const columns = columnsOf(count);
  const column = index % columns;
  if (key === "ArrowLeft" && column > 0) return index - 1;
  if (key === "ArrowRight" && column < columns - 1 && index + 1 < count) return index + 1;
  if (key === "ArrowUp" && index >= columns) return index - columns;
  if (key === "ArrowDown" && index + columns < count) return index + columns;
  return index;
}

/**
 * At full size: left and right lead through all of them.
 * @param {string} key @param {number} index @param {number} count @returns {number}
 */
export function nextInRow(key, index, count) {
  const turn = { ArrowLeft: -1, ArrowRight: 1 }[key];
  if (!turn) return neighbour(key, index, count);
  return Math.min(count - 1, Math.max(0, index + turn));
}
