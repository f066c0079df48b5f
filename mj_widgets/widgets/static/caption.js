/**
 * The words of a card. The DOM is built once and painted from the model's state; every text of the
 * service's is set as text, never as HTML.
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
 * @property {string[]} [notes] what else is said, at the end
 */

/** @param {string} tag @param {string} name @returns {HTMLElement} */
function element(tag, name) {
  const made = document.createElement(tag);
  made.className = `mj-${name}`;
  made.dir = "auto";
  return made;
}

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
 * The state line: "in progress, 46 %, queued 2 s, running 18 s, last change 3 s ago".
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
  if (known(state.retryAt)) {
    const left = Math.max(0, state.retryAt - now) / 1000;
    parts.push(left < 0.5 ? "trying again" : `trying again in ${span(left)}`);
  } else if (known(state.changedAt)) {
    parts.push(`last change ${since(state.changedAt)} ago`);
  }
  parts.push(...(state.notes ?? []));
  return parts.filter(Boolean).join(", ");
}

/** @param {State} state */
const counts = (state) =>
  [state.queuedSince, state.runningSince, state.retryAt, state.changedAt].some(known);

/**
 * Style that hides a static twin; Jupyter leaves no gap for an output with nothing to show.
 * @param {string} uid @returns {string}
 */
const hiding = (uid) =>
  /^\w+$/.test(uid) ? `[data-mj-static="${uid}"] { display: none !important; }` : "";

/** @param {{model: any, el: HTMLElement}} context */
function render({ model, el }) {
  el.classList.add("mj-caption");
  const prompt = element("p", "prompt");
  const sent = element("p", "sent");
  const origin = element("p", "origin");
  const line = element("p", "state");
  const notice = element("p", "notice");
  const texts = element("ol", "texts");
  const dead = element("p", "dead");
  dead.textContent = "Not live any more: run the cell again.";
  const spoken = element("span", "spoken");
  spoken.setAttribute("role", "status");
  const hider = document.createElement("style");
  el.append(prompt, sent, origin, line, dead, notice, texts, spoken, hider);

  const paintHeading = () => {
    const { prompt: own = "", sent: final = "", origin: from = "", id = "" } = model.get("heading");
    prompt.textContent = own;
    sent.textContent = final && `sent as: ${final}`;
    origin.textContent = [from, id && `task ${id}`].filter(Boolean).join(", ");
    for (const part of [prompt, sent, origin]) part.hidden = !part.textContent;
  };
  const paintLine = () => {
    const state = model.get("state");
    line.textContent = stateLine(state, Date.now());
    line.dataset.tone = state.tone ?? "waiting";
    line.hidden = !line.textContent;
  };
  const paintNotice = () => {
    const { text = "", tone = "failed" } = model.get("notice");
    notice.textContent = text;
    notice.dataset.tone = tone;
    notice.hidden = !text;
  };
  const speak = () => {
    const words = [model.get("state").words, model.get("notice").text].filter(Boolean).join(". ");
    if (spoken.textContent !== words) spoken.textContent = words;
  };
  const paintTexts = () => {
    texts.replaceChildren(
      ...model.get("texts").map((/** @type {string} */ text) => {
        const item = element("li", "text");
        item.textContent = text;
        return item;
      }),
    );
    texts.hidden = !texts.children.length;
  };

  const hideTwin = () => {
    hider.textContent = hiding(model.get("twin") ?? "");
  };

  /** @type {ReturnType<typeof setInterval> | undefined} */
  let clock;
  const paintState = () => {
    paintLine();
    speak();
    clearInterval(clock);
    if (counts(model.get("state"))) clock = setInterval(paintLine, 1000);
  };
  const look = (/** @type {{type: string}} */ message) => {
    const card = message.type === "look" && el.closest(".mj-card");
    if (!card) return;
    card.scrollIntoView({ block: "nearest" });
    card.classList.remove("mj-flash");
    requestAnimationFrame(() => card.classList.add("mj-flash"));
  };

  const painters = {
    "change:heading": paintHeading,
    "change:state": paintState,
    "change:notice": () => (paintNotice(), speak()),
    "change:texts": paintTexts,
    "change:twin": hideTwin,
    "msg:custom": look,
  };
  for (const [event, paint] of Object.entries(painters)) model.on(event, paint);
  paintHeading();
  paintNotice();
  paintTexts();
  hideTwin();
  paintState();

  return () => {
    clearInterval(clock);
    for (const [event, paint] of Object.entries(painters)) model.off(event, paint);
  };
}

export default { render };
