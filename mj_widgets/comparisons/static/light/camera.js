/** How near all pictures are looked at, and where; the same for each, whatever its size. */

/** A picture's pixel is never larger than so many of the screen. */
const NEAREST = 32;

/**
 * @typedef {{left: number, top: number, width: number, height: number}} Box in CSS pixels
 * @typedef {{width: number, height: number}} Size
 */

/** @param {Size} picture @param {Size} room @returns {Size} as large as fits */
export function fitted(picture, room) {
  const part = Math.min(room.width / picture.width, room.height / picture.height);
  return { width: picture.width * part, height: picture.height * part };
}

export class Camera {
  /** How much larger than what fits. */
  scale = 1;
  /** Which place of each picture is in the middle, as a part of its width and height. */
  x = 0.5;
  y = 0.5;

  /** @param {Size} picture @param {Size} room @returns {Box} where it lies in its room */
  place(picture, room) {
    const fit = fitted(picture, room);
    const [width, height] = [fit.width * this.scale, fit.height * this.scale];
    return {
      left: room.width / 2 - inside(this.x, room.width / width) * width,
      top: room.height / 2 - inside(this.y, room.height / height) * height,
      width,
      height,
    };
  }

  /**
   * Go nearer, and keep a place where it is.
   * @param {number} factor @param {Size} picture @param {Size} room
   * @param {{x: number, y: number}} [at] in the room; default: the middle
   */
  zoom(factor, picture, room, at = { x: room.width / 2, y: room.height / 2 }) {
    const before = this.place(picture, room);
    const [u, v] = [(at.x - before.left) / before.width, (at.y - before.top) / before.height];
    const most = (NEAREST * picture.width) / fitted(picture, room).width;
    this.scale = Math.min(Math.max(this.scale * factor, 1), Math.max(most, 1));
    const after = fitted(picture, room);
    const [width, height] = [after.width * this.scale, after.height * this.scale];
    this.x = inside(u + (room.width / 2 - at.x) / width, room.width / width);
    this.y = inside(v + (room.height / 2 - at.y) / height, room.height / height);
  }

  /** @param {number} dx @param {number} dy in CSS pixels @param {Size} picture @param {Size} room */
  move(dx, dy, picture, room) {
    const { width, height } = this.place(picture, room);
    this.x = inside(this.x - dx / width, room.width / width);
    this.y = inside(this.y - dy / height, room.height / height);
  }

  /** @param {Size} picture @param {Size} room @returns {number} CSS pixels for one of the picture */
  nearness(picture, room) {
    return (fitted(picture, room).width * this.scale) / picture.width;
  }

  fit() {
    [this.scale, this.x, this.y] = [1, 0.5, 0.5];
  }
}

/** Keep the middle where no edge leaves the room. @param {number} middle @param {number} part */
const inside = (middle, part) =>
  part >= 1 ? 0.5 : Math.min(Math.max(middle, part / 2), 1 - part / 2);
