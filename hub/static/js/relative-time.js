/** `<time datetime data-relative>` reads „vor 3 Tagen“; the full date stays in its title. Older than 30 days stays a date. */

import { t } from "./i18n.js";

const format = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });
const steps = [
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
];
const original = new WeakMap();

/** Returns the distance in words, or null when the date itself says more. */
export function relative(then, now) {
  const seconds = (then - now) / 1000;
  if (Math.abs(seconds) > 30 * 86400) {
    return null;
  }
  for (const [unit, length] of steps) {
    if (Math.abs(seconds) >= length) {
      return format.format(Math.trunc(seconds / length), unit);
    }
  }
  return t("now");
}

function update() {
  for (const time of document.querySelectorAll("time[data-relative]")) {
    if (!original.has(time)) {
      original.set(time, time.textContent);
    }
    time.textContent = relative(new Date(time.dateTime), new Date()) ?? original.get(time);
  }
}

update();
setInterval(update, 60_000);
// On paper a relative time is soon wrong.
addEventListener("beforeprint", () => {
  for (const time of document.querySelectorAll("time[data-relative]")) {
    time.textContent = time.title || original.get(time);
  }
});
addEventListener("afterprint", update);
