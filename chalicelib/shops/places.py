"""Which time zone an address is probably in, for calling somebody in their daytime.

Countries of one zone, and the states of those with several where the shop names the state. An
address that cannot be told gives None: the shop's own zone counts then.
"""

_COUNTRIES = {
    "AE": "Asia/Dubai", "AR": "America/Argentina/Buenos_Aires", "AT": "Europe/Vienna",
    "BD": "Asia/Dhaka", "BE": "Europe/Brussels", "BG": "Europe/Sofia", "BH": "Asia/Bahrain",
    "CH": "Europe/Zurich", "CN": "Asia/Shanghai", "CO": "America/Bogota", "CZ": "Europe/Prague",
    "DE": "Europe/Berlin", "DK": "Europe/Copenhagen", "EE": "Europe/Tallinn",
    "EG": "Africa/Cairo", "FI": "Europe/Helsinki", "FR": "Europe/Paris", "GB": "Europe/London",
    "GR": "Europe/Athens", "HK": "Asia/Hong_Kong", "HR": "Europe/Zagreb", "HU": "Europe/Budapest",
    "IE": "Europe/Dublin", "IL": "Asia/Jerusalem", "IN": "Asia/Kolkata", "IS": "Atlantic/Reykjavik",
    "IT": "Europe/Rome", "JP": "Asia/Tokyo", "KE": "Africa/Nairobi", "KR": "Asia/Seoul",
    "KW": "Asia/Kuwait", "LI": "Europe/Vaduz", "LT": "Europe/Vilnius", "LU": "Europe/Luxembourg",
    "LV": "Europe/Riga", "MA": "Africa/Casablanca", "MO": "Asia/Macau", "MT": "Europe/Malta",
    "MY": "Asia/Kuala_Lumpur", "NG": "Africa/Lagos", "NL": "Europe/Amsterdam",
    "NO": "Europe/Oslo", "PE": "America/Lima", "PH": "Asia/Manila", "PK": "Asia/Karachi",
    "PL": "Europe/Warsaw", "QA": "Asia/Qatar", "RO": "Europe/Bucharest", "RS": "Europe/Belgrade",
    "SA": "Asia/Riyadh", "SE": "Europe/Stockholm", "SG": "Asia/Singapore",
    "SI": "Europe/Ljubljana", "SK": "Europe/Bratislava", "TH": "Asia/Bangkok",
    "TR": "Europe/Istanbul", "TW": "Asia/Taipei", "UA": "Europe/Kyiv", "VN": "Asia/Ho_Chi_Minh",
    "ZA": "Africa/Johannesburg",
}  # fmt: skip

_STATES = {
    ("US", "America/New_York"):
        "CT DC DE FL GA IN KY MA MD ME MI NC NH NJ NY OH PA RI SC VA VT WV",
    ("US", "America/Chicago"): "AL AR IA IL KS LA MN MO MS ND NE OK SD TN TX WI",
    ("US", "America/Denver"): "CO ID MT NM UT WY",
    ("US", "America/Phoenix"): "AZ",
    ("US", "America/Los_Angeles"): "CA NV OR WA",
    ("US", "America/Anchorage"): "AK",
    ("US", "Pacific/Honolulu"): "HI",
    ("CA", "America/Toronto"): "ON QC",
    ("CA", "America/Halifax"): "NB NS PE",
    ("CA", "America/St_Johns"): "NL",
    ("CA", "America/Winnipeg"): "MB",
    ("CA", "America/Regina"): "SK",
    ("CA", "America/Edmonton"): "AB",
    ("CA", "America/Vancouver"): "BC",
    ("AU", "Australia/Sydney"): "ACT NSW",
    ("AU", "Australia/Melbourne"): "VIC",
    ("AU", "Australia/Brisbane"): "QLD",
    ("AU", "Australia/Adelaide"): "SA",
    ("AU", "Australia/Darwin"): "NT",
    ("AU", "Australia/Perth"): "WA",
    ("AU", "Australia/Hobart"): "TAS",
}  # fmt: skip

_ZONES = {
    (country, state): zone
    for (country, zone), states in _STATES.items()
    for state in states.split()
}


def zone_of(country: str | None, state: str) -> str | None:
    """The IANA time zone in which most people of that country, or of that state, live."""
    if country is None:
        return None
    return _COUNTRIES.get(country) or _ZONES.get((country, state.upper()))
