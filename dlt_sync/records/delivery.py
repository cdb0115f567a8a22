"""Which files were delivered: one per entity in a folder, or sheets of a workbook. Reads nothing but names and hashes.

A file that cannot be used is a Refusal; all of them are collected, so that a person sees the whole list at once.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from dlt_sync.records.schema import SCHEMAS

#: A workbook of this name holds all entities, a sheet each.
WORKBOOK = "records.xlsx"

_SUFFIXES = (".csv", ".tsv", ".xlsx")
_OTHER_KINDS: Mapping[bytes, str] = {
    b"PK\x03\x04": "an Excel workbook (.xlsx) or a ZIP archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook (.xls), or one with a password",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a compressed file (gzip)",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"SQLite format": "a database",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a file may be. A workbook may unpack to ten times as much."""

    max_file_mb: int = 100

    @property
    def file_bytes(self) -> int:
        """The limit for a file as it lies there."""
        return self.max_file_mb * 1024 * 1024

    @property
    def unpacked_bytes(self) -> int:
        """The limit for what a workbook unpacks to."""
        return 10 * self.file_bytes


class Refused(Exception):
    """This file cannot be used; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file (or sheet) for one entity. `name` is what people are told; `size` is in bytes."""

    entity: str
    path: Path
    sheet: str | None
    sha256: str
    size: int
    modified_at: datetime

    @property
    def name(self) -> str:
        """The file's name, with the sheet where it is a workbook."""
        return f"{self.path.name}#{self.sheet}" if self.sheet else self.path.name

    @property
    def is_workbook(self) -> bool:
        """Whether it is read as XLSX."""
        return self.path.suffix.lower() == ".xlsx"


@dataclass(frozen=True, slots=True)
class Delivery:
    """The files found, by entity; why others cannot be used, and which entities these were for."""

    files: Mapping[str, SourceFile] = field(default_factory=dict)
    refusals: tuple[str, ...] = ()
    refused: frozenset[str] = frozenset()


def find_files(path: Path, named: Mapping[str, str], limits: Limits) -> Delivery:
    """What lies at `path`: a folder, a workbook, or the file of one entity. `named` is from the settings."""
    files: dict[str, SourceFile] = {}
    refusals: dict[str, str] = {}
    if not path.exists():
        sentence = f"{path}: there is no such file or folder. Give the folder with the exports."
        return Delivery(refusals=(sentence,), refused=frozenset(SCHEMAS))
    hashes: dict[Path, str] = {}
    for entity in SCHEMAS:
        try:
            if place := _place(path, entity, named.get(entity, "")):
                files[entity] = _source(entity, *place, limits, hashes)
        except Refused as refused:
            refusals[entity] = str(refused)
        except OSError as error:
            refusals[entity] = f"{entity}: the file cannot be read: {error.strerror}. Correct its permissions."
    return Delivery(files, tuple(dict.fromkeys(refusals.values())), frozenset(refusals))


def refuse_changed(sources: Iterable[SourceFile]) -> list[str]:
    """Why files that have been read cannot be used after all: somebody wrote to them, or put others in their place."""
    hashes: dict[Path, str] = {}
    refusals = []
    for source in sources:
        if source.path not in hashes:
            try:
                hashes[source.path] = _sha256(source.path)
            except OSError:  # it is not there any more
                hashes[source.path] = ""
        if hashes[source.path] != source.sha256:
            refusals.append(
                f"{source.path.name}: it changed while it was read. Import again once the export is complete."
            )
    return list(dict.fromkeys(refusals))


def _place(path: Path, entity: str, named: str) -> tuple[Path, str | None] | None:
    if path.is_file():
        return _in_one_file(path, entity, named)
    if named:
        name, _, sheet = named.partition("#")
        found = path / name
        return (found, sheet or None) if found.is_file() else None
    found_files = [item for item in sorted(path.iterdir()) if item.is_file() and _is_for(item, entity)]
    if len(found_files) > 1:
        names = ", ".join(item.name for item in found_files)
        raise Refused(f"{entity}: there are several files for it ({names}). Leave one.")
    if found_files:
        return found_files[0], None
    workbook = path / WORKBOOK
    return (workbook, entity) if workbook.is_file() and _has_sheet(workbook, entity) else None


def _in_one_file(path: Path, entity: str, named: str) -> tuple[Path, str | None] | None:
    name, _, sheet = named.partition("#")
    if _is_for(path, entity) or (named and path.name == name):
        return path, sheet or None
    if path.suffix.lower() == ".xlsx" and not named and _has_sheet(path, entity):
        return path, entity
    return None


def _is_for(path: Path, entity: str) -> bool:
    return path.stem.lower() == entity and path.suffix.lower() in _SUFFIXES


def _has_sheet(path: Path, entity: str) -> bool:
    # The list of sheets lies uncompressed enough to look for: opening each workbook ten times would be slow.
    try:
        with zipfile.ZipFile(path) as archive, archive.open("xl/workbook.xml") as listing:
            return f'name="{entity}"'.encode() in listing.read(1_000_000)
    except (zipfile.BadZipFile, KeyError, RuntimeError, NotImplementedError):
        # Damaged: let it be refused once, when it is looked at, for every entity it should hold.
        return True


def _source(entity: str, path: Path, sheet: str | None, limits: Limits, hashes: dict[Path, str]) -> SourceFile:
    status = path.stat()
    if status.st_size > limits.file_bytes:
        size = status.st_size / 1024 / 1024
        raise Refused(
            f"{path.name}: the file has {size:,.0f} MB, the limit is {limits.max_file_mb} MB. See whether it is the "
            "right file; the limit is the setting max_file_mb in [records]."
        )
    if path not in hashes:
        _refuse_other_kinds(path, limits)
        hashes[path] = _sha256(path)
    modified_at = datetime.fromtimestamp(status.st_mtime, UTC)
    return SourceFile(entity, path, sheet, hashes[path], status.st_size, modified_at)


def _refuse_other_kinds(path: Path, limits: Limits) -> None:
    with path.open("rb") as stream:
        head = stream.read(4096)
    if not head:
        raise Refused(f"{path.name}: the file is empty. Export it again.")
    kind = next((kind for magic, kind in _OTHER_KINDS.items() if head.startswith(magic)), "")
    if head.lstrip().lower().startswith((b"<!doctype", b"<html", b"<?xml")):
        kind = "a web page or XML (perhaps the log-in page of the system it was fetched from)"
    if path.suffix.lower() != ".xlsx":
        if kind:
            raise Refused(f"{path.name}: this is no CSV but {kind}. Export it as CSV.")
    elif not head.startswith(b"PK"):
        raise Refused(f"{path.name}: this is no Excel workbook but {kind or 'something else'}. Save it as .xlsx.")
    else:
        _refuse_bomb(path, limits)


def _refuse_bomb(path: Path, limits: Limits) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(item.file_size for item in archive.infolist())
    except zipfile.BadZipFile:
        raise Refused(f"{path.name}: the workbook is damaged or cut off. Export it again.") from None
    if unpacked > limits.unpacked_bytes:
        raise Refused(
            f"{path.name}: the workbook unpacks to {unpacked / 1024 / 1024:,.0f} MB. No register is that large; "
            "save it anew without empty formatted rows."
        )


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
