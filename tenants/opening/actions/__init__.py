"""Changes in the world of municipalities: opening, closing, and keeping what the database needs to serve them."""

from tenants.opening.actions.applying import (
    Applied,
    UnableToApply,
    apply,
    ask_to_open,
    choose_address,
    erase_contact_data,
    give_up,
    invite_responsible,
    open_application,
)
from tenants.opening.actions.closing import Closed, UnableToClose, close_municipality
from tenants.opening.actions.opening import Opened, UnableToOpen, open_municipality, request_opening
from tenants.opening.actions.upkeep import assert_roles, set_up_database

__all__ = [
    "Applied",
    "UnableToApply",
    "apply",
    "ask_to_open",
    "choose_address",
    "erase_contact_data",
    "give_up",
    "invite_responsible",
    "open_application",
    "Closed",
    "Opened",
    "UnableToClose",
    "UnableToOpen",
    "assert_roles",
    "close_municipality",
    "open_municipality",
    "request_opening",
    "set_up_database",
]
