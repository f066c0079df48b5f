/** What is to be seen, and in which order; and how many that hides. */

import { button, element } from "../../../card/static/dom.js";
import { makeChoices, parametersIn, parametersText, typed } from "./filter_fields.js";

const PARAMETERS = ["ar", "s", "v", "chaos", "seed", "style", "sref", "no"];

let barsMade = 0;

/** @param {number} count */
const counted = (count) => count.toLocaleString("en");

/** @param {any} model @param {HTMLElement} opener shows the keys */
export function makeFilterBar(model, opener) {
  const bar = element("div", "wall-filter");
  bar.setAttribute("role", "search");
  bar.setAttribute("aria-label", "Filter");
  const ask = (/** @type {object} */ changes) => {
    const query = { ...model.get("query"), ...changes };
    if ("sort" in changes || "reverse" in changes) delete query.like;
    for (const [name, value] of Object.entries(query)) {
      const isNone = value == null || (value === "" && name !== "flag") || value === false;
      const isEmpty = typeof value === "object" && value && !Object.keys(value).length;
      if (isNone || isEmpty || (name === "by" && value === "task")) delete query[name];
    }
    if (JSON.stringify(query) === JSON.stringify(model.get("query"))) return;
    model.set("query", query);
    model.save_changes();
  };

  const words = typed(
    "Words in the prompt",
    { type: "search", placeholder: "Words in the prompt", name: "words" },
    (text) => ({ text }),
    (query) => query.text ?? "",
    ask,
  );
  words.element.classList.add("mj-wall-search");
  const { narrowing, seldom, arranging, offer } = makeChoices(model, ask);
  const more = button("wall-more", "more");
  const others = element("div", "wall-others", { id: `mj-wall-others-${++barsMade}`, hidden: true });
  more.setAttribute("aria-controls", others.id);
  const names = element("datalist", "wall-names", { id: `${others.id}-names` });
  const since = day("From", "since", ask);
  const until = day("to", "until", ask);
  const parameter = typed(
    "Parameters",
    { type: "text", placeholder: "ar 16:9", name: "parameters" },
    (text) => ({ parameters: parametersIn(text) }),
    (query) => parametersText(query.parameters),
    ask,
  );
  parameter.element.setAttribute("list", names.id);
  others.append(
    seldom.element,
    labelled("From", since.element),
    labelled("to", until.element),
    labelled("Parameters", parameter.element),
    names,
  );
  const reverse = button("wall-reverse", "↑↓");
  reverse.title = "The other way round";
  reverse.setAttribute("aria-label", reverse.title);
  reverse.addEventListener("click", () => ask({ reverse: !model.get("query").reverse }));
  const count = element("span", "wall-counted");
  count.setAttribute("role", "status");
  const clear = button("wall-clear", "clear");
  clear.title = "Show all";
  const [order, by] = arranging;
  const line = element("div", "wall-line");
  const end = element("span", "wall-end");
  end.append(count, clear, opener);
  line.append(
    words.element,
    ...narrowing.map((field) => field.element),
    more,
    element("span", "wall-rule"),
    order.element,
    reverse,
    by.element,
    end,
  );
  const said = element("p", "wall-said", { dir: "auto", hidden: true });
  said.setAttribute("role", "status");
  bar.append(line, others, said);

  const typedOnes = [words, since, until, parameter];
  const showAll = () => {
    for (const field of typedOnes) field.element.value = "";
    const { sort, reverse: isReverse, by: tiles } = model.get("query");
    const kept = { sort, reverse: isReverse, by: tiles };
    model.set("query", {});
    ask(kept);
    model.save_changes();
  };
  clear.addEventListener("click", showAll);
  const setMore = (/** @type {boolean} */ isOpen) => {
    others.hidden = !isOpen;
    more.setAttribute("aria-expanded", String(isOpen));
  };
  more.addEventListener("click", () => setMore(others.hidden));
  setMore(false);

  const show = () => {
    const query = model.get("query") ?? {};
    for (const field of [...typedOnes, ...narrowing, seldom, ...arranging]) field.show(query);
    reverse.setAttribute("aria-pressed", String(Boolean(query.reverse)));
    const isMore = Boolean(query.kind || query.since || query.until || query.parameters);
    if (isMore) setMore(true);
    more.dataset.set = String(isMore);
  };
  const showChoices = () => {
    offer();
    const given = model.get("choices")?.parameters ?? PARAMETERS;
    const listed = Array.isArray(given) ? given : Object.keys(given);
    names.replaceChildren(...listed.map((name) => new Option("", name)));
    show();
  };
  const isNarrowed = () => {
    const { sort, reverse: isReverse, by: tiles, ...narrows } = model.get("query") ?? {};
    return Object.keys(narrows).length > 0;
  };
  /** @param {import("./store.js").Store} store @param {number} selected */
  const paint = (store, selected) => {
    const total = model.get("total");
    const { tasks, items: all } = store;
    const hidden = total - tasks;
    const seen = hidden > 0 ? `${counted(tasks)} of ${counted(total)}` : counted(tasks);
    const pictures = `${counted(all.length)} pictures of ${counted(tasks)} tasks`;
    const parts = [
      all.length === tasks ? seen : pictures,
      hidden > 0 ? `${counted(hidden)} hidden` : "",
      model.get("query")?.like ? "most alike first" : "",
      selected ? `${counted(selected)} selected` : "",
    ];
    const text = parts.filter(Boolean).join(" · ");
    if (count.textContent !== text) count.textContent = text;
    clear.hidden = !isNarrowed();
    if (said.textContent !== store.said.text) said.textContent = store.said.text;
    said.hidden = !store.said.text;
    said.dataset.tone = store.said.tone;
  };
  model.on("change:query", show);
  model.on("change:choices", showChoices);
  showChoices();
  const leave = () => {
    model.off("change:query", show);
    model.off("change:choices", showChoices);
    for (const field of typedOnes) field.leave();
  };
  return { element: bar, paint, showAll, isNarrowed, leave };
}

/** @param {string} name @param {string} key @param {(changes: object) => void} ask */
function day(name, key, ask) {
  return typed(
    `${name} day`,
    { type: "date", name: key },
    (value) => ({ [key]: value }),
    (query) => String(query[key] ?? "").slice(0, 10),
    ask,
  );
}

/** @param {string} text @param {HTMLInputElement} input */
function labelled(text, input) {
  const label = element("label", "wall-label");
  input.removeAttribute("aria-label");
  label.append(element("span", "wall-labeltext", { textContent: text }), input);
  return label;
}
