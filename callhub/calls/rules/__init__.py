"""Telling a call's story from its records. Pure: the same records and settings give the same story in any order."""

from callhub.calls.rules.facts import facts
from callhub.calls.rules.story import CallStory, DerivationStory, LegStory, Story, VisitStory, tell
from callhub.calls.rules.threads import Links, call_id, channels_of, merge_links, thread_of

__all__ = [
    "CallStory",
    "DerivationStory",
    "LegStory",
    "Links",
    "Story",
    "VisitStory",
    "call_id",
    "channels_of",
    "facts",
    "merge_links",
    "tell",
    "thread_of",
]
