/** What a card is about: its prompt, parameters and origin, with buttons that copy. */

import { copyOnPress } from "../copy.js";
import { button, element } from "../dom.js";

/** @param {string} name @returns {{line: HTMLElement, text: HTMLElement}} */
function makeLine(name) {
  const line = element("div", "line");
  const text = element("p", name, { dir: "auto" });
  line.append(text);
  return { line, text };
}

/**
 * @param {any} model @param {HTMLElement} prompt @param {HTMLElement} origin
 * @param {(words: string) => void} say
 * @returns {Record<string, HTMLButtonElement>} by what they copy from the heading
 */
function makeCopiers(model, prompt, origin, say) {
  /** @type {Record<string, HTMLButtonElement>} */
  const copiers = {};
  for (const [what, line] of Object.entries({ prompt, id: origin, link: origin, seed: origin })) {
    const copier = button("copy", `copy ${what}`);
    line.append(copier);
    const text = () => model.get("heading")[what];
    copyOnPress(copier, { text, say: (outcome) => say(`${what} ${outcome}`) });
    copiers[what] = copier;
  }
  return copiers;
}

/**
 * Where a card comes from, without what is said at its beginning already.
 * @param {{origin?: string, id?: string, seed?: string}} heading @param {string} lead
 * @returns {string}
 */
function originLine({ origin = "", id = "", seed = "" }, lead) {
  const step = `${lead} of task `;
  const isTold = lead && origin.startsWith(step);
  const rest = isTold ? origin.slice(step.length).replace(/^\S+?(, | · |$)/, "") : origin;
  return [rest, id && `task ${id}`, seed && `seed ${seed}`].filter(Boolean).join(", ");
}

/**
 * @param {any} model @param {import("./place.js").Place} place @param {(words: string) => void} say
 * @returns {{promptLine: HTMLElement, lines: HTMLElement[], paint: () => void}}
 */
export function makeHeading(model, place, say) {
  const prompt = makeLine("prompt");
  const sent = element("p", "sent", { dir: "auto" });
  const parameters = element("p", "parameters", { dir: "auto" });
  const warning = element("p", "warning", { dir: "auto" });
  const origin = makeLine("origin");
  const once = element("p", "known", { dir: "auto" });
  const copiers = makeCopiers(model, prompt.line, origin.line, say);

  const paint = () => {
    const heading = model.get("heading");
    const { prompt: own = "", title = "", sent: final = "" } = heading;
    // Inside its parent's card the button is what tells it from its siblings.
    const lead = place.isInRoot ? "" : (heading.button ?? "");
    prompt.text.textContent = [lead, title || own].filter(Boolean).join(" · ");
    sent.textContent = final && `sent as: ${final}`;
    parameters.textContent = (heading.parameters ?? []).join(" · ");
    warning.textContent = heading.warning ?? "";
    once.textContent = heading.known ?? "";
    origin.text.textContent = originLine(heading, lead);
    for (const part of [prompt.text, sent, parameters, warning, origin.text, once]) {
      part.hidden = !part.textContent;
    }
    for (const [what, copier] of Object.entries(copiers)) copier.hidden = !heading[what];
    if (!heading.id || title) copiers.prompt.hidden = true; // the head of a panel, or no prompt
  };
  const lines = [prompt.line, sent, parameters, warning, origin.line, once];
  return { promptLine: prompt.line, lines, paint };
}
