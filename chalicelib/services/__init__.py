"""The verbs of the business: load, decide, save, tell. One module per part of it; no HTTP in here."""
