/** Which keys there are, on a small sheet over the wall. */

import { button, element } from "../../../card/static/dom.js";
import { KEYS } from "./keys.js";

let sheetsMade = 0;

export function makeHelp() {
  const sheet = element("section", "wall-keys", { id: `mj-wall-keys-${++sheetsMade}`, hidden: true });
  sheet.setAttribute("aria-label", "Keys");
  sheet.tabIndex = 0; // it may have to be scrolled
  const list = element("dl", "wall-keylist");
  for (const [keys, deed] of KEYS) {
    const term = element("dt", "wall-key");
    term.append(...keys.split(" ").map((textContent) => element("kbd", "wall-cap", { textContent })));
    list.append(term, element("dd", "wall-deed", { textContent: deed }));
  }
  sheet.append(list);
  const opener = button("wall-help", "?");
  opener.title = "Keys (?)";
  opener.setAttribute("aria-label", "Keys");
  opener.setAttribute("aria-controls", sheet.id);
  const show = (/** @type {boolean} */ isOpen) => {
    sheet.hidden = !isOpen;
    opener.setAttribute("aria-expanded", String(isOpen));
  };
  const toggle = () => show(sheet.hidden);
  opener.addEventListener("click", toggle);
  show(false);
  return {
    sheet,
    opener,
    toggle,
    close: () => show(false),
    get isOpen() {
      return !sheet.hidden;
    },
  };
}
