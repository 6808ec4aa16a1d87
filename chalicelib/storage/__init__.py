"""What is kept: one module per aggregate, its pynamodb models private to it.

May import domain, errors and settings; never a gateway, a service or Chalice.
"""
