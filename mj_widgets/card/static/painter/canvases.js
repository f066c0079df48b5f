/** The two canvases over the picture, painted at the screen's own pixels when something changed. */

import { join, NO_BOX } from "./drawing.js";
import { paintGuide } from "./guide.js";
import { paintTint } from "./tint.js";

/**
 * @param {import("./drawing.js").Drawing} drawing @param {import("./hand.js").Hand} hand
 * @param {import("./easel.js").Easel} easel
 */
export function makeCanvases(drawing, hand, { stage, tint, guide }) {
  /** @type {import("./drawing.js").Box} */
  let stale = drawing.whole;
  let frame = 0;
  const paint = () => {
    frame = 0;
    const ratio = devicePixelRatio || 1;
    const wide = Math.round(stage.clientWidth * ratio);
    const high = Math.round(stage.clientHeight * ratio);
    if (!wide || !high) return;
    if (tint.width !== wide || tint.height !== high) {
      for (const canvas of [tint, guide]) Object.assign(canvas, { width: wide, height: high });
      stale = drawing.whole;
    }
    paintTint(tint, drawing, stale, ratio);
    stale = NO_BOX;
    paintGuide(guide, hand, ratio);
  };
  const paintSoon = () => {
    frame ||= requestAnimationFrame(paint);
  };
  const onChange = (/** @type {import("./drawing.js").Box} */ box) => {
    stale = join(stale, box);
    paintSoon();
  };
  drawing.onChange.add(onChange);
  addEventListener("resize", paintSoon); // the zoom of the page, too
  const resized = new ResizeObserver(paintSoon);
  resized.observe(stage);
  const stop = () => {
    cancelAnimationFrame(frame);
    resized.disconnect();
    removeEventListener("resize", paintSoon);
    drawing.onChange.delete(onChange);
  };
  return { paintSoon, stop };
}
