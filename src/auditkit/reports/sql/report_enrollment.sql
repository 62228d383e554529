-- One row a month of the period and unit: how many members were enrolled on the first day of the month.
SELECT
    m.month AS case_id,
    u.program AS unit_program,
    u.contract AS unit_contract,
    CONCAT(u.contract, '-', u.pbp) AS unit_pbp,
    MAX(m.months) AS months,
    COUNT(DISTINCT e.member_id) AS members
FROM report_months m
CROSS JOIN (SELECT DISTINCT program, contract, pbp FROM members) u
LEFT JOIN members e
    ON e.program = u.program AND e.contract = u.contract AND e.pbp = u.pbp
   AND e.enrolled_from_day <= m.month_day
   AND (e.enrolled_to_day IS NULL OR e.enrolled_to_day >= m.month_day)
GROUP BY m.month, u.program, u.contract, u.pbp
