/** What is looked at, and how: which two are A and B, in which mode, how near. */

import { spokenText } from "../../../card/static/dom.js";

export const MODE_NAMES = {
  side: { name: "Side by side", key: "S" },
  slider: { name: "Slider", key: "L" },
  blink: { name: "Blink", key: "B" },
  difference: { name: "Difference", key: "D" },
};
const MOST_GAIN = 5;
const NO_KERNEL = "The kernel is gone: run the cell again for others, and for all pixels.";

export class Table {
  /** Where the slider is, from 0 (all of it B) to 1 (A). */
  part = 0.5;
  /** How often the difference is doubled. */
  gain = 0;
  /** Whether A and B take turns by themselves, and which of them is seen. */
  isBlinking = false;
  isB = false;
  onChange = () => {};
  /** @type {() => {picture: import("./camera.js").Size, room: import("./camera.js").Size}} */
  measure = () => ({ picture: { width: 1, height: 1 }, room: { width: 1, height: 1 } });

  /**
   * @param {any} model @param {import("./pixels.js").Pixels} pixels
   * @param {import("./camera.js").Camera} camera @param {() => boolean} isLive
   */
  constructor(model, pixels, camera, isLive) {
    Object.assign(this, { model, pixels, camera, isLive });
    this.model = model;
    this.pixels = pixels;
    this.camera = camera;
    this.isLive = isLive;
    this.spoken = spokenText("spoken");
  }

  /** @returns {import("./pixels.js").Shown[]} */
  get shown() {
    return this.model.get("shown") ?? [];
  }

  /** @returns {keyof typeof MODE_NAMES} */
  get mode() {
    return this.model.get("mode");
  }

  /** Where A is among them. */
  get a() {
    return Math.min(this.model.get("a"), this.shown.length - 1);
  }

  get b() {
    return Math.min(this.model.get("b"), this.shown.length - 1);
  }

  /** A, then B. */
  get pair() {
    return [this.shown[this.a], this.shown[this.b]];
  }

  get isOver() {
    return this.mode !== "side";
  }

  /** @returns {() => void} ends it */
  listen() {
    const tell = () => this.onChange();
    const setMode = () => {
      this.isBlinking = this.mode === "blink" && !matchMedia("(prefers-reduced-motion: reduce)").matches;
      this.isB = false;
      tell();
    };
    const events = ["change:shown", "change:a", "change:b", "change:numbers", "comm_live_update"];
    for (const event of events) this.model.on(event, tell);
    this.model.on("change:mode", setMode);
    setMode();
    const turning = setInterval(() => {
      if (!this.isBlinking || this.mode !== "blink") return;
      this.isB = !this.isB;
      tell();
    }, 600);
    return () => {
      clearInterval(turning);
      for (const event of events) this.model.off(event, tell);
      this.model.off("change:mode", setMode);
    };
  }

  /** @param {object} changes of traits */
  #set(changes) {
    this.model.set(changes);
    if (this.isLive()) this.model.save_changes();
    this.onChange();
  }

  /** @param {string} mode */
  setMode(mode) {
    this.#set({ mode });
    this.say(MODE_NAMES[mode].name);
  }

  /** Let one of them be A or B; what was that takes its place. @param {"a"|"b"} which @param {number} at */
  choose(which, at) {
    if (at >= this.shown.length) return;
    const other = which === "a" ? "b" : "a";
    if (this[other] === at) return this.swap();
    this.#set({ [which]: at });
    this.say(`${which.toUpperCase()}: ${this.shown[at].title}`);
  }

  swap() {
    this.#set({ a: this.b, b: this.a });
    this.say("A and B have changed places");
  }

  /** Put another one in the place of B. @param {number} by -1 or 1 */
  step(by) {
    if (this.model.get("steps")) {
      const message = { type: "step", by, at: this.b }; // which may be on its way
      if (!this.isLive() || !this.pixels.reach(message)) this.pixels.say(NO_KERNEL);
      return;
    }
    const count = this.shown.length;
    if (count < 3) return;
    let at = this.b;
    do at = (at + by + count) % count;
    while (at === this.a);
    this.choose("b", at);
  }

  get canStep() {
    return this.model.get("steps") || this.shown.length > 2;
  }

  turn() {
    if (this.mode !== "blink") return;
    this.isBlinking = false;
    this.isB = !this.isB;
    this.onChange();
    this.say(this.isB ? "B" : "A");
  }

  toggleBlinking() {
    this.isBlinking = !this.isBlinking;
    this.onChange();
  }

  /** @param {number} part */
  slide(part) {
    this.part = Math.min(Math.max(part, 0), 1);
    this.onChange();
  }

  /** @param {number} gain */
  amplify(gain) {
    this.gain = (gain + MOST_GAIN + 1) % (MOST_GAIN + 1);
    this.onChange();
    this.say(`${2 ** this.gain} times`);
  }

  /** @param {number} factor @param {{x: number, y: number}} [at] */
  zoom(factor, at) {
    const { picture, room } = this.measure();
    this.camera.zoom(factor, picture, room, at);
    this.onChange();
  }

  /** One pixel of A is one of the screen. */
  zoomToPixels() {
    const { picture, room } = this.measure();
    this.zoom(1 / this.camera.nearness(picture, room));
  }

  /** @param {{x: number, y: number}} [at] */
  toggleZoom(at) {
    if (this.camera.scale > 1.001) return this.fit();
    const { picture, room } = this.measure();
    this.zoom(1 / this.camera.nearness(picture, room), at);
  }

  fit() {
    this.camera.fit();
    this.onChange();
  }

  /** @param {number} dx @param {number} dy */
  move(dx, dy) {
    const { picture, room } = this.measure();
    this.camera.move(dx, dy, picture, room);
    this.onChange();
  }

  /** Close it; the wall that it stands below gets the focus. @param {HTMLElement} el @returns {boolean} */
  leave(el) {
    if (!this.model.get("is_inside")) return false;
    const wall = el.closest(".mj-gallery")?.querySelector(".mj-wall-box");
    if (wall instanceof HTMLElement) wall.focus({ preventScroll: true });
    if (!this.isLive() || !this.pixels.reach({ type: "leave" })) this.pixels.say(NO_KERNEL);
    return true;
  }

  /** @param {string} words */
  say(words) {
    this.spoken.textContent = words;
  }
}
