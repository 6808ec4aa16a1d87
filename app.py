"""The Chalice application: every blueprint registered, nothing else.

The functions of the stream, the clocks and the review are found through it by whoever packs or plays the cloud; they
have handlers of their own in chalicelib, and the process that answers requests does without them.
"""

import gc

gc.disable()  # nothing that is imported below becomes garbage; looking for some takes a tenth of a cold start

from chalice.app import Chalice

from chalicelib import aws, settings
from chalicelib.api.accounts import accounts_api
from chalicelib.api.books import books_api
from chalicelib.api.consultations import consultations_api
from chalicelib.api.deadlines import deadlines_api
from chalicelib.api.desk import desk_api
from chalicelib.api.dossiers import dossiers_api
from chalicelib.api.drawers import drawers_api
from chalicelib.api.endings import endings_api
from chalicelib.api.entries import entries_api
from chalicelib.api.messages import messages_api
from chalicelib.api.notes import notes_api
from chalicelib.api.notices import notices_api
from chalicelib.api.papers import papers_api
from chalicelib.api.payments import payments_api
from chalicelib.api.people import people_api
from chalicelib.api.post import post_api
from chalicelib.api.proofs import proofs_api
from chalicelib.api.public import public_api
from chalicelib.api.receipts import receipts_api
from chalicelib.api.refunds import refunds_api
from chalicelib.api.remote_signing import remote_signing_api
from chalicelib.api.results import results_api
from chalicelib.api.searches import searches_api
from chalicelib.api.sheets import sheets_api

app = Chalice(app_name="motcua", configure_logs=False)

for blueprint in (
    public_api,
    accounts_api,
    dossiers_api,
    notices_api,
    messages_api,
    endings_api,
    papers_api,
    payments_api,
    refunds_api,
    drawers_api,
    receipts_api,
    sheets_api,
    proofs_api,
    remote_signing_api,
    books_api,
    entries_api,
    deadlines_api,
    desk_api,
    consultations_api,
    notes_api,
    people_api,
    post_api,
    results_api,
    searches_api,
):
    app.register_blueprint(blueprint)

if not settings.in_lambda():
    from chalicelib.events import events
    from chalicelib.steps import steps

    app.register_blueprint(steps)
    app.register_blueprint(events)

aws.warm()
gc.freeze()  # what is here stays for the life of the process: later looks pass it over
gc.enable()
