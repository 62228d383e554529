"""Each policy the law leaves open: what it changes, and its default."""

from worked import members, source_table, universe_table

from auditkit.clocks import source_verdicts, universe_verdicts

APPEAL = {"case_id": "R1", "member_id": "M1", "appeal_type": "payment", "part_b_drug": "N", "requester": "enrollee",
          "priority": "standard", "status": "decided", "determination": "approved",
          "received_at": "2026-07-01 10:00:00", "paid_at": "2026-08-15 10:00:00"}  # fmt: skip


def od(row, program="one_care", **policies):
    return universe_verdicts("OD", universe_table("OD", [row]), program, policies).iloc[0]


def test_an_item_nobody_classified_counts_as_prior_authorization():
    row = {"H": "2026-07-01", "T": "2026-07-15"}
    assert (od(row)["rule"], od(row)["verdict"]) == ("AIP-IOD-STD-PA", "late")
    other = od(row, unknown_prior_authorization="not_subject")
    assert (other["rule"], other["verdict"], other["margin"]) == ("AIP-IOD-STD-NOPA", "timely", 0)
    plain = od(row, "ma", unknown_prior_authorization="not_subject")
    assert (plain["rule"], plain["verdict"], plain["margin"]) == ("C-OD-STD-NOPA", "timely", 0)


def test_an_approvals_clock_may_be_stopped_by_the_written_notice_only():
    row = {"H": "2026-07-01", "R": "2026-07-08", "T": "2026-07-09"}
    assert od(row)["verdict"] == "timely"
    assert od(row, approval_stop="written_notice")["verdict"] == "late"


def test_a_denials_clock_may_be_stopped_by_any_first_notice():
    row = {"H": "2026-07-01", "M": "Denied", "R": "2026-07-08", "T": "2026-07-09"}
    assert od(row)["verdict"] == "late"
    assert od(row, denial_stop="first_notice")["verdict"] == "timely"


def test_a_layout_has_no_column_for_the_extension_notice():
    row = {"H": "2026-07-01", "O": "Y", "T": "2026-07-22"}
    assert od(row)["verdict"] == "timely"
    refused = od(row, extension_notice_not_in_layout="refused")
    assert (refused["verdict"], refused["extension"]) == ("late", "notice not shown")


def test_the_payment_appeal_limit_of_an_integrated_plan_is_thirty_or_sixty_days():
    # July 1 to August 15 is 45 days.
    def verdict(**policies):
        sources = {"appeals": source_table("appeals", [APPEAL]), "members": members()}
        return source_verdicts("appeals", sources, policies).iloc[0]["verdict"]

    assert verdict() == "late"
    assert verdict(aip_payment_reconsideration_days="60") == "timely"


def test_the_state_may_leave_no_room_for_an_extension():
    # 130 CMR 508.012(A): 30 days including any extension. July 1 + 30 = July 31; the letter went out on August 10.
    row = APPEAL | {"appeal_type": "pre_service", "extension_taken": "Y", "extension_notice_at": "2026-07-20 10:00:00",
                    "written_notified_at": "2026-08-10 10:00:00"}  # fmt: skip
    sources = {"appeals": source_table("appeals", [row]), "members": members()}
    federal = source_verdicts("appeals", sources).set_index("clock").loc["decision"]
    assert (federal["rule"], federal["verdict"], federal["deadline"]) == ("AIP-REC-STD", "timely", "2026/08/14")
    state = source_verdicts("appeals", sources, {"state_more_protective": "yes"}).set_index("clock").loc["decision"]
    assert (state["rule"], state["verdict"], state["margin"]) == ("MA-508-APPEAL-STD", "late", -10)
