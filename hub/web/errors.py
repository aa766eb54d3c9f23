"""The one table from domain errors to pages."""

from contextlib import suppress

from flask import Flask, g, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response

from hub.errors import Conflict, Forbidden, Invalid, NotFound, Paused, TooOften
from hub.extensions import db
from hub.http import COOKIE_TOKEN, current_actor, settings
from hub.policy import GUEST
from hub.store.outages import Outage, outage
from hub.web.messages import SENTENCES, sentence
from hub.work import IN_DOUBT

Reply = tuple[str, int] | Response

SECRETS = frozenset({"password", "again", "current", "code", "answer"})
"""Fields that are never put back into a page."""

TEXTS = {
    400: (
        _l("Das Formular ist abgelaufen"),
        _l("Bitte gehen Sie zurück, laden Sie die Seite neu und senden Sie sie noch einmal."),
    ),
    401: (
        _l("Sie sind nicht mehr angemeldet"),
        _l("Bitte melden Sie sich in einem neuen Tab an und senden Sie dann hier noch einmal."),
    ),
    403: (
        _l("Dafür fehlt Ihnen das Recht"),
        _l(
            "Sie dürfen diese Seite sehen, aber das nicht tun. Ihre Administration kann Ihnen die passende Rolle geben."
        ),
    ),
    404: (
        _l("Diese Seite gibt es nicht"),
        _l("Die Adresse ist falsch, oder der Inhalt ist für Sie nicht freigegeben. Die Suche hilft weiter."),
    ),
    405: (
        _l("So geht das hier nicht"),
        _l(
            "Diese Adresse erwartet eine andere Art von Aufruf. "
            "Bitte gehen Sie zurück und nutzen Sie die Schaltflächen."
        ),
    ),
    409: (
        _l("Inzwischen hat sich etwas geändert"),
        _l("Bitte laden Sie die Seite neu und prüfen Sie den aktuellen Stand."),
    ),
    413: (
        _l("Die Datei ist zu groß"),
        _l("Bitte teilen Sie sie auf. Erlaubt sind 60 MB je Übertragung und 20 MB je Modell."),
    ),
    422: (_l("Diese Angaben passen nicht"), _l("Bitte gehen Sie zurück und prüfen Sie Ihre Eingaben.")),
    429: (
        _l("Zu viele Versuche"),
        _l("Bitte warten Sie etwas und versuchen Sie es dann noch einmal."),
    ),
    503: (
        _l("Der Hub wird gerade gewartet"),
        _l("Lesen geht weiter, gespeichert wird vorübergehend nichts. Bitte versuchen Sie es später noch einmal."),
    ),
    500: (
        _l("Das hat nicht geklappt"),
        _l(
            "Im Hub ist ein Fehler aufgetreten. Es wurde nichts gespeichert; "
            "Ihre Eingabe steht nach „Zurück“ noch im Formular."
        ),
    ),
}

OUTAGES = {
    Outage.AWAY: (
        _l("Der Hub erreicht seine Datenbank gerade nicht"),
        _l("Bitte warten Sie eine halbe Minute und versuchen Sie es dann noch einmal."),
    ),
    Outage.BUSY: (
        _l("Der Hub ist gerade überlastet"),
        _l("Bitte warten Sie einige Sekunden und versuchen Sie es dann noch einmal."),
    ),
    Outage.FULL: (
        _l("Der Hub hat keinen Speicherplatz mehr"),
        _l("Lesen geht weiter, gespeichert wurde nichts. Bitte sagen Sie der betreibenden Stelle Bescheid."),
    ),
    Outage.READ_ONLY: (
        _l("Der Hub kann gerade nichts speichern"),
        _l("Lesen geht weiter. Bitte versuchen Sie es in einigen Minuten noch einmal."),
    ),
}
"""Why the database cannot work → title and advice of the page that says so."""
IN_DOUBT_ADVICE = _l(
    "Die Verbindung riss beim Speichern ab; ob gespeichert wurde, ist ungewiss. Bitte warten Sie eine halbe Minute und "
    "sehen Sie nach, bevor Sie Ihre Eingabe noch einmal senden."
)
RETRY_AFTER = 10
"""Seconds after which programs may ask again."""


def show(status: int, text: str = "", reference: str = "", title: str = "") -> tuple[str, int]:
    """Return the error page for `status`; `text` replaces the usual advice and `title` the usual title."""
    db.session.rollback()
    usual, advice = TEXTS.get(status, TEXTS[500 if status >= 500 else 400])
    return render_template(
        "errors/error.html", status=status, title=title or usual, text=text or advice, reference=reference
    ), status


def waiting_words(seconds: int) -> str:
    """Return a sentence that says how long to wait."""
    if seconds < 60:
        text = _("Bitte warten Sie %(count)s Sekunden und versuchen Sie es dann noch einmal.", count=max(seconds, 2))
    else:
        minutes = max(2, -(-seconds // 60))
        text = _("Bitte warten Sie %(count)s Minuten und versuchen Sie es dann noch einmal.", count=minutes)
    return str(text)


def unavailable(reason: Outage) -> Response:
    """Return a page that needs no database: it says what is the matter, and keeps what was typed."""
    g.actor, g.sign_in, g.database_away = GUEST, None, True
    in_doubt = reason == Outage.AWAY and db.session().info.pop(IN_DOUBT, False)
    with suppress(SQLAlchemyError):
        db.session.rollback()
    title, advice = OUTAGES[reason]
    if in_doubt:
        advice = IN_DOUBT_ADVICE
    page, status = again(503, title, advice) if request.method == "POST" else show(503, advice, title=title)
    answer = make_response(page, status)
    answer.headers["Retry-After"] = str(RETRY_AFTER)
    return answer


def again(status: int, title: str = "", advice: str = "") -> tuple[str, int]:
    """Return a page that keeps what was typed and offers to send it once more; secrets are not kept.

    A form of another site gets the plain page: nobody shall be led to confirm what a stranger filled in.
    """
    own = request.headers.get("Origin") in (request.host_url.rstrip("/"), settings().base_url)
    if not own or not SECRETS.isdisjoint(request.form):
        return show(status, advice, title=title)
    db.session.rollback()
    sent = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    if not title:
        title, advice = TEXTS[status]
    if status == 400:
        advice = _l("Bitte senden Sie es noch einmal.")
    page = render_template(
        "errors/again.html",
        status=status,
        title=title,
        text=advice,
        sent=sent,
        target=request.full_path.rstrip("?"),
        had_file=any(row.filename for row in request.files.values()),
    )
    return page, status


def _is_lost_sign_in() -> bool:
    """Return whether a guest sent a form: then a sign-in has ended while it was being filled in."""
    return request.method == "POST" and not current_actor().signed_in


def register(app: Flask) -> None:
    """Answer every error of `app` with a page."""

    @app.errorhandler(NotFound)
    def not_found(_error: NotFound) -> Reply:
        return again(401) if _is_lost_sign_in() else show(404)

    @app.errorhandler(Forbidden)
    def forbidden(_error: Forbidden) -> Reply:
        if _is_lost_sign_in():
            return again(401)
        if not current_actor().signed_in:
            return redirect(url_for("login.show", next=request.full_path.rstrip("?")))
        return show(403)

    @app.errorhandler(Conflict)
    def conflict(error: Conflict) -> Reply:
        return show(409, sentence(error.code) if error.code in SENTENCES else "")

    @app.errorhandler(StaleDataError)
    def stale(_error: StaleDataError) -> Reply:
        return show(409)

    @app.errorhandler(Invalid)
    def invalid(error: Invalid) -> Reply:
        return show(422, " ".join(sentence(code) for code in error.fields.values()))

    @app.errorhandler(TooOften)
    def too_often(error: TooOften) -> Reply:
        page, status = show(429, waiting_words(error.seconds))
        answer = make_response(page, status)
        answer.headers["Retry-After"] = str(error.seconds)
        return answer

    @app.errorhandler(Paused)
    def paused(error: Paused) -> Reply:
        page, status = again(503) if request.method == "POST" else show(503)
        answer = make_response(page, status)
        answer.headers["Retry-After"] = str(error.seconds)
        return answer

    @app.errorhandler(CSRFError)
    def csrf(_error: CSRFError) -> Reply:
        ended = COOKIE_TOKEN not in session and SECRETS.isdisjoint(request.form)
        return again(401 if ended else 400)

    @app.errorhandler(SecurityError)
    def strange_host(_: SecurityError) -> Response:
        # No page: every address on it would be built from the name that was refused.
        return Response("Unter diesem Namen gibt es den Hub nicht.\n", 400, mimetype="text/plain")

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Reply | HTTPException:
        if error.code is None or error.code < 400:
            return error
        answer = make_response(show(error.code))
        for name, value in error.get_headers():
            if name != "Content-Type":
                answer.headers[name] = value  # what a refusal must name, as `Allow` of 405 (RFC 9110, 15.5.6)
        return answer

    @app.errorhandler(Exception)
    def broken(error: Exception) -> Reply:
        reference = g.get("request_id", "?")
        if (reason := outage(error)) is not None:
            app.logger.error("request %s: the database is %s (%s)", reference, reason, type(error).__name__)
            return unavailable(reason)
        app.logger.exception("request %s failed", reference, exc_info=error)
        return show(500, reference=reference)
