<?php
// This file is part of dlt-sync: https://www.gnu.org/licenses/gpl-3.0.html

/**
 * Adds newly laid out plugins to an initialised PHPUnit site, instead of installing it all anew.
 *
 * Usage: php phpunit_upgrade.php MOODLE_CODE_FOLDER
 *
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

define('IGNORE_COMPONENT_CACHE', true);
define('CACHE_DISABLE_ALL', true);
define('PHPUNIT_UTIL', true);

$code = $argv[1];
require_once("$code/lib/clilib.php");
require_once("$code/lib/phpunit/bootstraplib.php");
require_once("$code/lib/testing/lib.php");
require_once("$code/vendor/autoload.php");
require_once("$code/lib/phpunit/bootstrap.php");
require_once($CFG->libdir . '/adminlib.php');
require_once($CFG->libdir . '/upgradelib.php');

/** Opens what Moodle keeps for its own install script. The first part of the name tells Moodle which framework it is. */
class phpunit_remembering_util extends phpunit_util {
    /** Takes the present state as the one that tests are reset to. */
    public static function remember(): void {
        self::store_versions_hash();
        self::store_database_state();
    }
}

// Moodle leaves its own settings unread while the installed plugins differ from the code.
foreach ($DB->get_records_menu('config', null, '', 'name, value') as $name => $value) {
    $CFG->$name ??= $value;
}
upgrade_noncore(false);
set_config('allversionshash', core_component::get_all_versions_hash());
admin_apply_default_settings(null, false);
phpunit_remembering_util::remember();
