/** Whether a view has a kernel, and which card is marked when it has none. */

/** ipywidgets' own mark of what has lost its kernel. */
const DEAD = "jupyter-widgets-disconnected";

/** @param {Element} one @returns {HTMLElement|null} the nearest card around it, or itself */
export const cardAround = (one) => one.closest(".mj-card");

/** @param {Element} one @returns {HTMLElement|null} a card may stand in its parent's */
export function outermostCard(one) {
  let outermost = cardAround(one);
  for (let card = outermost; card; ) {
    outermost = card;
    card = card.parentElement && cardAround(card.parentElement);
  }
  return outermost;
}

/** @param {Element} one @returns {boolean} */
export const hasKernel = (one) => !one.closest(`.${DEAD}`);

/**
 * Send a message. A kernel that was shut down is not marked by ipywidgets, and is noticed when it
 * is needed.
 * @param {any} model @param {object} message
 * @param {() => Element|null|void} whenLost called if it cannot be sent; what it gives is marked as dead
 * @param {ArrayBuffer[]} [buffers] what goes along as it is
 * @returns {boolean} whether it could be sent
 */
export function send(model, message, whenLost, buffers) {
  try {
    model.send(message, undefined, buffers);
    return true;
  } catch {
    whenLost()?.classList.add(DEAD);
    return false;
  }
}
