"""The project as it is, with the pages of bench.urls in a municipality and, when asked, on the public host."""

import os

from config.settings import *  # noqa: F403

TENANT_URLCONF = "bench.urls"
if os.environ.get("BENCH_PUBLIC"):
    PUBLIC_URLCONF = ROOT_URLCONF = "bench.urls"
