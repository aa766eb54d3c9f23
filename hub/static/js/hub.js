/**
 * Entry of every page: loads an element's module only where the element is.
 * Pages work without it; each module upgrades what the server has rendered.
 */

const elements = [
  "theme-switch",
  "search-field",
  "markdown-editor",
  "file-drop",
  "copy-link",
  "bpmn-viewer",
  "bpmn-modeler",
  "bpmn-compare",
];

for (const name of elements) {
  if (document.querySelector(name)) {
    import(`./${name}.js`);
  }
}

const behaviours = {
  "[data-menu]": "./menu.js",
  "time[data-relative]": "./relative-time.js",
  "[data-confirm]": "./confirm-dialog.js",
};

for (const [selector, module] of Object.entries(behaviours)) {
  if (document.querySelector(selector)) {
    import(module);
  }
}

// After a refused form the summary of errors is where reading goes on.
document.querySelector("[data-autofocus]")?.focus();
