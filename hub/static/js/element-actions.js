/**
 * `<element-actions data-discussion="…" data-fim="…">` offers, for the step chosen in the diagram of this page, a way to comment on it
 * and its own address. Without a script the discussion page offers the same choice as a list.
 */

import { make } from "./dom.js";
import { t } from "./i18n.js";

class ElementActions extends HTMLElement {
  connectedCallback() {
    this.setAttribute("role", "status");
    document.addEventListener("bpmn-element-selected", (event) => this.offer(event.detail));
  }

  offer({ id, name, type = "" } = {}) {
    const isActivity = /Task$|SubProcess$|Transaction$/.test(type);
    this.replaceChildren();
    if (!id) {
      return;
    }
    const title = name || id;
    this.append(make("strong", {}, title), make("a", { href: `#${encodeURIComponent(id)}` }, t("linkToStep")));
    const text = document.getElementById(`text-${id}`);
    if (text) {
      this.append(make("a", { href: `#text-${encodeURIComponent(id)}` }, t("stepInText")));
    }
    if (this.dataset.discussion) {
      const url = new URL(this.dataset.discussion, location.href);
      url.searchParams.set("element", id);
      this.append(make("a", { href: url.pathname + url.search }, t("commentOnStep")));
    }
    if (this.dataset.fim && isActivity) {
      this.append(make("a", { href: `${this.dataset.fim}/${encodeURIComponent(id)}` }, t("fimOfStep")));
    }
  }
}

customElements.define("element-actions", ElementActions);
