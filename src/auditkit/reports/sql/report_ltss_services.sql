-- One row an approved long-term service or support (LTSS).
--   in_period      Y when a day from approval or first service to the last service falls in the period
--   ended          Y when the last day of service falls in the period
--   approved       Y when it was approved in the period
--   first_begun    Y for a member's first service of this kind that began in the period
--   days_to_start  days from approval to the first day of service
SELECT
    s.service_id AS case_id,
    s.member_id,
    s.unit_program,
    s.unit_contract,
    s.unit_pbp,
    s.service,
    s.hours_requested,
    s.hours_authorized,
    s.hours_provided,
    CASE WHEN COALESCE(s.service_from_day, s.approved_date_day) <= r.last_day
              AND (s.service_to_day >= r.first_day
                   OR (s.service_to_day IS NULL AND s.service_from_day IS NOT NULL)
                   OR (s.service_from_day IS NULL AND s.approved_date_day >= r.first_day))
         THEN 'Y' ELSE 'N' END AS in_period,
    CASE WHEN s.service_to_day BETWEEN r.first_day AND r.last_day THEN 'Y' ELSE 'N' END AS ended,
    CASE WHEN s.approved_date_day BETWEEN r.first_day AND r.last_day THEN 'Y' ELSE 'N' END AS approved,
    CASE WHEN s.service_from_day BETWEEN r.first_day AND r.last_day
              AND ROW_NUMBER() OVER (
                  PARTITION BY s.member_id, s.service,
                      CASE WHEN s.service_from_day BETWEEN r.first_day AND r.last_day THEN 1 ELSE 0 END
                  ORDER BY s.service_from_day, s.case_row) = 1
         THEN 'Y' ELSE 'N' END AS first_begun,
    s.service_from_day - s.approved_date_day AS days_to_start
FROM placed_ltss_services s
CROSS JOIN report_period r
