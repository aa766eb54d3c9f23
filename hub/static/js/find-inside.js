/**
 * `<find-inside src>` around a search form lists the places of an entry that match, lights them up in the diagram and in
 * the text, and steps through them: Enter or F3 the next one, with Shift the one before, Escape ends it.
 * The address in `src` answers `{items: [{kind, key, heading, text, marks, url}]}`.
 */

import { make } from "./dom.js";
import { t } from "./i18n.js";
import { tool } from "./diagram-bar.js";

const LIT = "found";

class FindInside extends HTMLElement {
  connectedCallback() {
    if (!document.querySelector("bpmn-viewer, .prose, .steps")) {
      return;
    }
    this.input = this.querySelector("input[type=search]");
    this.places = [];
    this.at = -1;
    this.said = make("p", { class: "find-inside__said", role: "status" });
    this.list = make("ol", { class: "find-inside__list plain-list", hidden: true });
    this.steps = make(
      "div",
      { class: "find-inside__steps", hidden: true },
      tool("previous", t("insidePrevious"), () => this.go(-1)),
      tool("next", t("insideNext"), () => this.go(1)),
    );
    this.querySelector("form").append(this.steps);
    this.append(this.said, this.list);
    this.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.find();
    });
    this.input.addEventListener("input", () => this.input.value || this.clear());
    addEventListener("keydown", (event) => this.key(event));
    addEventListener("bpmn-ready", () => this.light());
  }

  key(event) {
    if (event.key === "F3" && this.places.length) {
      event.preventDefault();
      this.go(event.shiftKey ? -1 : 1);
    } else if (event.target === this.input && event.key === "Enter" && event.shiftKey && this.places.length) {
      event.preventDefault();
      this.go(-1);
    } else if (event.target === this.input && event.key === "Escape") {
      this.input.value = "";
      this.clear();
    }
  }

  async find() {
    const words = this.input.value.trim();
    if (words && words === this.words && this.places.length) {
      this.go(1);
      return;
    }
    this.clear();
    if (!words) {
      return;
    }
    this.words = words;
    try {
      const url = new URL(this.getAttribute("src"), location.href);
      url.searchParams.set("q", words);
      const answer = await fetch(url, { headers: { Accept: "application/json" } });
      this.show(answer.ok ? (await answer.json()).items : null);
    } catch {
      this.show(null);
    }
  }

  show(items) {
    if (!items?.length) {
      this.said.textContent = t(items ? "insideNone" : "insideFailed");
      return;
    }
    this.places = items;
    this.said.textContent = items.length === 1 ? t("insideOne") : t("insideMany", { n: items.length });
    this.steps.hidden = items.length < 2;
    this.list.hidden = false;
    this.list.replaceChildren(...items.map((item, index) => make("li", {}, this.line(item, index))));
    this.light();
    this.go(1, { focus: false });
  }

  line(item, index) {
    const before = item.kind === "step" && item.heading ? t("insideStep", { number: item.heading }) : item.kind === "remark" ? t("insideRemark") : item.heading;
    const pieces = [];
    let at = 0;
    for (const [start, end] of item.marks) {
      pieces.push(item.text.slice(at, start), make("mark", {}, item.text.slice(start, end)));
      at = end;
    }
    pieces.push(item.text.slice(at));
    const link = make("a", { href: item.url }, ...(before ? [`${before}: `] : []), ...pieces);
    link.addEventListener("click", (event) => {
      if (this.target(item) && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        this.at = index - 1;
        this.go(1);
      }
    });
    return link;
  }

  get viewer() {
    const element = document.querySelector("bpmn-viewer");
    return element?.viewer ? element : null;
  }

  /** What a place is on this page: a shape of the diagram, or the part of the text with its id. */
  target(item) {
    if (!item.key || item.kind === "remark") {
      return null;
    }
    return this.viewer?.knows(item.key) ? "diagram" : document.getElementById(item.key);
  }

  light() {
    const registry = this.viewer?.viewer.get("elementRegistry");
    const canvas = this.viewer?.viewer.get("canvas");
    for (const { key, kind } of this.places) {
      if (key && kind !== "remark") {
        if (registry?.get(key)) {
          canvas.addMarker(key, LIT);
        }
        document.getElementById(key)?.classList.add(LIT);
      }
    }
  }

  go(by, { focus = true } = {}) {
    const total = this.places.length;
    this.at = (this.at + by + total) % total;
    const item = this.places[this.at];
    [...this.list.children].forEach((child, index) => child.firstChild.toggleAttribute("aria-current", index === this.at));
    this.said.textContent = t("insideAt", { n: this.at + 1, total, text: item.text });
    const target = this.target(item);
    if (target === "diagram") {
      this.viewer.show(item.key);
      if (focus) {
        this.viewer.scrollIntoView({ block: "nearest" });
      }
    } else if (focus) {
      target?.scrollIntoView({ block: "center" });
    }
  }

  clear() {
    const registry = this.viewer?.viewer.get("elementRegistry");
    for (const { key } of this.places) {
      if (key && registry?.get(key)) {
        this.viewer.viewer.get("canvas").removeMarker(key, LIT);
      }
      if (key) {
        document.getElementById(key)?.classList.remove(LIT);
      }
    }
    this.places = [];
    this.at = -1;
    this.words = "";
    this.said.textContent = "";
    this.list.replaceChildren();
    this.list.hidden = this.steps.hidden = true;
  }
}

customElements.define("find-inside", FindInside);
