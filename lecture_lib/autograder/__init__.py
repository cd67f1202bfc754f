"""From the instructor's masters to exercises, and from exercises to points."""
