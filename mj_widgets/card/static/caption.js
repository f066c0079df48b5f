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

/**
 * A line with a small button that copies what it is about.
 * @param {string} name @returns {{line: HTMLElement, text: HTMLElement, add: (what: string) => HTMLButtonElement}}
 */
function makeLine(name) {
  const line = document.createElement("div");
  line.className = "mj-line";
  const text = element("p", name);
  line.append(text);
  const add = (/** @type {string} */ what) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "mj-copy";
    button.textContent = `copy ${what}`;
    line.append(button);
    return button;
  };
  return { line, text, add };
}

/**
 * Copy to the clipboard; pages that are not served over https have only the old way.
 * @param {string} text @param {HTMLElement} near where the focus goes back to
 */
async function copy(text, near) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const field = document.createElement("textarea");
  field.value = text;
  near.after(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  near.focus();
  if (!copied) throw new Error("not allowed");
}

/** ipywidgets' own mark of what has lost its kernel. */
const DEAD = "jupyter-widgets-disconnected";

const FOCUSABLE = "a, button, input, textarea, select, video, canvas, [tabindex]";
const CONTROLS = ".jupyter-button, .mj-remix input";

/**
 * Whether the element that has the focus keeps a key from the host. Ctrl+S stays the host's, and
 * Shift+Enter, which runs cells; undo does not: the host would undo what was done to cells.
 * @param {KeyboardEvent} event @param {HTMLElement} target
 */
function isKept(event, target) {
  const key = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) return key === "z" || key === "y";
  if (event.altKey) return false;
  return !(key === "enter" && event.shiftKey) || target.matches("textarea, input");
}

/**
 * Keep the host's one-key commands away from a card that has the focus, and the focus in it; a key
 * presses a button once, however long it is held down.
 *
 * Notebook 7 looks at a key before the page does, and leaves it alone only where the very element
 * that has the focus says so (Lumino's CommandRegistry; an ancestor is looked at too late).
 * VS Code listens further out: the key ends here.
 * @param {HTMLElement} card @returns {() => void} undoes it
 */
function guardKeys(card) {
  /** @type {HTMLElement | null} */
  let last = null;
  const inCard = (/** @type {EventTarget | null} */ target) =>
    target instanceof HTMLElement && target.matches(FOCUSABLE) && card.contains(target)
      ? target
      : null;
  const mark = (/** @type {KeyboardEvent} */ event) => {
    const target = inCard(event.target);
    if (!target) return;
    if (isKept(event, target)) target.dataset.lmSuppressShortcuts = "true";
    else delete target.dataset.lmSuppressShortcuts;
    const presses = event.key === "Enter" || event.key === " ";
    if (presses && event.repeat && target.matches("button")) event.preventDefault();
  };
  const end = (/** @type {KeyboardEvent} */ event) => {
    const target = inCard(event.target);
    if (target && isKept(event, target)) event.stopPropagation();
  };
  // Where no host has taken Shift+Enter, the browser would press the button: that may cost money.
  const drop = (/** @type {KeyboardEvent} */ event) => {
    const target = inCard(event.target);
    if (!target?.matches("button") || event.key !== "Enter") return;
    if (!isKept(event, target)) event.preventDefault();
  };
  const remember = (/** @type {FocusEvent} */ event) => {
    delete last?.dataset.mjLast;
    last = inCard(event.target);
    if (last) last.dataset.mjLast = "true"; // a panel asks what had the focus
  };
  // A button that is pressed cannot be pressed for a second, and loses the focus for that.
  const comeBack = new MutationObserver((changes) => {
    const lost = document.activeElement === document.body || document.activeElement === null;
    if (!last || !lost) return;
    const enabled = changes.some(({ target }) => target === last && !last.matches(":disabled"));
    if (enabled) last.focus({ preventScroll: true });
  });
  window.addEventListener("keydown", mark, true);
  document.body.addEventListener("keydown", end);
  window.addEventListener("keydown", drop);
  document.addEventListener("focusin", remember);
  comeBack.observe(card, { attributeFilter: ["disabled"], subtree: true });
  return () => {
    window.removeEventListener("keydown", mark, true);
    document.body.removeEventListener("keydown", end);
    window.removeEventListener("keydown", drop);
    document.removeEventListener("focusin", remember);
    comeBack.disconnect();
  };
}

/** @param {{model: any, el: HTMLElement}} context */
function render({ model, el }) {
  el.classList.add("mj-caption");
  const fold = document.createElement("button");
  fold.type = "button";
  fold.className = "mj-fold";
  const prompt = makeLine("prompt");
  const sent = element("p", "sent");
  const parameters = element("p", "parameters");
  const warning = element("p", "warning");
  const origin = makeLine("origin");
  const once = element("p", "known");
  const line = element("p", "state");
  const notice = element("p", "notice");
  const stale = element("p", "stale");
  stale.textContent =
    "The copy kept in this notebook is out of date: run the cell again " +
    "(nothing is submitted, unless it says new).";
  stale.hidden = true;
  const dead = element("p", "dead");
  dead.textContent = "Not live any more: run the cell again.";
  const spoken = element("span", "spoken");
  spoken.setAttribute("role", "status");
  const hider = document.createElement("style");
  prompt.line.prepend(fold);
  el.append(
    prompt.line, sent, parameters, warning, origin.line, once, line, dead, stale, notice, spoken, hider,
  );

  const findPanel = () => /** @type {HTMLElement | null} */ (el.closest(".mj-panel"));
  const findCard = () => /** @type {HTMLElement | null} */ (el.closest(".mj-card"));
  const findRoot = () => {
    let root = findCard();
    for (let card = root; card; card = card.parentElement?.closest(".mj-card") ?? null) root = card;
    return root;
  };
  const findOutermost = () => (findPanel() || findRoot() !== findCard() ? null : findCard());

  const say = (/** @type {string} */ words) => {
    if (spoken.textContent !== words) spoken.textContent = words;
  };
  // A kernel that was shut down is not marked by ipywidgets, and is noticed when it is needed.
  const reach = (/** @type {object} */ message) => {
    try {
      model.send(message);
      return true;
    } catch {
      findRoot()?.classList.add(DEAD);
      say(dead.textContent ?? "");
      return false;
    }
  };
  // ipywidgets' own buttons would fail on the console alone.
  const refuse = (/** @type {Event} */ event) => {
    const control = event.target instanceof Element && event.target.closest(CONTROLS);
    if (!control || reach({ type: "click" })) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  /** @type {Record<string, HTMLButtonElement>} by what they copy from the heading */
  const copies = {
    prompt: prompt.add("prompt"),
    id: origin.add("id"),
    link: origin.add("link"),
    seed: origin.add("seed"),
  };
  for (const [what, button] of Object.entries(copies)) {
    const own = button.textContent;
    button.addEventListener("click", async () => {
      try {
        await copy(model.get("heading")[what], button);
        button.textContent = "copied";
      } catch {
        button.textContent = "select it and press Ctrl+C";
      }
      say(`${what} ${button.textContent}`);
      setTimeout(() => (button.textContent = own), 1500);
    });
  }

  const paintHeading = () => {
    const heading = model.get("heading");
    const { prompt: own = "", title = "", sent: final = "", origin: from = "", id = "", seed = "" } = heading;
    // Inside its parent's card the button is what tells it from its siblings.
    const lead = findRoot() === findCard() ? "" : (heading.button ?? "");
    prompt.text.textContent = [lead, title || own].filter(Boolean).join(" · ");
    sent.textContent = final && `sent as: ${final}`;
    parameters.textContent = (heading.parameters ?? []).join(" · ");
    warning.textContent = heading.warning ?? "";
    once.textContent = heading.known ?? "";
    const step = `${lead} of task `;
    const isTold = lead && from.startsWith(step);
    const rest = isTold ? from.slice(step.length).replace(/^\S+?(, | · |$)/, "") : from;
    const words = [rest, id && `task ${id}`, seed && `seed ${seed}`];
    origin.text.textContent = words.filter(Boolean).join(", ");
    for (const part of [prompt.text, sent, parameters, warning, origin.text, once]) {
      part.hidden = !part.textContent;
    }
    for (const [what, button] of Object.entries(copies)) button.hidden = !heading[what];
    if (!id || title) copies.prompt.hidden = true; // the head of a panel, or no prompt
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
    const words = [model.get("state").words, model.get("notice").text];
    say([...words, stale.hidden ? "" : stale.textContent].filter(Boolean).join(". "));
  };
  const hideTwin = () => {
    hider.textContent = hiding(model.get("twin") ?? "");
  };
  // A page that was loaded again gets no update of the twin that it has from the file.
  const checkTwin = () => {
    const place = el.closest(".jp-OutputArea") ?? document;
    const twins = [...place.querySelectorAll("[data-mj-static]")].filter(
      (twin) => twin instanceof HTMLElement && twin.dataset.mjStatic === model.get("twin"),
    );
    const isOld = (/** @type {HTMLElement} */ twin) =>
      Number(twin.dataset.mjRev ?? 0) < model.get("twin_revision");
    stale.hidden = !twins.some(isOld);
    speak();
  };
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let checking;
  const checkTwinSoon = () => {
    clearTimeout(checking);
    checking = model.get("twin") ? setTimeout(checkTwin, 3000) : undefined;
  };

  const paintFold = () => {
    const folds = model.get("folds");
    fold.hidden = !folds;
    fold.textContent = folds === "folded" ? "▸" : "▾";
    fold.title = folds === "folded" ? "Unfold this card" : "Fold this card";
    fold.setAttribute("aria-label", fold.title);
    fold.setAttribute("aria-expanded", String(folds !== "folded"));
    el.dataset.folds = folds; // the style sheet folds the card that has this
  };
  fold.addEventListener("click", () => {
    model.set("folds", model.get("folds") === "folded" ? "open" : "folded");
    model.save_changes();
  });

  /** @type {ReturnType<typeof setInterval> | undefined} */
  let clock;
  const paintState = () => {
    paintLine();
    speak();
    clearInterval(clock);
    if (counts(model.get("state"))) clock = setInterval(paintLine, 1000);
  };
  const look = (/** @type {{type: string}} */ message) => {
    const card = message.type === "look" && findCard();
    if (!card) return;
    card.scrollIntoView({ block: "nearest" });
    card.classList.remove("mj-flash");
    requestAnimationFrame(() => card.classList.add("mj-flash"));
  };
  // Heard on its way in, because ipywidgets' text boxes and the painter keep their keys; answered
  // when all have seen it, because Esc may have ended a stroke, or a word of an input method.
  const escape = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    if (!(event.target instanceof Node && findPanel()?.contains(event.target))) return;
    setTimeout(() => {
      // The kernel gets a text when its box is left: it may not have this one yet.
      const text = findPanel()?.querySelector("textarea")?.value ?? null;
      if (!event.defaultPrevented) reach({ type: "escape", text });
    });
  };
  let frame = 0;
  // The text box is painted after its panel's head, and takes no focus below a zoomed picture. It
  // takes it once: not after a reload of the page, nor in another view.
  /** @type {HTMLElement | null} what had the focus before the panel */
  let opener = null;
  const focusPanel = (triesLeft = 600) => {
    if (!model.get("takes_focus")) return;
    const box = findPanel()?.querySelector("textarea");
    // A card may be seen twice, in its own cell and in its parent's: the one in use is meant, and
    // nobody is taken away from another text.
    const active = document.activeElement;
    const isLost = !active || active === document.body;
    const isMine = isLost || (findRoot()?.contains(active) && !active.matches("textarea"));
    if (box && isMine) {
      opener = isLost ? (findRoot()?.querySelector("[data-mj-last]") ?? null) : active;
      box.focus({ preventScroll: true });
      findPanel()?.scrollIntoView({ block: "nearest" });
    }
    if (box && box === document.activeElement) {
      model.set("takes_focus", false);
      model.save_changes();
    } else if (triesLeft) frame = requestAnimationFrame(() => focusPanel(triesLeft - 1));
  };
  let isUsed = false;
  const see = (/** @type {Event} */ event) => {
    isUsed = event.target instanceof Node && Boolean(findPanel()?.contains(event.target));
  };
  // When a panel goes, the focus goes back to what has opened it: a button that was pressed cannot
  // have it for a second. Whoever has moved on meanwhile stays there.
  const giveBack = (/** @type {HTMLElement} */ to, triesLeft = 180) => {
    const active = document.activeElement;
    const isFree = !active || active === document.body || findPanel()?.contains(active);
    if (!isFree || !to.isConnected) return;
    to.focus({ preventScroll: true });
    if (document.activeElement !== to && triesLeft) {
      requestAnimationFrame(() => giveBack(to, triesLeft - 1));
    }
  };
  // Only now is it known in which card this is: a view is rendered before it is on the page.
  let unguard = () => {};
  let isPlaced = false;
  const placed = new ResizeObserver(() => {
    if (!el.isConnected) return;
    if (!isPlaced) {
      isPlaced = true;
      const card = findOutermost();
      if (!card && !findPanel()) paintHeading();
      if (card) {
        const unguardKeys = guardKeys(card);
        card.addEventListener("click", refuse, true);
        unguard = () => {
          unguardKeys();
          card.removeEventListener("click", refuse, true);
        };
      }
    }
    checkTwinSoon(); // a host takes what is far from the screen off the page
  });

  const painters = {
    "change:heading": paintHeading,
    "change:state": paintState,
    "change:notice": () => (paintNotice(), speak()),
    "change:twin": hideTwin,
    "change:twin_revision": checkTwinSoon,
    "change:folds": paintFold,
    "msg:custom": look,
  };
  for (const [event, paint] of Object.entries(painters)) model.on(event, paint);
  placed.observe(el);
  document.body.addEventListener("keydown", escape, true);
  document.addEventListener("focusin", see);
  document.addEventListener("pointerdown", see);
  paintHeading();
  paintNotice();
  paintFold();
  hideTwin();
  paintState();
  focusPanel();

  return () => {
    clearInterval(clock);
    clearTimeout(checking);
    cancelAnimationFrame(frame);
    placed.disconnect();
    unguard();
    document.body.removeEventListener("keydown", escape, true);
    document.removeEventListener("focusin", see);
    document.removeEventListener("pointerdown", see);
    if (opener && isUsed) giveBack(opener);
    for (const [event, paint] of Object.entries(painters)) model.off(event, paint);
  };
}

export default { render };
