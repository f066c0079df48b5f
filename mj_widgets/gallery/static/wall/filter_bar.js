/** What is to be seen: words, state, stars and flags; and how many it hides. */

import { button, element } from "../../../card/static/dom.js";
import { keepKeys } from "../../../card/static/host_keys.js";

/** @param {any} model */
export function makeFilterBar(model) {
  const bar = keepKeys(element("div", "wall-filter"));
  bar.setAttribute("role", "search");
  const text = element("input", "wall-search", { type: "search", placeholder: "Words in the prompt" });
  text.setAttribute("aria-label", "Words in the prompt");
  const counted = element("span", "wall-counted");
  counted.setAttribute("role", "status");
  const all = button("wall-all", "show all");
  const said = element("span", "wall-said", { dir: "auto" });
  bar.append(text, counted, all, said);

  const ask = (/** @type {object} */ changes) => {
    model.set("query", { ...model.get("query"), ...changes });
    model.save_changes();
  };
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let typing;
  text.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => ask({ text: text.value }), 150);
  });
  all.addEventListener("click", () => {
    text.value = "";
    model.set("query", {});
    model.save_changes();
  });
  const paint = (/** @type {import("./store.js").Store} */ store) => {
    const total = model.get("total");
    const seen = store.order.length;
    counted.textContent =
      seen === total ? `${total}` : `${seen} of ${total}, ${total - seen} hidden`;
    all.hidden = seen === total;
    said.textContent = store.said.text;
  };
  return { element: bar, paint, leave: () => clearTimeout(typing) };
}
