/** How a JPEG is shaped, which a tile has to know before the browser has decoded it. */

/** @param {Uint8Array} data @returns {number} its width by its height; 1 where it does not say */
export function aspectOf(data) {
  for (let at = 2; at + 9 < data.length && data[at] === 0xff; ) {
    const kind = data[at + 1];
    const isFrame = kind >= 0xc0 && kind <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(kind);
    if (isFrame) {
      const height = data[at + 5] * 256 + data[at + 6];
      const width = data[at + 7] * 256 + data[at + 8];
      return width && height ? width / height : 1;
    }
    at += 2 + data[at + 2] * 256 + data[at + 3];
  }
  return 1;
}
