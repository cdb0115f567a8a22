"""The fault suite: real runs of the program on a real Moodle, with everything going wrong that can. See `steps.py`."""
