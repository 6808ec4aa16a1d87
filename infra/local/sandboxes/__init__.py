"""The other side of every payment gateway, for development: pages to pay on, callbacks, questions, refunds.

Each module writes its gateway's protocol anew and imports nothing of `chalicelib.gateways`: a mistake made on our side
must not be made here as well.
"""
