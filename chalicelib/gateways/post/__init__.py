"""Postal services: what they say of the parcels that they carry for us, by file and by call.

A module knows the other side's protocol and nothing of dossiers.
"""
