/**
 * `<proposal-decisions>` around the changes of a proposal: a choice is saved at once, and the page shows what would come of
 * it. What is chosen on the diagram can be decided there too. Without a script the same form has a button to save.
 */

import { make } from "./dom.js";
import { t } from "./i18n.js";

const PAUSE = 700;

class ProposalDecisions extends HTMLElement {
  connectedCallback() {
    this.compare = document.querySelector("bpmn-compare");
    this.desk = make("div", { class: "decide-here", role: "group", hidden: true });
    this.said = make("p", { class: "small muted", role: "status" });
    this.compare?.after(this.desk);
    this.prepend(this.said);
    this.addEventListener("change", (event) => this.changed(event));
    this.addEventListener("submit", (event) => this.submitted(event));
    document.addEventListener("bpmn-change-selected", ({ detail }) => this.offer(detail.index));
  }

  form() {
    return this.querySelector("form[data-decisions]");
  }

  changed({ target }) {
    if (target.matches("[data-verdict]") || target.name?.match(/^(reason|value)\./)) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.save(), PAUSE);
    }
  }

  /** Whether everything chosen is complete; a declined change waits for its reason. */
  complete(form) {
    const declined = [...form.querySelectorAll("[data-verdict=decline]:checked")];
    return declined.every((box) => !box.closest("fieldset").querySelector("[data-needed]") || box.closest("fieldset").querySelector("[name^='reason.']").value.trim());
  }

  /** Saves what is chosen, one request at a time: what is chosen meanwhile goes with the next one. */
  async save() {
    const form = this.form();
    if (!form || !this.complete(form)) {
      return;
    }
    if (this.saving) {
      this.again = true;
      return;
    }
    this.again = false;
    this.saving = this.send(form);
    await this.saving;
    this.saving = null;
    if (this.again) {
      this.save();
    }
  }

  async send(form) {
    const sent = new FormData(form);
    this.said.textContent = t("saving");
    try {
      const answer = await fetch(form.action, { method: "POST", body: sent, headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const newest = page.querySelector("proposal-decisions");
      if (answer.status === 409 && newest) {
        // Somebody else was quicker: the whole page is another one, and shows these choices again.
        form.submit();
        return;
      }
      if (!answer.ok || !newest) {
        throw new Error(answer.statusText);
      }
      this.takeOver(newest, sent);
      this.said.textContent = "";
      await this.compare?.renew?.("result", page.querySelector("bpmn-compare")?.getAttribute("result") ?? "");
    } catch {
      this.said.textContent = t("savingFailed");
    }
  }

  /** A button pressed while something is being saved waits: its form would name a state that is gone. */
  submitted(event) {
    clearTimeout(this.timer);
    if (!this.saving) {
      return;
    }
    event.preventDefault();
    this.again = false;
    const { action } = event.target;
    const { name, value, formAction } = event.submitter ?? {};
    this.saving.then(() => {
      const form = [...this.querySelectorAll("form")].find((one) => one.action === action);
      const buttons = [...(form?.elements ?? [])].filter((one) => one.type === "submit");
      form?.requestSubmit(buttons.find((one) => one.name === name && one.value === value && one.formAction === formAction));
    });
  }

  /** Shows the newest state; the reader's place, open parts, and what was chosen or typed since `sent` stay. */
  takeOver(newest, sent) {
    const at = document.activeElement?.id;
    const open = new Set([...this.querySelectorAll("details[open]")].map((part) => this.nameOf(part)));
    const closed = new Set([...this.querySelectorAll("details:not([open])")].map((part) => this.nameOf(part)));
    const chosen = [...new FormData(this.form())].filter(([name, value]) => name !== "revision" && sent.get(name) !== value);
    const typed = [...this.querySelectorAll("textarea")]
      .filter((field) => field.form !== this.form() && field.value !== field.defaultValue)
      .map(({ id, value }) => [id, value]);
    this.replaceChildren(this.said, ...newest.childNodes);
    for (const part of this.querySelectorAll("details")) {
      part.open = open.has(this.nameOf(part)) || (part.open && !closed.has(this.nameOf(part)));
    }
    for (const [name, value] of chosen) {
      const field = this.form()?.elements[name];
      if (field) {
        field.value = value;
        this.again = true;
      }
    }
    for (const [id, value] of typed) {
      const field = document.getElementById(id);
      if (field) {
        field.value = value;
      }
    }
    document.getElementById(at)?.focus({ preventScroll: true });
  }

  nameOf(part) {
    return `${part.closest("li")?.id ?? ""} ${part.querySelector("summary").textContent.replace(/\d+/g, "").trim()}`;
  }

  /** Offers the choices of the change that is shown on the diagram right below it. */
  offer(index) {
    const boxes = [...this.querySelectorAll(`[id="change-${index}"] [data-verdict]`)];
    this.desk.hidden = boxes.length === 0;
    const sentence = this.querySelector(`[id="change-${index}"] .change__sentence`)?.textContent.trim() ?? "";
    this.desk.setAttribute("aria-label", t("decideHere", { sentence }));
    this.desk.replaceChildren(
      ...boxes.map((box) =>
        make(
          "button",
          {
            type: "button",
            class: "compare__kind compare__kind--side",
            "aria-pressed": String(box.checked),
            onclick: () => {
              box.checked = true;
              box.dispatchEvent(new Event("change", { bubbles: true }));
              this.offer(index);
              if (box.dataset.verdict === "decline" || box.dataset.verdict === "adapt") {
                box.closest("fieldset").querySelector(`.change__more--${box.dataset.verdict} [name]`)?.focus();
              }
            },
          },
          box.labels[0].textContent.trim(),
        ),
      ),
    );
  }
}

customElements.define("proposal-decisions", ProposalDecisions);
