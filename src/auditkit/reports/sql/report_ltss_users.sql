-- One row a member who had at least one day of a long-term service or support (LTSS) in the period.
SELECT s.member_id, MIN(s.service_id) AS case_id
FROM ltss_services s
CROSS JOIN report_period r
WHERE s.service_from_day <= r.last_day
  AND (s.service_to_day IS NULL OR s.service_to_day >= r.first_day)
GROUP BY s.member_id
