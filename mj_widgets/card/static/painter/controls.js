/** The buttons of a painter. */

import { element } from "../dom.js";
import { keepKeys } from "../host_keys.js";

/** @param {string} text @param {string} title @param {() => void} press @returns {HTMLButtonElement} */
export function control(text, title, press) {
  const made = element("button", "paint-button", { type: "button", textContent: text, title });
  made.addEventListener("click", () => {
    if (made.getAttribute("aria-disabled") !== "true") press();
  });
  return keepKeys(made);
}

/** @param {HTMLElement} one @param {boolean} on */
export function enable(one, on) {
  one.setAttribute("aria-disabled", String(!on)); // not `disabled`: it would drop the focus
}

/** @param {string} name @param {HTMLElement[]} parts @returns {HTMLElement} */
export function group(name, parts) {
  const made = element("div", "paint-group");
  made.setAttribute("role", "group");
  made.setAttribute("aria-label", name);
  made.append(...parts);
  return made;
}
