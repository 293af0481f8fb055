"""The service, for a WSGI server."""

import os

from django.core.wsgi import get_wsgi_application

from safekept.access.edge import readable_only

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "safekept.config.settings")
application = readable_only(get_wsgi_application())
