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

use local_dltsync\local\course_creation;
use local_dltsync\local\course_properties;
use local_dltsync\local\field;
use local_dltsync\local\instances;
use local_dltsync\local\refusal;
use local_dltsync\local\rowset;
use local_dltsync\local\state;
use local_dltsync\local\template;

/**
 * Courses, with the custom fields that say what is taught in them.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class course extends owned_kind {
    /** @var string[] what custom fields of the course hold */
    private const PROPERTIES = ['cf_code', 'cf_programme', 'cf_study_year', 'cf_ects', 'cf_delivery_mode', 'cf_kafedra'];

    /** @var string[] fields in columns of the same name that are written as they are */
    private const COLUMNS = ['fullname', 'shortname', 'idnumber', 'lang', 'startdate', 'enddate', 'visible', 'format'];

    /** @var string[] what a site sets as defaults for new courses */
    private const DEFAULTS = [
        'format', 'numsections', 'newsitems', 'showgrades', 'showreports', 'showactivitydates', 'maxbytes',
        'groupmode', 'groupmodeforce', 'enablecompletion', 'hiddensections', 'coursedisplay',
    ];

    #[\Override]
    public function table(): string {
        return 'course';
    }

    #[\Override]
    public function fields(): array {
        return [
            'fullname' => field::text('fullname', PARAM_TEXT),
            'shortname' => field::text('shortname', PARAM_TEXT),
            'category' => field::reference('category', 't.category'),
            'idnumber' => field::text('idnumber'),
            'lang' => field::text('lang'),
            'startdate' => field::number('t.startdate'),
            'enddate' => field::number('t.enddate'),
            'visible' => field::flag('t.visible'),
            'format' => field::text('format'),
        ] + array_fill_keys(self::PROPERTIES, field::property(course_properties::MAXLENGTH));
    }

    #[\Override]
    public function required(): array {
        return ['fullname', 'shortname', 'category'];
    }

    #[\Override]
    public function create_only(): array {
        return ['template' => field::property(255)];
    }

    #[\Override]
    public function match_fields(): array {
        return ['idnumber', 'shortname'];
    }

    #[\Override]
    public function rowsets(): array {
        return [course_properties::rowset(self::PROPERTIES)];
    }

    #[\Override]
    public function is_protected(int $moodleid): bool {
        return $moodleid === (int)SITEID;
    }

    #[\Override]
    public function create(string $key, array $fields): int {
        global $CFG;
        require_once($CFG->dirroot . '/course/lib.php');
        $this->check($fields);
        $template = template::find($fields['template'] ?? '');
        $id = course_creation::create($this->data_for_new($fields, $template !== null));
        instances::add($id);
        $template?->copy_into($id);
        course_properties::add($id, array_intersect_key($fields, array_flip(self::PROPERTIES)));
        return $id;
    }

    #[\Override]
    public function finish(): void {
        global $CFG;
        require_once($CFG->dirroot . '/course/lib.php');
        course_creation::sort();
    }

    #[\Override]
    public function adopt(state $now): void {
        instances::ensure($now->moodleid);
    }

    #[\Override]
    public function write(state $now, array $fields): void {
        global $CFG;
        require_once($CFG->dirroot . '/course/lib.php');
        $changes = $this->changes($now, $fields);
        if (!$changes) {
            return;
        }
        $this->check($changes);
        course_properties::save($now->moodleid, array_intersect_key($changes, array_flip(self::PROPERTIES)));
        update_course((object)(['id' => $now->moodleid] + $this->data_for_change($now, $changes)));
        $this->set_visible($now->moodleid, $fields);
    }

    #[\Override]
    public function rolled_back(): void {
        parent::rolled_back();
        \cache_helper::purge_by_event('changesincourse');
        \cache_helper::purge_by_event('changesincoursecat');
        rebuild_course_cache(0, true);
    }

    /**
     * What Moodle's forms check, since its functions do not.
     *
     * @param array $fields
     * @throws refusal badfield
     */
    private function check(array $fields): void {
        foreach (['fullname', 'shortname'] as $name) {
            if (isset($fields[$name]) && trim($fields[$name]) === '') {
                throw new refusal('badfield', $name);
            }
        }
        $languages = get_string_manager()->get_list_of_translations(true);
        if (($fields['lang'] ?? '') !== '' && !isset($languages[$fields['lang']])) {
            throw new refusal('badfield', "lang, the language {$fields['lang']} is not installed");
        }
        if (isset($fields['format']) && !isset(\core_component::get_plugin_list('format')[$fields['format']])) {
            throw new refusal('badfield', "format, no such course format as {$fields['format']}");
        }
    }

    /**
     * A new course as Moodle takes it, with the site's defaults.
     *
     * @param array $fields
     * @param bool $hastemplate whether sections and forum come with a template
     * @return \stdClass
     */
    private function data_for_new(array $fields, bool $hastemplate): \stdClass {
        $data = $this->columns($fields, self::COLUMNS);
        $data['category'] = $this->ownership->require_id('category', $fields['category']);
        $data += ['summary' => '', 'summaryformat' => FORMAT_HTML, 'automaticenddate' => 0];
        $data += $hastemplate ? template::INSTEAD : [];
        $data += array_intersect_key((array)get_config('moodlecourse'), array_flip(self::DEFAULTS));
        return (object)$data;
    }

    /**
     * What changes, as Moodle takes it. Dates are checked against each other, so both of them travel.
     *
     * @param state $now
     * @param array $changes
     * @return array
     */
    private function data_for_change(state $now, array $changes): array {
        $data = $this->columns($changes, self::COLUMNS);
        if (isset($changes['category'])) {
            $data['category'] = $this->ownership->require_id('category', $changes['category']);
        }
        if (isset($changes['startdate']) || isset($changes['enddate'])) {
            $data += ['startdate' => $now->fields['startdate'], 'enddate' => $now->fields['enddate']];
            $data['automaticenddate'] = 0;
        }
        return $data;
    }

    /**
     * Moodle hides what comes into a hidden category; what the records want shown is shown nevertheless.
     *
     * @param int $id
     * @param array $fields
     */
    private function set_visible(int $id, array $fields): void {
        global $DB;
        if (!empty($fields['visible']) && !$DB->get_field('course', 'visible', ['id' => $id])) {
            course_change_visibility($id, true);
        }
    }
}
