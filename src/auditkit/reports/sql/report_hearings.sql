-- One row an appeal, as the Board of Hearings (BOH) report needs it.
--   adverse_decision  Y when the plan denied it, in whole or in part, in the period and MassHealth pays for the item
--   requested         Y when a hearing was requested in the period
--   days_to_request   days from the day on which the plan's decision was mailed to the request
--   decided           Y when the hearing ended in the period; outcome: as the Board decided
--   parallel_ire      Y when the case also went to the Independent Review Entity (IRE)
SELECT
    a.case_id,
    a.unit_program,
    a.unit_contract,
    a.unit_pbp,
    CASE WHEN a.determination IN ('denied', 'partially_denied')
              AND a.decided_at_day BETWEEN r.first_day AND r.last_day
              AND (a.benefit = 'medicaid' OR a.primary_payer IN ('masshealth', 'both'))
         THEN 'Y' ELSE 'N' END AS adverse_decision,
    CASE WHEN a.fair_hearing_requested_at_day BETWEEN r.first_day AND r.last_day THEN 'Y' ELSE 'N' END AS requested,
    a.fair_hearing_requested_at_day - a.written_notified_at_day AS days_to_request,
    a.aid_pending,
    CASE WHEN a.fair_hearing_decided_at_day BETWEEN r.first_day AND r.last_day THEN 'Y' ELSE 'N' END AS decided,
    a.fair_hearing_outcome AS outcome,
    CASE WHEN a.fair_hearing_requested_at_day <= r.last_day
              AND (a.fair_hearing_decided_at_day IS NULL OR a.fair_hearing_decided_at_day > r.last_day)
         THEN 'Y' ELSE 'N' END AS open_at_end,
    CASE WHEN a.ire_forwarded_at_day IS NOT NULL THEN 'Y' ELSE 'N' END AS parallel_ire
FROM placed_appeals a
CROSS JOIN report_period r
