"""Who can log in to a site that holds the example academy: one person per role, each with a password of its own."""

from __future__ import annotations

from dataclasses import dataclass

from scripts.site.moodle import Site

#: The kafedra whose head can log in: most videos are of its courses.
KAFEDRA, HEAD = "plt:cafedra:12", "plt:tutor:820018"
#: The department's own, whom no list names, with their roles in Moodle.
STAFF = {
    "video": {"role": "dltsyncvideo", "username": "video.specialist", "firstname": "Пётр", "lastname": "Эскизов",
              "lang": "ru", "email": "video.specialist@academy.example"},
    "office": {"role": "dltsyncmethodist", "username": "department.head", "firstname": "Айсұлу", "lastname": "Үлгіева",
               "lang": "kk", "email": "department.head@academy.example"},
}  # fmt: skip


@dataclass(frozen=True)
class Login:
    """A person with a role and a password."""

    role: str
    username: str
    password: str


def give_logins(site: Site, *, teacher: str, student: str) -> list[Login]:
    """Let five people log in: the two named by user name, the head of a kafedra, the video specialist, and the
    department's head.

    Needs the roles that the plugin's setup makes, and the academy in place. Done twice it changes nothing.
    """
    names = {
        "teacher": teacher,
        "student": student,
        **site.php(_APPOINT, staff=STAFF, kafedra=KAFEDRA, head=HEAD),
    }
    logins = [Login(role, username, site.workspace.secret(role)) for role, username in names.items()]
    site.php(_GIVE_PASSWORDS, passwords={login.username: login.password for login in logins})
    return logins


_APPOINT = """
require_once($CFG->dirroot . '/user/lib.php');
$role = fn($name) => $DB->get_field('role', 'id', ['shortname' => $name], MUST_EXIST);
foreach ($staff as $person) {
    $person += ['mnethostid' => $CFG->mnet_localhost_id, 'auth' => 'manual', 'confirmed' => 1];
    $id = $DB->get_field('user', 'id', ['username' => $person['username']]) ?: user_create_user($person, false);
    role_assign($role($person['role']), $id, context_system::instance());
}
$head = $DB->get_record('user', ['idnumber' => $head], '*', MUST_EXIST);
$ours = ['kind' => 'category', 'sourcedid' => $kafedra];
$category = $DB->get_field('local_dltsync_object', 'moodleid', $ours, MUST_EXIST);
role_assign($role('dltsynchead'), $head->id, context_coursecat::instance($category));
return ['head' => $head->username] + array_map(fn($person) => $person['username'], $staff);
"""

# A password in a command's arguments could be read in the list of processes.
_GIVE_PASSWORDS = """
foreach ($passwords as $name => $password) {
    $user = core_user::get_user_by_username($name, '*', null, MUST_EXIST);
    update_internal_user_password($user, $password);
    unset_user_preference('auth_forcepasswordchange', $user);
}
return null;
"""
