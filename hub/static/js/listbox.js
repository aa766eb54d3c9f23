/** What a text field with suggestions needs (ARIA combobox pattern): a list, arrow keys, Escape, Enter, announcements. */

import { make } from "./dom.js";
import { t } from "./i18n.js";

let count = 0;

export class Listbox {
  /**
   * @param {HTMLElement} host element the list is placed in
   * @param {HTMLInputElement | HTMLTextAreaElement} input
   * @param {{label: string, modifier?: string, choose: (item: any) => void}} options
   */
  constructor(host, input, { label, modifier = "", choose }) {
    this.input = input;
    this.choose = choose;
    this.items = [];
    this.active = -1;
    count += 1;
    this.list = make("ul", { class: `suggestions ${modifier}`, id: `suggestions-${count}`, role: "listbox", "aria-label": label, hidden: true });
    this.said = make("div", { class: "kern-sr-only", role: "status" });
    host.append(this.list, this.said);
    if (input.matches("input")) {
      input.setAttribute("role", "combobox");
      input.setAttribute("aria-expanded", "false");
    }
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", this.list.id);
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => setTimeout(() => this.close(), 150));
  }

  get open() {
    return !this.list.hidden;
  }

  /** Shows `items`, each with `text` and optionally `kind`. */
  show(items) {
    this.items = items;
    this.active = -1;
    this.list.replaceChildren(
      ...items.map((item, index) =>
        make(
          "li",
          {
            class: "suggestions__item",
            role: "option",
            id: `${this.list.id}-${index}`,
            "aria-selected": "false",
            // Before blur, so that the field keeps the focus.
            onmousedown: (event) => event.preventDefault(),
            onclick: () => this.take(index),
          },
          make("span", {}, item.text),
          ...(item.kind ? [make("span", { class: "suggestions__kind" }, item.kind)] : []),
        ),
      ),
    );
    this.list.hidden = items.length === 0;
    if (this.input.matches("input")) {
      this.input.setAttribute("aria-expanded", String(this.open));
    }
    this.input.removeAttribute("aria-activedescendant");
    this.said.textContent =
      items.length === 0 ? t("suggestionNone") : items.length === 1 ? t("suggestionOne") : t("suggestionCount", { n: items.length });
  }

  close() {
    if (this.open) {
      this.list.hidden = true;
      this.active = -1;
      this.input.removeAttribute("aria-activedescendant");
      if (this.input.matches("input")) {
        this.input.setAttribute("aria-expanded", "false");
      }
    }
  }

  key(event) {
    if (!this.open || event.isComposing) {
      return;
    }
    const last = this.items.length - 1;
    if (event.key === "ArrowDown") {
      this.mark(this.active === last ? 0 : this.active + 1);
    } else if (event.key === "ArrowUp") {
      this.mark(this.active <= 0 ? last : this.active - 1);
    } else if (event.key === "Escape") {
      this.close();
    } else if ((event.key === "Enter" || event.key === "Tab") && this.active >= 0) {
      this.take(this.active);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  mark(index) {
    this.active = index;
    [...this.list.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === index)));
    this.input.setAttribute("aria-activedescendant", `${this.list.id}-${index}`);
    this.list.children[index].scrollIntoView({ block: "nearest" });
  }

  take(index) {
    const item = this.items[index];
    this.close();
    this.choose(item);
  }
}
