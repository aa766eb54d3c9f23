/**
 * `<bpmn-modeler src entry base base-field account login>` inside a form: draw the model in the browser.
 *
 * On sending, the hidden fields `before` (what the modeler itself exports right after opening) and `after`
 * (what it exports now) are filled: from the two the server learns what the person changed and puts only
 * that onto the original file. An unsaved drawing is kept in this browser under `account`, `entry` and `base`.
 */

import { make } from "./dom.js";
import { iconsWithoutStyles } from "./bpmn-icons.js";
import { fetchModel, fit, loadModeler, minimap, settings } from "./bpmn-library.js";
import { tool, group } from "./diagram-bar.js";
import { descriptor } from "./hub-moddle.js";
import { forget, keep, latest } from "./modeler-drafts.js";
import { send } from "./modeler-form.js";
import { helpDialog } from "./modeler-help.js";
import { Panel } from "./modeler-panel.js";
import { t } from "./i18n.js";
import { w } from "./modeler-words.js";

const PAUSE = 800;

/** Light grounds with dark lines; every pair has a contrast of at least 4.5 : 1 against each other and against black text. */
const COLOURS = [
  ["", "Ohne Farbe", "No colour", null, null],
  ["blue", "Blau", "Blue", "#dbe7ff", "#1d4392"],
  ["green", "Grün", "Green", "#d9f2dc", "#1d5e2a"],
  ["yellow", "Gelb", "Yellow", "#fff1c2", "#6b4a00"],
  ["red", "Rot", "Red", "#ffe0db", "#941a10"],
  ["violet", "Violett", "Violet", "#eee0fb", "#5e2590"],
  ["grey", "Grau", "Grey", "#e8eaf0", "#3d4359"],
];

class BpmnModeler extends HTMLElement {
  async connectedCallback() {
    if (this.modeler || this.said) {
      return;
    }
    this.form = this.closest("form");
    this.fallback = [...this.children];
    this.said = make("p", { class: "modeler__said", role: "status" }, w("loading"));
    this.notices = make("div", { class: "modeler__notices", "aria-live": "polite" });
    this.append(this.notices, this.said);
    try {
      const [Modeler, xml] = await Promise.all([loadModeler(), fetchModel(this.getAttribute("src"))]);
      await this.start(Modeler, xml);
    } catch (error) {
      this.notice(/no diagram to display/.test(error.message) ? t("noDiagram") : w("loadFailed"), "danger");
      this.said.textContent = "";
      this.setAttribute("data-state", "failed");
    }
  }

  disconnectedCallback() {
    this.stop?.abort();
    this.modeler?.destroy();
    this.modeler = null;
  }

  async start(Modeler, xml) {
    this.stop = new AbortController();
    this.fallback.forEach((child) => (child.hidden = true));
    this.paper = make("div", { class: "diagram__paper modeler__paper" });
    this.side = make("div", { class: "properties", role: "region", "aria-label": w("panel") });
    this.help = helpDialog();
    this.bar = this.makeBar();
    this.prepend(this.bar, make("div", { class: "modeler__desk" }, this.paper, this.side));
    this.append(this.help);
    this.modeler = new Modeler({
      ...settings,
      container: this.paper,
      additionalModules: [...settings.additionalModules, minimap(), iconsWithoutStyles],
      moddleExtensions: { hub: descriptor },
    });
    new Panel(this.modeler, this.side);
    const { warnings } = await this.modeler.importXML(xml);
    this.before = await this.exported();
    this.base = this.getAttribute("base") ?? "";
    this.fit();
    this.listen();
    if (warnings.length) {
      this.notice(warnings.length === 1 ? w("warningOne") : w("warningMany", { n: warnings.length }), "info");
    }
    this.said.textContent = "";
    this.setAttribute("data-state", "ready");
    await this.offerDrawing();
    this.dispatchEvent(new CustomEvent("bpmn-ready", { bubbles: true }));
  }

  /** Whose unsaved drawings are kept and offered here. */
  get owner() {
    return this.getAttribute("account") ?? "";
  }

  get(name) {
    return this.modeler.get(name);
  }

  fit() {
    const palette = this.paper.querySelector(".djs-palette");
    fit(this.modeler, palette ? palette.offsetWidth : 0);
  }

  async exported() {
    return (await this.modeler.saveXML({ format: true })).xml;
  }

  makeBar() {
    const english = document.documentElement.lang.startsWith("en");
    this.undo = tool("undo", w("undo"), () => this.get("commandStack").undo(), { disabled: true });
    this.redo = tool("redo", w("redo"), () => this.get("commandStack").redo(), { disabled: true });
    this.map = tool("minimap", t("minimap"), () => this.toggle(this.map, this.get("minimap")), { "aria-pressed": "false" });
    const panel = tool("panel", w("panel"), () => {
      this.side.hidden = !this.side.hidden;
      panel.setAttribute("aria-pressed", String(!this.side.hidden));
      requestAnimationFrame(() => this.get("canvas").resized());
    }, { text: true, "aria-pressed": "true" });
    const colour = make(
      "select",
      { class: "diagram__choice modeler__colour", "aria-label": w("colour"), onchange: () => this.paint(colour) },
      make("option", { value: "choose" }, w("colour")),
      ...COLOURS.map(([key, german, other]) => make("option", { value: key }, english ? other : german)),
    );
    return make(
      "div",
      { class: "diagram__bar modeler__bar", role: "group", "aria-label": w("modeler") },
      group(w("edit"), this.undo, this.redo, tool("search", w("search"), () => this.get("searchPad").toggle())),
      group(
        w("arrange"),
        tool("align", w("align"), (event) => this.align(event)),
        tool("horizontal", w("horizontal"), () => this.distribute("horizontal")),
        tool("vertical", w("vertical"), () => this.distribute("vertical")),
        colour,
      ),
      group(
        w("view"),
        tool("zoomOut", t("zoomOut"), () => this.get("zoomScroll").stepZoom(-1)),
        tool("zoomIn", t("zoomIn"), () => this.get("zoomScroll").stepZoom(1)),
        tool("fit", t("fit"), () => this.fit()),
        this.map,
        ...(document.fullscreenEnabled ? [tool("fullscreen", t("fullscreen"), () => this.toggleFullscreen())] : []),
      ),
      group(w("help"), tool("help", w("help"), () => this.help.showModal()), panel),
    );
  }

  toggle(button, part) {
    part.toggle();
    button.setAttribute("aria-pressed", String(part.isOpen()));
  }

  async toggleFullscreen() {
    await (document.fullscreenElement ? document.exitFullscreen() : this.requestFullscreen());
    requestAnimationFrame(() => this.fit());
  }

  align(event) {
    const chosen = this.get("selection").get();
    if (chosen.length < 2) {
      this.say(w("alignNeedsTwo"));
      return;
    }
    const spot = event.currentTarget.getBoundingClientRect();
    this.get("popupMenu").open(chosen, "align-elements", { x: spot.left, y: spot.bottom + 4 }, { title: this.get("translate")("Align elements") });
  }

  distribute(axis) {
    const chosen = this.get("selection").get();
    if (chosen.length < 3) {
      this.say(w("alignNeedsTwo"));
      return;
    }
    this.get("distributeElements").trigger(chosen, axis);
  }

  paint(select) {
    const chosen = this.get("selection").get();
    const [, , , fill, stroke] = COLOURS.find(([key]) => key === select.value) ?? [];
    select.value = "choose";
    if (!chosen.length) {
      this.say(w("colourNeedsOne"));
    } else {
      this.get("modeling").setColor(chosen, fill ? { fill, stroke } : {});
    }
  }

  listen() {
    const { signal } = this.stop;
    const stack = this.get("commandStack");
    this.get("eventBus").on("commandStack.changed", () => {
      this.undo.disabled = !stack.canUndo();
      this.redo.disabled = !stack.canRedo();
      this.dirty = true;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.keepDrawing(), PAUSE);
    });
    const drawing = this.paper.querySelector(".djs-container > svg");
    drawing.setAttribute("role", "application");
    drawing.setAttribute("aria-label", this.getAttribute("label") ?? w("modeler"));
    drawing.addEventListener("keydown", (event) => {
      if (event.key === "?") {
        this.help.showModal();
      }
    });
    // Enter in the search pad or in a direct edit is not meant for the form around.
    this.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target.matches("input")) {
        event.preventDefault();
      }
    });
    addEventListener("beforeunload", (event) => this.dirty && event.preventDefault(), { signal });
    document.addEventListener("visibilitychange", () => document.hidden && this.dirty && this.keepDrawing(), { signal });
    this.form?.addEventListener("submit", (event) => this.submit(event), { signal });
    new ResizeObserver(() => this.modeler && this.get("canvas").resized()).observe(this.paper);
  }

  say(text) {
    this.said.textContent = text;
  }

  /** Puts a message above the drawing; actions are [word, function] or [word, address]. */
  notice(text, tone = "info", actions = []) {
    const box = make("div", { class: `modeler__notice modeler__notice--${tone}`, role: tone === "danger" ? "alert" : null }, make("p", {}, text));
    const row = make("p", { class: "cluster" });
    for (const [word, act] of actions) {
      const label = make("span", { class: "kern-label" }, word);
      const look = "kern-btn kern-btn--secondary button--small";
      row.append(
        typeof act === "string"
          ? make("a", { class: look, href: act, target: "_blank", rel: "noopener" }, label)
          : make("button", { type: "button", class: look, onclick: () => act(box) }, label),
      );
    }
    if (actions.length) {
      box.append(row);
    }
    this.notices.append(box);
    return box;
  }

  async keepDrawing() {
    if (!this.hasAttribute("entry") || !this.modeler) {
      return;
    }
    try {
      const at = new Date();
      await keep({ owner: this.owner, entry: this.getAttribute("entry"), base: this.base, before: this.before, after: await this.exported(), at: at.toISOString() });
      this.say(w("kept", { at: at.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" }) }));
    } catch {
      this.say(w("notKept"));
    }
  }

  async offerDrawing() {
    const found = this.hasAttribute("entry") ? await latest(this.owner, this.getAttribute("entry")).catch(() => undefined) : undefined;
    if (!found || found.after === found.before) {
      return;
    }
    const at = new Date(found.at).toLocaleString(document.documentElement.lang, { dateStyle: "long", timeStyle: "short" });
    this.notice(w(found.base === this.base ? "unsaved" : "unsavedOlder", { at }), "warning", [
      [w("restore"), (box) => this.restore(found, box)],
      [w("discard"), async (box) => { await forget(found.owner, found.entry, found.base); box.remove(); }],
    ]);
  }

  async restore(found, box) {
    try {
      await this.modeler.importXML(found.after);
    } catch {
      this.notice(w("restoreFailed"), "danger");
      return;
    }
    // It goes on from the version it was begun with, so that the server merges what came in between.
    this.before = found.before;
    this.base = found.base;
    const field = this.form?.elements.namedItem(this.getAttribute("base-field") ?? "parent");
    if (field) {
      field.value = found.base;
    }
    this.dirty = true;
    this.fit();
    box.remove();
    this.say(w("restored"));
  }

  field(name) {
    let field = this.form.querySelector(`input[type=hidden][name="${name}"]`);
    if (!field) {
      field = make("input", { type: "hidden", name });
      this.form.append(field);
    }
    return field;
  }

  async submit(event) {
    event?.preventDefault();
    if (this.sending) {
      return;
    }
    this.sending = true;
    const buttons = [...this.form.querySelectorAll("[type=submit]")];
    buttons.forEach((button) => button.setAttribute("aria-disabled", "true"));
    this.say(w("sending"));
    try {
      this.field("before").value = this.before;
      this.field("after").value = await this.exported();
      await this.keepDrawing();
      this.say("");
      this.answered(await send(this.form, this.getAttribute("login") ?? "/login"));
    } finally {
      this.sending = false;
      buttons.forEach((button) => button.removeAttribute("aria-disabled"));
    }
  }

  async answered({ kind, url, message, status }) {
    this.notices.replaceChildren();
    const again = [w("again"), () => this.form.requestSubmit()];
    if (kind === "sent") {
      this.dirty = false;
      clearTimeout(this.timer);
      await forget(this.owner, this.getAttribute("entry") ?? "", this.base).catch(() => {});
      location.assign(url);
    } else if (kind === "expired") {
      this.notice(w("expired"), "danger", [[w("signIn"), this.getAttribute("login") ?? "/login"], again]);
    } else if (kind === "offline") {
      this.notice(w("offline"), "danger", [again]);
    } else {
      this.notice(message || w("refused", { status }), "danger", url ? [[w("showConflict"), url]] : []);
    }
    this.notices.scrollIntoView({ block: "nearest" });
  }
}

customElements.define("bpmn-modeler", BpmnModeler);
