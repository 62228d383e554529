-- Coverage determinations of Part D reporting, one row a request, with the block of the form it belongs to.
SELECT
    case_id,
    unit_program,
    unit_contract,
    unit_pbp,
    CASE
        WHEN request_type <> 'exception' THEN 'other'
        WHEN exception_type IN ('prior_authorization', 'step_therapy', 'quantity_limit') THEN 'um'
        WHEN exception_type IN ('formulary', 'tiering') THEN exception_type
        ELSE 'unknown' END AS block,
    CASE
        WHEN status IN ('withdrawn', 'pending') THEN status
        WHEN determination = 'forwarded_to_ire' THEN 'forwarded'
        WHEN determination = 'dismissed' THEN 'dismissed'
        WHEN determination IS NULL OR decided_at_day IS NULL THEN 'not stated'
        WHEN determination = 'partially_denied' THEN 'partial'
        ELSE determination END AS disposition,
    CASE WHEN CASE
            WHEN status = 'withdrawn' THEN received_at_day
            WHEN determination = 'forwarded_to_ire' THEN COALESCE(ire_forwarded_at_day, decided_at_day, received_at_day)
            ELSE COALESCE(decided_at_day, received_at_day) END BETWEEN p.first_day AND p.last_day
         THEN 'Y' ELSE 'N' END AS in_period
FROM placed_coverage_determinations
CROSS JOIN report_period p
