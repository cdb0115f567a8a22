"""`dlt-sync why`: why somebody is, or is not, in a course."""

from __future__ import annotations

import click

from dlt_sync.cli.app import App, because_option, json_option, pass_app


@click.command("why")
@click.argument("person")
@click.argument("course")
@click.option("--video", is_flag=True, help="PERSON is the sourced_id of a placement, a video or a topic.")
@because_option
@json_option
@pass_app
def command(app: App, person: str, course: str, video: bool) -> None:
    """Say why PERSON is, or is not, in COURSE: from the records to Moodle, with dates.

    PERSON is a sourced_id, a user name, or words of the name. COURSE is a sourced_id, or words of what is
    taught, with its language or programme code.

    Example: dlt-sync why plt:student:910001 plt:offering:17

    Example: dlt-sync why "Mysalova Aigerim" "Hygiene ru 6B10101"

    Example: dlt-sync why --video dlt:topic:4 plt:offering:17
    """
    from dlt_sync.why import why
    from dlt_sync.why_video import why_video

    explanation = (why_video if video else why)(app.context(), person, course)
    app.looked_at(explanation.people, explanation.about)
    app.out.result({"lines": explanation.lines}, *explanation.lines)
