"""The inbox: taken once, whole, and only when nobody writes any more; put away with the reason."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from dlt_sync.daemon import inbox as inbox_module
from dlt_sync.daemon.inbox import TAKEN, WHY, Inbox, Taken, clear_deliveries
from dlt_sync.db import Database
from dlt_sync.errors import ConfigError, DatabaseError, RecordsError
from dlt_sync.records import importing
from dlt_sync.records.delivery import SourceFile
from dlt_sync.records.questions import latest_batch
from dlt_sync.records.readers import Sheet, read
from dlt_sync.records.tables import ImportBatch, Person
from tests.unit.operations.conftest import SettingsOf
from tests.unit.operations.records_of_runs import NOW
from tests.unit.records.files import Exports


class Watched:
    """An inbox, its folder, and a clock that stands still unless a test moves it."""

    def __init__(self, database: Database, settings_of: SettingsOf, folder: Path, more: str = "") -> None:
        folder.mkdir()
        self.database, self.folder = database, folder
        self._settings = settings_of(f"[inbox]\nfolder = {folder}\n{more}")
        self.seconds = 0.0
        self.now = NOW
        self.inbox = Inbox(database, self._settings, clock=lambda: self.seconds)

    def restart(self) -> None:
        self.inbox = Inbox(self.database, self._settings, clock=lambda: self.seconds)

    def look(self) -> tuple[Taken, ...]:
        self.now += timedelta(minutes=1)
        return self.inbox.take(self.now)

    def wait_and_look(self, seconds: float = 120) -> tuple[Taken, ...]:
        """Look, let time pass, and look again."""
        assert self.look() == ()
        self.seconds += seconds
        return self.look()

    @property
    def batches(self) -> int:
        with self.database.session() as session:
            return latest_batch(session)

    def there(self) -> list[str]:
        """What lies in the folder, archive and refused aside."""
        names = sorted(path.name for path in self.folder.iterdir() if path.name not in ("archive", "refused", TAKEN))
        taken = self.folder / TAKEN
        assert not taken.exists() or not list(taken.iterdir())
        return names


@pytest.fixture
def watched(sqlite: Database, settings_of: SettingsOf, tmp_path: Path) -> Watched:
    return Watched(sqlite, settings_of, tmp_path / "inbox")


@pytest.fixture
def deliver(exports: Exports, watched: Watched) -> Callable[..., Path]:
    """Puts the exports into the inbox: in a folder of that name, or as files."""

    def put(name: str = "") -> Path:
        place = watched.folder / name
        shutil.copytree(exports.folder, place, dirs_exist_ok=True)
        return place

    return put


Deliver = Callable[..., Path]


def test_a_folder_is_imported_once_it_has_been_still_and_then_archived(watched: Watched, deliver: Deliver) -> None:
    deliver("monday")
    (done,) = watched.wait_and_look()
    assert (done.name, done.batch, done.why) == ("monday", 1, ())
    assert done.place == watched.folder / "archive" / "20261126T030200Z-batch-1"
    assert (done.place / "person.csv").is_file()
    assert watched.there() == []
    assert watched.look() == ()


def test_files_in_the_inbox_itself_are_one_delivery(watched: Watched, deliver: Deliver) -> None:
    deliver()
    (done,) = watched.wait_and_look()
    assert (done.name, done.batch) == ("files", 1)
    assert watched.there() == []


def test_who_imported_it_is_written_on_the_batch(watched: Watched, deliver: Deliver) -> None:
    deliver("monday")
    watched.wait_and_look()
    with watched.database.session() as session:
        assert session.get_one(ImportBatch, 1).run_by == "inbox"


def test_what_still_grows_is_left_alone(watched: Watched, deliver: Deliver) -> None:
    place = deliver("monday")
    for _ in range(4):
        assert watched.look() == ()
        watched.seconds += 119
        with (place / "enrolment.csv").open("a") as file:
            file.write("\n")
    assert watched.look() == ()
    watched.seconds += 120
    assert len(watched.look()) == 1


def test_a_temporary_file_that_grows_says_that_more_is_coming(watched: Watched, deliver: Deliver) -> None:
    place = deliver("monday")
    (place / "topic.csv.part").write_text("x")
    assert watched.look() == ()
    watched.seconds += 100
    (place / "topic.csv.part").write_text("xy")
    assert watched.look() == ()
    watched.seconds += 100
    assert watched.look() == ()


def test_a_clock_that_jumps_does_not_matter(watched: Watched, deliver: Deliver) -> None:
    place = deliver("monday")
    for file in place.iterdir():
        os.utime(file, (4_000_000_000, 4_000_000_000))
    watched.look()
    watched.now += timedelta(days=-400)
    assert watched.look() == ()
    watched.seconds += 120
    assert len(watched.look()) == 1


@pytest.mark.parametrize("name", ["~$person.xlsx", "person.csv.part", "x.tmp", ".hidden", "Thumbs.db", "y.filepart"])
def test_temporary_files_are_no_delivery(watched: Watched, name: str) -> None:
    (watched.folder / name).write_text("x")
    (watched.folder / "empty").mkdir()
    (watched.folder / "only").mkdir()
    (watched.folder / "only" / name).write_text("x")
    assert watched.wait_and_look() == ()
    assert watched.there() == sorted([name, "empty", "only"])


def test_temporary_files_beside_a_delivery_stay(watched: Watched, deliver: Deliver) -> None:
    deliver()
    (watched.folder / "~$person.xlsx").write_text("x")
    assert len(watched.wait_and_look()) == 1
    assert watched.there() == ["~$person.xlsx"]


@pytest.mark.parametrize("marker", ["_READY", ".done"])
def test_a_delivery_without_its_marker_is_not_complete(
    sqlite: Database, settings_of: SettingsOf, tmp_path: Path, exports: Exports, marker: str
) -> None:
    watched = Watched(sqlite, settings_of, tmp_path / "marked", f"marker = {marker}\n")
    shutil.copytree(exports.folder, watched.folder, dirs_exist_ok=True)
    assert watched.wait_and_look(10_000) == ()
    (watched.folder / marker).touch()
    (done,) = watched.wait_and_look()
    assert done.batch == 1
    assert (done.place / marker).is_file()


def test_the_older_of_two_deliveries_goes_first(watched: Watched, deliver: Deliver) -> None:
    newer, older = deliver("a"), deliver("b")
    for place, moment in ((older, 1_900_000_000), (newer, 1_900_100_000)):
        for file in place.iterdir():
            os.utime(file, (moment, moment))
    assert [(done.name, done.batch) for done in watched.wait_and_look()] == [("b", 1), ("a", 2)]


def test_a_refused_delivery_is_put_aside_with_the_reason(
    watched: Watched, deliver: Deliver, caplog: pytest.LogCaptureFixture
) -> None:
    place = deliver("monday")
    (place / "person.csv").unlink()
    (done,) = watched.wait_and_look()
    assert done.batch is None
    assert done.place == watched.folder / "refused" / "20261126T030200Z"
    why = (done.place / WHY).read_text(encoding="utf-8")
    assert "The import of monday is refused; nothing was loaded." in why
    assert "person: its file is missing" in why
    assert "Correct what is listed and import again" in why
    assert "person: its file is missing" in caplog.text
    assert watched.batches == 0
    assert watched.there() == []


def test_senders_may_read_what_they_may_read_in_the_inbox(watched: Watched, deliver: Deliver) -> None:
    (deliver() / "person.csv").unlink()
    watched.folder.chmod(0o2770)
    before = os.umask(0o077)
    try:
        (done,) = watched.wait_and_look()
    finally:
        os.umask(before)
    assert done.place.stat().st_mode & 0o7777 == 0o2770
    assert (done.place / WHY).stat().st_mode & 0o777 == 0o660
    assert done.place.parent.stat().st_mode & 0o7777 == 0o2770


def test_a_half_written_file_is_refused_and_nothing_is_loaded(watched: Watched, deliver: Deliver) -> None:
    file = deliver("monday") / "enrolment.csv"
    file.write_bytes(file.read_bytes()[:-30])
    (done,) = watched.wait_and_look()
    assert "breaks off" in " ".join(done.why)
    assert watched.batches == 0


@pytest.mark.parametrize("target", ["/etc/hostname", "person.csv"])
def test_a_link_is_refused_wherever_it_leads(watched: Watched, deliver: Deliver, target: str) -> None:
    (deliver("monday") / "topic.csv").symlink_to(target)
    (done,) = watched.wait_and_look()
    assert "topic.csv: it is a link to somewhere else. Put the file itself there." in done.why
    assert (done.place / "topic.csv").is_symlink()
    assert watched.batches == 0


def test_a_pipe_is_refused_without_being_read(watched: Watched, deliver: Deliver) -> None:
    os.mkfifo(deliver("monday") / "topic.csv")
    (done,) = watched.wait_and_look()
    assert "topic.csv: it is no file. Put a file there." in done.why


def test_a_link_to_a_folder_is_no_folder(watched: Watched, deliver: Deliver, exports: Exports) -> None:
    (watched.folder / "today").symlink_to(exports.folder)
    (done,) = watched.wait_and_look()
    assert "today: it is a link to somewhere else. Put the file itself there." in done.why
    assert exports.folder.is_dir()


def test_a_file_that_is_swapped_while_it_is_read_is_refused(
    watched: Watched, deliver: Deliver, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver("monday")

    def swap(source: SourceFile, headers: Mapping[str, str]) -> Sheet:
        sheet = read(source, headers)
        if source.entity == "person":
            source.path.write_bytes(source.path.read_bytes().replace(b"s910001", b"s919999"))
        return sheet

    monkeypatch.setattr(importing, "read", swap)
    (done,) = watched.wait_and_look()
    assert "person.csv: it changed while it was read. Import again once the export is complete." in done.why
    assert watched.batches == 0
    with watched.database.session() as session:
        assert session.scalars(select(Person)).all() == []


def test_a_delivery_that_changed_at_the_last_moment_waits_again(
    watched: Watched, deliver: Deliver, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = deliver("monday")
    newest = inbox_module._newest

    def write_more(state: object) -> int:
        with (place / "enrolment.csv").open("a") as file:
            file.write("\n")
        return newest(state)  # type: ignore[arg-type]

    monkeypatch.setattr(inbox_module, "_newest", write_more)
    assert watched.wait_and_look() == ()
    assert watched.there() == ["monday"]
    monkeypatch.undo()
    assert len(watched.wait_and_look()) == 1


def test_what_was_imported_and_could_not_be_archived_is_not_imported_again(
    watched: Watched, deliver: Deliver, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver("monday")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(inbox_module, "_move", full)
    with pytest.raises(RecordsError) as caught:
        watched.wait_and_look()
    assert "was imported as batch 1 and cannot be put away: the disk is full." in caught.value.problems[0]
    assert watched.batches == 1
    watched.restart()
    with pytest.raises(RecordsError):
        watched.look()
    monkeypatch.undo()
    (done,) = watched.look()
    assert (done.batch, watched.batches) == (1, 1)
    assert done.place.name.endswith("-batch-1")
    assert watched.there() == []


def test_the_same_export_made_anew_is_received_as_a_batch_of_its_own(watched: Watched, deliver: Deliver) -> None:
    deliver("monday")
    watched.wait_and_look()
    for file in deliver("tuesday").iterdir():
        os.utime(file, (file.stat().st_mtime + 86_400,) * 2)
    (done,) = watched.wait_and_look()
    assert done.batch == 2


def test_a_daemon_that_died_while_it_imported_goes_on(
    watched: Watched, deliver: Deliver, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver("monday")

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(inbox_module, "import_records", die)
    with pytest.raises(KeyboardInterrupt):
        watched.wait_and_look()
    monkeypatch.undo()
    watched.restart()
    (done,) = watched.look()
    assert (done.name, done.batch) == ("monday", 1)


def test_files_of_which_half_were_taken_are_put_back_and_taken_as_a_whole(watched: Watched, deliver: Deliver) -> None:
    deliver()
    half = watched.folder / TAKEN / "20261126T030000Z-files.half"
    half.mkdir(parents=True)
    for name in ("person.csv", "org.csv"):
        (watched.folder / name).rename(half / name)
    (done,) = watched.wait_and_look()
    assert done.batch == 1
    assert (done.place / "person.csv").is_file()


def test_a_newer_file_is_not_overwritten_by_what_is_put_back(watched: Watched, deliver: Deliver) -> None:
    deliver()
    half = watched.folder / TAKEN / "20261126T030000Z-files.half"
    half.mkdir(parents=True)
    (half / "person.csv").write_text("old")
    (done,) = watched.wait_and_look()
    assert done.batch == 1
    (kept,) = (watched.folder / "refused").iterdir()
    assert (kept / "person.csv").read_text() == "old"
    assert "newer ones were delivered since" in (kept / WHY).read_text()


def test_a_database_in_trouble_is_no_fault_of_the_delivery(
    watched: Watched, deliver: Deliver, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver("monday")

    def locked(*_: object, **__: object) -> None:
        raise DatabaseError("The database is locked.")

    monkeypatch.setattr(inbox_module, "import_records", locked)
    with pytest.raises(DatabaseError):
        watched.wait_and_look()
    monkeypatch.undo()
    assert [done.batch for done in watched.look()] == [1]


def test_a_defect_of_ours_does_not_block_the_deliveries_after_it(
    watched: Watched, deliver: Deliver, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver("monday")

    def break_down(*_: object, **__: object) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr(inbox_module, "import_records", break_down)
    with pytest.raises(RuntimeError):
        watched.wait_and_look()
    monkeypatch.undo()
    (refused,) = (watched.folder / "refused").iterdir()
    assert "Something unforeseen went wrong (RuntimeError)" in (refused / WHY).read_text()
    deliver("tuesday")
    assert [done.batch for done in watched.wait_and_look()] == [1]


def test_a_folder_that_cannot_be_taken_is_not_imported(
    watched: Watched, deliver: Deliver, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver("monday")
    deliver("tuesday")
    rename = Path.rename

    def refuse(self: Path, target: Path) -> Path:
        if self.name == "monday":
            raise PermissionError(errno.EACCES, "Permission denied")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(RecordsError) as caught:
        watched.wait_and_look()
    (problem,) = caught.value.problems
    assert "monday: the delivery cannot be taken, and was not imported: Permission denied." in problem
    assert watched.batches == 1  # Tuesday's


def test_loose_files_of_which_one_cannot_be_taken_all_stay(
    watched: Watched, deliver: Deliver, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = sorted(path.name for path in deliver().iterdir())
    rename = Path.rename

    def refuse(self: Path, target: Path) -> Path:
        if self.name == "person.csv" and TAKEN in str(target):
            raise PermissionError(errno.EACCES, "Permission denied")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(RecordsError, match="could not be worked off"):
        watched.wait_and_look()
    assert watched.there() == names
    assert watched.batches == 0


def test_a_delivery_that_its_sender_takes_away_is_no_trouble(
    watched: Watched, deliver: Deliver, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = deliver("monday")
    newest = inbox_module._newest

    def vanish(state: object) -> int:
        shutil.rmtree(place)
        return newest(state)  # type: ignore[arg-type]

    monkeypatch.setattr(inbox_module, "_newest", vanish)
    assert watched.wait_and_look() == ()


def test_an_archive_on_another_disk_gets_a_whole_copy(
    watched: Watched, deliver: Deliver, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver("monday")
    rename = Path.rename

    def other_disk(self: Path, target: Path) -> Path:
        if self.parent.name == TAKEN and target.parent.name == "archive":
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", other_disk)
    copied: list[str] = []
    copy = shutil.copytree

    def fill_up(source: Path, target: Path, symlinks: bool) -> Path:
        made: Path = copy(source, target, symlinks=symlinks)
        if not copied:
            copied.append("once")
            raise shutil.Error([("a", "b", "No space left on device")])
        return made

    monkeypatch.setattr(shutil, "copytree", fill_up)
    with pytest.raises(RecordsError, match="could not be worked off"):
        watched.wait_and_look()
    assert list((watched.folder / "archive").iterdir()) == []
    (done,) = watched.look()
    assert (done.batch, watched.batches) == (1, 1)
    assert (done.place / "person.csv").is_file()
    assert watched.there() == []


def test_an_inbox_that_is_gone_is_a_sentence(watched: Watched) -> None:
    watched.folder.rmdir()
    with pytest.raises(RecordsError, match="cannot be used: No such file or directory") as caught:
        watched.look()
    assert "See that the folder is there" in caught.value.remedy


def test_without_an_inbox_nothing_is_looked_at(sqlite: Database, settings_of: SettingsOf) -> None:
    assert Inbox(sqlite, settings_of("")).take(NOW) == ()


def test_archive_and_refused_may_lie_deeper_in_the_inbox(
    sqlite: Database, settings_of: SettingsOf, tmp_path: Path, exports: Exports
) -> None:
    inbox = tmp_path / "deep"
    more = f"archive = {inbox}/done/archive\nrefused = {inbox}/done/refused\n"
    watched = Watched(sqlite, settings_of, inbox, more)
    shutil.copytree(exports.folder, inbox / "monday")
    assert watched.wait_and_look()[0].place.parent == inbox / "done" / "archive"
    assert watched.wait_and_look() == ()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("mode = all", "“all” is unknown. Write one of: full, delta."),
        ("marker = done/ready", "“done/ready” is no name of a file."),
        ("folder = in\narchive = in", "inbox, archive and refused must be three folders."),
        ("folder = in\narchive = x\nrefused = x", "inbox, archive and refused must be three folders."),
    ],
)
def test_settings_that_cannot_work_are_refused(settings_of: SettingsOf, text: str, problem: str) -> None:
    with pytest.raises(ConfigError) as caught:
        settings_of(f"[inbox]\n{text}\n")
    assert problem in caught.value.problems[0]


def test_deliveries_are_cleared_when_they_have_been_kept_for_long_enough(watched: Watched, deliver: Deliver) -> None:
    deliver("monday")
    (archived,) = watched.wait_and_look()
    (deliver("tuesday") / "person.csv").unlink()
    (refused,) = watched.wait_and_look()
    foreign = archived.place.parent / "by hand"
    foreign.mkdir()
    settings = watched.inbox.settings.inbox
    assert [one.rows for one in clear_deliveries(settings, NOW + timedelta(days=90))] == [0, 0]
    later = NOW + timedelta(days=91)
    found = clear_deliveries(settings, later, dry_run=True)
    assert [(one.what, one.rows) for one in found] == [("archived deliveries", 1), ("refused deliveries", 1)]
    assert archived.place.is_dir()
    assert clear_deliveries(settings, later) == found
    assert not archived.place.exists()
    assert not refused.place.exists()
    assert foreign.is_dir()


def test_what_cannot_be_deleted_is_named(watched: Watched, deliver: Deliver, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver("monday")
    watched.wait_and_look()

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "rmdir", refuse)
    with pytest.raises(RecordsError, match="Old deliveries could not all be deleted") as caught:
        clear_deliveries(watched.inbox.settings.inbox, NOW + timedelta(days=91))
    assert "Permission denied" in caught.value.problems[0]


@pytest.mark.parametrize("text", ["", "[inbox]\nfolder = none\nkeep_days = never\n", "[inbox]\nfolder = none\n"])
def test_where_nothing_is_to_be_cleared_nothing_is(settings_of: SettingsOf, text: str) -> None:
    assert sum(one.rows for one in clear_deliveries(settings_of(text).inbox, NOW)) == 0
