"""The national portal of public services (dichvucong.gov.vn): what it is told of dossiers (`records`), how (`portal`).

Knows its field names, codes and wire; nothing of when something is told, in which order, or what follows.
"""
