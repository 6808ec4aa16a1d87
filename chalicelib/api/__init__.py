"""The HTTP entry: one blueprint per visitor. Views translate; services decide."""
