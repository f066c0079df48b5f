/** Where the pictures lie: each with its name, and A over B where one is looked at through the other. */

import { button, element } from "../../../card/static/dom.js";
import { keepKeys } from "../../../card/static/host_keys.js";
import { fitted } from "./camera.js";

const LEAST_HEIGHT = 170;
const GAP = 8;
/** From here on a pixel is a square. */
const PIXELATED = 2;

/** @param {import("./table.js").Table} table */
export function makeBench(table) {
  const root = element("div", "light-bench");
  const stage = element("div", "light-stage", { tabIndex: 0 });
  stage.setAttribute("role", "group");
  stage.setAttribute("aria-label", "Pictures that are compared");
  const over = element("div", "light-over");
  const [first, second] = ["a", "b"].map((which) => {
    const layer = element("div", "light-layer");
    layer.dataset.which = which;
    const image = element("img", "light-image", { draggable: false });
    layer.append(image);
    return { layer, image };
  });
  const badges = ["A", "B"].map((textContent) => element("span", "light-badge", { textContent }));
  badges.forEach((badge, at) => {
    badge.dataset.which = "ab"[at];
    badge.setAttribute("aria-hidden", "true");
  });
  const handle = keepKeys(element("div", "light-handle", { tabIndex: 0 }));
  handle.setAttribute("role", "slider");
  handle.setAttribute("aria-label", "How much of A is seen, the rest is B");
  handle.setAttribute("aria-valuemin", "0");
  handle.setAttribute("aria-valuemax", "100");
  over.append(second.layer, first.layer, ...badges, handle);
  const row = element("div", "light-row");
  stage.append(over, row);
  root.append(stage);
  /** @type {ReturnType<typeof makePane>[]} */
  const panes = [];

  const paint = () => {
    const { shown, mode } = table;
    while (panes.length < shown.length) {
      panes.push(makePane(table, panes.length));
      row.append(panes[panes.length - 1].element);
    }
    while (panes.length > shown.length) panes.pop()?.element.remove();
    root.dataset.mode = mode;
    root.dataset.count = String(shown.length);
    over.hidden = !table.isOver;
    handle.hidden = mode !== "slider";
    const most = table.model.get("height");
    const width = stage.clientWidth;
    if (!width || !shown.length) return;
    /** @type {number[]} */
    const wanted = [];
    if (table.isOver) paintOver(width, most, wanted);
    paintRow(width, most, wanted);
    table.pixels.want(wanted);
  };

  /** @param {number} width @param {number} most @param {number[]} wanted */
  const paintOver = (width, most, wanted) => {
    const sizes = table.pair.map(sizeOf);
    const room = { width, height: roomHeight(sizes, width, most) };
    over.style.height = `${room.height}px`;
    const isDifference = table.mode === "difference";
    const common = {
      width: Math.min(sizes[0].width, sizes[1].width),
      height: Math.min(sizes[0].height, sizes[1].height),
    };
    table.measure = () => ({ picture: sizes[0], room });
    const boxes = table.pair.map((one, at) => {
      const { image } = [first, second][at];
      const box = table.camera.place(isDifference ? common : sizes[at], room);
      const isNeeded = isDifference || isCoarse(image, one, box);
      if (isNeeded) wanted.push(one.key);
      lay(image, box, sizes[at]);
      return box;
    });
    const areFull = table.pair.every((one) => table.pixels.fullOf(one.key));
    table.pair.forEach((one, at) => {
      // A small copy against all pixels would differ where the pictures do not.
      const full = isDifference && !areFull ? "" : table.pixels.fullOf(one.key);
      show([first, second][at].image, full || table.pixels.smallOf(one), `${"AB"[at]}: ${one.title}`);
    });
    const left = Math.max(0, Math.min(boxes[0].left, boxes[1].left));
    const right = Math.min(width, Math.max(...boxes.map((box) => box.left + box.width)));
    const cut = left + table.part * (right - left);
    const isSlider = table.mode === "slider";
    first.layer.style.clipPath = isSlider ? `inset(0 ${width - cut}px 0 0)` : "";
    second.layer.style.clipPath = isSlider ? `inset(0 0 0 ${cut}px)` : "";
    handle.style.left = `${cut}px`;
    const percent = Math.round(table.part * 100);
    handle.setAttribute("aria-valuenow", String(percent));
    handle.setAttribute("aria-valuetext", `${percent} % A, ${100 - percent} % B`);
    over.dataset.left = String(left);
    over.dataset.right = String(right);
    over.style.setProperty("--mj-gain", isDifference ? String(2 ** table.gain) : "1");
    const isBlink = table.mode === "blink";
    first.layer.style.visibility = isBlink && table.isB ? "hidden" : "";
    second.layer.style.visibility = isBlink && !table.isB ? "hidden" : "";
    badges[0].hidden = isDifference || (isBlink && table.isB);
    badges[1].hidden = isDifference || (isBlink && !table.isB);
  };

  /** @param {number} width @param {number} most @param {number[]} wanted */
  const paintRow = (width, most, wanted) => {
    const { shown } = table;
    const sizes = shown.map(sizeOf);
    const columns = table.isOver ? shown.length : bestColumns(sizes, width, most);
    const each = (width - GAP * (columns - 1)) / columns;
    row.style.gridTemplateColumns = table.isOver ? "" : `repeat(${columns}, minmax(0, 1fr))`;
    const rows = Math.ceil(shown.length / columns);
    const height = roomHeight(sizes, each, Math.max(LEAST_HEIGHT, (most - GAP) / rows));
    const room = { width: each, height };
    if (!table.isOver) table.measure = () => ({ picture: sizes[table.a], room });
    panes.forEach((pane, at) => {
      const one = shown[at];
      const box = table.camera.place(sizes[at], room);
      if (!table.isOver) {
        if (isCoarse(pane.image, one, box)) wanted.push(one.key);
        lay(pane.image, box, sizes[at]);
      }
      pane.paint(one, table.isOver ? 0 : height);
    });
  };

  /**
   * Whether a picture has more pixels than its small copy, and they would be seen.
   * @param {HTMLImageElement} image @param {import("./pixels.js").Shown} one
   * @param {import("./camera.js").Box} box
   */
  const isCoarse = (image, one, box) => {
    const here = image.naturalWidth; // 0 while there is none
    return here > 0 && one.width > here && box.width * devicePixelRatio > here;
  };
  for (const { image } of [first, second]) image.addEventListener("load", () => table.onChange());
  return { element: root, stage, over, handle, row, panes, paint };
}

/** @param {import("./pixels.js").Shown} one */
const sizeOf = (one) => ({ width: one.width || 1, height: one.height || 1 });

/** @param {import("./camera.js").Size[]} sizes @param {number} width @param {number} most */
const roomHeight = (sizes, width, most) =>
  Math.max(60, Math.min(most, Math.max(...sizes.map((one) => (width * one.height) / one.width))));

/** In how many columns the pictures are largest. @param {import("./camera.js").Size[]} sizes @param {number} width @param {number} most */
function bestColumns(sizes, width, most) {
  const areaWith = (/** @type {number} */ columns) => {
    const each = (width - GAP * (columns - 1)) / columns;
    const height = Math.max(LEAST_HEIGHT, most / Math.ceil(sizes.length / columns));
    return sizes.reduce((sum, one) => sum + fitted(one, { width: each, height }).width, 0);
  };
  const counts = sizes.map((_, at) => at + 1);
  return counts.reduce((best, next) => (areaWith(next) > areaWith(best) + 1 ? next : best));
}

/** @param {HTMLImageElement} image @param {import("./camera.js").Box} box @param {import("./camera.js").Size} size */
function lay(image, box, size) {
  for (const side of /** @type {const} */ (["left", "top", "width", "height"])) {
    image.style[side] = `${box[side]}px`;
  }
  image.style.imageRendering = box.width / size.width > PIXELATED ? "pixelated" : "";
}

/** @param {HTMLImageElement} image @param {string} url @param {string} name */
function show(image, url, name) {
  if (url && image.getAttribute("src") !== url) image.src = url;
  else if (!url) image.removeAttribute("src");
  image.alt = name;
}

/** One picture with its name. @param {import("./table.js").Table} table @param {number} at */
function makePane(table, at) {
  const pane = element("figure", "light-pane");
  const view = element("div", "light-view");
  const image = element("img", "light-image", { draggable: false });
  const trouble = element("p", "light-trouble", { hidden: true, dir: "auto" });
  view.append(image, trouble);
  const caption = element("figcaption", "light-caption");
  const [chooseA, chooseB] = /** @type {const} */ (["a", "b"]).map((which) => {
    const chosen = keepKeys(button("light-choose", which.toUpperCase()));
    chosen.dataset.which = which;
    chosen.addEventListener("click", () => table.choose(which, at));
    return chosen;
  });
  const title = element("span", "light-title", { dir: "auto" });
  const size = element("span", "light-size");
  caption.append(chooseA, chooseB, title, size);
  pane.append(view, caption);
  view.dataset.at = String(at);
  image.addEventListener("load", () => table.onChange());

  /** @param {import("./pixels.js").Shown} one @param {number} height 0 where it is not looked at */
  const paint = (one, height) => {
    const { pixels } = table;
    const isChoice = table.shown.length > 2;
    pane.dataset.which = at === table.a ? "a" : at === table.b ? "b" : "";
    view.style.height = height ? `${height}px` : "";
    if (!height) image.removeAttribute("style");
    const url = (height && pixels.fullOf(one.key)) || pixels.smallOf(one);
    show(image, url, `${pane.dataset.which.toUpperCase()} ${one.title}`.trim());
    const text = one.trouble || pixels.troubles.get(one.key) || "";
    trouble.textContent = text;
    trouble.hidden = !text;
    title.textContent = one.title;
    title.title = one.title;
    size.textContent = one.width ? `${one.width}×${one.height}` : "";
    for (const chosen of [chooseA, chooseB]) {
      const which = /** @type {"a"|"b"} */ (chosen.dataset.which);
      const isIt = table[which] === at;
      chosen.setAttribute("aria-pressed", String(isIt));
      chosen.setAttribute("aria-label", `${which.toUpperCase()}: ${one.title}`);
      const keys = which === "a" ? `Shift+${at + 1}` : `${at + 1}`;
      chosen.title = isChoice ? `Let this be ${which.toUpperCase()} (${keys})` : "";
      chosen.hidden = !isChoice && !isIt;
    }
  };
  return { element: pane, view, image, paint };
}
