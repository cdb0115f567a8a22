"""Settings: every key from file and environment, and every way to get them wrong, named with place and remedy."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path

import pytest

from dlt_sync.errors import ConfigError
from dlt_sync.guard import Limits
from dlt_sync.ini import Secret, variable_of
from dlt_sync.kinds.course import short_name
from dlt_sync.kinds.kind import Source
from dlt_sync.kinds.rules import Rules
from dlt_sync.model import Policy
from dlt_sync.settings import COURSE_WORDS, Settings, find_config, load, user_config
from tests.academies import OFFERING, TODAY, small_academy

Load = Callable[..., Settings]
NO_VARIABLES: Mapping[str, str] = {}


@pytest.fixture
def config(tmp_path: Path) -> Callable[[str], Path]:
    """Writes a config that only its owner can read."""

    def write(text: str) -> Path:
        path = tmp_path / "dlt-sync.ini"
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
        return path

    return write


@pytest.fixture
def settings_of(config: Callable[[str], Path]) -> Load:
    """Settings of a config's text, with environment variables."""

    def read(text: str, **environ: str) -> Settings:
        return load(config(text), environ)

    return read


@pytest.fixture
def problems_of(settings_of: Load) -> Callable[..., tuple[str, ...]]:
    """The problems of a config's text."""

    def read(text: str, **environ: str) -> tuple[str, ...]:
        with pytest.raises(ConfigError) as caught:
            settings_of(text, **environ)
        assert caught.value.remedy
        return caught.value.problems

    return read


Problems = Callable[..., tuple[str, ...]]


def test_an_empty_config_gives_the_defaults(settings_of: Load, tmp_path: Path) -> None:
    settings = settings_of("")
    assert settings.rules == Rules()
    assert settings.limits == Limits()
    assert settings.database.url == f"sqlite:///{tmp_path / 'dlt-sync.sqlite3'}"
    assert settings.log_file == tmp_path / "dlt-sync.log"


def test_keys_of_every_section_arrive(settings_of: Load) -> None:
    settings = settings_of(
        """
        [moodle]
        url = https://moodle.example/
        timeout_s = 2.5
        [records]
        shrink_limit_percent = 25%
        file.person = люди.xlsx
        [columns.person]
        ЖСН = iin
        [site]
        category_levels = kafedra, academic_year
        course_visible = no
        unenrol_after_days = 90
        roles.teacher = teacher
        [policy]
        user.email = enforce
        [guard]
        removals_percent = 1
        category.updates_percent = 50
        """.replace("        ", "")
    )
    assert settings.moodle.url == "https://moodle.example"
    assert settings.moodle.timeout_s == 2.5
    assert settings.records.shrink_limit_percent == 25
    assert settings.records.file == {"person": "люди.xlsx"}
    assert settings.records.columns == {"person": {"ЖСН": "iin"}}
    assert settings.rules.category_levels == ("kafedra", "academic_year")
    assert settings.rules.course_visible is False
    assert settings.rules.unenrol_after_days == 90
    assert settings.rules.roles == {**Rules().roles, "teacher": "teacher"}
    assert settings.rules.policies == {"user.email": Policy.ENFORCE}
    assert settings.limits.removals_percent == 1
    assert settings.limits.per_kind == {"category.updates_percent": 50}


def test_the_environment_overrides_the_file(settings_of: Load) -> None:
    settings = settings_of(
        "[moodle]\nretries = 1\n[policy]\nuser.email = initial\n",
        DLT_SYNC_MOODLE_RETRIES="7",
        DLT_SYNC_SITE_ROLES_TUTOR="noneditingteacher",
        DLT_SYNC_SITE_COURSE_FULLNAME_BY_LANGUAGE_KK="{discipline}",
        DLT_SYNC_POLICY_USER_EMAIL="enforce",
        DLT_SYNC_GUARD_COURSE_CREATES_PERCENT="90",
        DLT_SYNC_RECORDS_FILE_PERSON="p.csv",
        DLT_SYNC_COLUMNS_PERSON_NAME1="family_name",
    )
    assert settings.moodle.retries == 7
    assert settings.rules.roles["tutor"] == "noneditingteacher"
    assert settings.rules.course_fullname_by_language["kk"] == "{discipline}"
    assert settings.rules.policies == {"user.email": Policy.ENFORCE}
    assert settings.limits.per_kind == {"course.creates_percent": 90}
    assert settings.records.file == {"person": "p.csv"}
    assert settings.records.columns == {"person": {"name1": "family_name"}}


@pytest.mark.parametrize(("section", "cls"), [("site", Rules), ("guard", Limits)])
def test_every_plain_field_of_rules_and_limits_is_a_key(section: str, cls: type, settings_of: Load) -> None:
    part = {"site": "rules", "guard": "limits"}[section]
    plain = {spec.name: spec.default for spec in fields(cls) if isinstance(spec.default, (str, int, float))}
    assert plain
    for name, default in plain.items():
        text = {"timezone": "UTC", "site_language": "en", "video_section": "week"}.get(name, "0")
        given = settings_of("", **{variable_of(section, name): text})
        assert getattr(getattr(given, part), name) == (text if isinstance(default, str) else 0)


@pytest.mark.parametrize(
    ("text", "place", "remedy"),
    [
        ("[moodle]\nurll = x\n", "dlt-sync.ini:2 [moodle] urll", "Did you mean url?"),
        ("[moodel]\nurl = x\n", "the section [moodel]", "Did you mean [moodle]?"),
        ("[quux]\na = x\n", "the section [quux]", "Known are: "),
        ("[columns.persons]\na = x\n", "[columns.persons]", "Did you mean [columns.person]?"),
        ("[moodle]\nretries = lots\n", "dlt-sync.ini:2 [moodle] retries", "Write digits only"),
        ("[moodle]\nretries = 2.5\n", "dlt-sync.ini:2 [moodle] retries", "Write digits only"),
        ("[moodle]\ntimeout_s = soon\n", "[moodle] timeout_s", "Write digits only"),
        ("[moodle]\nbatch_size = 0\n", "[moodle] batch_size", "Write at least 1 and at most 10000."),
        ("[guard]\nremovals_percent = -1\n", "[guard] removals_percent", "Write at least 0."),
        ("[guard]\nuser.removal_percent = 3\n", "[guard] user.removal_percent", "user.removals_percent"),
        ("[site]\ncourse_visible = maybe\n", "[site] course_visible", "Write yes or no."),
        ("[site]\ntimezone = Mars/Base\n", "[site] timezone", "Asia/Almaty"),
        ("[site]\nsite_language = kz\n", "[site] site_language", "kk, ru, en"),
        ("[site]\ncategory_levels = faculty, year\n", "[site] category_levels", "academic_year"),
        ("[site]\nroles.tuter = teacher\n", "[site] roles.tuter", "tutor"),
        ("[site]\nadopt_by.user = name\n", "[site] adopt_by.user", "username, email"),
        ("[site]\nadopt_by.group = name\n", "[site] adopt_by.group", "user, course"),
        ("[site]\ncourse_fullname = {disciplin}\n", "[site] course_fullname", "{disciplin} is unknown"),
        ("[site]\ncourse_shortname = {discipline\n", "[site] course_shortname", "braces"),
        ("[site]\ncourse_shortname = {discipline.x}\n", "[site] course_shortname", "braces"),
        ("[policy]\nuser.email = always\n", "[policy] user.email", "enforce, initial"),
        ("[policy]\nuser.mail = initial\n", "[policy] user.mail", "Did you mean user.email?"),
        ("[records]\nfile.people = x.csv\n", "[records] file.people", "person"),
        ("[database]\nurl = records.db\n", "[database] url", "sqlite:///FILE"),
        ("[database]\nurl = mysql://x/y\n", "[database] url", "Use sqlite or postgresql."),
        ("[moodle]\nurl = moodle.example\n", "[moodle] url", "https://moodle.example"),
        ("[moodle]\nurl = http://moodle.example\n", "[moodle] url", "Write https://."),
        ("[moodle]\nurl = https://u:p@moodle.example\n", "[moodle] url", "wwwroot"),
        ("[moodle]\nca_file = none.pem\n[policy]\nx = 1\n", "[policy] x", "Known are"),
        ("[moodle]\nca_file = missing.pem\n", "[moodle] ca_file", "Check the path."),
        ("[moodle]\ntoken_file = missing\n", "[moodle] token_file", "Check the path."),
        ("[moodle]\ntoken = a\ntoken_file = b\n", "[moodle] token", "Keep one of them."),
    ],
)
def test_a_wrong_setting_is_named_with_place_and_remedy(
    text: str, place: str, remedy: str, problems_of: Problems
) -> None:
    problems = problems_of(text)
    assert any(place in problem and remedy in problem for problem in problems), problems


def test_every_word_that_a_template_may_use_is_filled_in() -> None:
    template = " ".join(f"{{{word}}}" for word in COURSE_WORDS)
    source = Source(small_academy(), Rules(course_shortname=template), TODAY)
    assert "{" not in short_name(source, source.academy.offerings[OFFERING])


def test_all_problems_are_listed_together(problems_of: Problems) -> None:
    problems = problems_of(
        "[moodle]\nretries = x\nnonsense = 1\n[site]\ntimezone = Nowhere\n[other]\n", DLT_SYNC_MOODLE_ULR="x"
    )
    assert len(problems) == 5


def test_an_unknown_environment_variable_is_an_error(problems_of: Problems) -> None:
    assert problems_of("", DLT_SYNC_MOODLE_TOKN="x") == (
        "DLT_SYNC_MOODLE_TOKN: no setting belongs to this environment variable. Did you mean DLT_SYNC_MOODLE_TOKEN?",
    )


def test_a_wrong_value_in_the_environment_names_the_variable(problems_of: Problems) -> None:
    assert problems_of("[moodle]\nretries = 2\n", DLT_SYNC_MOODLE_RETRIES="x")[0].startswith(
        "DLT_SYNC_MOODLE_RETRIES: "
    )


@pytest.mark.parametrize("text", ["url = x\n", "[moodle\n", "[moodle]\nurl\n", "[moodle]\nurl=1\nurl=2\n"])
def test_a_file_that_is_no_ini_is_refused_with_the_line(text: str, problems_of: Problems) -> None:
    assert "line" in " ".join(problems_of(text))


def test_a_config_that_is_not_utf8_is_refused(config: Callable[[str], Path]) -> None:
    path = config("")
    path.write_bytes("[site]\narchive_name = Архив\n".encode("cp1251"))
    with pytest.raises(ConfigError, match="not UTF-8"):
        load(path, NO_VARIABLES)


def test_a_config_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path, NO_VARIABLES)


def test_a_secret_comes_from_its_file_and_is_never_shown(settings_of: Load, tmp_path: Path) -> None:
    secret = tmp_path / "moodle.token"
    secret.write_text("0123456789abcdef0123456789abcdef\n")
    secret.chmod(0o600)
    settings = settings_of("[moodle]\ntoken_file = moodle.token\n")
    assert settings.moodle.token == Secret("0123456789abcdef0123456789abcdef")
    assert "0123456789" not in repr(settings)
    assert "0123456789" not in f"{settings.moodle.token} {settings.moodle.token!r}"


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")
def test_a_secret_file_that_everybody_can_read_is_refused(problems_of: Problems, tmp_path: Path) -> None:
    secret = tmp_path / "moodle.token"
    secret.write_text("0123456789abcdef0123456789abcdef\n")
    secret.chmod(0o604)
    assert f"chmod 600 {secret}" in problems_of("[moodle]\ntoken_file = moodle.token\n")[0]


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")
@pytest.mark.parametrize("text", ["[moodle]\ntoken = abc\n", "[database]\nurl = postgresql://u:abc@h/d\n"])
def test_a_secret_in_a_config_that_everybody_can_read_is_refused(text: str, config: Callable[[str], Path]) -> None:
    path = config(text)
    path.chmod(0o644)
    with pytest.raises(ConfigError) as caught:
        load(path, NO_VARIABLES)
    assert f"chmod 600 {path}" in caught.value.problems[0]


def test_an_empty_secret_file_is_refused(problems_of: Problems, tmp_path: Path) -> None:
    (tmp_path / "t").touch(mode=0o600)
    assert "is empty" in problems_of("[moodle]\ntoken_file = t\n")[0]


def test_a_secret_in_the_environment_wins_over_the_file(settings_of: Load) -> None:
    settings = settings_of("[moodle]\ntoken = from-file\n", DLT_SYNC_MOODLE_TOKEN="from-environment")
    assert settings.moodle.token == Secret("from-environment")


def test_a_secret_file_named_in_the_environment_wins_over_the_file(settings_of: Load, tmp_path: Path) -> None:
    (tmp_path / "t").write_text("from-named-file")
    (tmp_path / "t").chmod(0o600)
    settings = settings_of("[moodle]\ntoken = from-file\n", DLT_SYNC_MOODLE_TOKEN_FILE="t")
    assert settings.moodle.token == Secret("from-named-file")


def test_the_database_password_is_put_into_the_address_and_not_shown(settings_of: Load) -> None:
    settings = settings_of("[database]\nurl = postgresql://dlt@db.example/dlt\n", DLT_SYNC_DATABASE_PASSWORD="pw")
    assert settings.database.url == "postgresql+psycopg://dlt:pw@db.example/dlt"
    assert "pw@" not in repr(settings)


def test_a_relative_sqlite_file_is_beside_the_config(settings_of: Load, tmp_path: Path) -> None:
    settings = settings_of("[database]\nurl = sqlite:///data/x.db\n")
    assert settings.database.url == f"sqlite:///{tmp_path / 'data' / 'x.db'}"
    assert settings.data_folder == tmp_path / "data"


@pytest.mark.parametrize("url", ["http://localhost:8000", "http://127.0.0.1/moodle", "http://[::1]:81"])
def test_http_is_taken_on_this_machine(url: str, settings_of: Load) -> None:
    assert settings_of(f"[moodle]\nurl = {url}\n").moodle.url == url


def test_a_field_name_that_may_be_none_can_be_emptied(settings_of: Load) -> None:
    assert settings_of("[site]\nunenrol_after_days = never\n").rules.unenrol_after_days is None


def test_a_named_config_is_not_replaced_by_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dlt-sync.ini").touch()
    monkeypatch.chdir(tmp_path)
    assert find_config(None, {}) == tmp_path / "dlt-sync.ini"
    for option, environ in ((tmp_path / "other.ini", {}), (None, {"DLT_SYNC_CONFIG": "other.ini"})):
        with pytest.raises(ConfigError, match=r"other\.ini") as caught:
            find_config(option, environ)
        assert "dlt-sync init" in caught.value.remedy


def test_the_users_config_folder_is_the_last_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path))
    user_config().parent.mkdir(parents=True)
    user_config().touch()
    assert find_config(None, {}) == user_config()
