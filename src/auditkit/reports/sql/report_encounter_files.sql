-- One row an encounter file due in the period: was it sent by its day, was it accepted as compliant with HIPAA?
SELECT
    f.case_row,
    f.file_id AS case_id,
    f.program AS unit_program,
    CAST(NULL AS VARCHAR(20)) AS unit_contract,
    CAST(NULL AS VARCHAR(20)) AS unit_pbp,
    CASE WHEN f.submitted_date_day <= f.due_date_day THEN 'Y' ELSE 'N' END AS on_time,
    CASE WHEN f.submitted_date_day IS NOT NULL THEN 'Y' ELSE 'N' END AS sent,
    f.hipaa_compliant
FROM encounter_files f
CROSS JOIN report_period r
WHERE f.due_date_day BETWEEN r.first_day AND r.last_day
