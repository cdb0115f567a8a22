<?php
// This file is part of Moodle - http://moodle.org/
//
// Moodle is free software: you can redistribute it and/or modify
// it under the terms of the GNU General Public License as published by
// the Free Software Foundation, either version 3 of the License, or
// (at your option) any later version.
//
// Moodle is distributed in the hope that it will be useful,
// but WITHOUT ANY WARRANTY; without even the implied warranty of
// MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE.  See the
// GNU General Public License for more details.
//
// You should have received a copy of the GNU General Public License
// along with Moodle.  If not, see <http://www.gnu.org/licenses/>.

namespace local_dltsync\local\enrolments;

use local_dltsync\local\instances;

/**
 * A short text for each course that is another one as soon as a digest of its enrolments may be.
 *
 * Counts and sums over what the digest is made of, which a database adds up some ten times faster than it hashes every
 * row: ids of the rows, who, which role or group, status and dates, when they were last modified, and of whom and of
 * what we are the owner.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class marks {
    /** @var string spreads what is added up by the row it stands in, so that two rows that trade values are seen */
    private const SPREAD = '(%s.id %% 997 + 1)';

    /**
     * The marks of all courses that have an enrolment of ours.
     *
     * @param string[] $names of the fields over which digests are asked for
     * @return array[] of course key and mark, by course id
     */
    public function compute(array $names): array {
        global $DB;
        $instances = $DB->get_records_menu('enrol', ['enrol' => instances::METHOD], 'id', 'id, courseid');
        $parts = [];
        foreach ([$this->enrolments(), $this->roles(), $this->groups()] as $place => $sql) {
            foreach ($DB->get_records_sql($sql) as $row) {
                $courseid = $instances[$row->instance] ?? 0;
                $parts[$courseid][] = $place . ' ' . implode(' ', (array)$row);
            }
        }
        $keys = $DB->get_records_menu('local_dltsync_object', ['kind' => 'course'], '', 'moodleid, sourcedid');
        $common = implode(' ', [...$names, ...$this->common()]);
        $marks = [];
        foreach (array_intersect_key($parts, $keys) as $courseid => $sums) {
            $marks[$courseid] = [$keys[$courseid], md5("$common|$keys[$courseid]|" . implode('|', $sums))];
        }
        return $marks;
    }

    /**
     * What the digests of all courses depend on: names of roles, and owned people who were deleted.
     *
     * @return string[]
     */
    private function common(): array {
        global $DB;
        $roles = $DB->get_records_menu('role', null, 'id', 'id, shortname');
        $deleted = $DB->get_record_sql(
            "SELECT COUNT(*) AS n, SUM(u.id) AS ids
               FROM {local_dltsync_object} o JOIN {user} u ON u.id = o.moodleid
              WHERE o.kind = 'user' AND u.deleted = 1"
        );
        return [json_encode($roles), $deleted->n, (string)$deleted->ids];
    }

    /**
     * Sums over the enrolments of owned people, by instance.
     *
     * @return string SQL
     */
    private function enrolments(): string {
        $spread = sprintf(self::SPREAD, 't');
        return "SELECT t.enrolid AS instance, COUNT(*) AS n, SUM(t.id) AS ids, SUM($spread * t.userid) AS people,
                       SUM($spread * (t.timestart + 3 * t.timeend + 7 * t.status)) AS state,
                       MAX(t.timemodified) AS latest, SUM(o.id) AS owned, SUM(o.timemodified) AS since
                  FROM {user_enrolments} t
                  JOIN {enrol} e ON e.id = t.enrolid AND e.enrol = '" . instances::METHOD . "'
                  JOIN {local_dltsync_object} o ON o.kind = 'user' AND o.moodleid = t.userid
              GROUP BY t.enrolid ORDER BY t.enrolid";
    }

    /**
     * Sums over the roles that we gave, by instance.
     *
     * @return string SQL
     */
    private function roles(): string {
        $spread = sprintf(self::SPREAD, 'ra');
        return "SELECT ra.itemid AS instance, COUNT(*) AS n, SUM(ra.id) AS ids, SUM($spread * ra.userid) AS people,
                       SUM($spread * ra.roleid) AS given, SUM(ra.contextid) AS places
                  FROM {role_assignments} ra
                 WHERE ra.component = '" . instances::COMPONENT . "'
              GROUP BY ra.itemid ORDER BY ra.itemid";
    }

    /**
     * Sums over the memberships that we gave in groups of ours, by instance.
     *
     * @return string SQL
     */
    private function groups(): string {
        $spread = sprintf(self::SPREAD, 'gm');
        return "SELECT gm.itemid AS instance, COUNT(*) AS n, SUM(gm.id) AS ids, SUM($spread * gm.userid) AS people,
                       SUM($spread * gm.groupid) AS places, SUM(o.id) AS owned, SUM(o.timemodified) AS since
                  FROM {groups_members} gm
                  JOIN {local_dltsync_object} o ON o.kind = 'group' AND o.moodleid = gm.groupid
                 WHERE gm.component = '" . instances::COMPONENT . "'
              GROUP BY gm.itemid ORDER BY gm.itemid";
    }
}
