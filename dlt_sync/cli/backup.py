"""`dlt-sync backup` and `restore`: the program's own database in one file, and back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dlt_sync.cli.app import App, because_option, json_option, pass_app

if TYPE_CHECKING:
    from dlt_sync.backup import Manifest


@click.command("backup")
@click.argument("target", required=False, type=click.Path(path_type=Path), metavar="[FILE|FOLDER]")
@because_option
@json_option
@pass_app
def backup(app: App, target: Path | None) -> None:
    """Back up the program's own database into one file. Runs may go on meanwhile.

    Without FILE or FOLDER it goes into the folder of the settings ([backup] folder), where the oldest ones make room.
    The file holds people's data, for its owner alone. The key of the IINs, the token and the config are not in it:
    keep copies of these apart.

    Example: dlt-sync backup /srv/backups
    """
    from dlt_sync.backup import make, read

    file = make(app.database, app.settings, target, app.now())
    manifest = read(file)
    try:
        app.looked_at(manifest.people, f"backup {file.name}")
    except BaseException:
        file.unlink(missing_ok=True)  # what nobody could note is not given out
        raise
    app.out.result({"file": file, **_data(manifest)}, f"The backup is in {file} ({manifest.bytes:,} bytes, checked).")
    app.out.say(f"It holds the data of {manifest.people} people: keep it as safe as the database.")
    app.out.say(f"Not in it, to be kept apart: {'; '.join(manifest.not_in_it)}.")


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Replace a database that is in use; it is backed up first.")
@json_option
@pass_app
def restore(app: App, file: Path, replace: bool) -> None:
    """Put the backup FILE in the place of the program's own database, whole or not at all.

    Refused while a run or a daemon is active, and where FILE is damaged or of a newer version. Tables of an older
    version are brought to this one. Moodle is not touched; what happened there since, the next plan shows.

    Example: dlt-sync restore /srv/backups/dlt-sync-20261126T213000Z.zip --replace
    """
    from dlt_sync import backup

    restored = backup.restore(app.open_database(), app.settings, file, app.now(), replace=replace)
    manifest = restored.manifest
    app.out.result(
        {"file": file, "kept": restored.kept, "upgraded": restored.upgraded, "run": restored.run_id, **_data(manifest)},
        f"Restored from {file}, made at {manifest.made_at} by dlt-sync {manifest.program}.",
    )
    if restored.kept:
        app.out.say(f"What was there before is in {restored.kept}.")
    if restored.upgraded:
        app.out.say("Its tables were brought to this version.")
    app.out.say(f"Not in a backup: {'; '.join(manifest.not_in_it)}. See that they are in place: dlt-sync doctor")
    app.out.say("Then: dlt-sync plan")


def _data(manifest: Manifest) -> dict[str, object]:
    names = ("program", "schema", "database", "made_at", "made_on", "counts", "sha256", "bytes", "not_in_it")
    return {name: getattr(manifest, name) for name in names}
