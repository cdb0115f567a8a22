"""What happens to topics and videos in the second week."""

from __future__ import annotations

from making.tables import Row, find, row
from making.videos import MEDIA_SITE
from making.week import Week


def change_videos(week: Week) -> None:
    """A video is replaced, one is withdrawn, one comes, a topic moves, one is taught anew, and the plan goes on."""
    _replace(week)
    _move_topic(week)
    _teach_anew(week)
    _withdraw(week)
    week.change("video_request", "plan:shooting:6", "was shot", stage="shot", planned_on="2026-11-19")
    week.change("video_request", "plan:shooting:1", "taken into the plan", stage="accepted")


def _replace(week: Week) -> None:
    old, story = "dlt:video:47", "recorded anew; the placements follow"
    new = find(week.tables["video_asset"], old) | {
        "sourced_id": "dlt:video:101", "url": f"{MEDIA_SITE}/101.mp4", "replaces_id": old,
        "recorded_on": "2026-11-03", "published_on": "2026-11-19",
    }  # fmt: skip
    week.change("video_asset", old, story, state="replaced")
    week.add("video_asset", new, story)


def _move_topic(week: Week) -> None:
    """The sixth and seventh lecture of 102 change places; the sixth has videos."""
    for number, other in ((6, 7), (7, 6)):
        topic = _topic(week, "plt:subject:102", number)
        story = "moves in the course" if number == 6 else "makes room"
        week.change("topic", topic["sourced_id"], story, number=f"*{other}", week_no=str(2 * other - 1))
    for topic in week.tables["topic"]:
        topic["number"] = topic["number"].removeprefix("*")  # so that the second was not taken for the first


def _teach_anew(week: Week) -> None:
    topic = _topic(week, "plt:subject:302", 6)
    week.change(
        "topic", topic["sourced_id"], "taught anew under another title: its video is out of date",
        title_kk="Эпидемиялық үдеріс және эпидемиологиялық қадағалау",
        title_ru="Эпидемический процесс и эпидемиологический надзор",
        title_en="The Epidemic Process and Surveillance", changed_on="2026-11-18",
    )  # fmt: skip


def _withdraw(week: Week) -> None:
    week.change("video_asset", "dlt:video:85", "withdrawn: no longer shown", state="withdrawn")
    gone = next(p for p in week.tables["video_placement"] if p["video_id"] == "dlt:video:93")
    week.drop("video_placement", gone["sourced_id"], "taken off its topic")
    again = row(
        "video_placement", sourced_id=f"dlt:placement:{len(week.first['video_placement']) + 1}",
        video_id="dlt:video:51", topic_id=_topic(week, "plt:subject:203", 3)["sourced_id"],
        offering_id="plt:offering:21",
    )  # fmt: skip
    week.add("video_placement", again, "stands in one more course")


def _topic(week: Week, discipline: str, number: int) -> Row:
    return next(
        topic
        for topic in week.tables["topic"]
        if (topic["discipline_id"], topic["number"], topic["kind"]) == (discipline, str(number), "lecture")
    )


def spoil_video_rows(week: Week) -> None:
    """Add a bad row to each of the department's lists."""
    untitled = row("topic", sourced_id="dlt:topic:401", discipline_id="plt:subject:304", number="8", kind="lecture")
    week.add("topic", untitled, "has no title in any language", "bad")
    twin = find(week.tables["video_asset"], "dlt:video:58") | {
        "sourced_id": "dlt:video:102", "url": f"{MEDIA_SITE}/058.mp4/?utm_source=mail",
    }  # fmt: skip
    week.add("video_asset", twin, "the address of dlt:video:58 written otherwise", "bad")
    number = len(week.first["video_placement"]) + 2
    lost = row(
        "video_placement", sourced_id=f"dlt:placement:{number}", video_id="dlt:video:999", topic_id="dlt:topic:1"
    )
    week.add("video_placement", lost, "no such video", "bad")
    week.change("video_request", "plan:shooting:9", "no such stage", "bad", stage="filmed")
