"""Static files, compressed where that pays.

Unlike pages they carry no secret, so they may be (BREACH). The compressed copies lie in the folder of the run and are
made anew at every start: beside the files, as WhiteNoise looks for them, they would outlive a new version of a file.
"""

import gzip
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from whitenoise import WhiteNoise
from whitenoise.responders import MissingFileError, StaticFile

from hub.config import ROOT

FOLDER = ROOT / "hub" / "static"
PACKED = (".css", ".js", ".svg")


def packed_folder(run_folder: str) -> Path | None:
    """Return where the compressed copies of a run lie; None for an application without a folder of its own."""
    return Path(run_folder) / "static" if run_folder else None


def pack(target: Path, source: Path = FOLDER) -> None:
    """Write a compressed copy of every file that gains by it into `target`, which is emptied first."""
    shutil.rmtree(target, ignore_errors=True)
    for file in source.rglob("*"):
        if file.suffix in PACKED:
            copy = target / f"{file.relative_to(source)}.gz"
            copy.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            copy.write_bytes(gzip.compress(file.read_bytes(), 9, mtime=0))


class StaticFiles(WhiteNoise):  # type: ignore[misc]
    """Serves the files of `root`; the copies in `packed` to those who take gzip, unless the file is newer."""

    def __init__(self, application: Callable[..., Any], root: Path, packed: Path | None, **options: Any) -> None:
        self._root, self._packed = root, packed
        super().__init__(application, root=str(root), **options)

    def get_static_file(self, path: str, url: str, stat_cache: dict[str, os.stat_result] | None = None) -> StaticFile:
        """Return what answers for a file; nothing that lies beside it is taken for its compressed copy."""
        if stat_cache is None and not Path(path).exists():
            raise MissingFileError(path)
        facts = Path(path).stat() if stat_cache is None else stat_cache[path]
        plain = super().get_static_file(path, url, stat_cache={path: facts})
        copy = self._packed / f"{Path(path).relative_to(self._root)}.gz" if self._packed else None
        if copy is None or not copy.is_file() or copy.stat().st_mtime < facts.st_mtime:
            return plain
        _encoding, _path, headers = plain.alternatives[0]
        return StaticFile(path, headers, encodings={"gzip": str(copy)})
