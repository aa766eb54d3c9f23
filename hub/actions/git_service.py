"""Git's smart protocol for reading, spoken by dulwich over repositories made from the database.

Whole repositories never lie in memory: folders of a city are worked out one after the other, contents are fetched
while the pack is written, and the pack goes into a temporary file, so that the database is free before a slow reader
has got all of it. Protocol: git-scm.com/docs/gitprotocol-http and gitprotocol-pack.
"""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from io import BytesIO
from typing import IO, Any, cast

from dulwich.errors import GitProtocolError, HangupException
from dulwich.object_format import SHA1
from dulwich.object_store import MemoryObjectStore
from dulwich.objects import Blob, ObjectID, RawObjectID, ShaFile, Tag, Tree
from dulwich.pack import REF_DELTA, UnpackedObject, create_delta
from dulwich.protocol import CAPABILITY_FILTER, ReceivableProtocol
from dulwich.refs import DictRefsContainer, Ref
from dulwich.server import Backend, BackendRepo, UploadPackHandler

from hub.actions import git_repositories
from hub.actions.git_repositories import Repository
from hub.errors import Invalid
from hub.work import Work

IN_MEMORY = 4_000_000
"""Bytes of an answer beyond which it goes to a temporary file."""
SERVICE = b"git-upload-pack"


class Store(MemoryObjectStore):
    """The objects of a repository, with contents read from the database when they are asked for."""

    def __init__(self, work: Work, repository: Repository) -> None:
        super().__init__()
        self._work, self.repository = work, repository

    def contains_loose(self, sha: ObjectID) -> bool:
        """Whether there is such an object."""
        found = self.repository
        return sha in found.objects or sha in found.contents or found.root(sha) is not None

    def __getitem__(self, name: ObjectID | RawObjectID) -> ShaFile:
        """Return an object; raises `KeyError`."""
        key, found = self._to_hexsha(name), self.repository
        if key in found.objects:
            return found.objects[key]
        if key in found.contents:
            [(_sha256, content)] = git_repositories.contents(self._work, [found.contents[key]])
            return Blob.from_string(content)
        if (root := found.root(key)) is not None:
            return ShaFile.from_raw_string(Tree.type_num, root[0].data(root[1]))
        raise KeyError(key)

    def iter_unpacked_subset(self, shas: Iterable[ObjectID | RawObjectID], **options: Any) -> Iterator[UnpackedObject]:
        """Yield what can be sent as the difference to another object of the same pack: roots that follow each other."""
        del options
        wanted = set(shas)
        for roots in self.repository.roots:
            names = {at: key for key, at in roots.index.items()}
            for key, at in roots.index.items():
                base = names.get(at - 1)
                if at % roots.EVERY and key in wanted and base in wanted:
                    delta = create_delta(roots.data(at - 1), roots.data(at))
                    yield UnpackedObject(
                        REF_DELTA,
                        delta_base=bytes.fromhex(base.decode()),
                        decomp_chunks=list(delta),
                        sha=bytes.fromhex(key.decode()),
                    )


class Served:
    """A repository as dulwich's server wants it."""

    object_format = SHA1

    def __init__(self, work: Work, repository: Repository) -> None:
        self.object_store = Store(work, repository)
        self.repository = repository
        kept: dict[Ref, bytes] = dict(repository.refs)
        if repository.head in kept:
            kept[Ref(b"HEAD")] = b"ref: " + repository.head
        self.refs = DictRefsContainer(kept)

    def get_refs(self) -> dict[Ref, ObjectID]:
        """Return all references, `HEAD` included."""
        return self.refs.as_dict()

    def get_peeled(self, ref: Ref) -> ObjectID:
        """Return the commit a reference leads to."""
        key = self.refs[ref]
        made = self.repository.objects[key]
        return ObjectID(made.object[1]) if isinstance(made, Tag) else key

    def find_missing_objects(
        self,
        determine_wants: Callable[[Mapping[Ref, ObjectID], int | None], list[ObjectID]],
        graph_walker: Any,
        progress: Callable[[bytes], None] | None,
        **options: Any,
    ) -> list[tuple[ObjectID, None]]:
        """Return the ids of what a reader lacks: everything its missing commits brought."""
        del progress, options
        wants = determine_wants(self.get_refs(), None)
        if not wants:
            return []
        haves = self.object_store.find_common_revisions(graph_walker)
        shallow: set[ObjectID] = graph_walker.shallow
        # What a reader with a cut history has, its commits do not tell.
        known = set() if shallow or graph_walker.unshallow else set(self.repository.commits_from(haves, frozenset()))
        return [(key, None) for key in self._lacking(wants, known, shallow)]

    def _lacking(self, wants: list[ObjectID], known: set[ObjectID], shallow: set[ObjectID]) -> dict[ObjectID, None]:
        found: dict[ObjectID, None] = {}
        at_end = {parent for key in shallow for parent in self.repository.parents.get(key, ())}
        for want in wants:
            if isinstance(self.repository.objects.get(want), Tag):
                found[want] = None
        for commit in self.repository.commits_from(wants, known | at_end):
            found[commit] = None
            whole = commit in shallow
            found |= dict.fromkeys(self._all_of(commit) if whole else self.repository.brought[commit])
        return found

    def _all_of(self, commit: ObjectID) -> Iterator[ObjectID]:
        waiting = [cast(Any, self.object_store[commit]).tree]
        while waiting:
            key = waiting.pop()
            yield key
            if key not in self.repository.contents and isinstance(made := self.object_store[key], Tree):
                waiting += [item.sha for item in made.iteritems()]


def objects_of(store: Store) -> list[tuple[ObjectID, None]]:
    """Return the ids of everything in a repository, in an order that depends on nothing else."""
    made = store.repository
    found = dict.fromkeys(made.refs[ref] for ref in sorted(made.refs))
    for commit in made.parents:
        found |= dict.fromkeys((commit, *made.brought[commit]))
    return [(key, None) for key in found]


class _One(Backend):
    """Knows one repository."""

    def __init__(self, served: Served) -> None:
        self._served = served

    def open_repository(self, path: str) -> BackendRepo:
        """Return it, whatever the path says."""
        del path
        return cast(BackendRepo, self._served)


class _Handler(UploadPackHandler):
    """Reading without partial clones: those ask for single objects later, which are not offered."""

    def capabilities(self) -> list[bytes]:
        """Return what a client may ask for."""
        return [one for one in super().capabilities() if one != CAPABILITY_FILTER]

    def set_client_capabilities(self, caps: Iterable[bytes]) -> None:
        """Overhear the wish for a filter: Git 2.39 utters it even where it is not offered, and takes the whole."""
        super().set_client_capabilities([one for one in caps if one.partition(b"=")[0] != CAPABILITY_FILTER])


def _speak(work: Work, repository: Repository, sent: bytes, *, advertise: bool) -> IO[bytes]:
    # Closed by whoever sends it.
    answer = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
    proto = ReceivableProtocol(BytesIO(sent).read, answer.write)
    handler = _Handler(_One(Served(work, repository)), [""], proto, stateless_rpc=True, advertise_refs=advertise)
    if advertise:
        proto.write_pkt_line(b"# service=" + SERVICE + b"\n")
        proto.write_pkt_line(None)
    try:
        handler.handle()
    except (GitProtocolError, HangupException, ValueError, KeyError, AssertionError) as error:
        answer.close()
        raise Invalid(request="not_valid") from error
    answer.seek(0)
    return cast("IO[bytes]", answer)


def advertise(work: Work, repository: Repository) -> IO[bytes]:
    """Return the list of branches and tags, as the answer to `info/refs?service=git-upload-pack`."""
    return _speak(work, repository, b"", advertise=True)


def upload(work: Work, repository: Repository, sent: bytes) -> IO[bytes]:
    """Return the answer to a client's wishes, with the pack; raises `Invalid` for what is not the protocol."""
    return _speak(work, repository, sent, advertise=False)
