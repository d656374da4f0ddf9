"""What the server runs: `granian --interface wsgi wsgi:app`."""

from lms.app import create_app, warm

app = warm(create_app())
