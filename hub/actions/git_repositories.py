"""Git repositories of entries and cities, made from the database whenever somebody asks.

Nothing is stored: commits, trees and tags follow from the rows alone, so every machine gives the same ids. Contents
stay in the database until they are sent. People appear as role accounts under a domain that can never exist
(RFC 2606, `.invalid`), since a mirror keeps what it once got for ever.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from dulwich.objects import Blob, ObjectID, ShaFile, Tag, Tree
from dulwich.objects import Commit as GitCommit
from dulwich.refs import Ref
from sqlalchemy import select

from hub import policy
from hub.actions import git_files
from hub.actions.git_history import WIDTH, Commit, Graph
from hub.policy import Actor
from hub.shelf import Shelf
from hub.store.entries import Blob as Stored
from hub.store.entries import Entry, EntryKind, Visibility
from hub.store.organisations import Organisation
from hub.work import Work

DOMAIN = "noreply.invalid"
MAIN, DRAFTS = "main", "entwuerfe"
LEVELS: Mapping[str, Visibility] = {
    MAIN: Visibility.PUBLIC,
    "land": Visibility.LAND,
    "ikz": Visibility.IKZ,
    "intern": Visibility.CITY,
}
"""Branch of a city's repository → the narrowest visibility of the entries on it."""
_FILE, _FOLDER = 0o100644, 0o040000
_BATCH = 50

_NAMES: Shelf[str, bytes] = Shelf(200_000)
"""SHA-256 of a content → its Git id; both are digests of the same bytes, so this is never stale."""


class Roots:
    """The root trees of a city, each one folder different from the one before; kept as those differences."""

    EVERY = 32
    """A whole state is kept this often, and deltas never reach further."""

    def __init__(self) -> None:
        self._changes: list[tuple[bytes, bytes]] = []
        self._states: list[dict[bytes, bytes]] = []
        self._now: dict[bytes, bytes] = {}
        self.index: dict[ObjectID, int] = {}

    @staticmethod
    def _data(state: Mapping[bytes, bytes]) -> bytes:
        return b"".join([state[name] for name in sorted(state)])

    def add(self, name: bytes, tree: ObjectID) -> ObjectID:
        """Put a folder in the place of the one with its name and return the id of the new root."""
        if len(self._changes) % self.EVERY == 0:
            self._states.append(dict(self._now))
        # Git orders folders as if their names ended with a slash.
        change = (name + b"/", b"40000 %s\x00%s" % (name, bytes.fromhex(tree.decode())))
        self._changes.append(change)
        self._now[change[0]] = change[1]
        data = self._data(self._now)
        digest = hashlib.sha1(b"tree %d\x00%s" % (len(data), data), usedforsecurity=False)
        made = ObjectID(digest.hexdigest().encode())
        self.index.setdefault(made, len(self._changes) - 1)
        return made

    def data(self, at: int) -> bytes:
        """Return the bytes of a root."""
        state = dict(self._states[at // self.EVERY])
        state.update(self._changes[at // self.EVERY * self.EVERY : at + 1])
        return self._data(state)


@dataclass(slots=True)
class Repository:
    """Everything a repository holds but the contents, which are named by their SHA-256."""

    refs: dict[Ref, ObjectID] = field(default_factory=dict)
    head: Ref = Ref(b"refs/heads/main")  # noqa: RUF009 - bytes by another name
    objects: dict[ObjectID, ShaFile] = field(default_factory=dict)
    """Commits, tags, small files and the folders of entries."""
    contents: dict[ObjectID, str] = field(default_factory=dict)
    parents: dict[ObjectID, tuple[ObjectID, ...]] = field(default_factory=dict)
    brought: dict[ObjectID, tuple[ObjectID, ...]] = field(default_factory=dict)
    """Commit → the trees and files that are not in what it stands on first."""
    roots: list[Roots] = field(default_factory=list)

    def keep(self, made: ShaFile) -> ObjectID:
        """Add an object and return its id."""
        self.objects[made.id] = made
        return made.id

    def root(self, key: ObjectID) -> tuple[Roots, int] | None:
        """Return where a city's root tree stands."""
        return next(((roots, roots.index[key]) for roots in self.roots if key in roots.index), None)

    def commits_from(self, tips: Iterable[ObjectID], without: frozenset[ObjectID] | set[ObjectID]) -> list[ObjectID]:
        """Return the commits that tips (also tags) stand on, but not beyond those in `without`; oldest last."""
        found: dict[ObjectID, None] = {}
        waiting = list(tips)
        while waiting:
            at = waiting.pop()
            made = self.objects.get(at)
            if isinstance(made, Tag):
                waiting.append(ObjectID(made.object[1]))
            elif at in self.parents and at not in found and at not in without:
                found[at] = None
                waiting += self.parents[at]
        return list(found)


def _person(role: str, owner: str, name: str) -> bytes:
    plain = "".join(c for c in name if c not in "<>\n\r\x00").strip() or owner
    return f"{role} {plain} <{role.lower()}@{owner}.{DOMAIN}>".encode()


def _seconds(at: datetime) -> int:
    return int(at.astimezone(UTC).timestamp())


def _message(commit: Commit, subject: str = "") -> bytes:
    text = commit.message.replace("\r\n", "\n").replace("\x00", "").strip() or "Ohne Hinweis"
    lines = [f"{subject}\n\n{text}" if subject else text, ""]
    if commit.published_at is not None:
        lines.append(f"Version: {commit.number}")
    lines.append(f"Inhalt-SHA256: {commit.sha256}")
    return ("\n".join(lines) + "\n").encode()


class _Maker:
    """Makes objects of one repository."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self.made = Repository()

    def name_contents(self, commits: Sequence[Commit]) -> None:
        """Find out the Git ids of all contents; only those never seen in this process are read."""
        unknown = sorted({one.sha256 for one in commits if _NAMES.get(one.sha256) is None})
        for at in range(0, len(unknown), _BATCH):
            query = select(Stored.sha256, Stored.content).where(Stored.sha256.in_(unknown[at : at + _BATCH]))
            for sha256, content in self._work.session.execute(query):
                _NAMES.put(sha256, Blob.from_string(content).id)

    def folder(self, commit: Commit) -> tuple[ObjectID, tuple[ObjectID, ...]]:
        """Return the tree of a version and it with all its files."""
        name = _NAMES.get(commit.sha256)
        if name is None:
            raise LookupError(commit.sha256)
        content = ObjectID(name)
        self.made.contents[content] = commit.sha256
        tree, files = Tree(), [content]
        tree.add(git_files.CONTENT[EntryKind(commit.place.kind)].encode(), _FILE, content)
        for path, data in git_files.beside(commit).items():
            files.append(self.made.keep(Blob.from_string(data)))
            tree.add(path.encode(), _FILE, files[-1])
        key = self.made.keep(tree)
        return key, (key, *files)

    def commit(
        self,
        commit: Commit,
        tree: ObjectID,
        parents: Sequence[ObjectID],
        brought: Iterable[ObjectID],
        subject: str = "",
    ) -> ObjectID:
        """Add a commit."""
        owner, name = commit.place.owner, commit.place.owner_name
        made = GitCommit()
        made.tree, made.parents = tree, list(parents)
        made.author = _person("Modellierung", owner, name)
        made.author_time = _seconds(commit.written_at)
        made.committer = made.author if commit.published_at is None else _person("Freigabe", owner, name)
        made.commit_time = _seconds(commit.published_at or commit.written_at)
        made.author_timezone = made.commit_timezone = 0
        made.encoding = b"UTF-8"
        made.message = _message(commit, subject)
        key = self.made.keep(made)
        self.made.parents[key], self.made.brought[key] = tuple(parents), tuple(brought)
        return key

    def tag(self, name: str, commit: Commit, target: ObjectID) -> None:
        """Add an annotated tag for a release."""
        made = Tag()
        made.name, made.object = name.encode(), (GitCommit, target)
        made.tagger = _person("Freigabe", commit.place.owner, commit.place.owner_name)
        made.tag_time, made.tag_timezone = _seconds(commit.published_at or commit.written_at), 0
        valid = f"\nGültig ab: {commit.valid_from}\nGültig bis: {commit.valid_until}\n" if commit.valid_from else ""
        made.message = f"Version {commit.number}\n{valid}".encode()
        self.made.refs[Ref(b"refs/tags/" + name.encode())] = self.made.keep(made)

    def line(self, commits: Sequence[Commit]) -> dict[int, ObjectID]:
        """Add the commits of an entry's line; return version id → commit."""
        self.name_contents(commits)
        done: dict[int, ObjectID] = {}
        for one in commits:
            tree, brought = self.folder(one)
            done[one.version_id] = self.commit(one, tree, [done[key] for key in one.parents], brought)
        return done


def of_entry(work: Work, entry: Entry) -> Repository:
    """Return the repository of an entry as the actor may read it; whoever calls has asked whether they may."""
    graph, maker = Graph(work, [entry.id]), _Maker(work)
    releases = graph.released(entry.id)
    commits = graph.published_line(releases)
    done = maker.line(commits)
    for one in commits:
        if one.version_id in releases:
            maker.tag(one.number, one, done[one.version_id])
    refs = maker.made.refs
    if entry.published_id in done:
        refs[Ref(f"refs/heads/{MAIN}".encode())] = done[entry.published_id]
    if policy.read_drafts(work.actor, entry) and entry.head_id is not None:
        drafts = maker.line(graph.draft_line([entry.head_id]))
        refs[Ref(f"refs/heads/{DRAFTS}".encode())] = drafts[entry.head_id]
        if entry.published_id not in done:
            maker.made.head = Ref(f"refs/heads/{DRAFTS}".encode())
    return maker.made


def levels(actor: Actor, organisation: Organisation) -> list[str]:
    """Return the branches of a city's repository that somebody may read, from wide to narrow."""
    found = [MAIN]
    if actor.system or actor.cooperates or actor.reviews_for_land:
        found.append("land")
    if actor.system or actor.cooperates:
        found.append("ikz")
    if actor.system or organisation.id in actor.organisation_ids:
        found.append("intern")
    return found


def of_city(work: Work, organisation: Organisation) -> Repository:
    """Return the repository of a city: a folder for each entry, a commit for each release, a branch for each circle.

    The branch `main` holds what is public; others hold that and what is narrower, for those who may read it.
    """
    ids = work.session.scalars(
        select(Entry.id).where(
            Entry.organisation_id == organisation.id, Entry.published_id.is_not(None), Entry.archived_at.is_(None)
        )
    )
    graph, maker = Graph(work, sorted(ids)), _Maker(work)
    own = [key for key, place in graph.places.items() if place.organisation_id == organisation.id]
    wanted = {key for entry_id in own for key in graph.released(entry_id)}
    commits = [one for one in graph.published_line(wanted) if one.version_id in wanted]
    commits.sort(key=lambda one: (one.published_at or one.written_at, one.version_id))
    maker.name_contents(commits)
    for branch in levels(work.actor, organisation):
        narrowest = WIDTH[LEVELS[branch]]
        _city_line(maker, branch, [one for one in commits if one.place.width >= narrowest], narrowest)
    heads = [ref for ref in maker.made.refs if ref.startswith(b"refs/heads/")]
    if heads and maker.made.head not in heads:
        maker.made.head = heads[0]
    return maker.made


def _city_line(maker: _Maker, branch: str, commits: Sequence[Commit], narrowest: int) -> None:
    roots, before = Roots(), list[ObjectID]()
    maker.made.roots.append(roots)
    for one in commits:
        folder, brought = maker.folder(one)
        root = roots.add(one.place.slug.encode(), folder)
        subject = f"{one.place.slug} {one.number}"
        before = [maker.commit(one, root, before, (root, *brought), subject)]
        if one.place.width == narrowest:
            maker.tag(f"{one.place.slug}/{one.number}", one, before[0])
    if before:
        maker.made.refs[Ref(f"refs/heads/{branch}".encode())] = before[0]


def contents(work: Work, sha256s: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yield contents by their SHA-256, a few at a time."""
    for at in range(0, len(sha256s), _BATCH):
        query = select(Stored.sha256, Stored.content).where(Stored.sha256.in_(sha256s[at : at + _BATCH]))
        yield from ((row.sha256, row.content) for row in work.session.execute(query))
