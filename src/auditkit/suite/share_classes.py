"""The classes of a share edition."""

CLASSES = {
    "shared": "for boards, delegates, the ombudsman and meetings with the state",
    "public": "for the plan's website; without findings, rows of extracts and reports owed to CMS and the state",
}
