-- Health risk assessments due in the year, one row an assessment, with what became of each by its due day.
-- The unit is the member's on the due day; who was not enrolled then has left, and is told by the last unit before.
SELECT
    assessment_id AS case_id,
    program AS unit_program,
    contract AS unit_contract,
    CONCAT(contract, '-', pbp) AS unit_pbp,
    CASE WHEN assessment_type = 'hra_initial' THEN 'initial' ELSE 'annual' END AS kind,
    'Y' AS due_in_period,
    CASE WHEN enrolled = 0 OR COALESCE(not_done_reason, 'none') IN ('disenrolled', 'deceased')
         THEN 'Y' ELSE 'N' END AS left_before,
    CASE
        WHEN completed_date_day <= due_date_day THEN 'in time'
        WHEN not_done_reason = 'refused' THEN 'refused'
        WHEN not_done_reason = 'unable_to_reach' THEN 'unable to reach'
        ELSE 'none' END AS result
FROM (
    SELECT
        a.assessment_id,
        a.assessment_type,
        a.not_done_reason,
        a.completed_date_day,
        a.due_date_day,
        m.program,
        m.contract,
        m.pbp,
        CASE WHEN m.enrolled_from_day <= a.due_date_day
                  AND (m.enrolled_to_day IS NULL OR m.enrolled_to_day >= a.due_date_day) THEN 1 ELSE 0 END AS enrolled,
        ROW_NUMBER() OVER (
            PARTITION BY a.case_row
            ORDER BY
                CASE WHEN m.enrolled_from_day <= a.due_date_day
                          AND (m.enrolled_to_day IS NULL OR m.enrolled_to_day >= a.due_date_day) THEN 0
                     WHEN m.enrolled_from_day <= a.due_date_day THEN 1 ELSE 2 END,
                CASE WHEN m.enrolled_from_day <= a.due_date_day THEN 0 - m.enrolled_from_day
                     ELSE m.enrolled_from_day END,
                m.case_row
        ) AS span_rank
    FROM assessments a
    CROSS JOIN report_period p
    LEFT JOIN members m ON m.member_id = a.member_id
    WHERE a.assessment_type IN ('hra_initial', 'hra_annual')
        AND a.due_date_day BETWEEN p.first_day AND p.last_day
) due
WHERE span_rank = 1
