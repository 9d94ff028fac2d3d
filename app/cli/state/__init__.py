"""What is so now on the command line: events, dead letters, history, alarms."""
