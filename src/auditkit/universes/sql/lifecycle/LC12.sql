-- A request of a known member received on a day that no enrollment span covers.
SELECT s.case_id, s.extract, s.extract_row,
    CONCAT('received ', s.received_at_date, ', no span on that day') AS found
FROM {table} s
WHERE s.received_at_day IS NOT NULL
    AND EXISTS (SELECT 1 FROM members m WHERE m.member_id = s.member_id)
    AND NOT EXISTS (
        SELECT 1 FROM members m
        WHERE m.member_id = s.member_id AND m.enrolled_from_day <= s.received_at_day
            AND (m.enrolled_to_day IS NULL OR m.enrolled_to_day >= s.received_at_day)
    )
