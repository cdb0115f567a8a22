<?php
while ($task = \core\task\manager::get_next_adhoc_task(time() + DAYSECS, true, '\local_dltsync\task\deliver_events')) {
    \core\cron::run_inner_adhoc_task($task);
}
\core\cron::setup_user();
$doubles = [];
$queries = [
    'user with the number' => "SELECT MIN(id) AS id, idnumber AS what, COUNT(1) AS n FROM {user}
         WHERE deleted = 0 AND idnumber <> '' GROUP BY idnumber HAVING COUNT(1) > 1",
    'course with the number' => "SELECT MIN(id) AS id, idnumber AS what, COUNT(1) AS n FROM {course}
         WHERE idnumber <> '' GROUP BY idnumber HAVING COUNT(1) > 1",
    'category with the number' => "SELECT MIN(id) AS id, idnumber AS what, COUNT(1) AS n FROM {course_categories}
         WHERE idnumber <> '' GROUP BY idnumber HAVING COUNT(1) > 1",
    'cohort with the number' => "SELECT MIN(id) AS id, idnumber AS what, COUNT(1) AS n FROM {cohort}
         WHERE idnumber <> '' GROUP BY idnumber HAVING COUNT(1) > 1",
    'group of the course' => "SELECT MIN(id) AS id, courseid AS what, COUNT(1) AS n FROM {groups}
         WHERE idnumber <> '' GROUP BY courseid, idnumber HAVING COUNT(1) > 1",
    'module of the course' => "SELECT MIN(id) AS id, course AS what, COUNT(1) AS n FROM {course_modules}
         WHERE idnumber <> '' GROUP BY course, idnumber HAVING COUNT(1) > 1",
    'enrolment method of the course' => "SELECT MIN(id) AS id, courseid AS what, COUNT(1) AS n FROM {enrol}
         WHERE enrol = 'dltsync' GROUP BY courseid HAVING COUNT(1) > 1",
    'enrolment of the user' => "SELECT MIN(id) AS id, userid AS what, COUNT(1) AS n FROM {user_enrolments}
         GROUP BY enrolid, userid HAVING COUNT(1) > 1",
    'role of the user' => "SELECT MIN(id) AS id, userid AS what, COUNT(1) AS n FROM {role_assignments}
         GROUP BY roleid, contextid, userid, component, itemid HAVING COUNT(1) > 1",
    'group membership of the user' => "SELECT MIN(id) AS id, userid AS what, COUNT(1) AS n FROM {groups_members}
         GROUP BY groupid, userid HAVING COUNT(1) > 1",
    'cohort membership of the user' => "SELECT MIN(id) AS id, userid AS what, COUNT(1) AS n FROM {cohort_members}
         GROUP BY cohortid, userid HAVING COUNT(1) > 1",
    'owned object' => "SELECT MIN(id) AS id, kind AS what, COUNT(1) AS n FROM {local_dltsync_object}
         GROUP BY kind, moodleid HAVING COUNT(1) > 1",
    'link without its module' => "SELECT u.id, u.course AS what, 1 AS n FROM {url} u
          LEFT JOIN {course_modules} cm ON cm.instance = u.id AND cm.module = (SELECT id FROM {modules} WHERE name = 'url')
         WHERE cm.id IS NULL",
    'event that waits' => "SELECT MIN(id) AS id, courseid AS what, COUNT(1) AS n FROM {local_dltsync_queue} GROUP BY courseid",
];
foreach ($queries as $name => $sql) {
    foreach ($DB->get_records_sql($sql) as $row) {
        $doubles[] = "$name $row->what is there $row->n times (id $row->id)";
    }
}
$rows = $DB->get_records_select('local_dltsynclistener', 'id > ?', [$told], 'id', 'id, what, userid, courseid');
return [
    'doubles' => $doubles,
    'strangers' => hand_strangers(),
    'told' => array_values(array_map(fn($row) => [$row->what, $row->userid, $row->courseid], $rows)),
    'mark' => (int)$DB->get_field_sql('SELECT MAX(id) FROM {local_dltsynclistener}'),
];
