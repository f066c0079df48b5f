/** The panel that a caption is the head of: where the focus goes when it comes and goes, and Esc. */

/**
 * Keep what has just opened in view while its parts get their sizes, until a person goes elsewhere.
 * @param {HTMLElement} panel @param {HTMLElement} box what has the focus in it
 * @returns {() => void} ends it
 */
function keepInView(panel, box) {
  const resized = new ResizeObserver(() => {
    for (const one of [panel, box]) one.scrollIntoView({ block: "nearest" });
  });
  const moves = /** @type {const} */ (["wheel", "touchmove", "pointerdown", "focusin"]);
  const stop = () => {
    resized.disconnect();
    for (const move of moves) document.removeEventListener(move, stop, true);
  };
  for (const move of moves) document.addEventListener(move, stop, { capture: true, passive: true });
  resized.observe(panel);
  return stop;
}

/**
 * Give the focus to a panel's text box. It is painted after its panel's head, and takes no focus
 * below a zoomed picture. It takes it once: not after a reload of the page, nor in another view.
 * @param {any} model @param {import("./place.js").Place} place
 */
function takeFocus(model, place) {
  let frame = 0;
  let stopKeeping = () => {};
  /** @type {HTMLElement | null} what had the focus before the panel */
  let opener = null;
  const tryIt = (triesLeft = 600) => {
    if (!model.get("takes_focus")) return;
    const box = place.panel?.querySelector("textarea");
    // A card may be seen twice, in its own cell and in its parent's: the one in use is meant, and
    // nobody is taken away from another text.
    const active = /** @type {HTMLElement | null} */ (document.activeElement);
    const isLost = !active || active === document.body;
    const isMine = isLost || (place.root?.contains(active) && !active.matches("textarea"));
    if (box && isMine) {
      opener = isLost ? (place.root?.querySelector("[data-mj-last]") ?? null) : active;
      box.focus({ preventScroll: true });
      stopKeeping = place.panel ? keepInView(place.panel, box) : stopKeeping;
    }
    if (box && box === document.activeElement) {
      model.set("takes_focus", false);
      model.save_changes();
    } else if (triesLeft) frame = requestAnimationFrame(() => tryIt(triesLeft - 1));
  };
  tryIt();
  const stop = () => {
    cancelAnimationFrame(frame);
    stopKeeping();
  };
  return { stop, opener: () => opener };
}

/**
 * When a panel goes, the focus goes back to what has opened it: a button that was pressed cannot
 * have it for a second. Whoever has moved on meanwhile stays there.
 * @param {HTMLElement} opener @param {import("./place.js").Place} place
 */
function giveBack(opener, place, triesLeft = 180) {
  const active = document.activeElement;
  const isFree = !active || active === document.body || place.panel?.contains(active);
  if (!isFree || !opener.isConnected) return;
  opener.focus({ preventScroll: true });
  if (document.activeElement !== opener && triesLeft) {
    requestAnimationFrame(() => giveBack(opener, place, triesLeft - 1));
  }
}

/** What a person has written and chosen in a panel. @param {Element} panel */
const fieldsIn = (panel) =>
  [...panel.querySelectorAll(".mj-panel-prompt textarea, .mj-choice :is(select, input)")].map(
    (/** @type {any} */ { type, value, checked, selectedIndex }) =>
      type === "checkbox" ? checked : (selectedIndex ?? value),
  );

/**
 * @param {any} model @param {import("./place.js").Place} place
 * @param {(message: object) => void} reach sends to the kernel
 * @returns {() => void} the panel goes
 */
export function attendPanel(model, place, reach) {
  // Heard on its way in, because ipywidgets' text boxes and the painter keep their keys; answered
  // when all have seen it, because Esc may have ended a stroke, or a word of an input method.
  const escape = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Escape" || event.isComposing || !place.isInPanel(event.target)) return;
    setTimeout(() => {
      // The kernel gets a text when its box is left: it may not have this one yet.
      const text = place.panel?.querySelector("textarea")?.value ?? null;
      if (!event.defaultPrevented) reach({ type: "escape", text });
    });
  };
  // ipywidgets holds a change back while the kernel is busy, but no click.
  const press = (/** @type {MouseEvent} */ { target }) => {
    if (!place.panel || !place.isInPanel(target)) return;
    if (/** @type {Element} */ (target).closest(".jupyter-button")) {
      reach({ type: "fields", fields: fieldsIn(place.panel) });
    }
  };
  let isUsed = false;
  const see = (/** @type {Event} */ event) => {
    isUsed = place.isInPanel(event.target);
  };
  document.body.addEventListener("keydown", escape, true);
  document.addEventListener("click", press, true);
  document.addEventListener("focusin", see);
  document.addEventListener("pointerdown", see);
  const focus = takeFocus(model, place);
  return () => {
    focus.stop();
    document.body.removeEventListener("keydown", escape, true);
    document.removeEventListener("click", press, true);
    document.removeEventListener("focusin", see);
    document.removeEventListener("pointerdown", see);
    const opener = focus.opener();
    if (opener && isUsed) giveBack(opener, place);
  };
}
