/**
 * The painter: marks the part of a picture that shall change, with brush, rectangle, lasso and
 * eraser, by mouse, pen, finger or keys.
 *
 * What is marked is one byte per pixel of the picture (not of the screen), 0 or 1, so it is the
 * same at any width, zoom and pixel ratio and has hard edges. A pixel is marked when its centre is
 * in the shape. The mask is written as a PNG here, and never read back from a canvas: browsers that
 * hide from fingerprinting put noise into that.
 *
 * After each stroke the browser sends `{type: "mask", marked}` with the PNG as its buffer, and with
 * none when nothing or everything is marked. `{type: "mask"}` with a PNG (grey, 8 bits) from the
 * kernel replaces what is marked, as one step that can be undone.
 *
 * @typedef {{x: number, y: number}} Point in pixels of the picture, from its upper left corner
 * @typedef {{left: number, upper: number, right: number, lower: number}} Box in the same pixels
 * @typedef {(y: number, from: number, to: number) => void} Span gets the pixels of a row
 * @typedef {"brush"|"rectangle"|"lasso"|"eraser"} Tool
 */

// Shapes

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

/** @param {Point} a @param {Point} b @returns {Point[]} */
const corners = (a, b) => [a, { x: b.x, y: a.y }, b, { x: a.x, y: b.y }];

// What is marked

const MOST_STEPS = 200;
const NO_BOX = { left: Infinity, upper: Infinity, right: 0, lower: 0 };

/** @param {Box} one @param {Box} other @returns {Box} the box around both */
const join = (one, other) => ({
  left: Math.min(one.left, other.left),
  upper: Math.min(one.upper, other.upper),
  right: Math.max(one.right, other.right),
  lower: Math.max(one.lower, other.lower),
});

/** What is marked, and the way back. All views of a model share one. */
class Drawing {
  /** What is being painted, beyond what has settled. */
  #changed = NO_BOX;
  /** @type {Uint8Array} */
  #settled;
  /** @type {Uint32Array[]} each step: start and length of the runs of pixels that it has turned */
  done = [];
  /** @type {Uint32Array[]} */
  undone = [];
  /** How many pixels are marked. */
  count = 0;
  /** @type {Set<(box: Box) => void>} told at once what looks different */
  onChange = new Set();
  /** @type {Set<() => void>} told after each step */
  onSettle = new Set();

  /** @param {number} width @param {number} height */
  constructor(width, height) {
    this.width = width;
    this.height = height;
    this.marks = new Uint8Array(width * height);
    this.#settled = new Uint8Array(width * height);
  }

  get whole() {
    return { left: 0, upper: 0, right: this.width, lower: this.height };
  }

  /** 0 to 1; exactly so only when nothing or everything is marked. */
  get share() {
    return this.count / this.marks.length;
  }

  /**
   * Mark (1) or unmark (0) a shape: not a step before `settle`.
   * @param {0|1} value @param {(span: Span) => void} shape
   */
  fill(value, shape) {
    let box = NO_BOX;
    shape((y, from, to) => {
      const left = Math.max(0, from);
      const right = Math.min(this.width, to);
      if (left >= right) return;
      for (let at = y * this.width + left; at < y * this.width + right; at += 1) {
        if (this.marks[at] !== value) this.count += value ? 1 : -1;
        this.marks[at] = value;
      }
      box = join(box, { left, upper: y, right, lower: y + 1 });
    });
    if (box !== NO_BOX) this.#touch(box);
  }

  /**
   * Put other marks in place of these: not a step before `settle`.
   * @param {(was: number, at: number) => number} rule
   */
  replace(rule) {
    this.count = 0;
    for (let at = 0; at < this.marks.length; at += 1) {
      this.marks[at] = rule(this.marks[at], at);
      this.count += this.marks[at];
    }
    this.#touch(this.whole);
  }

  /** Make one step of all that was painted since the last one; false if nothing has changed. */
  settle() {
    const runs = [];
    const { left, upper, right, lower } = this.#changed;
    for (let y = upper; y < lower; y += 1) {
      const end = y * this.width + right;
      for (let at = y * this.width + left; at < end; at += 1) {
        const start = at;
        while (at < end && this.marks[at] !== this.#settled[at]) at += 1;
        if (at > start) runs.push(start, at - start);
      }
    }
    this.#changed = NO_BOX;
    if (!runs.length) return false;
    const step = Uint32Array.from(runs);
    this.#turn(this.#settled, step);
    this.done.push(step);
    if (this.done.length > MOST_STEPS) this.done.shift();
    this.undone = [];
    this.onSettle.forEach((tell) => tell());
    return true;
  }

  /** Take back what was painted since the last step. */
  cancel() {
    if (this.#changed === NO_BOX) return;
    const box = this.#changed;
    this.#changed = NO_BOX;
    this.marks.set(this.#settled);
    this.#count();
    this.onChange.forEach((tell) => tell(box));
  }

  /** @param {Uint32Array[]} from @param {Uint32Array[]} to */
  #move(from, to) {
    this.cancel();
    const step = from.pop();
    if (!step) return false;
    to.push(step);
    this.#turn(this.#settled, step);
    const box = this.#turn(this.marks, step);
    this.#count();
    this.onChange.forEach((tell) => tell(box));
    this.onSettle.forEach((tell) => tell());
    return true;
  }
  undo() {
    return this.#move(this.done, this.undone);
  }
  redo() {
    return this.#move(this.undone, this.done);
  }

  /** Begin with these marks, which are no step. @param {Uint8Array} marks */
  begin(marks) {
    this.marks.set(marks);
    this.#settled.set(marks);
    this.#count();
    this.onChange.forEach((tell) => tell(this.whole));
  }

  #count() {
    this.count = 0;
    for (const mark of this.marks) this.count += mark;
  }

  /** @param {Box} box */
  #touch(box) {
    this.#changed = join(this.#changed, box);
    this.onChange.forEach((tell) => tell(box));
  }

  /** @param {Uint8Array} marks @param {Uint32Array} step @returns {Box} */
  #turn(marks, step) {
    let box = NO_BOX;
    for (let n = 0; n < step.length; n += 2) {
      const [start, length] = [step[n], step[n + 1]];
      for (let at = start; at < start + length; at += 1) marks[at] ^= 1;
      const left = start % this.width;
      const upper = (start - left) / this.width;
      box = join(box, { left, upper, right: left + length, lower: upper + 1 });
    }
    return box;
  }
}

// PNG

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

// What is seen

/** Colours that differ on any picture: stripes and a dark line within, a light line around. */
const [DARK, LIGHT, STRIPE, GAP] = [
  [0, 0, 0, 220],
  [255, 255, 255, 220],
  [255, 255, 255, 120],
  [214, 0, 110, 140],
].map((colour) => new Uint32Array(Uint8Array.from(colour).buffer)[0]);

/**
 * Paint a part of what is marked, at the screen's own pixels.
 * @param {HTMLCanvasElement} canvas @param {Drawing} drawing @param {Box} box @param {number} ratio
 */
function paintTint(canvas, drawing, box, ratio) {
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

/** @param {Drawing} drawing @returns {string} */
export function inWords({ count, marks }) {
  if (!count) return "Nothing is marked yet: paint over what shall change.";
  if (count === marks.length) return "Everything is marked: leave something that shall stay.";
  const share = (100 * count) / marks.length;
  const words = share < 1 ? "Less than 1" : share > 99 ? "More than 99" : Math.round(share);
  return `${words} % of the picture is marked.`;
}

// Controls

/** @type {[Tool, string, string][]} */
const TOOLS = [
  ["brush", "Brush", "b"],
  ["rectangle", "Rectangle", "r"],
  ["lasso", "Lasso", "l"],
  ["eraser", "Eraser", "e"],
];
const SIZES = 20;
const ARROWS = new Map([
  ["ArrowLeft", [-1, 0]],
  ["ArrowRight", [1, 0]],
  ["ArrowUp", [0, -1]],
  ["ArrowDown", [0, 1]],
]);
const HINT =
  "With keys: arrows move, Shift moves faster, Space or Enter begins and ends a stroke or a shape, " +
  "Esc takes it back, [ and ] change the size.";

/**
 * Brush sizes grow evenly to the eye.
 * @param {number} step @param {number} side the shorter one @returns {number}
 */
function diameter(step, side) {
  const low = Math.max(2, side / 160);
  return Math.round(low * ((side * 0.6) / low) ** (step / SIZES));
}

/**
 * Keep the host's one-key commands away. In a card caption.js does that, and lets Ctrl+S and
 * Shift+Enter through; this is for a painter that is shown alone.
 * @template {HTMLElement} T @param {T} element @returns {T}
 */
function keepKeys(element) {
  element.dataset.lmSuppressShortcuts = "true";
  return element;
}

/** @param {string} tag @param {string} name @returns {any} */
function element(tag, name) {
  const made = document.createElement(tag);
  made.className = `mj-${name}`;
  return made;
}

/** @param {string} text @param {string} title @param {() => void} press @returns {HTMLButtonElement} */
function button(text, title, press) {
  const made = keepKeys(element("button", "paint-button"));
  made.type = "button";
  made.textContent = text;
  made.title = title;
  made.addEventListener("click", () => {
    if (made.getAttribute("aria-disabled") !== "true") press();
  });
  return made;
}

/** @param {string} name @param {HTMLElement[]} parts @returns {HTMLElement} */
function group(name, parts) {
  const made = element("div", "paint-group");
  made.setAttribute("role", "group");
  made.setAttribute("aria-label", name);
  made.append(...parts);
  return made;
}

/** @param {Drawing} drawing @param {{model: any, el: HTMLElement}} context */
function render(drawing, { model, el }) {
  const { width, height } = drawing;
  el.classList.add("mj-painter");
  el.style.setProperty("--mj-paint-aspect", String(width / height));

  // The DOM
  const tools = TOOLS.map(([name, text, key]) => {
    const made = button(text, `${text} (${key.toUpperCase()})`, () => choose(name));
    made.setAttribute("aria-keyshortcuts", key);
    return made;
  });
  const slider = keepKeys(element("input", "paint-slider"));
  Object.assign(slider, { type: "range", min: 0, max: SIZES, value: 11, title: "Size: [ and ]" });
  const shownSize = element("span", "paint-value"); // an <output> would be said, too
  shownSize.setAttribute("aria-hidden", "true");
  const sized = element("label", "paint-size");
  sized.append("Size", slider, shownSize);
  const undo = button("Undo", "Undo (Ctrl or ⌘ Z)", () => step("Undone"));
  const redo = button("Redo", "Redo (Shift Ctrl or ⌘ Z)", () => step("Redone"));
  const clear = button("Clear", "Unmark everything", () => change("Cleared", () => 0));
  const invert = button("Invert", "Mark the rest instead", () => change("Inverted", (was) => 1 - was));
  const stage = element("div", "paint-stage");
  const image = element("img", "paint-image");
  image.draggable = false;
  const tint = element("canvas", "paint-tint");
  const guide = keepKeys(element("canvas", "paint-guide"));
  guide.tabIndex = 0;
  guide.setAttribute("role", "application");
  stage.append(image, tint, guide);
  const words = element("p", "paint-marked");
  const hint = element("p", "paint-hint");
  hint.id = `mj-${Math.random().toString(36).slice(2)}`;
  hint.textContent = HINT;
  guide.setAttribute("aria-describedby", hint.id);
  const spoken = element("span", "paint-spoken");
  spoken.setAttribute("role", "status");
  const above = element("div", "paint-row");
  above.append(group("Tools", tools), sized);
  const below = element("div", "paint-row");
  below.append(words, group("Changes", [undo, redo, clear, invert]));
  el.append(above, stage, below, hint, spoken);

  // The state of this view
  /** @type {Tool} */
  let tool = "brush";
  /** What is painted just now, by a pointer or by keys.
   * @type {{tool: Tool, by: number|"keys", points: Point[], radius: number}|null} */
  let shape = null;
  /** @type {Point|null} where the mouse is */
  let hover = null;
  const cursor = { x: width / 2, y: height / 2 };
  let keys = false;
  let url = "";

  // Painting the view
  /** @type {Box} */
  let stale = drawing.whole;
  let frame = 0;
  const paint = () => {
    frame = 0;
    const ratio = devicePixelRatio || 1;
    const wide = Math.round(stage.clientWidth * ratio);
    const high = Math.round(stage.clientHeight * ratio);
    if (!wide || !high) return;
    if (tint.width !== wide || tint.height !== high) {
      for (const canvas of [tint, guide]) Object.assign(canvas, { width: wide, height: high });
      stale = drawing.whole;
    }
    paintTint(tint, drawing, stale, ratio);
    stale = NO_BOX;
    const pen = /** @type {CanvasRenderingContext2D} */ (guide.getContext("2d"));
    pen.clearRect(0, 0, wide, high);
    const place = (/** @type {Point} */ { x, y }) => [(x / width) * wide, (y / height) * high];
    if (shape && ["rectangle", "lasso"].includes(shape.tool) && shape.points.length > 1) {
      const { points } = shape;
      pen.beginPath();
      for (const at of shape.tool === "lasso" ? points : corners(points[0], points[1])) {
        pen.lineTo(...place(at));
      }
      pen.closePath();
      pen.fillStyle = "rgb(214 0 110 / 30%)";
      pen.fill("nonzero");
      outline(pen, ratio, [5, 4]);
    }
    const shown = keys ? cursor : hover;
    if (!shown) return;
    const [x, y] = place(shown);
    if (["brush", "eraser"].includes(tool)) {
      pen.beginPath();
      pen.arc(x, y, (size() / 2 / width) * wide, 0, 2 * Math.PI);
      outline(pen, ratio, tool === "eraser" ? [4, 3] : []);
    }
    if (!keys) return;
    pen.beginPath();
    const [arm, gap] = [11 * ratio, shape ? 0 : 3 * ratio];
    for (const [dx, dy] of ARROWS.values()) {
      pen.moveTo(x + dx * gap, y + dy * gap);
      pen.lineTo(x + dx * arm, y + dy * arm);
    }
    outline(pen, ratio);
  };
  const paintSoon = () => {
    frame ||= requestAnimationFrame(paint);
  };
  const onChange = (/** @type {Box} */ box) => {
    stale = join(stale, box);
    paintSoon();
  };
  const enable = (/** @type {HTMLElement} */ one, /** @type {boolean} */ on) => {
    one.setAttribute("aria-disabled", String(!on)); // not `disabled`: it would drop the focus
  };
  const onSettle = () => {
    words.textContent = inWords(drawing);
    words.dataset.usable = String(drawing.share > 0 && drawing.share < 1);
    enable(undo, drawing.done.length > 0);
    enable(redo, drawing.undone.length > 0);
    enable(clear, drawing.count > 0);
  };
  const paintImage = () => {
    URL.revokeObjectURL(url);
    url = URL.createObjectURL(new Blob([model.get("image")]));
    image.src = url;
  };
  const paintName = () => {
    const name = model.get("name") || "the picture";
    image.alt = name;
    guide.setAttribute("aria-label", `Mark what shall change in ${name}`);
  };

  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let soon;
  const say = (/** @type {string[]} */ ...sentences) => {
    clearTimeout(soon);
    spoken.textContent = sentences.join(". ");
  };
  const where = () =>
    `${Math.round((100 * cursor.x) / width)} % across, ${Math.round((100 * cursor.y) / height)} % down`;

  // Painting the mask
  const size = () => diameter(Number(slider.value), Math.min(width, height));
  const resize = (/** @type {number} */ by = 0) => {
    slider.value = String(Number(slider.value) + by);
    shownSize.textContent = `${size()} px`;
    slider.setAttribute("aria-valuetext", `${size()} pixels`);
    if (by) say(`Size ${size()} pixels`);
    paintSoon();
  };
  const choose = (/** @type {Tool} */ name) => {
    leave();
    tool = name;
    TOOLS.forEach(([one], n) => {
      tools[n].setAttribute("aria-pressed", String(one === tool));
    });
    paintSoon();
  };
  const step = (/** @type {"Undone"|"Redone"} */ what) => {
    if (shape) cancel();
    else if (what === "Undone" ? drawing.undo() : drawing.redo()) say(what, inWords(drawing));
  };
  const change = (/** @type {string} */ what, /** @type {(was: number) => number} */ rule) => {
    leave();
    drawing.replace(rule);
    if (drawing.settle()) say(what, inWords(drawing));
  };
  /** @param {Tool} what @param {number|"keys"} by @param {Point} at */
  const start = (what, by, at) => {
    leave();
    shape = { tool: what, by, points: [at], radius: size() / 2 };
    extend(at);
  };
  const extend = (/** @type {Point} */ at) => {
    if (!shape) return;
    const { points, radius } = shape;
    const last = points[points.length - 1];
    if (shape.tool === "rectangle") points[1] = at;
    else points.push(at);
    if (shape.tool === "brush" || shape.tool === "eraser") {
      const value = shape.tool === "brush" ? 1 : 0;
      drawing.fill(value, (span) => capsule(last, at, radius, height, span));
    }
    paintSoon();
  };
  const finish = () => {
    if (!shape) return;
    const { tool: what, points } = shape;
    shape = null;
    if (what === "rectangle") points.splice(0, 2, ...corners(points[0], points[1]));
    if (what === "rectangle" || what === "lasso") {
      drawing.fill(1, (span) => polygon(points, height, span));
    }
    drawing.settle();
    say(inWords(drawing));
    paintSoon();
  };
  const cancel = () => {
    if (!shape) return;
    shape = null;
    drawing.cancel();
    say("Taken back", inWords(drawing));
    paintSoon();
  };
  /** End what is painted when something else begins: half a shape is none. */
  const leave = () => {
    if (shape?.tool === "brush" || shape?.tool === "eraser") finish();
    else cancel();
  };

  // Mouse, pen and finger
  const inside = (/** @type {Point} */ { x, y }) => ({
    x: Math.min(width, Math.max(0, x)),
    y: Math.min(height, Math.max(0, y)),
  });
  const point = (/** @type {PointerEvent} */ event) => {
    const { left, top, width: wide, height: high } = guide.getBoundingClientRect();
    const at = {
      x: ((event.clientX - left) / wide) * width,
      y: ((event.clientY - top) / high) * height,
    };
    // A brush may go on beyond the edge; a rectangle or a lasso runs along it.
    return shape?.tool === "rectangle" || shape?.tool === "lasso" ? inside(at) : at;
  };
  const onDown = (/** @type {PointerEvent} */ event) => {
    const eraser = event.button === 5; // the other end of a pen
    if ((event.button !== 0 && !eraser) || (shape && shape.by !== "keys")) return;
    event.preventDefault();
    guide.focus({ preventScroll: true });
    guide.setPointerCapture(event.pointerId);
    keys = false;
    start(eraser ? "eraser" : tool, event.pointerId, point(event));
  };
  const onMove = (/** @type {PointerEvent} */ event) => {
    if (event.pointerType !== "touch") hover = point(event);
    if (shape?.by === event.pointerId) {
      const between = event.getCoalescedEvents?.() ?? [];
      for (const one of between.length ? between : [event]) extend(point(one));
    }
    if (hover) keys &&= shape?.by === "keys";
    paintSoon();
  };
  const onUp = (/** @type {PointerEvent} */ event) => {
    if (shape?.by !== event.pointerId) return;
    Object.assign(cursor, inside(point(event)));
    finish();
  };
  const onCancel = (/** @type {PointerEvent} */ event) => {
    if (shape?.by === event.pointerId) cancel();
  };
  const onOut = () => {
    hover = null;
    paintSoon();
  };
  const onMenu = (/** @type {Event} */ event) => {
    if (!shape) return; // a long press is painting
    event.preventDefault();
    event.stopPropagation();
  };

  // Keys
  const onGuideKey = (/** @type {KeyboardEvent} */ event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.shiftKey && event.key === "Enter") return; // runs the cell
    const arrow = ARROWS.get(event.key);
    if (shape && shape.by !== "keys" && event.key !== "Escape") return;
    if (arrow) {
      const far = Math.max(1, Math.round(Math.max(width, height) / 100)) * (event.shiftKey ? 5 : 1);
      Object.assign(cursor, inside({ x: cursor.x + arrow[0] * far, y: cursor.y + arrow[1] * far }));
      if (shape) extend({ ...cursor });
      clearTimeout(soon);
      soon = setTimeout(() => say(where()), 400);
    } else if (event.key === " " || event.key === "Enter") {
      if (event.repeat) return event.preventDefault();
      if (shape) finish();
      else {
        start(tool, "keys", { ...cursor });
        say(`${TOOLS.find(([name]) => name === tool)?.[1]} down`, where());
      }
    } else if (event.key === "Escape" && shape) cancel();
    else return;
    keys = true;
    event.preventDefault();
    paintSoon();
  };
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    const key = event.key.toLowerCase();
    const command = event.ctrlKey || event.metaKey;
    const plain = !(command || event.altKey || (event.shiftKey && key === "enter"));
    if (plain) event.stopPropagation();
    const chosen = TOOLS.find(([, , letter]) => letter === key);
    if (key === "[" || key === "]") resize(key === "[" ? -1 : 1); // with AltGr on many keyboards
    else if (command && key === "z") step(event.shiftKey ? "Redone" : "Undone");
    else if (command && key === "y") step("Redone");
    else if (chosen && !command && !event.altKey) {
      choose(chosen[0]);
      say(chosen[1]);
    } else return;
    event.stopPropagation();
    event.preventDefault();
  };
  const onFocus = () => {
    keys = guide.matches(":focus-visible");
    paintSoon();
  };
  const onBlur = () => {
    keys = false;
    if (shape?.by === "keys") leave();
    paintSoon();
  };

  guide.addEventListener("pointerdown", onDown);
  guide.addEventListener("pointermove", onMove);
  guide.addEventListener("pointerup", onUp);
  guide.addEventListener("pointercancel", onCancel);
  guide.addEventListener("lostpointercapture", onUp);
  guide.addEventListener("pointerleave", onOut);
  guide.addEventListener("contextmenu", onMenu);
  guide.addEventListener("keydown", onGuideKey);
  guide.addEventListener("focus", onFocus);
  guide.addEventListener("blur", onBlur);
  slider.addEventListener("input", () => resize());
  el.addEventListener("keydown", onKey);
  drawing.onChange.add(onChange);
  drawing.onSettle.add(onSettle);
  model.on("change:image", paintImage);
  model.on("change:name", paintName);
  addEventListener("resize", paintSoon); // the zoom of the page, too
  const resized = new ResizeObserver(paintSoon);
  resized.observe(stage);
  paintImage();
  paintName();
  choose(tool);
  resize();
  onSettle();

  return () => {
    leave();
    clearTimeout(soon);
    cancelAnimationFrame(frame);
    resized.disconnect();
    removeEventListener("resize", paintSoon);
    model.off("change:image", paintImage);
    model.off("change:name", paintName);
    drawing.onChange.delete(onChange);
    drawing.onSettle.delete(onSettle);
    el.removeEventListener("keydown", onKey);
    URL.revokeObjectURL(url);
  };
}

/** One drawing per model: its views come and go. */
export default () => {
  /** @type {Drawing} */
  let drawing;

  return {
    /** @param {{model: any}} context */
    async initialize({ model }) {
      const [width, height] = model.get("size");
      drawing = new Drawing(width, height);
      const before = model.get("mask"); // after a reload of the page
      if (before) drawing.begin(await decode(before, width, height));

      let sending = false;
      let newer = false;
      drawing.onSettle.add(async () => {
        newer = true;
        if (sending) return;
        sending = true;
        try {
          while (newer) {
            newer = false;
            const marked = drawing.share;
            const usable = marked > 0 && marked < 1;
            const png = usable && (await encode(drawing.marks, width, height));
            if (!newer) model.send({ type: "mask", marked }, undefined, png ? [png.buffer] : []);
          }
        } finally {
          sending = false;
        }
      });
      const show = async (/** @type {any} */ message, /** @type {DataView[]} */ buffers) => {
        if (message.type !== "mask") return;
        const marks = await decode(buffers[0], width, height);
        drawing.cancel();
        drawing.replace((_, at) => marks[at]);
        drawing.settle();
      };
      model.on("msg:custom", show);
      return () => model.off("msg:custom", show);
    },
    /** @param {{model: any, el: HTMLElement}} context */
    render: (context) => render(drawing, context),
  };
};
