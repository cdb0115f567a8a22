"""Adopting what several may share: a link to a video belongs to one placement, the one in its place."""

from __future__ import annotations

from dlt_sync.decide import KindState, decide
from dlt_sync.kinds import BY_NAME
from dlt_sync.kinds.rules import Rules
from dlt_sync.model import Action, Candidate, Desired, Finding, Operation, join_key
from dlt_sync.observe import find_candidates
from tests.academies import TODAY
from tests.memory import MemoryBridge
from tests.unit.test_kind_video import CLIP, PLACE, TOPIC, VIDEO, source

OFFERING = "plt:offering:17"
URL = CLIP.url


def site() -> MemoryBridge:
    """A Moodle with the course."""
    bridge = MemoryBridge()
    course = bridge.hand_add("course", shortname="c", category=f"moodle:{bridge.default_category}")
    bridge.own("course", OFFERING, course)
    return bridge


def wanted(*placements: str, sections: tuple[int, ...] = ()) -> dict[str, Desired]:
    """Placements of the same video, each in a section of its own."""
    (one,) = VIDEO.desired(source(TOPIC, CLIP, PLACE))
    found = {}
    for placement, section in zip(placements, sections, strict=True):
        key = join_key(OFFERING, placement)
        fields = {**one.fields, "section": section, "idnumber": placement}
        found[key] = Desired("video", key, fields, "", "", "", match=(("idnumber", placement), ("url", URL)))
    return found


def chosen(bridge: MemoryBridge, desired: dict[str, Desired]) -> dict[str, list[int]]:
    """Moodle ids of what each may be."""
    found = find_candidates(bridge, VIDEO, desired, {}, None)
    return {key.partition("|")[2]: [one.moodle_id for one in some] for key, some in found.items()}


def test_a_link_is_adopted_by_one_placement_only() -> None:
    bridge = site()
    mine = bridge.hand_add("video", course=OFFERING, section=1, url=URL)
    assert chosen(bridge, wanted("a", "b", sections=(1, 2))) == {"a": [mine], "b": []}


def test_of_links_to_the_same_video_each_goes_to_its_section() -> None:
    bridge = site()
    first, second = (bridge.hand_add("video", course=OFFERING, section=section, url=URL) for section in (1, 2))
    assert chosen(bridge, wanted("a", "b", sections=(2, 1))) == {"a": [second], "b": [first]}


def test_of_two_links_in_the_same_section_neither_is_chosen() -> None:
    bridge = site()
    both = [bridge.hand_add("video", course=OFFERING, section=1, url=URL) for _ in range(2)]
    assert chosen(bridge, wanted("a", sections=(1,))) == {"a": both}


def test_a_link_that_is_anothers_is_none_of_the_newcomers() -> None:
    bridge = site()
    mine = bridge.hand_add("video", course=OFFERING, section=1, url=URL)
    bridge.own("video", join_key(OFFERING, "old"), mine)
    assert chosen(bridge, wanted("a", sections=(1,))) == {"a": []}


def test_a_link_with_the_number_of_a_placement_is_kept_for_it() -> None:
    bridge = site()
    numbered = bridge.hand_add("video", course=OFFERING, section=1, url=URL, idnumber="b")
    assert chosen(bridge, wanted("a", "b", sections=(1, 2))) == {"a": [], "b": [numbered]}


def test_names_that_are_somebodys_own_are_left_to_the_plan() -> None:
    bridge = site()
    owner = bridge.hand_add_user(username="x", idnumber="n")
    bridge.own("user", "other", owner)
    user = Desired("user", "new", {}, "", "", "", match=(("idnumber", "n"),))
    assert [one.owner for one in find_candidates(bridge, BY_NAME["user"], {"new": user}, {}, None)["new"]] == ["other"]


def test_of_copies_of_a_link_none_is_taken_over_and_ours_is_made_beside_them() -> None:
    (one,) = VIDEO.desired(source(TOPIC, CLIP, PLACE))
    copies = tuple(Candidate(number, "url", {**one.fields, "name": "Көшірме"}) for number in (8, 9))
    state = KindState(VIDEO, {one.key: one}, {}, {}, candidates={one.key: copies})
    finding, operation = decide(state, one.key, one, Rules(), TODAY)
    assert isinstance(finding, Finding)
    assert (finding.rule, "2 objects in Moodle have the same url" in finding.message) == ("ambiguous", True)
    assert isinstance(operation, Operation)
    assert (operation.action, operation.moodle_id) == (Action.CREATE, None)
