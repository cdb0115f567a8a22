"""Conformance: objects of every kind are made, read, digested, changed, taken away."""

from __future__ import annotations

import pytest

from dlt_sync.model import Action, Fields, Status, join_key
from dlt_sync.moodle.digests import digest_of
from tests.conformance.scene import AUTUMN, FIELDS, KINDS, Scene, operation

#: What is changed of each kind's whole object, in one update.
CHANGES: dict[str, Fields] = {
    "category": {"name": "Терапия ІІ", "visible": False},
    "user": {"firstname": "Айгерім", "middlename": "", "suspended": True},
    "cohort": {"name": "ЖМ-302", "members": ()},
    "course": {"fullname": "Эпидемиология", "cf_code": "", "cf_ects": "5", "visible": True, "enddate": 0},
    "group": {"name": "ЖМ-302"},
    "enrolment": {"suspended": True, "roles": ("teacher",), "groups": (), "timeend": 0, "timestart": 0},
    "video": {
        "section": 4,
        "name": "Лекция 4",
        "url": "https://media.example/4.mp4",
        "display": 0,
        "visible": False,
        "idnumber": "",
        "order": 45,
    },
}


def there(scene: Scene, kind: str, key: str) -> dict[str, object]:
    """Fields of an existing object."""
    fields = scene.see(kind, key).fields
    assert fields is not None
    return dict(fields)


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_created_is_read_back(scene: Scene, kind: str) -> None:
    key = scene.whole(kind)
    seen = scene.see(kind, key)
    assert seen.moodle_id > 0
    assert seen.fields is not None
    assert set(seen.fields) == set(FIELDS[kind])
    types = {name: type(value) for name, value in seen.fields.items()}
    assert types == {name: type(value) for name, value in scene.fields(kind, key).items()}


def test_texts_come_back_letter_by_letter(scene: Scene) -> None:
    user = there(scene, "user", scene.whole("user"))
    assert (user["firstname"], user["middlename"]) == ("Ұлпан-Гүлжіһан", "Қуанышқызы")
    assert user["lastname"] == "О’Нил 🩺"
    course = there(scene, "course", scene.whole("course"))
    assert (course["fullname"], course["cf_code"], course["lang"]) == ("Гигиена & ҚО 🩺", "ГиЭ 3201", "kk")
    assert (course["startdate"], course["visible"]) == (AUTUMN, False)


@pytest.mark.parametrize("kind", KINDS)
def test_the_outcome_of_a_creation_shows_the_object_as_it_is_read(scene: Scene, kind: str) -> None:
    key = scene.whole(kind)
    again = scene.do(Action.UPDATE, kind, key, {}, before={})
    seen = scene.see(kind, key)
    assert again.status is Status.DONE
    assert (again.moodle_id, again.fields) == (seen.moodle_id, seen.fields)


@pytest.mark.parametrize("kind", KINDS)
def test_digests_equal_those_of_what_is_read(scene: Scene, kind: str) -> None:
    scene.whole(kind)
    for names in (FIELDS[kind], FIELDS[kind][:1], FIELDS[kind][-2:], ()):
        objects = [(o.key, o.fields) for o in scene.bridge.read(kind) if o.fields is not None]
        assert scene.bridge.digests(kind, names) == digest_of(kind, objects, names), names


def test_only_what_changed_is_given_since_its_mark(scene: Scene) -> None:
    names = FIELDS["enrolment"]
    first = scene.whole("enrolment")
    course = first.partition("|")[0]
    before = scene.bridge.digests_since("enrolment", names, {})
    assert before.digests == scene.bridge.digests("enrolment", names)
    assert before.marks.keys() == before.digests.keys()
    same = scene.bridge.digests_since("enrolment", names, before.marks)
    assert (same.digests, same.marks) == ({}, before.marks)
    scene.do(
        Action.UPDATE, "enrolment", first, {"suspended": not there(scene, "enrolment", first)["suspended"]}, before={}
    )
    after = scene.bridge.digests_since("enrolment", names, before.marks)
    assert after.digests == {course: scene.bridge.digests("enrolment", names)[course]}
    assert after.digests[course] != before.digests[course]
    assert {scope for scope in after.marks if after.marks[scope] != before.marks[scope]} == {course}


def test_a_kind_with_one_digest_has_no_marks(scene: Scene) -> None:
    scene.whole("user")
    since = scene.bridge.digests_since("user", ("email",), {})
    assert (since.digests, since.marks) == (scene.bridge.digests("user", ("email",)), {})


@pytest.mark.parametrize("kind", KINDS)
def test_the_longest_keys_are_kept_whole(scene: Scene, kind: str) -> None:
    long = scene.key("ұ" * (100 - len(scene.key(""))))
    if kind in ("group", "enrolment", "video"):
        course = scene.make("course", long, category=scene.category())
        person = scene.make(
            "user", long, username=scene.key("u").replace(":", "."), email=f"{scene.prefix}.long@x.example"
        )
        key = scene.make(kind, join_key(course, person))
        assert len(key) == 201
    else:
        other = {"username": scene.prefix, "email": f"{scene.prefix}@x.example"} if kind == "user" else {}
        key = scene.make(kind, long, **other, **({"category": scene.category()} if kind == "course" else {}))
    assert scene.see(kind, key).key == key


@pytest.mark.parametrize("kind", KINDS)
def test_an_update_writes_just_its_fields(scene: Scene, kind: str) -> None:
    key = scene.whole(kind)
    before = there(scene, kind, key)
    changes = CHANGES[kind]
    expected = {name: before[name] for name in changes}
    outcome = scene.do(Action.UPDATE, kind, key, changes, before=expected)
    assert outcome.status is Status.DONE, outcome
    assert there(scene, kind, key) == {**before, **changes}
    assert outcome.fields == there(scene, kind, key)


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_removed_can_be_restored(scene: Scene, kind: str) -> None:
    key = scene.whole(kind)
    before = there(scene, kind, key)
    changes = CHANGES[kind]
    back = {name: before[name] for name in changes}
    assert scene.do(Action.REMOVE, kind, key, changes, before=back).status is Status.DONE
    outcome = scene.do(Action.RESTORE, kind, key, back, before=dict(changes))  # type: ignore[arg-type]
    assert outcome.status is Status.DONE, outcome
    assert there(scene, kind, key) == before


@pytest.mark.parametrize("kind", ["category", "user", "cohort", "course", "group", "video"])
def test_an_update_of_what_somebody_changed_meanwhile_is_refused_as_moved(scene: Scene, kind: str) -> None:
    key = scene.whole(kind)
    name = {"user": "firstname", "course": "fullname"}.get(kind, "name")
    planned = {name: there(scene, kind, key)[name]}
    scene.world.hand_change(kind, key, name, "By hand")
    outcome = scene.do(Action.UPDATE, kind, key, {name: "By plan"}, before=planned)
    assert (outcome.status, outcome.errorcode) == (Status.MOVED, "moved")
    assert outcome.fields == there(scene, kind, key)
    assert there(scene, kind, key)[name] == "By hand"


def test_an_update_of_an_enrolment_that_was_suspended_by_hand_is_refused_as_moved(scene: Scene) -> None:
    key = scene.enrol(scene.course(), scene.user())
    scene.world.hand_change("enrolment", key, "suspended", True)
    outcome = scene.do(Action.UPDATE, "enrolment", key, {"suspended": True}, before={"suspended": False})
    assert outcome.status is Status.MOVED


def test_a_field_that_changed_by_hand_elsewhere_in_the_object_does_not_matter(scene: Scene) -> None:
    key = scene.user()
    scene.world.hand_change("user", key, "lastname", "By hand")
    outcome = scene.do(Action.UPDATE, "user", key, {"firstname": "Б"}, before={"firstname": "Айгүл"})
    assert outcome.status is Status.DONE
    assert there(scene, "user", key)["lastname"] == "By hand"


def test_a_student_changes_groups_and_keeps_the_enrolment(scene: Scene) -> None:
    course, user = scene.course(), scene.user()
    old, new = scene.group(course, "old"), scene.group(course, "new")
    key = scene.enrol(course, user, groups=(old,))
    enrolment = scene.see("enrolment", key).moodle_id
    scene.do(Action.UPDATE, "enrolment", key, {"groups": (new,)}, before={"groups": (old,)})
    assert scene.see("enrolment", key).moodle_id == enrolment
    assert scene.field("enrolment", key, "groups") == (new,)
    assert scene.see("group", old).facts["size"] == 0
    assert scene.see("group", new).facts["size"] == 1


def test_a_course_is_made_after_a_template_and_only_then(scene: Scene) -> None:
    template, category = scene.course("template"), scene.category()
    shortname = str(there(scene, "course", template)["shortname"])
    made = scene.make("course", scene.key("made"), category=category, template=shortname)
    assert there(scene, "course", made) == scene.fields("course", made, category=category)
    fields = scene.fields("course", scene.key("none"), category=category, template="no such course")
    outcome = scene.do(Action.CREATE, "course", scene.key("none"), fields)
    assert (outcome.status, outcome.errorcode) == (Status.FAILED, "badfield")
    assert scene.do(Action.UPDATE, "course", made, {"template": shortname}, before={}).errorcode == "badfield"


def test_a_membership_somebody_gave_already_becomes_ours(scene: Scene) -> None:
    course, user = scene.course(), scene.user()
    group = scene.group(course)
    key = scene.enrol(course, user)
    scene.world.hand_join("group", group, user)
    assert scene.field("enrolment", key, "groups") == ()
    outcome = scene.do(Action.UPDATE, "enrolment", key, {"groups": (group,)}, before={"groups": ()})
    assert outcome.status is Status.DONE, outcome
    assert scene.field("enrolment", key, "groups") == (group,)
    assert scene.see("group", group).facts["size"] == 1


def test_an_empty_group_is_deleted_and_a_group_with_a_member_is_not(scene: Scene) -> None:
    course, user = scene.course(), scene.user()
    empty, full = scene.group(course, "empty"), scene.group(course, "full")
    scene.enrol(course, user, groups=(full,))
    gone, kept = scene.apply(*(operation(Action.DELETE, "group", key, {}, before={}) for key in (empty, full)))
    assert gone.status is Status.DONE
    assert (kept.status, kept.errorcode) == (Status.FAILED, "notempty")
    assert [o.key for o in scene.bridge.read("group", courses=[course])] == [full]


def test_a_deleted_enrolment_is_gone_with_its_group_memberships(scene: Scene) -> None:
    course, user = scene.course(), scene.user()
    group = scene.group(course)
    key = scene.enrol(course, user, groups=(group,))
    outcome = scene.do(Action.DELETE, "enrolment", key, {}, before={"suspended": False})
    assert outcome.status is Status.DONE
    assert outcome.fields is None
    assert list(scene.bridge.read("enrolment", keys=[key])) == []
    assert scene.see("group", group).facts["size"] == 0


@pytest.mark.parametrize("kind", ["category", "user", "cohort", "course"])
def test_other_kinds_are_never_deleted(scene: Scene, kind: str) -> None:
    key = scene.whole(kind)
    outcome = scene.do(Action.DELETE, kind, key, {}, before={})
    assert (outcome.status, outcome.errorcode) == (Status.FAILED, "notallowed")
    assert scene.see(kind, key).fields is not None


@pytest.mark.parametrize("kind", KINDS)
def test_what_exists_is_not_created_again(scene: Scene, kind: str) -> None:
    key = scene.whole(kind)
    outcome = scene.do(Action.CREATE, kind, key, there(scene, kind, key))  # type: ignore[arg-type]
    assert (outcome.status, outcome.errorcode) == (Status.FAILED, "exists")


@pytest.mark.parametrize(
    ("kind", "changes", "errorcode"),
    [
        ("course", {"category": "nothing:here"}, "unknownkey"),
        ("category", {"parent": "nothing:here"}, "unknownkey"),
        ("cohort", {"members": ("nothing:here",)}, "unknownkey"),
        ("enrolment", {"groups": ("nothing:here",)}, "unknownkey"),
        ("enrolment", {"roles": ("juggler",)}, "unknownrole"),
        ("user", {"password": "secret"}, "badfield"),
        ("course", {"theme": "boost"}, "badfield"),
    ],
)
def test_a_field_or_a_reference_that_is_unknown_fails_the_operation_alone(
    scene: Scene, kind: str, changes: Fields, errorcode: str
) -> None:
    key = scene.whole(kind)
    before = there(scene, kind, key)
    outcome = scene.do(Action.UPDATE, kind, key, changes, before={})
    assert (outcome.status, outcome.errorcode) == (Status.FAILED, errorcode)
    assert outcome.message
    assert there(scene, kind, key) == before


@pytest.mark.parametrize("missing", ["course", "user", "group"])
def test_an_enrolment_of_what_is_not_ours_fails(scene: Scene, missing: str) -> None:
    course, user = scene.course(), scene.user()
    key = join_key(
        scene.key("none") if missing == "course" else course, scene.key("none") if missing == "user" else user
    )
    groups = (scene.key("none"),) if missing == "group" else ()
    outcome = scene.do(Action.CREATE, "enrolment", key, scene.fields("enrolment", key, groups=groups))
    assert (outcome.status, outcome.errorcode) == (Status.FAILED, "unknownkey")
    assert list(scene.bridge.read("enrolment", keys=[key])) == []


def test_a_group_of_another_course_fails_the_enrolment(scene: Scene) -> None:
    one, two, user = scene.course("one"), scene.course("two"), scene.user()
    elsewhere = scene.group(two)
    key = join_key(one, user)
    outcome = scene.do(Action.CREATE, "enrolment", key, scene.fields("enrolment", key, groups=(elsewhere,)))
    assert (outcome.status, outcome.errorcode) == (Status.FAILED, "unknownkey")


@pytest.mark.parametrize(
    ("kind", "name"),
    [("user", "username"), ("user", "email"), ("course", "shortname"), ("course", "idnumber"),
     ("category", "idnumber"), ("cohort", "idnumber")],
)  # fmt: skip
def test_two_objects_cannot_have_the_same_name(scene: Scene, kind: str, name: str) -> None:
    category = {"category": scene.category()} if kind == "course" else {}
    same = {name: f"{scene.prefix}@same.example"}
    scene.make(kind, scene.key("one"), **same, **category)
    fields = scene.fields(kind, scene.key("two"), **same, **category)
    outcome = scene.do(Action.CREATE, kind, scene.key("two"), fields)
    assert outcome.status is Status.FAILED
    assert outcome.errorcode in ("usernameexists", "emailexists", "shortnametaken", "taken") or "idnumber" in name
    assert list(scene.bridge.read(kind, keys=[scene.key("two")])) == []


def test_objects_of_some_courses_alone_can_be_read(scene: Scene) -> None:
    one, two, user = scene.course("one"), scene.course("two"), scene.user()
    group = scene.group(one)
    scene.group(two)
    first = scene.enrol(one, user)
    scene.enrol(two, user)
    assert [o.key for o in scene.bridge.read("enrolment", courses=[one])] == [first]
    assert [o.key for o in scene.bridge.read("group", courses=[one])] == [group]
    assert len(list(scene.bridge.read("enrolment", courses=[one, two]))) == 2


def test_keys_that_were_never_ours_do_not_come(scene: Scene) -> None:
    for kind in KINDS:
        assert list(scene.bridge.read(kind, keys=[scene.key("none"), join_key("a", "b")])) == []
