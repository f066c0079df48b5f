/** What is laid out as rows and as columns: to be swapped by a click, and to be chosen. */

import { button, element } from "../../../card/static/dom.js";

const NO_AXIS = "nothing";

/**
 * @param {any} model
 * @param {(message: {type: string, rows: string[], columns: string[]}) => void} tell
 */
export function makeCorner(model, tell) {
  const corner = element("div", "wall-corner", { hidden: true });
  corner.setAttribute("role", "group");
  corner.setAttribute("aria-label", "Rows and columns");
  const swap = button("wall-swap", "⇄");
  swap.title = "Swap rows and columns";
  swap.setAttribute("aria-label", swap.title);
  const told = () => model.get("facets") ?? {};
  const say = (/** @type {string[]} */ rows, /** @type {string[]} */ columns) =>
    tell({ type: "facet", rows, columns });
  swap.addEventListener("click", () => {
    const { row, column } = told();
    if (row) say(column.axes, row.axes);
  });
  const columns = axis("Columns", "→", (axes) => {
    const { row, column } = told();
    say(without(row.axes, axes, column.axes), axes);
  });
  const rows = axis("Rows", "↓", (axes) => {
    const { row, column } = told();
    say(axes, without(column.axes, axes, row.axes));
  });
  const both = element("div", "wall-axes");
  both.append(columns.element, rows.element);
  corner.append(swap, both);
  const paint = () => {
    const { row, column, axes } = told();
    if (!row) return;
    columns.show(column, row, axes);
    rows.show(row, column, axes);
  };
  model.on("change:facets", paint);
  paint();
  return { element: corner, leave: () => model.off("change:facets", paint) };
}

/**
 * What stays on the other side: where an axis was taken from it, it gets what is given up for that.
 * @param {string[]} other @param {string[]} taken @param {string[]} given @returns {string[]}
 */
function without(other, taken, given) {
  const left = other.filter((name) => !taken.includes(name));
  return left.length || !other.length ? left : given.filter((name) => !taken.includes(name));
}

/** @param {string} name @param {string} arrow @param {(axes: string[]) => void} choose */
function axis(name, arrow, choose) {
  const line = element("span", "wall-axis");
  const words = element("span", "wall-axisname", { dir: "auto" });
  const select = element("select", "wall-choice");
  select.setAttribute("aria-label", name);
  const sign = element("span", "wall-arrow", { textContent: arrow });
  sign.setAttribute("aria-hidden", "true");
  line.append(words, select, sign);
  select.addEventListener("change", () => choose(JSON.parse(select.value)));
  /** @typedef {import("./facets.js").Facet} Facet */
  const show = (/** @type {Facet} */ own, /** @type {Facet} */ other, /** @type {string[]} */ axes) => {
    const hasChoice = new Set([...axes, ...own.axes, ...other.axes]).size > 2;
    words.hidden = hasChoice;
    select.hidden = !hasChoice;
    words.textContent = own.name || NO_AXIS;
    words.title = line.title = `${name}: ${own.name || NO_AXIS}`;
    const all = axes.filter((each) => !other.axes.includes(each));
    const wanted = [own.axes, ...axes.map((each) => [each]), ...(all.length > 1 ? [all] : []), []];
    const options = new Map(wanted.map((each) => [JSON.stringify(each), each.join(" · ") || NO_AXIS]));
    select.replaceChildren(...[...options].map(([value, text]) => new Option(text, value)));
    select.value = JSON.stringify(own.axes);
  };
  return { element: line, show };
}
