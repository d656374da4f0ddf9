"""How sure it is who signed: the tiers of a signature, and the words for each wherever a signature is shown."""

from __future__ import annotations

from typing import Literal

Tier = Literal["account", "beside", "link"]
TIERS: tuple[Tier, ...] = ("account", "beside", "link")
# What counts where a standard says nothing else: whoever signs proved who they are with an account of their own.
COUNTED: tuple[Tier, ...] = ("account", "beside")


def in_words(tier: str, learner: str = "the learner") -> str:
    """How a signature was given, to follow “signed”. `learner` is whose session it is."""
    return {
        "account": "with their own account",
        "beside": f"face to face on {learner}’s device, with their own account",
        "link": "by a link sent to their e-mail address",
    }[tier]
