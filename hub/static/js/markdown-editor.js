/**
 * Around a textarea: a preview (`preview` = address that answers HTML for POSTed `text`) and suggestions after „@“
 * (`mentions` = address that answers `[{text, kind, name}]` for `?q=`). Without script it is just the textarea.
 */

import { make } from "./dom.js";
import { t } from "./i18n.js";
import { Listbox } from "./listbox.js";

class MarkdownEditor extends HTMLElement {
  connectedCallback() {
    this.text = this.querySelector("textarea");
    if (this.hasAttribute("preview")) {
      this.addPreview();
    }
    if (this.hasAttribute("mentions")) {
      this.addMentions();
    }
  }

  addPreview() {
    this.sheet = make("div", { class: "markdown-editor__preview prose", tabindex: "0", role: "region", "aria-label": t("preview"), hidden: true });
    this.tabs = ["write", "preview"].map((mode) =>
      make("button", { type: "button", class: "markdown-editor__tab", "aria-pressed": String(mode === "write"), onclick: () => this.show(mode) }, t(mode)),
    );
    this.text.before(make("div", { class: "markdown-editor__bar" }, ...this.tabs, make("span", { class: "markdown-editor__hint" }, t("markdownHint"))));
    this.text.after(this.sheet);
  }

  async show(mode) {
    const preview = mode === "preview";
    this.tabs.forEach((tab, index) => tab.setAttribute("aria-pressed", String((index === 1) === preview)));
    this.text.hidden = preview;
    this.sheet.hidden = !preview;
    if (!preview) {
      this.text.focus();
      return;
    }
    if (!this.text.value.trim()) {
      this.sheet.textContent = t("previewEmpty");
      return;
    }
    const body = new FormData();
    body.set("text", this.text.value);
    const token = this.text.form?.querySelector("input[name=csrf_token]");
    if (token) {
      body.set("csrf_token", token.value);
    }
    try {
      const answer = await fetch(this.getAttribute("preview"), { method: "POST", body, redirect: "error" });
      if (!answer.ok) {
        throw new Error(String(answer.status));
      }
      // The server has run its allow-list over this HTML; it is the same the page will show.
      this.sheet.innerHTML = await answer.text();
    } catch {
      this.sheet.textContent = t("previewFailed");
    }
  }

  addMentions() {
    this.list = new Listbox(this, this.text, {
      label: t("mentionSuggestions"),
      modifier: "suggestions--mentions",
      choose: (item) => this.put(item.name ?? item.text),
    });
    this.text.addEventListener("input", () => this.suggest());
  }

  /** Returns the letters after an @ right before the cursor, or null. */
  begun() {
    const before = this.text.value.slice(0, this.text.selectionStart);
    return before.match(/(?:^|\s)@([\p{L}\p{N}._-]{0,40})$/u)?.[1] ?? null;
  }

  async suggest() {
    const letters = this.begun();
    if (letters === null) {
      this.list.close();
      return;
    }
    const url = new URL(this.getAttribute("mentions"), location.href);
    url.searchParams.set("q", letters);
    try {
      const answer = await fetch(url, { headers: { Accept: "application/json" } });
      if (answer.ok && this.begun() === letters) {
        this.list.show((await answer.json()).slice(0, 6));
      }
    } catch {
      this.list.close();
    }
  }

  put(name) {
    const end = this.text.selectionStart;
    const start = end - this.begun().length;
    this.text.setRangeText(`${name} `, start, end, "end");
    this.text.focus();
  }
}

customElements.define("markdown-editor", MarkdownEditor);
