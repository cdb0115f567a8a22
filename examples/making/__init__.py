"""The parts of `make_academy.py`: people, studies, enrolments, the second week, and the files they end in."""
