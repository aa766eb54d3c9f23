/** Buttons above a diagram. They are ordinary buttons in tab order, at least 40 px large. */

import { make, symbol } from "./dom.js";

export const paths = {
  zoomIn: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l5 5M11 8v6M8 11h6",
  zoomOut: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l5 5M8 11h6",
  fit: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5M9 9h6v6H9z",
  fullscreen: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
  minimap: "M3 5h18v14H3zM12 12h7v5h-7z",
  previous: "M15 5l-7 7 7 7",
  next: "M9 5l7 7-7 7",
  undo: "M9 7L4 12l5 5M4 12h10a6 6 0 0 1 6 6v1",
  redo: "M15 7l5 5-5 5M20 12H10a6 6 0 0 0-6 6v1",
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l5 5",
  help: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM9.500 9.500a2.500 2.500 0 1 1 3.700 2.200c-.8.500-1.200 1-1.200 1.800M12 16.800v.4",
  align: "M4 4v16M8 7h12v3H8zM8 14h7v3H8z",
  horizontal: "M4 4v16M20 4v16M10 7h4v10h-4z",
  vertical: "M4 4h16M4 20h16M7 10h10v4H7z",
  panel: "M3 5h18v14H3zM15 5v14",
};

/** Makes a button with a symbol; the word is its name and its tooltip, or visible with `text`. */
export function tool(name, word, action, { text = false, ...attributes } = {}) {
  return make(
    "button",
    { type: "button", class: "diagram__tool", title: text ? null : word, "aria-label": text ? null : word, onclick: action, ...attributes },
    symbol(paths[name]),
    ...(text ? [word] : []),
  );
}

/** Makes a group of tools. */
export function group(label, ...tools) {
  return make("div", { class: "diagram__group", role: "group", "aria-label": label }, ...tools);
}
