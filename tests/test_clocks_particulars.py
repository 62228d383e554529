"""What a clock does where a careless one goes wrong: missing times, AOR, extensions, open cases."""

from datetime import date

from worked import members, source_table, universe_table

from auditkit.clocks import source_verdicts, universe_verdicts

OD = {"case_id": "A1", "member_id": "M1", "request_type": "pre_service", "part_b_drug": "N", "requester": "enrollee",
      "priority": "standard", "status": "decided", "determination": "approved"}  # fmt: skip
APPEAL = {"case_id": "R1", "member_id": "M1", "appeal_type": "pre_service", "part_b_drug": "N",
          "requester": "enrollee", "priority": "standard", "status": "decided", "determination": "approved"}  # fmt: skip


def read(row, table="authorizations", as_of=None, **policies):
    """The verdicts of one case, by clock."""
    frame = source_verdicts(table, {table: source_table(table, [row]), "members": members()}, policies, as_of)
    return {clock["clock"]: clock for _, clock in frame.iterrows()}


def test_an_hour_clock_without_a_time_of_day_is_not_testable():
    # Received on July 1 at an unknown hour, told on July 3 at 09:00: 72 hours may or may not be over.
    clock = read(OD | {"priority": "expedited", "received_at": "2026-07-01",
                       "oral_notified_at": "2026-07-03 09:00:00"})["decision"]  # fmt: skip
    assert clock["verdict"] == "not_testable"
    assert "time of day at its start" in clock["reason"]


def test_the_dates_alone_may_show_it_is_late_and_that_is_said_not_counted():
    # July 1 to July 20 is far past 72 hours at any hour; still reported as not testable, with the remark.
    clock = read(OD | {"priority": "expedited", "received_at": "2026-07-01",
                       "oral_notified_at": "2026-07-20 09:00:00"})["decision"]  # fmt: skip
    assert clock["verdict"] == "not_testable"
    assert "dates alone" in clock["reason"]


def test_a_day_clock_needs_no_time():
    clock = read(OD | {"received_at": "2026-07-01", "written_notified_at": "2026-07-08"})["decision"]
    assert (clock["verdict"], clock["deadline"], clock["margin"]) == ("timely", "2026/07/08", 0)


def test_a_representatives_clock_starts_when_the_appointment_arrives():
    # 422.633 with 422.561: asked July 1, AOR July 6; 7 days run from July 6 to July 13.
    row = OD | {"requester": "enrollee_representative", "received_at": "2026-07-01 10:00:00",
                "aor_received_at": "2026-07-06 10:00:00", "written_notified_at": "2026-07-13 10:00:00"}  # fmt: skip
    clock = read(row)["decision"]
    assert (clock["start_reason"], clock["verdict"], clock["margin"]) == ("AOR", "timely", 0)


def test_an_appointment_on_file_before_the_request_does_not_move_the_start():
    row = OD | {"requester": "enrollee_representative", "received_at": "2026-07-01 10:00:00",
                "aor_received_at": "2026-06-01 10:00:00", "written_notified_at": "2026-07-09 10:00:00"}  # fmt: skip
    clock = read(row)["decision"]
    assert (clock["start_reason"], clock["verdict"], clock["margin"]) == ("receipt", "late", -1)


def test_an_appointment_without_a_representative_changes_nothing():
    row = OD | {"received_at": "2026-07-01 10:00:00", "aor_received_at": "2026-07-06 10:00:00",
                "written_notified_at": "2026-07-09 10:00:00"}  # fmt: skip
    assert read(row)["decision"]["verdict"] == "late"


def test_an_extension_with_notice_adds_fourteen_days():
    # 7 + 14: July 1 to July 22.
    row = OD | {"received_at": "2026-07-01 10:00:00", "extension_taken": "Y",
                "extension_notice_at": "2026-07-08 10:00:00", "written_notified_at": "2026-07-22 10:00:00"}  # fmt: skip
    clock = read(row)["decision"]
    assert (clock["verdict"], clock["extension"], clock["deadline"]) == ("timely", "taken, 14 calendar days",
                                                                         "2026/07/22")  # fmt: skip


def test_an_extension_without_notice_is_none():
    row = OD | {"received_at": "2026-07-01 10:00:00", "extension_taken": "Y",
                "written_notified_at": "2026-07-09 10:00:00"}  # fmt: skip
    clock = read(row)["decision"]
    assert (clock["verdict"], clock["extension"], clock["deadline"]) == ("late", "no notice", "2026/07/08")


def test_an_extension_notice_after_the_first_deadline_is_too_late():
    row = OD | {"received_at": "2026-07-01 10:00:00", "extension_taken": "Y",
                "extension_notice_at": "2026-07-09 10:00:00", "written_notified_at": "2026-07-10 10:00:00"}  # fmt: skip
    assert read(row)["decision"]["extension"] == "late notice"


def test_an_expedited_extension_is_72_hours_and_14_days():
    row = OD | {"priority": "expedited", "received_at": "2026-07-01 10:00:00", "extension_taken": "Y",
                "extension_notice_at": "2026-07-02 10:00:00", "oral_notified_at": "2026-07-18 10:00:00"}  # fmt: skip
    clock = read(row)["decision"]
    assert (clock["verdict"], clock["deadline"]) == ("timely", "2026/07/18 10:00:00")


def test_a_part_b_drug_clock_is_never_extended():
    row = OD | {"part_b_drug": "Y", "received_at": "2026-07-01 10:00:00", "extension_taken": "Y",
                "extension_notice_at": "2026-07-02 10:00:00", "written_notified_at": "2026-07-05 10:00:00"}  # fmt: skip
    clock = read(row)["decision"]
    assert (clock["verdict"], clock["extension"]) == ("late", "not permitted")


def test_an_approval_stops_at_the_first_notice_a_denial_at_the_written_one():
    told = {"received_at": "2026-07-01 10:00:00", "oral_notified_at": "2026-07-07 10:00:00",
            "written_notified_at": "2026-07-09 10:00:00"}  # fmt: skip
    assert read(OD | told)["decision"]["verdict"] == "timely"
    denied = read(OD | told | {"determination": "denied"})["decision"]
    assert (denied["verdict"], denied["stop_reason"]) == ("late", "written notice")


def test_an_expedited_denial_told_orally_and_confirmed_within_three_days_stops_at_the_oral_notice():
    # 422.572(c): told July 4 at 09:00, one hour before the 72 hours end; letter July 7.
    row = OD | {"priority": "expedited", "determination": "denied", "received_at": "2026-07-01 10:00:00",
                "oral_notified_at": "2026-07-04 09:00:00", "written_notified_at": "2026-07-07 12:00:00"}  # fmt: skip
    clocks = read(row)
    assert (clocks["decision"]["verdict"], clocks["decision"]["margin"]) == ("timely", 1)
    assert (clocks["written confirmation"]["verdict"], clocks["written confirmation"]["margin"]) == ("timely", 0)
    # a day later the letter confirms nothing: both clocks are late
    clocks = read(row | {"written_notified_at": "2026-07-08 12:00:00"})
    assert clocks["decision"]["verdict"] == clocks["written confirmation"]["verdict"] == "late"


def test_a_partial_denial_is_a_denial():
    row = OD | {"determination": "partially_denied", "received_at": "2026-07-01 10:00:00",
                "oral_notified_at": "2026-07-07 10:00:00", "written_notified_at": "2026-07-09 10:00:00"}  # fmt: skip
    assert read(row)["decision"]["verdict"] == "late"


def test_a_dismissal_is_reported_not_failed():
    row = OD | {"determination": "dismissed", "received_at": "2026-07-01 10:00:00",
                "written_notified_at": "2026-08-09 10:00:00"}  # fmt: skip
    assert read(row)["decision"]["verdict"] == "not_applicable"
    assert read(row, dismissals="tested")["decision"]["verdict"] == "late"


def test_an_open_case_is_late_once_its_deadline_has_passed():
    row = OD | {"status": "pending", "determination": None, "received_at": "2026-07-01 10:00:00"}
    assert read(row)["decision"]["verdict"] == "pending"
    assert read(row, as_of=date(2026, 7, 8))["decision"]["verdict"] == "pending"
    assert read(row, as_of=date(2026, 7, 9))["decision"]["verdict"] == "late"


def test_a_notice_before_the_request_is_no_timely_notice():
    row = OD | {"received_at": "2026-07-10 10:00:00", "written_notified_at": "2026-07-09 10:00:00"}
    clock = read(row)["decision"]
    assert (clock["verdict"], clock["reason"]) == ("not_testable", "the stop lies before the receipt of the request")


def test_advance_notice_is_at_least_ten_days():
    row = {"case_id": "T1", "member_id": "M1", "action": "termination", "decided_at": "2026-07-01 10:00:00",
           "notice_sent_at": "2026-07-01 10:00:00"}  # fmt: skip
    for effective, verdict in (("2026-07-10", "late"), ("2026-07-11", "timely"), ("2026-07-12", "timely")):
        assert read(row | {"effective_date": effective}, "reductions")["advance notice"]["verdict"] == verdict
    medicaid = read(row | {"member_id": "M2", "effective_date": "2026-07-10"}, "reductions")["advance notice"]
    assert (medicaid["rule"], medicaid["verdict"]) == ("M-TSR-10D", "late")


def test_an_exception_to_advance_notice_is_named():
    row = {"case_id": "T1", "member_id": "M1", "action": "termination", "decided_at": "2026-07-01 10:00:00",
           "notice_sent_at": "2026-07-01 10:00:00", "effective_date": "2026-07-02", "exception": "431.213"}  # fmt: skip
    clock = read(row, "reductions")["advance notice"]
    assert (clock["verdict"], clock["reason"]) == ("not_applicable", "exception to advance notice, 42 CFR 431.213")


def test_a_written_grievance_is_answered_in_writing():
    row = {"case_id": "V1", "member_id": "M1", "part": "C", "received_how": "written", "filed_by": "enrollee",
           "priority": "standard", "quality_of_care": "N", "status": "resolved", "received_at": "2026-07-01 10:00:00",
           "oral_notified_at": "2026-07-20 10:00:00", "written_notified_at": "2026-08-01 10:00:00"}  # fmt: skip
    assert read(row, "grievances")["resolution"]["verdict"] == "late"
    assert read(row | {"received_how": "oral"}, "grievances")["resolution"]["verdict"] == "timely"
    assert read(row | {"received_how": "oral", "quality_of_care": "Y"}, "grievances")["resolution"]["verdict"] == "late"


def test_a_noncontract_provider_payment_appeal_starts_at_the_waiver_of_liability():
    row = APPEAL | {"appeal_type": "payment", "requester": "noncontract_provider", "received_at": "2026-07-01 10:00:00",
                    "waiver_received_at": "2026-07-15 10:00:00", "paid_at": "2026-08-14 10:00:00"}  # fmt: skip
    clock = read(row, "appeals")["decision"]
    assert (clock["start_reason"], clock["verdict"], clock["margin"]) == ("waiver of liability", "timely", 0)


def test_a_medicaid_benefit_does_not_go_to_the_ire():
    row = APPEAL | {"determination": "denied", "benefit": "medicaid", "received_at": "2026-07-01 10:00:00",
                    "written_notified_at": "2026-07-15 10:00:00"}  # fmt: skip
    assert set(read(row, "appeals")) == {"decision"}


def test_an_unreadable_cell_is_not_guessed():
    # The notice date of this row could not be read: the clock says so instead of calling the case open.
    typed = universe_table("OD", [{"H": "2026-07-01", "T": "None"}])
    position = typed.schema.get_field_index("T_bad")
    typed = typed.set_column(position, "T_bad", [[1]])
    clock = universe_verdicts("OD", typed, "one_care").iloc[0]
    assert (clock["verdict"], clock["reason"]) == ("not_testable", "a cell that may stop the clock cannot be read")


def test_a_row_no_rule_fits_is_not_testable():
    clock = universe_verdicts("OD", universe_table("OD", [{"H": "2026-07-01", "N": "X"}]), "one_care").iloc[0]
    assert (clock["rule"], clock["verdict"]) == ("", "not_testable")


def test_an_approved_appeal_is_carried_out_by_the_end_of_its_extension():
    # 42 CFR 422.618(a)(1), 422.619(a): July 1 + 30 + 14 days = Aug 14; July 1 10:00 + 72 h + 14 days = July 18 10:00.
    extended = {"M": "Approved", "O": "Y"}
    standard = extended | {"N": "S", "J": "N", "H": "2026-07-01", "T": "2026-08-14"}
    expedited = extended | {"N": "E", "J": "N", "H": "2026-07-01 10:00:00", "T": "2026-07-18 09:00:00"}
    rows = [standard | {"V": "2026-08-14"}, standard | {"V": "2026-08-15"},
            expedited | {"V": "2026-07-18 10:00:00"}, expedited | {"V": "2026-07-18 10:00:01"}]  # fmt: skip
    clocks = universe_verdicts("RECON", universe_table("RECON", rows), "ma")
    carried_out = clocks[clocks["clock"] == "effectuation"].sort_values("row")
    assert list(carried_out["verdict"]) == ["timely", "late", "timely", "late"]


def test_a_part_b_drug_won_on_appeal_is_carried_out_in_the_time_of_the_decision():
    # 42 CFR 422.590(c), (e)(2): 7 days for a standard one, 72 hours for an expedited one, never extended.
    won = {"M": "Approved", "J": "Y", "O": "Y"}
    standard = won | {"N": "S", "H": "2026-07-01", "T": "2026-07-08"}
    expedited = won | {"N": "E", "H": "2026-07-01 10:00:00", "T": "2026-07-04 10:00:00"}
    rows = [standard | {"V": "2026-07-08"}, standard | {"V": "2026-07-09"},
            expedited | {"V": "2026-07-04 10:00:00"}, expedited | {"V": "2026-07-04 10:00:01"}]  # fmt: skip
    clocks = universe_verdicts("RECON", universe_table("RECON", rows), "ma")
    carried_out = clocks[clocks["clock"] == "effectuation"].sort_values("row")
    assert list(carried_out["verdict"]) == ["timely", "late", "timely", "late"]
