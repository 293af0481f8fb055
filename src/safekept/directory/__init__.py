"""Who is there: areas, agencies, teams, accounts and their roles."""
