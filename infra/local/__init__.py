"""Runs the whole product on this machine: an emulated AWS, the real template, the real binaries, a fake provider."""
