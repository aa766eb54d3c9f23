/**
 * `<bpmn-compare old new old-label new-label>`: two versions of a model side by side; with `result` and `result-label` a
 * third one, what a merge would come to, which is loaded when it is first shown.
 *
 * Child `<script type="application/json" data-name="changes">` holds `[{kind, old_id, new_id, result_id, also, sentence}]`
 * with kind added, removed, changed, moved, conflict or layout; `also` lists further ids that belong to the change.
 * Anything on the page with `data-change="index"` is the matching entry of a list; a click there shows the change on all
 * sides. Fires `bpmn-change-selected` with `{index}`.
 */

import { data, make } from "./dom.js";
import { centre, diagramOf, fetchModel, fit, loadViewer, settings, suitHeight, wheelAfterClick } from "./bpmn-library.js";
import { group, tool } from "./diagram-bar.js";
import { t } from "./i18n.js";

/** Each kind has its own sign and line, so that colour is never the only difference. */
const SIGNS = { conflict: "!", added: "+", removed: "−", changed: "≠", moved: "⇅", layout: "↔" };
const LINES = {
  added: ["oklch(0.5 0.13 155)", ""],
  removed: ["oklch(0.52 0.2 27)", "9 5"],
  changed: ["oklch(0.45 0.17 265)", ""],
  moved: ["oklch(0.5 0.17 315)", "2 4"],
  layout: ["oklch(0.55 0.02 265)", "1 5"],
  conflict: ["oklch(0.55 0.16 60)", "12 3"],
};
const WORDS = { old: "before", new: "after", result: "result" };

/** From this ratio of width to height on, two models side by side are too small to read. */
const WIDE = 1.9;

class BpmnCompare extends HTMLElement {
  async connectedCallback() {
    if (this.said) {
      return;
    }
    this.changes = data(this, "changes", []);
    this.sides = Object.keys(WORDS).filter((side) => this.hasAttribute(side));
    this.hiddenSides = new Set(["result"]);
    this.current = -1;
    this.plain = new Map();
    // What only looks different is in the way of what is different; one click shows it.
    this.hiddenKinds = new Set(this.changes.some(({ kind }) => kind !== "layout") ? ["layout"] : []);
    this.fallback = [...this.children].filter((child) => child.tagName !== "SCRIPT");
    this.said = make("p", { class: "diagram__said", role: "status" }, t("loading"));
    this.append(this.said);
    try {
      const shown = this.shown();
      const [Viewer, ...models] = await Promise.all([loadViewer(), ...shown.map((side) => fetchModel(this.getAttribute(side)))]);
      await this.start(Viewer, Object.fromEntries(shown.map((side, index) => [side, models[index]])));
    } catch {
      this.desk?.remove();
      this.bar?.remove();
      this.fallback.forEach((child) => (child.hidden = false));
      this.said.textContent = t("loadFailed");
      this.setAttribute("data-state", "failed");
    }
  }

  disconnectedCallback() {
    this.stop?.abort();
    Object.values(this.viewers ?? {}).forEach((viewer) => viewer.destroy());
    this.viewers = null;
  }

  /** The sides that are on the screen. */
  shown() {
    return this.sides.filter((side) => !this.hiddenSides.has(side));
  }

  async start(Viewer, models) {
    this.stop = new AbortController();
    this.Viewer = Viewer;
    this.viewers = {};
    this.papers = {};
    this.figures = {};
    this.views = {};
    this.bar = this.makeBar();
    this.desk = make("div", { class: "compare__desk" });
    this.fallback.forEach((child) => (child.hidden = true));
    this.prepend(this.bar, this.desk);
    for (const side of this.sides) {
      this.papers[side] = make("div", { class: "diagram__paper compare__paper" });
      this.figures[side] = make("figure", { class: "compare__side", hidden: this.hiddenSides.has(side) }, make("figcaption", { class: "compare__label" }, this.label(side)), this.papers[side]);
      this.desk.append(this.figures[side]);
    }
    for (const side of this.shown()) {
      await this.load(side, models[side]);
    }
    this.arrange();
    this.fit();
    this.listen();
    this.setAttribute("data-state", "ready");
    this.said.textContent = this.changes.length ? "" : t("noChanges");
    this.dispatchEvent(new CustomEvent("bpmn-ready", { bubbles: true }));
    const wanted = location.hash.match(/^#change-(\d+)$/);
    if (wanted && this.changes[wanted[1]]) {
      this.go(Number(wanted[1]));
    }
  }

  label(side) {
    return this.getAttribute(`${side}-label`) ?? t(WORDS[side]);
  }

  /** Draws one side, with its marks, and lets it move with the others. */
  async load(side, model) {
    const paper = this.papers[side];
    this.viewers[side] = new this.Viewer({ ...settings, container: paper });
    await this.viewers[side].importXML(model);
    const drawing = paper.querySelector(".djs-container > svg");
    drawing.setAttribute("tabindex", "0");
    drawing.setAttribute("role", "application");
    drawing.setAttribute("aria-label", `${t("diagram")}: ${this.label(side)}`);
    this.highlight(side);
    this.viewers[side].get("eventBus").on("element.click", ({ element }) => this.clicked(side, element));
    this.couple(side);
    wheelAfterClick(paper);
    new ResizeObserver(() => this.viewers?.[side].get("canvas").resized()).observe(paper);
  }

  /** Shows a side or takes it away; the last one stays. */
  async toggleSide(side, button) {
    if (!this.hiddenSides.delete(side)) {
      if (this.shown().length === 1) {
        return;
      }
      this.hiddenSides.add(side);
    }
    const show = !this.hiddenSides.has(side);
    button.setAttribute("aria-pressed", String(show));
    this.figures[side].hidden = !show;
    if (show && !this.viewers[side]) {
      await this.load(side, await fetchModel(this.getAttribute(side)));
    }
    this.arrange();
    this.fit();
    if (this.current >= 0) {
      this.go(this.current);
    }
  }

  /** Draws a side anew from another address, as after a decision. */
  async renew(side, address) {
    this.setAttribute(side, address);
    if (!this.viewers?.[side]) {
      return;
    }
    const view = this.viewers[side].get("canvas").viewbox();
    this.viewers[side].destroy();
    this.papers[side].replaceChildren();
    await this.load(side, await fetchModel(address));
    this.alone(() => this.viewers[side].get("canvas").viewbox(view));
  }

  /** Wide models stand below each other, others side by side; both get the height they need. */
  arrange() {
    const shown = this.shown();
    const { inner } = this.viewers[shown[0]].get("canvas").viewbox();
    this.desk.classList.toggle("compare__desk--stacked", shown.length !== 2 || inner.width > WIDE * inner.height);
    const most = Math.max(innerHeight * (shown.length > 2 ? 0.4 : 0.62), 260);
    shown.forEach((side) => suitHeight(this.viewers[side], this.papers[side], 260, most));
    const height = Math.max(...shown.map((side) => this.papers[side].clientHeight));
    for (const side of shown) {
      this.papers[side].style.height = `${height}px`;
      this.viewers[side].get("canvas").resized();
    }
  }

  makeBar() {
    const counts = Object.keys(SIGNS).map((kind) => [kind, this.changes.filter((change) => change.kind === kind).length]);
    this.synced = make("input", { type: "checkbox", class: "compare__box" });
    this.synced.checked = true;
    this.sentence = make("p", { class: "compare__sentence", role: "status" }, this.summary());
    this.tools = [tool("previous", t("previousChange"), () => this.step(-1)), tool("next", t("nextChange"), () => this.step(1))];
    this.tools.forEach((button) => (button.disabled = this.changes.length === 0));
    return make(
      "div",
      { class: "diagram__bar compare__bar" },
      group(t("changes"), ...this.tools),
      this.sentence,
      ...(this.sides.length > 2 ? [this.sideChoice()] : []),
      group(
        t("diagram"),
        tool("zoomOut", t("zoomOut"), () => this.zoom(-1)),
        tool("zoomIn", t("zoomIn"), () => this.zoom(1)),
        tool("fit", t("fit"), () => this.fit()),
      ),
      make("label", { class: "compare__sync" }, this.synced, t("syncZoom")),
      make(
        "div",
        { class: "compare__legend" },
        ...counts
          .filter(([, number]) => number)
          .map(([kind, number]) =>
            make(
              "button",
              { type: "button", class: `compare__kind compare__kind--${kind}`, "aria-pressed": String(!this.hiddenKinds.has(kind)), onclick: (event) => this.toggleKind(kind, event.currentTarget) },
              make("span", { class: "compare__sign", "aria-hidden": "true" }, SIGNS[kind]),
              `${t(kind)} (${number})`,
            ),
          ),
      ),
    );
  }

  /** Buttons for what is on the screen. */
  sideChoice() {
    return make(
      "div",
      { class: "compare__choice", role: "group", "aria-label": t("shownSides") },
      ...this.sides.map((side) =>
        make("button", { type: "button", class: "compare__kind compare__kind--side", "aria-pressed": String(!this.hiddenSides.has(side)), onclick: (event) => this.toggleSide(side, event.currentTarget) }, this.label(side)),
      ),
    );
  }

  zoom(by) {
    const [first, ...rest] = this.shown();
    this.viewers[first].get("zoomScroll").stepZoom(by);
    if (!this.synced.checked) {
      rest.forEach((side) => this.viewers[side].get("zoomScroll").stepZoom(by));
    }
  }

  summary() {
    const number = this.changes.length;
    if (!number) {
      return t("noChanges");
    }
    return `${number === 1 ? t("changeCountOne") : t("changeCount", { n: number })}. ${t("changeKeys")}`;
  }

  listen() {
    const { signal } = this.stop;
    this.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input[type=text], textarea, select")) {
        return;
      }
      const step = { n: 1, p: -1 }[event.key.toLowerCase()];
      if (step) {
        event.preventDefault();
        this.step(step);
      }
    });
    document.addEventListener(
      "click",
      (event) => {
        const entry = event.target.closest("[data-change]");
        if (entry && !this.contains(entry) && !event.target.closest("button, input, select, textarea, summary")) {
          event.preventDefault();
          this.go(Number(entry.dataset.change));
          this.scrollIntoView({ block: "nearest" });
        }
      },
      { signal },
    );
  }

  note(side) {
    const { x, y, width } = this.viewers[side].get("canvas").viewbox();
    this.views[side] = { x, y, width };
  }

  /** What one side does with its view the others do too, even after they were centred on different places. */
  couple(side) {
    this.note(side);
    this.viewers[side].get("eventBus").on("canvas.viewbox.changed", ({ viewbox }) => {
      const last = this.views[side];
      this.note(side);
      if (this.moving || !this.synced.checked) {
        return;
      }
      this.alone(() => {
        for (const other of this.shown().filter((each) => each !== side && this.viewers[each])) {
          const canvas = this.viewers[other].get("canvas");
          const { x, y, width, height } = canvas.viewbox();
          const factor = viewbox.width / last.width;
          canvas.viewbox({ x: x + viewbox.x - last.x, y: y + viewbox.y - last.y, width: width * factor, height: height * factor });
          this.note(other);
        }
      });
    });
  }

  /** Does something to the views that must not be carried over to the other side. */
  alone(act) {
    this.moving = true;
    try {
      act();
    } finally {
      this.moving = false;
    }
  }

  fit() {
    this.alone(() => {
      const shown = this.shown();
      shown.forEach((side) => fit(this.viewers[side]));
      // The same size on all sides: the largest model decides.
      const widest = Math.max(...shown.map((side) => this.viewers[side].get("canvas").viewbox().width));
      for (const side of shown) {
        const canvas = this.viewers[side].get("canvas");
        const { inner, outer } = canvas.viewbox();
        const height = (widest * outer.height) / outer.width;
        canvas.viewbox({ x: inner.x - (widest - inner.width) / 2, y: inner.y - (height - inner.height) / 2, width: widest, height });
      }
    });
  }

  ids(change) {
    return { old: change.old_id, new: change.new_id, result: change.result_id };
  }

  /** A change with everything that belongs to it. */
  parts(change) {
    return [change, ...(change.also ?? [])];
  }

  highlight(side) {
    for (const [index, change] of this.changes.entries()) {
      for (const part of this.parts(change)) {
        const element = this.viewers[side].get("elementRegistry").get(this.ids(part)[side]);
        if (element && !element.isImplicit) {
          this.mark(side, element, change, index);
        }
      }
    }
  }

  mark(side, element, { kind }, index) {
    const sign = make("span", { class: "compare__sign", "aria-hidden": "true" }, SIGNS[kind]);
    const frame = make("div", { class: `compare__frame compare__frame--${kind}`, "data-index": index, "data-kind": kind, hidden: this.hiddenKinds.has(kind) }, sign);
    const overlays = this.viewers[side].get("overlays");
    if (element.waypoints) {
      frame.classList.add("compare__frame--line");
      if (!this.hiddenKinds.has(kind)) {
        this.ink(side, element, LINES[kind]);
      }
      const middle = Math.floor((element.waypoints.length - 1) / 2);
      const [one, two] = [element.waypoints[middle], element.waypoints[middle + 1]];
      const left = Math.min(...element.waypoints.map(({ x }) => x));
      const top = Math.min(...element.waypoints.map(({ y }) => y));
      overlays.add(element, "hub-change", { position: { left: (one.x + two.x) / 2 - left - 11, top: (one.y + two.y) / 2 - top - 11 }, html: frame });
    } else {
      frame.style.width = `${element.width + 12}px`;
      frame.style.height = `${element.height + 12}px`;
      overlays.add(element, "hub-change", { position: { left: -6, top: -6 }, html: frame });
    }
  }

  lineOf(side, element) {
    return this.viewers[side].get("elementRegistry").getGraphics(element).querySelector(".djs-visual path, .djs-visual polyline");
  }

  /** Draws a connection in the line of its kind, and remembers how it was. */
  ink(side, element, [stroke, dashes]) {
    const line = this.lineOf(side, element);
    if (!this.plain.has(line)) {
      this.plain.set(line, [line.style.stroke, line.style.strokeWidth, line.style.strokeDasharray]);
    }
    Object.assign(line.style, { stroke, strokeWidth: "4px", strokeDasharray: dashes });
  }

  inkKind(kind, show) {
    const parts = this.changes.filter((each) => each.kind === kind).flatMap((change) => this.parts(change));
    for (const side of Object.keys(this.viewers)) {
      for (const part of parts) {
        const element = this.viewers[side].get("elementRegistry").get(this.ids(part)[side]);
        if (element?.waypoints && show) {
          this.ink(side, element, LINES[kind]);
        } else if (element?.waypoints && this.plain.has(this.lineOf(side, element))) {
          const line = this.lineOf(side, element);
          const [stroke, strokeWidth, strokeDasharray] = this.plain.get(line);
          Object.assign(line.style, { stroke, strokeWidth, strokeDasharray });
        }
      }
    }
  }

  toggleKind(kind, button) {
    const show = this.hiddenKinds.delete(kind) || !this.hiddenKinds.add(kind);
    button.setAttribute("aria-pressed", String(show));
    for (const frame of this.querySelectorAll(`.compare__frame[data-kind="${kind}"]`)) {
      frame.hidden = !show;
    }
    this.inkKind(kind, show);
  }

  clicked(side, element) {
    const id = (element.labelTarget ?? element).id;
    const is = (change) => this.parts(change).some((part) => this.ids(part)[side] === id);
    const index = this.changes.findIndex((change) => is(change) && !this.hiddenKinds.has(change.kind));
    if (index >= 0) {
      this.choose(index);
    }
  }

  step(by) {
    const shown = this.changes.map((change, index) => index).filter((index) => !this.hiddenKinds.has(this.changes[index].kind));
    if (!shown.length) {
      return;
    }
    const at = shown.indexOf(this.current);
    this.go(shown[at < 0 && by < 0 ? shown.length - 1 : (at + by + shown.length) % shown.length]);
  }

  /** Shows a change in the middle of all sides; where it has no shape on one side, that side follows another. */
  async go(index) {
    const ids = this.ids(this.changes[index]);
    const found = {};
    for (const side of this.shown()) {
      found[side] = await this.find(side, ids[side]);
    }
    const any = Object.values(found).find(Boolean);
    this.alone(() => {
      for (const side of this.shown()) {
        const element = found[side] ?? any;
        if (element) {
          centre(this.viewers[side], element, 0.9);
        }
      }
    });
    this.choose(index);
  }

  async find(side, id) {
    const viewer = this.viewers[side];
    if (!id) {
      return undefined;
    }
    if (!viewer.get("elementRegistry").get(id)) {
      const diagram = diagramOf(viewer, id);
      if (diagram) {
        await viewer.open(diagram);
        this.highlight(side);
      }
    }
    const element = viewer.get("elementRegistry").get(id);
    return element?.isImplicit ? undefined : element;
  }

  choose(index) {
    this.current = index;
    const change = this.changes[index];
    for (const frame of this.querySelectorAll(".compare__frame")) {
      frame.classList.toggle("compare__frame--current", Number(frame.dataset.index) === index);
    }
    for (const entry of document.querySelectorAll("[data-change]")) {
      const is = Number(entry.dataset.change) === index;
      entry.classList.toggle("lit", is);
      if (is) {
        entry.setAttribute("aria-current", "true");
      } else {
        entry.removeAttribute("aria-current");
      }
    }
    this.sentence.textContent = t("changeOf", { n: index + 1, total: this.changes.length, sentence: change.sentence });
    this.dispatchEvent(new CustomEvent("bpmn-change-selected", { bubbles: true, detail: { index } }));
  }
}

customElements.define("bpmn-compare", BpmnCompare);
