"""``python -m lenetcalc``: the command line."""

from lenetcalc.cli import main

if __name__ == "__main__":
    main()
