-- One row a member with a comprehensive assessment completed in the period, with the latest offer of a coordinator
-- by its last day (or an answer to an offer without a date): a long-term supports coordinator in One Care, a geriatric
-- support services coordinator in SCO.
-- The coordinator's name is never read.
--   offered, accepted, invited  Y or N; invited to take part in the assessment
--   wrong_kind                  Y when the coordinator accepted is of the other program's kind
WITH assessed AS (
    SELECT member_id, unit_program, MIN(unit_contract) AS unit_contract
    FROM placed_assessments a
    CROSS JOIN report_period r
    WHERE a.assessment_type = 'comprehensive' AND a.completed_date_day BETWEEN r.first_day AND r.last_day
    GROUP BY member_id, unit_program
),
offers AS (
    SELECT
        c.*,
        ROW_NUMBER() OVER (
            PARTITION BY c.member_id ORDER BY COALESCE(c.coordinator_offered_date_day, 0) DESC, c.case_row DESC
        ) AS latest
    FROM care_plans c
    CROSS JOIN report_period r
    WHERE c.coordinator_offered_date_day <= r.last_day
        OR (c.coordinator_offered_date_day IS NULL AND c.coordinator_accepted IS NOT NULL)
)
SELECT
    a.member_id AS case_id,
    a.unit_program,
    a.unit_contract,
    CASE WHEN o.coordinator_offered_date_day IS NOT NULL THEN 'Y' ELSE 'N' END AS offered,
    CASE WHEN o.coordinator_accepted = 'Y' THEN 'Y' ELSE 'N' END AS accepted,
    CASE WHEN o.coordinator_invited = 'Y' THEN 'Y' ELSE 'N' END AS invited,
    CASE WHEN o.coordinator_accepted = 'Y'
              AND ((a.unit_program = 'one_care' AND o.coordinator_type = 'gssc')
                   OR (a.unit_program <> 'one_care' AND o.coordinator_type = 'lts_coordinator'))
         THEN 'Y' ELSE 'N' END AS wrong_kind
FROM assessed a
LEFT JOIN offers o ON o.member_id = a.member_id AND o.latest = 1
