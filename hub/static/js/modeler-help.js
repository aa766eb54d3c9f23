/** The dialog with the keys of the drawing area. */

import { make } from "./dom.js";
import { w } from "./modeler-words.js";

const german = [
  ["Element umbenennen", "E", "Doppelklick"],
  ["Löschen", "Entf"],
  ["Art ändern", "R"],
  ["Rückgängig", "Strg+Z"],
  ["Wiederholen", "Strg+Y"],
  ["Kopieren, ausschneiden, einfügen", "Strg+C", "Strg+X", "Strg+V"],
  ["Verdoppeln", "Strg+D"],
  ["Alles auswählen", "Strg+A"],
  ["Mehrere auswählen", "L", "Umschalt+Klick"],
  ["Ausgewähltes verschieben", "Pfeiltasten", "Umschalt+Pfeiltasten"],
  ["Zeichenfläche verschieben", "H", "Strg+Pfeiltasten"],
  ["Platz schaffen", "S"],
  ["Verbindung ziehen", "C"],
  ["Im Diagramm suchen", "Strg+F"],
  ["Vergrößern, verkleinern", "Strg++", "Strg+-"],
  ["Originalgröße", "Strg+0"],
  ["Abbrechen", "Esc"],
  ["Diese Hilfe", "?"],
];

const english = [
  ["Rename element", "E", "double click"],
  ["Delete", "Del"],
  ["Change type", "R"],
  ["Undo", "Ctrl+Z"],
  ["Redo", "Ctrl+Y"],
  ["Copy, cut, paste", "Ctrl+C", "Ctrl+X", "Ctrl+V"],
  ["Duplicate", "Ctrl+D"],
  ["Select all", "Ctrl+A"],
  ["Select several", "L", "Shift+click"],
  ["Move the selection", "arrow keys", "Shift+arrow keys"],
  ["Move the drawing area", "H", "Ctrl+arrow keys"],
  ["Make space", "S"],
  ["Draw a connection", "C"],
  ["Search in diagram", "Ctrl+F"],
  ["Zoom in, zoom out", "Ctrl++", "Ctrl+-"],
  ["Original size", "Ctrl+0"],
  ["Cancel", "Esc"],
  ["This help", "?"],
];

/** Makes the dialog; `showModal()` opens it. */
export function helpDialog() {
  const rows = document.documentElement.lang.startsWith("en") ? english : german;
  return make(
    "dialog",
    { class: "dialog dialog--wide", "aria-labelledby": "shortcuts-title" },
    make("h2", { id: "shortcuts-title" }, w("shortcuts")),
    make("p", {}, w("shortcutsHint")),
    make(
      "dl",
      { class: "shortcuts" },
      ...rows.map(([word, ...keys]) =>
        make("div", { class: "shortcuts__row" }, make("dt", {}, word), make("dd", {}, ...keys.flatMap((key) => [make("kbd", {}, key), " "]))),
      ),
    ),
    make(
      "form",
      { method: "dialog", class: "dialog__actions" },
      make("button", { class: "kern-btn kern-btn--primary", autofocus: true }, make("span", { class: "kern-label" }, w("close"))),
    ),
  );
}
