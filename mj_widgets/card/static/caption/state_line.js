/**
 * What a task does, in a few words that count seconds by themselves, and in one line that says all.
 *
 * @typedef {object} State
 * @property {string} [words] the status in plain words
 * @property {"waiting"|"running"|"done"|"failed"|"trouble"} [tone]
 * @property {number|null} [progress] per cent
 * @property {number|null} [queued] seconds
 * @property {number|null} [queuedSince] milliseconds since 1970
 * @property {number|null} [ran] seconds
 * @property {number|null} [runningSince] milliseconds since 1970
 * @property {number|null} [changedAt] milliseconds since 1970
 * @property {number|null} [retryAt] milliseconds since 1970
 * @property {string} [aside] what belongs to the few words
 * @property {string[]} [notes] what else is said, at the end
 */

import { element } from "../dom.js";

/** @param {number} seconds @returns {string} */
function span(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 100) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 100 ? `${minutes} min ${whole % 60} s` : `${Math.round(minutes / 60)} h`;
}

/** @param {number|null|undefined} value @returns {value is number} */
const known = (value) => value !== null && value !== undefined;

/**
 * @param {number} retryAt @param {number} now @param {string} again what it is called
 * @returns {string}
 */
function countdown(retryAt, now, again) {
  const left = Math.max(0, retryAt - now) / 1000;
  return left < 0.5 ? "trying again" : `${again} in ${span(left)}`;
}

/**
 * In a few words: "46 % · 18 s".
 * @param {State} state @param {number} now @returns {string}
 */
export function stateInShort(state, now) {
  const since = (/** @type {number} */ moment) => span((now - moment) / 1000);
  const isRunning = state.tone === "running" && known(state.progress);
  const parts = [isRunning ? `${state.progress} %` : (state.words ?? "")];
  if (known(state.retryAt)) parts.push(countdown(state.retryAt, now, "again"));
  else if (known(state.ran)) parts.push(span(state.ran));
  else if (known(state.runningSince)) parts.push(since(state.runningSince));
  else if (known(state.queuedSince)) parts.push(since(state.queuedSince));
  if (state.aside) parts.push(state.aside);
  return parts.filter(Boolean).join(" · ");
}

/**
 * All of it: "in progress, 46 %, queued 2 s, running 18 s, last change 3 s ago".
 * @param {State} state @param {number} now @returns {string}
 */
export function stateLine(state, now) {
  const since = (/** @type {number} */ moment) => span((now - moment) / 1000);
  const parts = [state.words ?? ""];
  if (known(state.progress)) parts.push(`${state.progress} %`);
  if (known(state.queued)) parts.push(`queued ${span(state.queued)}`);
  else if (known(state.queuedSince)) parts.push(`queued ${since(state.queuedSince)}`);
  if (known(state.ran)) parts.push(`ran ${span(state.ran)}`);
  else if (known(state.runningSince)) parts.push(`running ${since(state.runningSince)}`);
  if (known(state.retryAt)) parts.push(countdown(state.retryAt, now, "trying again"));
  else if (known(state.changedAt)) {
    parts.push(`last change ${since(state.changedAt)} ago`);
  }
  parts.push(...(state.notes ?? []));
  return parts.filter(Boolean).join(", ");
}

/** @param {State} state */
const counts = (state) =>
  [state.queuedSince, state.runningSince, state.retryAt, state.changedAt].some(known);

/**
 * @param {any} model @param {() => void} tick called each time that there is something else to say
 * @returns {{line: HTMLElement, paint: () => void, stop: () => void}}
 */
export function makeStateLine(model, tick) {
  const line = element("p", "state", { dir: "auto" });
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let clock;
  const paintLine = () => {
    const state = model.get("state");
    line.textContent = stateInShort(state, Date.now());
    line.dataset.tone = state.tone ?? "waiting";
    line.hidden = !line.textContent;
    tick();
  };
  const paint = () => {
    paintLine();
    clearInterval(clock);
    if (counts(model.get("state"))) clock = setInterval(paintLine, 1000);
  };
  return { line, paint, stop: () => clearInterval(clock) };
}
