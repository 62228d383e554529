"""Clean rows of the CDAG tables and of SNPE, one for each kind of case."""

from universe_rows import PERSON

WHO = {name: PERSON[name] for name in "ABCDE"}
PRESCRIBER, REPRESENTATIVE = "prescriber or other authorised requester", "enrollee's representative"

CD_APPROVED = WHO | {
    "F": "Apixaban 5 mg tablet", "G": "D-1", "H": "2026/07/01", "I": "09:00:00", "J": "None", "K": "None",
    "L": "Standard", "M": "Approved", "N": "2026/07/02", "O": "10:00:00", "P": "2026/07/02", "Q": "10:30:00",
    "R": "2026/07/03", "S": "16:00:00", "T": "2026/07/02", "U": "11:00:00", "V": PRESCRIBER, "W": "Prior authorization",
    "X": "None", "Y": "None", "Z": "None", "AA": "Bay Rx",
}  # fmt: skip
CD_DENIED = CD_APPROVED | {"G": "D-2", "M": "Denied", "P": "None", "Q": "None", "T": "None", "U": "None", "X": "Yes"}
CD_REPRESENTATIVE = CD_APPROVED | {"G": "D-3", "V": REPRESENTATIVE, "J": "2026/07/01", "K": "09:30:00"}
CD_DISMISSED = CD_DENIED | {"G": "D-4", "M": "Dismissed", "V": REPRESENTATIVE, "X": "None"}
CD_FORWARDED = CD_DENIED | {
    "G": "D-5", "M": "IRE auto-forward", "N": "2026/07/04", "R": "None", "S": "None", "X": "None", "Y": "2026/07/05",
    "Z": "08:00:00",
}  # fmt: skip
# decided after its time had run out, and forwarded before that
CD_LATE_DENIAL = CD_DENIED | {"G": "D-6", "N": "2026/07/08", "R": "2026/07/08", "Y": "2026/07/05", "Z": "08:00:00"}
CD_CLEAN = [CD_APPROVED, CD_DENIED, CD_REPRESENTATIVE, CD_DISMISSED, CD_FORWARDED, CD_LATE_DENIAL]

RD_CLEAN = CD_CLEAN + [CD_APPROVED | {"G": "D-7", "X": "Yes"}]
"""The columns of a redetermination are those of a coverage determination; X tells the first denial."""

CDER_APPROVED = WHO | {
    "F": "Apixaban 5 mg tablet", "G": "X-1", "H": "2026/07/01", "I": "09:00:00", "J": "None", "K": "None",
    "L": "tiering exception", "M": "2026/07/01", "N": "09:00:00", "O": "Expedited", "P": "Approved", "Q": "2026/07/02",
    "R": "08:00:00", "S": "2026/07/02", "T": "08:30:00", "U": "2026/07/03", "V": "16:00:00", "W": "2026/07/02",
    "X": "08:10:00", "Y": "2026/12/31", "Z": PRESCRIBER, "AA": "Tier 4 at the price of tier 2", "AB": "None",
    "AC": "None", "AD": "None", "AE": "None",
}  # fmt: skip
CDER_DENIED = CDER_APPROVED | {"G": "X-2", "P": "Denied", "S": "None", "T": "None", "W": "None", "X": "None",
                               "Y": "None", "AB": "No"}  # fmt: skip
CDER_NO_STATEMENT = CDER_DENIED | {"G": "X-3", "M": "None", "N": "None", "Q": "2026/07/15", "U": "2026/07/16"}
CDER_CLEAN = [CDER_APPROVED, CDER_DENIED, CDER_NO_STATEMENT]

PYMT_CD = WHO | {
    "F": "Apixaban 5 mg tablet", "G": "P-1", "H": "CD", "I": "2026/07/01", "J": "None", "K": "Approved",
    "L": "2026/07/08", "M": "2026/07/09", "N": "2026/07/10", "O": "enrollee", "P": "Paid at the counter", "Q": "None",
    "R": "None", "S": "Bay Rx",
}  # fmt: skip
PYMT_DENIED = PYMT_CD | {"G": "P-2", "K": "Denied", "N": "None", "Q": "No"}
PYMT_RD = PYMT_CD | {"G": "P-3", "H": "RD", "O": REPRESENTATIVE, "J": "2026/07/02", "Q": "No"}
PYMT_FORWARDED = PYMT_CD | {"G": "P-4", "K": "IRE auto-forward", "L": "2026/07/16", "M": "None", "N": "None",
                            "R": "2026/07/16"}  # fmt: skip
PYMT_D_CLEAN = [PYMT_CD, PYMT_DENIED, PYMT_RD, PYMT_FORWARDED]

EFF_STANDARD = WHO | {
    "F": "Apixaban 5 mg tablet", "G": "E-1", "H": "standard", "I": "IRE", "J": "2026/07/01", "K": "09:00:00",
    "L": "2026/07/02", "M": "09:00:00", "N": "None", "O": "None",
}  # fmt: skip
EFF_OPEN = EFF_STANDARD | {"G": "E-2", "H": "expedited", "L": "None", "M": "None"}
EFF_PAYMENT = EFF_STANDARD | {"G": "E-3", "H": "payment", "I": "court", "K": "None", "M": "None", "N": "2026/07/20"}
EFF_D_CLEAN = [EFF_STANDARD, EFF_OPEN, EFF_PAYMENT]

GRV_D_ORAL = WHO | {
    "F": "2026/07/01", "G": "None", "H": "Oral", "I": "None", "J": "Standard", "K": "No", "L": "The pharmacy was closed",
    "M": "Pharmacy access", "N": "2026/07/10", "O": "10:00:00", "P": "None", "Q": "None", "R": "Another was found",
    "S": "Resolved", "T": "None",
}  # fmt: skip
GRV_D_NO_TIME = GRV_D_ORAL | {"O": "None", "K": "Yes"}
GRV_D_WRITTEN = GRV_D_ORAL | {"H": "Written", "N": "None", "O": "None", "P": "2026/07/12", "Q": "16:00:00"}
GRV_D_EXPEDITED = GRV_D_ORAL | {"J": "Expedited", "G": "09:00:00", "N": "2026/07/02", "O": "08:00:00"}
GRV_D_DISMISSED = GRV_D_ORAL | {"N": "None", "O": "None", "S": "Dismissed"}
GRV_D_CLEAN = [GRV_D_ORAL, GRV_D_NO_TIME, GRV_D_WRITTEN, GRV_D_EXPEDITED, GRV_D_DISMISSED]

SNPE_TWO = WHO | {
    "F": "D-SNP", "G": "2024/01/01", "H": "2024/02/15", "I": "2026/02/05", "J": "2025/02/10", "K": "None",
    "L": "2024/03/10", "M": "2026/03/01", "N": "Assigned", "O": "high", "P": "No", "Q": "None",
}  # fmt: skip
SNPE_ONE = SNPE_TWO | {"C": "2EG4TE5MK73", "I": "2024/02/15", "J": "None", "M": "2024/03/10"}
SNPE_SECOND = SNPE_TWO | {"C": "3EG4TE5MK73", "J": "2024/02/15"}
SNPE_NONE = SNPE_TWO | {"C": "4EG4TE5MK73", "H": "None", "I": "None", "J": "None", "K": "unable to reach", "L": "None",
                        "M": "None", "N": "None", "O": "None"}  # fmt: skip
SNPE_INITIAL_UNKNOWN = SNPE_TWO | {"C": "5EG4TE5MK73", "H": "None"}
SNPE_CLEAN = [SNPE_TWO, SNPE_ONE, SNPE_SECOND, SNPE_NONE, SNPE_INITIAL_UNKNOWN]

CLEAN = {"CD": CD_CLEAN, "RD": RD_CLEAN, "CDER": CDER_CLEAN, "PYMT_D": PYMT_D_CLEAN, "EFF_D": EFF_D_CLEAN,
         "GRV_D": GRV_D_CLEAN, "SNPE": SNPE_CLEAN}  # fmt: skip
