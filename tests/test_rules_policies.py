"""Policies: the defaults of what the law leaves open, and refusals."""

import pytest

from auditkit.errors import InputError
from auditkit.rules.policies import load_policies, resolve_policies


def test_defaults():
    """The strict reading where one is named; no pass mark is claimed as CMS's."""
    assert resolve_policies({}) == {
        "unknown_prior_authorization": "subject",
        "approval_stop": "first_notice",
        "denial_stop": "written_or_confirmed_oral",
        "dismissals": "reported",
        "extension_notice_not_in_layout": "accepted",
        "aip_payment_reconsideration_days": 30,
        "medicaid_grievance_days": 30,
        "state_more_protective": "no",
        "timely_target_percent": "none",
        "small_cell_threshold": 11,
        "retention_years": 10,
        "final_contract_year": 2030,
        "concurrent_review": "excluded",
        "medicaid_benefit": "included",
        "snp_review_months": 12,
        "hra_outreach_attempts": 3,
        "audit_sample_seed": 2026,
        "audit_targeting": "by_element",
        "aip_table": "on_request",
        "prior_authorization_year": "received",
        "prior_authorization_base": "decided",
        "prior_authorization_partial": "denied",
        "approved_after_appeal": "appeals",
        "prior_authorization_sides": "by_benefit",
        "mcpar_primary_payer": "not_medicare",
        "medicaid_appeal_days": 30,
        "assessment_after_break": "restart",
        "incident_investigation_hours": "not_set",
        "incident_resolution_days": "not_set",
        "incident_corrective_action": "not_set",
    }


def test_a_choice_replaces_its_default_and_nothing_else():
    settled = resolve_policies({"aip_payment_reconsideration_days": "60", "timely_target_percent": "95"})
    changed = {name: value for name, value in settled.items() if value != resolve_policies({})[name]}
    assert changed == {"aip_payment_reconsideration_days": 60, "timely_target_percent": 95}


@pytest.mark.parametrize("name, value, sentence", [
    ("aproval_stop", "first_notice", "There is no policy named aproval_stop; did you mean approval_stop."),
    ("pass", "95", "There is no policy named pass; the policies are unknown_prior_authorization,"),
    ("approval_stop", "oral", "Policy approval_stop must be first_notice or written_notice, not 'oral'."),
    ("aip_payment_reconsideration_days", "45",
     "Policy aip_payment_reconsideration_days must be 30 or 60, not '45'."),
    # 42 CFR 438.408(b)(1): 90 days is the ceiling.
    ("medicaid_grievance_days", "91", "must be a whole number from 30 to 90, not '91'."),
    ("timely_target_percent", "0", "must be none or a whole number from 1 to 100, not '0'."),
    ("timely_target_percent", "95%", "must be none or a whole number from 1 to 100, not '95%'."),
    # A count of 10 is one that CMS does not show.
    ("small_cell_threshold", "10", "must be a whole number from 11 to 100, not '10'."),
    ("retention_years", "7", "must be a whole number from 10 to 99, not '7'."),
])
def test_an_unknown_name_or_value_is_refused_with_what_is_allowed(name, value, sentence):
    with pytest.raises(InputError) as refusal:
        resolve_policies({name: value})
    assert sentence in str(refusal.value)


POLICY = """\
policies:
  - name: a_policy
    meaning: what it decides
    default: here
    values: {here: it is here, there: it is there}
    why: the law is silent
    cite: none
    used_in: [a test]
"""


@pytest.mark.parametrize("old, new, reason", [
    ("default: here", "default: nowhere", "policy a_policy: 'default' must be here or there"),
    ("    values: {here: it is here, there: it is there}\n", "", "'values' or 'numbers' is needed"),
    ("    values: {here: it is here, there: it is there}\n", "    numbers: {least: 9, most: 1}\n",
     "numbers: 'most' is smaller than 'least'."),
    ("why:", "reason:", "'reason' is not a name known here"),
    (POLICY, POLICY + POLICY.removeprefix("policies:\n"), "policy a_policy: it stands there twice"),
    (POLICY, "policies:\n", "a list named 'policies' is needed"),
])
def test_a_malformed_policy_file_is_refused(tmp_path, old, new, reason):
    assert old in POLICY
    path = tmp_path / "policies.yaml"
    path.write_text(POLICY.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError) as refusal:
        load_policies(path)
    assert str(refusal.value).startswith(str(path)) and reason in str(refusal.value)
