/**
 * What the kernel is asked for and has not answered. Nothing is asked twice, however long a kernel
 * is busy; what got lost on the way (a connection that broke) is: the kernel is asked from time to
 * time which of the requests it knows, and answers in the order in which it was asked.
 */

/** At once under way: what is asked later is nearer to what is seen by then. */
const MOST_REQUESTS = 2;
const MOST_IN_ONE = 48;
const ASK_AGAIN_AFTER = 8000;

export class Requests {
  /** @type {Map<number, Set<number>>} the numbers that each one has still to bring */
  #underWay = new Map();
  /** Two pages may show one widget: each has numbers of its own. */
  #last = Math.floor(Math.random() * 2 ** 40);
  /** @type {ReturnType<typeof setInterval>|undefined} */
  #watching;

  /** @param {(message: object) => boolean} reach @param {() => void} onLost some may be asked again */
  constructor(reach, onLost) {
    this.reach = reach;
    this.onLost = onLost;
  }

  get areFull() {
    return this.#underWay.size >= MOST_REQUESTS;
  }

  /** @param {number} number @returns {boolean} whether it is on its way */
  has(number) {
    for (const numbers of this.#underWay.values()) if (numbers.has(number)) return true;
    return false;
  }

  /** @param {Iterable<number>} wanted the first matter most */
  ask(wanted) {
    if (this.areFull) return;
    const numbers = new Set();
    for (const number of wanted) {
      if (!this.has(number)) numbers.add(number);
      if (numbers.size >= MOST_IN_ONE) break;
    }
    if (!numbers.size) return;
    const request = ++this.#last;
    if (!this.reach({ type: "want", request, numbers: [...numbers] })) return;
    this.#underWay.set(request, numbers);
    this.#watching ??= setInterval(() => this.#probe(), ASK_AGAIN_AFTER);
  }

  /** @param {number} request @param {number} number what it has brought */
  takeOne(request, number) {
    this.#underWay.get(request)?.delete(number);
  }

  /** @param {number} request @returns {Iterable<number>} what it has not brought */
  end(request) {
    const left = this.#underWay.get(request) ?? [];
    this.#underWay.delete(request);
    this.#rest();
    return left;
  }

  /** @param {{asked: number[], known: number[]}} answer which of them the kernel knows */
  takeKnown({ asked, known }) {
    const lost = asked.filter((one) => !known.includes(one) && this.#underWay.delete(one));
    this.#rest();
    if (lost.length) this.onLost();
  }

  /** The kernel has gone, and all that was under way with it. */
  forget() {
    this.#underWay.clear();
    this.#rest();
  }

  #probe() {
    this.reach({ type: "still", asked: [...this.#underWay.keys()] });
  }

  #rest() {
    if (this.#underWay.size) return;
    clearInterval(this.#watching);
    this.#watching = undefined;
  }
}
