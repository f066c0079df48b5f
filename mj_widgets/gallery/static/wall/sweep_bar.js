/** What stands above the sheet of a sweep: how it stands, and the question before it is paid for. */

import { button, element } from "../../../card/static/dom.js";

/** @param {any} model @param {(message: object) => boolean} reach */
export function makeSweepBar(model, reach) {
  const words = element("div", "wall-sweepwords");
  words.setAttribute("role", "status");
  const buttons = element("div", "wall-sweepbuttons");
  const bar = element("div", "wall-sweepbar");
  const made = element("div", "wall-sweep", { hidden: true });
  made.append(words, buttons, bar);
  let painted = "";
  const paint = () => {
    const { lines = [], done = null, buttons: offered = [] } = model.get("sweep");
    made.hidden = !lines.length;
    made.dataset.asks = String(offered.some(([deed]) => deed === "send"));
    bar.hidden = done === null;
    bar.style.setProperty("--mj-done", String(done ?? 0));
    const now = JSON.stringify([lines, offered]);
    if (now === painted) return;
    painted = now;
    const hadFocus = buttons.contains(document.activeElement);
    words.replaceChildren(...lines.map((line) => {
      const each = element("p", "wall-sweepline", { dir: "auto" });
      each.textContent = line;
      return each;
    }));
    buttons.replaceChildren(...offered.map(([deed, label]) => {
      const each = button(`wall-sweep${deed}`, label);
      each.addEventListener("click", () => {
        // A second press would be about what is not there any more.
        for (const one of buttons.children) one.disabled = true;
        if (!reach({ type: "sweep", deed })) painted = "";
      });
      return each;
    }));
    if (hadFocus) buttons.querySelector("button")?.focus();
  };
  model.on("change:sweep", paint);
  paint();
  return { element: made, leave: () => model.off("change:sweep", paint) };
}
