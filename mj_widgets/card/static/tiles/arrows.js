/** Which picture an arrow key leads to. */

/**
 * Among tiles as they stand: four in two columns, others below each other.
 * @param {string} key @param {number} index @param {number} count @returns {number}
 */
export function neighbour(key, index, count) {
  const columns = count === 4 ? 2 : 1;
  const column = index % columns;
  if (key === "ArrowLeft" && column > 0) return index - 1;
  if (key === "ArrowRight" && column < columns - 1) return index + 1;
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
