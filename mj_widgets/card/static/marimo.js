/**
 * A card in marimo, which shows anywidgets but none of ipywidgets' controls: boxes, buttons, bars and
 * fields are drawn here from their models, and the anywidgets among them by the host itself.
 */

/** @typedef {{model: any, host: any, signal: AbortSignal}} Context */

/** @param {string} reference "IPY_MODEL_" and the id @returns {string} as the host spells it */
const address = (reference) => `anywidget:${reference.replace(/^IPY_MODEL_/, "")}`;

/** Call *paint* now and whenever one of *names* changes.
 * @param {Context} context @param {string[]} names @param {() => void} paint */
function follow({ model, signal }, names, paint) {
  for (const name of names) model.on(`change:${name}`, paint);
  signal.addEventListener("abort", () => names.forEach((name) => model.off(`change:${name}`, paint)));
  paint();
}

/** @param {string} tag @param {string} className @returns {any} */
const made = (tag, className) => Object.assign(document.createElement(tag), { className });

/** @param {Context} context */
function box(context) {
  const el = made("div", `widget-box ${context.model.get("_view_name") === "HBoxView" ? "widget-hbox" : ""}`);
  /** @type {Map<string, {el: HTMLElement, end: AbortController}>} */
  const shown = new Map();
  follow(context, ["children"], () => {
    const children = context.model.get("children");
    for (const [id, { end }] of shown) {
      if (!children.includes(id)) end.abort(), shown.delete(id);
    }
    for (const id of children) {
      if (shown.has(id)) continue;
      const end = new AbortController();
      context.signal.addEventListener("abort", () => end.abort(), { signal: end.signal });
      const child = { el: made("div", ""), end };
      shown.set(id, child);
      draw(id, { ...context, signal: end.signal }, (drawn) => {
        child.el.replaceWith(drawn);
        child.el = drawn;
      });
    }
    el.replaceChildren(...children.map((id) => shown.get(id)?.el));
  });
  return el;
}

/** @param {Context} context */
function button(context) {
  const { model } = context;
  const el = made("button", "jupyter-button widget-button");
  el.type = "button";
  el.addEventListener("click", () => model.send({ event: "click" }));
  follow(context, ["description", "tooltip", "disabled"], () => {
    el.textContent = model.get("description");
    el.title = model.get("tooltip") ?? "";
    el.disabled = model.get("disabled");
  });
  return el;
}

/** @param {Context} context */
function bar(context) {
  const el = made("div", "widget-hprogress");
  el.append(made("div", "progress"));
  el.firstChild.append(made("div", "progress-bar"));
  el.setAttribute("role", "progressbar");
  follow(context, ["value", "max"], () => {
    const percent = (100 * context.model.get("value")) / context.model.get("max");
    el.firstChild.firstChild.style.width = `${percent}%`;
    el.setAttribute("aria-valuenow", String(Math.round(percent)));
  });
  return el;
}

/** A field, and what it is called.
 * @param {Context} context @param {any} field @param {string} property @param {string} event */
function labelled(context, field, property, event) {
  const { model } = context;
  const el = made("div", "");
  const label = made("label", "widget-label");
  const name = document.createTextNode("");
  label.append(...(property === "checked" ? [field, name] : [name, field]));
  el.append(label);
  field.addEventListener(event, () => {
    model.set("value", field[property]);
    model.save_changes();
  });
  follow(context, ["value", "description", "placeholder", "disabled"], () => {
    name.textContent = model.get("description") ?? "";
    if (field[property] !== model.get("value")) field[property] = model.get("value");
    field.placeholder = model.get("placeholder") ?? "";
    field.disabled = model.get("disabled") ?? false;
  });
  return el;
}

/** @type {Record<string, (context: Context) => any>} */
const VIEWS = {
  BoxView: box,
  VBoxView: box,
  HBoxView: box,
  ButtonView: button,
  ProgressView: bar,
  TextareaView: (context) => labelled(context, made("textarea", ""), "value", "input"),
  TextView: (context) => labelled(context, made("input", ""), "value", "input"),
  CheckboxView: (context) =>
    labelled(context, Object.assign(made("input", ""), { type: "checkbox" }), "checked", "change"),
};

/** Give *el* the classes and sizes that were set in Python.
 * @param {Context} context @param {HTMLElement} el */
async function dress(context, el) {
  const { model, host, signal } = context;
  /** @type {string[]} */
  let given = [];
  follow(context, ["_dom_classes"], () => {
    el.classList.remove(...given);
    el.classList.add("jupyter-widgets", ...(given = model.get("_dom_classes") ?? []));
  });
  const layout = await host.getModel(address(model.get("layout")));
  for (const name of ["width", "max_width", "display", "grid_template_columns"]) {
    follow({ model: layout, host, signal }, [name], () =>
      el.style.setProperty(name.replaceAll("_", "-"), layout.get(name) ?? ""));
  }
}

/** Draw the widget *reference*, and *put* it where it belongs.
 * @param {string} reference @param {Context} context @param {(el: HTMLElement) => void} put */
async function draw(reference, context, put) {
  const { host, signal } = context;
  const model = await host.getModel(address(reference));
  if (signal.aborted) return;
  const own = { ...context, model };
  const view = VIEWS[model.get("_view_name")];
  const el = view ? view(own) : made("div", "");
  put(el);
  if (!view) await (await host.getWidget(address(reference))).render({ el, signal });
  await dress(own, el);
}

/** @param {any} context */
function render({ model, el, host, signal }) {
  const place = made("div", "mj-host");
  el.append(place);
  if (!host) {
    place.textContent = model.get("instead");
    return;
  }
  draw(model.get("card"), { model, host, signal }, (drawn) => place.replaceChildren(drawn));
}

export default { render };
