"""The payment gateways: one module each, all of one shape.

`contract` says what every gateway can do; `connections` reads who we are there and makes them.
"""
