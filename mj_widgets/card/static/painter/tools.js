/**
 * What can be painted with.
 *
 * @typedef {"brush"|"rectangle"|"lasso"|"eraser"} Tool
 */

/** @type {[Tool, string, string][]} the tool, its name and its key */
export const TOOLS = [
  ["brush", "Brush", "b"],
  ["rectangle", "Rectangle", "r"],
  ["lasso", "Lasso", "l"],
  ["eraser", "Eraser", "e"],
];

/** Whether a tool marks at once where it goes; others mark what they have gone around. @param {Tool} tool */
export const isRound = (tool) => tool === "brush" || tool === "eraser";

/** The last of the steps that a size is chosen in. */
export const SIZES = 20;

/**
 * Brush sizes grow evenly to the eye.
 * @param {number} step @param {number} side the shorter one @returns {number}
 */
export function diameter(step, side) {
  const low = Math.max(2, side / 160);
  return Math.round(low * ((side * 0.6) / low) ** (step / SIZES));
}
