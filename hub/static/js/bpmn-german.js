/**
 * Every word bpmn-js 18 and its minimap show, in the German terms of public administration.
 * tests/browser/test_components_modeler.py asserts that none is missing.
 */

const event = (kind) => ({
  [`${kind[0]} start event`]: `Startereignis: ${kind[1]}`,
  [`${kind[0]} start event (non-interrupting)`]: `Startereignis: ${kind[1]} (nicht unterbrechend)`,
  [`${kind[0]} intermediate catch event`]: `Eintretendes Zwischenereignis: ${kind[1]}`,
  [`${kind[0]} intermediate throw event`]: `Auslösendes Zwischenereignis: ${kind[1]}`,
  [`${kind[0]} boundary event`]: `Angeheftetes Ereignis: ${kind[1]}`,
  [`${kind[0]} boundary event (non-interrupting)`]: `Angeheftetes Ereignis: ${kind[1]} (nicht unterbrechend)`,
  [`${kind[0]} end event`]: `Endereignis: ${kind[1]}`,
  [`Append ${kind[0].toLowerCase()} intermediate catch event`]: `Eintretendes Zwischenereignis anhängen: ${kind[1]}`,
});

const kinds = [
  ["Message", "Nachricht"],
  ["Timer", "Zeit"],
  ["Conditional", "Bedingung"],
  ["Signal", "Signal"],
  ["Error", "Fehler"],
  ["Escalation", "Eskalation"],
  ["Compensation", "Kompensation"],
  ["Link", "Link"],
  ["Cancel", "Abbruch"],
  ["Terminate", "Prozess sofort beenden"],
];

export const german = {
  ...Object.assign({}, ...kinds.map(event)),

  "Activate create/remove space tool": "Platz schaffen oder entfernen",
  "Activate global connect tool": "Verbindungen ziehen",
  "Activate hand tool": "Zeichenfläche verschieben",
  "Activate lasso tool": "Mehrere auswählen (Rahmen aufziehen)",
  "Ad-hoc sub-process": "Ad-hoc-Teilprozess",
  "Ad-hoc sub-process (collapsed)": "Ad-hoc-Teilprozess (zugeklappt)",
  "Ad-hoc sub-process (expanded)": "Ad-hoc-Teilprozess (aufgeklappt)",
  "Add lane above": "Bahn darüber einfügen",
  "Add lane below": "Bahn darunter einfügen",
  "Add lane left": "Bahn links einfügen",
  "Add lane right": "Bahn rechts einfügen",
  "Add text annotation": "Anmerkung hinzufügen",
  "Align elements": "Elemente ausrichten",
  "Align elements ": "Elemente ausrichten: ",
  "Align elements bottom": "Unten ausrichten",
  "Align elements center": "Waagerecht zentrieren",
  "Align elements left": "Links ausrichten",
  "Align elements middle": "Senkrecht zentrieren",
  "Align elements right": "Rechts ausrichten",
  "Align elements top": "Oben ausrichten",
  "Append compensation activity": "Kompensationsaktivität anhängen",
  "Append conditional intermediate catch event": "Eintretendes Zwischenereignis anhängen: Bedingung",
  "Append end event": "Endereignis anhängen",
  "Append gateway": "Verzweigung anhängen",
  "Append intermediate/boundary event": "Zwischenereignis anhängen",
  "Append receive task": "Empfangsaufgabe anhängen",
  "Append task": "Aufgabe anhängen",
  "Append text annotation": "Anmerkung anhängen",
  Back: "Zurück",
  "Boundary event": "Angeheftetes Ereignis",
  "Business rule task": "Geschäftsregelaufgabe",
  "Call activity": "Aufruf eines anderen Prozesses",
  "Change element": "Art ändern",
  "Change type": "Art ändern",
  "Close minimap": "Übersichtskarte schließen",
  Collection: "Sammlung",
  "Complex gateway": "Komplexe Verzweigung",
  "Conditional flow": "Bedingter Fluss",
  "Connect to other element": "Mit einem anderen Element verbinden",
  "Connect using association": "Mit einer Zuordnung verbinden",
  "Connect using data input association": "Als Dateneingabe verbinden",
  "Connect using sequence/message flow or association": "Mit Sequenzfluss, Nachrichtenfluss oder Zuordnung verbinden",
  "Create data object reference": "Datenobjekt anlegen",
  "Create data store reference": "Datenspeicher anlegen",
  "Create end event": "Endereignis anlegen",
  "Create expanded sub-process": "Aufgeklappten Teilprozess anlegen",
  "Create gateway": "Verzweigung anlegen",
  "Create group": "Gruppe anlegen",
  "Create intermediate/boundary event": "Zwischenereignis anlegen",
  "Create pool/participant": "Beteiligte Stelle (Pool) anlegen",
  "Create start event": "Startereignis anlegen",
  "Create task": "Aufgabe anlegen",
  "Data object must be placed within a pool/participant.": "Ein Datenobjekt muss innerhalb eines Pools liegen.",
  "Data object reference": "Datenobjekt",
  "Data store reference": "Datenspeicher",
  "Default flow": "Standardfluss",
  Delete: "Löschen",
  "Distribute elements horizontally": "Waagerecht gleichmäßig verteilen",
  "Distribute elements vertically": "Senkrecht gleichmäßig verteilen",
  "Divide into three lanes": "In drei Bahnen teilen",
  "Divide into two lanes": "In zwei Bahnen teilen",
  "Empty pool/participant": "Leerer Pool (zugeklappt)",
  "Empty pool/participant (removes content)": "Leerer Pool (entfernt den Inhalt)",
  "End event": "Endereignis",
  "Event based instantiating Gateway": "Instanziierende ereignisbasierte Verzweigung",
  "Event sub-process": "Ereignis-Teilprozess",
  "Event-based gateway": "Ereignisbasierte Verzweigung",
  "Exclusive gateway": "Exklusive Verzweigung (entweder – oder)",
  "Expanded pool/participant": "Aufgeklappter Pool",
  "flow elements must be children of pools/participants": "Schritte müssen innerhalb eines Pools liegen.",
  "Inclusive gateway": "Inklusive Verzweigung (eines oder mehrere)",
  "Intermediate throw event": "Zwischenereignis",
  Loop: "Schleife",
  "Manual task": "Manuelle Aufgabe",
  "Open minimap": "Übersichtskarte öffnen",
  "Open {element}": "„{element}“ öffnen",
  "Parallel Event based instantiating Gateway": "Parallele instanziierende ereignisbasierte Verzweigung",
  "Parallel gateway": "Parallele Verzweigung (alle zugleich)",
  "Parallel multi-instance": "Mehrfach, gleichzeitig",
  "Participant multiplicity": "Mehrere gleichartige Beteiligte",
  "Receive task": "Empfangsaufgabe",
  Remove: "Entfernen",
  "Script task": "Skriptaufgabe",
  Search: "Suchen",
  "Search in diagram": "Im Diagramm suchen",
  "Send task": "Sendeaufgabe",
  "Sequence flow": "Sequenzfluss",
  "Sequential multi-instance": "Mehrfach, nacheinander",
  "Service task": "Automatisierte Aufgabe (Dienst)",
  "Start event": "Startereignis",
  "Sub-process": "Teilprozess",
  "Sub-process (collapsed)": "Teilprozess (zugeklappt)",
  "Sub-process (expanded)": "Teilprozess (aufgeklappt)",
  Task: "Aufgabe (ohne Angabe der Art)",
  "Terminate end event": "Endereignis: Prozess sofort beenden",
  "Toggle non-interrupting": "Unterbrechend oder nicht unterbrechend",
  Transaction: "Transaktion",
  "User task": "Aufgabe einer Person am Bildschirm",
};

/** Words asked for that have no German; the browser tests look here. */
export const missing = new Set();

const keep = (template) => template;
const toGerman = (template) => {
  if (!(template in german) && /[A-Za-z]{2}/.test(template)) {
    missing.add(template);
  }
  return german[template] ?? template;
};
const speak = document.documentElement.lang.startsWith("en") ? keep : toGerman;

/** The module that replaces diagram-js's own `translate`. */
export const translation = {
  translate: [
    "value",
    (template, replacements = {}) => speak(template).replace(/\{([^}]+)\}/g, (place, name) => replacements[name] ?? place),
  ],
};
