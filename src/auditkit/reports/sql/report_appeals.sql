-- One row an appeal: where it stands at the end of the period, whether it counts for MCPAR, its timeliness.
--   counts            Y unless Medicare pays first and the policy mcpar_primary_payer leaves such appeals out
--   medicare_left_out Y for those the policy leaves out
--   resolved          decided in the period, whatever the outcome; a dismissal or withdrawal resolves nothing
--   active            received by the last day of the period and not ended by then
--   filed             received in the period
--   timeliness        verdict of the decision clock of the rule that governs the case: timely, late or not tested
--   hearing_resolved  the state fair hearing at the Board of Hearings (BOH) ended in the period
WITH timed AS (
    SELECT
        case_row,
        MAX(CASE WHEN verdict = 'timely' THEN 1 ELSE 0 END) AS timely,
        MAX(CASE WHEN verdict = 'late' THEN 1 ELSE 0 END) AS late
    FROM verdicts_appeals
    WHERE clock = 'decision'
    GROUP BY case_row
),
told AS (
    SELECT
        a.*,
        CASE WHEN COALESCE(a.primary_payer, '') = 'medicare' AND a.unit_program <> 'sco_medicaid'
                  AND (p.mcpar_primary_payer = 'not_medicare'
                       OR (p.mcpar_primary_payer = 'not_medicare_one_care' AND a.unit_program = 'one_care'))
             THEN 'Y' ELSE 'N' END AS medicare_left_out,
        CASE WHEN a.status = 'decided' AND COALESCE(a.determination, '') <> 'dismissed'
                  AND a.decided_at_day BETWEEN r.first_day AND r.last_day THEN 'Y' ELSE 'N' END AS resolved,
        CASE WHEN a.decided_at_day BETWEEN r.first_day AND r.last_day AND a.determination = 'dismissed'
             THEN 'Y' ELSE 'N' END AS dismissed,
        CASE WHEN a.received_at_day <= r.last_day
                  AND (a.status = 'pending' OR (a.status = 'decided' AND a.decided_at_day > r.last_day))
             THEN 'Y' ELSE 'N' END AS active,
        CASE WHEN a.received_at_day BETWEEN r.first_day AND r.last_day THEN 'Y' ELSE 'N' END AS filed,
        CASE WHEN a.fair_hearing_decided_at_day BETWEEN r.first_day AND r.last_day
             THEN 'Y' ELSE 'N' END AS hearing_resolved,
        CASE WHEN u.member_id IS NOT NULL THEN 'Y' ELSE 'N' END AS ltss_user,
        CASE WHEN t.late = 1 THEN 'late' WHEN t.timely = 1 THEN 'timely' ELSE 'not tested' END AS timeliness
    FROM placed_appeals a
    CROSS JOIN report_period r
    CROSS JOIN report_policy p
    LEFT JOIN report_ltss_users u ON u.member_id = a.member_id
    LEFT JOIN timed t ON t.case_row = a.case_row
)
SELECT
    told.*,
    CASE WHEN medicare_left_out = 'N' THEN 'Y' ELSE 'N' END AS counts
FROM told
