/** The bytes of the pictures that are compared: small ones at once, all pixels where they are seen. */

import { send } from "../../../card/static/kernel.js";

/** Pictures that are kept with all their pixels: a few MB each. */
const MOST_KEPT = 12;

/** @typedef {{key: number, title: string, width: number, height: number, small?: DataView, trouble: string}} Shown */

export class Pixels {
  /** @type {Map<number, {data: DataView, url: string}>} */
  #small = new Map();
  /** @type {Map<number, string>} what was used last at the end */
  #full = new Map();
  /** @type {number|null} what is on its way: one after the other */
  #asked = null;
  /** @type {Map<number, string>} why they cannot be had */
  troubles = new Map();
  /** @type {Set<() => void>} */
  #views = new Set();
  /** A kernel that was shut down is not marked by ipywidgets: it is noticed when it is needed. */
  isCut = false;
  said = "";

  /** @param {any} model */
  constructor(model) {
    this.model = model;
    this.take = (/** @type {any} */ message, /** @type {DataView[]} */ buffers) =>
      this.#take(message, buffers);
    model.on("msg:custom", this.take);
  }

  leave() {
    this.model.off("msg:custom", this.take);
    for (const { url } of this.#small.values()) URL.revokeObjectURL(url);
    for (const url of this.#full.values()) URL.revokeObjectURL(url);
  }

  /** @param {() => void} paint @returns {() => void} ends it */
  listen(paint) {
    this.#views.add(paint);
    return () => this.#views.delete(paint);
  }

  /** @param {object} message @returns {boolean} whether it could be sent */
  reach(message) {
    return send(this.model, message, () => {
      this.isCut = true;
    });
  }

  /** @param {string} text */
  say(text) {
    this.said = text;
    this.#tell();
  }

  /** @param {Shown} shown @returns {string} an address, "" where it is not here */
  smallOf({ key, small }) {
    const known = this.#small.get(key);
    if (!small?.byteLength || known?.data === small) return known?.url ?? "";
    if (known) URL.revokeObjectURL(known.url);
    const url = URL.createObjectURL(new Blob([small], { type: "image/jpeg" }));
    this.#small.set(key, { data: small, url });
    return url;
  }

  /** @param {number} key @returns {string} an address, "" where it is not here */
  fullOf(key) {
    const url = this.#full.get(key);
    if (!url) return "";
    this.#full.delete(key);
    this.#full.set(key, url);
    return url;
  }

  /** Ask for all pixels of the first that lacks them. @param {number[]} keys */
  want(keys) {
    const next = keys.find((key) => !this.#full.has(key) && !this.troubles.has(key));
    if (next === undefined || this.#asked !== null || this.isCut) return;
    if (this.reach({ type: "full", key: next })) this.#asked = next;
  }

  /** @param {any} message @param {DataView[]} buffers */
  async #take(message, buffers) {
    if (message.type === "said") this.said = message.text;
    if (message.type === "full") {
      if (buffers?.length) {
        const url = URL.createObjectURL(new Blob([buffers[0]], { type: message.mime }));
        await decoded(url); // else the place would be empty for a moment
        const earlier = this.#full.get(message.key);
        if (earlier) URL.revokeObjectURL(earlier);
        this.#full.set(message.key, url);
        const [oldest] = this.#full.keys();
        if (this.#full.size > MOST_KEPT) {
          URL.revokeObjectURL(this.#full.get(oldest) ?? "");
          this.#full.delete(oldest);
        }
      } else this.troubles.set(message.key, message.text);
      if (this.#asked === message.key) this.#asked = null;
    }
    this.#tell();
  }

  #tell() {
    for (const paint of this.#views) paint();
  }
}

/** @param {string} url */
async function decoded(url) {
  const image = new Image();
  image.src = url;
  try {
    await image.decode();
  } catch {
    // the browser shows it where it can
  }
}
