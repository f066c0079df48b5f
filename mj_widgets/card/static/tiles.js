/**
 * The pictures of a card: one tile each, a real button. Its own element has no box (CSS
 * `display: contents`), so that the tiles are cells of the card's grid, above their U and V.
 *
 * The browser asks `{type: "open", index}` and gets `{type: "full", index, mime}` with the bytes;
 * it asks `{type: "save" | "upscale" | "vary", index}` (U and V by the keys u and v, which cost
 * money: only where the focus came to the tiles by Tab or an arrow, not by a click);
 * `{type: "said" | "failure", index, text}` is a line below; `{type: "close"}` closes the full size.
 *
 * @typedef {object} Tile
 * @property {HTMLButtonElement} button
 * @property {HTMLImageElement} image
 * @property {HTMLSpanElement} badge
 * @property {HTMLVideoElement} [video] in place of the button while it plays
 */

/** ipywidgets' own mark of what has lost its kernel. */
const DEAD = "jupyter-widgets-disconnected";

/** @param {BlobPart} data @param {string} mime */
const address = (data, mime) => URL.createObjectURL(new Blob([data], { type: mime }));

/** @param {string} key @param {number} index @param {number} count @returns {number} */
export function neighbour(key, index, count) {
  const columns = count === 4 ? 2 : 1;
  const column = index % columns;
  if (key === "ArrowLeft" && column > 0) return index - 1;
  if (key === "ArrowRight" && column < columns - 1) return index + 1;
  if (key === "ArrowUp" && index >= columns) return index - columns;
  if (key === "ArrowDown" && index + columns < count) return index + columns;
  return index;
}

/**
 * Keep the host's one-key commands away. In a card caption.js does that, and lets Ctrl+S and
 * Shift+Enter through; this is for pictures that are shown alone. Nothing around them may say so:
 * the host looks for Ctrl+S from the element that has the focus up to the page.
 * @template {HTMLElement} T @param {T} element @returns {T}
 */
function keepKeys(element) {
  element.dataset.lmSuppressShortcuts = "true";
  return element;
}

/** @returns {Tile} */
function makeTile() {
  const button = keepKeys(document.createElement("button"));
  button.type = "button";
  button.className = "mj-tile";
  const image = document.createElement("img");
  image.decoding = "async";
  image.draggable = true;
  const badge = document.createElement("span");
  badge.className = "mj-badge";
  badge.setAttribute("aria-hidden", "true");
  button.append(image, badge);
  return { button, image, badge };
}

/** The full-size view: a modal dialog, so that Esc and focus are the browser's own. */
function makeZoom() {
  const dialog = document.createElement("dialog");
  dialog.className = "mj-zoom";
  const image = document.createElement("img");
  const words = document.createElement("p");
  words.setAttribute("role", "status");
  const save = keepKeys(document.createElement("button"));
  save.type = "button";
  save.className = "mj-save";
  save.textContent = "Save";
  save.title = "Save it as a file beside the notebook";
  const close = keepKeys(document.createElement("button"));
  close.type = "button";
  close.className = "mj-close";
  close.textContent = "×";
  close.title = "Close (Esc)";
  close.setAttribute("aria-label", "Close");
  dialog.append(image, words, save, close);
  return { dialog, image, words, save, close };
}

/** @param {{model: any, el: HTMLElement}} context */
function render({ model, el }) {
  el.classList.add("mj-pictures");
  /** @type {Tile[]} */
  let tiles = [];
  /** @type {string[]} */
  let shown = [];
  /** @type {Map<number, {mime: string, url: string}>} */
  const full = new Map();
  const asked = new Set();
  const zoom = makeZoom();
  el.append(zoom.dialog);
  let current = 0;

  const forget = () => {
    for (const url of shown) URL.revokeObjectURL(url);
    for (const { url } of full.values()) URL.revokeObjectURL(url);
    shown = [];
    full.clear();
    asked.clear();
  };
  const hasKernel = () => !el.closest(`.${DEAD}`);
  // A kernel that was shut down is not marked by ipywidgets, and is noticed when it is needed.
  const tell = (/** @type {object} */ message) => {
    try {
      model.send(message);
    } catch {
      let marked = el;
      for (let card = el.closest(".mj-card"); card instanceof HTMLElement; ) {
        marked = card;
        card = card.parentElement?.closest(".mj-card") ?? null;
      }
      marked.classList.add(DEAD);
    }
  };
  const ask = (/** @type {number} */ index) => {
    if (asked.has(index) || full.has(index) || !hasKernel()) return;
    asked.add(index);
    tell({ type: "open", index });
  };

  const paint = () => {
    const previews = model.get("previews");
    const movies = model.get("movies");
    const names = model.get("names");
    const unfinished = model.get("unfinished");
    forget();
    shown = previews.map((/** @type {DataView} */ data) => address(data, "image/jpeg"));
    const count = Math.max(shown.length, movies.length, unfinished ? 1 : 0);
    for (const { button, video } of tiles) video?.replaceWith(button);
    while (tiles.length > count) tiles.pop()?.button.remove();
    while (tiles.length < count) tiles.push(addTile(tiles.length));
    el.dataset.count = String(count);
    tiles.forEach(({ button, image, badge }, index) => {
      const name = names[index] ?? "picture";
      image.hidden = !shown[index];
      if (shown[index]) image.src = shown[index];
      else image.removeAttribute("src");
      image.alt = name;
      button.style.aspectRatio = String(model.get("aspect"));
      button.dataset.unfinished = String(unfinished);
      button.disabled = unfinished && !shown[index];
      const movie = movies[index];
      button.dataset.movie = String(Boolean(movie));
      const keys = count === 4 && !movie ? "; after Tab or an arrow, u and v press its U and V" : "";
      button.title = movie ? `Play (${(movie.bytes / 1e6).toFixed(1)} MB)` : `Open full size${keys}`;
      button.setAttribute("aria-label", `${movie ? "Play" : "Open"} ${name}`);
      badge.textContent = count > 1 ? String(index + 1) : "";
    });
    if (!shown.length) zoom.dialog.close();
    else if (zoom.dialog.open) show(Math.min(current, shown.length - 1));
  };

  const addTile = (/** @type {number} */ index) => {
    const tile = makeTile();
    tile.button.dataset.index = String(index + 1);
    tile.button.addEventListener("click", () => {
      if (model.get("movies")[index]) ask(index);
      if (!model.get("movies")[index] || !hasKernel()) open(index);
    });
    zoom.dialog.before(tile.button);
    return tile;
  };

  const play = (/** @type {number} */ index) => {
    const { mime, url } = /** @type {{mime: string, url: string}} */ (full.get(index));
    const tile = tiles[index];
    const { button, image } = tile;
    if (mime.startsWith("image/")) {
      image.src = url;
      image.hidden = false;
      button.dataset.movie = "false";
      return;
    }
    const video = keepKeys(document.createElement("video"));
    video.className = "mj-tile";
    video.style.aspectRatio = button.style.aspectRatio; // its own size comes later
    if (shown[index]) video.poster = shown[index];
    Object.assign(video, { src: url, controls: true, loop: true, muted: true, autoplay: true });
    video.setAttribute("aria-label", image.alt);
    video.dataset.index = String(index + 1);
    tile.video = video;
    button.replaceWith(video);
    video.focus();
  };

  const show = (/** @type {number} */ index) => {
    current = index;
    if (!model.get("unfinished")) ask(index);
    const big = full.get(index);
    const [width, height] = model.get("full_size");
    zoom.image.src = big?.url ?? shown[index];
    zoom.image.alt = tiles[index].image.alt;
    zoom.dialog.setAttribute("aria-label", tiles[index].image.alt);
    zoom.image.style.aspectRatio = String(model.get("aspect"));
    zoom.image.style.setProperty("--mj-full-width", `${width || 4096}px`);
    const size = width && height ? `${width}×${height}` : "";
    const toCome = hasKernel()
      ? "loading the full size…"
      : "small copy: run the cell again for the full size";
    const note = big || model.get("unfinished") ? size : toCome;
    zoom.words.textContent = [tiles[index].image.alt, note].filter(Boolean).join(" – ");
    zoom.save.hidden = model.get("unfinished") || !hasKernel();
  };
  const open = (/** @type {number} */ index) => {
    if (!shown[index]) return;
    show(index);
    zoom.dialog.showModal();
    zoom.close.focus();
  };

  // At full size one after the other, among the tiles as they stand.
  const step = (/** @type {string} */ key, /** @type {number} */ at) => {
    const turn = { ArrowLeft: -1, ArrowRight: 1 }[key];
    if (!zoom.dialog.open || !turn) return neighbour(key, at, tiles.length);
    return Math.min(tiles.length - 1, Math.max(0, at + turn));
  };
  // After a click the tile has the focus too, and v is the host's "paste cell".
  let isTabbing = false;
  let mayPress = false;
  const onAnyKey = (/** @type {KeyboardEvent} */ event) => {
    isTabbing = event.key === "Tab" && !zoom.dialog.open;
  };
  const onPointer = () => {
    isTabbing = mayPress = false;
  };
  const onFocus = () => {
    mayPress ||= isTabbing;
  };
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.shiftKey && event.key === "Enter") return; // runs the cell
    event.stopPropagation();
    const at = zoom.dialog.open
      ? current
      : tiles.findIndex(({ button }) => button === document.activeElement);
    const deed = { u: "upscale", v: "vary" }[event.key];
    if (deed && at >= 0 && mayPress && !event.repeat && !model.get("unfinished")) {
      tell({ type: deed, index: at });
      return;
    }
    const next = at < 0 ? at : step(event.key, at);
    if (next === at) return;
    event.preventDefault();
    if (zoom.dialog.open) show(next);
    else {
      mayPress = true;
      tiles[next].button.focus();
    }
  };
  const onMessage = (/** @type {any} */ message, /** @type {DataView[]} */ buffers) => {
    if (message.type === "close") return zoom.dialog.close();
    const hasAsked = message.type !== "said" && asked.delete(message.index);
    if (message.type === "full" && tiles[message.index]) {
      if (model.get("movies")[message.index] && !hasAsked) return; // another view plays it
      const known = full.get(message.index);
      if (known) URL.revokeObjectURL(known.url);
      full.set(message.index, { mime: message.mime, url: address(buffers[0], message.mime) });
      if (model.get("movies")[message.index]) play(message.index);
      else if (zoom.dialog.open && current === message.index) show(current);
    } else if (current === message.index) {
      zoom.words.textContent = message.text;
    }
  };

  zoom.dialog.addEventListener("click", (event) => {
    if (event.target === zoom.dialog || event.target === zoom.image) zoom.dialog.close();
  });
  zoom.close.addEventListener("click", () => zoom.dialog.close());
  zoom.save.addEventListener("click", () => {
    tell({ type: "save", index: current });
    if (!hasKernel()) show(current);
  });
  zoom.dialog.addEventListener("close", () => {
    const at = document.activeElement;
    if (!at || at === document.body || el.contains(at)) tiles[current]?.button.focus();
  });
  el.addEventListener("keydown", onKey);
  el.addEventListener("focusin", onFocus);
  window.addEventListener("keydown", onAnyKey, true);
  window.addEventListener("pointerdown", onPointer, true);
  const traits = ["previews", "names", "movies", "aspect", "full_size", "unfinished"];
  // One message may change several traits: paint once, when all of them are there.
  let painting = false;
  const paintSoon = () => {
    if (painting) return;
    painting = true;
    queueMicrotask(() => {
      if (!painting) return; // the view has gone
      painting = false;
      paint();
    });
  };
  for (const trait of traits) model.on(`change:${trait}`, paintSoon);
  model.on("msg:custom", onMessage);
  paint();

  return () => {
    painting = false;
    for (const trait of traits) model.off(`change:${trait}`, paintSoon);
    model.off("msg:custom", onMessage);
    el.removeEventListener("keydown", onKey);
    el.removeEventListener("focusin", onFocus);
    window.removeEventListener("keydown", onAnyKey, true);
    window.removeEventListener("pointerdown", onPointer, true);
    forget();
  };
}

export default { render };
