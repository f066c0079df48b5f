/** Where a caption stands: at the head of a card, of a card in another one, or of a panel in one. */

import { cardAround, outermostCard } from "../kernel.js";

/** A view is rendered before it is on the page: each of these is looked for when it is asked for. */
export class Place {
  #el;

  /** @param {HTMLElement} el */
  constructor(el) {
    this.#el = el;
  }

  /** @returns {HTMLElement|null} the panel that this is the head of */
  get panel() {
    return this.#el.closest(".mj-panel");
  }

  /** @returns {HTMLElement|null} */
  get card() {
    return cardAround(this.#el);
  }

  /** @returns {HTMLElement|null} the card that stands in no other one */
  get root() {
    return outermostCard(this.#el);
  }

  /** Whether this stands in no card of a parent's. */
  get isInRoot() {
    return this.root === this.card;
  }

  /** The cards that its own stands in, from the outermost. @returns {HTMLElement[]} */
  get above() {
    const cards = [];
    for (let card = this.card; card; ) {
      card = card.parentElement && cardAround(card.parentElement);
      if (card) cards.unshift(card);
    }
    return cards;
  }

  /** @returns {HTMLElement|null} the card, if this is its head and it stands in no other one */
  get outermost() {
    return this.panel || !this.isInRoot ? null : this.card;
  }

  /** @param {EventTarget|null} target @returns {boolean} whether it is in the panel */
  isInPanel(target) {
    return target instanceof Node && Boolean(this.panel?.contains(target));
  }
}
