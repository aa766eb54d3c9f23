"""Every sample account's start page, notifications and digest work with all that the samples hold."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select

from hub.actions import deliveries
from hub.cli import following
from hub.cli.seed import DEMO
from hub.extensions import db
from hub.policy import SYSTEM
from hub.store.notifications import Delivery, Way
from hub.web import digests
from hub.work import Work
from tests.clients import ClientFor, words

PAGES = ("/", "/notifications", "/account/notifications", "/activity")


@pytest.fixture(scope="module")
def followed(sample_app: Flask) -> Flask:
    """Let the worker follow everything the samples did."""
    with sample_app.app_context():
        while following.follow_events():
            pass
        db.session.remove()
    return sample_app


@pytest.mark.parametrize("email", [row[0] for row in DEMO])
def test_each_sample_account_sees_its_news(followed: Flask, email: str):
    person = ClientFor(followed)(email)
    for path in PAGES:
        assert person.get(path).status_code == 200, path


def test_the_samples_show_an_overdue_mention(followed: Flask):
    text = words(ClientFor(followed)("modellierung@marburg.example").get("/"))
    assert "Sie wurden erwähnt" in text
    assert "überfällig seit" in text


@pytest.mark.parametrize("locale", ["de", "en"])
def test_every_waiting_email_of_the_samples_can_be_put_into_words(followed: Flask, locale: str):
    settings = replace(followed.config["HUB"], base_url="https://hub.example")
    subjects = []
    with followed.app_context():
        work = Work(db.session(), SYSTEM, datetime.now(UTC))
        rows = work.session.scalars(select(Delivery)).all()
        for user_id, way in sorted({(row.user_id, row.way) for row in rows}):
            ids = tuple(row.id for row in rows if (row.user_id, row.way) == (user_id, way))
            found = deliveries.bundle(work, deliveries.Claim(user_id, Way(way), ids))
            if found is not None:
                with followed.test_request_context(base_url=settings.base_url), force_locale(locale):
                    letter = digests.compose(found, settings)
                subjects.append(letter.subject)
                assert "https://hub.example/unsubscribe/" in letter.text
        db.session.remove()
    assert subjects
