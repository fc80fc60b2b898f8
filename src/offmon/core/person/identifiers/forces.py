"""Codes of police forces, as strings of two characters: a leading zero counts (R-ID-7; appendix B).

Source: bichard7-next-data of 21 August 2026. It has no row of Police Scotland.
"""

from collections.abc import Mapping
from typing import Final

TABLE: Final = "bichard7-next-data 2026-08-21"
TERRITORIAL: Final[Mapping[str, str]] = {
    "01": "Metropolitan",
    "02": "Metropolitan",
    "03": "Cumbria",
    "04": "Lancashire",
    "05": "Merseyside",
    "06": "Greater Manchester",
    "07": "Cheshire",
    "10": "Northumbria",
    "11": "Durham",
    "12": "North Yorkshire",
    "13": "West Yorkshire",
    "14": "South Yorkshire",
    "16": "Humberside",
    "17": "Cleveland",
    "20": "West Midlands",
    "21": "Staffordshire",
    "22": "West Mercia",
    "23": "Warwickshire",
    "30": "Derbyshire",
    "31": "Nottinghamshire",
    "32": "Lincolnshire",
    "33": "Leicestershire",
    "34": "Northamptonshire",
    "35": "Cambridgeshire",
    "36": "Norfolk",
    "37": "Suffolk",
    "40": "Bedfordshire",
    "41": "Hertfordshire",
    "42": "Essex",
    "43": "Thames Valley",
    "44": "Hampshire",
    "45": "Surrey",
    "46": "Kent",
    "47": "Sussex",
    "48": "City of London",
    "50": "Devon and Cornwall",
    "52": "Avon and Somerset",
    "53": "Gloucestershire",
    "54": "Wiltshire",
    "55": "Dorset",
    "60": "North Wales",
    "61": "Gwent",
    "62": "South Wales",
    "63": "Dyfed-Powys",
}
SPECIAL: Final[Mapping[str, str]] = {
    "24": "Ministry of Defence",
    "56": "Guernsey",
    "57": "Jersey",
    "59": "Civil Nuclear",
    "88": "HM Revenue and Customs",
    "91": "National Crime Agency",
    "93": "British Transport",
    "97": "Isle of Man",
    "98": "Northern Ireland",
}
LEGACY: Final = frozenset({"67", "70", "74", "76", "78", "80", "82", "84", "87", "90", "96"})
"""Forces that are no more. Older records have their codes."""
RESERVED: Final = frozenset(
    {"00", "08", "15", "18", "25", "26", "27", "39", "64", "65", "66", "73", "83", "86", "89", "92", "94", "95", "99"}
)
"""Codes of systems, and of nobody. Invented records have 86 (R-ID-12)."""
FORCES: Final = frozenset({*TERRITORIAL, *SPECIAL, *LEGACY})
"""Every code that a record of a real arrest may have."""
