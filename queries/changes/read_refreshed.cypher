// purpose: Waits until the index of what changes touched holds every change committed so far.
// mode: READ
// columns: -
CALL db.index.fulltext.awaitEventuallyConsistentIndexRefresh()
