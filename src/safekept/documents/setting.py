"""The process in which a document is set: told the data on its input, it answers with the bytes, or with what is wrong.

Setting begins threads, which a server that has divided itself into workers no longer has.
"""

from __future__ import annotations

import sys
from pathlib import Path

import typst

SOURCE = Path(__file__).with_name("document.typ").read_bytes()
CANNOT = 3
"""What it ends with where the data cannot be set; the answer says why."""


def main() -> None:
    """Set what stands on the input."""
    try:
        made = typst.compile(
            SOURCE,
            format="pdf",
            pdf_standards=["ua-1"],
            ignore_system_fonts=True,
            sys_inputs={"document": sys.stdin.buffer.read().decode()},
        )
    except typst.TypstError as error:
        sys.stdout.buffer.write(str(error).encode())
        sys.exit(CANNOT)
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
