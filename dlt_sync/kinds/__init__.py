"""One module per kind: records → desired objects, key, fields, policies, how it is removed."""

from dlt_sync.kinds.category import Category
from dlt_sync.kinds.cohort import Cohort
from dlt_sync.kinds.course import Course
from dlt_sync.kinds.enrolment import Enrolment
from dlt_sync.kinds.group import Group
from dlt_sync.kinds.kind import Kind
from dlt_sync.kinds.user import User
from dlt_sync.kinds.video import Video

#: All kinds in dependency order: what a later one refers to is made by an earlier one.
KINDS: tuple[Kind, ...] = (Category(), User(), Cohort(), Course(), Group(), Enrolment(), Video())

BY_NAME: dict[str, Kind] = {kind.name: kind for kind in KINDS}
