"""The sites that all other live tests stand on: they serve pages, hold the plugins, and restore what they saved."""

from __future__ import annotations

import urllib.request

from scripts.site.moodle import Site


def test_site_serves_its_login_page(site: Site) -> None:
    with urllib.request.urlopen(f"{site.url}/login/index.php", timeout=60) as answer:
        assert 'name="logintoken"' in answer.read().decode()


def test_both_plugins_are_installed_and_the_enrolment_method_is_on(site: Site) -> None:
    found = site.php(
        "$manager = core_plugin_manager::instance();"
        "return [$manager->get_plugin_info('local_dltsync')->versiondb,"
        " $manager->get_plugin_info('enrol_dltsync')->versiondb, enrol_is_enabled('dltsync')];"
    )
    assert all(found), found


def test_site_speaks_kazakh_and_russian(site: Site) -> None:
    names = site.php(
        "$names = [];"
        "foreach (['en', 'kk', 'ru'] as $lang) {"
        "    $names[] = get_string_manager()->get_string('pluginname', 'local_dltsync', null, $lang);"
        "} return $names;"
    )
    assert len(set(names)) == 3, names


def test_snippets_take_and_give_any_text(site: Site) -> None:
    assert site.php("return $name;", name="Әлия «O'Neil» \\ $x") == "Әлия «O'Neil» \\ $x"


def test_restore_undoes_changes_in_the_database_and_in_the_data_folder(site: Site) -> None:
    site.php("set_config('hand', 'changed', 'local_dltsync'); return null;")
    (site.moodledata / "left-behind").write_text("x")
    site.restore()
    assert site.php("return get_config('local_dltsync', 'hand');") is False
    assert not (site.moodledata / "left-behind").exists()


def test_service_users_have_tokens_of_their_own(site: Site) -> None:
    assert len(site.token) == len(site.readonly_token) == 32
    assert site.token != site.readonly_token
