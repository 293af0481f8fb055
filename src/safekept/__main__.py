"""``python -m safekept`` is the ``safekept`` command."""

from safekept.cli.main import main

if __name__ == "__main__":
    main()
