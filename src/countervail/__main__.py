"""``python -m countervail``: the command line."""

from countervail.cli.app import main

main()
