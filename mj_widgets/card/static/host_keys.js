/**
 * Keep the host's one-key commands away. In a card caption/guard.js does that, and lets Ctrl+S and
 * Shift+Enter through; this is for a widget that is shown alone. Nothing around the element may say
 * so: the host looks for Ctrl+S from the element that has the focus up to the page.
 * @template {HTMLElement} T @param {T} one @returns {T}
 */
export function keepKeys(one) {
  one.dataset.lmSuppressShortcuts = "true";
  return one;
}
