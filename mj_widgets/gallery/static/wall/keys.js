/** What keys and clicks do on the wall. None of them costs money. */

import { guardKeys } from "../../../card/static/caption/guard.js";

/** What each key does, as people read it. */
export const KEYS = [
  ["← → ↑ ↓", "go on"],
  ["Home End PgUp PgDn", "go far"],
  ["1 2 3 4 5", "rate, and go on to the next"],
  ["0", "no star"],
  ["P", "pick"],
  ["X", "reject"],
  ["U", "neither, and no star"],
  ["Ctrl+Z", "take the last mark back"],
  ["Space", "select"],
  ["Shift+arrow", "select from here to there"],
  ["Ctrl+A", "select all"],
  ["Enter", "open the card below; once more: full size"],
  ["Z", "100 %, pixel for pixel"],
  ["L", "more like this"],
  ["C", "compare what is selected, else this and the next"],
  ["Esc", "back: full size, keys, comparison, selection, card"],
  ["?", "these keys"],
];

/**
 * @typedef {object} Parts
 * @property {HTMLElement} el
 * @property {import("./viewport.js").Viewport} viewport
 * @property {import("./selection.js").Selection} selection
 * @property {ReturnType<typeof import("./full.js").makeFull>} full
 * @property {ReturnType<typeof import("./help.js").makeHelp>} help
 * @property {ReturnType<typeof import("./compared.js").makeCompared>} compared
 */

/** @param {Parts} parts @returns {() => void} ends it */
export function listenToKeys({ el, viewport, selection, full, help, compared }) {
  const { model } = selection;
  const page = () => viewport.columns * viewport.rowsInView;
  const far = (/** @type {number} */ most) =>
    selection.store.facets ? page() : Math.min(page(), most);
  /** @type {Record<string, () => number>} how far a key moves */
  const steps = {
    ArrowLeft: () => -1,
    ArrowRight: () => 1,
    ArrowUp: () => (full.isOpen ? -1 : -viewport.columns),
    ArrowDown: () => (full.isOpen ? 1 : viewport.columns),
    PageUp: () => -far(Math.max(0, selection.place)),
    PageDown: () => far(selection.store.order.length - 1 - selection.place),
    Home: () => -Infinity,
    End: () => Infinity,
  };
  const enter = () => {
    const isOpen = selection.current && model.get("open_item") === selection.current;
    if (isOpen) full.open(selection.current);
    else selection.open();
  };
  const leave = () => {
    if (full.isOpen) full.close();
    else if (help.isOpen) help.close();
    else if (compared.isOpen) compared.close();
    else if (selection.selected.length) selection.selectNone();
    else if (model.get("open_item")) selection.close();
  };
  const enlarge = () => {
    if (full.isOpen) full.toggleSize();
    else if (selection.place >= 0) full.open(selection.current, true);
  };
  /** @param {{rating?: number, flag?: string}} change */
  const mark = (change) => {
    if (full.isOpen) full.mark(change);
    else selection.mark(change);
  };
  /** @type {Record<string, () => void>} */
  const deeds = {
    " ": () => selection.toggle(),
    enter,
    escape: leave,
    z: enlarge,
    c: () => {
      if (full.isOpen) full.close();
      compared.open();
    },
    l: () => selection.findAlike(selection.current),
    "?": () => help.toggle(),
    p: () => mark({ flag: "pick" }),
    x: () => mark({ flag: "reject" }),
    u: () => mark({ flag: "", rating: 0 }),
  };
  for (const rating of [0, 1, 2, 3, 4, 5]) deeds[rating] = () => mark({ rating });
  /** @type {Record<string, () => void>} */
  const commands = { a: () => selection.selectAll(), z: () => selection.undo() };

  const onKey = (/** @type {KeyboardEvent} */ event) => {
    const key = event.key.toLowerCase();
    const { target } = event;
    const isElsewhere = !full.isOpen && target !== viewport.box;
    if (isElsewhere && key !== "escape") return; // in the filter
    if (event.altKey || (event.shiftKey && key === "enter")) return; // runs the cell
    const isCommand = event.ctrlKey || event.metaKey;
    const isButton = target instanceof HTMLButtonElement && (key === "enter" || key === " ");
    if (isButton && !isElsewhere) return; // it is pressed
    const step = isCommand ? undefined : steps[event.key];
    const deed = isCommand ? commands[key] : deeds[key];
    if (!step && !deed) return;
    event.preventDefault();
    if (step) selection.move(step(), event.shiftKey && !full.isOpen);
    else if (!event.repeat || key === " ") deed?.();
    full.follow();
  };
  const onClick = (/** @type {MouseEvent} */ event) => {
    const item = viewport.tileAt(event.target)?.item;
    if (!item) return;
    viewport.focus();
    selection.goTo(selection.store.placeOf(item), event.shiftKey);
    if (event.shiftKey) return;
    if (event.ctrlKey || event.metaKey) selection.toggle();
    else if (model.get("open_item") !== item) selection.open();
  };
  const onDoubleClick = (/** @type {MouseEvent} */ event) => {
    const item = viewport.tileAt(event.target)?.item;
    if (item) full.open(item);
  };
  const unguard = guardKeys(el, "zya");
  el.addEventListener("keydown", onKey);
  viewport.box.addEventListener("click", onClick);
  viewport.box.addEventListener("dblclick", onDoubleClick);
  return () => {
    unguard();
    el.removeEventListener("keydown", onKey);
    viewport.box.removeEventListener("click", onClick);
    viewport.box.removeEventListener("dblclick", onDoubleClick);
  };
}
