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

namespace local_dltsync\setup;

use core_course\customfield\course_handler;
use core_customfield\category_controller;
use core_customfield\field_controller;

/**
 * The course custom fields that hold what the records say of a course: seen by all, changed by the program only.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class course_fields {
    /** @var string[] names as the protocol has them, without their prefix cf_ */
    public const NAMES = ['code', 'programme', 'study_year', 'ects', 'delivery_mode', 'kafedra'];

    /** @var string what the short name of a field begins with */
    public const PREFIX = 'dltsync_';

    /** @var int the longest text that a custom field of type text holds, in characters */
    private const MAX_LENGTH = 1333;

    /** @var course_handler */
    private readonly course_handler $handler;

    /**
     * Fields that are made go into a category of this name.
     *
     * @param string $category
     */
    public function __construct(
        /** @var string */
        private readonly string $category,
    ) {
        $this->handler = course_handler::create();
    }

    /**
     * Makes a field unless it is there.
     *
     * @param string $name one of NAMES
     * @return string what was done
     * @throws problem when a field of this short name is not of type text
     */
    public function make(string $name): string {
        $shortname = self::PREFIX . $name;
        $field = $this->find($shortname);
        if ($field === null) {
            $this->save($shortname, get_string("cf_$name", 'local_dltsync'));
            return "Course field “{$shortname}” made.";
        }
        if ($field->get('type') !== 'text') {
            throw new problem("The course field “{$shortname}” is of type “{$field->get('type')}”; it must be a short "
                . "text. Rename it under Site administration > Courses > Course custom fields, then run this again.");
        }
        return "The course field “{$shortname}” is there.";
    }

    /**
     * The field of this short name, in whatever category.
     *
     * @param string $shortname
     * @return field_controller|null
     */
    private function find(string $shortname): ?field_controller {
        foreach ($this->handler->get_fields() as $field) {
            if ($field->get('shortname') === $shortname) {
                return $field;
            }
        }
        return null;
    }

    /**
     * Makes a text field.
     *
     * @param string $shortname
     * @param string $name as people see it
     */
    private function save(string $shortname, string $name): void {
        $field = field_controller::create(0, (object)['type' => 'text'], $this->category());
        $this->handler->save_field_configuration($field, (object)[
            'name' => $name,
            'shortname' => $shortname,
            'type' => 'text',
            'configdata' => [
                'required' => 0,
                'uniquevalues' => 0,
                'locked' => 1,
                'visibility' => course_handler::VISIBLETOALL,
                'defaultvalue' => '',
                'displaysize' => 50,
                'maxlength' => self::MAX_LENGTH,
                'ispassword' => 0,
                'link' => '',
                'linktarget' => '',
            ],
        ]);
    }

    /**
     * The category, made when it is missing.
     *
     * @return category_controller
     */
    private function category(): category_controller {
        foreach ($this->handler->get_categories_with_fields() as $category) {
            if ($category->get('name') === $this->category) {
                return $category;
            }
        }
        return category_controller::create($this->handler->create_category($this->category));
    }
}
