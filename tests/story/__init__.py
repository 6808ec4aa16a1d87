"""The level-3 life played through HTTP on a local cloud of its own; `python -m tests.story`."""
