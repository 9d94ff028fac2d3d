// purpose: Why the database that is asked when none is named doesn't run; asked of `system`. No row where it runs.
// mode: READ
// columns: said
SHOW DATABASES YIELD default, currentStatus, statusMessage
WHERE default AND currentStatus IN ['offline', 'dirty', 'unknown']
RETURN coalesce(statusMessage, currentStatus) AS said
