/** What keys and clicks do on the wall. None of them costs money. */

/**
 * @param {import("./viewport.js").Viewport} viewport
 * @param {import("./selection.js").Selection} selection @returns {() => void} ends it
 */
export function listenToKeys(viewport, selection) {
  const page = () => viewport.columns * viewport.rowsInView;
  /** @type {Record<string, () => number>} how far a key moves */
  const steps = {
    ArrowLeft: () => -1,
    ArrowRight: () => 1,
    ArrowUp: () => -viewport.columns,
    ArrowDown: () => viewport.columns,
    PageUp: () => -page(),
    PageDown: () => page(),
    Home: () => -Infinity,
    End: () => Infinity,
  };
  /** @type {Record<string, () => void>} */
  const deeds = {
    " ": () => selection.toggle(),
    Enter: () => selection.open(),
    Escape: () => selection.selectNone(),
    p: () => selection.mark({ flag: "pick" }),
    x: () => selection.mark({ flag: "reject" }),
    u: () => selection.mark({ flag: "", rating: 0 }),
  };
  for (const rating of [0, 1, 2, 3, 4, 5]) deeds[rating] = () => selection.mark({ rating });

  const onKey = (/** @type {KeyboardEvent} */ event) => {
    const isCommand = event.ctrlKey || event.metaKey;
    if (event.altKey || (event.shiftKey && event.key === "Enter")) return; // runs the cell
    if (isCommand && !["a", "z"].includes(event.key)) return;
    event.stopPropagation();
    const step = steps[event.key];
    const deed = isCommand
      ? { a: () => selection.selectAll(), z: () => selection.undo() }[event.key]
      : deeds[event.key.toLowerCase()] ?? deeds[event.key];
    if (!step && !deed) return;
    event.preventDefault();
    if (step) selection.move(step(), event.shiftKey);
    else deed?.();
  };
  const onClick = (/** @type {MouseEvent} */ event) => {
    const item = viewport.itemAt(event.target);
    if (!item) return;
    const place = selection.store.placeOf(item);
    selection.goTo(place, event.shiftKey);
    if (event.shiftKey) return;
    if (event.ctrlKey || event.metaKey) selection.toggle();
    else selection.open();
  };
  viewport.box.addEventListener("keydown", onKey);
  viewport.box.addEventListener("click", onClick);
  return () => {
    viewport.box.removeEventListener("keydown", onKey);
    viewport.box.removeEventListener("click", onClick);
  };
}
