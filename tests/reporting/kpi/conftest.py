"""Invented examples take as long as they take, and leave nothing on disk."""

from hypothesis import settings

settings.register_profile("untimed", deadline=None, database=None)
settings.load_profile("untimed")
