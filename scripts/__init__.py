"""What the README names: the commands to set a site up, to test, to measure and to check."""
