/** How A and B differ, in numbers, and what is to be said. */

import { element } from "../../../card/static/dom.js";

/** @param {import("./table.js").Table} table */
export function makeNumbers(table) {
  const root = element("div", "light-numbers");
  const list = element("p", "light-figures");
  list.setAttribute("role", "status");
  const said = element("p", "light-said", { dir: "auto", hidden: true });
  said.setAttribute("role", "status");
  root.append(list, said);
  let painted = "";
  const paint = () => {
    const { keys, lines } = table.model.get("numbers") ?? {};
    const pair = table.pair.map((one) => one?.key);
    const isTheirs = keys && pair.every((key) => keys.includes(key));
    const wanted = isTheirs ? JSON.stringify(lines) : table.isLive() ? "comparing…" : "";
    if (wanted !== painted) {
      painted = wanted;
      list.replaceChildren(
        ...(isTheirs
          ? lines.map((/** @type {{text: string, title: string}} */ { text, title }) =>
              element("span", "light-figure", { textContent: text, title }),
            )
          : [wanted]),
      );
    }
    said.textContent = table.pixels.said;
    said.hidden = !table.pixels.said;
  };
  return { element: root, paint };
}
