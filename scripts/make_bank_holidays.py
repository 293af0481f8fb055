"""Write the table of England's bank holidays, 2000 to 2060.

Published dates come from govuk-bank-holidays (with its cached data), the rest from holidays.
Run it with the development packages installed: python scripts/make_bank_holidays.py
"""

from pathlib import Path

import holidays
from govuk_bank_holidays.bank_holidays import BankHolidays

TABLE = Path(__file__).parents[1] / "src/safekept/calendars/england_bank_holidays.txt"


def table() -> str:
    """Return the table's text, one ISO date a line."""
    published = {
        day["date"]
        for day in BankHolidays(use_cached_holidays=True).get_holidays(division=BankHolidays.ENGLAND_AND_WALES)
    }
    years = {day.year for day in published}
    predicted = {
        day for day in holidays.country_holidays("GB", subdiv="ENG", years=range(2000, 2061)) if day.year not in years
    }
    return "".join(f"{day.isoformat()}\n" for day in sorted(published | predicted))


if __name__ == "__main__":
    TABLE.write_text(table(), "utf-8")
