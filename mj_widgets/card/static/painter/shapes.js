/**
 * Which pixels of a picture are in a shape: those whose centre is.
 *
 * @typedef {{x: number, y: number}} Point in pixels of the picture, from its upper left corner
 * @typedef {(y: number, from: number, to: number) => void} Span gets the pixels of a row
 */

/** @type {(x: number) => number} the first pixel whose centre is at x or right of it */
const first = (x) => Math.ceil(x - 0.5);

/**
 * A round brush drawn from `a` to `b`.
 * @param {Point} a @param {Point} b @param {number} radius @param {number} height @param {Span} span
 */
export function capsule(a, b, radius, height, span) {
  const length = Math.hypot(b.x - a.x, b.y - a.y);
  const [dx, dy] = length ? [(a.y - b.y) / length, (b.x - a.x) / length] : [0, 0];
  const sides = [
    { x: a.x + dx * radius, y: a.y + dy * radius },
    { x: b.x + dx * radius, y: b.y + dy * radius },
    { x: b.x - dx * radius, y: b.y - dy * radius },
    { x: a.x - dx * radius, y: a.y - dy * radius },
  ];
  const last = Math.min(height, Math.floor(Math.max(a.y, b.y) + radius + 0.5));
  for (let y = Math.max(0, first(Math.min(a.y, b.y) - radius)); y < last; y += 1) {
    const middle = y + 0.5;
    let low = Infinity;
    let high = -Infinity;
    for (const end of [a, b]) {
      const half = Math.sqrt(radius ** 2 - (middle - end.y) ** 2); // NaN where there is none
      if (end.x - half < low) low = end.x - half;
      if (end.x + half > high) high = end.x + half;
    }
    for (let n = 0; n < 4; n += 1) {
      const one = sides[n];
      const other = sides[(n + 1) % 4];
      if (one.y > middle === other.y > middle) continue;
      const x = one.x + ((middle - one.y) / (other.y - one.y)) * (other.x - one.x);
      low = Math.min(low, x);
      high = Math.max(high, x);
    }
    if (low <= high) span(y, first(low), Math.floor(high - 0.5) + 1);
  }
}

/**
 * The inside of a closed line; where it crosses itself, all that it goes around.
 * @param {Point[]} points @param {number} height @param {Span} span
 */
export function polygon(points, height, span) {
  const levels = points.map(({ y }) => y);
  const last = Math.min(height, first(Math.max(...levels)));
  for (let y = Math.max(0, first(Math.min(...levels))); y < last; y += 1) {
    const middle = y + 0.5;
    /** @type {[number, number][]} */
    const crossings = [];
    points.forEach((one, n) => {
      const other = points[(n + 1) % points.length];
      if (one.y > middle === other.y > middle) return;
      const x = one.x + ((middle - one.y) / (other.y - one.y)) * (other.x - one.x);
      crossings.push([x, one.y < other.y ? 1 : -1]);
    });
    crossings.sort(([one], [other]) => one - other);
    let winding = 0;
    crossings.forEach(([x, turn], n) => {
      winding += turn;
      if (winding) span(y, first(x), first(crossings[n + 1][0]));
    });
  }
}

/** A rectangle. @param {Point} a @param {Point} b @returns {Point[]} */
export const corners = (a, b) => [a, { x: b.x, y: a.y }, b, { x: a.x, y: b.y }];
