"""The caller's own searches: saved ones with what is new, the latest ones; and the word list of the coordination."""

from datetime import datetime

from hub.actions import searches, words
from hub.actions.finding import FACETS
from hub.api.contract import Made, Output, Routes
from hub.api.shapes import PersonOut, person
from hub.errors import Invalid
from hub.inputs.searches import KeepRecent, KeepSearch, SwitchOn, TeachWords
from hub.policy import searches as policy
from hub.store.searches import SavedSearch
from hub.store.words import WordRule, WordRuleKind
from hub.work import Work

routes = Routes("Eigene Suchen und Wortliste")
SAVED = "/me/searches"
RECENT = "/me/recent-searches"
WORDS = "/search-words"


class SavedSearchOut(Output):
    """A saved search; `new` counts what it found since its owner last looked."""

    id: int
    name: str
    query: str
    filters: dict[str, list[str]]
    alert: bool
    new: int
    created_at: datetime
    looked_at: datetime


class SavedSearchList(Output):
    """All saved searches, those with new hits first."""

    items: list[SavedSearchOut]


class RecentSearchOut(Output):
    """One of the latest searches."""

    query: str
    searched_at: datetime


class RecentSearches(Output):
    """The latest searches, newest first; none are kept while `on` is false."""

    on: bool
    items: list[RecentSearchOut]


class WordRuleOut(Output):
    """A rule for words that holds."""

    id: int
    kind: WordRuleKind
    words: list[str]
    note: str
    author: PersonOut | None
    created_at: datetime


class WordRuleList(Output):
    """All rules that hold, newest first; `stale` while the index does not yet follow them."""

    items: list[WordRuleOut]
    stale: bool


def _saved(saved: SavedSearch, new: int) -> SavedSearchOut:
    return SavedSearchOut(
        id=saved.id,
        name=saved.name,
        query=saved.query,
        filters=saved.filters,
        alert=saved.alert,
        new=new,
        created_at=saved.created_at,
        looked_at=saved.looked_at,
    )


@routes.get(SAVED, summary="Gespeicherte Suchen auflisten", returns=SavedSearchList, signed_in=True)
def list_saved_searches(work: Work) -> SavedSearchList:
    """List the caller's saved searches."""
    work.require(policy.save_search)
    return SavedSearchList(items=[_saved(row.search, row.new_count) for row in searches.mine(work)])


@routes.get(f"{SAVED}/<int:search>", summary="Eine gespeicherte Suche lesen", returns=SavedSearchOut, signed_in=True)
def read_saved_search(work: Work, search: int) -> SavedSearchOut:
    """Return one of the caller's saved searches."""
    saved = searches.find(work, search)
    return _saved(saved, next(row.new_count for row in searches.mine(work) if row.search.id == saved.id))


@routes.post(SAVED, summary="Eine Suche speichern", body=KeepSearch, returns=SavedSearchOut)
def save_search(work: Work, body: KeepSearch) -> Made:
    """Keep a search; what it finds today counts as seen."""
    if unknown := set(body.filters) - set(FACETS):
        raise Invalid(**dict.fromkeys((f"filters.{name}" for name in sorted(unknown)), "unknown_field"))
    chosen = {name: frozenset(values) for name, values in body.filters.items()}
    saved = searches.save(work, body.query, chosen, name=body.name, alert=body.alert)
    return Made(_saved(saved, 0), "read_saved_search", {"search": saved.id})


@routes.put(f"{SAVED}/<int:search>/alert", summary="Neue Treffer melden", body=SwitchOn, match="")
def alert_saved_search(work: Work, search: int, body: SwitchOn) -> None:
    """Be told of new hits, or no longer."""
    searches.set_alert(work, searches.find(work, search), on=body.on)


@routes.post(f"{SAVED}/<int:search>/look", summary="Treffer als gesehen markieren")
def look_at_saved_search(work: Work, search: int) -> None:
    """Note that the hits were looked at: they are no longer new."""
    searches.look(work, searches.find(work, search))


@routes.delete(f"{SAVED}/<int:search>", summary="Eine gespeicherte Suche löschen", match="")
def remove_saved_search(work: Work, search: int) -> None:
    """Forget a saved search."""
    searches.remove(work, searches.find(work, search))


def _recent(work: Work) -> RecentSearches:
    work.require(policy.save_search)
    work.session.flush()
    return RecentSearches(
        on=searches.keeps_recent(work),
        items=[RecentSearchOut(query=row.query, searched_at=row.searched_at) for row in searches.recent(work)],
    )


@routes.get(RECENT, summary="Letzte Suchen lesen", returns=RecentSearches, signed_in=True)
def list_recent_searches(work: Work) -> RecentSearches:
    """Return the caller's latest searches; nobody else sees them."""
    return _recent(work)


@routes.post(RECENT, summary="Eine Suche merken", body=KeepRecent, returns=RecentSearches, status=200)
def remember_search(work: Work, body: KeepRecent) -> RecentSearches:
    """Remember a search, unless the caller has switched that off."""
    searches.keep_recent(work, body.query)
    return _recent(work)


@routes.delete(RECENT, summary="Letzte Suchen vergessen", match="")
def forget_recent_searches(work: Work) -> None:
    """Forget the latest searches."""
    searches.forget_recent(work)


@routes.put(RECENT, summary="Letzte Suchen merken oder nicht", body=SwitchOn, returns=RecentSearches, match="")
def keep_recent_searches(work: Work, body: SwitchOn) -> RecentSearches:
    """Switch remembering on or off; off forgets what there is."""
    searches.set_recent(work, on=body.on)
    return _recent(work)


def _rule(row: WordRule) -> WordRuleOut:
    return WordRuleOut(
        id=row.id,
        kind=WordRuleKind(row.kind),
        words=row.word_list,
        note=row.note,
        author=person(row.author),
        created_at=row.created_at,
    )


@routes.get(WORDS, summary="Wortliste der Suche lesen (Koordination)", returns=WordRuleList, signed_in=True)
def list_word_rules(work: Work) -> WordRuleList:
    """List the rules for words that hold."""
    return WordRuleList(items=[_rule(row) for row in words.rules(work)], stale=words.state(work).stale)


@routes.get(f"{WORDS}/<int:rule>", summary="Eine Wortregel lesen (Koordination)", returns=WordRuleOut, signed_in=True)
def read_word_rule(work: Work, rule: int) -> WordRuleOut:
    """Return a rule that holds."""
    return _rule(words.find(work, rule))


@routes.post(WORDS, summary="Eine Wortregel lehren (Koordination)", body=TeachWords, returns=WordRuleOut)
def teach_words(work: Work, body: TeachWords) -> Made:
    """Teach the search a rule: one word or expression a line of `words`."""
    made = words.teach(work, WordRuleKind(body.kind), body.words.split("\n"), note=body.note)
    return Made(_rule(made), "read_word_rule", {"rule": made.id})


@routes.delete(f"{WORDS}/<int:rule>", summary="Eine Wortregel zurücknehmen (Koordination)", match="")
def forget_word_rule(work: Work, rule: int) -> None:
    """Take a rule out of force."""
    words.forget(work, words.find(work, rule))
