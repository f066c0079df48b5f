/**
 * The words of a card. The DOM is built once and painted from the model's state; every text of the
 * service's is set as text, never as HTML.
 */

import { makeDetails } from "./caption/details.js";
import { guard } from "./caption/guard.js";
import { makeHeading } from "./caption/heading.js";
import { attendPanel } from "./caption/panel.js";
import { Place } from "./caption/place.js";
import { makeStateLine } from "./caption/state_line.js";
import { makeTwin } from "./caption/twin.js";
import { Waiting } from "./caption/waiting.js";
import { element, spokenText } from "./dom.js";
import { send } from "./kernel.js";

/** @param {any} model */
function makeNotice(model) {
  const notice = element("p", "notice", { dir: "auto" });
  const paint = () => {
    const { text = "", tone = "failed" } = model.get("notice");
    notice.textContent = text;
    notice.dataset.tone = tone;
    notice.hidden = !text;
  };
  return { notice, paint };
}

/** Bring a card into view, and let it flash. @param {HTMLElement} card */
function flash(card) {
  card.scrollIntoView({ block: "nearest" });
  card.classList.remove("mj-flash");
  requestAnimationFrame(() => card.classList.add("mj-flash"));
}

/**
 * Do something when a view comes on the page, and something each time that its box changes: a host
 * takes what is far from the screen off the page.
 * @param {HTMLElement} el @param {() => void} first @param {() => void} each
 * @returns {() => void} ends it
 */
function whenPlaced(el, first, each) {
  let isPlaced = false;
  const placed = new ResizeObserver(() => {
    if (!el.isConnected) return;
    if (!isPlaced) {
      isPlaced = true;
      first();
    }
    each();
  });
  placed.observe(el);
  return () => placed.disconnect();
}

/** @param {{model: any, el: HTMLElement}} context */
function render({ model, el }) {
  el.classList.add("mj-caption");
  const place = new Place(el);
  const spoken = spokenText("spoken");
  spoken.dir = "auto";
  const say = (/** @type {string} */ words) => {
    if (spoken.textContent !== words) spoken.textContent = words;
  };
  const speak = () => {
    const words = [model.get("state").words, model.get("notice").text, twin.words()];
    say(words.filter(Boolean).join(". "));
  };
  const dead = element("p", "dead", {
    dir: "auto",
    textContent: "Not live any more: run the cell again.",
  });
  dead.style.display = "none"; // the style sheet alone knows when it is true
  const reach = (/** @type {object} */ message) => {
    const isSent = send(model, message, () => place.root);
    if (!isSent) say(dead.textContent ?? "");
    return isSent;
  };

  const waiting = new Waiting(say);
  const head = element("div", "head");
  const goBack = (/** @type {number} */ to) => void reach({ type: "back", to });
  const heading = makeHeading(model, place, goBack, () => void reach({ type: "use" }));
  const { more, details, paint: paintDetails, tick } = makeDetails(model, el, say);
  const state = makeStateLine(model, tick);
  const { notice, paint: paintNotice } = makeNotice(model);
  const twin = makeTwin(model, el, speak, reach);
  const paintHeading = () => (heading.paint(), paintDetails());
  head.append(...heading.parts, state.line, more);
  el.append(head, heading.slip, details, dead, twin.stale, notice, spoken, twin.hider);

  const painters = {
    "change:heading": paintHeading,
    "change:state": () => (state.paint(), speak()),
    "change:notice": () => (paintNotice(), speak()),
    "change:twin": twin.hide,
    "change:twin_revision": twin.checkSoon,
    "msg:custom": (/** @type {{type: string, press: string}} */ { type, press }) => {
      if (type === "look" && place.card) flash(place.card);
      if (type === "heard") waiting.heard(press);
    },
  };
  for (const [event, paint] of Object.entries(painters)) model.on(event, paint);
  // Only now is it known in which card this is: a view is rendered before it is on the page.
  let unguard = () => {};
  const meetCard = () => {
    const size = model.get("size");
    // the style sheet's
    if (size) place.card?.style.setProperty("--mj-size", `${size}px`);
    const card = place.outermost;
    if (card) unguard = guard(card, reach, waiting);
    if (!place.panel) heading.paint();
  };
  // Not the head: a card that the path leads back to is hidden, but for what is said of it.
  const leavePage = whenPlaced(spoken, meetCard, twin.checkSoon);
  for (const paint of [paintHeading, paintNotice, twin.hide, state.paint, speak]) paint();
  const leavePanel = attendPanel(model, place, reach);

  return () => {
    for (const stop of [state.stop, twin.stop, leavePage, unguard, leavePanel]) stop();
    waiting.stop();
    for (const [event, paint] of Object.entries(painters)) model.off(event, paint);
  };
}

export default { render };
