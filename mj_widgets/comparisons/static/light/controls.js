/** The buttons above the pictures; each has a key. */

import { button, element } from "../../../card/static/dom.js";
import { keepKeys } from "../../../card/static/host_keys.js";
import { BENCH_KEYS } from "./bench_keys.js";
import { MODE_NAMES } from "./table.js";

let helpsMade = 0;

/** @param {import("./table.js").Table} table */
export function makeControls(table) {
  const bar = element("div", "light-bar");
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", "How the pictures are compared");
  /** @param {string} text @param {string} title @param {() => void} deed */
  const control = (text, title, deed) => {
    const made = keepKeys(button("light-control", text));
    made.title = title;
    if (text.length < 3) made.setAttribute("aria-label", title);
    made.addEventListener("click", deed);
    return made;
  };
  const group = (/** @type {HTMLElement[]} */ ...parts) => {
    const made = element("span", "light-group");
    made.append(...parts);
    return made;
  };
  const modes = Object.entries(MODE_NAMES).map(([mode, { name, key }]) => {
    const made = control(name, `${name} (${key})`, () => table.setMode(mode));
    made.dataset.mode = mode;
    return made;
  });
  const back = control("‹", "Another B: the one before (←)", () => table.step(-1));
  const swap = control("⇄", "Swap A and B (X)", () => table.swap());
  const on = control("›", "Another B: the next one (→)", () => table.step(1));
  const less = control("−", "Less near (-)", () => table.zoom(1 / 1.5));
  const pixels = control("100 %", "Pixel for pixel, and back (Z)", () => table.toggleZoom());
  const more = control("+", "Nearer (+)", () => table.zoom(1.5));
  const fit = control("Fit", "All of it (0)", () => table.fit());
  const gain = control("× 1", "How much a difference is lightened (G)", () => table.amplify(table.gain + 1));
  const play = control("Pause", "Let A and B take turns, or stop that (Enter)", () => table.toggleBlinking());
  const help = control("?", "Keys (?)", () => show(list.hidden));
  const close = control("×", "Back to the gallery (Esc)", () => table.leave(bar));
  const list = element("dl", "light-keys", { id: `mj-light-keys-${++helpsMade}`, hidden: true });
  for (const [keys, deed] of BENCH_KEYS) {
    list.append(
      element("dt", "light-key", { textContent: keys }),
      element("dd", "light-deed", { textContent: deed }),
    );
  }
  help.setAttribute("aria-controls", list.id);
  const show = (/** @type {boolean} */ isOpen) => {
    list.hidden = !isOpen;
    help.setAttribute("aria-expanded", String(isOpen));
  };
  show(false);
  const steps = group(back, swap, on);
  bar.append(group(...modes), steps, group(less, pixels, more, fit), group(gain, play), group(help, close), list);
  steps.classList.add("mj-light-steps");
  bar.querySelector(".mj-light-group:last-of-type")?.classList.add("mj-light-end");

  const paint = () => {
    for (const each of modes) each.setAttribute("aria-pressed", String(each.dataset.mode === table.mode));
    back.hidden = on.hidden = !table.canStep;
    const { picture, room } = table.measure();
    pixels.textContent = `${Math.round(table.camera.nearness(picture, room) * 100)} %`;
    gain.hidden = table.mode !== "difference";
    gain.textContent = `× ${2 ** table.gain}`;
    play.hidden = table.mode !== "blink";
    play.textContent = table.isBlinking ? "Pause" : "Play";
    close.hidden = !table.model.get("is_inside");
    fit.disabled = less.disabled = table.camera.scale <= 1.001;
  };
  return { bar, paint, toggleHelp: () => show(list.hidden) };
}
