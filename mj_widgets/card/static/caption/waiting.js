/**
 * What was pressed and not yet heard. A kernel without subshells (ipykernel 6) hears no click while
 * a cell runs: the button says so, or people press again, or think that it is broken.
 */

const WORDS = "waits for the kernel, which is busy";
/** Milliseconds: most answers come sooner, and nothing is to flicker. */
const USUAL = 200;
const MARK = "mj-waits";

export class Waiting {
  /** @type {Map<string, HTMLElement>} by what the kernel answers with */
  #pressed = new Map();
  /** @type {WeakMap<HTMLElement, string>} */
  #titles = new WeakMap();
  #say;

  /** @param {(words: string) => void} say */
  constructor(say) {
    this.#say = say;
  }

  /** @param {HTMLElement} control @returns {string} what the kernel is to answer with */
  press(control) {
    const press = Math.random().toString(36).slice(2);
    this.#pressed.set(press, control);
    setTimeout(() => this.#pressed.has(press) && this.#mark(control), USUAL);
    return press;
  }

  /** @param {string} press */
  heard(press) {
    const control = this.#pressed.get(press);
    this.#pressed.delete(press);
    if (control && ![...this.#pressed.values()].includes(control)) this.#unmark(control);
  }

  /** The view goes. */
  stop() {
    for (const press of [...this.#pressed.keys()]) this.heard(press);
  }

  /** @param {HTMLElement} control */
  #mark(control) {
    if (control.classList.contains(MARK)) return;
    this.#titles.set(control, control.title);
    control.classList.add(MARK);
    control.setAttribute("aria-busy", "true");
    control.title = `It ${WORDS}`;
    this.#say(`${control.textContent || "It"} ${WORDS}`);
  }

  /** @param {HTMLElement} control */
  #unmark(control) {
    if (!control.classList.contains(MARK)) return;
    control.classList.remove(MARK);
    control.removeAttribute("aria-busy");
    // The kernel may have given it another one.
    if (control.title === `It ${WORDS}`) control.title = this.#titles.get(control) ?? "";
  }
}
