"""What a course looks like, and who was told of it, after enrolments were written together: as if Moodle had done it.

A plugin that only these tests put into the site (`listener/`) writes down every event and hook that it is told of.
"""

from __future__ import annotations

import shutil
import subprocess
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from dlt_sync.model import Action, Operation, Status, join_key
from dlt_sync.moodle.rest import RestBridge
from scripts.site.moodle import Site
from scripts.site.tree import LISTENER
from tests.conformance.scene import Scene
from tests.live.hands import Hands

_TASK = r"\local_dltsync\task\deliver_events"
_RESUME = r"\local_dltsync\task\resume_events"
_FORUM = """
global $CFG;
require_once($CFG->dirroot . '/course/modlib.php');
$course = get_course($courseid);
[$module, $context, $section, $cm, $data] = prepare_new_moduleinfo_data($course, 'forum', 0);
$data->name = 'News';
$data->intro = '';
$data->introformat = FORMAT_HTML;
$data->type = 'general';
$data->forcesubscribe = 2;
$data->visible = 1;
$data->grade_forum = 0;
$data->assessed = 0;
$data->scale = 0;
add_moduleinfo($data, $course);
return null;
"""
_BY_CORE = """
global $CFG;
require_once($CFG->dirroot . '/group/lib.php');
\\core\\session\\manager::set_user($DB->get_record('user', ['username' => 'dltsync'], '*', MUST_EXIST));
$plugin = enrol_get_plugin('dltsync');
$where = ['courseid' => $courseid, 'enrol' => 'dltsync'];
if (!$DB->record_exists('enrol', $where)) {
    $plugin->add_instance(get_course($courseid));
}
$instance = $DB->get_record('enrol', $where, '*', MUST_EXIST);
$roleid = $DB->get_field('role', 'id', ['shortname' => 'student'], MUST_EXIST);
foreach ($userids as $userid) {
    $plugin->enrol_user($instance, $userid, $roleid, $timestart, 0, ENROL_USER_ACTIVE);
    groups_add_member($groupid, $userid, 'enrol_dltsync', $instance->id);
}
foreach ($suspended as $userid) {
    $plugin->update_user_enrol($instance, $userid, ENROL_USER_SUSPENDED);
}
return null;
"""
_TABLES = """
$context = context_course::instance($courseid);
$rows = fn($sql) => array_values(array_map('array_values', array_map('get_object_vars', $DB->get_records_sql($sql))));
return [
    $rows("SELECT ue.userid, ue.status, ue.timestart, ue.timeend, ue.modifierid
             FROM {user_enrolments} ue JOIN {enrol} e ON e.id = ue.enrolid
            WHERE e.courseid = $courseid ORDER BY ue.userid"),
    $rows("SELECT userid, roleid, component, modifierid, sortorder
             FROM {role_assignments} WHERE contextid = $context->id ORDER BY userid"),
    $rows("SELECT m.userid, m.component FROM {groups_members} m JOIN {groups} g ON g.id = m.groupid
            WHERE g.courseid = $courseid ORDER BY m.userid"),
    $rows("SELECT s.userid, f.name FROM {forum_subscriptions} s JOIN {forum} f ON f.id = s.forum
            WHERE f.course = $courseid ORDER BY s.userid"),
    $rows("SELECT MIN(id), eventname, relateduserid, userid, COUNT(*) FROM {logstore_standard_log}
            WHERE courseid = $courseid AND relateduserid > 0 GROUP BY eventname, relateduserid, userid"),
    array_keys(get_enrolled_users($context, '', 0, 'u.id', 'u.id', 0, 0, true)),
];
"""
_AS_SEEN = """
$context = context_course::instance($courseid);
\\core\\session\\manager::set_user(get_admin());
$filters = new \\core_user\\table\\participants_filterset();
$filters->add_filter(new \\core_table\\local\\filter\\integer_filter('courseid', null, [$courseid]));
$participants = [];
$search = new \\core_user\\table\\participants_search(get_course($courseid), $context, $filters);
foreach ($search->get_participants() as $one) {
    $participants[] = (int)$one->id;
}
sort($participants);
$suspended = array_map('intval', array_values(get_suspended_userids($context, true)));
sort($suspended);
return [
    $participants,
    $suspended,
    array_map(fn($id) => has_capability('mod/forum:replypost', $context, $id), $userids),
    array_map(fn($id) => is_enrolled($context, $id, '', true), $userids),
    array_map(fn($id) => in_array($courseid, array_keys(enrol_get_users_courses($id, true))), $userids),
    array_map(fn($id) => count(groups_get_user_groups($courseid, $id)[0]), $userids),
];
"""


@pytest.fixture(scope="module")
def listening(site: Site) -> Iterator[Site]:
    """The site with the listener in it. What it must not tell of, is done first; the plugin goes again at the end."""
    source, target = Path(__file__).parent / "listener", site.code / LISTENER
    shutil.copytree(source, target, dirs_exist_ok=True)
    try:
        site.upgrade()
        yield site
    finally:
        shutil.rmtree(target)


@pytest.fixture
def scene(listening: Site) -> Iterator[Scene]:
    """A corner of the site of the test's own."""
    with RestBridge(listening.url, listening.token, timeout_s=120, retries=0) as bridge:
        yield Scene(bridge, Hands(listening), f"bulk:{uuid.uuid4().hex[:6]}")


def moodle_id(scene: Scene, kind: str, key: str) -> int:
    """Moodle's id of one of our objects."""
    found = scene.see(kind, key)
    assert found.moodle_id
    return found.moodle_id


def people(scene: Scene, number: int) -> list[str]:
    """So many users."""
    keys = [scene.key(f"user{n}") for n in range(number)]
    operations = [_operation("user", key, Action.CREATE, scene, scene.fields("user", key)) for key in keys]
    assert {outcome.status for outcome in scene.apply(*operations)} == {Status.DONE}
    return keys


def enrol(scene: Scene, course: str, users: list[str], **fields: object) -> None:
    """Enrol them in one batch."""
    keys = [join_key(course, user) for user in users]
    operations = [
        _operation("enrolment", key, Action.CREATE, scene, scene.fields("enrolment", key, **fields))  # type: ignore[arg-type]
        for key in keys
    ]
    outcomes = scene.apply(*operations)
    assert {outcome.status for outcome in outcomes} == {Status.DONE}, outcomes


def _operation(kind: str, key: str, action: Action, scene: Scene, after: object) -> Operation:
    return Operation(kind, key, action, None, after, "", "", "")  # type: ignore[arg-type]


def told(site: Site, course: int) -> Counter[tuple[str, int, int]]:
    """What the listener was told of a course: what, of whom, by whom."""
    rows = site.php(
        "return array_values($DB->get_records('local_dltsynclistener', ['courseid' => $course], 'id'));", course=course
    )
    return Counter((row["what"], int(row["userid"]), int(row["actorid"])) for row in rows)


def runner(site: Site, *arguments: str) -> subprocess.Popen[bytes]:
    """A cron runner at work on ad-hoc tasks of ours."""
    command = ["php", str(site.code / "admin/cli/adhoc_task.php"), "--execute", f"--classname={_TASK}", *arguments]
    return subprocess.Popen(command, env=site.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def work_off(site: Site, runners: int = 1) -> None:
    """Let so many runners send what is queued, all at the same time."""
    for process in [runner(site) for _ in range(runners)]:
        process.wait(300)


def queued(site: Site) -> int:
    """Enrolments of which Moodle is still to be told."""
    return int(site.php("return $DB->count_records('local_dltsync_queue');"))


def test_a_course_of_ours_is_the_same_as_one_that_moodle_enrolled(scene: Scene, listening: Site) -> None:
    users = people(scene, 7)
    ids = [moodle_id(scene, "user", key) for key in users]
    ours, theirs = scene.course("ours"), scene.course("theirs")
    group = scene.group(ours)
    places = [moodle_id(scene, "course", key) for key in (ours, theirs)]
    for course in places:
        listening.php(_FORUM, courseid=course)
    their_group = moodle_id(scene, "group", scene.group(theirs, "their-group"))
    enrol(scene, ours, users, groups=(group,))
    suspend = [join_key(ours, user) for user in users[:3]]
    changes = [_operation("enrolment", key, Action.UPDATE, scene, {"suspended": True}) for key in suspend]
    assert {outcome.status for outcome in scene.apply(*changes)} == {Status.DONE}
    start = int(scene.field("enrolment", suspend[0], "timestart"))  # type: ignore[arg-type]
    assert not told(listening, places[0])
    seen = listening.php(_AS_SEEN, courseid=places[0], userids=ids)  # before any event was sent
    assert seen[:2] == [sorted(ids), sorted(ids[:3])]

    listening.php(_BY_CORE, courseid=places[1], userids=ids, suspended=ids[:3], groupid=their_group, timestart=start)
    assert seen == listening.php(_AS_SEEN, courseid=places[1], userids=ids)
    work_off(listening)

    assert queued(listening) == 0
    assert told(listening, places[0]) == told(listening, places[1])
    assert set(told(listening, places[0]).values()) == {1}
    mine, others = (listening.php(_TABLES, courseid=course) for course in places)
    assert mine[:4] == others[:4]
    assert len(mine[3]) == 7
    logged = [sorted(row[1:] for row in tables[4] if "subscription" not in row[1]) for tables in (mine, others)]
    assert logged[0] == logged[1]
    assert mine[5] == others[5]


def test_nothing_is_lost_or_doubled_when_a_runner_is_killed(scene: Scene, listening: Site) -> None:
    users = people(scene, 45)  # twenty are told of in one transaction
    course = scene.course()
    enrol(scene, course, users)
    victim = moodle_id(scene, "user", users[29])
    flag = listening.moodledata / f"dltsynclistener-{victim}"
    flag.touch()

    assert runner(listening).wait(300) != 0
    assert not flag.exists()
    left = queued(listening)
    assert 0 < left < 45
    resume = ("admin/cli/scheduled_task.php", f"--execute={_RESUME}")
    listening.cli(*resume)
    assert queued(listening) == left, "its task may still be at work"
    listening.php("$DB->execute('UPDATE {local_dltsync_queue} SET timecreated = timecreated - 3600'); return null;")
    listening.cli(*resume)

    assert queued(listening) == 0
    heard = told(listening, moodle_id(scene, "course", course))
    assert set(heard.values()) == {1}
    assert len(heard) == 45 * 4
    # Moodle takes the killed task for a running one, and a place in the queue for taken, for an hour.
    listening.php("$DB->delete_records_select('task_adhoc', 'timestarted IS NOT NULL'); return null;")


def test_several_runners_share_the_work_and_tell_once(scene: Scene, listening: Site) -> None:
    users = people(scene, 600)
    first, second = scene.course("first"), scene.course("second")
    enrol(scene, first, users)
    enrol(scene, second, users)
    assert queued(listening) == 1200

    work_off(listening, runners=3)
    work_off(listening)

    assert queued(listening) == 0
    for course in (first, second):
        heard = told(listening, moodle_id(scene, "course", course))
        assert set(heard.values()) == {1}
        assert len(heard) == 600 * 4


def test_the_setting_tells_in_the_same_request(scene: Scene, listening: Site) -> None:
    listening.php("set_config('immediate', 1, 'local_dltsync'); return null;")
    try:
        users = people(scene, 3)
        course = scene.course()
        enrol(scene, course, users)
    finally:
        listening.php("unset_config('immediate', 'local_dltsync'); return null;")
    assert queued(listening) == 0
    heard = told(listening, moodle_id(scene, "course", course))
    assert set(heard.values()) == {1}
    assert len(heard) == 3 * 4
