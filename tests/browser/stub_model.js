/**
 * The part of a widget model that anywidget hands to a module, and the kernel's side of it.
 * Bytes come from Python as {"$deflated": base64}, and are DataViews here, as in Jupyter; they go
 * back as {"$bytes": base64}.
 */

class StubModel {
  #state;
  #dirty = {};
  #listeners = new Map();
  isCut = false;
  saved = [];
  sent = [];

  constructor(state) {
    this.#state = state;
  }

  get(name) {
    return this.#state[name];
  }

  set(name, value) {
    const changes = typeof name === "object" ? name : { [name]: value };
    Object.assign(this.#dirty, changes);
    this.receive(changes);
  }

  save_changes() {
    this.saved.push(this.#dirty);
    this.#dirty = {};
  }

  send(content, _callbacks, buffers) {
    if (this.isCut) throw new Error("Cannot send");
    this.sent.push({ content, buffers: buffers ?? [] });
  }

  on(names, callback) {
    for (const name of names.split(/\s+/)) {
      this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), callback]);
    }
  }

  off(names, callback) {
    for (const name of names?.split(/\s+/) ?? [...this.#listeners.keys()]) {
      const left = (this.#listeners.get(name) ?? []).filter((one) => callback && one !== callback);
      this.#listeners.set(name, left);
    }
  }

  receive(changes) {
    const changed = Object.keys(changes).filter((name) => this.#state[name] !== changes[name]);
    Object.assign(this.#state, changes);
    for (const name of changed) this.fire(`change:${name}`, this, changes[name], {});
    if (changed.length) this.fire("change", this, {});
  }

  fire(name, ...details) {
    for (const callback of this.#listeners.get(name) ?? []) callback(...details);
  }
}

let model;
let ending;
let cleanups = [];

const verbs = {
  async mount(url, state, css) {
    await verbs.unmount();
    if (css) await addStylesheet(css);
    const imported = await import(url);
    const widget =
      typeof imported.default === "function" ? await imported.default() : imported.default;
    model = new StubModel(state);
    ending = new AbortController();
    const { signal } = ending;
    cleanups = [await widget.initialize?.({ model, signal })];
    const el = document.getElementById("view");
    cleanups.push(await widget.render?.({ model, el, signal }));
  },
  async unmount() {
    ending?.abort();
    for (const cleanup of cleanups.reverse()) await cleanup?.();
    cleanups = [];
    document.getElementById("view").replaceChildren();
  },
  receive: (changes) => model.receive(changes),
  message: (content, buffers) => model.fire("msg:custom", content, buffers),
  tell: (event) => model.fire(event),
  cut: () => (model.isCut = true),
  get: (name) => model.get(name),
  saved: () => model.saved,
  sent: () => model.sent,
};

/** How many custom messages there are. */
export const countSent = () => model.sent.length;

/** Do one thing for the Python side. */
export async function call(verb, args) {
  for (const one of deflatedIn(args)) one.$bytes = await inflated(one.$deflated);
  return toPython((await verbs[verb](...fromPython(args))) ?? null);
}

function addStylesheet(href) {
  return new Promise((resolve, reject) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
    link.addEventListener("load", resolve);
    link.addEventListener("error", () => reject(new Error(`no stylesheet ${href}`)));
    document.head.append(link);
  });
}

function* deflatedIn(value) {
  if (value === null || typeof value !== "object") return;
  if (typeof value.$deflated === "string") yield value;
  else for (const item of Object.values(value)) yield* deflatedIn(item);
}

async function inflated(base64) {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new DataView(await new Response(stream).arrayBuffer());
}

function fromPython(value) {
  if (Array.isArray(value)) return value.map(fromPython);
  if (value === null || typeof value !== "object") return value;
  if (value.$bytes) return value.$bytes;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, fromPython(item)]));
}

function toPython(value) {
  if (value instanceof ArrayBuffer) return toPython(new Uint8Array(value));
  if (ArrayBuffer.isView(value)) {
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    let text = "";
    for (const byte of bytes) text += String.fromCharCode(byte);
    return { $bytes: btoa(text) };
  }
  if (Array.isArray(value)) return value.map(toPython);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, toPython(item)]));
}
