"""What happens if this fails: impact and its kin on the command line."""
