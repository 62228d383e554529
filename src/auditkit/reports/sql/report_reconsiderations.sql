-- Reconsiderations of Part C reporting, one row an appeal. An appeal of a provider under contract about payment is none.
-- Withdrawn appeals have no day of withdrawal and count by the day of receipt.
SELECT
    case_id,
    unit_program,
    unit_contract,
    unit_pbp,
    CASE WHEN appeal_type = 'payment' THEN 'claims' ELSE 'services' END AS kind,
    CASE WHEN requester = 'noncontract_provider' THEN 'noncontract' ELSE 'enrollee' END AS side,
    CASE
        WHEN status IN ('withdrawn', 'pending') THEN status
        WHEN determination = 'dismissed' THEN 'dismissed'
        WHEN determination IS NULL OR decided_at_day IS NULL THEN 'not stated'
        WHEN determination = 'partially_denied' THEN 'partial'
        ELSE determination END AS disposition,
    CASE WHEN CASE WHEN status = 'withdrawn' THEN received_at_day
                   ELSE COALESCE(decided_at_day, received_at_day) END BETWEEN p.first_day AND p.last_day
         THEN 'Y' ELSE 'N' END AS in_period
FROM placed_appeals a
CROSS JOIN report_period p
CROSS JOIN report_policy x
WHERE (x.medicaid_benefit = 'included' OR COALESCE(a.benefit, 'medicare') = 'medicare')
    AND NOT (a.appeal_type = 'payment' AND a.requester = 'contract_provider')
