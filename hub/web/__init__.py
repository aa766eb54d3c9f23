"""HTML pages, one module per noun."""

from flask import Flask

from hub import catalogue
from hub.web import (
    accounts,
    activity,
    bundles,
    checks,
    compare,
    deputies,
    designs,
    discussions,
    editing,
    entries,
    errors,
    feeds,
    files,
    fim,
    fim_import,
    findings,
    forks,
    funding,
    guests,
    invitations,
    kept,
    ledger,
    library,
    local_values,
    login,
    maturity,
    media_rules,
    members,
    mywork,
    notifications,
    organisations,
    pages,
    programmes,
    proposals,
    proposing,
    results,
    reuse,
    review_lists,
    review_room,
    search,
    searches,
    security,
    service_imports,
    services,
    shared,
    similar,
    versions,
    ways_in,
    words,
)


def register(app: Flask, *, https: bool) -> None:
    """Give `app` its pages, headers, filters and error pages."""
    kept.register(app)  # first: its mark must be read before anything else is
    security.protect(app, https=https)
    shared.register(app)
    errors.register(app)
    app.add_template_global(entries.address, "entry_address")
    app.add_template_global(services.address, "service_address")
    app.add_template_filter(catalogue.spaced, "key_spaced")
    app.add_template_filter(zip, "zip")
    # Fixed addresses come before those that begin with an organisation's slug.
    for module in (
        pages,
        bundles,
        login,
        accounts,
        notifications,
        invitations,
        organisations,
        members,
        deputies,
        search,
        searches,
        words,
        service_imports,
        services,
        media_rules,
        library,
        activity,
        feeds,
        mywork,
        similar,
        editing,
        guests,
        ways_in,
        fim_import,
        programmes,
        ledger,
        review_room,
        funding,
        results,
        reuse,
        entries,
        versions,
        designs,
        compare,
        forks,
        proposals,
        proposing,
        discussions,
        review_lists,
        checks,
        findings,
        fim,
        maturity,
        files,
        local_values,
    ):
        app.register_blueprint(module.bp)
