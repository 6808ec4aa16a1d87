"""Other systems, one module each: workflow, identity, notices.

May import domain, errors and settings; never storage, a service or Chalice.
"""
