/** Loads bpmn-js from our own server, only when a page shows a diagram, and reads models with it. */

import { make, script, sheet } from "./dom.js";
import { translation } from "./bpmn-german.js";
import { t } from "./i18n.js";

const at = (path) => new URL(`../vendor/${path}`, import.meta.url);
const BPMN = "bpmn-js-18.31.1/";
const MINIMAP = "diagram-js-minimap-5.5.0/";

/** What both builds are started with: German, our font and ink. */
export const settings = {
  additionalModules: [translation],
  textRenderer: {
    defaultStyle: { fontFamily: '"Fira Sans", sans-serif', fontSize: 12, lineHeight: 1.2 },
    externalStyle: { fontSize: 11, lineHeight: 1.2 },
  },
  bpmnRenderer: { defaultStrokeColor: "#1d2034", defaultLabelColor: "#131525", defaultFillColor: "#ffffff" },
};

// Both builds put themselves at window.BpmnJS, so they are fetched one after the other.
let queue = Promise.resolve();

function build(path) {
  const loaded = queue.then(async () => {
    await Promise.all([
      sheet(at(`${BPMN}assets/diagram-js.css`)),
      sheet(at(`${BPMN}assets/bpmn-js.css`)),
      sheet(at(`${MINIMAP}diagram-js-minimap.css`)),
      script(at(`${MINIMAP}diagram-minimap.umd.prod.js`)),
      // Labels are measured when a model is drawn: the font must be there by then.
      document.fonts.load('12px "Fira Sans"').catch(() => {}),
    ]);
    await script(at(path));
    return window.BpmnJS;
  });
  queue = loaded.catch(() => {});
  return loaded;
}

let viewer;
let modeler;

/** Resolves to the class of the read-only viewer. */
export function loadViewer() {
  viewer ??= build(`${BPMN}bpmn-navigated-viewer.production.min.js`);
  return viewer;
}

/** Resolves to the class of the modeler, with its icon font and all its styles in place. */
export function loadModeler() {
  modeler ??= Promise.all([
    sheet(at(`${BPMN}assets/bpmn-font/css/bpmn.css`)),
    sheet(new URL("../css/modeler.css", import.meta.url), { first: false }),
  ]).then(() => build(`${BPMN}bpmn-modeler.production.min.js`));
  return modeler;
}

/** The minimap as a module for either build; call it after one of the loads. */
export const minimap = () => window.DiagramJSMinimap;

/** Fetches a model as text; throws with the status when the server refuses. */
export async function fetchModel(url) {
  const answer = await fetch(url, { headers: { Accept: "application/xml, text/xml" } });
  if (!answer.ok) {
    throw new Error(String(answer.status));
  }
  return answer.text();
}

/**
 * Returns the diagrams of an imported file a reader may choose from: those of sub-processes are
 * reached by opening the sub-process.
 */
export function diagrams(viewer) {
  const all = viewer.getDefinitions()?.diagrams ?? [];
  const top = all.filter((diagram) => !diagram.plane?.bpmnElement?.$instanceOf?.("bpmn:SubProcess"));
  return top.length ? top : all;
}

/** Returns the diagram that draws the element with this id, or undefined. */
export function diagramOf(viewer, id) {
  const all = viewer.getDefinitions()?.diagrams ?? [];
  return all.find((diagram) => diagram.plane?.planeElement?.some((drawn) => drawn.bpmnElement?.id === id));
}

/** Brings an element into the middle of the canvas, opening the sub-process it lies in. */
export function centre(viewer, element, zoom = 1) {
  const canvas = viewer.get("canvas");
  const root = canvas.findRoot(element.id);
  if (root) {
    canvas.setRootElement(root);
  }
  const points = element.waypoints;
  const middle = points
    ? { x: points[Math.floor(points.length / 2)].x, y: points[Math.floor(points.length / 2)].y }
    : { x: element.x + element.width / 2, y: element.y + element.height / 2 };
  const size = canvas.viewbox().outer;
  const scale = points || Math.max(element.width, element.height) < 400 ? zoom : canvas.zoom();
  canvas.viewbox({
    x: middle.x - size.width / scale / 2,
    y: middle.y - size.height / scale / 2,
    width: size.width / scale,
    height: size.height / scale,
  });
}

const MARGIN = 24;

/** Shows the whole diagram with a margin, never larger than drawn; `start` keeps room for a palette at the left. */
export function fit(viewer, start = 0) {
  const canvas = viewer.get("canvas");
  canvas.resized();
  const { inner, outer } = canvas.viewbox();
  if (!inner.width || !outer.width) {
    return;
  }
  const scale = Math.min((outer.width - start - 2 * MARGIN) / inner.width, (outer.height - 2 * MARGIN) / inner.height, 1);
  const width = outer.width / scale;
  const height = outer.height / scale;
  canvas.viewbox({ x: inner.x - start / scale / 2 - (width - inner.width) / 2, y: inner.y - (height - inner.height) / 2, width, height });
}

const READABLE = 0.4;

/** Where a picture of `room` begins that should begin at `wanted`: all of the drawing if it has room, else nothing empty. */
function within(wanted, room, from, size) {
  const spare = room - size - 2 * MARGIN;
  return spare >= 0 ? from - MARGIN - spare / 2 : Math.min(Math.max(wanted, from - MARGIN), from - MARGIN - spare);
}

/** Like `fit`; but where that makes everything too small to read, starts with the first steps at a readable size. */
export function fitReadably(viewer) {
  fit(viewer);
  const canvas = viewer.get("canvas");
  if (canvas.zoom() >= READABLE) {
    return;
  }
  const starts = viewer.get("elementRegistry").filter((element) => element.type === "bpmn:StartEvent" && canvas.findRoot(element.id) === canvas.getRootElement());
  const first = starts.sort((one, other) => one.x - other.x)[0];
  if (first) {
    const { inner, outer } = canvas.viewbox();
    const scale = 0.7;
    const width = outer.width / scale;
    const height = outer.height / scale;
    const x = within(first.x - Math.min(130, width / 4), width, inner.x, inner.width);
    const y = within(first.y + first.height / 2 - height / 2, height, inner.y, inner.height);
    canvas.viewbox({ x, y, width, height });
  }
}

/** Makes a container just as high as the drawing needs at its width, within limits in pixels. */
export function suitHeight(viewer, container, lowest, highest) {
  const canvas = viewer.get("canvas");
  const { inner } = canvas.viewbox();
  if (inner.width) {
    const scale = Math.min((container.clientWidth - 2 * MARGIN) / inner.width, 1);
    // Room for the watermark below the drawing; what will be shown enlarged needs no exact height.
    const needed = scale < READABLE ? highest * 0.8 : inner.height * scale + 2 * MARGIN + 40;
    container.style.height = `${Math.round(Math.min(Math.max(needed, lowest), highest))}px`;
  }
  canvas.resized();
}

/**
 * Leaves the wheel to the page until somebody has clicked into the drawing, so that reading on does not get
 * stuck in it; with Ctrl it always changes the size. Says so when the wheel is turned over the drawing.
 */
export function wheelAfterClick(paper) {
  const hint = make("p", { class: "diagram__hint", "aria-hidden": "true", hidden: true }, t("wheelHint"));
  paper.append(hint);
  let meant = false;
  let timer;
  paper.addEventListener("pointerdown", () => {
    meant = true;
    hint.hidden = true;
  });
  paper.addEventListener("pointerleave", () => (meant = false));
  const leave = (event) => {
    if (!meant && !event.ctrlKey && !event.metaKey && !document.fullscreenElement) {
      event.stopPropagation();
      hint.hidden = false;
      clearTimeout(timer);
      timer = setTimeout(() => (hint.hidden = true), 2000);
    }
  };
  paper.addEventListener("wheel", leave, { capture: true, passive: true });
}
