/** Remembers a search among the person's latest ones: sends the hidden `<form data-remember>` without leaving the page. */

for (const form of document.querySelectorAll("form[data-remember]")) {
  // Losing one is no harm, so nobody is told.
  fetch(form.action, { method: "POST", body: new FormData(form), keepalive: true }).catch(() => {});
}
