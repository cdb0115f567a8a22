"""The plan: one decision per object, named by the situation it stands for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from dlt_sync.decide import KindState
from dlt_sync.errors import PlanError
from dlt_sync.kinds import BY_NAME, KINDS
from dlt_sync.kinds.category import ARCHIVE_KEY
from dlt_sync.kinds.rules import Rules
from dlt_sync.model import Action, Applied, Candidate, Desired, Fields, Observed, Operation, Value, join_key
from dlt_sync.plan import Plan, build_plan
from tests.academies import COHORT, NAMESAKE, OFFERING, OTHER_COHORT, STUDENT, TODAY, source, wanted

SITE = "https://moodle.example"
USER_FIELDS: dict[str, Value] = {
    "username": "ydyrysov.g",
    "firstname": "Ғалымжан",
    "lastname": "Ыдырысов",
    "middlename": "Төлеуұлы",
    "idnumber": STUDENT,
    "suspended": False,
    "email": "own@mail.example",
    "lang": "kk",
    "auth": "manual",
}


def state(kind: str = "user", **changes: Any) -> KindState:
    """One kind's states: the student wanted, there, and as applied, unless changed."""
    desired = {STUDENT: wanted(BY_NAME["user"], source())[STUDENT]} if kind == "user" else {}
    observed = {STUDENT: Observed("user", STUDENT, 5, USER_FIELDS)} if kind == "user" else {}
    applied = {STUDENT: Applied("user", STUDENT, 5, USER_FIELDS, "Ыдырысов", "Medicine")} if kind == "user" else {}
    return replace(KindState(BY_NAME[kind], desired, observed, applied), **changes)


def planned(*states: KindState, rules: Rules | None = None, today: date = TODAY) -> Plan:
    """The plan for these states."""
    return build_plan(states, rules=rules or Rules(), today=today, site=SITE, batch=1)


def only(plan: Plan) -> Operation:
    """The one operation of a plan."""
    (operation,) = plan.operations
    return operation


def there(**fields: Value) -> dict[str, Observed]:
    """The student in Moodle with some fields different."""
    return {STUDENT: Observed("user", STUDENT, 5, {**USER_FIELDS, **fields})}


def test_a_site_that_is_as_wanted_needs_no_plan() -> None:
    plan = planned(state())
    assert plan.is_empty
    assert plan.findings == ()


def test_what_is_not_there_is_made_with_all_its_fields() -> None:
    operation = only(planned(state(observed={}, applied={})))
    assert operation.action is Action.CREATE
    assert operation.before is None
    assert operation.after["username"] == "ydyrysov.g"
    assert "import 1" in operation.reason


def test_a_template_course_travels_with_the_creation_only() -> None:
    rules = Rules(course_templates={"level:integrated": "TPL"})
    course = wanted(BY_NAME["course"], source(rules=rules))
    made = only(planned(KindState(BY_NAME["course"], course, {}, {})))
    assert made.after["template"] == "TPL"
    seen = {OFFERING: Observed("course", OFFERING, 3, course[OFFERING].fields)}
    assert planned(KindState(BY_NAME["course"], course, seen, {})).is_empty


def test_a_changed_record_updates_just_that_field() -> None:
    operation = only(planned(state(observed=there(lastname="Old"), applied={})))
    assert operation.action is Action.UPDATE
    assert operation.before == {"lastname": "Old"}
    assert operation.after == {"lastname": "Ыдырысов"}
    assert operation.moodle_id == 5
    assert operation.hand_changed == ()


def test_an_enforced_field_changed_by_hand_is_put_back_and_reported() -> None:
    operation = only(planned(state(observed=there(lastname="Hand"))))
    assert operation.hand_changed == ("lastname",)


def test_a_field_the_person_owns_is_left_as_it_is() -> None:
    assert planned(state(observed=there(email="new@mail.example", lang="en"))).is_empty


def test_an_override_leaves_a_field_alone_and_says_so() -> None:
    plan = planned(state(observed=there(lastname="Hand"), overridden={STUDENT: frozenset({"lastname"})}))
    assert plan.is_empty
    assert [finding.rule for finding in plan.findings] == ["override"]
    both = planned(
        state(observed=there(lastname="Hand", firstname="Hand"), overridden={STUDENT: frozenset({"lastname"})})
    )
    assert set(only(both).after) == {"firstname"}


@pytest.mark.parametrize("fields", [{"*"}, {"suspended"}, {"suspended", "email"}])
def test_an_override_keeps_what_was_deleted_by_hand_from_being_made_again(fields: set[str]) -> None:
    gone = {STUDENT: Observed("user", STUDENT, 5, None)}
    plan = planned(state(observed=gone, overridden={STUDENT: frozenset(fields)}))
    assert plan.is_empty
    assert [finding.rule for finding in plan.findings] == ["override"]
    assert "is not made" in plan.findings[0].message


def test_an_override_of_one_field_does_not_keep_an_object_away() -> None:
    gone = {STUDENT: Observed("user", STUDENT, 5, None)}
    assert only(planned(state(observed=gone, overridden={STUDENT: frozenset({"lastname"})}))).action is Action.RECREATE
    course = wanted(BY_NAME["course"], source())
    hidden = KindState(BY_NAME["course"], course, {}, {}, overridden={OFFERING: frozenset({"category"})})
    assert only(planned(hidden)).action is Action.CREATE


def test_what_was_given_up_with_its_course_stays_as_it_is_without_a_word() -> None:
    seen = {"o|p": Observed("video", "o|p", 7, {"visible": True})}
    video = KindState(BY_NAME["video"], {}, seen, {})
    assert only(planned(video)).action is Action.REMOVE
    plan = planned(replace(video, abandoned=frozenset({"o|p"})))
    assert plan.is_empty
    assert plan.findings == ()


@pytest.mark.parametrize(("days", "action"), [(29, None), (30, Action.DELETE)])
def test_a_hidden_video_is_deleted_after_its_waiting_time(days: int, action: Action | None) -> None:
    fields: Fields = {"course": "o", "visible": False}
    since = Applied("video", "o|p", 7, fields, removed_on=TODAY - timedelta(days=days))
    seen = {"o|p": Observed("video", "o|p", 7, fields)}
    found = planned(KindState(BY_NAME["video"], {}, seen, {"o|p": since})).operations
    assert [operation.action for operation in found] == ([action] if action else [])


def test_an_override_of_everything_leaves_the_object_alone() -> None:
    overridden = {STUDENT: frozenset({"*"})}
    assert planned(state(observed=there(lastname="Hand"), overridden=overridden)).is_empty
    gone = planned(state(desired={}, overridden=overridden))
    assert gone.is_empty
    assert "override keeps it" in gone.findings[0].message


def test_who_left_the_records_is_suspended_not_deleted() -> None:
    operation = only(planned(state(desired={})))
    assert operation.action is Action.REMOVE
    assert (operation.before, operation.after) == ({"suspended": False}, {"suspended": True})
    assert operation.label == "Ыдырысов"
    assert operation.content == {"username": "ydyrysov.g"}


def test_who_was_suspended_already_stays_so_without_a_plan() -> None:
    assert planned(state(desired={}, observed=there(suspended=True))).is_empty


def test_who_comes_back_is_restored() -> None:
    operation = only(planned(state(observed=there(suspended=True))))
    assert operation.action is Action.RESTORE
    assert operation.after == {"suspended": False}


def test_a_removal_of_something_we_never_applied_is_labelled_by_its_key() -> None:
    assert only(planned(state(desired={}, applied={}))).label == STUDENT


def test_an_override_of_the_suspension_keeps_the_account() -> None:
    plan = planned(state(desired={}, overridden={STUDENT: frozenset({"suspended"})}))
    assert plan.is_empty


def test_what_a_quarantined_row_is_about_is_neither_updated_nor_removed() -> None:
    alone = {STUDENT: "row 7 was set aside"}
    situations: list[dict[str, Any]] = [{"observed": there(lastname="Hand")}, {"desired": {}}, {"observed": {}}]
    for changes in situations:
        plan = planned(state(left_alone=alone, **changes))
        assert plan.is_empty
        assert plan.findings[0].rule == "left_alone"
        assert plan.findings[0].message.startswith("Ыдырысов")


def test_nothing_of_a_kind_is_removed_while_a_row_cannot_be_identified() -> None:
    plan = planned(state(desired={}, removals_blocked="a row of person could not be identified"))
    assert plan.is_empty
    assert plan.findings[0].rule == "left_alone"


def test_a_leave_counts_as_a_removal() -> None:
    course = {"course": OFFERING, "user": STUDENT}
    fields: dict[str, Value] = {**course, "suspended": True, "timestart": 0, "timeend": 0, "roles": (), "groups": ()}
    desired = Desired("enrolment", "o|p", fields, "label", "unit", "reason")
    seen = Observed("enrolment", "o|p", 1, {**fields, "suspended": False})
    operation = only(planned(KindState(BY_NAME["enrolment"], {"o|p": desired}, {"o|p": seen}, {})))
    assert operation.action is Action.REMOVE


def test_a_user_deleted_by_hand_is_made_again_only_after_approval() -> None:
    gone = {STUDENT: Observed("user", STUDENT, 5, None)}
    operation = only(planned(state(observed=gone, deleted_by={STUDENT: "Admin, 2026-11-20"})))
    assert operation.action is Action.RECREATE
    assert "Admin, 2026-11-20" in operation.hold
    assert "only after approval" in only(planned(state(observed=gone))).hold


def test_what_left_the_records_and_moodle_needs_nothing() -> None:
    assert planned(state(desired={}, observed={STUDENT: Observed("user", STUDENT, 5, None)})).is_empty


def candidate(**changes: Any) -> Candidate:
    """An account that might be the student's."""
    return replace(
        Candidate(9, "username", {**USER_FIELDS, "lastname": "Old", "email": "kept@mail.example"}), **changes
    )


def found(*candidates: Candidate, observed: Mapping[str, Observed] | None = None) -> Plan:
    """The plan when these accounts might be the student's."""
    return planned(state(observed=observed or {}, applied={}, candidates={STUDENT: candidates}))


def test_an_account_that_exists_is_adopted_with_the_records_values() -> None:
    operation = only(found(candidate()))
    assert (operation.action, operation.moodle_id) == (Action.ADOPT, 9)
    assert (operation.before, operation.after) == ({"lastname": "Old"}, {"lastname": "Ыдырысов"})
    assert operation.hold == ""


@pytest.mark.parametrize(
    ("candidates", "rule"),
    [
        ((candidate(), candidate(moodle_id=10)), "ambiguous"),
        ((candidate(protected=True),), "protected"),
        ((candidate(owner=STUDENT),), "taken"),
    ],
)
def test_an_account_that_is_not_surely_the_right_one_is_never_guessed(
    candidates: tuple[Candidate, ...], rule: str
) -> None:
    plan = found(*candidates)
    assert plan.is_empty
    assert [finding.rule for finding in plan.findings] == [rule]


def test_a_name_that_another_of_ours_gives_up_is_free_after_that() -> None:
    people = wanted(BY_NAME["user"], source())
    other = {**USER_FIELDS, "username": "ydyrysov.g", "idnumber": NAMESAKE}
    states = state(
        desired={STUDENT: people[STUDENT], NAMESAKE: people[NAMESAKE]},
        observed={NAMESAKE: Observed("user", NAMESAKE, 6, other)},
        applied={},
        candidates={STUDENT: (Candidate(6, "username", other, owner=NAMESAKE),)},
    )
    coming, renamed = planned(states).operations
    assert (coming.action, renamed.action) == (Action.CREATE, Action.UPDATE)
    assert ("user", NAMESAKE) in coming.needs
    assert renamed.needs == ()


def test_a_name_kept_by_one_that_left_is_a_rekeying() -> None:
    owner = "plt:student:gone"
    plan = found(candidate(owner=owner))
    assert [finding.rule for finding in plan.findings] == ["rekeyed"]
    suspended = candidate(owner=owner, fields={**USER_FIELDS, "suspended": True})
    assert [finding.rule for finding in found(suspended).findings] == ["taken"]  # it left long ago


def test_merged_accounts_are_taken_over_only_after_approval() -> None:
    plan = found(candidate(), observed={STUDENT: Observed("user", STUDENT, 5, None)})
    assert only(plan).action is Action.ADOPT
    assert "merged by hand" in only(plan).hold


def all_kinds(observed: Mapping[str, dict[str, Observed]] | None = None) -> list[KindState]:
    """Every kind as the small academy wants it, with what is there."""
    return [KindState(kind, wanted(kind, source()), (observed or {}).get(kind.name, {}), {}) for kind in KINDS]


def as_wanted() -> dict[str, dict[str, Observed]]:
    """Everything in Moodle as the small academy wants it."""
    return {
        kind.name: {key: Observed(kind.name, key, 1, d.fields) for key, d in wanted(kind, source()).items()}
        for kind in KINDS
    }


def test_a_first_load_stands_in_an_order_in_which_it_can_be_done() -> None:
    made: set[tuple[str, str]] = set()
    for operation in planned(*all_kinds()).operations:
        assert set(operation.needs) <= made
        made.add(operation.ref)


def test_what_needs_a_course_deleted_by_hand_waits_with_it() -> None:
    observed = as_wanted()
    observed["course"][OFFERING] = Observed("course", OFFERING, 1, None)
    observed["group"], observed["enrolment"] = {}, {}
    plan = planned(*all_kinds(observed))
    assert {o.kind for o in plan.operations} == {"course", "group", "enrolment"}
    assert all(operation.hold for operation in plan.operations)
    assert "waits for GiE 3201" in plan.operations[-1].hold


def test_what_needs_something_that_cannot_be_had_is_left_out_and_counted() -> None:
    observed = as_wanted()
    observed["course"], observed["group"], observed["enrolment"] = {}, {}, {}
    states = all_kinds(observed)
    states[3] = replace(states[3], candidates={OFFERING: (candidate(owner="x:y:1"),)})
    plan = planned(*states)
    assert plan.is_empty
    assert {finding.rule for finding in plan.findings} == {"rekeyed", "waits"}
    assert "3 of kind enrolment wait for GiE 3201" in " ".join(finding.message for finding in plan.findings)


def test_an_enrolment_that_exists_is_not_touched_while_its_course_is_left_alone() -> None:
    observed = as_wanted()
    states = all_kinds(observed)
    states[3] = replace(states[3], left_alone={OFFERING: "set aside"})
    assert planned(*states).is_empty


def test_a_cohort_does_not_wait_for_a_member_that_cannot_be_had() -> None:
    states = all_kinds()
    states[1] = replace(states[1], candidates={STUDENT: (candidate(protected=True),)})
    plan = planned(*states)
    cohort = next(o for o in plan.operations if o.ref == ("cohort", COHORT))
    assert cohort.after["members"] == ()


def test_an_optional_field_that_is_no_list_is_left_as_it_is() -> None:
    odd = Desired("cohort", COHORT, {"members": None}, "", "", "", optional={"members": "user"})
    assert only(planned(KindState(BY_NAME["cohort"], {COHORT: odd}, {}, {}))).after == {"members": None}


def test_a_course_that_left_the_records_is_hidden_and_archived() -> None:
    seen = as_wanted()["course"]
    operation = only(planned(KindState(BY_NAME["course"], {}, seen, {})))
    assert operation.after == {"visible": False, "category": ARCHIVE_KEY}


def test_a_course_that_comes_back_is_shown_again_although_the_teacher_owns_its_visibility() -> None:
    fields: Fields = {**as_wanted()["course"][OFFERING].fields, "visible": False, "category": ARCHIVE_KEY}  # type: ignore[dict-item]
    states = all_kinds({**as_wanted(), "course": {OFFERING: Observed("course", OFFERING, 1, fields)}})
    operation = only(planned(*states))
    assert operation.action is Action.RESTORE
    assert operation.after["visible"] is True


def test_a_course_the_teacher_hid_stays_hidden() -> None:
    fields: Fields = {**as_wanted()["course"][OFFERING].fields, "visible": False}  # type: ignore[dict-item]
    states = all_kinds({**as_wanted(), "course": {OFFERING: Observed("course", OFFERING, 1, fields)}})
    assert planned(*states).is_empty


def test_an_empty_group_that_left_the_records_is_deleted_last() -> None:
    group = Observed("group", join_key(OFFERING, "plt:group:9"), 4, {"course": OFFERING, "name": "old"}, {"size": 0})
    observed = as_wanted()
    observed["group"][group.key] = group
    observed["user"].pop(STUDENT)
    plan = planned(*all_kinds(observed))
    assert [o.action for o in plan.operations] == [Action.CREATE, Action.DELETE]
    assert plan.operations[-1].before == {"course": OFFERING, "name": "old"}


def test_a_group_with_somebody_in_it_is_kept() -> None:
    observed = as_wanted()
    key = join_key(OFFERING, "plt:group:9")
    observed["group"][key] = Observed("group", key, 4, {"course": OFFERING}, {"size": 1})
    assert planned(*all_kinds(observed)).is_empty


def test_a_student_who_moves_groups_keeps_the_enrolment_and_the_old_group_goes_when_empty() -> None:
    observed = as_wanted()
    old = join_key(OFFERING, "plt:group:9")
    observed["group"][old] = Observed("group", old, 4, {"course": OFFERING}, {"size": 1})
    key = join_key(OFFERING, STUDENT)
    fields = {**(observed["enrolment"][key].fields or {}), "groups": (old,)}
    observed["enrolment"][key] = Observed("enrolment", key, 1, fields)
    plan = planned(*all_kinds(observed))
    assert [(o.kind, o.action) for o in plan.operations] == [("enrolment", Action.UPDATE), ("group", Action.DELETE)]
    assert plan.operations[0].after == {"groups": (join_key(OFFERING, COHORT),)}


@pytest.mark.parametrize(
    ("days", "removed_on", "deleted"),
    [
        (30, date(2026, 10, 24), True),
        (30, date(2026, 10, 25), False),
        (None, date(2020, 1, 1), False),
        (30, None, False),
    ],
)
def test_a_suspended_enrolment_is_unenrolled_only_where_the_settings_say_so(
    days: int | None, removed_on: date | None, deleted: bool
) -> None:
    fields: Fields = {"suspended": True, "groups": (), "roles": ("student",)}
    seen = {"o|p": Observed("enrolment", "o|p", 1, fields)}
    applied = {"o|p": Applied("enrolment", "o|p", 1, fields, removed_on=removed_on)}
    plan = planned(KindState(BY_NAME["enrolment"], {}, seen, applied), rules=Rules(unenrol_after_days=days))
    assert [o.action for o in plan.operations] == ([Action.DELETE] if deleted else [])


def test_a_category_that_no_offering_needs_is_hidden() -> None:
    seen = {"x": Observed("category", "x", 1, {"name": "Old", "visible": True})}
    assert only(planned(KindState(BY_NAME["category"], {}, seen, {}))).after == {"visible": False}


def test_a_plan_survives_being_saved() -> None:
    plan = planned(*all_kinds())
    again = Plan.from_json(plan.to_json())
    assert again == plan
    assert again.hash == plan.hash


def test_the_hash_follows_what_is_done_and_where() -> None:
    plan = planned(*all_kinds())
    assert replace(plan, site="https://other.example").hash != plan.hash
    assert replace(plan, operations=plan.operations[1:]).hash != plan.hash
    assert replace(plan, findings=()).hash == plan.hash


@pytest.mark.parametrize("number", ["NaN", "Infinity", "18446744073709551616", '"\\ud800"', "[" * 300 + "]" * 300])
def test_a_plan_altered_into_what_cannot_be_hashed_is_refused(number: str) -> None:
    text = planned(*all_kinds()).to_json()
    assert '"moodle_id": null' in text
    with pytest.raises(PlanError, match=r"altered|not a plan"):
        Plan.from_json(text.replace('"moodle_id": null', f'"moodle_id": {number}', 1))


def test_an_altered_plan_is_refused() -> None:
    altered = planned(*all_kinds()).to_json().replace("ydyrysov.g@", "somebody.else@")
    with pytest.raises(PlanError, match="altered"):
        Plan.from_json(altered)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 1}', "null", '{"format": 1, "operations": [1]}'])
def test_what_is_no_plan_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(PlanError, match="not a plan"):
        Plan.from_json(text)


def test_a_plan_of_another_format_is_refused() -> None:
    raw = json.loads(planned(*all_kinds()).to_json())
    with pytest.raises(PlanError, match="format 99"):
        Plan.from_json(json.dumps({**raw, "format": 99}))


def test_the_other_cohort_is_a_group_too() -> None:
    assert ("group", join_key(OFFERING, OTHER_COHORT)) in {o.ref for o in planned(*all_kinds()).operations}
