/** What is seen of the hand: the outline of a shape, the ring of a brush, the cursor of the keys. */

import { ARROWS } from "./arrow_keys.js";
import { corners } from "./shapes.js";
import { isRound } from "./tools.js";

/**
 * Draw the current path so that it is seen on light and on dark.
 * @param {CanvasRenderingContext2D} pen @param {number} ratio @param {number[]} [dash]
 */
function outline(pen, ratio, dash = []) {
  pen.setLineDash([]);
  pen.lineWidth = 3 * ratio;
  pen.strokeStyle = "rgb(0 0 0 / 75%)";
  pen.stroke();
  pen.setLineDash(dash.map((one) => one * ratio));
  pen.lineWidth = 1.25 * ratio;
  pen.strokeStyle = "white";
  pen.stroke();
}

/**
 * The shape that is not closed yet.
 * @param {CanvasRenderingContext2D} pen @param {import("./hand.js").Shape} shape
 * @param {(at: import("./shapes.js").Point) => [number, number]} place @param {number} ratio
 */
function paintShape(pen, { tool, points }, place, ratio) {
  pen.beginPath();
  for (const at of tool === "lasso" ? points : corners(points[0], points[1])) {
    pen.lineTo(...place(at));
  }
  pen.closePath();
  pen.fillStyle = "rgb(214 0 110 / 30%)";
  pen.fill("nonzero");
  outline(pen, ratio, [5, 4]);
}

/**
 * @param {CanvasRenderingContext2D} pen @param {number} x @param {number} y
 * @param {number} gap @param {number} ratio
 */
function paintCursor(pen, x, y, gap, ratio) {
  pen.beginPath();
  const arm = 11 * ratio;
  for (const [dx, dy] of ARROWS.values()) {
    pen.moveTo(x + dx * gap, y + dy * gap);
    pen.lineTo(x + dx * arm, y + dy * arm);
  }
  outline(pen, ratio);
}

/**
 * @param {HTMLCanvasElement} canvas @param {import("./hand.js").Hand} hand
 * @param {number} ratio pixels of the screen in one of CSS
 */
export function paintGuide(canvas, hand, ratio) {
  const { width: wide, height: high } = canvas;
  const { width, height } = hand.drawing;
  const { shape, keys } = hand;
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  pen.clearRect(0, 0, wide, high);
  /** @type {(at: import("./shapes.js").Point) => [number, number]} */
  const place = ({ x, y }) => [(x / width) * wide, (y / height) * high];
  if (shape && !isRound(shape.tool) && shape.points.length > 1) {
    paintShape(pen, shape, place, ratio);
  }
  const shown = keys ? hand.cursor : hand.hover;
  if (!shown) return;
  const [x, y] = place(shown);
  if (isRound(hand.tool)) {
    pen.beginPath();
    pen.arc(x, y, (hand.size() / 2 / width) * wide, 0, 2 * Math.PI);
    outline(pen, ratio, hand.tool === "eraser" ? [4, 3] : []);
  }
  if (keys) paintCursor(pen, x, y, shape ? 0 : 3 * ratio, ratio);
}
