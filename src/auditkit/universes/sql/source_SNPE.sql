-- One row an enrollment span, with the dates of care coordination of its unbroken enrollment.
-- Reads members, assessments, care_plans. The day of engagement ({engagement_day}), the first day of the review
-- window ({window_start}) and the days by which an assessment may precede enrollment ({days_before}) are put in
-- as numbers; days count from 1970-01-01.
WITH spans AS (
    SELECT
        members.*,
        -- the last day covered by the member's earlier spans under the contract
        MAX(COALESCE(enrolled_to_day, 1000000)) OVER (
            PARTITION BY member_id, contract ORDER BY enrolled_from_day, extract, extract_row
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS reached,
        CASE WHEN enrolled_from_day <= {engagement_day}
                  AND (enrolled_to_day IS NULL OR enrolled_to_day >= {engagement_day}) THEN 1 ELSE 0 END AS covers
    FROM members
),

beginnings AS (
    SELECT
        spans.*,
        CASE WHEN reached IS NULL OR enrolled_from_day > reached + 1 THEN 1 ELSE 0 END AS begins
    FROM spans
),

unbroken AS (
    SELECT
        member_id,
        member_id AS case_id,
        extract,
        extract_row,
        covers,
        MAX(CASE WHEN begins = 1 THEN enrolled_from_day END) OVER (
            PARTITION BY member_id, contract ORDER BY enrolled_from_day, extract, extract_row
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS unbroken_from_day,
        MAX(CASE WHEN begins = 1 THEN enrolled_from END) OVER (
            PARTITION BY member_id, contract ORDER BY enrolled_from_day, extract, extract_row
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS unbroken_from,
        ROW_NUMBER() OVER (
            PARTITION BY member_id ORDER BY covers DESC, enrolled_from_day DESC, extract DESC, extract_row DESC
        ) AS span_rank
    FROM beginnings
),

assessed AS (
    SELECT
        u.member_id,
        u.extract,
        u.extract_row,
        MIN(CASE WHEN a.assessment_type = 'hra_initial' THEN a.completed_date END) AS initial_hra,
        MAX(a.completed_date) AS recent_hra
    FROM unbroken u
    JOIN assessments a ON a.member_id = u.member_id
    WHERE a.assessment_type IN ('hra_initial', 'hra_annual')
      AND a.completed_date_day >= u.unbroken_from_day - {days_before}
      AND a.completed_date_day <= {engagement_day}
    GROUP BY u.member_id, u.extract, u.extract_row
),

assessed_before AS (
    SELECT
        s.extract,
        s.extract_row,
        MAX(a.completed_date) AS previous_hra
    FROM assessed s
    JOIN unbroken u ON u.extract = s.extract AND u.extract_row = s.extract_row
    JOIN assessments a ON a.member_id = s.member_id
    WHERE a.assessment_type IN ('hra_initial', 'hra_annual')
      AND a.completed_date_day >= u.unbroken_from_day - {days_before}
      AND a.completed_date < s.recent_hra
      -- nothing comes before the initial one of this enrollment
      AND (s.initial_hra IS NULL OR a.completed_date >= s.initial_hra)
    GROUP BY s.extract, s.extract_row
),

-- why an assessment was not done, from the last one that has a reason
not_done AS (
    SELECT
        member_id,
        not_done_reason,
        ROW_NUMBER() OVER (PARTITION BY member_id ORDER BY due_date_day DESC, extract DESC, extract_row DESC) AS choice
    FROM assessments
    WHERE assessment_type IN ('hra_initial', 'hra_annual')
      AND not_done_reason IN ('refused', 'unable_to_reach')
      AND due_date_day <= {engagement_day}
),

planned AS (
    SELECT
        u.extract,
        u.extract_row,
        MIN(p.completed_date) AS initial_icp,
        MAX(p.completed_date) AS recent_icp
    FROM unbroken u
    JOIN care_plans p ON p.member_id = u.member_id
    WHERE p.completed_date_day >= u.unbroken_from_day - {days_before}
      AND p.completed_date_day <= {engagement_day}
    GROUP BY u.extract, u.extract_row
),

-- the care plan in hand: the latest completed one, else one still open
latest_plan AS (
    SELECT
        member_id,
        care_team_assigned,
        acuity,
        care_transition,
        delegate,
        ROW_NUMBER() OVER (
            PARTITION BY member_id
            ORDER BY CASE WHEN completed_date_day IS NULL THEN 1 ELSE 0 END, completed_date_day DESC,
                extract DESC, extract_row DESC
        ) AS choice
    FROM care_plans
    WHERE completed_date_day IS NULL OR completed_date_day <= {engagement_day}
)

SELECT
    u.case_id,
    u.member_id,
    u.extract,
    u.extract_row,
    u.covers,
    u.span_rank,
    u.unbroken_from,
    u.unbroken_from_day,
    CAST({window_start} AS BIGINT) AS window_start,
    CAST({engagement_day} AS BIGINT) AS engagement_day,
    s.initial_hra,
    s.recent_hra,
    b.previous_hra,
    n.not_done_reason,
    p.initial_icp,
    p.recent_icp,
    c.care_team_assigned,
    c.acuity,
    c.care_transition,
    c.delegate
FROM unbroken u
LEFT JOIN assessed s ON s.extract = u.extract AND s.extract_row = u.extract_row
LEFT JOIN assessed_before b ON b.extract = u.extract AND b.extract_row = u.extract_row
LEFT JOIN not_done n ON n.member_id = u.member_id AND n.choice = 1
LEFT JOIN planned p ON p.extract = u.extract AND p.extract_row = u.extract_row
LEFT JOIN latest_plan c ON c.member_id = u.member_id AND c.choice = 1
