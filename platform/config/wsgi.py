"""What gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("SCT_STATEMENT_TIMEOUT", "30000")  # a page that asks for longer than this asks too much
application = get_wsgi_application()
