/** Frames and letters around shapes and flows with media breaks: line pattern and letter, never colour alone. */

import { make } from "./dom.js";

const LETTERS = { H: "H", M: "M", N: "N", settled: "✓" };
const GAP = 6;

/**
 * Marks an element on a viewer's canvas.
 * @param {object} viewer a bpmn-js viewer
 * @param {object} element the shape or connection
 * @param {{kind: "H" | "M" | "N" | "settled", count: number, word: string}} breaks what to show, and the words for it
 * @param {string} url where the letter leads
 */
export function markBreaks(viewer, element, { kind, count, word }, url) {
  const overlays = viewer.get("overlays");
  const text = count > 1 ? `${LETTERS[kind]} ${count}` : LETTERS[kind];
  const name = `${word}: ${element.businessObject.name ?? ""}`.trim();
  const letter = url
    ? make("a", { class: `break__letter break__letter--${kind}`, href: url, title: word, "aria-label": name }, text)
    : make("span", { class: `break__letter break__letter--${kind}`, title: word }, text);
  if (element.waypoints) {
    const middle = Math.floor((element.waypoints.length - 1) / 2);
    const [one, two] = [element.waypoints[middle], element.waypoints[middle + 1]];
    const left = Math.min(...element.waypoints.map(({ x }) => x));
    const top = Math.min(...element.waypoints.map(({ y }) => y));
    overlays.add(element, "hub-break", { position: { left: (one.x + two.x) / 2 - left - 13, top: (one.y + two.y) / 2 - top - 13 }, html: letter });
    return;
  }
  const container = /Participant|Lane/.test(element.type);
  const frame = make("div", { class: `break__frame break__frame--${kind}`, "aria-hidden": "true" });
  frame.style.width = `${element.width + 2 * GAP}px`;
  frame.style.height = `${element.height + 2 * GAP}px`;
  // Around a pool or lane a frame would say more than the hint that it is.
  if (!container) {
    overlays.add(element, "hub-break-frame", { position: { left: -GAP, top: -GAP }, html: frame });
  }
  overlays.add(element, "hub-break", { position: { top: container ? 2 : -22, left: container ? 2 : -14 }, scale: { min: 0.6, max: 1.2 }, html: letter });
}
