"""The stages of a request for a video: which there are, which follow which, what each asks for (DOMAIN a.4). Pure."""

from __future__ import annotations

from dlt_sync.records.schema import STAGES

REQUESTED, ACCEPTED, PUBLISHED, REJECTED, CANCELLED = "requested", "accepted", "published", "rejected", "cancelled"
#: Stages that end a request; of these the refusals say why.
ENDED = (PUBLISHED, REJECTED, CANCELLED)
REFUSED = (REJECTED, CANCELLED)

#: What a suggestion or a problem knows: nothing is shot, `published` means placed, or put right.
_SHORT = (REQUESTED, ACCEPTED, PUBLISHED, REJECTED, CANCELLED)
#: Stages on a by-way: a video that needs no corrections is approved straight from the review.
_BY_WAY = ("corrections",)
#: Steps back that belong to the work.
_USUAL = {("corrections", "in_review")}


def stages_of(request_type: str) -> tuple[str, ...]:
    """The stages that a request of this type knows, in order."""
    return STAGES if request_type == "shooting" else _SHORT


def knows(request_type: str, stage: str) -> bool:
    """Whether a request of this type can come to the stage."""
    return stage in stages_of(request_type)


def unusual(request_type: str, before: str, after: str) -> str:
    """How a step leaves the usual way: "goes back from shot", "skips scripted, scheduled"; "" where it does not.

    Anything may end in a refusal, and what has ended may be taken up again: that too is going back.
    """
    order = stages_of(request_type)
    if before == after or (before, after) in _USUAL or (after in REFUSED and before not in ENDED):
        return ""
    if before in ENDED or order.index(after) < order.index(before):
        return f"goes back from {before}"
    skipped = [stage for stage in order[order.index(before) + 1 : order.index(after)] if stage not in _BY_WAY]
    return f"skips {', '.join(skipped)}" if skipped else ""
