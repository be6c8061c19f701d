"""A stand-in for Stripe: a server of its own with Stripe's addresses and objects, for demonstrations and tests.

It moves no money. Stripe's own library talks to it when its address is changed, so that everything of ours is exercised
but Stripe itself. What it does not know it refuses, as Stripe refuses an unknown parameter's object.
"""
