/** Small help for building elements without markup in strings, which the content security policy would not forgive. */

/**
 * Makes an element: `make("button", { class: "x", type: "button", onclick: fn }, "Text", child)`.
 * @param {string} tag
 * @param {Record<string, unknown>} [attributes] strings become attributes, `on…` functions listeners, true an empty attribute
 * @param {...(Node | string)} children
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") {
      element.addEventListener(name.slice(2), value);
    } else if (value === true) {
      element.setAttribute(name, "");
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, String(value));
    }
  }
  element.append(...children);
  return element;
}

const svg = "http://www.w3.org/2000/svg";

/** Makes one of the line symbols used on tool bars from its path data (24 × 24, stroked). */
export function symbol(path) {
  const picture = document.createElementNS(svg, "svg");
  picture.setAttribute("viewBox", "0 0 24 24");
  picture.setAttribute("class", "symbol");
  picture.setAttribute("aria-hidden", "true");
  picture.setAttribute("focusable", "false");
  const line = document.createElementNS(svg, "path");
  line.setAttribute("d", path);
  picture.append(line);
  return picture;
}

/** Returns the JSON in the `<script type="application/json">` child with this `data-name`, or `otherwise`. */
export function data(host, name, otherwise) {
  const script = host.querySelector(`:scope > script[type="application/json"][data-name="${name}"]`);
  return script ? JSON.parse(script.textContent) : otherwise;
}

const asked = new Map();

/** Loads a classic script from our own server once; resolves when it has run. */
export function script(url) {
  if (!asked.has(url.href)) {
    asked.set(
      url.href,
      new Promise((resolve, reject) => {
        const element = make("script", { src: url.href, onload: resolve });
        element.addEventListener("error", () => {
          asked.delete(url.href);
          element.remove();
          reject(new Error(url.pathname));
        });
        document.head.append(element);
      }),
    );
  }
  return asked.get(url.href);
}

/** Loads a style sheet from our own server once: `first`, so that ours have the last word over it, or last. */
export function sheet(url, { first = true } = {}) {
  if (!asked.has(url.href)) {
    asked.set(
      url.href,
      new Promise((resolve) => {
        const element = make("link", { rel: "stylesheet", href: url.href, onload: resolve, onerror: resolve });
        if (first) {
          document.head.querySelector("link[rel=stylesheet]").before(element);
        } else {
          document.head.append(element);
        }
      }),
    );
  }
  return asked.get(url.href);
}
