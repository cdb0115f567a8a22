"""Whose name stands in the journal and in the access log."""

from __future__ import annotations

import getpass

import pytest

from dlt_sync.cli.app import run_by


def test_behind_sudo_it_is_whoever_called_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "dlt-sync")
    monkeypatch.setenv("SUDO_USER", "aigerim")
    assert run_by() == "aigerim"
    monkeypatch.delenv("SUDO_USER")
    assert run_by() == "dlt-sync"


def test_an_account_without_a_name_is_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found: 4711")

    monkeypatch.delenv("SUDO_USER", raising=False)
    monkeypatch.setattr(getpass, "getuser", nobody)
    monkeypatch.setattr("os.getuid", lambda: 4711)
    assert run_by() == "4711"
