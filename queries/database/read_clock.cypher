// purpose: What time the server has, in epoch milliseconds.
// mode: READ
// columns: now
RETURN timestamp() AS now
