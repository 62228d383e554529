-- Prior authorization requests on the Medicaid side: 42 CFR 438.210(f), by plan.
SELECT * FROM report_requests WHERE on_medicaid = 'Y'
