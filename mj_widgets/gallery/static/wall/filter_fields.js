/** The controls of the filter bar, each of which says a part of the query. */

import { element } from "../../../card/static/dom.js";

/** @typedef {{element: HTMLElement, show: (query: any) => void}} Field */

const STATUSES = ["SUCCESS", "FAILURE", "IN_PROGRESS", "SUBMITTED", "NOT_START", "MODAL", "CANCEL"];
const STATUS_NAMES = {
  SUCCESS: "done",
  FAILURE: "failed",
  IN_PROGRESS: "running",
  SUBMITTED: "submitted",
  NOT_START: "in the queue",
  MODAL: "waiting for input",
  CANCEL: "cancelled",
};
const KIND_NAMES = { grid: "grids", image: "single pictures", video: "videos", text: "texts" };
const RATINGS = [
  ["5", "★★★★★"],
  ["4", "★★★★ or more"],
  ["3", "★★★ or more"],
  ["2", "★★ or more"],
  ["1", "★ or more"],
  ["0", "no star"],
];
const FLAG_CHOICES = [
  ["pick", "picked"],
  ["reject", "rejected"],
  ["", "neither"],
];
const ORDERS = [
  ["time", "by time"],
  ["prompt", "by prompt"],
  ["rating", "by rating"],
  ["colour", "by colour"],
];
const ANY = "*";

/** @param {string} status */
const statusName = (status) => STATUS_NAMES[status] ?? status.toLowerCase().replaceAll("_", " ");

/**
 * A choice of one.
 * @param {string} name @param {string} any what the first one says
 * @param {(picked: string|null) => object} say what the choice means, null for the first
 * @param {(query: any) => string|null|undefined} read what a query chooses
 * @param {(changes: object) => void} ask
 */
function choice(name, any, say, read, ask) {
  const select = element("select", "wall-choice", { name: name.toLowerCase() });
  select.setAttribute("aria-label", name);
  const offer = (/** @type {string[][]} */ options) => {
    const { value } = select;
    select.replaceChildren(
      ...[[ANY, any], ...options].map(([key, words]) => new Option(words, key)),
    );
    select.value = [...select.options].some((option) => option.value === value) ? value : ANY;
  };
  select.addEventListener("change", () => ask(say(select.value === ANY ? null : select.value)));
  const show = (/** @type {any} */ query) => {
    const value = read(query) ?? ANY;
    if (![...select.options].some((option) => option.value === value)) {
      select.append(new Option(value, value)); // said from Python
    }
    select.value = value;
    select.dataset.set = String(value !== ANY);
  };
  return { element: select, show, offer };
}

/** @param {any} value @returns {string|undefined} */
const single = (value) => (Array.isArray(value) ? value[0] : value) || undefined;

/** @param {any} model @param {(changes: object) => void} ask */
export function makeChoices(model, ask) {
  const status = choice("State", "any state", (picked) => ({ status: picked }), (query) => single(query.status), ask);
  const kind = choice("Kind", "any kind", (picked) => ({ kind: picked }), (query) => single(query.kind), ask);
  const stars = choice(
    "Stars",
    "any stars",
    (picked) => ({ rating: picked === null ? null : Number(picked) }),
    (query) => (query.rating == null ? null : String(query.rating)),
    ask,
  );
  const flag = choice("Flag", "any flag", (picked) => ({ flag: picked }), (query) => query.flag, ask);
  const order = choice("Order", "last first", (picked) => ({ sort: picked ?? "" }), (query) => query.sort || null, ask);
  const by = choice("Tiles", "tasks", (picked) => ({ by: picked ?? "task" }), (query) => (query.by === "picture" ? "picture" : null), ask);
  stars.offer(RATINGS);
  flag.offer(FLAG_CHOICES);
  order.offer(ORDERS);
  by.offer([["picture", "single pictures"]]);
  const offer = () => {
    const { status: statuses, kind: kinds } = model.get("choices") ?? {};
    status.offer((statuses?.length ? statuses : STATUSES).map((/** @type {string} */ one) => [one, statusName(one)]));
    kind.offer((kinds?.length ? kinds : Object.keys(KIND_NAMES)).map((/** @type {string} */ one) => [one, KIND_NAMES[one] ?? one]));
  };
  offer();
  return { narrowing: [status, kind, stars, flag], arranging: [order, by], offer };
}

/**
 * A line or a day that is typed: it is asked for when the typing rests.
 * @param {string} name @param {Partial<HTMLInputElement>} properties
 * @param {(value: string) => object} say @param {(query: any) => string} read
 * @param {(changes: object) => void} ask
 */
export function typed(name, properties, say, read, ask) {
  const input = element("input", "wall-typed", properties);
  input.setAttribute("aria-label", name);
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let typing;
  const tell = () => {
    clearTimeout(typing);
    ask(say(input.value));
  };
  input.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(tell, 200);
  });
  input.addEventListener("change", tell);
  const show = (/** @type {any} */ query) => {
    const isTyping = document.activeElement === input && input.value;
    if (!isTyping || !Object.keys(query).length) input.value = read(query);
  };
  return { element: input, show, leave: () => clearTimeout(typing) };
}

/** @param {string} text such as "ar 16:9" or "--ar 16:9 --s 250" @returns {Record<string, any>} */
export function parametersIn(text) {
  const parts = text.split(/(?:^|\s)--(?=\S)|[,，]/).map((part) => part.trim()).filter(Boolean);
  return Object.fromEntries(
    parts.map((part) => {
      const [name, ...value] = part.split(/[\s=]+/);
      return [name, value.join(" ") || true];
    }),
  );
}

/** @param {Record<string, any>|undefined} parameters @returns {string} */
export const parametersText = (parameters) =>
  Object.entries(parameters ?? {})
    .map(([name, value]) => (value === true ? name : `${name} ${value}`))
    .join(", ");
