"""The packages of the functions: what goes in, for which machine, compiled for whom. `infra.packaging` is the command.

Chalice would pack every file of every library, none of them compiled, and a cold start would compile what it imports:
nothing can be written beside a function's code, so it would do so every time. Here the application is followed from
the functions' handlers, libraries are cut to what it uses, and all is compiled (docs/decisions.md, 2026-11-28).
"""
