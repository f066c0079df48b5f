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

/**
 * What is not seen but said.
 * @param {string} name @returns {HTMLSpanElement}
 */
export function spokenText(name) {
  const made = element("span", name);
  made.setAttribute("role", "status");
  return made;
}
