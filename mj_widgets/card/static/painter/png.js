/**
 * The mask as a PNG, written here and never read back from a canvas: browsers that hide from
 * fingerprinting put noise into that.
 */

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];
const CRCS = Uint32Array.from({ length: 256 }, (_, n) => {
  let crc = n;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

/** @param {Uint8Array} data @param {GenericTransformStream} stream @returns {Promise<Uint8Array>} */
const through = async (data, stream) =>
  new Uint8Array(await new Response(new Blob([data]).stream().pipeThrough(stream)).arrayBuffer());

/** @param {string} name @param {Uint8Array} data @returns {Uint8Array} */
function chunk(name, data) {
  const made = new Uint8Array(data.length + 12);
  const view = new DataView(made.buffer);
  view.setUint32(0, data.length);
  made.set(Array.from(name, (letter) => letter.charCodeAt(0)), 4);
  made.set(data, 8);
  let crc = -1;
  for (const byte of made.subarray(4, -4)) crc = CRCS[(crc ^ byte) & 255] ^ (crc >>> 8);
  view.setUint32(data.length + 8, ~crc);
  return made;
}

/**
 * A grey PNG of 8 bits: 255 where marked, else 0. Each row is written as what differs from the one
 * above (filter 2), which deflate makes very small.
 * @param {Uint8Array} marks @param {number} width @param {number} height @returns {Promise<Uint8Array>}
 */
export async function encode(marks, width, height) {
  const rows = new Uint8Array((width + 1) * height);
  for (let y = 0, at = 0, to = 0; y < height; y += 1) {
    rows[to] = 2;
    to += 1;
    for (let x = 0; x < width; x += 1, at += 1, to += 1) {
      rows[to] = 255 * marks[at] - (y ? 255 * marks[at - width] : 0);
    }
  }
  const header = new Uint8Array(13);
  new DataView(header.buffer).setUint32(0, width);
  new DataView(header.buffer).setUint32(4, height);
  header[8] = 8;
  const parts = [
    Uint8Array.from(SIGNATURE),
    chunk("IHDR", header),
    chunk("IDAT", await through(rows, new CompressionStream("deflate"))),
    chunk("IEND", new Uint8Array()),
  ];
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/**
 * What PNG's five filters expect of a byte, from those to the left, above and at the corner.
 * @type {((left: number, above: number, corner: number) => number)[]}
 */
const FILTERS = [
  () => 0,
  (left) => left,
  (_, above) => above,
  (left, above) => (left + above) >> 1,
  (left, above, corner) => {
    const a = Math.abs(above - corner);
    const b = Math.abs(left - corner);
    const c = Math.abs(left + above - 2 * corner);
    if (a <= b && a <= c) return left;
    return b <= c ? above : corner;
  },
];

/**
 * Read a grey PNG of 8 bits: 1 where it is light.
 * @param {DataView} png @param {number} width @param {number} height @returns {Promise<Uint8Array>}
 */
export async function decode(png, width, height) {
  const parts = [];
  for (let at = 8; at < png.byteLength; at += png.getUint32(at) + 12) {
    const body = new Uint8Array(png.buffer, png.byteOffset + at + 8, png.getUint32(at));
    const name = String.fromCharCode(...new Uint8Array(png.buffer, png.byteOffset + at + 4, 4));
    if (name === "IDAT") parts.push(body);
    if (name !== "IHDR") continue;
    const form = [png.getUint32(at + 8), png.getUint32(at + 12), ...body.subarray(8)];
    if (String(form) !== String([width, height, 8, 0, 0, 0, 0])) throw new Error("another mask");
  }
  const data = new Uint8Array(await new Blob(parts).arrayBuffer());
  const rows = await through(data, new DecompressionStream("deflate"));
  const lights = new Uint8Array(width * height);
  for (let y = 0, at = 0; y < height; y += 1) {
    const guess = FILTERS[rows[at + y]];
    for (let x = 0; x < width; x += 1, at += 1) {
      const left = x ? lights[at - 1] : 0;
      const above = y ? lights[at - width] : 0;
      const corner = x && y ? lights[at - width - 1] : 0;
      lights[at] = rows[at + y + 1] + guess(left, above, corner);
    }
  }
  return lights.map((light) => (light < 128 ? 0 : 1));
}
