"""`python -m epiluma`."""

from epiluma.cli import main

if __name__ == "__main__":
    main()
