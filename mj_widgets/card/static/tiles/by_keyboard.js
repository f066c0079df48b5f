/**
 * Whether u and v press a tile's buttons, which cost money: only where the focus came to the tiles
 * by Tab or an arrow. After a click the tile has the focus too, and v is the host's "paste cell".
 * @param {HTMLElement} el around the tiles @param {() => boolean} isElsewhere Tab leads to no tile
 */
export function watchHowFocusComes(el, isElsewhere) {
  let isTabbing = false;
  let mayPress = false;
  const onAnyKey = (/** @type {KeyboardEvent} */ event) => {
    isTabbing = event.key === "Tab" && !isElsewhere();
  };
  const onPointer = () => {
    isTabbing = mayPress = false;
  };
  const onFocus = () => {
    mayPress ||= isTabbing;
  };
  el.addEventListener("focusin", onFocus);
  window.addEventListener("keydown", onAnyKey, true);
  window.addEventListener("pointerdown", onPointer, true);
  return {
    mayPress: () => mayPress,
    hasMovedByArrow: () => (mayPress = true),
    stop: () => {
      el.removeEventListener("focusin", onFocus);
      window.removeEventListener("keydown", onAnyKey, true);
      window.removeEventListener("pointerdown", onPointer, true);
    },
  };
}
