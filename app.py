"""The Chalice application: every blueprint registered, nothing else."""

from chalice.app import Chalice

from chalicelib import aws
from chalicelib.api.accounts import accounts
from chalicelib.api.desk import desk
from chalicelib.api.dossiers import dossiers
from chalicelib.api.papers import papers
from chalicelib.api.public import public
from chalicelib.events import events
from chalicelib.steps import steps

app = Chalice(app_name="motcua", configure_logs=False)

for blueprint in (public, accounts, dossiers, papers, desk, steps, events):
    app.register_blueprint(blueprint)

aws.warm()
