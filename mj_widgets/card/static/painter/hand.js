/**
 * What a person does in one view: which tool it is, where it is, and what is painted just now.
 *
 * @typedef {import("./shapes.js").Point} Point
 * @typedef {import("./tools.js").Tool} Tool
 * @typedef {object} Shape
 * @property {Tool} tool
 * @property {number|"keys"} by the pointer that paints it
 * @property {Point[]} points
 * @property {number} radius
 */

import { inWords } from "./drawing.js";
import { capsule, corners, polygon } from "./shapes.js";
import { isRound } from "./tools.js";

export class Hand {
  /** @type {Tool} */
  tool = "brush";
  /** @type {Shape|null} what is painted just now */
  shape = null;
  /** @type {Point|null} where the mouse is */
  hover = null;
  /** Whether keys move it; its place is the cursor then. */
  keys = false;

  /**
   * @param {import("./drawing.js").Drawing} drawing
   * @param {object} view
   * @param {() => number} view.size the diameter of brush and eraser
   * @param {() => void} view.paintSoon
   * @param {(...sentences: string[]) => void} view.say
   */
  constructor(drawing, { size, paintSoon, say }) {
    this.drawing = drawing;
    this.size = size;
    this.paintSoon = paintSoon;
    this.say = say;
    this.cursor = { x: drawing.width / 2, y: drawing.height / 2 };
  }

  /** The nearest place in the picture. @param {Point} at @returns {Point} */
  inside({ x, y }) {
    const { width, height } = this.drawing;
    return { x: Math.min(width, Math.max(0, x)), y: Math.min(height, Math.max(0, y)) };
  }

  /** Where the cursor is, in words. */
  where() {
    const { width, height } = this.drawing;
    const [across, down] = [(100 * this.cursor.x) / width, (100 * this.cursor.y) / height];
    return `${Math.round(across)} % across, ${Math.round(down)} % down`;
  }

  /** @param {number|"keys"} by @param {Point} at @param {Tool} [tool] */
  start(by, at, tool = this.tool) {
    this.leave();
    this.shape = { tool, by, points: [at], radius: this.size() / 2 };
    this.extend(at);
  }

  /** @param {Point} at */
  extend(at) {
    if (!this.shape) return;
    const { tool, points, radius } = this.shape;
    const last = points[points.length - 1];
    if (tool === "rectangle") points[1] = at;
    else points.push(at);
    if (isRound(tool)) {
      const value = tool === "brush" ? 1 : 0;
      this.drawing.fill(value, (span) => capsule(last, at, radius, this.drawing.height, span));
    }
    this.paintSoon();
  }

  finish() {
    if (!this.shape) return;
    const { tool, points } = this.shape;
    this.shape = null;
    if (!isRound(tool)) {
      const around = tool === "rectangle" ? corners(points[0], points[1]) : points;
      this.drawing.fill(1, (span) => polygon(around, this.drawing.height, span));
    }
    this.drawing.settle();
    this.say(inWords(this.drawing));
    this.paintSoon();
  }

  cancel() {
    if (!this.shape) return;
    this.shape = null;
    this.drawing.cancel();
    this.say("Taken back", inWords(this.drawing));
    this.paintSoon();
  }

  /** End what is painted when something else begins: half a shape is none. */
  leave() {
    if (this.shape && isRound(this.shape.tool)) this.finish();
    else this.cancel();
  }
}
