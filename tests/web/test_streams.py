"""Answers that are sent in parts, after the request has ended."""

import pytest
from flask import Flask

from hub.extensions import db
from tests import makers
from tests.clients import Client, writing


@pytest.mark.parametrize("path", ["/marburg/hundesteuer/bundle.zip", "/api/v1/entries/marburg/hundesteuer/bundle"])
def test_what_is_sent_in_parts_gives_its_connection_back(app: Flask, client: Client, path: str) -> None:
    with writing(app) as work:
        makers.entry(work, title="Hundesteuer")
    with app.app_context():
        pool = db.engine.pool
    client.get("/library")
    before = pool.checkedout()  # type: ignore[attr-defined]
    for _ in range(2):
        answer = client.get(path)
        assert answer.status_code == 200
        assert answer.get_data().startswith(b"PK")
    assert pool.checkedout() == before  # type: ignore[attr-defined]
