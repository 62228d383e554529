"""The clocks a second time, in the most obvious way: one case, one function, datetimes.

Written from 42 CFR 422, 423 and 438 and not from the SQL; slow on purpose. The parity tests
hold every engine to it.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("America/New_York")
AIP, MEDICAID = "AIP", "MEDICAID_438"
UNTIMELY = "IRE forwarding of an untimely case"


def moment(row, name):
    """(date, aware datetime or None) of a moment; None when it is absent."""
    text, clock = row.get(f"{name}_date"), row.get(f"{name}_time")
    if text is None:
        return None
    day = date(*map(int, text.split("/")))
    if clock is None:
        return day, None
    return day, datetime.combine(day, time(*map(int, clock.split(":"))), ZONE)


def seconds(later, earlier):
    return later.timestamp() - earlier.timestamp()


def receipt(row, paper):
    """The later of the request and the paper (AOR, waiver of liability) it needs."""
    received = moment(row, "received_at")
    needed = moment(row, paper) if paper else None
    if needed is None or needed[0] < received[0]:
        return received
    if needed[0] > received[0]:
        return needed
    if needed[1] is None or received[1] is None:
        return received[0], None
    return max(received, needed, key=lambda m: m[1].timestamp())


def first(*notices):
    """The earlier notice; on one day the one whose time is known and earlier."""
    given = [n for n in notices if n]
    if not given:
        return None
    day = min(n[0] for n in given)
    same = [n for n in given if n[0] == day]
    timed = [n for n in same if n[1]]
    return min(timed, key=lambda n: n[1].timestamp()) if timed else same[0]


def granted(row, start, days=None, hours=None, extension=0):
    """Days by which a timely notice extended the limit; None when its time is missing and matters."""
    notice = moment(row, "extension_notice_at")
    if row.get("extension_taken") != "Y" or not extension or notice is None:
        return 0
    if days is not None:
        return extension if notice[0] <= start[0] + timedelta(days=days) else 0
    if notice[1] is None or start[1] is None:
        return None
    return extension if seconds(notice[1], start[1]) <= hours * 3600 else 0


def judge(row, start, stop, as_of, days=None, hours=None, extension=0):
    """timely, late, pending or not_testable for one clock that must stop at or before its deadline."""
    if start is None:
        return "not_testable"
    found = granted(row, start, days, hours, extension)
    extended = found or 0
    if hours is not None and start[1] is None:
        return "not_testable"
    if stop is None:
        if as_of is None:
            return "pending"
        if days is not None:
            return "late" if as_of > start[0] + timedelta(days=days + extended) else "pending"
        end = datetime.combine(as_of, time(23, 59, 59), ZONE)
        return "late" if seconds(end, start[1]) > hours * 3600 + extended * 86400 else "pending"
    received = moment(row, "received_at") or moment(row, "overturn_received_at")
    if hours is not None and stop[1] is None:
        return "not_testable"
    if stop[0] < received[0] or (stop[1] and received[1] and seconds(stop[1], received[1]) < 0):
        return "not_testable"
    if days is not None:
        return "timely" if stop[0] <= start[0] + timedelta(days=days + extended) else "late"
    used = seconds(stop[1], start[1])
    if used <= hours * 3600 + extended * 86400:
        return "timely"
    if found is None and used <= hours * 3600 + extension * 86400:
        return "not_testable"
    return "late"


def end_of(day):
    return datetime.combine(day, time(23, 59, 59), ZONE)


def forwarded(row, start, as_of, days=None, hours=None, extension=0):
    """Forwarding of a case whose time ran out: 24 hours from the second, or the end of the day, it ran out."""
    stop = moment(row, "ire_forwarded_at")
    extra = granted(row, start, days, hours, extension) or 0
    if days is not None:
        deadline = end_of(start[0] + timedelta(days=days + extra)).timestamp() + 24 * 3600
    else:
        deadline = start[1].timestamp() + hours * 3600 + extra * 86400 + 24 * 3600
    if stop is None:
        return "late" if as_of and end_of(as_of).timestamp() > deadline else "pending"
    if stop[0] < moment(row, "received_at")[0]:
        return "not_testable"
    if stop[1]:
        return "timely" if stop[1].timestamp() <= deadline else "late"
    if days is not None and end_of(stop[0]).timestamp() <= deadline:
        return "timely"
    if days is not None and datetime.combine(stop[0], time(0), ZONE).timestamp() > deadline:
        return "late"
    return "not_testable"


def decisive(row):
    """The notice that stops a determination's clock, by its outcome."""
    oral, written = moment(row, "oral_notified_at"), moment(row, "written_notified_at")
    if row["determination"] == "approved":
        return first(oral, written)
    confirmed = oral and written and 0 <= (written[0] - oral[0]).days <= 3
    if row["priority"] == "expedited" and confirmed:
        return first(oral, written)
    return written


def representative(row):
    return "aor_received_at" if row.get("requester") == "enrollee_representative" else None


def authorization(row, line, as_of):
    """Organization determination: 42 CFR 422.631 (AIP), 438.210 (Medicaid)."""
    drug, expedited = row["part_b_drug"] == "Y", row["priority"] == "expedited"
    received = moment(row, "received_at")[0]
    start = receipt(row, representative(row))
    pending = row["status"] == "pending"
    if line == MEDICAID and drug:
        limit = {"hours": 24}
    elif drug:
        limit = {"hours": 24 if expedited else 72}
    elif expedited:
        limit = {"hours": 72, "extension": 14}
    else:
        subject = line == MEDICAID or row.get("prior_authorization") != "N"
        seven = subject and received >= date(2026, 1, 1)
        limit = {"days": 7 if seven else 14, "extension": 14}
    verdicts = {}
    if not pending and row["determination"] == "dismissed":
        return {"decision": "not_applicable"}
    stop = None if pending else decisive(row)
    verdicts["decision"] = judge(row, start, stop, as_of, **limit)
    oral = moment(row, "oral_notified_at")
    denied = not pending and row["determination"] in ("denied", "partially_denied")
    if line == AIP and expedited and denied and oral:
        plain = {k: v for k, v in row.items() if not k.startswith("extension")}
        verdicts["written confirmation"] = judge(plain, oral, moment(row, "written_notified_at"), as_of, days=3)
    return verdicts


def appeal(row, line, as_of):
    """Reconsideration: 42 CFR 422.633 and 422.634 (AIP), 438.408 and 438.424 (Medicaid)."""
    if row["status"] == "decided" and row["determination"] == "dismissed":
        return {"decision": "not_applicable"}
    pending = row["status"] == "pending"
    denied = not pending and row["determination"] in ("denied", "partially_denied")
    if row["appeal_type"] == "payment":
        paper = representative(row)
        if row["requester"] == "noncontract_provider":
            paper = "waiver_received_at"
        start = receipt(row, paper)
        if line == MEDICAID:
            stop = None if pending else decisive({**row, "priority": "standard"})
        elif pending:
            stop = None
        else:
            stop = moment(row, "ire_forwarded_at" if denied else "paid_at")
        # a payment clock counts days only
        return {"decision": judge(row, start, stop and (stop[0], stop[1] if line == MEDICAID else None), as_of,
                                  days=30, extension=14)}  # fmt: skip
    drug, expedited = row["part_b_drug"] == "Y", row["priority"] == "expedited"
    start = receipt(row, representative(row))
    extension = 0 if drug and line == AIP else 14
    if expedited:
        limit = {"hours": 72, "extension": extension}
    else:
        limit = {"days": 7 if drug and line == AIP else 30, "extension": extension}
    verdicts = {"decision": judge(row, start, None if pending else decisive(row), as_of, **limit)}
    plain = {k: v for k, v in row.items() if not k.startswith("extension")}
    decided, effectuated = moment(row, "decided_at"), moment(row, "effectuated_at")
    if not pending and row["determination"] == "approved":
        verdicts["effectuation"] = judge(plain, decided, effectuated, as_of, hours=72)
        if line == AIP and not expedited:
            verdicts["effectuation from receipt"] = judge(row, start, effectuated, as_of, **limit)
    if denied and line == AIP and row.get("benefit") != "medicaid":
        sent = moment(row, "ire_forwarded_at")
        if expedited:
            verdicts["IRE forwarding"] = judge(plain, decided, sent, as_of, hours=24)
        else:
            verdicts["IRE forwarding"] = judge(row, start, sent, as_of, **limit)
    if expedited and line == AIP and (denied or pending) and row.get("benefit") != "medicaid":
        if verdicts["decision"] == "late":  # 422.634(a)(2) with 422.590(g)
            verdicts[UNTIMELY] = forwarded(row, start, as_of, **limit)
    return verdicts


def grievance(row, line, as_of):
    """Grievance: 42 CFR 422.630 (AIP), 423.564 (Part D), 438.408 with the 30-day policy (Medicaid)."""
    paper = "aor_received_at" if row["filed_by"] == "enrollee_representative" else None
    oral, written = moment(row, "oral_notified_at"), moment(row, "written_notified_at")
    must_write = row["received_how"] == "written" or row["quality_of_care"] == "Y"
    stop = None if row["status"] == "pending" else (written if must_write else first(oral, written))
    start = receipt(row, paper)
    expedited = row["priority"] == "expedited" and not (line == MEDICAID and row["part"] == "C")
    if expedited:
        return {"resolution": judge(row, start, stop, as_of, hours=24)}
    return {"resolution": judge(row, start, stop, as_of, days=30, extension=14)}


def claim(row, line, as_of):
    """Payment: 42 CFR 422.520 (noncontract), 447.45 (Medicaid clean claims)."""
    clean, contracted = row["clean"] == "Y", row["contracted"] == "Y"
    practitioner = clean and row["claim_type"] == "provider_claim"
    if contracted and line == AIP or (line == MEDICAID and not practitioner):
        return {"decision": "not_applicable"}
    names = ("payment", "payment (99 percent)") if line == MEDICAID else ("payment",)
    if line == MEDICAID:
        limits = (30, 90)
    else:
        limits = (30,) if clean and row["claim_type"] == "provider_claim" else (60,)
    if row["status"] == "decided" and row["determination"] == "dismissed":
        return dict.fromkeys(names, "not_applicable")
    if row["status"] == "pending":
        stop = None
    elif row["determination"] == "approved":
        stop = moment(row, "paid_at")
    else:
        notices = [m for m in (moment(row, "enrollee_notified_at"), moment(row, "provider_notified_at")) if m]
        stop = min(notices, key=lambda m: m[0]) if notices else None
    start = moment(row, "received_at")
    stop = stop and (stop[0], None)
    return {n: judge(row, start, stop, as_of, days=d) for n, d in zip(names, limits)}


def effectuation(row, line, as_of):
    """Effectuation of an outside reversal: 42 CFR 422.618(b)-(c), 422.619(b)-(c), 422.634(d), 438.424, and for
    Part D 423.636(b), 423.638(b)."""
    start, stop = moment(row, "overturn_received_at"), moment(row, "effectuated_at")
    expedited, drug = row["priority"] == "expedited", row["part_b_drug"] == "Y"
    by, payment = row["overturned_by"], row["request_kind"] == "payment"
    if row.get("part") == "D" and payment:
        paid = moment(row, "paid_at")
        return {"effectuation": judge(row, start, stop, as_of, hours=72),
                "payment": judge(row, start, paid and (paid[0], None), as_of, days=30)}  # fmt: skip
    if row.get("part") == "D":
        return {"effectuation": judge(row, start, stop, as_of, hours=24 if expedited else 72)}
    if by == "fair_hearing":
        limit = None if payment else {"hours": 72}
    elif line == MEDICAID:
        limit = None
    elif by == "ire":
        limit = {"days": 30} if payment else {"hours": 24 if drug and expedited else 72}
    elif drug and not payment:
        limit = {"hours": 24 if expedited else 72}
    else:
        limit = {"days": 60}
    if limit is None:
        return {"decision": "not_testable"}
    return {"effectuation": judge(row, start, stop, as_of, **limit)}


def later(one, other):
    """The later of two moments; on one day its time is unknown where one of the two times is."""
    if one[0] != other[0]:
        return max(one, other, key=lambda m: m[0])
    if one[1] is None or other[1] is None:
        return one[0], None
    return max(one, other, key=lambda m: m[1].timestamp())


def part_d_outcome(row):
    if row["status"] == "pending":
        return "pending"
    return {"partially_denied": "denied", "forwarded_to_ire": "forwarded"}.get(row["determination"],
                                                                              row["determination"])  # fmt: skip


def coverage_determination(row, line, as_of):
    """Coverage determination: 42 CFR 423.568 and 423.572, in every line of business."""
    outcome = part_d_outcome(row)
    if outcome == "dismissed":
        return {"decision": "not_applicable"}
    start = receipt(row, representative(row))
    if row["request_type"] == "exception":
        wait = start[0] + timedelta(days=14)
        statement = moment(row, "supporting_statement_at")
        if statement is None or statement[0] > wait:
            start = wait, end_of(wait)
        else:
            start = later(start, statement)
    oral, written, paid = (moment(row, f"{n}_at") for n in ("oral_notified", "written_notified", "paid"))
    stop = None
    if outcome == "approved":
        stop = first(oral, written)
    elif outcome == "denied":
        # 423.568(f): a denial may be given orally when the written notice follows within 3 days
        confirmed = oral and written and 0 <= (written[0] - oral[0]).days <= 3
        stop = first(oral, written) if confirmed else written
    elif outcome == "forwarded":
        stop = moment(row, "ire_forwarded_at")
    verdicts = {}
    if row["request_type"] == "payment":
        limit = {"days": 14}
        if outcome == "approved":
            stop = max(stop, paid, key=lambda m: m[0]) if stop and paid else None
        stop = stop and (stop[0], None)  # a payment clock counts days only
    else:
        limit = {"hours": 24 if row["priority"] == "expedited" else 72}
        if outcome == "approved":
            verdicts["effectuation"] = judge(row, start, moment(row, "effectuated_at"), as_of, **limit)
    verdicts["decision"] = judge(row, start, stop, as_of, **limit)
    if outcome in ("approved", "denied") and oral:
        verdicts["written confirmation"] = judge(row, oral, written, as_of, days=3)
    if verdicts["decision"] == "late":
        verdicts[UNTIMELY] = forwarded(row, start, as_of, **limit)
    return verdicts


def redetermination(row, line, as_of):
    """Redetermination: 42 CFR 423.590, carried out under 423.636(a) and 423.638(a)."""
    outcome = part_d_outcome(row)
    if outcome == "dismissed":
        return {"decision": "not_applicable"}
    start = receipt(row, representative(row))
    payment = row["request_type"] == "payment"
    expedited = not payment and row["priority"] == "expedited"
    oral, written = moment(row, "oral_notified_at"), moment(row, "written_notified_at")
    stop = None
    if outcome == "forwarded":
        stop = moment(row, "ire_forwarded_at")
    elif outcome in ("approved", "denied"):
        stop = decisive(row | {"determination": outcome}) if expedited else written
    limit = {"days": 14} if payment else {"hours": 72} if expedited else {"days": 7}
    verdicts = {"decision": judge(row, start, stop, as_of, **limit)}
    if outcome == "approved" and payment:
        paid = moment(row, "paid_at")
        verdicts["payment"] = judge(row, start, paid and (paid[0], None), as_of, days=30)
    elif outcome == "approved":
        verdicts["effectuation"] = judge(row, start, moment(row, "effectuated_at"), as_of, **limit)
    if expedited and outcome in ("approved", "denied") and oral:
        verdicts["written confirmation"] = judge(row, oral, written, as_of, days=3)
    if verdicts["decision"] == "late":
        verdicts[UNTIMELY] = forwarded(row, start, as_of, **limit)
    return verdicts


def reduction(row, line, as_of):
    """Advance notice: at least 10 days before the action, 42 CFR 422.631(d)(2)(i)(A), 438.404(c)(1)."""
    if row.get("exception") not in (None, "none"):
        return {"advance notice": "not_applicable"}
    notice = moment(row, "notice_sent_at")
    effective = row.get("effective_date")
    if notice is None:
        return {"advance notice": "not_testable"}
    if effective is None:
        return {"advance notice": "pending"}
    day = date(*map(int, effective.split("/")))
    if day < moment(row, "decided_at")[0]:
        return {"advance notice": "not_testable"}
    return {"advance notice": "timely" if (day - notice[0]).days >= 10 else "late"}


ORACLES = {
    "authorizations": authorization,
    "appeals": appeal,
    "grievances": grievance,
    "claims": claim,
    "effectuations": effectuation,
    "reductions": reduction,
    "coverage_determinations": coverage_determination,
    "redeterminations": redetermination,
}
