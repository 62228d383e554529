-- Step 3: choose the rule of each case and read its clock.
--
-- Reads  events  from step 2
--        rules   one row a clock, line, request, priority, item and outcome, with limit and effective days
-- Gives  readings  one row a case and clock; rule is NULL for a case that no rule fits

SELECT
    e.case_row,
    e.case_id,
    e.line,
    e.request,
    e.priority,
    e.item,
    e.outcome,
    e.extended,
    e.extension_shown,
    e.extension_notice_day,
    e.extension_notice_sec,
    e.exempt_reason,
    e.received_day,
    e.received_sec,
    e.received_bad,
    r.clock,
    r.rule,
    r.stop_event,
    r.test,
    r.limit_days,
    r.limit_seconds,
    r.extension_days,
    CASE r.start_event
        WHEN 'receipt' THEN e.receipt_day WHEN 'received' THEN e.received_day WHEN 'oral' THEN e.oral_day
        WHEN 'decided' THEN e.decided_day WHEN 'reversal' THEN e.reversal_day
        WHEN 'statement' THEN e.statement_start_day WHEN 'wait_end' THEN e.wait_end_day
        WHEN 'notice_sent' THEN e.notice_sent_day END AS start_day,
    CASE r.start_event
        WHEN 'receipt' THEN e.receipt_sec WHEN 'received' THEN e.received_sec WHEN 'oral' THEN e.oral_sec
        WHEN 'decided' THEN e.decided_sec WHEN 'reversal' THEN e.reversal_sec
        WHEN 'statement' THEN e.statement_start_sec WHEN 'wait_end' THEN e.wait_end_sec
        WHEN 'notice_sent' THEN e.notice_sent_sec END AS start_sec,
    CASE r.start_event
        WHEN 'receipt' THEN e.receipt_bad WHEN 'received' THEN e.received_bad WHEN 'oral' THEN e.oral_bad
        WHEN 'decided' THEN e.decided_bad WHEN 'reversal' THEN e.reversal_bad
        WHEN 'statement' THEN e.statement_start_bad WHEN 'wait_end' THEN e.receipt_bad
        WHEN 'notice_sent' THEN e.notice_sent_bad END AS start_bad,
    CASE r.start_event
        WHEN 'receipt' THEN e.receipt_reason WHEN 'received' THEN 'receipt' WHEN 'oral' THEN 'oral notice'
        WHEN 'decided' THEN 'determination' WHEN 'reversal' THEN 'reversal notice received'
        WHEN 'statement' THEN e.statement_start_reason
        WHEN 'wait_end' THEN 'end of the wait for a supporting statement'
        WHEN 'notice_sent' THEN 'written notice' END AS start_reason,
    CASE r.stop_event
        WHEN 'decisive_notice' THEN e.decisive_day WHEN 'written' THEN e.written_day
        WHEN 'resolution_notice' THEN e.resolution_day WHEN 'effectuated' THEN e.effectuated_day
        WHEN 'ire_forwarded' THEN e.ire_forwarded_day WHEN 'paid_or_denied' THEN e.payment_day
        WHEN 'paid_or_forwarded' THEN e.payment_appeal_day WHEN 'effective' THEN e.effective_day
        WHEN 'notice_and_payment' THEN e.notice_and_payment_day WHEN 'paid' THEN e.paid_day END AS stop_day,
    CASE r.stop_event
        WHEN 'decisive_notice' THEN e.decisive_sec WHEN 'written' THEN e.written_sec
        WHEN 'resolution_notice' THEN e.resolution_sec WHEN 'effectuated' THEN e.effectuated_sec
        WHEN 'ire_forwarded' THEN e.ire_forwarded_sec END AS stop_sec,
    CASE r.stop_event
        WHEN 'decisive_notice' THEN e.decisive_bad WHEN 'written' THEN e.written_bad
        WHEN 'resolution_notice' THEN e.resolution_bad WHEN 'effectuated' THEN e.effectuated_bad
        WHEN 'ire_forwarded' THEN e.ire_forwarded_bad WHEN 'paid_or_denied' THEN e.payment_bad
        WHEN 'paid_or_forwarded' THEN e.payment_appeal_bad WHEN 'effective' THEN e.effective_bad
        WHEN 'notice_and_payment' THEN e.notice_and_payment_bad WHEN 'paid' THEN e.paid_bad END AS stop_bad,
    CASE r.stop_event
        WHEN 'decisive_notice' THEN CASE e.decisive_kind WHEN 'IRE forwarding' THEN e.decisive_kind
                                    ELSE CONCAT(e.decisive_kind, ' notice') END
        WHEN 'notice_and_payment' THEN CASE WHEN e.decisive_kind = 'IRE forwarding' THEN e.decisive_kind
                                       WHEN e.outcome = 'approved' THEN 'the later of notice and payment'
                                       ELSE CONCAT(e.decisive_kind, ' notice') END
        WHEN 'written' THEN 'written notice' WHEN 'paid' THEN 'payment'
        WHEN 'resolution_notice' THEN CONCAT(e.resolution_kind, ' notice') WHEN 'effectuated' THEN 'effectuation'
        WHEN 'ire_forwarded' THEN 'IRE forwarding'
        WHEN 'paid_or_denied' THEN CASE e.payment_kind WHEN 'written' THEN 'written notice' WHEN 'paid' THEN 'payment'
                                   ELSE e.payment_kind END
        WHEN 'paid_or_forwarded' THEN CASE e.payment_appeal_kind WHEN 'paid' THEN 'payment'
                                      ELSE e.payment_appeal_kind END
        WHEN 'effective' THEN 'effective date' END AS stop_reason
FROM events e
LEFT JOIN rules r
    ON r.line = e.line
    AND r.request = e.request
    AND r.priority = e.priority
    AND r.item = e.item_used
    AND r.outcome = e.outcome
    -- the rule in force when the request was received
    AND e.received_day >= r.from_day
    AND e.received_day <= r.to_day
    AND (r.needs = 'always'
         OR (r.needs = 'oral_given' AND e.oral_day IS NOT NULL)
         OR (r.needs = 'medicare_benefit' AND e.medicaid_benefit = 0))
