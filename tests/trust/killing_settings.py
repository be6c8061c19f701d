"""The product's settings for a web process that kills itself at a delivery of Stripe's, for T60 only."""

from config.settings import *  # noqa: F403
from config.settings import MIDDLEWARE as _MIDDLEWARE

MIDDLEWARE = ["killing.kills_itself", *_MIDDLEWARE]
