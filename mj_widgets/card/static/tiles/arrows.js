/** Which picture an arrow key leads to. */

/** @typedef {{count: number, columns: number}} Order how many there are, and side by side */

/**
 * Among tiles as they stand.
 * @param {string} key @param {number} index @param {Order} order @returns {number}
 */
export function neighbour(key, index, { count, columns }) {
  const column = index % columns;
  if (key === "ArrowLeft" && column > 0) return index - 1;
  if (key === "ArrowRight" && column < columns - 1 && index + 1 < count) return index + 1;
  if (key === "ArrowUp" && index >= columns) return index - columns;
  if (key === "ArrowDown" && index + columns < count) return index + columns;
  return index;
}

/**
 * At full size: left and right lead through all of them.
 * @param {string} key @param {number} index @param {Order} order @returns {number}
 */
export function nextInRow(key, index, order) {
  const turn = { ArrowLeft: -1, ArrowRight: 1 }[key];
  if (!turn) return neighbour(key, index, order);
  return Math.min(order.count - 1, Math.max(0, index + turn));
}
