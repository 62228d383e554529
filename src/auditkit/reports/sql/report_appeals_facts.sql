-- Every appeal of the source table, with what decides whether a report counts it. One row an appeal.
--   in_year, forwarded_in_year   decided, or forwarded to the Independent Review Entity (IRE), in the reported year
--   medicare_on_receipt          the member was in a Medicare contract on the day of receipt
SELECT
    a.*,
    CASE WHEN a.decided_at_day BETWEEN r.first_day AND r.last_day THEN 'Y' ELSE 'N' END AS in_year,
    CASE WHEN a.ire_forwarded_at_day BETWEEN r.first_day AND r.last_day THEN 'Y' ELSE 'N' END AS forwarded_in_year,
    CASE WHEN m.case_row IS NOT NULL THEN 'Y' ELSE 'N' END AS medicare_on_receipt,
    p.mcpar_primary_payer,
    p.medicaid_benefit
FROM placed_appeals a
CROSS JOIN report_period r
CROSS JOIN report_policy p
LEFT JOIN (
    SELECT DISTINCT c.case_row
    FROM appeals c
    JOIN members e ON e.member_id = c.member_id
        AND e.program IN ('one_care', 'sco')
        AND e.enrolled_from_day <= c.received_at_day
        AND (e.enrolled_to_day IS NULL OR e.enrolled_to_day >= c.received_at_day)
) m ON m.case_row = a.case_row
