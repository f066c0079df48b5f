/** The tiles of one view and its full-size view, painted from the model's state. */

import { spokenText } from "../dom.js";
import { hasKernel, outermostCard, send } from "../kernel.js";
import { columnsOf, nextInRow, neighbour } from "./arrows.js";
import { Bytes } from "./bytes.js";
import { makeTile, paintTile, play, sayInside, stopPlaying } from "./tile.js";
import { makeZoom, paintZoom } from "./zoom.js";

export class Gallery {
  /** @type {import("./tile.js").Tile[]} */
  #tiles = [];
  #bytes = new Bytes();
  /** The picture that is, or was last, seen at full size. */
  #current = 0;
  #model;
  #el;
  #zoom;
  #spoken = spokenText("spoken");

  /** @param {any} model @param {HTMLElement} el */
  constructor(model, el) {
    this.#model = model;
    this.#el = el;
    this.#zoom = makeZoom(
      () => this.#save(),
      (deed) => this.do(deed),
    );
    this.#zoom.dialog.addEventListener("close", () => this.#takeFocusBack());
    el.append(this.#zoom.dialog, this.#spoken);
  }

  get isZoomed() {
    return this.#zoom.dialog.open;
  }

  /** The picture that keys are for; -1 is none. */
  get at() {
    if (this.isZoomed) return this.#current;
    return this.#tiles.findIndex(({ button: tile }) => tile === document.activeElement);
  }

  /** @param {object} message @param {ArrayBuffer[]} [buffers] */
  tell(message, buffers) {
    send(this.#model, message, () => outermostCard(this.#el) ?? this.#el, buffers);
  }

  paint() {
    const [movies, names] = [this.#model.get("movies"), this.#model.get("names")];
    const [aspect, unfinished] = [this.#model.get("aspect"), this.#model.get("unfinished")];
    this.#bytes.begin(this.#model.get("previews"));
    const { shown } = this.#bytes;
    const count = Math.max(shown.length, movies.length, unfinished ? 1 : 0);
    this.#supply(count);
    const columns = columnsOf(count);
    this.#el.dataset.count = String(count);
    this.#el.dataset.columns = String(columns);
    this.#el.dataset.moves = String(movies.some((/** @type {any} */ movie) => movie.mime));
    this.#tiles.forEach((tile, index) => {
      const name = names[index] ?? "picture";
      const url = shown[index];
      const movie = this.#isMovie(index) ? movies[index] : undefined;
      const note = this.#noteOf(index);
      paintTile(tile, { index, count, columns, name, note, url, movie, aspect, unfinished });
    });
    this.paintInside();
    if (!shown.length) this.close();
    else if (this.isZoomed) this.#show(Math.min(this.#current, shown.length - 1));
  }

  /** Say how it stands, which is often: the pictures stay as they are. */
  paintInside() {
    this.#spoken.textContent = "";
    const unfinished = this.#model.get("unfinished");
    this.#tiles.forEach((tile, index) => {
      const missing = this.#bytes.shown[index] || !this.#noteOf(index) ? [] : [this.#noteOf(index)];
      sayInside(tile, unfinished ? this.#model.get("inside") : missing);
    });
  }

  /** @param {number} index @returns {string} */
  #noteOf(index) {
    return this.#model.get("notes")?.[index] ?? "";
  }

  /** Have this many tiles. @param {number} count */
  #supply(count) {
    const tiles = this.#tiles;
    for (const tile of tiles) stopPlaying(tile);
    while (tiles.length > count) tiles.pop()?.button.remove();
    while (tiles.length < count) {
      const index = tiles.length;
      const made = makeTile(index, () => this.#press(index));
      tiles.push(made);
      this.#zoom.dialog.before(made.button);
    }
  }

  /** @param {number} index */
  #press(index) {
    const movie = this.#isMovie(index);
    if (movie) this.#ask(index);
    if (!movie || !hasKernel(this.#el)) this.#open(index);
  }

  /** @param {number} index */
  #ask(index) {
    const { asked, full } = this.#bytes;
    if (asked.has(index) || full.has(index) || !hasKernel(this.#el)) return;
    asked.add(index);
    this.tell({ type: "open", index });
  }

  /** @param {number} index */
  #show(index) {
    this.#current = index;
    const unfinished = this.#model.get("unfinished");
    if (!unfinished) this.#ask(index);
    const big = this.#bytes.full.get(index);
    paintZoom(this.#zoom, {
      url: big?.url ?? this.#bytes.shown[index],
      name: this.#tiles[index].image.alt,
      isFull: Boolean(big),
      isLive: hasKernel(this.#el),
      unfinished,
      aspect: this.#model.get("aspect"),
      size: this.#model.get("full_size"),
      deeds: this.#model.get("deeds"),
    });
  }

  /** @param {number} index */
  #open(index) {
    if (!this.#bytes.shown[index]) return;
    this.#show(index);
    this.#zoom.open();
  }

  #save() {
    this.tell({ type: "save", index: this.#current });
    if (!hasKernel(this.#el)) this.#show(this.#current);
  }

  /** Open the panel of what is made of the picture that keys are for. @param {string} deed */
  do(deed) {
    const index = this.at;
    if (index < 0 || !hasKernel(this.#el) || !this.#model.get("deeds").includes(deed)) return;
    // a kernel that is busy answers late
    if (this.isZoomed) this.#zoom.words.textContent = "Opening…";
    this.tell({ type: deed, index });
    if (this.isZoomed && !hasKernel(this.#el)) this.#show(index);
  }

  /** Say why a key does nothing with a picture that is not done. */
  sayWait() {
    const { at } = this;
    if (!hasKernel(this.#el)) return;
    const words = this.#tiles.length > 1 ? "when all pictures are here" : "when the picture is done";
    if (this.isZoomed) this.#zoom.words.textContent = words;
    else {
      sayInside(this.#tiles[at], [words]);
      this.#spoken.textContent = words;
    }
  }

  #takeFocusBack() {
    const active = document.activeElement;
    const isFree = !active || active === document.body || this.#el.contains(active);
    if (isFree) this.#tiles[this.#current]?.button.focus();
  }

  /** Where an arrow key leads to, past what is missing. @param {string} key @param {number} from */
  next(key, from) {
    const count = this.#tiles.length;
    const step = this.isZoomed ? nextInRow : neighbour;
    for (let [at, to] = [from, step(key, from, count)]; to !== at; ) {
      if (!this.#tiles[to].button.disabled) return to;
      [at, to] = [to, step(key, to, count)];
    }
    return from;
  }

  /** @param {number} index */
  #isMovie(index) {
    return Boolean(this.#model.get("movies")[index]?.mime);
  }

  /** Go to another picture, at full size or among the tiles. @param {number} index */
  goTo(index) {
    if (this.isZoomed) this.#show(index);
    else this.#tiles[index].button.focus();
  }

  /** Hear the kernel. @param {any} message @param {DataView[]} buffers */
  take(message, buffers) {
    if (message.type === "close") return this.close();
    const { index, type } = message;
    const hasAsked = type !== "said" && this.#bytes.asked.delete(index);
    if (type === "full" && this.#tiles[index]) {
      const isMovie = this.#isMovie(index);
      if (isMovie && !hasAsked) return; // another view plays it
      const full = this.#bytes.keep(index, message.mime, buffers[0]);
      if (isMovie) this.#play(index, full);
      else if (this.isZoomed && this.#current === index) this.#show(index);
    } else if (this.#current === index) {
      this.#zoom.words.textContent = message.text;
    }
  }

  /** @param {number} index @param {import("./bytes.js").Full} full */
  #play(index, full) {
    const takeStill = (/** @type {ArrayBuffer} */ still) =>
      this.tell({ type: "still", index }, [still]);
    // The kernel reads an MP4's shape, but no WebM's; all films of a task have the same.
    const takeShape = (/** @type {number} */ aspect) => {
      for (const { button: tile, video } of this.#tiles) {
        for (const one of [tile, video]) one?.style.setProperty("aspect-ratio", String(aspect));
      }
    };
    play(this.#tiles[index], full, this.#bytes.shown[index], takeStill, takeShape);
  }

  close() {
    this.#zoom.dialog.close();
  }

  /** The view goes. */
  leave() {
    this.#zoom.stop();
    this.#bytes.forget();
  }
}
