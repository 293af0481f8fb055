"""Vendor GOV.UK Frontend and MoJ Frontend from unpacked npm packages.

Usage: python scripts/vendor_frontend.py GOVUK_PACKAGE MOJ_PACKAGE

The GDS Transport font, the crest and the crown belong to gov.uk alone, so every rule that
names them is taken out, and the fonts that people already have stand in their place.
"""

import re
import shutil
import sys
from pathlib import Path

TARGET = Path(__file__).parent.parent / "src/safekept/govuk/static/safekept"
FONTS = '-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans","Liberation Sans",arial,sans-serif'
CREST = r"\.govuk-footer__copyright-logo"
CREST_RULES = rf"@supports \([^{{]*mask[^{{]*\{{{CREST}:before\{{[^}}]*\}}\}}|{CREST}[^{{}}]*\{{[^}}]*\}}"


def main(govuk: Path, moj: Path) -> None:
    """Copy both packages' compiled styles and scripts, without what is gov.uk's own."""
    vendor = TARGET / "vendor"
    vendor.mkdir(parents=True, exist_ok=True)
    for source, name in (
        (govuk / "dist/govuk/govuk-frontend.min.css", "govuk-frontend.min.css"),
        (moj / "moj/moj-frontend.min.css", "moj-frontend.min.css"),
    ):
        css = cleaned(source.read_text())
        (vendor / name).write_text(css)
        for image in sorted(set(re.findall(r"url\(images/([^)]+)\)", css))):
            (vendor / "images").mkdir(exist_ok=True)
            shutil.copy(moj / "moj/assets/images" / image, vendor / "images" / image)
    script = (govuk / "dist/govuk/govuk-frontend.min.js").read_text()
    (vendor / "govuk-frontend.min.js").write_text(re.sub(r"//# sourceMappingURL=.*", "", script))


def cleaned(css: str) -> str:
    """Take out fonts, crest and source maps; point images beside the style sheet."""
    css = re.sub(r"/\*!? Copyright \(c\) 2011[^*]*\*/", "", css)
    css = re.sub(r"@font-face\{[^}]*\}", "", css)
    css = re.sub(CREST_RULES, "", css)
    css = re.sub(r"\.moj-header__logotype-cr(own|est)\{[^}]*\}", "", css)
    css = css.replace("GDS Transport,arial,sans-serif", FONTS)
    css = re.sub(r"/\*# sourceMappingURL=.*?\*/", "", css)
    css = css.replace("url(/assets/images/", "url(images/")
    if "GDS Transport" in css or "crest" in css:
        raise SystemExit("the style sheet still names GDS Transport or the crest: extend cleaned()")
    return css


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
