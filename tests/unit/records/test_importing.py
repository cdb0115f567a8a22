"""Whole imports, one after the other: what is created, changed, kept, removed, set aside, refused."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from dlt_sync.db import Base, Database
from dlt_sync.errors import RecordsError
from dlt_sync.records.importing import ImportOptions, check_records, import_records
from dlt_sync.records.tables import ENTITIES, Enrolment, ImportBatch, ImportFile, Org, Person, Quarantine, Record
from tests.unit.records.files import KEY, NOW, Exports, load, rules


def status(database: Database, entity: str, key: str) -> str:
    with database.session() as session:
        record: Record = session.get_one(ENTITIES[entity], key)
        return record.status


def open_rules(database: Database) -> list[tuple[str | None, str]]:
    with database.session() as session:
        rows = session.query(Quarantine).filter_by(state="open").order_by(Quarantine.id)
        return [(row.sourced_id, row.rule) for row in rows]


def contents(database: Database) -> dict[str, list[Any]]:
    with database.session() as session:
        return {
            table.name: [tuple(row) for row in session.execute(table.select())] for table in Base.metadata.sorted_tables
        }


def refused(database: Database, exports: Exports, **options: Any) -> tuple[str, ...]:
    before = contents(database)
    with pytest.raises(RecordsError) as caught:
        load(database, exports, **options)
    assert contents(database) == before
    return caught.value.problems


def test_the_first_import_loads_everything_as_batch_1(database: Database, exports: Exports) -> None:
    result = load(database, exports)
    assert (result.batch, result.verdict, result.set_aside) == (1, "ok", 0)
    assert result.counts["enrolment"] == {"created": 5, "changed": 0, "unchanged": 0, "removed": 0, "set_aside": 0}
    with database.session() as session:
        batch = session.get_one(ImportBatch, 1)
        assert (batch.mode, batch.run_by, batch.counts) == ("full", "methodist", result.counts)
        file = session.get_one(ImportFile, (1, "enrolment"))
        assert (file.name, file.rows, len(file.sha256)) == ("enrolment.csv", 5, 64)
        assert session.get_one(Enrolment, "plt:enrolment:2").source_row == 3


def test_the_same_files_again_change_nothing(database: Database, exports: Exports) -> None:
    load(database, exports)
    again = load(database, exports)
    assert again.batch == 2
    for counts in again.counts.values():
        assert (counts["created"], counts["changed"], counts["removed"]) == (0, 0, 0)
    with database.session() as session:
        assert {person.batch_id for person in session.query(Person)} == {2}


def test_a_changed_row_changes_one_record(database: Database, exports: Exports) -> None:
    # DOMAIN d.6 trap 25: the kafedra is renamed and stays the same kafedra.
    load(database, exports)
    exports.replace("org", "Гигиена и эпидемиология", "Гигиена")
    later = NOW + timedelta(days=1)
    result = import_records(database, exports.folder, options=ImportOptions(iin_key=KEY), now=later)
    assert result.counts["org"]["changed"] == 1
    with database.session() as session:
        kafedra = session.get_one(Org, "plt:cafedra:59")
        assert (kafedra.name_ru, kafedra.date_last_modified) == ("Гигиена", later)
        assert session.get_one(Org, "plt:cafedra:12").date_last_modified == NOW


def test_a_row_that_is_absent_is_no_longer_in_force_and_may_return(database: Database, exports: Exports) -> None:
    load(database, exports)
    whole = exports.path("enrolment").read_text("utf-8")
    exports.drop("enrolment", "plt:enrolment:5")
    assert load(database, exports).counts["enrolment"]["removed"] == 1
    assert status(database, "enrolment", "plt:enrolment:5") == "tobedeleted"
    exports.write("enrolment", whole)
    assert load(database, exports, accept_older=frozenset({"enrolment"})).counts["enrolment"]["changed"] == 1
    assert status(database, "enrolment", "plt:enrolment:5") == "active"


def test_a_row_that_says_so_is_no_longer_in_force(database: Database, exports: Exports) -> None:
    load(database, exports)
    exports.replace("enrolment", "plt:group:501,,,active,212-с,active", "plt:group:501,,,active,212-с,tobedeleted")
    assert load(database, exports).counts["enrolment"]["removed"] == 1
    assert status(database, "enrolment", "plt:enrolment:1") == "tobedeleted"


def test_a_delta_changes_only_what_it_holds(database: Database, exports: Exports) -> None:
    load(database, exports)
    header = exports.path("enrolment").read_text("utf-8").splitlines()[0]
    new = "plt:enrolment:6,plt:offering:17,plt:student:910004,student,,,,active,,active"
    for path in exports.folder.iterdir():
        path.unlink()
    exports.write("enrolment", f"{header}\n{new}\n")
    result = load(database, exports, mode="delta")
    assert result.counts == {"enrolment": {"created": 1, "changed": 0, "unchanged": 0, "removed": 0, "set_aside": 0}}
    assert status(database, "enrolment", "plt:enrolment:1") == "active"
    one_file = import_records(database, exports.path("enrolment"), mode="delta", now=NOW)
    assert one_file.counts["enrolment"]["unchanged"] == 1


def test_a_column_that_is_not_delivered_is_left_alone(database: Database, exports: Exports) -> None:
    load(database, exports)
    lines = [line.split(",") for line in exports.path("org").read_text("utf-8").splitlines()]
    exports.write("org", "\n".join(",".join(line[:3] + line[4:]) for line in lines) + "\n")
    load(database, exports)
    with database.session() as session:
        assert session.get_one(Org, "plt:academy:1").name_kk == "Үлгі академиясы"


def test_an_emptied_cell_empties_the_field(database: Database, exports: Exports) -> None:
    load(database, exports)
    exports.replace("org", "Үлгі академиясы", "")
    load(database, exports)
    with database.session() as session:
        assert session.get_one(Org, "plt:academy:1").name_kk == ""


@pytest.mark.parametrize("spoil", ["nonsense", "=A1", "x\0@academy.example", "x" * 10_000])
def test_what_a_bad_row_is_about_stays_as_it_is(database: Database, exports: Exports, spoil: str) -> None:
    load(database, exports)
    exports.replace("person", "Әйгерім", "Айгерим")
    exports.replace("person", "s910001@academy.example", spoil)
    assert load(database, exports).counts["person"]["set_aside"] == 1
    with database.session() as session:
        person = session.get_one(Person, "plt:student:910001")
        assert (person.status, person.given_name, person.batch_id) == ("active", "Әйгерім", 1)


def test_nothing_is_removed_while_a_key_cannot_be_read(database: Database, exports: Exports) -> None:
    load(database, exports)
    exports.replace("enrolment", "plt:enrolment:5,", ",")
    exports.drop("enrolment", "plt:enrolment:4")
    result = load(database, exports)
    assert rules(result) == [("enrolment", 5, "sourced_id", "required")]
    assert result.counts["enrolment"]["removed"] == 0
    assert status(database, "enrolment", "plt:enrolment:4") == "active"
    exports.drop("enrolment", "")
    assert load(database, exports).counts["enrolment"]["removed"] == 2


def test_a_corrected_row_resolves_what_was_set_aside(database: Database, exports: Exports) -> None:
    exports.replace("person", "s910004@academy.example", "nonsense")
    load(database, exports)
    assert open_rules(database) == [("plt:student:910004", "email")]
    exports.replace("person", "nonsense", "s910004@academy.example")
    load(database, exports)
    assert open_rules(database) == []
    with database.session() as session:
        assert session.query(Quarantine).filter_by(state="resolved").one().resolved_at == NOW


def test_a_row_that_stays_bad_keeps_the_day_it_was_first_seen(database: Database, exports: Exports) -> None:
    exports.replace("person", "s910004@academy.example", "nonsense")
    load(database, exports)
    later = NOW + timedelta(days=1)
    import_records(database, exports.folder, options=ImportOptions(iin_key=KEY), now=later)
    assert open_rules(database) == [("plt:student:910004", "email")]
    with database.session() as session:
        row = session.query(Quarantine).filter_by(state="open").one()
        assert (row.batch_id, row.first_seen) == (2, NOW)


def test_a_full_import_without_the_object_resolves_it_and_a_delta_does_not(
    database: Database, exports: Exports
) -> None:
    exports.replace("person", "s910004@academy.example", "nonsense")
    load(database, exports)
    exports.drop("person", "plt:student:910004")
    load(database, exports, mode="delta")
    assert open_rules(database) == [("plt:student:910004", "email")]
    load(database, exports)
    assert open_rules(database) == []


def test_a_dry_run_says_the_same_and_writes_nothing(database: Database, exports: Exports) -> None:
    exports.replace("person", "s910004@academy.example", "nonsense")
    before = contents(database)
    dry = check_records(database, exports.folder, options=ImportOptions(iin_key=KEY), now=NOW)
    assert contents(database) == before
    assert dry.batch is None
    real = load(database, exports)
    assert (dry.counts, dry.problems) == (real.counts, real.problems)


def test_a_missing_file_is_refused(database: Database, exports: Exports) -> None:
    exports.path("offering").unlink()
    (problem,) = refused(database, exports)
    assert "offering: its file is missing" in problem


def test_employments_may_be_missing_until_they_were_delivered_once(database: Database, exports: Exports) -> None:
    employments = exports.path("employment").read_text("utf-8")
    exports.path("employment").unlink()
    assert load(database, exports).verdict == "ok"
    exports.write("employment", employments)
    load(database, exports)
    exports.path("employment").unlink()
    (problem,) = refused(database, exports)
    assert "employment: its file is missing, and it was there before" in problem


def test_a_file_of_a_header_only_is_refused(database: Database, exports: Exports) -> None:
    load(database, exports)
    exports.write("enrolment", exports.path("enrolment").read_text("utf-8").splitlines()[0] + "\n")
    (problem,) = refused(database, exports)
    assert "enrolment.csv: it has a header and no rows, the last one had 5" in problem


def _many(exports: Exports, number: int) -> None:
    lines = exports.path("person").read_text("utf-8").splitlines()[:6]
    extra = [f"plt:student:{92000 + n},student,Черновик,,,,s{92000 + n},,ru,,active" for n in range(number - 5)]
    exports.write("person", "\n".join(lines + extra) + "\n")


def test_a_file_a_tenth_smaller_is_refused_until_somebody_accepts_it(database: Database, exports: Exports) -> None:
    _many(exports, 20)
    load(database, exports, shrink_limit_percent=10)
    _many(exports, 18)
    (problem,) = refused(database, exports, shrink_limit_percent=10)
    assert "it has 18 rows, the last one had 20 good ones: 10 % fewer" in problem
    assert "--accept-smaller person" in problem
    result = load(database, exports, shrink_limit_percent=10, accept_smaller=frozenset({"person"}))
    assert result.counts["person"]["removed"] == 2


def test_a_file_a_little_smaller_is_taken(database: Database, exports: Exports) -> None:
    _many(exports, 20)
    load(database, exports, shrink_limit_percent=10)
    _many(exports, 19)
    assert load(database, exports, shrink_limit_percent=10).counts["person"]["removed"] == 1


def test_taking_bad_rows_out_is_no_shrinking(database: Database, exports: Exports) -> None:
    exports.add("programme", "plt:programme:2,6В10101,Общая медицина,integrated,,0,,,active")
    assert load(database, exports, shrink_limit_percent=10).set_aside == 1
    exports.drop("programme", "plt:programme:2")
    assert load(database, exports, shrink_limit_percent=10).verdict == "ok"


def test_the_file_of_an_earlier_batch_is_refused(database: Database, exports: Exports) -> None:
    # DOMAIN d.6 trap 17: yesterday's file, copied over today's
    yesterday = exports.path("enrolment").read_text("utf-8")
    load(database, exports)
    exports.replace("enrolment", "plt:enrolment:5,plt:offering:18", "plt:enrolment:5,plt:offering:17")
    load(database, exports)
    exports.write("enrolment", yesterday)
    (problem,) = refused(database, exports)
    assert "enrolment.csv: it is the file of batch 1 again, and batch 2 brought a newer one" in problem


def test_a_file_saved_before_the_last_one_is_refused(database: Database, exports: Exports) -> None:
    load(database, exports)
    exports.replace("enrolment", "plt:enrolment:5,plt:offering:18", "plt:enrolment:5,plt:offering:17")
    yesterday = (datetime.now(UTC) - timedelta(days=1)).timestamp()
    os.utime(exports.path("enrolment"), (yesterday, yesterday))
    (problem,) = refused(database, exports)
    assert "enrolment.csv: it was saved" in problem
    assert load(database, exports, accept_older=frozenset({"enrolment"})).verdict == "ok"


@pytest.mark.parametrize("victim", ["person", "enrolment"])
@pytest.mark.parametrize("goes", [False, True])
def test_a_file_that_changes_while_the_delivery_is_read_is_refused(
    database: Database, exports: Exports, victim: str, goes: bool
) -> None:
    def swap(entity: str, rows: int) -> None:
        if entity == "person":  # read already, or not yet
            exports.path(victim).unlink() if goes else exports.replace(victim, "active", "active ")

    before = contents(database)
    with pytest.raises(RecordsError) as caught:
        import_records(database, exports.folder, now=NOW, progress=swap)
    assert contents(database) == before
    assert any(text.startswith(f"{victim}.csv: it ") for text in caught.value.problems)


def test_an_import_that_breaks_off_leaves_nothing(
    database: Database, exports: Exports, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off(*arguments: object, **named: object) -> None:
        raise KeyboardInterrupt

    before = contents(database)
    monkeypatch.setattr("dlt_sync.records.importing.write_quarantine", break_off)
    with pytest.raises(KeyboardInterrupt):
        load(database, exports)
    assert contents(database) == before


def test_a_path_without_any_of_our_files_is_refused(sqlite: Database, exports: Exports) -> None:
    for path in exports.folder.iterdir():
        path.unlink()
    with pytest.raises(RecordsError, match="no file of ours"):
        load(sqlite, exports, mode="delta")


def test_progress_names_the_entity_and_its_rows(sqlite: Database, exports: Exports) -> None:
    seen: list[tuple[str, int]] = []
    check_records(sqlite, exports.folder, now=NOW, progress=lambda entity, rows: seen.append((entity, rows)))
    assert ("enrolment", 5) in seen


def test_the_options_do_not_show_the_key() -> None:
    assert str(KEY) not in repr(ImportOptions(iin_key=KEY))


def test_references_are_kept_by_the_database_too(database: Database, exports: Exports) -> None:
    load(database, exports)
    statement = "UPDATE enrolment SET person_id = 'plt:student:1' WHERE sourced_id = 'plt:enrolment:1'"
    with pytest.raises(Exception, match=r"(?i)foreign key"), database.session() as session:
        session.execute(text(statement))
