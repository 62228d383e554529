-- Redeterminations of Part D reporting, one row an appeal, with the block of the form it belongs to.
-- The kind of exception is that of the coverage determination appealed.
SELECT
    r.case_id,
    r.unit_program,
    r.unit_contract,
    r.unit_pbp,
    CASE
        WHEN r.request_type = 'at_risk' THEN 'at_risk'
        WHEN r.request_type <> 'exception' THEN 'other'
        WHEN c.exception_type IN ('prior_authorization', 'step_therapy', 'quantity_limit') THEN 'um'
        WHEN c.exception_type IN ('formulary', 'tiering') THEN c.exception_type
        ELSE 'unknown' END AS block,
    CASE
        WHEN r.status IN ('withdrawn', 'pending') THEN r.status
        WHEN r.determination = 'forwarded_to_ire' THEN 'forwarded'
        WHEN r.determination = 'dismissed' THEN 'dismissed'
        WHEN r.determination IS NULL OR r.decided_at_day IS NULL THEN 'not stated'
        WHEN r.determination = 'partially_denied' THEN 'partial'
        ELSE r.determination END AS disposition,
    CASE WHEN CASE
            WHEN r.status = 'withdrawn' THEN r.received_at_day
            WHEN r.determination = 'forwarded_to_ire'
                THEN COALESCE(r.ire_forwarded_at_day, r.decided_at_day, r.received_at_day)
            ELSE COALESCE(r.decided_at_day, r.received_at_day) END BETWEEN p.first_day AND p.last_day
         THEN 'Y' ELSE 'N' END AS in_period
FROM placed_redeterminations r
CROSS JOIN report_period p
LEFT JOIN (
    SELECT case_id, MIN(exception_type) AS exception_type
    FROM coverage_determinations
    GROUP BY case_id
) c ON c.case_id = r.original_case_id
