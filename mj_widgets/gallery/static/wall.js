/**
 * A wall of small pictures: any number of items, of which only those in view have elements.
 *
 * The browser asks `{type: "want", request, numbers}` and gets one or more
 * `{type: "tiles", request, last, tiles}`, each with one buffer of all their pictures. It says
 * `{type: "mark", items, rating | flag}`, `{type: "undo"}`, `{type: "open", item}`, and gets
 * `{type: "marks", marks}` and `{type: "said", text, tone}`.
 */

import { makeFilterBar } from "./wall/filter_bar.js";
import { listenToKeys } from "./wall/keys.js";
import { Selection } from "./wall/selection.js";
import { Store } from "./wall/store.js";
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
      const bar = makeFilterBar(model);
      const viewport = new Viewport(model, store);
      const selection = new Selection(model, store, viewport);
      el.append(bar.element, viewport.box, selection.said);
      const stopKeys = listenToKeys(viewport, selection);
      const stopStore = store.listen(() => {
        bar.paint(store);
        viewport.paintSoon();
      });
      bar.paint(store);
      return () => {
        stopKeys();
        stopStore();
        selection.leave();
        viewport.leave();
        bar.leave();
      };
    },
  };
};
