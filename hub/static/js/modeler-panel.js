/**
 * The properties panel: what can be said about the selected element, in the terms of public administration.
 * Every change is one undoable step. Appending and deleting here is the way to draw without a mouse.
 */

import { make } from "./dom.js";
import { extension, setExtension } from "./hub-moddle.js";
import { german } from "./bpmn-german.js";
import { w } from "./modeler-words.js";

const english = document.documentElement.lang.startsWith("en");

/** FIM code list urn:de:xprozess:codeliste:referenzaktivitaetengruppe, version 2019-08-07. */
const RAG = [
  ["1", "1 – Information empfangen"],
  ["2", "2 – Information bereitstellen"],
  ["3", "3 – Sachverhalt formell prüfen"],
  ["4", "4 – Sachverhalt beurteilen/entscheiden ohne Spielraum"],
  ["5", "5 – Sachverhalt beurteilen/entscheiden mit Spielraum"],
  ["6", "6 – Daten zum Sachverhalt bearbeiten"],
  ["7", "7 – Beteiligung durchführen"],
  ["8", "8 – Spezielle Fachaktivität"],
];

const CHANNELS = [
  ["online", "Onlinedienst"],
  ["mailbox", "Postfach im Nutzerkonto"],
  ["interface", "Schnittstelle (zum Beispiel FIT-Connect, XÖV)"],
  ["file", "E-Akte"],
  ["email", "E-Mail"],
  ["post", "Briefpost"],
  ["fax", "Fax"],
  ["phone", "Telefon"],
  ["personal", "Persönlich vor Ort"],
  ["paper", "Papier im Haus (Akte, Umlauf)"],
];

const TIMERS = ["timeDate", "timeDuration", "timeCycle"];

const is = (element, ...types) => types.some((type) => element.businessObject?.$instanceOf?.(type));
const plain = (element) => element.labelTarget ?? element;

/** The German word for what an element is. */
export function kindOf(element) {
  const object = element.businessObject;
  const type = object.$type.replace("bpmn:", "");
  const definition = object.eventDefinitions?.[0]?.$type.replace(/bpmn:|EventDefinition/g, "");
  const spaced = (word) => word.replace(/([a-z])([A-Z])/g, (_pair, end, start) => `${end} ${start.toLowerCase()}`);
  const base = spaced(type).replace("Sub process", "Sub-process").replace("Event based", "Event-based");
  const name = definition ? `${definition} ${base.toLowerCase()}` : base;
  if (english) {
    return name;
  }
  const others = {
    Process: "Prozess", Collaboration: "Zusammenarbeit", Participant: "Beteiligte Stelle (Pool)", Lane: "Bahn", "Message flow": "Nachrichtenfluss",
    "Text annotation": "Anmerkung", Association: "Zuordnung", Group: "Gruppe", "Intermediate catch event": "Eintretendes Zwischenereignis",
    "Data input association": "Dateneingabe", "Data output association": "Datenausgabe", "Ad hoc sub-process": "Ad-hoc-Teilprozess",
  };
  return german[name] ?? others[name] ?? german[base] ?? others[base] ?? base;
}

/** What people call an element: its name, for a nameless flow the steps it joins, else its id. */
function titleOf(element) {
  const { name, text, id } = element.businessObject;
  if (!name && element.source && element.target) {
    return `${titleOf(element.source)} → ${titleOf(element.target)}`;
  }
  return name || text || id;
}

export class Panel {
  /** @param {any} modeler a bpmn-js modeler, already constructed @param {HTMLElement} host where the panel is put */
  constructor(modeler, host) {
    this.modeler = modeler;
    this.host = host;
    this.number = 0;
    const bus = modeler.get("eventBus");
    bus.on(["selection.changed", "import.done", "root.set"], () => this.draw());
    bus.on("elements.changed", ({ elements }) => {
      // What was just typed here must keep its cursor.
      if (!this.writing && elements.some((element) => plain(element) === this.element)) {
        this.draw();
      }
    });
    bus.on(["shape.added", "shape.removed", "connection.added", "connection.removed"], () => this.offer());
  }

  get(name) {
    return this.modeler.get(name);
  }

  draw() {
    const selected = this.get("selection").get().map(plain);
    const different = [...new Set(selected)];
    const root = this.get("canvas").getRootElement();
    this.element = different[0] ?? root;
    this.chooser = make("select", { class: "properties__input", onchange: () => this.go(this.chooser.value) });
    const parts = [this.labelled(w("choose"), this.chooser)];
    if (different.length > 1) {
      parts.push(make("p", {}, w("several", { n: different.length })));
    } else if (this.element && !this.element.isImplicit) {
      parts.push(...this.groups(this.element));
    }
    this.host.replaceChildren(...parts);
    this.offer();
  }

  /** Fills the list of all elements; waits for a quiet moment because an import adds many. */
  offer() {
    clearTimeout(this.offering);
    this.offering = setTimeout(() => {
      const elements = this.get("elementRegistry").filter(
        (element) => element.parent && element.type !== "label" && is(element, "bpmn:FlowNode", "bpmn:Participant", "bpmn:Lane", "bpmn:SequenceFlow", "bpmn:MessageFlow", "bpmn:DataObjectReference", "bpmn:DataStoreReference", "bpmn:TextAnnotation"),
      );
      const text = (element) => `${titleOf(element)} – ${kindOf(element)}`;
      const options = elements
        .map((element) => [element.id, text(element)])
        .sort((one, other) => one[1].localeCompare(other[1], document.documentElement.lang));
      this.chooser.replaceChildren(
        make("option", { value: "" }, w("whole")),
        ...options.map(([id, name]) => make("option", { value: id }, name)),
      );
      this.chooser.value = this.get("selection").get().length ? (this.element?.id ?? "") : "";
    }, 60);
  }

  go(id) {
    const element = this.get("elementRegistry").get(id);
    this.get("selection").select(element ?? null);
    if (element) {
      this.get("canvas").setRootElement(this.get("canvas").findRoot(element));
      this.get("canvas").scrollToElement(element, 80);
    }
    this.host.querySelector("select").focus();
  }

  groups(element) {
    const object = element.businessObject;
    const parts = [];
    const general = [];
    if (is(element, "bpmn:TextAnnotation")) {
      general.push(this.text(w("name"), object.text ?? "", (text) => this.get("modeling").updateProperties(element, { text }), { rows: 3 }));
    } else if (!is(element, "bpmn:Collaboration", "bpmn:Association", "bpmn:Group")) {
      general.push(this.text(w("name"), object.name ?? "", (name) => this.rename(element, name), { rows: 2, max: 1000 }));
    }
    general.push(this.text(w("documentation"), object.documentation?.[0]?.text ?? "", (text) => this.document(element, text), { rows: 4, hint: w("documentationHint") }));
    general.push(this.type(element));
    if (is(element, "bpmn:FlowNode")) {
      general.push(this.fact(w("lane"), this.laneOf(object) || w("noLane")));
    }
    general.push(this.fact(w("id"), object.id));
    parts.push(this.group(w("general"), general));

    const administration = this.administration(element);
    if (administration.length) {
      parts.push(this.group(w("administration"), administration));
    }
    if (is(element, "bpmn:SequenceFlow")) {
      parts.push(this.group(w("flow"), this.flow(element)));
    }
    const timer = object.eventDefinitions?.find((definition) => definition.$type === "bpmn:TimerEventDefinition");
    if (timer) {
      parts.push(this.group(w("timerEvent"), this.timer(element, timer)));
    }
    if (is(element, "bpmn:FlowNode")) {
      parts.push(this.appending(element));
    }
    return parts;
  }

  administration(element) {
    const object = element.businessObject;
    const save = (kind) => (value) => setExtension(this.modeler, element, kind, value.trim());
    const rag = () => this.select(w("rag"), RAG, extension(object, "rag"), save("rag"));
    const system = () => this.text(w("system"), extension(object, "system"), save("system"), { hint: w("systemHint") });
    const channel = () => this.select(w("channel"), CHANNELS, extension(object, "channel"), save("channel"));
    const legal = () => this.text(w("legalBasis"), extension(object, "legalBasis"), save("legalBasis"), { hint: w("legalBasisHint"), rows: 2 });
    if (is(element, "bpmn:Activity")) {
      return [rag(), system(), channel(), legal()];
    }
    if (is(element, "bpmn:MessageFlow", "bpmn:Event")) {
      return [channel(), legal()];
    }
    if (is(element, "bpmn:Gateway", "bpmn:Process")) {
      return [legal()];
    }
    return is(element, "bpmn:DataStoreReference", "bpmn:DataObjectReference", "bpmn:Participant") ? [system()] : [];
  }

  flow(element) {
    const object = element.businessObject;
    const source = object.sourceRef;
    const branching = source?.$instanceOf?.("bpmn:ExclusiveGateway") || source?.$instanceOf?.("bpmn:InclusiveGateway") || source?.$instanceOf?.("bpmn:Activity");
    const parts = [
      this.text(w("condition"), object.conditionExpression?.body ?? "", (body) => {
        const conditionExpression = body.trim() ? this.get("moddle").create("bpmn:FormalExpression", { body }) : undefined;
        this.get("modeling").updateProperties(element, { conditionExpression });
      }, { hint: w("conditionHint"), rows: 2 }),
    ];
    if (branching) {
      const box = make("input", {
        type: "checkbox",
        class: "properties__box",
        onchange: () => this.write(() => this.get("modeling").updateProperties(element.source, { default: box.checked ? object : undefined })),
      });
      box.checked = source.default === object;
      parts.push(make("label", { class: "properties__check" }, box, w("standard")));
    }
    return parts;
  }

  timer(element, timer) {
    const kind = TIMERS.find((name) => timer[name]) ?? "timeDuration";
    const save = (name, body) => {
      const values = Object.fromEntries(TIMERS.map((each) => [each, undefined]));
      if (body.trim()) {
        values[name] = this.get("moddle").create("bpmn:FormalExpression", { body: body.trim() });
        values[name].$parent = timer;
      }
      this.get("modeling").updateModdleProperties(element, timer, values);
    };
    const choice = this.select(w("timerKind"), TIMERS.map((name) => [name, w(name)]), kind, (name) => save(name, timer[kind]?.body ?? ""), false);
    return [choice, this.text(w("timer"), timer[kind]?.body ?? "", (body) => save(choice.querySelector("select").value, body), { hint: w("timerHint") })];
  }

  appending(element) {
    const buttons = [];
    const put = (type, word) => this.button(word, () => this.append(element, type));
    if (!is(element, "bpmn:EndEvent")) {
      buttons.push(put("bpmn:Task", w("appendTask")), put("bpmn:ExclusiveGateway", w("appendGateway")), put("bpmn:EndEvent", w("appendEnd")));
    }
    const remove = this.button(w("remove"), () => {
      this.get("modeling").removeElements([element]);
      this.get("selection").select(null);
    });
    return this.group(w("append"), [make("div", { class: "properties__buttons" }, ...buttons, remove)]);
  }

  append(source, type) {
    const shape = this.get("elementFactory").createShape({ type });
    const added = this.get("autoPlace").append(source, shape);
    this.get("selection").select(added);
    this.get("canvas").scrollToElement(added, 80);
    this.host.querySelector("textarea")?.focus();
  }

  type(element) {
    const parts = [make("span", { class: "properties__value" }, kindOf(element))];
    if (is(element, "bpmn:FlowNode", "bpmn:SequenceFlow", "bpmn:Participant")) {
      parts.push(
        this.button(w("changeType"), (event) => {
          const spot = event.currentTarget.getBoundingClientRect();
          const paper = this.get("canvas").getContainer().getBoundingClientRect();
          const x = Math.max(8, Math.min(spot.left, paper.right - 320) - paper.left);
          this.get("popupMenu").open(element, "bpmn-replace", { x: x + paper.left, y: spot.bottom, cursor: { x: x + paper.left, y: spot.bottom } }, { title: this.get("translate")("Change element"), width: 300, search: true });
        }),
      );
    }
    return make("div", { class: "properties__row" }, make("span", { class: "properties__label" }, w("type")), make("div", { class: "properties__type" }, ...parts));
  }

  laneOf(node) {
    const sets = node.$parent?.laneSets ?? [];
    const within = (lanes) => {
      for (const lane of lanes ?? []) {
        const inner = within(lane.childLaneSet?.lanes);
        if (inner || lane.flowNodeRef?.includes(node)) {
          return inner ?? lane;
        }
      }
      return null;
    };
    return within(sets.flatMap((set) => set.lanes ?? []))?.name ?? "";
  }

  rename(element, name) {
    this.get("modeling").updateLabel(element, name);
  }

  document(element, text) {
    const rest = (element.businessObject.documentation ?? []).slice(1);
    const first = text.trim() ? [this.get("moddle").create("bpmn:Documentation", { text })] : [];
    this.get("modeling").updateProperties(element, { documentation: [...first, ...rest] });
  }

  write(act) {
    this.writing = true;
    try {
      act();
    } finally {
      this.writing = false;
    }
  }

  group(title, parts) {
    this.number += 1;
    const id = `properties-${this.number}`;
    return make("section", { class: "properties__group", "aria-labelledby": id }, make("h2", { class: "properties__title", id }, title), ...parts);
  }

  labelled(word, input, hint = "") {
    this.number += 1;
    input.id = `property-${this.number}`;
    const parts = [make("label", { class: "properties__label", for: input.id }, word), input];
    if (hint) {
      input.setAttribute("aria-describedby", `${input.id}-hint`);
      parts.push(make("p", { class: "properties__hint", id: `${input.id}-hint` }, hint));
    }
    return make("div", { class: "properties__row" }, ...parts);
  }

  text(word, value, save, { rows = 1, hint = "", max = 4000 } = {}) {
    const input = make(rows > 1 ? "textarea" : "input", { class: "properties__input", rows: rows > 1 ? rows : null, maxlength: max });
    input.value = value;
    // A name is one step of undo, not one for each letter.
    input.addEventListener("change", () => this.write(() => save(input.value)));
    return this.labelled(word, input, hint);
  }

  select(word, choices, value, save, empty = true) {
    const input = make("select", { class: "properties__input", onchange: () => this.write(() => save(input.value)) });
    const known = choices.some(([key]) => key === value) || !value ? choices : [...choices, [value, value]];
    input.append(...(empty ? [make("option", { value: "" }, w("none"))] : []), ...known.map(([key, name]) => make("option", { value: key }, name)));
    input.value = value;
    return this.labelled(word, input);
  }

  fact(word, value) {
    return make("div", { class: "properties__row" }, make("span", { class: "properties__label" }, word), make("span", { class: "properties__value" }, value));
  }

  button(word, action) {
    return make("button", { type: "button", class: "properties__button", onclick: action }, word);
  }
}
