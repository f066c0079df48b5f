/** The bytes of a card's pictures, as addresses that an element can show. */

/** @param {BlobPart} data @param {string} mime */
const address = (data, mime) => URL.createObjectURL(new Blob([data], { type: mime }));

/** @typedef {{mime: string, url: string}} Full a picture at full size, or a video */

export class Bytes {
  /** @type {string[]} the small copies, "" for one that is missing */
  shown = [];
  /** @type {Map<number, Full>} */
  full = new Map();
  /** @type {Set<number>} what the kernel was asked for and has not answered */
  asked = new Set();

  /** Show these small copies in place of all that was there. @param {DataView[]} previews */
  begin(previews) {
    this.forget();
    this.shown = previews.map((data) => (data.byteLength ? address(data, "image/jpeg") : ""));
  }

  /** @param {number} index @param {string} mime @param {DataView} data @returns {Full} */
  keep(index, mime, data) {
    const known = this.full.get(index);
    if (known) URL.revokeObjectURL(known.url);
    const full = { mime, url: address(data, mime) };
    this.full.set(index, full);
    return full;
  }

  /** Give the memory back. */
  forget() {
    for (const url of this.shown) if (url) URL.revokeObjectURL(url);
    for (const { url } of this.full.values()) URL.revokeObjectURL(url);
    this.shown = [];
    this.full.clear();
    this.asked.clear();
  }
}
