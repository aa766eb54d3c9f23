/**
 * The guided form of a service design: one step at a time, and a draft of what was typed kept in this browser for
 * this account. Without script it is one long form with anchors.
 */

import { make } from "./dom.js";
import { t } from "./i18n.js";

const PAUSE = 1500;
const IGNORED = new Set(["csrf_token", "parent"]);

class DesignForm extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.steps = [...this.querySelectorAll(".design-form__step")];
    this.links = [...this.querySelectorAll(".design-form__steps a[data-step]")];
    this.key = `design:${this.getAttribute("account")}:${this.getAttribute("entry")}`;
    this.shown = this.state();
    // What stands in a hidden step could not be pointed at by the browser; the server says what is missing.
    this.form.noValidate = true;
    this.addWays();
    this.offerDraft();
    this.form.addEventListener("input", () => this.later());
    this.form.addEventListener("submit", () => this.keep(true));
    document.addEventListener("visibilitychange", () => document.hidden && this.dirty && this.keep());
    addEventListener("hashchange", () => this.follow());
    this.guide(true);
    this.follow();
  }

  addWays() {
    this.steps.forEach((step, at) => {
      const ways = make("div", { class: "form-actions design-form__ways" });
      if (at > 0) {
        ways.append(this.button(t("stepBack"), () => this.show(at - 1)));
      }
      if (at < this.steps.length - 1) {
        ways.append(this.button(t("stepOn"), () => this.show(at + 1)));
      }
      step.append(ways);
    });
    this.kept = make("p", { class: "small muted design-form__kept", role: "status" });
    this.whole = this.button(t("stepsAll"), () => this.guide(!this.guided));
    this.querySelector(".design-form__steps").append(this.whole, this.kept);
  }

  button(text, onclick) {
    return make("button", { type: "button", class: "kern-btn kern-btn--secondary button--small", onclick }, make("span", { class: "kern-label" }, text));
  }

  guide(guided) {
    this.guided = guided;
    this.classList.toggle("design-form--guided", guided);
    this.whole.querySelector(".kern-label").textContent = t(guided ? "stepsAll" : "stepsOne");
    this.show(this.at ?? 0, false);
  }

  show(at, move = true) {
    this.at = at;
    this.steps.forEach((step, index) => {
      step.hidden = this.guided && index !== at;
      step.querySelector(".design-form__ways").hidden = !this.guided;
    });
    this.links.forEach((link, index) => (index === at ? link.setAttribute("aria-current", "step") : link.removeAttribute("aria-current")));
    if (move) {
      this.steps[at].focus({ preventScroll: true });
      this.steps[at].scrollIntoView({ block: "start" });
    }
  }

  /** Opens the step that the hash, or else the first refused field, is in. */
  follow() {
    const target = location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
    const place = target ?? this.querySelector(".field__error");
    const step = place?.closest(".design-form__step");
    if (step) {
      this.show(this.steps.indexOf(step), Boolean(target));
      if (target && target !== step) {
        target.scrollIntoView({ block: "center" });
        target.focus();
      }
    }
  }

  state() {
    return JSON.stringify([...new FormData(this.form)].filter(([name, value]) => !IGNORED.has(name) && typeof value === "string"));
  }

  later() {
    this.dirty = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keep(), PAUSE);
  }

  keep(sent = false) {
    clearTimeout(this.timer);
    const at = new Date();
    try {
      localStorage.setItem(this.key, JSON.stringify({ base: this.form.elements.parent.value, at: at.toISOString(), sent, state: this.state() }));
      this.kept.textContent = t("draftKept", { time: at.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" }) });
    } catch {
      this.kept.textContent = t("draftNotKept");
    }
    this.dirty = false;
  }

  offerDraft() {
    let draft = null;
    try {
      draft = JSON.parse(localStorage.getItem(this.key) ?? "null");
    } catch {
      draft = null;
    }
    if (!draft || draft.state === this.shown) {
      return;
    }
    if (draft.sent && draft.base !== this.getAttribute("base")) {
      // It was sent, and the entry has moved on since: that is what was published.
      localStorage.removeItem(this.key);
      return;
    }
    const time = new Date(draft.at).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
    const notice = make(
      "div",
      { class: "kern-alert kern-alert--info alert design-form__notice", role: "status" },
      make("div", { class: "kern-alert__header" }, make("span", { class: "kern-title" }, t("draftFound", { time }))),
      make(
        "div",
        { class: "kern-alert__body cluster" },
        this.button(t("draftUse"), () => {
          this.fill(draft);
          notice.remove();
        }),
        this.button(t("draftDrop"), () => {
          localStorage.removeItem(this.key);
          notice.remove();
        }),
      ),
    );
    this.prepend(notice);
  }

  fill(draft) {
    const values = new Map();
    for (const [name, value] of JSON.parse(draft.state)) {
      values.set(name, [...(values.get(name) ?? []), value]);
    }
    for (const element of this.form.elements) {
      if (!element.name || IGNORED.has(element.name) || element.type === "submit") {
        continue;
      }
      const given = values.get(element.name) ?? [];
      if (element.type === "checkbox" || element.type === "radio") {
        element.checked = given.includes(element.value);
      } else if (given.length) {
        if (element.tagName === "SELECT" && ![...element.options].some((option) => option.value === given[0])) {
          element.append(make("option", { value: given[0] }, given[0]));
        }
        element.value = given[0];
      }
    }
    // The draft began from an older version: saying so lets the hub merge instead of undoing what others wrote.
    this.form.elements.parent.value = draft.base;
  }
}

customElements.define("design-form", DesignForm);
