"""The parts of `make_academy.py`: people, studies, enrolments, videos, the second week, and their files."""
