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
  "element-actions",
  "live-part",
  "plan-board",
  "edit-presence",
  "find-inside",
  "service-picker",
  "similar-models",
  "proposal-decisions",
  "design-form",
  "passkey-button",
];

const behaviours = {
  "[data-menu]": "./menu.js",
  "time[data-relative]": "./relative-time.js",
  "[data-confirm]": "./confirm-dialog.js",
  "form[data-remember]": "./remember-search.js",
};

const wanted = [
  ...elements.filter((name) => document.querySelector(name)).map((name) => `./${name}.js`),
  ...Object.entries(behaviours).flatMap(([selector, module]) => (document.querySelector(selector) ? [module] : [])),
];

// After a refused form the summary of errors is where reading goes on.
document.querySelector("[data-autofocus]")?.focus();

await Promise.allSettled(wanted.map((module) => import(module)));
// Says that the page now answers to more than plain HTML does; browser tests wait for it.
document.documentElement.dataset.scripts = "ready";
