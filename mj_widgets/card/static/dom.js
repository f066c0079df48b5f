/** Elements of a widget, each with a class of its style sheet. */

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag @param {string} name its class, without the mj- of all of ours
 * @param {Partial<HTMLElementTagNameMap[T]>} [properties]
 * @returns {HTMLElementTagNameMap[T]}
 */
export function element(tag, name, properties = {}) {
  const made = document.createElement(tag);
  made.className = `mj-${name}`;
  return Object.assign(made, properties);
}

/**
 * A button that sends no form.
 * @param {string} name @param {string} textContent @returns {HTMLButtonElement}
 */
export const button = (name, textContent) =>
  element("button", name, { type: "button", textContent });

const SPOKEN = {
  position: "absolute",
  width: "1px",
  height: "1px",
  overflow: "hidden",
  clipPath: "inset(50%)",
  whiteSpace: "nowrap",
};

/**
 * What is not seen but said, also where the style sheet is missing.
 * @param {string} name @returns {HTMLSpanElement}
 */
export function spokenText(name) {
  const made = element("span", name);
  Object.assign(made.style, SPOKEN);
  made.setAttribute("role", "status");
  return made;
}
