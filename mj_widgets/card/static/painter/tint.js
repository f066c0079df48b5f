/** How what is marked is seen on the picture. */

/** Colours that differ on any picture: stripes and a dark line within, a light line around. */
const [DARK, LIGHT, STRIPE, GAP] = [
  [0, 0, 0, 220],
  [255, 255, 255, 220],
  [255, 255, 255, 120],
  [214, 0, 110, 140],
].map((colour) => new Uint32Array(Uint8Array.from(colour).buffer)[0]);

/**
 * Paint a part of what is marked, at the screen's own pixels.
 * @param {HTMLCanvasElement} canvas @param {import("./drawing.js").Drawing} drawing
 * @param {import("./drawing.js").Box} box @param {number} ratio
 */
export function paintTint(canvas, drawing, box, ratio) {
  const [across, down] = [canvas.width / drawing.width, canvas.height / drawing.height];
  const line = Math.max(1, Math.round(ratio));
  const period = Math.round(9 * ratio);
  const left = Math.max(0, Math.floor(box.left * across) - 2 * line);
  const upper = Math.max(0, Math.floor(box.upper * down) - 2 * line);
  const width = Math.min(canvas.width, Math.ceil(box.right * across) + 2 * line) - left;
  const height = Math.min(canvas.height, Math.ceil(box.lower * down) + 2 * line) - upper;
  if (width <= 0 || height <= 0) return;
  // What each pixel of the screen shows, with a margin that is not of the picture.
  const wide = width + 2 * line;
  const seen = new Uint8Array(wide * (height + 2 * line));
  const columns = Int32Array.from({ length: wide }, (_, n) => {
    const x = left + n - line;
    return x < 0 || x >= canvas.width ? -1 : Math.floor((x + 0.5) / across);
  });
  for (let n = 0; n < height + 2 * line; n += 1) {
    const y = upper + n - line;
    if (y < 0 || y >= canvas.height) continue;
    const row = Math.floor((y + 0.5) / down) * drawing.width;
    for (let x = 0; x < wide; x += 1) {
      if (columns[x] >= 0) seen[n * wide + x] = drawing.marks[row + columns[x]];
    }
  }
  const image = new ImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  for (let y = 0, at = 0; y < height; y += 1) {
    let from = (y + line) * wide + line;
    for (let x = 0; x < width; x += 1, at += 1, from += 1) {
      const around =
        seen[from - line] + seen[from + line] + seen[from - line * wide] + seen[from + line * wide];
      if (!seen[from]) {
        if (around) pixels[at] = LIGHT;
      } else if (around < 4) pixels[at] = DARK;
      else pixels[at] = (left + x + upper + y) % period < period / 2 ? STRIPE : GAP;
    }
  }
  canvas.getContext("2d")?.putImageData(image, left, upper);
}
