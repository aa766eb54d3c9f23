/** Words the scripts show, in the language of the page. German is complete; English falls back to German. */

const de = {
  cancel: "Abbrechen",
  confirm: "Bestätigen",
  confirmTitle: "Bitte bestätigen",
  close: "Schließen",
  copied: "Link kopiert",
  copyFailed: "Der Link konnte nicht kopiert werden. Bitte kopieren Sie ihn aus der Adresszeile.",
  write: "Schreiben",
  preview: "Vorschau",
  previewEmpty: "Noch nichts zu sehen: Bitte schreiben Sie zuerst einen Text.",
  previewFailed: "Die Vorschau ist gerade nicht erreichbar. Ihr Text bleibt erhalten.",
  markdownHint: "Markdown möglich",
  suggestions: "Vorschläge",
  suggestionCount: "{n} Vorschläge, Auswahl mit den Pfeiltasten",
  suggestionOne: "1 Vorschlag, Auswahl mit den Pfeiltasten",
  suggestionNone: "Keine Vorschläge",
  mentionSuggestions: "Personen",
  dropHere: "Datei hierher ziehen oder auswählen",
  chosen: "Ausgewählt: {names}",
  now: "gerade eben",

  diagram: "Prozessdiagramm",
  diagramHelp:
    "Pfeiltasten verschieben den Ausschnitt, Plus und Minus ändern die Größe, 0 zeigt alles. Die Schritte stehen auch als Text auf der Seite.",
  zoomIn: "Vergrößern",
  zoomOut: "Verkleinern",
  fit: "Alles zeigen",
  fullscreen: "Vollbild",
  fullscreenEnd: "Vollbild beenden",
  minimap: "Übersichtskarte",
  diagramChoice: "Diagramm",
  diagramNumber: "Diagramm {n}",
  loading: "Das Diagramm wird geladen …",
  loadFailed: "Das Diagramm konnte nicht geladen werden. Sie sehen stattdessen das Bild; die Schritte stehen als Text auf der Seite.",
  noDiagram: "Diese Datei enthält kein gezeichnetes Diagramm. Die Schritte stehen als Text auf der Seite.",
  commentOne: "1 Kommentar",
  commentMany: "{n} Kommentare",
  findingOne: "1 Hinweis",
  findingMany: "{n} Hinweise",
  selected: "Ausgewählt: {name}",
  unnamed: "ohne Namen",
  contentOf: "Inhalt von „{name}“",
  backTo: "Zurück zu „{name}“",

  before: "Vorher",
  after: "Nachher",
  changes: "Änderungen",
  previousChange: "Vorherige Änderung",
  nextChange: "Nächste Änderung",
  changeOf: "Änderung {n} von {total}: {sentence}",
  noChanges: "Die beiden Fassungen unterscheiden sich nicht.",
  changeKeys: "Taste N: nächste, Taste P: vorherige Änderung",
  changeCount: "{n} Änderungen",
  changeCountOne: "1 Änderung",
  syncZoom: "Ausschnitte gemeinsam bewegen",
  added: "Hinzugefügt",
  removed: "Entfernt",
  changed: "Geändert",
  moved: "In andere Bahn verschoben",
  layout: "Nur Darstellung",
};

const en = {
  cancel: "Cancel",
  confirm: "Confirm",
  confirmTitle: "Please confirm",
  close: "Close",
  copied: "Link copied",
  copyFailed: "The link could not be copied. Please copy it from the address bar.",
  write: "Write",
  preview: "Preview",
  previewEmpty: "Nothing to show yet: please write something first.",
  previewFailed: "The preview is not available right now. Your text is kept.",
  markdownHint: "Markdown allowed",
  suggestions: "Suggestions",
  suggestionCount: "{n} suggestions, choose with the arrow keys",
  suggestionOne: "1 suggestion, choose with the arrow keys",
  suggestionNone: "No suggestions",
  mentionSuggestions: "People",
  dropHere: "Drop a file here or choose one",
  chosen: "Chosen: {names}",
  now: "just now",

  diagram: "Process diagram",
  diagramHelp:
    "Arrow keys move the view, plus and minus change its size, 0 shows everything. The steps are also on the page as text.",
  zoomIn: "Zoom in",
  zoomOut: "Zoom out",
  fit: "Show everything",
  fullscreen: "Full screen",
  fullscreenEnd: "Leave full screen",
  minimap: "Overview map",
  diagramChoice: "Diagram",
  diagramNumber: "Diagram {n}",
  loading: "Loading the diagram …",
  loadFailed: "The diagram could not be loaded. You see the picture instead; the steps are on the page as text.",
  noDiagram: "This file contains no drawn diagram. The steps are on the page as text.",
  commentOne: "1 comment",
  commentMany: "{n} comments",
  findingOne: "1 finding",
  findingMany: "{n} findings",
  selected: "Selected: {name}",
  unnamed: "unnamed",
  contentOf: "Content of “{name}”",
  backTo: "Back to “{name}”",

  before: "Before",
  after: "After",
  changes: "Changes",
  previousChange: "Previous change",
  nextChange: "Next change",
  changeOf: "Change {n} of {total}: {sentence}",
  noChanges: "The two versions do not differ.",
  changeKeys: "Key N: next, key P: previous change",
  changeCount: "{n} changes",
  changeCountOne: "1 change",
  syncZoom: "Move both views together",
  added: "Added",
  removed: "Removed",
  changed: "Changed",
  moved: "Moved to another lane",
  layout: "Layout only",
};

/**
 * Returns a function that answers the word for a key in the language of the page, with `{name}` places filled.
 * English falls back to German.
 * @template {string} K
 * @param {Record<K, string>} german
 * @param {Partial<Record<K, string>>} english
 * @returns {(key: K, values?: Record<string, string | number>) => string}
 */
export function dictionary(german, english) {
  const words = document.documentElement.lang.startsWith("en") ? { ...german, ...english } : german;
  return (key, values = {}) => words[key].replace(/\{(\w+)\}/g, (place, name) => String(values[name] ?? place));
}

export const t = dictionary(de, en);
