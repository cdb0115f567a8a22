"""The inbox: deliveries that somebody, or a nightly export, puts into a folder are imported and put away.

Input: the folder of [inbox]. A delivery is what lies in the folder itself, or in one folder in it. It is taken once it
is complete and nothing in it has changed for a while, and out of the sender's reach before it is read; then it is
imported and archived, or refused and put aside with a text that says why. None is imported twice: one that was imported
and could not be put away is known by its hashes.

    inbox/              what is delivered: files, or a folder for each delivery
    inbox/.taken/       what is being imported, for a moment
    inbox/archive/      20261126T020500Z-batch-12/
    inbox/refused/      20261126T020500Z/ with why.txt
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import re
import shutil
import stat
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatch
from itertools import chain, count
from pathlib import Path
from typing import Literal, cast

from sqlalchemy import select

from dlt_sync.db import Database
from dlt_sync.errors import DatabaseError, RecordsError
from dlt_sync.records.delivery import Limits, find_files
from dlt_sync.records.importing import ImportOptions, import_options, import_records
from dlt_sync.records.tables import ImportFile
from dlt_sync.retention import Cleared
from dlt_sync.settings import InboxSettings, Settings

logger = logging.getLogger(__name__)

#: Names of files that a program is still writing, or that it keeps for itself.
TEMPORARY = (
    ".*", "~$*", "*.part", "*.partial", "*.filepart", "*.crdownload", "*.tmp", "*.swp", "thumbs.db", "desktop.ini",
)  # fmt: skip
TAKEN = ".taken"
#: A delivery that is being taken, file by file, has this at the end of its folder's name until it is whole.
HALF = ".half"
WHY = "why.txt"
STAMP = "%Y%m%dT%H%M%SZ"  # when a delivery was taken or put away, in UTC
RUN_BY = "inbox"

#: What may not change: each file's times, size and number.
_State = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a delivery: its batch, or why it was refused; `place` is where it lies now."""

    name: str
    batch: int | None
    why: tuple[str, ...]
    place: Path


@dataclass(slots=True)
class Inbox:
    """The inbox of one daemon, which remembers between its looks how each delivery was, and for how long it has been
    so: by `clock`, since the time of day may jump, and other machines write with clocks of their own."""

    database: Database
    settings: Settings
    clock: Callable[[], float] = time.monotonic
    _seen: dict[Path, tuple[_State, float]] = field(default_factory=dict)

    def take(self, now: datetime) -> tuple[Taken, ...]:
        """Import what is complete, oldest first, and put it away. To be called about once a minute.

        Raises RecordsError when the folder cannot be used, or something could not be taken or put away, after all
        others were; DatabaseError when our database cannot be used: what was taken is imported by the next call.
        """
        inbox = self.settings.inbox
        if inbox.folder is None:
            return ()
        look = _Look(self.database, self.settings, inbox, inbox.folder, now)
        try:
            look.give_back_halves()
            done = [look.import_and_put_away(place) for place in look.taken()]
            for place in self._ready(look):
                still = look.state(place) == self._seen[place][0]  # those before it may have taken long
                if still and (taken := look.take(place)):
                    self._seen.pop(place)
                    done.append(look.import_and_put_away(taken))
        except OSError as error:
            raise RecordsError(
                f"The inbox {inbox.folder} cannot be used: {_why(error)}.",
                remedy="See that the folder is there, and that the daemon's user may read and write in it.",
            ) from error
        if look.troubles:
            raise RecordsError(
                f"The inbox {inbox.folder} could not be worked off.",
                remedy="Mend what is listed; the next look goes on where this one stopped, and imports nothing twice.",
                problems=look.troubles,
            )
        return tuple(filter(None, done))

    def _ready(self, look: _Look) -> list[Path]:
        """What has been still for long enough and is complete, oldest first."""
        moment = self.clock()
        there = {place: look.state(place) for place in look.deliveries()}
        before, self._seen = self._seen, {}
        for place, state in there.items():
            known, since = before.get(place, (None, moment))
            self._seen[place] = state, since if known == state else moment
        quiet_s = look.inbox.quiet_s
        still = [place for place, (_, since) in self._seen.items() if moment - since >= quiet_s]
        return sorted(filter(look.is_complete, still), key=lambda place: _newest(there[place]))


@dataclass(slots=True)
class _Look:
    """One look at the inbox."""

    database: Database
    settings: Settings
    inbox: InboxSettings
    folder: Path
    now: datetime
    troubles: list[str] = field(default_factory=list)

    def deliveries(self) -> Iterator[Path]:
        """The folder itself if files lie in it, and each folder in it that holds some."""
        if self._loose():
            yield self.folder
        kept = (self.inbox.archive, self.inbox.refused)
        ours = {folder for place in kept if place for folder in (place, *place.parents)}
        for entry in sorted(self.folder.iterdir()):
            if _is_folder(entry) and entry not in ours and not self._is_temporary(entry) and self._holds_files(entry):
                yield entry

    def state(self, place: Path) -> _State:
        """What lies in a delivery, temporary files too: one that grows is a sign. Links are not followed."""
        found: dict[str, tuple[int, ...]] = {}
        for folder, folders, names in os.walk(place):
            if place == self.folder:
                folders.clear()
            for path in (f"{folder}/{name}" for name in (*folders, *names)):
                with contextlib.suppress(FileNotFoundError):
                    found[path] = _identity(os.lstat(path))
        return found

    def is_complete(self, place: Path) -> bool:
        """Whether the sender says that nothing is missing, where the settings ask for that."""
        return not self.inbox.marker or (place / self.inbox.marker).is_file()

    def take(self, place: Path) -> Path | None:
        """Move a delivery to where nobody else looks for it, as a whole or not at all. None: not at all."""
        target = _free(self.folder / TAKEN / f"{self._stamp}-{'files' if place == self.folder else place.name}")
        try:
            target.parent.mkdir(mode=0o700, exist_ok=True)
            if place != self.folder:
                return place.rename(target)
            half = target.with_name(target.name + HALF)
            half.mkdir()
            half.chmod(self._mode)
            for file in self._loose():
                file.rename(half / file.name)
            return half.rename(target)
        except FileNotFoundError:
            logger.info("A delivery in the inbox was taken away before it could be imported.")
        except OSError as error:
            what = f"{place}: the delivery cannot be taken, and was not imported: {_why(error)}."
            self.troubles.append(f"{what} The daemon's user must be able to write in this folder and in the inbox.")
        self.give_back_halves()
        return None

    def give_back_halves(self) -> None:
        """Put back what was being taken when something stopped it, so that it is taken as a whole."""
        for half in self._taken(halves=True):
            for file in sorted(half.iterdir()):
                if not (self.folder / file.name).exists():
                    file.rename(self.folder / file.name)
            if any(half.iterdir()):
                newer = "These files were being taken when something stopped it, and newer ones were delivered since."
                self._put_away(half, None, (newer,))
            else:
                half.rmdir()

    def taken(self) -> list[Path]:
        """What was taken before something stopped the daemon, oldest first."""
        return self._taken(halves=False)

    def import_and_put_away(self, place: Path) -> Taken | None:
        """Import one delivery, then move it. None when it could not be moved: it is then known by its hashes."""
        name = place.name.partition("-")[2]
        why: tuple[str, ...] = ()
        batch: int | None = None
        try:
            if strange := _strange(place):
                raise RecordsError(f"The delivery {name} is refused; nothing was loaded.", problems=strange)
            batch = self._import(place)
        except RecordsError as error:
            why = tuple(filter(None, (error.message.replace(str(place), name), *error.problems, error.remedy)))
            logger.warning("A delivery in the inbox is refused: %s", " ".join(why))
        except DatabaseError:
            raise  # no fault of the delivery: it is imported by the next look
        except Exception as error:
            # A defect of ours: it must not stand in the way of the deliveries that come after it.
            self._put_away(place, None, (f"Something unforeseen went wrong ({type(error).__name__}); see the log.",))
            raise
        try:
            return Taken(name, batch, why, self._put_away(place, batch, why))
        except OSError as error:
            became = f"imported as batch {batch}" if batch is not None else "refused"
            self.troubles.append(f"{place}: the delivery was {became} and cannot be put away: {_why(error)}.")
            return None

    def _import(self, place: Path) -> int:
        options = import_options(self.settings.records, self.settings.rules.timezone)
        if known := self._known_batch(place, options):
            logger.info("A delivery in the inbox was imported before, as batch %d.", known)
            return known
        mode = cast(Literal["full", "delta"], self.inbox.mode)
        result = import_records(self.database, place, options=options, mode=mode, run_by=RUN_BY, now=self.now)
        assert result.batch is not None
        logger.info("A delivery from the inbox is batch %d; %d rows are set aside.", result.batch, result.set_aside)
        return result.batch

    def _known_batch(self, place: Path, options: ImportOptions) -> int | None:
        """The batch that these very files were imported as: with the same content and the same times.

        An export that was made anew and came out the same has another time. It is imported, as received.
        """
        files = find_files(place, options.files, Limits(options.max_file_mb)).files
        wanted = {(file.entity, file.sha256, file.modified_at) for file in files.values()}
        if not wanted:
            return None
        with self.database.session() as session:
            hashes = [sha256 for _, sha256, _ in wanted]
            batches = session.scalars(select(ImportFile.batch_id).where(ImportFile.sha256.in_(hashes)).distinct())
            rows = session.scalars(select(ImportFile).where(ImportFile.batch_id.in_(list(batches)))).all()
        of_batch: dict[int, set[tuple[str, str, datetime]]] = {}
        for row in rows:
            of_batch.setdefault(row.batch_id, set()).add((row.entity, row.sha256, row.modified_at))
        return max((batch for batch, found in of_batch.items() if found == wanted), default=None)

    def _put_away(self, place: Path, batch: int | None, why: tuple[str, ...]) -> Path:
        parent = self.inbox.refused if batch is None else self.inbox.archive
        assert parent is not None
        target = _free(parent / (self._stamp if batch is None else f"{self._stamp}-batch-{batch}"))
        if not parent.exists():
            parent.mkdir(parents=True)
            parent.chmod(self._mode)
        _move(place, target)
        if why:
            self._say_why(target / WHY, why)
        return target

    def _say_why(self, file: Path, why: tuple[str, ...]) -> None:
        """For whoever delivered it: they may read it if they may read the inbox."""
        try:
            file.write_text("\n".join(why) + "\n", encoding="utf-8")
            file.chmod(self._mode & 0o666)
        except OSError as error:
            logger.warning("%s could not be written: %s.", file, _why(error))

    @property
    def _stamp(self) -> str:
        return self.now.astimezone(UTC).strftime(STAMP)

    @property
    def _mode(self) -> int:
        """Who may do what in the inbox, and so in what is made for its senders."""
        return stat.S_IMODE(self.folder.stat().st_mode) & 0o2777  # with the bit that hands its group on

    def _taken(self, *, halves: bool) -> list[Path]:
        return [entry for entry in _entries(self.folder / TAKEN) if entry.name.endswith(HALF) == halves]

    def _loose(self) -> list[Path]:
        return [file for file in sorted(self.folder.iterdir()) if not _is_folder(file) and not self._is_temporary(file)]

    def _holds_files(self, folder: Path) -> bool:
        return any(not self._is_temporary(Path(name)) for _, _, names in os.walk(folder) for name in names)

    def _is_temporary(self, entry: Path) -> bool:
        return entry.name != self.inbox.marker and any(fnmatch(entry.name.lower(), name) for name in TEMPORARY)


def clear_deliveries(inbox: InboxSettings, now: datetime, *, dry_run: bool = False) -> tuple[Cleared, ...]:
    """Delete deliveries that were archived or refused longer ago than the settings keep them: they hold people's data.

    Only what this module named is deleted. Raises RecordsError when a folder cannot be deleted, after all others were.
    """
    if inbox.folder is None or inbox.keep_days is None:
        return ()
    before = now - timedelta(days=inbox.keep_days)
    troubles: list[str] = []
    cleared = []
    for what, parent in (("archived deliveries", inbox.archive), ("refused deliveries", inbox.refused)):
        assert parent is not None
        old = [entry for entry in _entries(parent) if (stamp := _put_away_at(entry)) and stamp < before]
        for entry in old if not dry_run else ():
            try:
                shutil.rmtree(entry)
            except OSError as error:
                troubles.append(f"{entry}: {_why(error)}.")
        cleared.append(Cleared(what, len(old), before))
    if troubles:
        raise RecordsError(
            "Old deliveries could not all be deleted.",
            remedy="See that the daemon's user may write in these folders.",
            problems=troubles,
        )
    return tuple(cleared)


def _put_away_at(entry: Path) -> datetime | None:
    """When a delivery was put away, by its name; None for what is none."""
    found = re.match(r"\d{8}T\d{6}Z(?=-|$)", entry.name)
    return datetime.strptime(found[0], STAMP).replace(tzinfo=UTC) if found and _is_folder(entry) else None


def _entries(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _free(place: Path) -> Path:
    """This path, or one like it that is not in use."""
    others = (place.with_name(f"{place.name}-{number}") for number in count(2))
    return next(path for path in chain([place], others) if not path.exists())


def _is_folder(entry: Path) -> bool:
    return entry.is_dir() and not entry.is_symlink()


def _identity(status: os.stat_result) -> tuple[int, ...]:
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino


def _newest(state: _State) -> int:
    return max((identity[0] for identity in state.values() if identity), default=0)


def _strange(place: Path) -> tuple[str, ...]:
    """What is no plain file: a link may lead anywhere, and a pipe can be read for ever."""
    found = []
    for folder, folders, names in os.walk(place):
        for name in sorted((*folders, *names)):
            mode = os.lstat(f"{folder}/{name}").st_mode
            if stat.S_ISLNK(mode):
                found.append(f"{name}: it is a link to somewhere else. Put the file itself there.")
            elif not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
                found.append(f"{name}: it is no file. Put a file there.")
    return tuple(found)


def _move(place: Path, target: Path) -> None:
    """Move a folder; onto another disk whole or not at all."""
    try:
        place.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        half = target.with_name(target.name + HALF)
        shutil.rmtree(half, ignore_errors=True)
        try:
            shutil.copytree(place, half, symlinks=True)
        except OSError:  # shutil's own errors are such, too
            shutil.rmtree(half, ignore_errors=True)
            raise
        half.rename(target)
        shutil.rmtree(place)


def _why(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "the disk is full"
    return error.strerror or "not all files could be copied"
