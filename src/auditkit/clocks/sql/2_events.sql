-- Step 2: for every case, the events a clock can start or stop at.
--
-- Reads  cases     one row a case: its facts, and each moment as day number, UTC second and unreadable mark
--        policy    one row: the named settings the law leaves open
--        calendar  one row a day: the UTC seconds at which it begins and ends in the plan's time zone
-- Gives  events  cases plus the derived start (receipt) and the derived stops

WITH receipt AS (
    SELECT
        cases.*,
        -- A representative's request counts from the later of the request and the appointment (AOR);
        -- a noncontract provider's payment appeal from the later of the request and the waiver of liability.
        CASE WHEN representative = 1 AND aor_day IS NOT NULL THEN aor_day
             WHEN waiver_needed = 1 AND waiver_day IS NOT NULL THEN waiver_day END AS paper_day,
        CASE WHEN representative = 1 AND aor_day IS NOT NULL THEN aor_sec
             WHEN waiver_needed = 1 AND waiver_day IS NOT NULL THEN waiver_sec END AS paper_sec,
        CASE WHEN representative = 1 AND aor_day IS NOT NULL THEN 'AOR'
             WHEN waiver_needed = 1 AND waiver_day IS NOT NULL THEN 'waiver of liability' END AS paper,
        CASE WHEN representative = 1 AND aor_bad = 1 THEN 1
             WHEN waiver_needed = 1 AND waiver_bad = 1 THEN 1 ELSE 0 END AS paper_bad
    FROM cases
),

receipt_chosen AS (
    SELECT
        receipt.*,
        CASE WHEN paper_day > received_day THEN paper_day ELSE received_day END AS receipt_day,
        CASE WHEN paper_day > received_day THEN paper_sec
             -- on one day both times decide; with one of them missing the later is not known
             WHEN paper_day = received_day AND (paper_sec IS NULL OR received_sec IS NULL) THEN NULL
             WHEN paper_day = received_day AND paper_sec > received_sec THEN paper_sec
             ELSE received_sec END AS receipt_sec,
        CASE WHEN paper_day > received_day THEN paper
             WHEN paper_day = received_day AND paper_sec > received_sec THEN paper
             ELSE 'receipt' END AS receipt_reason,
        CASE WHEN received_bad = 1 OR paper_bad = 1 THEN 1 ELSE 0 END AS receipt_bad
    FROM receipt
),

statement AS (
    SELECT
        receipt_chosen.*,
        -- An exception waits for the prescriber's supporting statement, but not beyond the last day of the wait;
        -- a statement that came before the request is there when the request is.
        CASE WHEN item = 'exception' AND statement_bad = 0
                  AND (statement_day IS NULL OR statement_day > receipt_day + policy.statement_wait_days)
             THEN 1 ELSE 0 END AS statement_overdue,
        CASE WHEN statement_day > receipt_day THEN statement_day ELSE receipt_day END AS statement_start_day,
        CASE WHEN statement_day > receipt_day THEN statement_sec
             WHEN statement_day = receipt_day AND (statement_sec IS NULL OR receipt_sec IS NULL) THEN NULL
             WHEN statement_day = receipt_day AND statement_sec > receipt_sec THEN statement_sec
             ELSE receipt_sec END AS statement_start_sec,
        CASE WHEN statement_day > receipt_day THEN 'supporting statement'
             WHEN statement_day = receipt_day AND statement_sec >= receipt_sec THEN 'supporting statement'
             ELSE receipt_reason END AS statement_start_reason,
        CASE WHEN receipt_bad = 1 OR statement_bad = 1 THEN 1 ELSE 0 END AS statement_start_bad,
        receipt_day + policy.statement_wait_days AS wait_end_day,
        calendar.end_sec AS wait_end_sec
    FROM receipt_chosen
    CROSS JOIN policy
    LEFT JOIN calendar ON calendar.day = receipt_day + policy.statement_wait_days
),

first_notice AS (
    SELECT
        statement.*,
        CASE WHEN oral_day IS NULL THEN 'written'
             WHEN written_day IS NULL THEN 'oral'
             WHEN oral_day < written_day THEN 'oral'
             WHEN oral_day > written_day THEN 'written'
             -- one day: by time; a notice without a time does not displace one with a time
             WHEN oral_sec IS NULL THEN 'written'
             WHEN written_sec IS NULL OR oral_sec <= written_sec THEN 'oral'
             ELSE 'written' END AS first_kind,
        -- a denial that may be given orally (an expedited one; in Part D a standard coverage determination too)
        -- and was confirmed in writing in time
        CASE WHEN (priority = 'expedited' OR oral_denial = 1) AND oral_day IS NOT NULL AND written_day IS NOT NULL
                  AND written_day >= oral_day
                  AND written_day - oral_day <= CASE WHEN line = 'PART_D' THEN policy.part_d_confirmation_days
                                                     ELSE policy.confirmation_days END
             THEN 1 ELSE 0 END AS oral_confirmed,
        CASE WHEN item = 'unknown' THEN policy.unknown_item
             WHEN statement_overdue = 1 THEN 'exception_no_statement' ELSE item END AS item_used
    FROM statement
    CROSS JOIN policy
),

stops AS (
    SELECT
        first_notice.*,
        -- which notice stops the clock of this outcome; a pending case has no stop, whatever its row says,
        -- and one that was not decided but forwarded ends there
        CASE WHEN outcome = 'pending' THEN 'no'
             WHEN outcome = 'forwarded' THEN 'IRE forwarding'
             WHEN outcome IN ('approved', 'denied') AND written_required = 1 THEN 'written'
             WHEN outcome = 'approved' AND policy.approval_stop = 'first_notice' THEN first_kind
             WHEN outcome = 'denied' AND policy.denial_stop = 'first_notice' THEN first_kind
             WHEN outcome = 'denied' AND policy.denial_stop = 'written_or_confirmed_oral'
                  AND oral_confirmed = 1 THEN first_kind
             WHEN outcome = 'dismissed' THEN first_kind
             ELSE 'written' END AS decisive_kind,
        CASE WHEN outcome = 'pending' THEN 'no'
             WHEN written_required = 1 THEN 'written' ELSE first_kind END AS resolution_kind,
        CASE WHEN outcome = 'pending' THEN 'no'
             WHEN outcome = 'approved' THEN 'paid'
             WHEN provider_notice_day IS NOT NULL
                  AND (written_day IS NULL OR provider_notice_day < written_day) THEN 'provider notice'
             ELSE 'written' END AS payment_kind,
        CASE WHEN outcome = 'pending' THEN 'no'
             WHEN outcome = 'approved' THEN 'paid' ELSE 'IRE forwarding' END AS payment_appeal_kind
    FROM first_notice
    CROSS JOIN policy
),

decisive AS (
    SELECT
        stops.*,
        CASE decisive_kind WHEN 'oral' THEN oral_day WHEN 'written' THEN written_day
             WHEN 'IRE forwarding' THEN ire_forwarded_day END AS decisive_day,
        CASE decisive_kind WHEN 'oral' THEN oral_sec WHEN 'written' THEN written_sec
             WHEN 'IRE forwarding' THEN ire_forwarded_sec END AS decisive_sec,
        -- an unreadable notice may be the one that counts
        CASE WHEN decisive_kind = 'no' THEN 0 WHEN decisive_kind = 'IRE forwarding' THEN ire_forwarded_bad
             WHEN written_bad = 1 THEN 1 WHEN written_required = 1 THEN 0
             WHEN decisive_kind = 'oral' OR outcome <> 'denied' THEN oral_bad ELSE 0 END AS decisive_bad
    FROM stops
)

SELECT
    decisive.*,
    -- an approved Part D reimbursement ends when the enrollee is told and the money is out
    CASE WHEN outcome <> 'approved' THEN decisive_day
         WHEN decisive_day IS NULL OR paid_day IS NULL THEN NULL
         WHEN paid_day > decisive_day THEN paid_day ELSE decisive_day END AS notice_and_payment_day,
    CASE WHEN outcome = 'approved' AND paid_bad = 1 THEN 1 ELSE decisive_bad END AS notice_and_payment_bad,
    CASE resolution_kind WHEN 'oral' THEN oral_day WHEN 'written' THEN written_day END AS resolution_day,
    CASE resolution_kind WHEN 'oral' THEN oral_sec WHEN 'written' THEN written_sec END AS resolution_sec,
    CASE WHEN resolution_kind = 'no' THEN 0 WHEN written_bad = 1 THEN 1
         WHEN written_required = 1 THEN 0 ELSE oral_bad END AS resolution_bad,
    CASE payment_kind WHEN 'paid' THEN paid_day WHEN 'provider notice' THEN provider_notice_day
         WHEN 'written' THEN written_day END AS payment_day,
    CASE payment_kind WHEN 'no' THEN 0 WHEN 'paid' THEN paid_bad ELSE written_bad END AS payment_bad,
    CASE payment_appeal_kind WHEN 'paid' THEN paid_day WHEN 'IRE forwarding' THEN ire_forwarded_day
    END AS payment_appeal_day,
    CASE payment_appeal_kind WHEN 'no' THEN 0 WHEN 'paid' THEN paid_bad ELSE ire_forwarded_bad
    END AS payment_appeal_bad
FROM decisive
