"""Conformance: adoption, deletions by hand, and everything that is not ours."""

from __future__ import annotations

import pytest

from dlt_sync.errors import MoodleError
from dlt_sync.model import Action, Candidate, Status, Value, join_key
from dlt_sync.moodle.contract import Match
from tests.conformance.scene import Scene


def find(scene: Scene, kind: str, *by: tuple[str, str], course: str | None = None) -> tuple[Candidate, ...]:
    """Candidates for one object of this test."""
    key = scene.key("wanted")
    found = scene.bridge.find(kind, [Match(key, by, course)])
    assert set(found) == {key}
    return found[key]


def by_hand(scene: Scene, kind: str, **fields: Value) -> int:
    """An object somebody made, with the idnumber `<prefix>-hand`."""
    number = f"{scene.prefix}-hand"
    common: dict[str, dict[str, Value]] = {
        "category": {"name": number},
        "user": {"username": number, "firstname": "By", "lastname": "Hand", "email": f"{number}@x.example"},
        "cohort": {"name": number},
        "course": {"fullname": number, "shortname": number, "category": "moodle:1"},
        "group": {"name": number},
    }
    return scene.world.hand_add(kind, **{"idnumber": number, **common[kind], **fields})


@pytest.mark.parametrize("kind", ["category", "user", "cohort", "course"])
def test_what_somebody_made_is_found_by_its_idnumber_and_adopted(scene: Scene, kind: str) -> None:
    moodle_id = by_hand(scene, kind)
    (candidate,) = find(scene, kind, ("idnumber", f"{scene.prefix}-hand"))
    assert (candidate.moodle_id, candidate.matched_by) == (moodle_id, "idnumber")
    assert (candidate.owner, candidate.protected) == (None, False)
    key = scene.key("wanted")
    before = {"idnumber": f"{scene.prefix}-hand"}
    outcome = scene.do(Action.ADOPT, kind, key, {"idnumber": key}, before=before, moodle_id=moodle_id)
    assert outcome.status is Status.DONE, outcome
    assert scene.see(kind, key).moodle_id == moodle_id
    assert scene.see(kind, key).fields == {**candidate.fields, "idnumber": key}


def test_a_group_is_found_within_its_course(scene: Scene) -> None:
    one, two = scene.course("one"), scene.course("two")
    moodle_id = by_hand(scene, "group", course=one)
    by_hand(scene, "group", course=two)
    (candidate,) = find(scene, "group", ("idnumber", f"{scene.prefix}-hand"), course=one)
    assert candidate.moodle_id == moodle_id
    key = join_key(one, scene.key("wanted"))
    assert scene.do(Action.ADOPT, "group", key, {}, before={}, moodle_id=moodle_id).status is Status.DONE
    assert scene.field("group", key, "course") == one


def test_the_first_pair_that_finds_anything_decides(scene: Scene) -> None:
    by_hand(scene, "user")
    other = by_hand(scene, "user", username=f"{scene.prefix}.other", idnumber="", email=f"{scene.prefix}.o@x.example")
    username = ("username", f"{scene.prefix}.other")
    (candidate,) = find(scene, "user", ("idnumber", "nobody has this"), username)
    assert (candidate.moodle_id, candidate.matched_by) == (other, "username")
    (candidate,) = find(scene, "user", ("idnumber", f"{scene.prefix}-hand"), username)
    assert candidate.matched_by == "idnumber"


def test_all_who_match_are_candidates(scene: Scene) -> None:
    number = f"{scene.prefix}-twice"
    one = by_hand(scene, "user", idnumber=number)
    two = by_hand(scene, "user", idnumber=number, username=f"{scene.prefix}.two", email=f"{scene.prefix}.two@x.example")
    assert {c.moodle_id for c in find(scene, "user", ("idnumber", number))} == {one, two}


def test_mail_addresses_match_in_any_case_and_other_texts_in_theirs(scene: Scene) -> None:
    by_hand(scene, "user", email=f"{scene.prefix}-Anna@X.example")
    assert len(find(scene, "user", ("email", f"{scene.prefix}-anna@x.EXAMPLE"))) == 1
    assert find(scene, "user", ("idnumber", f"{scene.prefix}-HAND")) == ()


def test_nobody_is_a_candidate_of_an_empty_search(scene: Scene) -> None:
    assert scene.bridge.find("user", []) == {}
    assert find(scene, "user", ("idnumber", scene.key("nobody"))) == ()


def test_a_candidate_that_is_ours_names_its_owner_and_cannot_be_taken(scene: Scene) -> None:
    owner = scene.user()
    (candidate,) = find(scene, "user", ("idnumber", owner))
    assert candidate.owner == owner
    outcome = scene.do(Action.ADOPT, "user", scene.key("wanted"), {}, before={}, moodle_id=candidate.moodle_id)
    assert (outcome.status, outcome.errorcode) == (Status.FAILED, "taken")


def test_a_site_administrator_is_never_adopted(scene: Scene) -> None:
    (candidate,) = find(scene, "user", ("username", "admin"))
    assert candidate.protected
    outcome = scene.do(Action.ADOPT, "user", scene.key("wanted"), {}, before={}, moodle_id=candidate.moodle_id)
    assert (outcome.status, outcome.errorcode) == (Status.FAILED, "protected")


def test_an_adoption_of_what_somebody_changed_meanwhile_is_refused_as_moved(scene: Scene) -> None:
    moodle_id = by_hand(scene, "user")
    scene.world.hand_change("user", f"moodle:{moodle_id}", "firstname", "Changed")
    key = scene.key("wanted")
    outcome = scene.do(Action.ADOPT, "user", key, {}, before={"firstname": "By"}, moodle_id=moodle_id)
    assert outcome.status is Status.MOVED
    assert list(scene.bridge.read("user", keys=[key])) == []


def test_an_adoption_of_what_is_gone_is_refused_as_moved(scene: Scene) -> None:
    moodle_id = by_hand(scene, "user")
    scene.world.hand_delete("user", f"moodle:{moodle_id}")
    outcome = scene.do(Action.ADOPT, "user", scene.key("wanted"), {}, before={}, moodle_id=moodle_id)
    assert (outcome.status, outcome.errorcode) == (Status.MOVED, "gone")
    assert find(scene, "user", ("username", f"{scene.prefix}-hand")) == ()


# -- deleted by hand -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["category", "user", "cohort", "course", "group", "video"])
def test_what_somebody_deleted_is_seen_as_gone_and_can_be_made_again(scene: Scene, kind: str) -> None:
    key = scene.whole(kind)
    before = scene.see(kind, key)
    cursor = max((event.id for event in scene.bridge.events(0)), default=0)
    scene.world.hand_delete(kind, key)
    assert scene.see(kind, key).fields is None
    told = [event for event in scene.bridge.events(cursor) if (event.kind, event.key) == (kind, key)]
    assert [event.name for event in told] == ["deleted"]
    assert told[0].by
    assert told[0].time > 1_700_000_000
    outcome = scene.do(Action.UPDATE, kind, key, {}, before={})
    assert (outcome.status, outcome.errorcode) == (Status.MOVED, "gone")
    assert before.fields is not None
    again = scene.do(Action.RECREATE, kind, key, before.fields)
    assert again.status is Status.DONE, again
    assert again.moodle_id != before.moodle_id
    assert again.fields == before.fields == scene.see(kind, key).fields


def test_our_own_deletions_are_no_events(scene: Scene) -> None:
    group = scene.group(scene.course())
    scene.do(Action.DELETE, "group", group, {}, before={})
    assert [event for event in scene.bridge.events(0) if event.key == group] == []


def test_events_come_once_and_in_order(scene: Scene) -> None:
    cursor = max((event.id for event in scene.bridge.events(0)), default=0)
    users = [scene.user(f"u{n}") for n in range(3)]
    for user in users:
        scene.world.hand_delete("user", user)
    told = list(scene.bridge.events(cursor))
    assert [event.key for event in told] == users
    assert [event.id for event in told] == sorted({event.id for event in told})
    assert list(scene.bridge.events(told[-1].id)) == []


def test_a_deleted_course_takes_its_groups_and_enrolments_along(scene: Scene) -> None:
    course, user = scene.course(), scene.user()
    group = scene.group(course)
    enrolment = scene.enrol(course, user, groups=(group,))
    scene.world.hand_delete("course", course)
    assert scene.see("group", group).fields is None
    assert list(scene.bridge.read("enrolment", keys=[enrolment])) == []
    assert course not in scene.bridge.digests("enrolment", ("suspended",))
    assert scene.see("user", user).fields is not None


def test_a_deleted_user_leaves_courses_groups_and_cohorts(scene: Scene) -> None:
    course, user, other = scene.course(), scene.user(), scene.user("other")
    group = scene.group(course)
    enrolment = scene.enrol(course, user, groups=(group,))
    cohort = scene.make("cohort", scene.key("cohort"), members=tuple(sorted((user, other))))
    scene.world.hand_delete("user", user)
    assert list(scene.bridge.read("enrolment", keys=[enrolment])) == []
    assert scene.see("group", group).facts["size"] == 0
    assert scene.field("cohort", cohort, "members") == (other,)


def test_a_group_deleted_by_hand_leaves_the_enrolment(scene: Scene) -> None:
    course, user = scene.course(), scene.user()
    group = scene.group(course)
    enrolment = scene.enrol(course, user, groups=(group,))
    scene.world.hand_delete("group", group)
    assert scene.field("enrolment", enrolment, "groups") == ()


def test_what_was_in_a_deleted_category_shows_where_it_is_now(scene: Scene) -> None:
    course = scene.course()
    scene.world.hand_delete("category", scene.category())
    assert str(scene.field("course", course, "category")).startswith("moodle:")


# -- not ours ------------------------------------------------------------------------------------------


def test_a_course_moved_into_a_category_that_is_not_ours_is_moved_back(scene: Scene) -> None:
    course, home = scene.course(), scene.category()
    stranger = f"moodle:{by_hand(scene, 'category')}"
    scene.world.hand_change("course", course, "category", stranger)
    assert scene.field("course", course, "category") == stranger
    outcome = scene.do(Action.UPDATE, "course", course, {"category": home}, before={"category": stranger})
    assert outcome.status is Status.DONE, outcome
    assert scene.field("course", course, "category") == home


def test_nothing_that_is_not_ours_is_touched(scene: Scene) -> None:
    course, user, enrolled = scene.course(), scene.user(), scene.user("enrolled")
    group = scene.group(course)
    cohort = scene.make("cohort", scene.key("cohort"), members=(user,))
    key = scene.enrol(course, enrolled, groups=(group,))
    stranger = f"moodle:{by_hand(scene, 'user')}"
    scene.world.hand_enrol(course, stranger)
    scene.world.hand_enrol(course, user, "teacher")
    scene.world.hand_enrol(course, enrolled, "teacher")
    scene.world.hand_join("group", group, stranger)
    scene.world.hand_join("cohort", cohort, stranger)
    untouched = scene.world.strangers()
    assert untouched

    scene.do(Action.UPDATE, "cohort", cohort, {"members": ()}, before={"members": (user,)})
    scene.do(Action.UPDATE, "enrolment", key, {"roles": (), "groups": ()}, before={})
    scene.do(Action.REMOVE, "enrolment", key, {"suspended": True}, before={})
    scene.do(Action.REMOVE, "course", course, {"visible": False}, before={})
    scene.do(Action.DELETE, "enrolment", key, {}, before={})
    assert scene.do(Action.DELETE, "group", group, {}, before={}).errorcode == "notempty"
    assert scene.world.strangers() == untouched


def test_hand_made_enrolments_and_members_are_not_read_as_ours(scene: Scene) -> None:
    course, user = scene.course(), scene.user()
    group = scene.group(course)
    cohort = scene.make("cohort", scene.key("cohort"))
    stranger = f"moodle:{by_hand(scene, 'user')}"
    scene.world.hand_enrol(course, user)
    scene.world.hand_enrol(course, stranger)
    scene.world.hand_join("group", group, stranger)
    scene.world.hand_join("cohort", cohort, stranger)
    assert list(scene.bridge.read("enrolment", courses=[course])) == []
    assert course not in scene.bridge.digests("enrolment", ())
    assert scene.see("group", group).facts["size"] == 1
    assert scene.field("cohort", cohort, "members") == ()


def test_one_of_ours_whom_somebody_put_into_a_cohort_is_seen_there(scene: Scene) -> None:
    cohort, user = scene.make("cohort", scene.key("cohort")), scene.user()
    scene.world.hand_join("cohort", cohort, user)
    assert scene.field("cohort", cohort, "members") == (user,)


def test_somebody_enrolled_by_hand_already_gets_an_enrolment_of_ours_beside_it(scene: Scene) -> None:
    course, user = scene.course(), scene.user()
    scene.world.hand_enrol(course, user)
    untouched = scene.world.strangers()
    key = scene.enrol(course, user)
    assert scene.field("enrolment", key, "roles") == ("student",)
    scene.do(Action.DELETE, "enrolment", key, {}, before={})
    assert scene.world.strangers() == untouched


def test_an_unknown_kind_is_refused(scene: Scene) -> None:
    with pytest.raises(MoodleError) as caught:
        list(scene.bridge.read("planet"))
    assert caught.value.errorcode == "badrequest"
