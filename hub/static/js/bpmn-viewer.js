/**
 * `<bpmn-viewer src label>` turns a server-rendered picture of a process into a diagram one can move around in.
 *
 * Children: the fallback picture; `<script type="application/json" data-name="markers">` with
 * `[{element, comments, findings, breaks: {kind, count, word}, url, badge}]` (`badge`: words below the shape).
 * Fires `bpmn-element-selected` with `{id, name, type}`.
 * A link or list item with `data-element="id"` anywhere on the page belongs to that shape.
 */

import { data, make } from "./dom.js";
import { centre, diagramOf, diagrams, fetchModel, fit, fitReadably, loadViewer, minimap, settings, suitHeight, wheelAfterClick } from "./bpmn-library.js";
import { markBreaks } from "./break-marks.js";
import { group, tool } from "./diagram-bar.js";
import { t } from "./i18n.js";

const STEP = 80;
let count = 0;

class BpmnViewer extends HTMLElement {
  async connectedCallback() {
    if (this.viewer || this.said) {
      return;
    }
    count += 1;
    this.fallback = [...this.children].filter((child) => child.tagName !== "SCRIPT");
    this.said = make("p", { class: "diagram__said", role: "status" }, t("loading"));
    this.append(this.said);
    this.setAttribute("data-state", "loading");
    try {
      const [Viewer, xml] = await Promise.all([loadViewer(), fetchModel(this.getAttribute("src"))]);
      await this.start(Viewer, xml);
    } catch (error) {
      this.refuse(error);
    }
  }

  disconnectedCallback() {
    this.stop?.abort();
    this.viewer?.destroy();
    this.viewer = null;
  }

  refuse(error) {
    this.bar?.remove();
    this.canvas?.remove();
    this.fallback.forEach((child) => (child.hidden = false));
    this.setAttribute("data-state", "failed");
    this.said.textContent = t(/no diagram to display/.test(error.message) ? "noDiagram" : "loadFailed");
  }

  async start(Viewer, xml) {
    this.stop = new AbortController();
    this.canvas = make("div", { class: "diagram__paper" });
    this.bar = this.makeBar();
    this.prepend(this.bar, this.canvas);
    this.fallback.forEach((child) => (child.hidden = true));
    this.viewer = new Viewer({ ...settings, container: this.canvas, additionalModules: [...settings.additionalModules, minimap()] });
    const { warnings } = await this.viewer.importXML(xml);
    this.nameDiagram();
    this.listen();
    this.drawn();
    this.fillDiagramChoice();
    suitHeight(this.viewer, this.canvas, 300, Math.max(innerHeight * 0.75, 300));
    fitReadably(this.viewer);
    this.setAttribute("data-state", "ready");
    this.said.textContent = warnings.length ? t(warnings.length === 1 ? "notDrawnOne" : "notDrawnMany", { n: warnings.length }) : "";
    this.followHash();
    this.dispatchEvent(new CustomEvent("bpmn-ready", { bubbles: true }));
  }

  makeBar() {
    this.choice = make("select", { class: "diagram__choice", "aria-label": t("diagramChoice"), hidden: true, onchange: () => this.open(diagrams(this.viewer)[this.choice.value]) });
    this.full = tool("fullscreen", t("fullscreen"), () => this.toggleFullscreen(), { "aria-pressed": "false" });
    this.map = tool("minimap", t("minimap"), () => this.toggleMinimap(), { "aria-pressed": "false" });
    return make(
      "div",
      { class: "diagram__bar" },
      this.choice,
      group(
        t("diagram"),
        tool("zoomOut", t("zoomOut"), () => this.viewer.get("zoomScroll").stepZoom(-1)),
        tool("zoomIn", t("zoomIn"), () => this.viewer.get("zoomScroll").stepZoom(1)),
        tool("fit", t("fit"), () => fit(this.viewer)),
        this.map,
        ...(document.fullscreenEnabled ? [this.full] : []),
      ),
    );
  }

  /** Gives the drawing a name and its keys an explanation: it is one stop on the way of the keyboard. */
  nameDiagram() {
    const help = make("p", { class: "kern-sr-only", id: `diagram-help-${count}` }, t("diagramHelp"));
    this.append(help);
    const drawing = this.canvas.querySelector("svg[tabindex]") ?? this.canvas.querySelector(".djs-container > svg");
    drawing.setAttribute("tabindex", "0");
    drawing.setAttribute("role", "application");
    drawing.setAttribute("aria-label", this.getAttribute("label") ?? t("diagram"));
    drawing.setAttribute("aria-describedby", help.id);
    this.drawing = drawing;
  }

  listen() {
    const { signal } = this.stop;
    const bus = this.viewer.get("eventBus");
    bus.on("selection.changed", ({ newSelection }) => this.selected(newSelection));
    // The picture is moved with bare arrow keys too, not only with Ctrl as in the library.
    this.drawing.addEventListener("keydown", (event) => this.key(event), { signal });
    addEventListener("hashchange", () => this.followHash(), { signal });
    document.addEventListener("fullscreenchange", () => this.fullscreenChanged(), { signal });
    document.addEventListener(
      "click",
      (event) => {
        const id = event.target.closest("a[data-element]")?.dataset.element;
        if (id && !event.ctrlKey && !event.metaKey && this.knows(id)) {
          event.preventDefault();
          history.replaceState(null, "", `#${id}`);
          this.show(id);
          this.scrollIntoView({ block: "nearest" });
        }
      },
      { signal },
    );
    wheelAfterClick(this.canvas);
    new ResizeObserver(() => this.viewer?.get("canvas").resized()).observe(this.canvas);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const canvas = this.viewer.get("canvas");
    const moves = { ArrowLeft: [STEP, 0], ArrowRight: [-STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] };
    const acts = {
      "+": () => this.viewer.get("zoomScroll").stepZoom(1),
      "-": () => this.viewer.get("zoomScroll").stepZoom(-1),
      0: () => fit(this.viewer),
      Escape: () => this.viewer.get("selection").select(null),
    };
    if (moves[event.key]) {
      const [dx, dy] = moves[event.key];
      canvas.scroll({ dx, dy });
    } else if (acts[event.key]) {
      acts[event.key]();
    } else {
      return;
    }
    event.preventDefault();
  }

  /** After an import: markers of the diagram now shown. */
  drawn() {
    const registry = this.viewer.get("elementRegistry");
    const overlays = this.viewer.get("overlays");
    for (const marker of data(this, "markers", [])) {
      const element = registry.get(marker.element);
      if (element) {
        this.mark(overlays, element, marker);
      }
    }
  }

  mark(overlays, element, { comments = 0, findings = 0, breaks = null, url = "", badge = "" }) {
    if (badge) {
      const html = make("span", { class: "diagram__badge" }, badge);
      overlays.add(element, "hub-badge", { position: { bottom: 4, left: 0 }, scale: { min: 0.5, max: 1.2 }, html });
    }
    if (breaks) {
      markBreaks(this.viewer, element, breaks, url);
    }
    if (!comments && !findings) {
      return;
    }
    const flag = (number, kind) => {
      const word = number === 1 ? t(`${kind}One`) : t(`${kind}Many`, { n: number });
      const attributes = { class: `diagram__flag diagram__flag--${kind}`, title: word };
      return url
        ? make("a", { ...attributes, href: url, "aria-label": `${word}: ${element.businessObject.name ?? t("unnamed")}` }, String(number))
        : make("span", attributes, String(number));
    };
    const flags = make("div", { class: "diagram__flags" });
    if (findings) {
      flags.append(flag(findings, "finding"));
    }
    if (comments) {
      flags.append(flag(comments, "comment"));
    }
    overlays.add(element, "hub-marker", { position: { top: -14, right: 14 }, scale: { min: 0.8, max: 1.2 }, html: flags });
  }

  fillDiagramChoice() {
    const all = diagrams(this.viewer);
    this.choice.hidden = all.length < 2;
    this.choice.replaceChildren(
      ...all.map((diagram, index) => {
        const drawn = diagram.plane?.bpmnElement;
        const name = diagram.name || drawn?.name || drawn?.participants?.find((participant) => participant.name)?.name;
        return make("option", { value: index }, name ?? t("diagramNumber", { n: index + 1 }));
      }),
    );
  }

  /** Shows another diagram of the file; as an object, since some tools give their diagrams no ids. */
  async open(diagram) {
    await this.viewer.open(diagram);
    this.choice.value = diagrams(this.viewer).indexOf(diagram);
    this.drawn();
    fit(this.viewer);
  }

  knows(id) {
    return Boolean(this.viewer?.get("elementRegistry").get(id) ?? diagramOf(this.viewer, id));
  }

  followHash() {
    const id = decodeURIComponent(location.hash.slice(1));
    if (id && this.knows(id)) {
      this.show(id);
      this.scrollIntoView({ block: "nearest" });
    }
  }

  /** Shows the element with this id in the middle and selects it. */
  async show(id) {
    const registry = this.viewer.get("elementRegistry");
    if (!registry.get(id)) {
      const diagram = diagramOf(this.viewer, id);
      if (!diagram) {
        return;
      }
      await this.open(diagram);
    }
    const element = registry.get(id);
    if (element) {
      centre(this.viewer, element);
      this.viewer.get("selection").select(element);
    }
  }

  selected(elements) {
    const ids = elements.map((element) => (element.labelTarget ?? element).id);
    for (const entry of document.querySelectorAll("[data-element]")) {
      const lit = ids.includes(entry.dataset.element);
      entry.classList.toggle("lit", lit);
      entry.closest(".steps li")?.classList.toggle("steps__item--lit", lit);
    }
    const [first] = elements;
    if (first && !first.isImplicit) {
      const object = first.businessObject;
      const name = object.name ?? "";
      this.said.textContent = t("selected", { name: name || t("unnamed") });
      this.said.classList.add("kern-sr-only");
      this.dispatchEvent(new CustomEvent("bpmn-element-selected", { bubbles: true, detail: { id: object.id, name, type: object.$type } }));
    }
  }

  toggleMinimap() {
    const map = this.viewer.get("minimap");
    map.toggle();
    this.map.setAttribute("aria-pressed", String(map.isOpen()));
  }

  async toggleFullscreen() {
    if (document.fullscreenElement === this) {
      await document.exitFullscreen();
    } else {
      await this.requestFullscreen();
    }
  }

  fullscreenChanged() {
    const on = document.fullscreenElement === this;
    this.full.setAttribute("aria-pressed", String(on));
    const word = t(on ? "fullscreenEnd" : "fullscreen");
    this.full.title = word;
    this.full.setAttribute("aria-label", word);
    requestAnimationFrame(() => fit(this.viewer));
  }
}

customElements.define("bpmn-viewer", BpmnViewer);
