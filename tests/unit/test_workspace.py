"""The scripts' own folder, which several sites make at the same time."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import TypeVar

import pytest

from scripts.site import workspace as module
from scripts.site.workspace import Workspace

T = TypeVar("T")
MANY = 8


@pytest.mark.parametrize("attempt", range(20))
@pytest.mark.parametrize("open_to_servers", [True, False])
def test_makes_its_folders_for_many_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_to_servers: bool, attempt: int
) -> None:
    monkeypatch.setattr(module, "may_enter", lambda folder: open_to_servers)
    monkeypatch.setattr(module, "_outside_folder", lambda root: _made(tmp_path / "outside"))
    workspace = Workspace(tmp_path)

    assert len(set(_at_once(workspace.snapshots))) == 1
    assert workspace.snapshots().is_dir()


@pytest.mark.parametrize("attempt", range(20))
def test_many_at_once_get_the_same_password(tmp_path: Path, attempt: int) -> None:
    workspace = Workspace(tmp_path)

    secrets = _at_once(lambda: workspace.secret("database"))

    assert set(secrets) == {workspace.secret("database")}
    assert [path.name for path in (tmp_path / ".dlt-sync/secrets").iterdir()] == ["database"]


def _at_once(job: Callable[[], T]) -> list[T]:
    barrier = Barrier(MANY)

    def together() -> T:
        barrier.wait()
        return job()

    with ThreadPoolExecutor(MANY) as pool:
        return [future.result() for future in [pool.submit(together) for _ in range(MANY)]]


def _made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder
