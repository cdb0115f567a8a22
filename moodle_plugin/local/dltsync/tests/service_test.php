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

namespace local_dltsync;

use advanced_testcase;
use context_system;
use core_external\external_api;
use local_dltsync\setup\account;
use moodle_exception;

/**
 * Every function asks for the capability that it is declared with, and for no other.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @coversNothing
 */
final class service_test extends advanced_testcase {
    /** @var string[] the plugin's capabilities */
    private const CAPABILITIES = [
        'local/dltsync:read',
        'local/dltsync:apply',
        'local/dltsync:pushstatus',
        'local/dltsync:viewreport',
    ];

    /**
     * The functions that are declared.
     *
     * @return array[] by name: class and capability
     */
    public static function functions(): array {
        $functions = [];
        require(__DIR__ . '/../db/services.php');
        return array_map(fn(array $function): array => [$function['classname'], $function['capabilities']], $functions);
    }

    /**
     * Logs a user in who has just these capabilities.
     *
     * @param string[] $capabilities
     */
    private function log_in_with(array $capabilities): void {
        $roleid = $this->getDataGenerator()->create_role();
        foreach ($capabilities as $capability) {
            assign_capability($capability, CAP_ALLOW, $roleid, context_system::instance()->id, true);
        }
        $user = $this->getDataGenerator()->create_user();
        role_assign($roleid, $user->id, context_system::instance()->id);
        $this->setUser($user);
    }

    /**
     * Calls a function with a request that no function accepts, or with nothing where it takes nothing.
     *
     * @param string $class
     * @return string the error code, empty for none
     */
    private function call(string $class): string {
        $parameters = count($class::execute_parameters()->keys) ? ['{', 1, 'damaged'] : [];
        try {
            $class::execute(...$parameters);
        } catch (moodle_exception $e) {
            return $e->errorcode;
        }
        return '';
    }

    /**
     * The function refuses whoever has all but its capability.
     *
     * @dataProvider functions
     * @param string $class
     * @param string $capability
     */
    public function test_without_its_capability_a_function_refuses(string $class, string $capability): void {
        $this->resetAfterTest();
        $this->log_in_with(array_diff(self::CAPABILITIES, [$capability]));
        $this->assertSame('nopermissions', $this->call($class));
    }

    /**
     * The function serves whoever has its capability and no other.
     *
     * @dataProvider functions
     * @param string $class
     * @param string $capability
     */
    public function test_its_capability_alone_is_enough(string $class, string $capability): void {
        $this->resetAfterTest();
        $this->log_in_with([$capability]);
        $takesrequest = count($class::execute_parameters()->keys) > 0;
        $this->assertSame($takesrequest ? 'batchdamaged' : '', $this->call($class));
    }

    /**
     * The function is known to Moodle, and its parameters and answer are described.
     *
     * @dataProvider functions
     * @param string $class
     */
    public function test_a_function_is_installed_as_declared(string $class): void {
        $name = array_search($class, array_column(self::functions(), 0));
        $info = external_api::external_function_info(array_keys(self::functions())[$name]);
        $this->assertSame('\\' . $class, '\\' . ltrim($info->classname, '\\'));
        $this->assertArrayHasKey('response', $info->returns_desc->keys);
    }

    public function test_the_service_is_closed_to_all_who_are_not_named_and_holds_every_function(): void {
        global $DB;
        $service = $DB->get_record('external_services', ['shortname' => setup\site::SERVICE], '*', MUST_EXIST);
        $this->assertEquals([1, 1], [$service->restrictedusers, $service->enabled]);
        $names = $DB->get_fieldset_select('external_services_functions', 'functionname', 'externalserviceid = ?', [$service->id]);
        $this->assertEqualsCanonicalizing(array_keys(self::functions()), $names);
    }

    public function test_the_accounts_have_what_their_functions_ask_for(): void {
        $asked = array_unique(array_column(self::functions(), 1));
        $this->assertEqualsCanonicalizing(['webservice/rest:use', ...$asked], account::WRITING);
        $this->assertSame(['webservice/rest:use', 'local/dltsync:read'], account::READING);
    }
}
