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

// A connection that breaks for a moment must not cost somebody the modeler: the module is asked for again, under another
// address, because some browsers remember that the first one failed.
async function load(module) {
  for (const seconds of [1, 3, 9]) {
    try {
      return await import(seconds === 1 ? module : `${module}?after=${seconds}`);
    } catch (error) {
      if (!(error instanceof TypeError)) {
        throw error; // it came, and is wrong
      }
      await new Promise((go) => setTimeout(go, seconds * 1000));
    }
  }
  return import(`${module}?after=27`);
}

await Promise.allSettled(wanted.map(load));
// Says that the page now answers to more than plain HTML does; browser tests wait for it.
document.documentElement.dataset.scripts = "ready";
