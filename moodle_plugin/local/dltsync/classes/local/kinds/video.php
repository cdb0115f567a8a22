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

namespace local_dltsync\local\kinds;

use local_dltsync\local\bulk;
use local_dltsync\local\digest;
use local_dltsync\local\executor;
use local_dltsync\local\field;
use local_dltsync\local\ownership;
use local_dltsync\local\refusal;
use local_dltsync\local\sections;
use local_dltsync\local\source;
use local_dltsync\local\state;
use local_dltsync\local\placements\places;
use local_dltsync\local\placements\together;

/**
 * Links to videos in the sections of courses that are ours: modules of the type URL.
 *
 * Whether one is shown is its own setting: a section that a teacher hides hides what is in it, and says nothing of it.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class video extends owned_kind {
    /** @var string a web address of one word that needs no quoting where it is printed */
    private const ADDRESS = '~^https?://[^\s"<>\\\\]+$~iD';

    /** @var int[] courses that operations wrote to, by id */
    private array $touched = [];

    #[\Override]
    public function table(): string {
        return 'course_modules';
    }

    #[\Override]
    public function source(): source {
        $from = "{course_modules} t
                 JOIN {modules} m ON m.id = t.module AND m.name = 'url'
                 JOIN {url} u ON u.id = t.instance
                 JOIN {course_sections} s ON s.id = t.section
                 JOIN {local_dltsync_object} oc ON oc.kind = 'course' AND oc.moodleid = t.course
            LEFT JOIN {local_dltsync_object} o ON o.kind = 'video' AND o.moodleid = t.id
            LEFT JOIN {" . places::TABLE . "} v ON v.cmid = t.id";
        return new source($from, 't.deletioninprogress = 0', 'o.sourcedid', 'oc.sourcedid', 't.course');
    }

    #[\Override]
    public function fields(): array {
        return [
            'course' => field::key('course', 'oc.sourcedid'),
            'section' => field::number('s.section'),
            'name' => field::joined('u', 'url', 'name', PARAM_TEXT),
            'url' => field::joined('u', 'url', 'externalurl'),
            'display' => field::number('u.display'),
            'visible' => field::flag('CASE WHEN s.visible = 0 THEN t.visibleold ELSE t.visible END'),
            'idnumber' => field::text('idnumber'),
            'order' => field::number('COALESCE(v.sortorder, 0)'),
        ];
    }

    #[\Override]
    public function marks(array $names): array {
        global $DB;
        // A site has some ten thousand videos, whose texts anybody may have edited without a trace: the digests
        // themselves cost no more than anything else that would see all of that.
        $ids = array_flip($DB->get_records_menu(ownership::TABLE, ['kind' => 'course'], '', 'moodleid, sourcedid'));
        $marks = [];
        foreach ((new digest($this))->compute($names) as $course => $sums) {
            $marks[$ids[$course]] = [$course, md5(implode(' ', [...$names, ...$sums]))];
        }
        return $marks;
    }

    #[\Override]
    public function identity(): array {
        return ['course'];
    }

    #[\Override]
    public function required(): array {
        return ['course', 'section', 'name', 'url'];
    }

    #[\Override]
    public function match_fields(): array {
        return ['idnumber', 'url'];
    }

    #[\Override]
    public function match_column(string $field): string {
        return $field === 'url' ? 'u.externalurl' : parent::match_column($field);
    }

    #[\Override]
    public function course_column(): string {
        return 't.course';
    }

    #[\Override]
    public function bulk(executor $executor, int $batchid): bulk {
        return new together($this, $executor, $this->ownership, $batchid);
    }

    #[\Override]
    public function create(string $key, array $fields): int {
        global $CFG, $DB;
        require_once($CFG->dirroot . '/course/modlib.php');
        $fields += self::nothing();
        $courseid = $this->locate($key, $fields);
        $this->touch($courseid);
        sections::add($courseid, $fields['section']);
        $info = self::moduleinfo($fields, (int)$DB->get_field('modules', 'id', ['name' => 'url'], MUST_EXIST));
        $cmid = (int)add_moduleinfo($info, get_course($courseid))->coursemodule;
        $this->keep_hidden($cmid);
        $this->place($courseid, $cmid, $fields['order'], true);
        return $cmid;
    }

    #[\Override]
    public function write(state $now, array $fields): void {
        global $CFG;
        require_once($CFG->dirroot . '/course/lib.php');
        $changes = $this->changes($now, $fields);
        if (!$changes) {
            return;
        }
        $courseid = $this->locate($now->key, ['course' => $now->fields['course']] + $changes);
        $this->touch($courseid);
        $this->move($now->moodleid, $courseid, $changes);
        $this->show($now->moodleid, $changes);
        $this->link($now->moodleid, $changes);
        if (isset($changes['order']) || isset($changes['section'])) {
            $this->place($courseid, $now->moodleid, $changes['order'] ?? $now->fields['order'], isset($changes['section']));
        }
        if (isset($changes['name'])) {
            set_coursemodule_name($now->moodleid, $changes['name']);
        } else if (array_keys($changes) !== ['order']) {
            $cm = get_coursemodule_from_id('url', $now->moodleid, $courseid, false, MUST_EXIST);
            \core\event\course_module_updated::create_from_cm($cm)->trigger();
        }
    }

    #[\Override]
    public function can_delete(): bool {
        return true;
    }

    #[\Override]
    public function delete(state $now): void {
        global $CFG;
        require_once($CFG->dirroot . '/course/lib.php');
        $this->touch($this->ownership->require_id('course', $now->fields['course']));
        course_delete_module($now->moodleid);
    }

    #[\Override]
    public function rolled_back(): void {
        parent::rolled_back();
        foreach ($this->touched as $courseid) {
            self::drop_modinfo($courseid);
        }
        $this->touched = [];
    }

    /**
     * Drops what was built of a course: it may be of a revision that was never committed, and whose number comes again.
     *
     * @param int $courseid
     */
    private static function drop_modinfo(int $courseid): void {
        $cache = \cache::make('core', 'coursemodinfo');
        $cache->acquire_lock($courseid);
        try {
            $cache->delete($courseid);
        } finally {
            $cache->release_lock($courseid);
        }
        rebuild_course_cache($courseid, true);
    }

    /**
     * In which course a video is or is to be, once it is known that Moodle can hold what is to be written of it.
     *
     * @param string $key
     * @param array $fields accepted values, the course among them
     * @return int id of the course
     * @throws refusal badfield, unknownkey
     */
    public function locate(string $key, array $fields): int {
        if (explode('|', $key)[0] !== $fields['course']) {
            throw new refusal('badfield', 'course is not that of the key');
        }
        $courseid = $this->ownership->require_id('course', $fields['course']);
        $this->check($courseid, $fields);
        return $courseid;
    }

    /**
     * Notes that a course is about to be written to.
     *
     * @param int $courseid
     */
    public function touch(int $courseid): void {
        $this->touched[$courseid] = $courseid;
    }

    /**
     * What a new video is where nothing else is said.
     *
     * @return array
     */
    public static function nothing(): array {
        global $CFG;
        require_once($CFG->libdir . '/resourcelib.php');
        return ['display' => RESOURCELIB_DISPLAY_AUTO, 'visible' => true, 'idnumber' => '', 'order' => 0];
    }

    /**
     * The columns of url that hold those of the fields that are given.
     *
     * @param array $fields
     * @param string $options how a link was displayed until now, as the column holds it
     * @return array
     */
    public static function columns_of(array $fields, string $options = ''): array {
        $columns = [];
        foreach (['name' => 'name', 'url' => 'externalurl'] as $name => $column) {
            $columns += isset($fields[$name]) ? [$column => $fields[$name]] : [];
        }
        if (isset($fields['display'])) {
            $columns += ['display' => $fields['display']];
            $columns += ['displayoptions' => serialize(self::options($fields['display'], $options))];
        }
        return $columns;
    }

    /**
     * What mod_url remembers of a way to display a link: what a teacher chose before, else the site's defaults.
     *
     * @param int $display
     * @param string $options as the column holds them
     * @return array
     */
    private static function options(int $display, string $options): array {
        $names = match ($display) {
            RESOURCELIB_DISPLAY_POPUP => ['popupwidth', 'popupheight'],
            RESOURCELIB_DISPLAY_AUTO, RESOURCELIB_DISPLAY_EMBED, RESOURCELIB_DISPLAY_FRAME => ['printintro'],
            default => [],
        };
        $chosen = $options === '' ? [] : (array)unserialize_array($options);
        $default = (array)get_config('url');
        return array_combine($names, array_map(fn($name) => (int)($chosen[$name] ?? $default[$name] ?? 0), $names));
    }

    /**
     * What Moodle's forms check, since its functions do not.
     *
     * @param int $courseid
     * @param array $fields
     * @throws refusal badfield
     */
    private function check(int $courseid, array $fields): void {
        global $CFG;
        require_once($CFG->libdir . '/resourcelib.php');
        require_once($CFG->dirroot . '/mod/url/locallib.php');
        if (isset($fields['name']) && trim($fields['name']) === '') {
            throw new refusal('badfield', 'name');
        }
        if (isset($fields['url']) && !self::is_address($fields['url'])) {
            throw new refusal('badfield', 'url, no address of the web: ' . $fields['url']);
        }
        if (isset($fields['display']) && !in_array($fields['display'], self::displays(), true)) {
            throw new refusal('badfield', 'display');
        }
        if (isset($fields['section'])) {
            $this->check_section($courseid, $fields['section']);
        }
    }

    /**
     * The ways in which mod_url displays a link.
     *
     * @return int[]
     */
    private static function displays(): array {
        return [
            RESOURCELIB_DISPLAY_AUTO, RESOURCELIB_DISPLAY_EMBED, RESOURCELIB_DISPLAY_FRAME, RESOURCELIB_DISPLAY_OPEN,
            RESOURCELIB_DISPLAY_NEW, RESOURCELIB_DISPLAY_POPUP,
        ];
    }

    /**
     * A section is there, or may be made.
     *
     * @param int $courseid
     * @param int $number
     * @throws refusal badfield
     */
    private function check_section(int $courseid, int $number): void {
        global $DB;
        $most = course_get_format($courseid)->get_max_sections();
        if ($number > $most && !$DB->record_exists('course_sections', ['course' => $courseid, 'section' => $number])) {
            throw new refusal('badfield', "section, the course can have $most sections");
        }
    }

    /**
     * Whether mod_url keeps it as it is, and a browser can open it.
     *
     * @param string $url
     * @return bool
     */
    private static function is_address(string $url): bool {
        return preg_match(self::ADDRESS, $url) && url_appears_valid_url($url) && url_fix_submitted_url($url) === $url;
    }

    /**
     * A new module as Moodle takes it.
     *
     * @param array $fields all of them
     * @param int $moduleid id of the type of module
     * @return \stdClass
     */
    public static function moduleinfo(array $fields, int $moduleid): \stdClass {
        return (object)([
            'modulename' => 'url',
            'module' => $moduleid,
            'section' => $fields['section'],
            'name' => $fields['name'],
            'externalurl' => $fields['url'],
            'display' => $fields['display'],
            'visible' => (int)$fields['visible'],
            'cmidnumber' => $fields['idnumber'],
            'intro' => '',
            'introformat' => FORMAT_HTML,
        ] + self::options($fields['display'], ''));
    }

    /**
     * What comes into a hidden section is hidden with it, and shown when the section is.
     *
     * @param int $cmid
     */
    private function keep_hidden(int $cmid): void {
        global $DB;
        $cm = $DB->get_record('course_modules', ['id' => $cmid], 'id, section, visible', MUST_EXIST);
        if ($cm->visible && !$DB->get_field('course_sections', 'visible', ['id' => $cm->section])) {
            $DB->set_field('course_modules', 'visible', 0, ['id' => $cmid]);
        }
    }

    /**
     * Lets a video stand in its order.
     *
     * @param int $courseid
     * @param int $cmid
     * @param int $order
     * @param bool $iscoming whether it is where Moodle put it: at the end
     */
    private function place(int $courseid, int $cmid, int $order, bool $iscoming): void {
        global $DB;
        $places = new places($courseid);
        $places->remember([$cmid => $order]);
        $sectionid = (int)$DB->get_field('course_modules', 'section', ['id' => $cmid], MUST_EXIST);
        $places->arrange([$cmid => $sectionid], $iscoming ? [$cmid] : []);
        rebuild_course_cache($courseid, true);
    }

    /**
     * Moves a video to another section, where it is hidden if the section is.
     *
     * @param int $cmid
     * @param int $courseid
     * @param array $changes
     */
    private function move(int $cmid, int $courseid, array $changes): void {
        global $DB;
        if (!isset($changes['section'])) {
            return;
        }
        sections::add($courseid, $changes['section']);
        $place = ['course' => $courseid, 'section' => $changes['section']];
        $section = $DB->get_record('course_sections', $place, '*', MUST_EXIST);
        moveto_module($DB->get_record('course_modules', ['id' => $cmid], '*', MUST_EXIST), $section);
    }

    /**
     * Shows or hides a video; in a hidden section that counts from when the section is shown.
     *
     * @param int $cmid
     * @param array $changes
     */
    private function show(int $cmid, array $changes): void {
        global $DB;
        if (!isset($changes['visible'])) {
            return;
        }
        $cm = $DB->get_record('course_modules', ['id' => $cmid], '*', MUST_EXIST);
        if ($DB->get_field('course_sections', 'visible', ['id' => $cm->section])) {
            set_coursemodule_visible($cmid, (int)$changes['visible'], $cm->visibleoncoursepage);
        } else {
            set_coursemodule_visible($cmid, 0, $cm->visibleoncoursepage);
            $DB->set_field('course_modules', 'visibleold', (int)$changes['visible'], ['id' => $cmid]);
            rebuild_course_cache($cm->course, true);
        }
    }

    /**
     * Writes where a video leads to, how it is displayed, and its idnumber.
     *
     * @param int $cmid
     * @param array $changes
     */
    private function link(int $cmid, array $changes): void {
        global $DB;
        if (isset($changes['idnumber'])) {
            set_coursemodule_idnumber($cmid, $changes['idnumber']);
        }
        $cm = $DB->get_record('course_modules', ['id' => $cmid], 'id, course, instance', MUST_EXIST);
        $options = (string)$DB->get_field('url', 'displayoptions', ['id' => $cm->instance], MUST_EXIST);
        $columns = self::columns_of(array_diff_key($changes, ['name' => 1]), $options);
        if ($columns) {
            $DB->update_record('url', (object)(['id' => $cm->instance, 'timemodified' => time()] + $columns));
            rebuild_course_cache($cm->course, true);
        }
    }
}
