"""The product's settings with one more address, for T05 only: whoever asks runs any SQL as the municipality's web process."""

from config.settings import *  # noqa: F403

TENANT_URLCONF = "raw_sql_urls"
