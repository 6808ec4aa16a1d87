"""`python -m infra.cli`: the same as `motcua`."""

from infra.cli import main

main()
