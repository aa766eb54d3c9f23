/** Sends the form around the modeler without leaving the page, so that no answer can cost the drawing. */

/**
 * What came back. `kind`: sent (go to `url`), expired, refused (`message`, `status`, perhaps `url`), offline.
 * @typedef {{kind: "sent" | "expired" | "refused" | "offline", url?: string, message?: string, status?: number}} Outcome
 */

const atLogin = (answer, login) => answer.status === 401 || (answer.redirected && new URL(answer.url).pathname === new URL(login, location.href).pathname);

/**
 * Posts the form. The server answers `{url}`, or with status 409 or 422 `{errors: {field: sentence}, compare}`; an HTML
 * page will do too: what its alerts say is shown. A session that ended is tried once more with a fresh token, in case of a sign-in in another tab.
 * @returns {Promise<Outcome>}
 */
export async function send(form, login) {
  const outcome = await post(form, login);
  if (outcome.kind !== "expired" && outcome.status !== 400) {
    return outcome;
  }
  return (await renewed(form, login)) ? post(form, login) : { kind: "expired" };
}

async function post(form, login) {
  let answer;
  try {
    answer = await fetch(form.action, {
      method: "POST",
      body: new FormData(form),
      headers: { Accept: "application/json, text/html;q=0.5", "X-Requested-With": "fetch" },
    });
  } catch {
    return { kind: "offline" };
  }
  if (atLogin(answer, login)) {
    return { kind: "expired" };
  }
  const json = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : null;
  if (answer.ok) {
    return { kind: "sent", url: json?.url ?? answer.url };
  }
  const message = json ? Object.values(json.errors ?? { detail: json.detail ?? "" }).join(" ") : alertIn(await answer.text());
  return { kind: "refused", status: answer.status, message, url: json?.compare };
}

/** Returns what a page of the server says in its alerts. */
function alertIn(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const alerts = [...page.querySelectorAll("[role=alert], .field__error")];
  return alerts.map((alert) => alert.textContent.replace(/\s+/g, " ").trim()).join(" ");
}

/** Fetches the page again for a token of the present session; false when that leads to the sign-in. */
async function renewed(form, login) {
  const old = form.querySelector("input[name=csrf_token]");
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok || atLogin(answer, login)) {
      return false;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = page.querySelector("input[name=csrf_token]")?.value;
    if (!old || !token || token === old.value) {
      return false;
    }
    old.value = token;
    return true;
  } catch {
    return false;
  }
}
