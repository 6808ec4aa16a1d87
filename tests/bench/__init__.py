"""Figures: AWS calls per request, what importing costs, a submit among many dossiers. `python -m tests.bench`."""
