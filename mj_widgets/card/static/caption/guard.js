/** The keys of a card that has the focus: which are its own, and which are the host's. */

const FOCUSABLE = "a, button, input, textarea, select, video, canvas, [tabindex]";

/** @param {HTMLElement} card @param {EventTarget|null} target @returns {HTMLElement|null} */
const focusableIn = (card, target) =>
  target instanceof HTMLElement && target.matches(FOCUSABLE) && card.contains(target)
    ? target
    : null;

/**
 * Whether the element that has the focus keeps a key from the host. Ctrl+S stays the host's, and
 * Shift+Enter, which runs cells; undo does not: the host would undo what was done to cells.
 * @param {KeyboardEvent} event @param {HTMLElement} target @param {string} commands
 */
function isKept(event, target, commands) {
  const key = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) return commands.includes(key);
  if (event.altKey) return false;
  return !(key === "enter" && event.shiftKey) || target.matches("textarea, input");
}

/**
 * Keep the host's one-key commands away from a card that has the focus; a key presses a button
 * once, however long it is held down.
 *
 * Notebook 7 looks at a key before the page does, and leaves it alone only where the very element
 * that has the focus says so (Lumino's CommandRegistry; an ancestor is looked at too late).
 * VS Code listens further out: the key ends here.
 * @param {HTMLElement} card @param {string} [commands] the keys that are its own also with Ctrl
 * @returns {() => void} undoes it
 */
export function guardKeys(card, commands = "zy") {
  const mark = (/** @type {KeyboardEvent} */ event) => {
    const target = focusableIn(card, event.target);
    if (!target) return;
    if (isKept(event, target, commands)) target.dataset.lmSuppressShortcuts = "true";
    else delete target.dataset.lmSuppressShortcuts;
    const presses = event.key === "Enter" || event.key === " ";
    if (presses && event.repeat && target.matches("button")) event.preventDefault();
  };
  const end = (/** @type {KeyboardEvent} */ event) => {
    const target = focusableIn(card, event.target);
    if (target && isKept(event, target, commands)) event.stopPropagation();
  };
  // Where no host has taken Shift+Enter, the browser would press the button: that may cost money.
  const drop = (/** @type {KeyboardEvent} */ event) => {
    const target = focusableIn(card, event.target);
    if (!target?.matches("button") || event.key !== "Enter") return;
    if (!isKept(event, target, commands)) event.preventDefault();
  };
  window.addEventListener("keydown", mark, true);
  document.body.addEventListener("keydown", end);
  window.addEventListener("keydown", drop);
  return () => {
    window.removeEventListener("keydown", mark, true);
    document.body.removeEventListener("keydown", end);
    window.removeEventListener("keydown", drop);
  };
}

/**
 * Keep the focus in a card: a button that is pressed cannot be pressed for a second, and loses the
 * focus for that.
 * @param {HTMLElement} card @returns {() => void} undoes it
 */
function guardFocus(card) {
  /** @type {HTMLElement | null} */
  let last = null;
  const remember = (/** @type {FocusEvent} */ event) => {
    delete last?.dataset.mjLast;
    last = focusableIn(card, event.target);
    if (last) last.dataset.mjLast = "true"; // a panel asks what had the focus
  };
  const comeBack = new MutationObserver((changes) => {
    const lost = document.activeElement === document.body || document.activeElement === null;
    if (!last || !lost) return;
    const enabled = changes.some(({ target }) => target === last && !last.matches(":disabled"));
    if (enabled) last.focus({ preventScroll: true });
  });
  document.addEventListener("focusin", remember);
  comeBack.observe(card, { attributeFilter: ["disabled"], subtree: true });
  return () => {
    document.removeEventListener("focusin", remember);
    comeBack.disconnect();
  };
}

const CONTROLS = ".jupyter-button, .mj-remix input";

/**
 * Let no control of a card be used that cannot reach its kernel: ipywidgets' own buttons would fail
 * on the console alone. One that can waits until the kernel has heard it.
 * @param {HTMLElement} card @param {(message: object) => boolean} reach
 * @param {import("./waiting.js").Waiting} waiting @returns {() => void}
 */
function guardClicks(card, reach, waiting) {
  const refuse = (/** @type {Event} */ event) => {
    const control = event.target instanceof Element && event.target.closest(CONTROLS);
    if (!(control instanceof HTMLElement)) return;
    const press = waiting.press(control);
    if (reach({ type: "click", press })) return;
    waiting.heard(press);
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  card.addEventListener("click", refuse, true);
  return () => card.removeEventListener("click", refuse, true);
}

/**
 * Guard a card's keys, its focus and its clicks.
 * @param {HTMLElement} card @param {(message: object) => boolean} reach whether a message was sent
 * @param {import("./waiting.js").Waiting} waiting @returns {() => void} undoes it
 */
export function guard(card, reach, waiting) {
  const undoings = [guardKeys(card), guardFocus(card), guardClicks(card, reach, waiting)];
  return () => undoings.forEach((undo) => undo());
}
