"""The suite itself, step by step: the records change a little, the program is let loose, and things go wrong.

Read `Suite.step` first. After the faults of a step the program is run again, without any, until it says that nothing is
left to do; then Moodle is compared with what the records alone say (`oracle`), with what was there before, and with the
journal. The same seed makes the same steps.
"""

from __future__ import annotations

import random
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy import func, make_url, select

from dlt_sync.db import Database
from dlt_sync.journal.tables import JournalEntry
from dlt_sync.model import Status
from tests.live.faults import proxy as wire
from tests.live.faults.academy import Academy, Size, write
from tests.live.faults.disk import SmallDisk
from tests.live.faults.oracle import (
    Entry,
    Finding,
    Objects,
    Seen,
    Wrong,
    compare,
    explained,
    told_of,
    told_wrongly,
    truth_after,
    untouched,
)
from tests.live.faults.program import Order, Program, Running
from tests.live.faults.proxy import APPLY, Call, Gone, Planned, Proxy
from tests.live.faults.results import Tally

#: The moment at which the suite begins; each step is an hour later.
BEGIN = datetime(2026, 11, 23, 6, tzinfo=UTC)
#: So many runs without a fault may be needed to get everything in order.
RUNS_TO_SETTLE = 4
#: Faults of the network and of answers in one step.
ON_THE_WAY = 9
#: How long the program waits where an answer is to come too late.
SHORT_TIMEOUT_S = 1.5
#: What a refused import says of a file that is one of earlier: how it is accepted.
_OLDER = re.compile(r"--accept-older (\w+)")

_CONFIG = """\
[moodle]
url = {url}
token_file = {token}
batch_size = 6
requests_in_flight = 2
retries = 2
[database]
url = {database}
{password}
[approval]
second_person = no
[guard]
removals_percent = 1000
updates_percent = 1000
creates_percent = 1000
at_least = 1000
course_removals_percent = 1000
course_removals_at_least = 1000
source_shrink_percent = 100
weekly_removals_percent = 1000
"""
#: Faults that are about what is written, wherever the others strike.
_OF_FUNCTION = {"overtaken": APPLY, "comes_again_later": APPLY, "repeated_at_once": APPLY}
_ON_THE_WAY = (*wire.FAULTS, "overtaken", "comes_again_later")
#: Exit codes: done, failed in part, another run is active.
DONE, ACTIVE = 0, 6


class Moodle(Protocol):
    """The Moodle that everything happens to."""

    @property
    def url(self) -> str:
        """Its address."""

    @property
    def port(self) -> int:
        """Where its web server listens."""

    @property
    def token(self) -> str:
        """The service user's."""

    @property
    def servers(self) -> bool:
        """Whether there are servers that can be restarted and killed."""

    def look(self, *, first: bool = False) -> Seen:
        """Everything that is there, once all events that wait were sent; what was told since the last look."""

    def meddle(self, rng: random.Random, academy: Academy) -> None:
        """Somebody works in Moodle by hand."""

    def kill_php(self, upstream_port: int) -> bool:
        """Kill the process that works on the call that came from this port."""

    def restart_web(self) -> None:
        """Restart the web server."""

    def restart_database(self, *, crash: bool) -> None:
        """Restart the database server, in order or by SIGKILL."""


class Suite:
    """One academy, one database of ours, one Moodle. Use it as a context manager."""

    def __init__(
        self,
        moodle: Moodle,
        folder: Path,
        seed: int,
        *,
        prefix: str = "fa",
        size: Size | None = None,
        database: str = "",
        say: Callable[[str], None] = lambda line: None,
    ) -> None:
        self.moodle, self.seed, self.prefix = moodle, seed, prefix
        self.folder = folder
        self.academy = Academy(seed, prefix, size)
        self.tally = Tally()
        self._say = say
        self._disk = SmallDisk(folder / "disk")
        self._database = database
        self._step = 0
        self._began = time.monotonic()
        self._settled = True
        self._web_is_wounded = False
        self._findings: list[Finding] = []
        self._truth: Objects = {}
        self._running: Running | None = None
        self._undone = 1

    def __enter__(self) -> Suite:
        self._disk.mount()
        self._database = self._database or f"sqlite:///{self._disk.path / 'dlt-sync.sqlite3'}"
        config, token, password = (self._disk.path / name for name in ("dlt-sync.ini", "token", "password"))
        url = make_url(self._database)
        secret = f"password_file = {password}" if url.password else ""
        shown = url.set(password=None).render_as_string(hide_password=False)
        settings = _CONFIG.format(url=self.moodle.url, token=token, database=shown, password=secret)
        for path, text in ((token, self.moodle.token), (password, str(url.password or "")), (config, settings)):
            path.touch(mode=0o600)
            path.write_text(text)
        self._config = str(config)
        self._files = self.folder / "records"
        self._program = Program().__enter__()
        self._proxy = Proxy(self.moodle.port, self._actions()).__enter__()
        self._load()
        return self

    def __exit__(self, *error: object) -> None:
        self._proxy.__exit__(*error)
        self._program.__exit__(*error)
        self._disk.unmount()

    def _load(self) -> None:
        """Bring everything into Moodle, without a fault."""
        write(self.academy, self._files)
        self._truth = truth_after({}, self.academy.tables)
        with _opened(self._database) as database:
            database.upgrade()
        self._import()
        assert self._apply() == DONE, self.output()
        self._seen = self.moodle.look(first=True)
        self._mark = self._last_entry()
        found = [*compare(self._truth, self._seen), *self._leftovers()]
        assert not found, found

    # -- a step ----------------------------------------------------------------------------------------

    def step(self) -> list[Finding]:
        """Change, faults, settle, look. Returns what is wrong afterwards, and counts it."""
        self._step += 1
        rng = random.Random(f"{self.seed} {self.prefix} {self._step}")
        name = f"seed {self.seed} {self.prefix} step {self._step}"
        self._findings = []
        came = len(self._proxy.struck())
        if rng.random() < 0.25:
            self._let_people_work(rng)
        tried = self._go_wrong(rng)
        self._settle()
        struck = self._proxy.struck()[came:]
        self._findings += self._look()
        self.tally.add(f"{name} ({', '.join(tried)})", [one.fault for one in struck], self._findings)
        told = ", ".join(f"{one.fault} at {one.at}" for one in struck)
        self._say(f"[{time.monotonic() - self._began:4.0f} s] {name}: {told}")
        for finding in self._findings:
            self._say(f"  {finding.what}: {finding.text}")
        return self._findings

    def _go_wrong(self, rng: random.Random) -> list[str]:
        """Two troubles of the machine's own, one before and one after some of the network's."""
        first, second = self._troubles_of(self._step)
        tried = []
        for trouble in (first, "on_the_way", second):
            self._change()
            tried.append(trouble)
            self._troubles[trouble](self, rng)
            self._heal()
        return tried

    def _troubles_of(self, step: int) -> tuple[str, str]:
        """Which troubles a step has: all come equally often, in an order that the seed decides."""
        names = [name for name in self._troubles if name != "on_the_way" and self._is_possible(name)]
        picked = []
        for turn in (2 * step - 2, 2 * step - 1):
            round_, place = divmod(turn, len(names))
            picked.append(random.Random(f"{self.seed} {round_}").sample(names, len(names))[place])
        return picked[0], picked[1]

    def _is_possible(self, trouble: str) -> bool:
        if trouble in _OF_SERVERS:
            return self.moodle.servers
        return not trouble.startswith("disk_full") or self._database.startswith("sqlite")

    def _change(self) -> None:
        """The records change. Not before Moodle has caught up with them: else nobody could say what is to be there."""
        if self._settled:
            self.academy.change()
            self._truth = truth_after(self._truth, self.academy.tables)
            self._settled = False
            write(self.academy, self._files)

    def _let_people_work(self, rng: random.Random) -> None:
        self.moodle.meddle(rng, self.academy)
        self._seen = self.moodle.look(first=True)

    def _heal(self) -> None:
        """No fault is left over; what was wounded works again."""
        self._proxy.script.arm(())
        self._disk.free()
        if self._web_is_wounded:
            self.moodle.restart_web()
            self._web_is_wounded = False

    def _settle(self) -> None:
        """Run until nothing is left to do."""
        self._import()
        for _ in range(RUNS_TO_SETTLE):
            code = self._apply()
            self._proxy.deliver_late()
            if code == DONE:
                return
        self._wrong(Wrong.LEFT, f"after {RUNS_TO_SETTLE} runs without a fault the exit code is {code}: {self.output()}")

    def _look(self) -> Iterator[Finding]:
        """What is wrong with Moodle and the journal now."""
        before, self._seen = self._seen, self.moodle.look()
        journal = self._journal()
        yield from compare(self._truth, self._seen)
        yield from untouched(before.strangers, self._seen.strangers)
        yield from explained(before.objects, self._seen.objects, journal)
        if self.moodle.servers:
            yield from told_wrongly(told_of(before.objects, journal, self._seen.ids), self._seen.told)
        yield from self._leftovers()

    def _leftovers(self) -> Iterator[Finding]:
        """The next plan is empty."""
        code = self._run("plan")
        if code != DONE:
            yield Finding(Wrong.LEFT, f"the next plan is not empty (exit code {code}): {self.output()}")

    def _journal(self) -> list[Entry]:
        """What the journal says was done since it was read last."""
        done = select(JournalEntry).where(JournalEntry.id > self._mark, JournalEntry.result == Status.DONE.value)
        with _opened(self._database) as database, database.session() as session:
            rows = session.scalars(done.order_by(JournalEntry.id)).all()
            entries = [Entry(r.kind, r.key, r.action, _plain(r.before), _plain(r.after) or {}) for r in rows]
        self._mark = self._last_entry()
        return entries

    def _last_entry(self) -> int:
        with _opened(self._database) as database, database.session() as session:
            return session.scalar(select(func.max(JournalEntry.id))) or 0

    # -- commands --------------------------------------------------------------------------------------

    def _order(self, *words: str) -> Order:
        output = self.folder / "output.txt"
        output.unlink(missing_ok=True)
        return Order(
            words,
            self._config,
            self._proxy.url,
            self.moodle.token,
            BEGIN.timestamp() + 3600 * self._step + time.monotonic() % 1000,
            output=str(output),
        )

    def output(self) -> str:
        """What the last command said."""
        path = self.folder / "output.txt"
        text = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
        return " ".join(text.split())[-600:]

    def _run(self, *words: str) -> int:
        return self._carry_out(self._order(*words))

    def _carry_out(self, order: Order, meanwhile: Callable[[Running], None] = lambda running: None) -> int:
        """Run a command to its end. No traceback may be seen, whatever happens to it."""
        self._running = running = self._program.start(order)
        try:
            meanwhile(running)
            code = self._program.wait(running)
        except TimeoutError as error:
            self._wrong(Wrong.STOPPED, str(error))
            return 99
        finally:
            self._running = None
        self._refuse_tracebacks(order, code)
        return code

    def _refuse_tracebacks(self, order: Order, code: int) -> None:
        said = Path(order.output).read_text(encoding="utf-8", errors="replace") if Path(order.output).exists() else ""
        if "Traceback" in said or "unforeseen" in said or code == 99:
            self._wrong(Wrong.STOPPED, f"{' '.join(order.words)} (exit code {code}) showed {said[-3000:]}")

    def _apply(self, **more: object) -> int:
        code = self._carry_out(replace(self._order("apply"), **more))  # type: ignore[arg-type]
        self._settled = code == DONE
        return code

    def _import(self, **more: object) -> int:
        code = self._carry_out(replace(self._order(*self._import_words), **more))  # type: ignore[arg-type]
        if code != DONE and (older := _OLDER.findall(self.output())):
            # A list may become what it was once: who knows that it is of today accepts it, as the refusal says.
            accepted = [word for entity in dict.fromkeys(older) for word in ("--accept-older", entity)]
            code = self._carry_out(replace(self._order(*self._import_words, *accepted), **more))  # type: ignore[arg-type]
        if code != DONE:
            self._wrong(Wrong.STOPPED, f"the records cannot be imported: {self.output()}")
        return code

    @property
    def _import_words(self) -> tuple[str, ...]:
        return ("records", "import", str(self._files))

    def _wrong(self, what: Wrong, text: str) -> None:
        self._findings.append(Finding(what, text))

    def _note(self, fault: str, at: str) -> None:
        self._proxy.script.note(fault, at)

    # -- troubles on the way ---------------------------------------------------------------------------

    def _on_the_way(self, rng: random.Random) -> None:
        """Several faults of the network and of answers, in as many runs as it takes."""
        names = rng.sample(_ON_THE_WAY, ON_THE_WAY)
        self._proxy.script.arm(wire.chosen(rng, names, _OF_FUNCTION))
        self._import()
        for _ in range(ON_THE_WAY):
            self._apply()
            if not self._proxy.script.left:
                break
            if self._settled:
                self._change()
                self._import()
        if rng.random() < 0.5:
            self._proxy.deliver_late()

    def _one_fault(self, fault: str, rng: random.Random, function: str = APPLY, **more: object) -> None:
        """A run in which one fault strikes at a call."""
        self._import()
        self._proxy.script.arm([Planned(fault, function, rng.randrange(1, 7), rng.randrange(2**32))])
        self._apply(**more)

    # -- what can be done to a call, besides what the proxy does ---------------------------------------

    def _actions(self) -> Mapping[str, wire.Action]:
        return {
            "slow": self._slow,
            "killed_before": self._killed_before,
            "killed_between": self._killed_between,
            "killed_after": self._killed_after,
            "php_killed": lambda call: self._while_working(call, lambda: self._kill_php(call)),
            "web_restarted": lambda call: self._while_working(call, self._restart_web),
            "database_restarted": lambda call: self._while_working(call, lambda: self._restart_database(crash=False)),
            "database_crashed": lambda call: self._while_working(call, lambda: self._restart_database(crash=True)),
            "two_applies": lambda call: self._meanwhile(call, ACTIVE, "apply"),
            "plan_meanwhile": lambda call: self._meanwhile(call, ACTIVE, "plan"),
            "undo_meanwhile": lambda call: self._meanwhile(call, ACTIVE, "undo", str(self._undone)),
            "import_meanwhile": self._import_meanwhile,
        }

    def _slow(self, call: Call) -> bool:
        """The answer comes when the program has given up waiting."""
        answer = call.forward()
        time.sleep(SHORT_TIMEOUT_S + 0.2)
        with suppress(OSError):
            call.reply(answer)
        return True

    def _kill(self) -> bool:
        running = self._running
        return running is not None and running.kill()

    def _killed_before(self, call: Call) -> bool:
        """The program dies while its request is on the way; by chance the request arrives nevertheless."""
        killed = self._kill()
        if call.random.random() < 0.5:
            call.forward()
        return killed

    def _killed_between(self, call: Call) -> bool:
        """The program dies when Moodle has done it and before it can be journalled."""
        call.forward()
        return self._kill()

    def _killed_after(self, call: Call) -> bool:
        """The program dies at about the time when it writes the answer down."""
        call.reply(call.forward())
        time.sleep(call.random.uniform(0, 0.02))
        return self._kill()

    def _while_working(self, call: Call, act: Callable[[], bool]) -> bool:
        """Something happens to the servers while Moodle works on a call, or just before, or just after."""
        answers: list[bytes] = []
        upstream = call.connect()

        def work() -> None:
            with suppress(OSError, Gone), upstream:
                call.send(upstream)
                answers.append(wire.received(upstream))

        worker = threading.Thread(target=work)
        worker.start()
        time.sleep(call.random.choice([0, 0.005, 0.01, 0.02, 0.04, 0.08]))
        done = act()
        worker.join()
        if answers:
            call.reply(answers[0])
        else:
            call.hang_up()
        return done

    def _kill_php(self, call: Call) -> bool:
        """The process that works on the call dies in the middle of it; the others must get by until somebody looks."""
        self._web_is_wounded = True
        return self.moodle.kill_php(call.upstream_port)

    def _restart_web(self) -> bool:
        self.moodle.restart_web()
        return True

    def _restart_database(self, *, crash: bool) -> bool:
        self.moodle.restart_database(crash=crash)
        return True

    def _meanwhile(self, call: Call, wanted: int, *words: str) -> bool:
        """While this call is held up, somebody starts another command."""
        output = self.folder / "meanwhile.txt"
        output.unlink(missing_ok=True)
        order = replace(self._order_beside(*words), output=str(output))
        code = self._program.run(order)
        self._refuse_tracebacks(order, code)
        if code != wanted:
            said = output.read_text(errors="replace")[-600:]
            self._wrong(Wrong.STOPPED, f"{' '.join(words)} during a run ended with {code}, not {wanted}: {said}")
        call.reply(call.forward())
        return True

    def _order_beside(self, *words: str) -> Order:
        """A command that talks to Moodle itself."""
        now = BEGIN.timestamp() + 3600 * self._step + time.monotonic() % 1000
        return Order(words, self._config, self.moodle.url, self.moodle.token, now)

    def _import_meanwhile(self, call: Call) -> bool:
        """New records come while a run is under way. Nobody loses anything by them."""
        self.academy.rename_somebody()
        self._truth = truth_after(self._truth, self.academy.tables)
        write(self.academy, self._files)
        return self._meanwhile(call, DONE, *self._import_words)

    # -- troubles of the machine -----------------------------------------------------------------------

    def _killed_any_time(self, rng: random.Random) -> None:
        self._import()
        pause = rng.uniform(0, 1.2)

        def kill(running: Running) -> None:
            if not running.ended(pause) and running.kill():
                self._note("killed_any_time", f"{pause:.3f} s")

        self._settled = self._carry_out(self._order("apply"), kill) == DONE

    def _killed_importing(self, rng: random.Random) -> None:
        pause = rng.uniform(0, 0.4)

        def kill(running: Running) -> None:
            if not running.ended(pause) and running.kill():
                self._note("killed_importing", f"{pause:.3f} s")

        self._carry_out(self._order(*self._import_words), kill)

    def _disk_full(self, rng: random.Random) -> None:
        self._import()
        self._without_room(rng, "disk_full", self._order("apply"))

    def _disk_full_importing(self, rng: random.Random) -> None:
        self._without_room(rng, "disk_full_importing", self._order(*self._import_words))

    def _without_room(self, rng: random.Random, fault: str, order: Order) -> None:
        """A command on a disk with a little room, or none."""
        room = rng.choice([0, 4, 16, 40, 80, 120, 200]) * 1024
        order = self._disk.fill(order, room)
        code = self._carry_out(order)
        if code != DONE or self._disk.is_full:
            self._note(fault, f"{room // 1024} kB left")
        self._settled = code == DONE and order.words[0] == "apply"
        self._disk.free()

    def _clock_jumps(self, fault: str, rng: random.Random, seconds: float, **more: object) -> None:
        self._import()
        looks = rng.randrange(1, 12)
        self._note(fault, f"look {looks}")
        self._apply(clock=[(looks, seconds)], **more)

    def _file_refused(self, fault: str, at: str, **more: object) -> None:
        """An import that must be refused, with nothing of it loaded."""
        self._note(fault, at)
        code = self._carry_out(replace(self._order(*self._import_words), **more))  # type: ignore[arg-type]
        if code == DONE:
            self._wrong(Wrong.STOPPED, f"{fault} at {at}: the delivery was loaded: {self.output()}")
        write(self.academy, self._files)

    def _file_half_written(self, rng: random.Random) -> None:
        """The registrar's system is still writing: a file ends in the middle of a row, or far too early."""
        path = self._some_file(rng)
        text = path.read_bytes()
        lines = text.splitlines(keepends=True)
        end = len(b"".join(lines[: max(1, int(len(lines) * 0.8))]))
        middle = rng.randrange(len(lines[0]), len(text) - 1)
        cut = middle if rng.random() < 0.7 else min(middle, end)
        if text[:cut].endswith(b"\n") and cut > end:
            cut -= 1  # a whole row less cannot be told from one who left
        path.write_bytes(text[:cut])
        self._file_refused("file_half_written", f"{path.name} at byte {cut}")

    def _file_of_another(self, rng: random.Random) -> None:
        """One file lies where another should."""
        path, other = self._some_file(rng), self._some_file(rng)
        while other == path:
            other = self._some_file(rng)
        shutil.copyfile(other, path)
        self._file_refused("file_of_another", f"{other.name} as {path.name}")

    def _file_of_yesterday(self, rng: random.Random) -> None:
        """A file that was there before comes again."""
        self._import()
        entity = rng.choice(["person", "enrolment", "cohort_member", "topic"])
        path = self._files / f"{entity}.csv"
        old = path.read_bytes()
        code = self._apply()
        if code != DONE:
            return
        self._change()
        self._import()
        if path.read_bytes() == old:
            return
        path.write_bytes(old)
        self._file_refused("file_of_yesterday", path.name)

    def _file_swapped(self, rng: random.Random) -> None:
        """While the files are read, one is replaced by the next delivery's."""
        entities = ["person", "cohort_member", "enrolment", "topic", "video_asset"]
        at = rng.randrange(len(entities))
        entity, victim = entities[at], rng.choice(entities)
        other = self.folder / "next.csv"
        other.write_bytes((self._files / f"{victim}.csv").read_bytes().replace(b"active", b"active ", 1))
        swap = (entity, str(self._files / f"{victim}.csv"), str(other))
        self._file_refused("file_swapped", f"{victim}.csv while {entity}.csv is read", swap=swap)

    def _some_file(self, rng: random.Random) -> Path:
        return rng.choice([path for path in sorted(self._files.glob("*.csv")) if path.stat().st_size > 400])

    _troubles: Mapping[str, Callable[[Suite, random.Random], None]] = {}


def _fault(name: str, function: str = APPLY, **more: object) -> Callable[[Suite, random.Random], None]:
    return lambda suite, rng: suite._one_fault(name, rng, function, **more)


#: Troubles by name. What they do to a call is in `Suite._actions`.
Suite._troubles = {
    "on_the_way": Suite._on_the_way,
    "slow": _fault("slow", "", timeout_s=SHORT_TIMEOUT_S),
    "killed_before": _fault("killed_before"),
    "killed_between": _fault("killed_between"),
    "killed_after": _fault("killed_after"),
    "killed_any_time": Suite._killed_any_time,
    "killed_importing": Suite._killed_importing,
    "php_killed": _fault("php_killed"),
    "web_restarted": _fault("web_restarted"),
    "database_restarted": _fault("database_restarted"),
    "database_crashed": _fault("database_crashed"),
    "disk_full": Suite._disk_full,
    "disk_full_importing": Suite._disk_full_importing,
    "clock_forward": lambda suite, rng: suite._clock_jumps("clock_forward", rng, 86_400),
    "clock_back": lambda suite, rng: suite._clock_jumps("clock_back", rng, -7_200),
    "clock_dst": lambda suite, rng: suite._clock_jumps("clock_dst", rng, -3_600, timezone="Europe/Berlin"),
    "file_half_written": Suite._file_half_written,
    "file_of_another": Suite._file_of_another,
    "file_of_yesterday": Suite._file_of_yesterday,
    "file_swapped": Suite._file_swapped,
    "two_applies": _fault("two_applies"),
    "plan_meanwhile": _fault("plan_meanwhile"),
    "undo_meanwhile": _fault("undo_meanwhile"),
    "import_meanwhile": _fault("import_meanwhile"),
}
_OF_SERVERS = frozenset({"php_killed", "web_restarted", "database_restarted", "database_crashed"})


@contextmanager
def _opened(url: str) -> Iterator[Database]:
    database = Database(url)
    try:
        yield database
    finally:
        database.close()


def _plain(fields: Mapping[str, object] | None) -> dict[str, object] | None:
    """Fields as they are read from Moodle: lists as tuples."""
    if fields is None:
        return None
    return {name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()}
