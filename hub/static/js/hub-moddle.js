/**
 * What the hub adds to BPMN, as extension elements in its own namespace: the reference activity group
 * (FIM code list „Referenzaktivitätengruppe“, 1–8), IT system, channel and legal basis of a step.
 */

export const descriptor = {
  name: "Hub",
  uri: "urn:ikz-prozesshub:bpmn:1",
  prefix: "hub",
  xml: { tagAlias: "lowerCase" },
  associations: [],
  types: [
    { name: "Rag", superClass: ["Element"], properties: [{ name: "code", isAttr: true, type: "String" }] },
    { name: "System", superClass: ["Element"], properties: [{ name: "name", isAttr: true, type: "String" }] },
    { name: "Channel", superClass: ["Element"], properties: [{ name: "kind", isAttr: true, type: "String" }] },
    { name: "LegalBasis", superClass: ["Element"], properties: [{ name: "text", isAttr: true, type: "String" }] },
  ],
};

/** Which attribute of which element holds a value. */
const places = {
  rag: ["hub:Rag", "code"],
  system: ["hub:System", "name"],
  channel: ["hub:Channel", "kind"],
  legalBasis: ["hub:LegalBasis", "text"],
};

const find = (object, kind) => object.extensionElements?.values?.find((value) => value.$type === places[kind][0]);

/** Returns the value of `kind` (rag, system, channel, legalBasis) at a BPMN element, or "". */
export function extension(object, kind) {
  return find(object, kind)?.[places[kind][1]] ?? "";
}

/** Sets or, with "", removes the value as one undoable step; other extensions stay. */
export function setExtension(modeler, element, kind, value) {
  const [type, attribute] = places[kind];
  const object = element.businessObject;
  const modeling = modeler.get("modeling");
  const moddle = modeler.get("moddle");
  const found = find(object, kind);
  if (found && value) {
    modeling.updateModdleProperties(element, found, { [attribute]: value });
    return;
  }
  const others = (object.extensionElements?.values ?? []).filter((entry) => entry !== found);
  const values = value ? [...others, moddle.create(type, { [attribute]: value })] : others;
  if (!values.length) {
    modeling.updateProperties(element, { extensionElements: undefined });
    return;
  }
  const extensions = moddle.create("bpmn:ExtensionElements", { values });
  values.forEach((entry) => (entry.$parent = extensions));
  extensions.$parent = object;
  modeling.updateProperties(element, { extensionElements: extensions });
}
