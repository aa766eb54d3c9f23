/**
 * bpmn-js draws the icons for aligning and distributing with inline styles, which our content security
 * policy blocks. This module turns them into attributes, which mean the same in SVG.
 */

/** Returns SVG markup with every `style="a:b;c:d"` written as `a="b" c="d"`. */
export function withoutStyles(markup) {
  return markup.replace(/\sstyle="([^"]*)"/g, (_, rules) =>
    rules
      .split(";")
      .filter(Boolean)
      .map((rule) => {
        const [name, value] = rule.split(":");
        return ` ${name.trim()}="${value.trim()}"`;
      })
      .join(""),
  );
}

// Lower than the library's own 1000 and 900: asked last, when all entries are there.
const LAST = 100;

const clean = (key) => () => (entries) => {
  for (const entry of Object.values(entries)) {
    if (entry[key]) {
      entry[key] = withoutStyles(entry[key]);
    }
  }
  return entries;
};

function IconsWithoutStyles(contextPad, popupMenu) {
  contextPad.registerProvider(LAST, { getContextPadEntries: clean("html"), getMultiElementContextPadEntries: clean("html") });
  popupMenu.registerProvider("align-elements", LAST, { getPopupMenuEntries: clean("imageHtml") });
}
IconsWithoutStyles.$inject = ["contextPad", "popupMenu"];

export const iconsWithoutStyles = { __init__: ["iconsWithoutStyles"], iconsWithoutStyles: ["type", IconsWithoutStyles] };
