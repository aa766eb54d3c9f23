// Edits a person makes, carried out in a real bpmn-js modeler. Each takes the modeler and a function that picks one of a
// list, and returns what it did; it throws where the model has nothing to do it on.
const all = (m) => m.get("elementRegistry").getAll().filter((e) => e.type !== "label" && !e.labelTarget);
const nodes = (m) => all(m).filter((e) => /Task$|Event$|Gateway$|CallActivity$/.test(e.type) && e.width);
const flows = (m) => all(m).filter((e) => e.type === "bpmn:SequenceFlow");
const tasks = (m) => nodes(m).filter((e) => /Task$/.test(e.type));
const catching = (m) => nodes(m).filter((e) => /(Start|IntermediateCatch)Event$/.test(e.type));
const others = (m, e, not) => nodes(m).filter((n) => n.parent === e.parent && !not.includes(n) && !/StartEvent|Boundary/.test(n.type));
const inside = (e, lane) => e.y + e.height / 2 > lane.y && e.y + e.height / 2 < lane.y + lane.height;
const edit = (m) => m.get("modeling");

const edits = {
  rename(m, pick) { edit(m).updateLabel(pick(nodes(m)), "Umbenannt im Browser"); },
  move(m, pick) { edit(m).moveElements([pick(nodes(m))], { x: 20, y: 10 }); },
  append(m, pick) {
    const e = pick(nodes(m).filter((n) => !/EndEvent/.test(n.type)));
    const made = m.get("elementFactory").createShape({ type: "bpmn:UserTask" });
    edit(m).appendShape(e, made, { x: e.x + e.width + 120, y: e.y + e.height / 2 }, e.parent);
    edit(m).updateLabel(made, "Neu im Browser");
  },
  remove(m, pick) { edit(m).removeElements([pick(nodes(m))]); },
  removeFlow(m, pick) { edit(m).removeElements([pick(flows(m))]); },
  replace(m, pick) {
    const e = pick(tasks(m));
    m.get("bpmnReplace").replaceElement(e, { type: e.type === "bpmn:ManualTask" ? "bpmn:UserTask" : "bpmn:ManualTask" });
  },
  toSub(m, pick) { m.get("bpmnReplace").replaceElement(pick(tasks(m)), { type: "bpmn:SubProcess", isExpanded: false }); },
  timer(m, pick) {
    const e = pick(catching(m));
    m.get("bpmnReplace").replaceElement(e, { type: e.type, eventDefinitionType: "bpmn:TimerEventDefinition" });
  },
  message(m, pick) {
    const e = pick(catching(m)), definitions = m.getDefinitions();
    const made = m.get("bpmnReplace").replaceElement(e, { type: e.type, eventDefinitionType: "bpmn:MessageEventDefinition" });
    const message = m.get("bpmnFactory").create("bpmn:Message", { name: "Nachricht neu" });
    message.$parent = definitions;
    edit(m).updateModdleProperties(made, definitions, { rootElements: [...definitions.rootElements, message] });
    edit(m).updateModdleProperties(made, made.businessObject.eventDefinitions[0], { messageRef: message });
  },
  document(m, pick) {
    const text = m.get("bpmnFactory").create("bpmn:Documentation", { text: "Beschreibung aus dem Browser" });
    edit(m).updateProperties(pick(nodes(m)), { documentation: [text] });
  },
  condition(m, pick) {
    const made = m.get("bpmnFactory").create("bpmn:FormalExpression", { body: "${neu}" });
    edit(m).updateProperties(pick(flows(m)), { conditionExpression: made });
  },
  colour(m, pick) { edit(m).setColor([pick(nodes(m))], { fill: "#BBDEFB", stroke: "#0D4372" }); },
  connect(m, pick) {
    const e = pick(nodes(m).filter((n) => !/EndEvent/.test(n.type)));
    edit(m).connect(e, pick(others(m, e, [e])));
  },
  reconnect(m, pick) {
    const f = pick(flows(m)), e = pick(others(m, f.target, [f.source, f.target]));
    edit(m).reconnectEnd(f, e, { x: e.x + e.width / 2, y: e.y + e.height / 2 });
  },
  annotate(m, pick) {
    const e = pick(nodes(m)), made = m.get("elementFactory").createShape({ type: "bpmn:TextAnnotation" });
    edit(m).appendShape(e, made, { x: e.x + 50, y: e.y - 80 }, e.parent);
    edit(m).updateLabel(made, "Hinweis neu");
  },
  newId(m, pick) { edit(m).updateProperties(pick(nodes(m)), { id: "Neue_Kennung_1" }); },
  lane(m, pick) {
    const lanes = all(m).filter((e) => e.type === "bpmn:Lane");
    const e = pick(nodes(m).filter((n) => lanes.some((l) => inside(n, l)) && lanes.some((l) => !inside(n, l))));
    const lane = pick(lanes.filter((l) => !inside(e, l)));
    edit(m).moveElements([e], { x: 0, y: Math.round(lane.y + lane.height / 2 - e.y - e.height / 2) }, e.parent);
  },
  waypoints(m, pick) {
    const f = pick(flows(m)), [a, b] = [f.waypoints[0], f.waypoints[f.waypoints.length - 1]];
    edit(m).updateWaypoints(f, [a, { x: (a.x + b.x) / 2, y: a.y - 60 }, b]);
  },
  resize(m, pick) {
    const e = pick(tasks(m));
    edit(m).resizeShape(e, { x: e.x, y: e.y, width: e.width + 30, height: e.height + 20 });
  },
  several(m, pick) { for (const name of ["rename", "append", "document", "move"]) edits[name](m, pick); },
};

// Opens a model, makes one edit (none for an empty name) and returns what bpmn-js saves, or why it could not.
window.saved = async (xml, name, seed) => {
  const container = document.body.appendChild(document.createElement("div"));
  container.style.cssText = "width: 800px; height: 600px";
  const modeler = new BpmnJS({ container });
  let state = seed;
  const pick = (list) => {
    if (!list.length) throw new Error("nothing to edit");
    state = (state * 1664525 + 1013904223) % 4294967296;
    return list[Math.floor((state / 4294967296) * list.length)];
  };
  try {
    await modeler.importXML(xml);
    if (name) edits[name](modeler, pick);
    return { xml: (await modeler.saveXML({ format: true })).xml };
  } catch (error) {
    return { error: String(error.message || error) };
  } finally {
    modeler.destroy();
    container.remove();
  }
};
window.editNames = Object.keys(edits);
