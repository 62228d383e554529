"""Clean rows of the ODAG tables, one for each kind of case, as worked examples for the universe tests."""

from datetime import date

import pandas as pd

from auditkit.rules.layouts import load_layouts

LAYOUTS = load_layouts()
PERIOD = (date(2026, 7, 1), date(2026, 9, 30))
PERSON = {"A": "Ana", "B": "Peña-O'Neil", "C": "1EG4TE5MK73", "D": "H1234", "E": "001", "F": "None"}

OD_STANDARD = PERSON | {
    "G": "A-1", "H": "2026/07/01", "I": "None", "J": "N", "K": "None", "L": "None", "M": "Approved", "N": "S",
    "O": "N", "P": "2026/07/03", "Q": "None", "R": "None", "S": "None", "T": "2026/07/03", "U": "None",
    "V": "CP", "W": "MRI of the knee", "X": "N", "Y": "None",
}
OD_EXPEDITED = OD_STANDARD | {
    "G": "A-2", "I": "09:00:00", "N": "E", "P": "2026/07/02", "Q": "08:30:00", "R": "2026/07/02",
    "S": "08:45:00", "T": "2026/07/02", "U": "16:00:00", "X": "None",
}
OD_PART_B = OD_STANDARD | {
    "G": "A-3", "I": "09:00:00", "J": "Y", "P": "2026/07/02", "Q": "08:30:00", "T": "2026/07/02",
    "U": "16:00:00",
}
# a request decided partly in the enrollee's favor is reported as Denied
OD_DENIED = OD_STANDARD | {"G": "A-4", "M": "Denied", "Y": "Y", "V": "E", "F": "Bay Physicians"}
OD_REPRESENTATIVE = OD_STANDARD | {"G": "A-5", "V": "ER", "K": "2026/07/02"}
OD_DISMISSED_NO_AOR = OD_STANDARD | {"G": "A-6", "M": "Dismissed", "V": "ER"}
OD_DISMISSED_WITH_AOR = OD_DISMISSED_NO_AOR | {"G": "A-7", "K": "2026/07/02"}
OD_EXTENDED = OD_STANDARD | {"G": "A-8", "O": "Y", "P": "2026/07/20", "T": "2026/07/20"}
OD_CLEAN = [OD_STANDARD, OD_EXPEDITED, OD_PART_B, OD_DENIED, OD_REPRESENTATIVE, OD_DISMISSED_NO_AOR,
            OD_DISMISSED_WITH_AOR, OD_EXTENDED]

RECON_APPROVED = {
    name: value for name, value in OD_STANDARD.items() if name <= "U" and len(name) == 1
} | {"V": "2026/07/03", "W": "None", "X": "None", "Y": "None", "Z": "E", "AA": "MRI of the knee", "AB": "N",
     "AC": "Y"}
RECON_DENIED = RECON_APPROVED | {"G": "R-2", "M": "Denied", "V": "None", "X": "2026/07/06"}
RECON_DISMISSED = RECON_APPROVED | {"G": "R-3", "M": "Dismissed", "V": "None"}
RECON_EXPEDITED = RECON_APPROVED | {
    "G": "R-4", "N": "E", "I": "09:00:00", "Q": "10:00:00", "U": "11:00:00", "W": "10:00:00", "AB": "None",
}
RECON_EXPEDITED_DENIED = RECON_DENIED | {
    "G": "R-5", "N": "E", "I": "09:00:00", "Q": "10:00:00", "U": "11:00:00", "X": "2026/07/03",
    "Y": "15:00:00", "AB": "None",
}
# a standard reconsideration about a Part B drug runs by the day: times may be there or not
RECON_PART_B = RECON_APPROVED | {"G": "R-6", "J": "Y"}
RECON_PART_B_TIMED = RECON_PART_B | {"G": "R-7", "I": "09:00:00", "Q": "10:00:00", "W": "11:00:00"}
RECON_CLEAN = [RECON_APPROVED, RECON_DENIED, RECON_DISMISSED, RECON_EXPEDITED, RECON_EXPEDITED_DENIED,
               RECON_PART_B, RECON_PART_B_TIMED]

GRV_ORAL = PERSON | {
    "G": "G-1", "H": "2026/07/01", "I": "None", "J": "None", "K": "None", "L": "S", "M": "N", "N": "Oral",
    "O": "Transportation", "P": "The van came late", "Q": "N", "R": "2026/07/10", "S": "None", "T": "None",
    "U": "None", "V": "The vendor was changed", "W": "E",
}
GRV_WRITTEN = GRV_ORAL | {"G": "G-2", "N": "Written", "R": "None", "T": "2026/07/12"}
GRV_QUALITY = GRV_ORAL | {"G": "G-3", "Q": "Y", "T": "2026/07/12"}
GRV_EXPEDITED = GRV_ORAL | {
    "G": "G-4", "L": "E", "I": "09:00:00", "R": "2026/07/01", "S": "17:00:00",
}
GRV_REPRESENTATIVE = GRV_ORAL | {"G": "G-5", "W": "ER", "J": "2026/07/02"}
# resolved by telephone on the last day of the period, the letter left after it
GRV_AT_THE_END = GRV_QUALITY | {"G": "G-6", "H": "2026/09/20", "R": "2026/09/30", "T": "2026/10/02"}
GRV_CLEAN = [GRV_ORAL, GRV_WRITTEN, GRV_QUALITY, GRV_EXPEDITED, GRV_REPRESENTATIVE, GRV_AT_THE_END]

PYMT_CLAIM = PERSON | {
    "G": "C-1", "H": "2026/07/01", "I": "None", "J": "None", "K": "OD", "L": "Approved", "M": "Y",
    "N": "2026/07/20", "O": "2026/07/25", "P": "N", "Q": "None", "R": "2026/07/25", "S": "None", "T": "NCP",
    "U": "Emergency room visit", "V": "None",
}
PYMT_LATE_WITH_INTEREST = PYMT_CLAIM | {"G": "C-2", "O": "2026/08/20", "P": "Y"}
PYMT_UNCLEAN_DENIED = PYMT_CLAIM | {"G": "C-3", "L": "Denied", "M": "N", "O": "None", "P": "None", "V": "N"}
PYMT_REIMBURSEMENT = PYMT_CLAIM | {"G": "C-4", "M": "None", "P": "None", "T": "E", "Q": "2026/07/25",
    "R": "None"}
PYMT_RECON_PROVIDER = PYMT_CLAIM | {
    "G": "C-5", "K": "RECON", "J": "2026/07/05", "L": "Denied", "M": "None", "O": "None", "P": "None",
    "S": "2026/07/21", "V": "Y",
}
PYMT_RECON_REPRESENTATIVE = PYMT_REIMBURSEMENT | {"G": "C-6", "K": "RECON", "T": "ER", "I": "2026/07/02"}
PYMT_CLEAN = [PYMT_CLAIM, PYMT_LATE_WITH_INTEREST, PYMT_UNCLEAN_DENIED, PYMT_REIMBURSEMENT,
              PYMT_RECON_PROVIDER, PYMT_RECON_REPRESENTATIVE]

EFF_IRE = PERSON | {
    "G": "E-1", "H": "Pre-service", "I": "N", "J": "S", "K": "IRE", "L": "2026/07/01", "M": "09:00:00",
    "N": "2026/07/02", "O": "09:00:00", "P": "None", "Q": "Home health aide",
}
EFF_OPEN = EFF_IRE | {"G": "E-2", "N": "None", "O": "None"}
EFF_PAYMENT = EFF_IRE | {"G": "E-3", "H": "Payment", "M": "None", "O": "None", "P": "Y"}
EFF_ALJ = EFF_IRE | {"G": "E-4", "K": "ALJ", "M": "None", "O": "None"}
EFF_ALJ_PART_B = EFF_IRE | {"G": "E-5", "K": "ALJ", "I": "Y"}
EFF_CLEAN = [EFF_IRE, EFF_OPEN, EFF_PAYMENT, EFF_ALJ, EFF_ALJ_PART_B]

AIP_TERMINATION = PERSON | {
    "G": "T-1", "H": "Termination", "I": "2026/07/01", "J": "2026/07/02", "K": "2026/07/12", "L": "Y",
    "M": "Personal care attendant hours",
}
AIP_CLEAN = [AIP_TERMINATION, AIP_TERMINATION | {"G": "T-2", "J": "None", "K": "None", "L": "None"}]

CLEAN = {"OD": OD_CLEAN, "RECON": RECON_CLEAN, "GRV_C": GRV_CLEAN, "PYMT_C": PYMT_CLEAN, "EFF_C": EFF_CLEAN,
         "AIP": AIP_CLEAN}


def universe(table: str, rows: list[dict]) -> pd.DataFrame:
    """Rows as a universe frame, columns in the order of the layout."""
    return pd.DataFrame(rows, columns=[column.id for column in LAYOUTS[table].columns], dtype=str)
