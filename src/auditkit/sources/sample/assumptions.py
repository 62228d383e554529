"""Every number the sample plan is made from, in one place.

They are invented, of an order of magnitude such plans know, and chosen so that every kind of case
occurs; none is a fact about a real plan. Shares are of the group named in the comment. Limits of
the regulation do not stand here: they are read from the timeframe rules.
"""

from datetime import date

from auditkit.sources.moments import day_number

TIME_ZONE = "America/New_York"
FIRST_DAY = day_number(date(2025, 7, 1))
LAST_DAY = day_number(date(2026, 9, 30))
"""First and last day on which something is received; nothing is recorded after the last."""

# --- members -------------------------------------------------------------------------------------
PROGRAM_SHARES = {"one_care": 0.40, "sco": 0.50, "sco_medicaid": 0.10}
CONTRACTS = {"one_care": "H9901", "sco": "H9902", "sco_medicaid": "H9903"}
"""Invented contract numbers (H99xx). H9903 stands for the MassHealth-only line, which has none of CMS's."""
PBP_TWO_SHARE = 0.30  # of SCO members: benefit package 002 instead of 001
ALREADY_ENROLLED_SHARE = 0.72  # enrolled before the first day; the others join during the window
LEAVES_SHARE = 0.10  # of members: the last span ends inside the window
GAP_SHARE = 0.03  # of members: two spans with months between
PBP_MOVE_SHARE = 0.04  # of SCO members: change of benefit package on a first of January
LEAVING_REASONS = {"voluntary": 0.52, "death": 0.28, "moved": 0.12, "lost_eligibility": 0.08}

# --- cases a member-year, and what share of them is what ---------------------------------------------
AUTHORIZATIONS_A_MEMBER_YEAR = 0.90
CLAIMS_A_MEMBER_YEAR = 1.20  # out-of-network, reimbursement and a part of the contracted claims
GRIEVANCES_A_MEMBER_YEAR = 0.14
REDUCTIONS_A_MEMBER_YEAR = 0.03
COVERAGE_DETERMINATIONS_A_MEMBER_YEAR = 0.25
INCIDENTS_A_MEMBER_YEAR = 0.02

DELEGATE_SHARES = {"": 0.78, "Harborview Physicians IPA": 0.12, "Commonwealth Behavioral Partners": 0.10}
PBM = "Northgate Rx"
CONCURRENT_SHARE = 0.07
PART_B_SHARE = 0.06
EXPEDITED_SHARE = 0.13
REFUSED_EXPEDITE_SHARE = 0.02  # of standard cases: expedited was asked for
EXTENSION_SHARE = 0.04
WITHDRAWN_SHARE = 0.015
LATER_AOR_SHARE = 0.25  # of representatives: the appointment arrives after the request
MISSING_AOR_DISMISSAL_SHARE = 0.5  # of a representative's dismissals: no appointment ever came
PRIOR_AUTHORIZATION = {"Y": 0.60, "N": 0.08, None: 0.32}
MEDICAID_BENEFIT_SHARE = 0.30  # of members with both: the item belongs to MassHealth

REQUESTERS = {
    "contract_provider": 0.63,
    "noncontract_provider": 0.09,
    "enrollee": 0.22,
    "enrollee_representative": 0.06,
}
DETERMINATIONS = {"approved": 0.865, "denied": 0.085, "partially_denied": 0.025, "dismissed": 0.025}
MEDICAL_NECESSITY_SHARE = 0.70  # of denials

APPEALED_SHARE = 0.12  # of denied and partially denied authorizations
CLAIM_APPEALED_SHARE = 0.04  # of denied noncontract claims and reimbursements
APPEAL_DETERMINATIONS = {"approved": 0.52, "denied": 0.31, "partially_denied": 0.08, "dismissed": 0.09}
APPEAL_REQUESTERS = {
    "enrollee": 0.52,
    "enrollee_representative": 0.22,
    "contract_provider": 0.16,
    "noncontract_provider": 0.10,
}
IRE_OUTCOMES = {
    "upheld": 0.72,
    "overturned": 0.14,
    "partially_overturned": 0.05,
    "dismissed": 0.06,
    "withdrawn": 0.03,
}
FAIR_HEARING_SHARE = 0.45  # of denied appeals about MassHealth benefits
FAIR_HEARING_OUTCOMES = {
    "upheld": 0.55,
    "overturned": 0.22,
    "partially_overturned": 0.06,
    "dismissed": 0.10,
    "withdrawn": 0.07,
}
HIGHER_OVERTURN_SHARE = 0.06  # of cases the IRE upheld: an administrative law judge or the Council reverses

CLAIM_SHARES = {"contract": 0.52, "noncontract": 0.41, "reimbursement": 0.07}
CLEAN_SHARE = 0.86
CLAIM_DETERMINATIONS = {"approved": 0.86, "denied": 0.11, "partially_denied": 0.02, "dismissed": 0.01}

GRIEVANCE_EXPEDITED_SHARE = 0.04
GRIEVANCE_WRITTEN_SHARE = 0.28
QUALITY_OF_CARE_SHARE = 0.09
PART_D_GRIEVANCE_SHARE = 0.11

# --- what the periodic reports ask for beyond the case itself -----------------------------------------
BOTH_PAYERS_SHARE = 0.05  # of appeals: Medicare and MassHealth both pay for the item
SECOND_CODE_SHARE = 0.15  # of appeals and grievances: about a second kind of service or reason
NOT_NECESSITY_REASONS = {"not_covered": 0.5, "out_of_network": 0.2, "administrative": 0.3}
APPEAL_REASONS = {
    "denial_or_limited_authorization": 0.90,
    "reduction_suspension_termination": 0.05,
    "service_not_timely": 0.03,
    "decision_not_timely": 0.02,
}
CLAIM_APPEAL_REASONS = {"payment_denial": 0.92, "financial_liability": 0.08}
CLAIM_SERVICES = {
    "general_outpatient": 0.40,
    "emergency": 0.20,
    "general_inpatient": 0.15,
    "skilled_nursing": 0.10,
    "outpatient_behavioral_health": 0.10,
    "other": 0.05,
}
GRIEVANCE_SERVICES = {
    "general_outpatient": 0.30,
    "transportation": 0.18,
    "ltss": 0.14,
    "outpatient_behavioral_health": 0.10,
    "equipment": 0.08,
    "dental": 0.07,
    "general_inpatient": 0.05,
    "skilled_nursing": 0.04,
    "emergency": 0.02,
    "other": 0.02,
}
AID_PENDING_SHARE = 0.55  # of appeals against a reduction; 0.05 of the others
ACCOMMODATION_SHARE = 0.02  # of grievances outside the category Accessibility
RATING_CATEGORIES = {"C1": 0.42, "C2A": 0.16, "C2B": 0.14, "C3A": 0.18, "C3B": 0.06, "C4": 0.04}
"""Of One Care members. For SCO no rating category is given: those of 2026 were not located."""

LTSS_SHARE = {"one_care": 0.20, "sco": 0.30, "sco_medicaid": 0.30}  # of members
LTSS_SECOND_SHARE = 0.35  # of them: a second service
LTSS_SERVICES = {
    "personal_care": 0.30,
    "homemaker": 0.28,
    "home_health_aide": 0.13,
    "adult_day_health": 0.13,
    "nursing_facility": 0.07,
    "habilitation": 0.05,
    "other": 0.04,
}
REOPENINGS_A_MEMBER = 0.003
ASSESSMENT_FATES = {"on_time": 0.76, "late": 0.06, "refused": 0.06, "unable_to_reach": 0.12}
"""Of comprehensive assessments and MDS-HC that come due while the member is enrolled."""
NOT_SUBMITTED_SHARE = 0.03  # of completed MDS-HC
CORRECTIVE_ACTION_SHARE = 0.5  # of substantiated incidents
REFUSED_COORDINATOR_SHARE = 0.5  # of members with LTSS need and no coordinator: offered, and refused

# --- when things arrive ---------------------------------------------------------------------------------
WEEKDAY_WEIGHTS = (1.18, 1.08, 1.02, 1.00, 0.97, 0.17, 0.11)  # Monday to Sunday
MONTH_END_WEIGHT = 1.30  # on the last three days of a month
HOUR_WEIGHTS = (
    2,
    1,
    1,
    1,
    1,
    3,
    8,
    22,
    62,
    95,
    105,
    100,
    72,
    88,
    100,
    98,
    84,
    48,
    22,
    14,
    10,
    8,
    5,
    3,
)
"""Relative volume by hour of day, from midnight."""

# --- seeded faults -----------------------------------------------------------------------------------------
BOUNDARY_CASES_EACH = 4
"""Cases one unit inside, on, and one unit past every limit: so many of each, in a plan of any size."""

LEAST_OF_A_DEFECT = 4
DEFECTS_PER_10_000 = {
    # share of the rows of the table that carries them
    "wrong_mbi": 5,
    "pbp_leading_zeros_lost": 4,
    "determination_before_receipt": 5,
    "notice_before_determination": 5,
    "missing_written_notice": 4,
    "missing_aor": 3,
    "required_missing": 4,
    "unknown_code": 5,
    "unknown_flag": 3,
    "unreadable_time": 3,
    "control_character": 4,
    "tab_in_text": 3,
    "unknown_member": 4,
    "not_enrolled": 4,
    "duplicate_in_extract": 5,
    "duplicate_plan_and_delegate": 4,
    "excel_serial_date": 40,
    "locale_date": 40,
    "member_id_zeros_lost": 40,  # of the delegate's spreadsheet
    "denied_not_forwarded": 100,
    "approved_forwarded": 60,
    "approved_not_effectuated": 100,
    "appeal_before_denial": 60,
    "paid_for_denied_authorization": 2,
    "approved_not_paid": 3,
    "written_answer_missing": 20,
    "effectuation_without_overturn": 400,
    "approval_not_entered": 15,
    "statement_before_request": 15,
    "exception_without_an_end": 15,
    "forwarded_without_a_date": 10,
    "upheld_without_a_notice": 100,
}
