/** What is seldom needed of a card, behind its ⋯: ids, times, links, and buttons that copy. */

import { copyOnPress } from "../copy.js";
import { button, element } from "../dom.js";
import { stateLine } from "./state_line.js";

/** What can be copied, by its name in the heading, and what it is called. */
const COPIED = { full: "prompt", id: "id", seed: "seed", link: "link" };

/**
 * @param {any} model @param {(words: string) => void} say
 * @returns {{line: HTMLElement, paint: () => void}} the buttons
 */
function makeCopiers(model, say) {
  const line = element("p", "copiers");
  const copiers = Object.entries(COPIED).map(([what, name]) => {
    const copier = button("copy", `copy ${name}`);
    const text = () => model.get("heading")[what];
    copyOnPress(copier, { text, say: (outcome) => say(`${name} ${outcome}`) });
    line.append(copier);
    return { what, copier };
  });
  const paint = () => {
    for (const { what, copier } of copiers) copier.hidden = !model.get("heading")[what];
    line.hidden = copiers.every(({ copier }) => copier.hidden);
  };
  return { line, paint };
}

/**
 * @param {any} model @param {HTMLElement} el what tells the style sheet that they are open
 * @param {(words: string) => void} say
 * @returns {{more: HTMLButtonElement, details: HTMLElement, paint: () => void, tick: () => void}}
 */
export function makeDetails(model, el, say) {
  const more = button("more", "⋯");
  const details = element("div", "details", { hidden: true });
  const times = element("p", "times", { dir: "auto" });
  const sent = element("p", "sent", { dir: "auto" });
  const known = element("p", "known", { dir: "auto" });
  const origin = element("p", "origin", { dir: "auto" });
  const copiers = makeCopiers(model, say);
  details.append(times, known, sent, origin, copiers.line);

  const open = (/** @type {boolean} */ isOpen) => {
    details.hidden = !isOpen;
    el.dataset.details = isOpen ? "open" : "closed"; // the style sheet shows more, and all of the prompt
    more.title = isOpen ? "Less" : "More: id, seed, link, times";
    more.setAttribute("aria-label", more.title);
    more.setAttribute("aria-expanded", String(isOpen));
  };
  more.addEventListener("click", () => open(details.hidden));
  open(false);

  const tick = () => {
    times.textContent = stateLine(model.get("state"), Date.now());
    times.hidden = !times.textContent;
  };
  const paint = () => {
    const { id = "", full = "", seed = "", ...heading } = model.get("heading");
    sent.textContent = heading.sent && `sent as: ${heading.sent}`;
    known.textContent = heading.known ?? "";
    const parts = [id && `task ${id}`, heading.origin, seed && `seed ${seed}`];
    origin.textContent = parts.filter(Boolean).join(", ");
    copiers.paint();
    tick();
    for (const part of [sent, known, origin]) part.hidden = !part.textContent;
    more.hidden = !id && !full; // the head of a panel
  };
  return { more, details, paint, tick };
}
