"""What goes on by itself: the nightly run, and the jobs around it."""
