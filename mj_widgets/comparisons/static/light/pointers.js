/** What the mouse and fingers do: drag, wheel, pinch, the slider, a click on a picture. */

/** Less is a click. */
const DRAGGED = 4;

/**
 * @param {ReturnType<typeof import("./bench.js").makeBench>} bench
 * @param {import("./table.js").Table} table @returns {() => void} ends it
 */
export function listenToPointers(bench, table) {
  const { stage, over, handle } = bench;
  /** @type {Map<number, {x: number, y: number}>} */
  const held = new Map();
  let moved = 0;
  /** @type {"pan"|"slide"|""} */
  let doing = "";

  /** The room of a picture under the pointer. @param {EventTarget|null} target */
  const roomOf = (target) => {
    const found = target instanceof Element && target.closest(".mj-light-over, .mj-light-view");
    return found instanceof HTMLElement ? found : null;
  };
  /** @param {{clientX: number, clientY: number}} event @param {Element} room */
  const within = ({ clientX, clientY }, room) => {
    const box = room.getBoundingClientRect();
    return { x: clientX - box.left, y: clientY - box.top };
  };
  const slideTo = (/** @type {PointerEvent} */ event) => {
    const [left, right] = [Number(over.dataset.left), Number(over.dataset.right)];
    table.slide((within(event, over).x - left) / Math.max(1, right - left));
  };
  const isLooked = (/** @type {HTMLElement|null} */ room) =>
    Boolean(room) && (room === over || !table.isOver);

  const onDown = (/** @type {PointerEvent} */ event) => {
    const room = roomOf(event.target);
    if (!room || event.button) return;
    moved = 0;
    if (!isLooked(room)) return;
    const isSlider = table.mode === "slider" && room === over;
    const isHandle = event.target instanceof Node && handle.contains(event.target);
    doing = isSlider && (isHandle || table.camera.scale <= 1.001) ? "slide" : "pan";
    held.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (held.size > 1) doing = "pan";
    stage.setPointerCapture(event.pointerId);
    if (doing === "slide") {
      event.preventDefault();
      handle.focus({ preventScroll: true });
      slideTo(event);
    }
  };
  const onMove = (/** @type {PointerEvent} */ event) => {
    const last = held.get(event.pointerId);
    if (!last) return;
    const now = { x: event.clientX, y: event.clientY };
    moved += Math.abs(now.x - last.x) + Math.abs(now.y - last.y);
    if (doing === "slide") slideTo(event);
    else if (held.size === 2) {
      const other = [...held].find(([id]) => id !== event.pointerId)?.[1] ?? last;
      const far = (/** @type {{x: number, y: number}} */ p) => Math.hypot(p.x - other.x, p.y - other.y);
      table.zoom(far(now) / Math.max(1, far(last)));
      table.move((now.x - last.x) / 2, (now.y - last.y) / 2);
    } else table.move(now.x - last.x, now.y - last.y);
    held.set(event.pointerId, now);
  };
  const onUp = (/** @type {PointerEvent} */ event) => {
    held.delete(event.pointerId);
    if (!held.size) doing = "";
  };
  const onClick = (/** @type {MouseEvent} */ event) => {
    const at = document
      .elementsFromPoint(event.clientX, event.clientY)
      .map((each) => /** @type {HTMLElement} */ (each).dataset?.at)
      .find((each) => each !== undefined);
    if (moved > DRAGGED || table.shown.length < 3 || at === undefined) return;
    if (Number(at) !== table.b) table.choose(event.shiftKey ? "a" : "b", Number(at));
  };
  const onWheel = (/** @type {WheelEvent} */ event) => {
    const room = roomOf(event.target);
    if (!event.ctrlKey || !isLooked(room) || !room) return;
    event.preventDefault();
    const lines = event.deltaMode ? 30 : 1;
    table.zoom(Math.exp((-event.deltaY * lines) / 300), within(event, room));
  };
  const onDouble = (/** @type {MouseEvent} */ event) => {
    const room = roomOf(event.target);
    if (isLooked(room) && room && table.mode !== "slider") table.toggleZoom(within(event, room));
  };
  const listeners = {
    pointerdown: onDown,
    pointermove: onMove,
    pointerup: onUp,
    pointercancel: onUp,
    click: onClick,
    dblclick: onDouble,
  };
  for (const [event, work] of Object.entries(listeners)) {
    stage.addEventListener(event, /** @type {EventListener} */ (work));
  }
  stage.addEventListener("wheel", onWheel, { passive: false });
  return () => {
    for (const [event, work] of Object.entries(listeners)) {
      stage.removeEventListener(event, /** @type {EventListener} */ (work));
    }
    stage.removeEventListener("wheel", onWheel);
  };
}
