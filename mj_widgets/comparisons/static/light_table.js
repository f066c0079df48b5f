/**
 * Two to nine pictures: two of them (A and B) under a slider, in turn or subtracted, or all side by
 * side; zoom and place are the same for all.
 *
 * The browser asks `{type: "full", key}` for all pixels of a picture and gets
 * `{type: "full", key, mime}` with the bytes, or `text`. It says `{type: "step", by, at}` (-1 or 1:
 * what comes before or after B takes its place in `shown`, which is `at`) and `{type: "leave"}`, and
 * gets `{type: "said", text}`.
 */

import { element } from "../../card/static/dom.js";
import { makeTwin, NOTEBOOK } from "../../card/static/caption/twin.js";
import { hasKernel } from "../../card/static/kernel.js";
import { makeBench } from "./light/bench.js";
import { listenToKeys } from "./light/bench_keys.js";
import { Camera } from "./light/camera.js";
import { makeControls } from "./light/controls.js";
import { makeNumbers } from "./light/numbers.js";
import { Pixels } from "./light/pixels.js";
import { listenToPointers } from "./light/pointers.js";
import { Table } from "./light/table.js";

export default () => {
  /** @type {Pixels} one for all views of the widget */
  let pixels;
  return {
    /** @param {{model: any}} context */
    initialize({ model }) {
      pixels = new Pixels(model);
      return () => pixels.leave();
    },
    /** @param {{model: any, el: HTMLElement}} context */
    render({ model, el }) {
      el.classList.add("mj-light");
      const camera = new Camera();
      const isLive = () => !pixels.isCut && hasKernel(el);
      const table = new Table(model, pixels, camera, isLive);
      const bench = makeBench(table);
      const controls = makeControls(table);
      const numbers = makeNumbers(table);
      const content = element("div", "light-content");
      content.append(controls.bar, bench.element, numbers.element, table.spoken);
      const twin = makeTwin(model, el, () => {}, (message) => pixels.reach(message));
      el.prepend(content, twin.stale, twin.hider);

      let isAwaited = false;
      const paint = () => {
        // In an exported page there is nobody to ask, and the copy has all there is.
        const isSeen = table.shown.some((each) => each.small?.byteLength);
        content.hidden = !isSeen && !isLive();
        if (isSeen || (isLive() && el.closest(NOTEBOOK))) twin.hide();
        if (content.hidden || !el.isConnected) return;
        bench.paint();
        controls.paint();
        numbers.paint();
        if (!isAwaited || !isSeen) return;
        isAwaited = false;
        el.scrollIntoView({ block: "nearest" });
      };
      let frame = 0;
      const paintSoon = () => {
        cancelAnimationFrame(frame);
        frame = requestAnimationFrame(paint);
      };
      table.onChange = paintSoon;
      const size = new ResizeObserver(paintSoon);
      size.observe(el);
      const stops = [
        listenToKeys(el, table, bench),
        listenToPointers(bench, table),
        pixels.listen(paintSoon),
        twin.stop,
        table.listen(),
        () => size.disconnect(),
        () => cancelAnimationFrame(frame),
        takeFocus(el, bench.stage, () => {
          isAwaited = true;
          paintSoon();
        }),
      ];
      model.on("change:twin_revision", twin.checkSoon);
      paintSoon();
      return () => {
        for (const stop of stops) stop();
        model.off("change:twin_revision", twin.checkSoon);
      };
    },
  };
};

/**
 * Take the focus where a gallery has just asked for a comparison, and not where a page is loaded.
 * @param {HTMLElement} el @param {HTMLElement} stage @param {() => void} take
 * @returns {() => void} ends it
 */
function takeFocus(el, stage, take) {
  let frame = 0;
  let left = 60;
  const look = () => {
    const gallery = /** @type {HTMLElement|null} */ (el.closest("[data-mj-compares]"));
    if (!gallery) {
      if (left-- > 0) frame = requestAnimationFrame(look);
      return;
    }
    delete gallery.dataset.mjCompares;
    stage.focus({ preventScroll: true });
    take();
  };
  frame = requestAnimationFrame(look);
  return () => cancelAnimationFrame(frame);
}
