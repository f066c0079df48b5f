/**
 * A wall of small pictures: any number of items, of which only those in view have elements.
 *
 * The browser asks `{type: "want", request, numbers}` and gets one or more
 * `{type: "tiles", request, last, tiles}`, each with one buffer of all their pictures; it asks
 * `{type: "still", asked}` which of its requests are known, and gets `{type: "still", asked, known}`.
 * It says `{type: "mark", turn, items, rating | flag}`, `{type: "undo"}`, `{type: "open", item}`
 * (0 closes), `{type: "like", item}`, `{type: "view", numbers}` (the unfinished ones in view), and gets
 * `{type: "marks", marks, heard}` with the turns whose marks are in them, `{type: "said", text, tone}`,
 * `{type: "tick"}` with 6 bytes a task.
 * It says `{type: "sweep", deed}` for a button above a sweep.
 * Of what has failed it says `{type: "again", item}`, where that can be sent.
 * Of a sheet it says `{type: "facet", rows, columns}`, by the names of its axes.
 * It says `{type: "compare", items}` (none closes).
 * It asks `{type: "full", item}` and gets `{type: "full", item, mime}` with the bytes, or `text`.
 */

import { button, element } from "../../card/static/dom.js";
import { makeTwin, NOTEBOOK } from "../../card/static/caption/twin.js";
import { makeAgain } from "./wall/again.js";
import { makeCorner } from "./wall/corner.js";
import { makeCompared } from "./wall/compared.js";
import { makeFilterBar } from "./wall/filter_bar.js";
import { makeFull } from "./wall/full.js";
import { Heads } from "./wall/heads.js";
import { makeHelp } from "./wall/help.js";
import { listenToKeys } from "./wall/keys.js";
import { NO_KERNEL, Selection } from "./wall/selection.js";
import { Store } from "./wall/store.js";
import { makeSweepBar } from "./wall/sweep_bar.js";
import { makeTools } from "./wall/tools.js";
import { Viewport } from "./wall/viewport.js";

export default () => {
  /** @type {Store} one for all views of the widget; what arrives before a view is not lost */
  let store;
  return {
    /** @param {{model: any}} context */
    initialize({ model }) {
      store = new Store(model);
      return () => store.leave();
    },
    /** @param {{model: any, el: HTMLElement}} context */
    render({ model, el }) {
      el.classList.add("mj-wall");
      const help = makeHelp();
      const bar = makeFilterBar(model, help.opener);
      const sweepBar = makeSweepBar(model, (message) => store.reach(message));
      const corner = makeCorner(model, (message) => selection.layOut(message));
      const viewport = new Viewport(model, store, new Heads(corner.element));
      const selection = new Selection(model, store, viewport);
      const full = makeFull(model, selection, el);
      const tools = makeTools(viewport, selection, (item) => full.open(item));
      const again = makeAgain(viewport, selection);
      const compared = makeCompared(model, selection, el);
      help.opener.before(compared.opener);
      const nothing = makeNothing(() => {
        bar.showAll();
        viewport.focus();
      });
      const stage = element("div", "wall-stage");
      stage.append(viewport.scroller, nothing.element, help.sheet);
      const twin = makeTwin(model, el, () => {}, (message) => store.reach(message));
      // In an exported page the wall has no pictures, and nobody to ask: the copy has some.
      const hideTwin = () => {
        if (store.isHeard || (viewport.isLive && el.closest(NOTEBOOK))) twin.hide();
      };
      el.prepend(sweepBar.element, bar.element, stage, twin.stale, selection.said, twin.hider);
      const stopKeys = listenToKeys({ el, viewport, selection, full, help, compared });

      let wasLive = true;
      const notice = () => {
        const isLive = viewport.isLive;
        if (isLive === wasLive) return;
        wasLive = isLive;
        if (isLive) return store.say("");
        store.requests.forget();
        store.takeMarksBack();
        store.say(NO_KERNEL);
      };
      const paintBar = () => {
        const { length } = selection.selected;
        bar.paint(store, length);
        compared.paint(length);
      };
      viewport.onPaint = () => {
        notice();
        hideTwin();
        tools.paint();
        again.paint();
        full.paint();
        nothing.paint(store.items.length, model.get("total"), bar.isNarrowed());
      };
      const paint = () => {
        viewport.follow();
        selection.stay();
        paintBar();
        full.follow();
        viewport.paintSoon();
      };
      const stopStore = store.listen({
        paint,
        held: () => viewport.held(),
        running: () => viewport.running(),
      });
      model.on("change:selected_items", paintBar);
      model.on("change:query", paintBar);
      model.on("change:twin", hideTwin);
      model.on("change:twin_revision", twin.checkSoon);
      hideTwin();
      paint();
      return () => {
        const stops = [stopKeys, stopStore, full.leave, bar.leave, sweepBar.leave, corner.leave, twin.stop];
        for (const stop of stops) stop();
        viewport.leave();
        selection.leave();
        model.off("change:selected_items", paintBar);
        model.off("change:query", paintBar);
        model.off("change:twin", hideTwin);
        model.off("change:twin_revision", twin.checkSoon);
      };
    },
  };
};

/** What stands where no tile is. @param {() => void} showAll */
function makeNothing(showAll) {
  const words = element("p", "wall-none");
  const all = button("wall-all", "Show all");
  all.addEventListener("click", showAll);
  const made = element("div", "wall-nothing", { hidden: true });
  made.append(words, all);
  const paint = (/** @type {number} */ seen, /** @type {number} */ total, /** @type {boolean} */ isNarrowed) => {
    made.hidden = seen > 0;
    all.hidden = !isNarrowed;
    words.textContent = isNarrowed
      ? `No task is like this; ${total.toLocaleString("en")} are hidden.`
      : "There is no task here yet.";
  };
  return { element: made, paint };
}
