"""The notification centre, its settings, watching, and the way out of e-mails."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.actions import feeds, notifications, watching
from hub.errors import Conflict, Forbidden, Invalid
from hub.extensions import csrf
from hub.http import current_work, guarded, settings, transaction
from hub.inputs.notifications import NewFeedToken, NotificationSettings, WatchSubject
from hub.store.notifications import NotificationPlan, Topic
from hub.web import notices, unsubscribing
from hub.web.forms import Form
from hub.web.messages import flash_text
from hub.web.shared import safe_next
from hub.work import Work

bp = Blueprint("notifications", __name__)
Reply = str | Response | tuple[str, int]


def _number(name: str) -> int | None:
    text = request.args.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 12 else None


def _user_id(work: Work) -> int:
    if work.actor.user_id is None:
        raise Forbidden
    return work.actor.user_id


@bp.get("/notifications")
def index() -> Reply:
    """Show what one was told, grouped by entry."""
    work = current_work()
    topic = request.args.get("topic", "")
    wanted = notifications.Wanted(
        topic=topic if topic in list(Topic) else "",
        entry_id=_number("entry"),
        unread=request.args.get("unread") == "1",
        before=_number("before"),
    )
    found = notifications.inbox(work, wanted)
    newest = max((row.id for group in found.groups for row in group.notifications), default=0)
    return render_template(
        "notifications/index.html", inbox=found, wanted=wanted, newest=newest, topics=list(Topic), notices=notices
    )


@bp.post("/notifications/<int:notification>/open")
def follow(notification: int) -> Reply:
    """Mark a notification as read and lead to what it is about."""
    with transaction() as work:
        note, entry = notifications.find(work, notification)
        notifications.mark(work, notification, read=True)
        target = notices.path(note.event, entry)
    return redirect(target)


@bp.post("/notifications/<int:notification>/<any(read,unread):state>")
def mark(notification: int, state: str) -> Reply:
    """Mark one notification as read or unread."""
    with transaction() as work:
        notifications.mark(work, notification, read=state == "read")
    return redirect(safe_next(request.form.get("next") or url_for(".index")))


@bp.post("/notifications/read")
def mark_all() -> Reply:
    """Mark all one saw as read, or those of one entry."""
    entry, newest = request.form.get("entry", ""), request.form.get("newest", "")
    with transaction() as work:
        notifications.mark_read(
            work,
            entry_id=int(entry) if entry.isdecimal() and len(entry) < 12 else None,
            up_to=int(newest) if newest.isdecimal() and len(newest) < 12 else None,
        )
    flash(flash_text("notifications_read"), "success")
    return redirect(safe_next(request.form.get("next") or url_for(".index")))


def _settings_page(
    form: Form[NotificationSettings] | None = None, feed: Form[NewFeedToken] | None = None, address: str = ""
) -> str:
    work = current_work()
    user_id = _user_id(work)
    chosen, plan = notifications.choices(work, user_id), notifications.plan(work, user_id)
    filled = {str(topic): str(way) for topic, way in chosen.items()} | {
        "weekday": str(plan.weekday),
        "hour": str(plan.hour),
        **({"watch_own": "1"} if plan.watch_own else {}),
        **({"watch_discussed": "1"} if plan.watch_discussed else {}),
    }
    return render_template(
        "notifications/settings.html",
        form=form or Form(NotificationSettings, filled),
        feed=feed or Form(NewFeedToken),
        topics=list(Topic),
        hours=[(str(hour), _("%(hour)s Uhr", hour=f"{hour:02}:00")) for hour in range(24)],
        watched=watching.watched(work),
        tokens=feeds.tokens(work),
        new_address=address,
        mail_possible=bool(settings().mail_host),
    )


@bp.get("/account/notifications")
def ways() -> Reply:
    """Show which way one hears of what, and what one watches."""
    return _settings_page()


@bp.post("/account/notifications")
def save_settings() -> Reply:
    """Save the ways; what already waits follows them."""
    user_id = _user_id(current_work())
    form = Form(NotificationSettings, request.form)
    try:
        sent = form.read()
    except Invalid as error:
        return _settings_page(form=form.refused(error)), 422
    with transaction() as work:
        wanted = NotificationPlan(
            user_id=user_id,
            weekday=sent.weekday,
            hour=sent.hour,
            watch_own=sent.watch_own,
            watch_discussed=sent.watch_discussed,
        )
        notifications.choose(work, user_id, sent.ways(), wanted)
    flash(flash_text("notification_settings"), "success")
    return redirect(url_for(".ways"))


@bp.post("/account/feeds")
def create_feed() -> Reply:
    """Make a private feed address and show it this once."""
    _user_id(current_work())
    form = Form(NewFeedToken, request.form)
    try:
        sent = form.read()
        with transaction() as work:
            token = feeds.create(work, sent.name)
    except (Invalid, Conflict) as error:
        fields = error if isinstance(error, Invalid) else Invalid(name=error.code)
        return _settings_page(feed=form.refused(fields)), 422
    return _settings_page(address=settings().base_url + url_for("feeds.watched", token=token))


@bp.post("/account/feeds/<int:feed>/revoke")
def revoke_feed(feed: int) -> Reply:
    """End a private feed address."""
    with transaction() as work:
        feeds.revoke(work, feed)
    flash(flash_text("feed_revoked"), "success")
    return redirect(url_for(".ways"))


@bp.post("/watch")
def watch() -> Reply:
    """Begin or stop to watch an entry, a service or an organisation."""
    sent = Form(WatchSubject, request.form).read()
    with transaction() as work:
        (watching.stop if sent.stop else watching.begin)(work, sent.subject, sent.id)
    flash(flash_text("watch_stopped" if sent.stop else "watching"), "success")
    return redirect(safe_next(sent.next))


@bp.get("/unsubscribe/<signed>")
def unsubscribe(signed: str) -> Reply:
    """Say which e-mails the link ends; nothing is changed yet, since programs open links in mails to check them."""
    with guarded():
        _user, topics = unsubscribing.read(signed)
    return render_template("notifications/unsubscribe.html", signed=signed, topics=topics, done=False, undo="")


@bp.post("/unsubscribe/<signed>")
def stop_mail(signed: str) -> Reply:
    """End those e-mails: from the page, or from the mail program with one click (RFC 8058)."""
    with guarded():
        user_id, topics = unsubscribing.read(signed)
    with transaction() as work:
        before = notifications.stop_mail(work, user_id, topics)
    undo = unsubscribing.undo_token(unsubscribing.Undo(user_id, before)) if before else ""
    return render_template("notifications/unsubscribe.html", signed=signed, topics=topics, done=True, undo=undo)


@bp.post("/unsubscribe/undo/<signed>")
def resubscribe(signed: str) -> Reply:
    """Choose again what had been chosen before."""
    with guarded():
        undo = unsubscribing.read_undo(signed)
    with transaction() as work:
        notifications.choose(work, undo.user_id, undo.ways)
    return render_template("notifications/resubscribed.html", topics=list(undo.ways))


# Mail programs send the one-click request without a session; the signature in the address is the permission.
csrf.exempt(stop_mail)
csrf.exempt(resubscribe)
